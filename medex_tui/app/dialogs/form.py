"""A form: labelled lines, checked as a whole when saved. Nothing typed is lost while a fault is named."""

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
from medex_tui.app.styled_lines import Line, fit, plain, wrap
from medex_tui.app.widgets.lists import StyledLines
from medex_tui.app.widgets.text_input import LineInput

Values = Mapping[str, str]


class FormField(Struct, frozen=True):
    """One line of a form. `choices` are completed from their first letters; `hint` shows while the line is typed.

    `said` maps other words people use onto a choice: `doctor` onto `physician`.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    choices: tuple[str, ...] = ()
    said: Mapping[str, str] = {}

    @property
    def offered(self) -> str:
        """The choices as people read them."""
        return ", ".join(choice.replace("_", " ") for choice in self.choices)


class FieldFault(Struct, frozen=True):
    """What is wrong with a field, in one sentence."""

    field: str
    message: str


def chosen(field: FormField, typed: str) -> str | FieldFault:
    """The choice that what was typed stands for: itself, or the only one that begins so."""
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
    return FieldFault(
        field.name, f"{field.label}: {typed.strip()!r} could not be matched; one of {offered}."
    )


class Form(Dialog):
    """Fields from top to bottom. `save` makes the result of the values or names the faults; the result is returned."""

    BINDINGS: ClassVar = bindings("form.save", "go.back", over_entry=True)
    DEFAULT_CSS = """
    Form .sheet { max-height: 100%; }
    Form VerticalScroll { height: auto; max-height: 18; scrollbar-size-vertical: 1; background: $surface; }
    Form .field { height: 1; }
    Form .field > StyledLines { width: 20; height: 1; }
    Form .field > LineInput { width: 1fr; }
    """

    def __init__(
        self,
        title: str,
        fields: Sequence[FormField],
        save: Callable[[Values], object | list[FieldFault]],
        *,
        draft: Mapping[str, str] | None = None,
        keep: Callable[[Values], None] | None = None,
        enter_saves: bool = False,
        about: str = "",
    ) -> None:
        super().__init__()
        self.title_text, self.fields, self.save_values = title, list(fields), save
        self.draft, self.keep = draft or {}, keep
        self.enter_saves, self.about_text = enter_saves, about
        self.fault: FieldFault | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="sheet", can_focus=False):
            yield StyledLines([plain(self.title_text, "title")], classes="one")
            told: list[Line] = [plain(piece) for piece in wrap(self.about_text, self.inner_width())]
            if self.about_text:
                about = StyledLines(told)
                about.styles.height = len(told)
                yield about
            with VerticalScroll(can_focus=False):
                for field in self.fields:
                    with Horizontal(classes="field"):
                        yield StyledLines([plain(fit(field.label, 19), "field")], classes="one")
                        yield LineInput(
                            self.draft.get(field.name, field.value), id=f"f-{field.name}"
                        )
            yield StyledLines(id="hint", classes="one")
            first = ("Enter save", "Tab next") if self.enter_saves else ("form.save", "Enter next")
            yield StyledLines([self.hint(*first, "go.back")], classes="one")

    def on_mount(self) -> None:
        empty = [f for f in self.fields if not self.draft.get(f.name, f.value)]
        first = empty[0] if empty and not self.enter_saves else self.fields[0]
        self.entry(first.name).focus()

    def entry(self, name: str) -> LineInput:
        """The line of a field."""
        return self.query_one(f"#f-{name}", LineInput)

    @property
    def values(self) -> dict[str, str]:
        """What stands in the form, by field name."""
        return {field.name: self.entry(field.name).value for field in self.fields}

    @on(DescendantFocus)
    def show_hint(self) -> None:
        """What belongs in the line the cursor is on; what is wrong with it, until it is typed in."""
        field = next((f for f in self.fields if self.focused is self.entry(f.name)), None)
        if field is None:
            return
        if self.fault and self.fault.field == field.name:
            told = plain(self.fault.message, "bad")
        else:
            told = plain(field.hint or field.offered, "dim")
        pieces = wrap(told[0][0], self.inner_width())
        self.query_one("#hint", StyledLines).show_whole(
            [plain(piece, told[0][1]) for piece in pieces]
        )

    @on(Input.Changed)
    def typed(self) -> None:
        self.fault = None
        if self.keep and self.is_mounted:
            self.keep(self.values)

    @on(Input.Submitted)
    def onward(self, event: Input.Submitted) -> None:
        if self.enter_saves or event.input.id == f"f-{self.fields[-1].name}":
            self.action_form_save()
        else:
            self.focus_next(LineInput)

    def key_down(self) -> None:
        self.focus_next(LineInput)

    def key_up(self) -> None:
        self.focus_previous(LineInput)

    def action_form_save(self) -> None:
        """Check everything; save, or put the cursor on the first fault."""
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
        self.dismiss(result)
        return None

    def refuse(self, fault: FieldFault) -> None:
        """Name a fault and go to its line."""
        self.fault = fault
        self.entry(fault.field).focus()
        self.show_hint()
