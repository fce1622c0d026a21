"""Edit one line of a grammar: completions, carets under faults, undo that outlasts the app."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import on
from textual.widgets import Input

from medex_tui.app.screens.base.screen import BaseScreen
from medex_tui.app.screens.base.undo import State, Undo
from medex_tui.app.styled_lines import Line, Role, fit, length
from medex_tui.app.widgets.lists import StyledLines
from medex_tui.app.widgets.text_input import LineInput
from medex_tui.domain.language.plain import terminal_width
from medex_tui.domain.language.problem import Problem
from medex_tui.domain.shorthand import Completion

INDENT = 3
"""Cells before the line."""


class Offers:
    """Completions of the word at the cursor: one is in the line, the others are shown below it."""

    def __init__(self) -> None:
        self.found: list[Completion] = []
        self.at = 0
        self.base = ""

    def __bool__(self) -> bool:
        return bool(self.found)

    @property
    def chosen(self) -> Completion:
        """The completion that is in the line."""
        return self.found[self.at]

    @property
    def text(self) -> str:
        """The line with that completion in it."""
        return self.base[: self.chosen.start] + self.chosen.text + self.base[self.chosen.end :]

    def begin(self, line: str, found: list[Completion]) -> None:
        """Take new completions for a line."""
        self.base, self.found, self.at = line, found, 0

    def turn(self, step: int) -> None:
        """Go `step` completions on."""
        self.at = (self.at + step) % len(self.found)

    def drop(self) -> None:
        """Forget the completions."""
        self.found = []

    def shown(self, width: int) -> Line:
        """The completions, the one in the line in brackets, and its meaning."""
        line: Line = [("   ", "")]
        meaning = self.chosen.meaning
        for n, offer in enumerate(self.found):
            here = n == self.at
            line.append(
                (f"[{offer.text}] " if here else f"{offer.text}  ", "accent" if here else "dim")
            )
        if length(line) + terminal_width(meaning) + 2 > width:
            rest = width - terminal_width(self.chosen.text) - terminal_width(meaning) - 16
            others = "  ".join(offer.text for n, offer in enumerate(self.found) if n != self.at)
            line = [
                ("   ", ""),
                (f"[{self.chosen.text}] ", "accent"),
                (fit(others, max(0, rest)), "dim"),
            ]
        return [*line, (f"  {meaning}", "")]


class LineEditorScreen(BaseScreen):
    """A screen around one line.

    Subclasses read it (`understand`), save its draft (`hold`), and give completions and faults.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.undo = Undo()
        self.line: State = ("", 0)
        self.offers = Offers()
        self.insist = False
        self.said_of: str | None = None

    def understand(self) -> None:
        """Read the line and show what it says."""

    def hold(self) -> None:
        """Write the line to the drafts."""

    def offered(self, text: str, cursor: int) -> list[Completion]:
        """What the word before the cursor can become."""
        return []

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with the line."""
        return ()

    @property
    def entry(self) -> LineInput:
        """The line."""
        return self.query_one("#entry", LineInput)

    @property
    def faults(self) -> list[tuple[int, int]]:
        """Start and end of each place to underline."""
        return [(p.start, p.end) for p in self.shown_problems]

    @property
    def shown_problems(self) -> list[Problem]:
        """What is wrong with the line, except in the word still being typed."""
        at = self.entry.cursor_position
        return [p for p in self.problems if self.insist or not (p.start < at <= p.end)]

    @on(Input.Changed, "#entry")
    def typed(self, event: Input.Changed) -> None:
        if not self.is_mounted or event.value != self.entry.value or event.value == self.line[0]:
            return  # replaced since: another event follows
        self.undo.note(self.line, event.value)
        self.line = (event.value, self.entry.cursor_position)
        self.insist = False
        self.go_on()
        if self.offers and event.value != self.offers.text:
            self.offers.drop()
        self.understand()
        self.hold()

    def show_status(self, text: str, role: Role = "") -> None:
        self.said_of = self.entry.value if text else None
        super().show_status(text, role)

    def go_on(self) -> None:
        """Clear the status line where it speaks of another text than the present one."""
        if self.said_of not in (None, self.entry.value):
            self.show_status("")

    def set_line(self, state: State) -> None:
        """Replace the line without a step of undo."""
        self.line = state
        self.entry.value, self.entry.cursor_position = state

    def put(self, start: int, end: int, text: str) -> None:
        """Replace a part of the line; the cursor goes behind the new text."""
        entry = self.entry
        entry.value = entry.value[:start] + text + entry.value[end:]
        entry.cursor_position = start + len(text)

    def go_to(self, problem: Problem) -> None:
        """Put the cursor on a fault and show it, even in the word being typed."""
        self.insist = True
        self.offers.drop()
        self.entry.cursor_position = problem.end
        self.understand()
        self.entry.refresh()
        self.show_status(f"Not saved yet: {problem.message}", "bad")

    # -- right below the line

    def show_under(self) -> None:
        """Show what Tab offers, else a caret under the first fault."""
        self.query_one("#under", StyledLines).show([self.under(self.app.size.width)])

    def under(self, width: int) -> Line:
        """The line below the entry: completions, or a caret under the first fault."""
        if self.offers:
            return self.offers.shown(width)
        fault = next((p for p in self.shown_problems if p.end > p.start), None)
        if fault is None:
            return []
        shown = self.entry.value
        at = INDENT + terminal_width(shown[: fault.start]) - int(self.entry.scroll_offset.x)
        marks = "^" * max(1, terminal_width(shown[fault.start : fault.end]))
        if not INDENT <= at < width - 1:
            return []
        line: Line = [(" " * at, ""), (marks[: width - at - 1], "bad")]
        better = (
            f"  {fault.suggestion}? {self.key_of('entry.complete')} takes it"
            if fault.suggestion
            else ""
        )
        return (
            [*line, (better, "accent")]
            if better and length(line) + terminal_width(better) < width
            else line
        )

    # -- commands

    def action_entry_undo(self) -> None:
        state = self.undo.back()
        if state is None:
            self.show_status("There is nothing to undo in this line.", "dim")
            return
        self.offers.drop()
        self.set_line(state)
        self.go_on()
        self.understand()
        self.hold()

    def action_entry_complete(self) -> None:
        self.offer(1)

    def action_entry_back(self) -> None:
        self.offer(-1)

    def offer(self, step: int) -> None:
        """Put a completion of the word at the cursor into the line; when called again, the next."""
        entry = self.entry
        meant = next((p for p in self.problems if p.suggestion), None)
        if self.offers and entry.value == self.offers.text:
            self.offers.turn(step)
        else:
            found = self.offered(entry.value, entry.cursor_position)
            if meant and found and found[0].start == found[0].end:
                found = []
            self.offers.begin(entry.value, found)
        if self.offers:
            chosen = self.offers.chosen
            entry.value = self.offers.text
            entry.cursor_position = chosen.start + len(chosen.text)
            if len(self.offers.found) == 1:
                self.show_status(f"{chosen.text}: {chosen.meaning}", "dim")
                self.offers.drop()
            self.show_under()
        elif meant:
            self.put(meant.start, meant.end, meant.suggestion or "")
        else:
            begun = entry.value[: entry.cursor_position][-1:].strip()
            self.show_status(
                "Nothing begins with that."
                if begun
                else "No earlier one holds more than this line.",
                "dim",
            )
