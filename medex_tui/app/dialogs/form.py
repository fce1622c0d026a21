"""A form: labeled fields that are checked together when saved. A fault keeps everything typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from msgspec import Struct
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.events import DescendantFocus
from textual.widgets import Input

from medex_tui.app.commands import bindings
from medex_tui.app.dialogs.base import Dialog
from medex_tui.app.styled_lines import Line, Role, fit, plain, wrap
from medex_tui.app.widgets.lists import StyledLines
from medex_tui.app.widgets.text_input import LineInput
from medex_tui.domain.language.plain import terminal_width

Values = Mapping[str, str]

LONGEST_LABEL = 26
"""Columns of the label column at most."""
LONGEST_ECHO = 30
"""Columns of an understood value at most."""


class FieldFault(Struct, frozen=True):
    """What is wrong with a field, in one sentence."""

    field: str
    message: str


class Confirmation(Struct, frozen=True):
    """A result to be saved only when the person saves a second time after reading `message`."""

    field: str
    message: str
    result: object


Parser = Callable[[str], object]
"""Reads a value as typed; returns a FieldFault where it cannot."""


class FormField(Struct, frozen=True):
    """One field of a form.

    `choices` are completed from their first letters; `said` maps other words onto a choice:
    `doctor` onto `physician`. `echo` returns what a typed value was understood as, shown beside
    it, or a FieldFault. `many`: a list in one line, which typing adds to and does not replace.
    `multiline`: a paste keeps its line breaks; else its lines are joined with commas.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    choices: tuple[str, ...] = ()
    said: Mapping[str, str] = {}
    required: bool = False
    many: bool = False
    multiline: bool = False
    echo: Callable[[str], str | FieldFault] | None = None

    @property
    def offered(self) -> str:
        """The choices as people read them."""
        return ", ".join(choice.replace("_", " ") for choice in self.choices)

    @property
    def marked_label(self) -> str:
        """The label, with an asterisk where the field is required."""
        return f"{self.label} *" if self.required else self.label


def chosen(field: FormField, typed: str) -> str | FieldFault:
    """The choice that a text stands for: itself, or the only one that begins with it."""
    wanted = typed.strip().lower().replace(" ", "_")
    if not wanted or wanted in field.choices:
        return wanted
    fitting = [choice for choice in field.choices if choice.startswith(wanted)]
    meant = set(fitting) or {
        choice for word, choice in field.said.items() if word.startswith(wanted)
    }
    if len(meant) == 1:
        return meant.pop()
    offered = ", ".join(choice.replace("_", " ") for choice in fitting) or field.offered
    message = f"{field.label}: {typed.strip()!r} could not be matched; one of {offered}."
    return FieldFault(field.name, message)


def understood(field: FormField, typed: str) -> str | FieldFault:
    """What a typed value means, where that is not the text itself; empty where it is."""
    if not typed.strip():
        return ""
    if field.echo:
        return field.echo(typed.strip())
    if not field.choices:
        return ""
    choice = chosen(field, typed)
    if isinstance(choice, FieldFault):
        return choice
    words = choice.replace("_", " ")
    return "" if words == typed.strip().lower() else words


class FormInput(LineInput):
    """The input of a form field. Its stored value is selected on focus, so that typing replaces it.

    A field with many values is not selected: typing adds to it.
    """

    def __init__(self, field: FormField, value: str) -> None:
        joint = "\n" if field.multiline else ", "
        super().__init__(value, id=f"f-{field.name}", paste_joint=joint)
        self.select_on_focus = not field.many and value == field.value


class Form(Dialog):
    """Fields from top to bottom.

    `save` returns the result of the values, a list of faults, or a Confirmation; the result is
    the dialog's. `draft` are values typed before, `keep` is called with the values after every
    change. `start` names the field with the cursor; else it is the first empty one, or the first
    of all where `enter_saves`.
    """

    BINDINGS: ClassVar = bindings("form.save", "form.discard", "go.back", over_entry=True)
    DEFAULT_CSS = """
    Form .sheet { max-height: 100%; }
    Form VerticalScroll {
        height: auto; max-height: 18; scrollbar-size-vertical: 1; background: $surface;
    }
    Form .field { height: 1; }
    Form .field > StyledLines { height: 1; }
    Form .field > LineInput { width: 1fr; }
    Form .field > .echo { width: 0; }
    """

    def __init__(
        self,
        title: str,
        fields: Sequence[FormField],
        save: Callable[[Values], object | list[FieldFault] | Confirmation],
        *,
        draft: Mapping[str, str] | None = None,
        keep: Callable[[Values], None] | None = None,
        discard: Callable[[], None] | None = None,
        enter_saves: bool = False,
        about: str = "",
        start: str = "",
    ) -> None:
        super().__init__()
        self.title_text, self.fields, self.save_values = title, list(fields), save
        self.draft, self.keep, self.discard = draft or {}, keep, discard
        self.enter_saves, self.about_text, self.start = enter_saves, about, start
        self.fault: FieldFault | None = None
        self.question: Confirmation | None = None
        self.echo_widths: dict[str, int] = {}

    def compose(self) -> ComposeResult:
        label_width = min(
            LONGEST_LABEL, max(terminal_width(field.marked_label) for field in self.fields) + 2
        )
        with VerticalScroll(classes="sheet", can_focus=False):
            yield StyledLines(self._title_lines(), id="form-title", classes="one")
            if self.about_text:
                about = StyledLines()
                about.show_whole([plain(t) for t in wrap(self.about_text, self.inner_width())])
                yield about
            with VerticalScroll(can_focus=False):
                for field in self.fields:
                    with Horizontal(classes="field"):
                        label = StyledLines(
                            [plain(fit(field.marked_label, label_width - 1), "field")],
                            classes="one",
                        )
                        label.styles.width = label_width
                        yield label
                        yield FormInput(field, self._shown(field))
                        yield StyledLines(id=f"e-{field.name}", classes="one echo")
            yield StyledLines(id="hint", classes="one")
            yield StyledLines([self._key_line()], id="form-keys", classes="one")

    @property
    def draft_restored(self) -> bool:
        """Whether the form shows something that was typed before and not saved."""
        return any(self._shown(field) != field.value for field in self.fields)

    def _shown(self, field: FormField) -> str:
        return self.draft.get(field.name, field.value)

    def _title_lines(self) -> list[Line]:
        line = plain(self.title_text, "title")
        if self.draft_restored:
            line.append(("   draft, not saved", "warn"))
        if any(field.required for field in self.fields):
            line.append(("   * required", "dim"))
        return [line]

    def _key_line(self) -> Line:
        first = ("Enter save", "Tab next") if self.enter_saves else ("form.save", "Enter next")
        discard = ("form.discard",) if self.discard and self.draft_restored else ()
        return self.hint(*first, *discard, "go.back")

    def on_mount(self) -> None:
        empty = [field for field in self.fields if not self._shown(field)]
        first = empty[0] if empty and not self.enter_saves else self.fields[0]
        names = [field.name for field in self.fields]
        self.entry(self.start if self.start in names else first.name).focus()
        for field in self.fields:
            self.show_echo(field)

    def entry(self, name: str) -> LineInput:
        """The input of a field."""
        return self.query_one(f"#f-{name}", LineInput)

    @property
    def values(self) -> dict[str, str]:
        """The texts in the form, by field name."""
        return {field.name: self.entry(field.name).value for field in self.fields}

    @property
    def current(self) -> FormField | None:
        """The field with the cursor."""
        return next((f for f in self.fields if self.focused is self.entry(f.name)), None)

    @on(DescendantFocus)
    def show_hint(self) -> None:
        """Show the fault, question or hint of the field with the cursor."""
        field = self.current
        if field is None:
            return
        text, role = self._message(field)
        pieces = wrap(text, self.inner_width())
        self.query_one("#hint", StyledLines).show_whole([plain(piece, role) for piece in pieces])

    def _message(self, field: FormField) -> tuple[str, Role]:
        if self.fault and self.fault.field == field.name:
            return self.fault.message, "bad"
        if self.question and self.question.field == field.name:
            save = "Enter" if self.enter_saves else self.key_of("form.save")
            return f"{self.question.message} {save} again saves it.", "warn"
        return field.hint or field.offered, "dim"

    def show_echo(self, field: FormField) -> None:
        """Show what the value of a field is understood as, beside it."""
        meaning = understood(field, self.entry(field.name).value)
        text = "? " if isinstance(meaning, FieldFault) else meaning
        echo = self.query_one(f"#e-{field.name}", StyledLines)
        width = min(LONGEST_ECHO, terminal_width(text) + 2) if text else 0
        if self.echo_widths.get(field.name) != width:
            echo.styles.width = self.echo_widths[field.name] = width
        role: Role = "bad" if isinstance(meaning, FieldFault) else "good"
        echo.show([plain(f" {fit(text, width - 1)}", role)] if text else [])

    @on(Input.Changed)
    def update_draft(self, event: Input.Changed) -> None:
        self.fault = self.question = None
        field = next((f for f in self.fields if event.input.id == f"f-{f.name}"), None)
        if field and self.is_mounted:
            self.show_echo(field)
        if self.is_mounted:
            self.save_draft()

    def save_draft(self) -> None:
        """Keep what is typed; drop the draft where the fields show what is stored."""
        values = self.values
        if any(values[field.name] != field.value for field in self.fields):
            if self.keep:
                self.keep(values)
        elif self.discard:
            self.discard()

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        if self.enter_saves or event.input.id == f"f-{self.fields[-1].name}":
            self.action_form_save()
        else:
            self.focus_next(LineInput)

    def key_down(self) -> None:
        self.focus_next(LineInput)

    def key_up(self) -> None:
        self.focus_previous(LineInput)

    def action_form_save(self) -> None:
        """Check everything; save, ask, or put the cursor on the first fault."""
        values: dict[str, str] = {}
        for field in self.fields:
            typed = self.entry(field.name).value.strip()
            value = chosen(field, typed) if field.choices else typed
            if isinstance(value, FieldFault):
                return self.refuse(value)
            values[field.name] = value
        result = self.save_values(values)
        if isinstance(result, list):
            return self.refuse(result[0])
        if isinstance(result, Confirmation):
            if self.question is None or self.question.message != result.message:
                return self.ask_again(result)
            result = result.result
        self.dismiss(result)
        return None

    def action_form_discard(self) -> None:
        """Put the stored values back and drop the draft."""
        if self.discard is None:
            return
        self.draft = {}
        for field in self.fields:
            self.entry(field.name).value = field.value
        self.query_one("#form-title", StyledLines).show(self._title_lines())
        self.query_one("#form-keys", StyledLines).show([self._key_line()])

    def refuse(self, fault: FieldFault) -> None:
        """Show a fault and put the cursor on its field."""
        self.fault = fault
        self.entry(fault.field).focus()
        self.show_hint()

    def ask_again(self, question: Confirmation) -> None:
        """Show a question and put the cursor on its field; saving again confirms."""
        self.question = question
        self.entry(question.field).focus()
        self.show_hint()
