"""Several lines at once, pasted or left over: what each means; the complete ones are saved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.widget import Widget

from medex_tui.actions.log_session import log_session
from medex_tui.actions.take_assessment import take_assessment
from medex_tui.app.commands import bindings
from medex_tui.app.dialogs.ask import PromptDialog
from medex_tui.app.dialogs.override_reason import ask_override_reason
from medex_tui.app.row_keys import PendingLineKey
from medex_tui.app.screens.base.screen import BaseScreen
from medex_tui.app.state.open_sessions import LeftLines
from medex_tui.app.styled_lines import Line, ListRow, fit, plain, wrap
from medex_tui.app.views.pending_lines import PendingLine, line_state, meaning_lines
from medex_tui.app.widgets.lists import RowList, StyledLines
from medex_tui.domain.precheck import SafetyCheck, check
from medex_tui.domain.records.base import Record
from medex_tui.domain.shorthand import (
    AssessmentReading,
    SessionReading,
    at_time,
    read_assessment,
    read_session,
)


class LogBatchScreen(BaseScreen):
    """Lines to check. Nothing is saved before Enter, and then only complete lines."""

    heading = "Lines to save"
    BINDINGS: ClassVar = bindings(
        "lines.save",
        "lines.edit",
        "lines.confirm",
        "lines.reason",
        "lines.drop",
        "lines.undo",
        "go.back",
    )
    DEFAULT_CSS = """
    LogBatchScreen #rows { height: 2fr; }
    LogBatchScreen #detail { height: 3fr; }
    """

    def __init__(self, left: LeftLines) -> None:
        super().__init__()
        self.left = left
        self.pending = [PendingLine(text, set(), {}) for text in left.lines]
        self.dropped: list[tuple[int, PendingLine]] = []
        self.saved = 0

    def body(self) -> Iterable[Widget]:
        yield RowList(id="rows")
        yield StyledLines(id="detail")

    def on_mount(self) -> None:
        self.query_one("#rows", RowList).focus()
        self.redraw()
        saves = (
            f"{self.key_of('lines.save')} saves and signs every line marked ready; the others stay."
        )
        self.show_status(f"Nothing is saved yet. {saves}", "dim")

    def help_lines(self) -> list[str]:
        return [
            "Lines that were pasted, or that medex log could not save. Each is read on its own; "
            "the marks say which are ready and what the others need."
        ]

    # -- reading

    def update_content(self) -> None:
        width = self.app.size.width
        rows = []
        for n, each in enumerate(self.pending):
            self.understand(each)
            word, role = line_state(each)
            who = each.reading.client.name if each.reading and each.reading.client else "no client"
            rows.append(
                ListRow(
                    [(f" {n + 1:>2} ", "dim"), (fit(word, 11), role), (fit(who, 18), "strong"),
                     (f" {each.text}"[: width - 34], "")],
                    PendingLineKey(n),
                )
            )  # fmt: skip
        if not rows:
            back, undo = self.key_of("go.back"), self.key_of("lines.undo")
            text = (
                f"   Every line is saved or dropped. {back} goes back; "
                f"{undo} brings the last dropped one back."
            )
            rows = [ListRow(plain(text, "dim"))]
        self.query_one("#rows", RowList).show_rows(rows)
        self.detail()

    def understand(self, each: PendingLine) -> None:
        """Read one line as it would be saved now."""
        context, practice = self.context, self.context.practice
        client = practice.clients.get(self.left.client_id or "")
        if self.left.kind == "assessment":
            each.reading = read_assessment(
                each.text,
                practice=practice,
                now=context.now,
                client=client,
                confirmed=each.confirmed,
            )
            return
        reading = self.read(each, each.text)
        if reading.at is None and self.old:
            reading = self.read(each, at_time(each.text, self.left.at))
        each.reading = reading
        each.check = check(reading, reading.client, practice) if reading.client else SafetyCheck([])

    def read(self, each: PendingLine, text: str) -> SessionReading:
        """A session line of this list."""
        practice = self.context.practice
        return read_session(
            text, practice=practice, now=self.context.now,
            client=practice.clients.get(self.left.client_id or ""),
            by=self.context.login, confirmed=each.confirmed,
        )  # fmt: skip

    @property
    def old(self) -> bool:
        """Whether the lines are of an earlier day: then they are late entries of that moment."""
        local = self.context.local
        return local(self.left.at).date() < local(self.context.now).date()

    @property
    def here(self) -> PendingLine | None:
        """The line under the cursor."""
        match self.query_one("#rows", RowList).key:
            case PendingLineKey(index) if index < len(self.pending):
                return self.pending[index]
        return None

    @on(RowList.Moved)
    def show_selected(self) -> None:
        """Show what the newly selected line means."""
        self.detail()

    def detail(self) -> None:
        """What the line under the cursor means."""
        each, width = self.here, self.app.size.width
        lines: list[Line] = [plain("─" * width, "dim")]
        if each and each.reading:
            lines += [plain(f" {piece}") for piece in wrap(each.text, width - 2)][:3]
            taken_at = self.when(each.reading)
            practice = self.context.practice
            lines += meaning_lines(each, practice, taken_at, width, self.key_of)
        self.query_one("#detail", StyledLines).show(lines)

    def when(self, reading: SessionReading | AssessmentReading) -> datetime:
        """When the visit was."""
        return reading.at or self.context.now

    # -- commands

    def action_lines_save(self) -> None:
        if not any(each.ready for each in self.pending):
            edit, confirm, reason = map(
                self.key_of, ("lines.edit", "lines.confirm", "lines.reason")
            )
            told = f"{edit} edits the selected line, {confirm} and {reason} settle what is asked."
            self.show_status(f"No line is ready. {told}", "warn")
            return
        self.context.run(self.save_all())

    async def save_all(self) -> None:
        """Save the ready lines one by one, each read again after the one before."""
        context, saved = self.context, 0
        for each in list(self.pending):
            self.understand(each)
            if not each.ready:
                continue
            if await context.save([self.record(each)]) is None:
                break
            self.pending.remove(each)
            saved += 1
            self.hold()
        if not self.is_attached:
            return
        self.redraw()
        left = f"; {len(self.pending)} left" if self.pending else ""
        if saved:
            self.show_status(f"{saved} saved and signed{left}.", "good")
        if saved and not self.pending:
            self.dismiss(None)
            context.show_status(f"{saved} saved and signed.", "good", after_close=True)

    def record(self, each: PendingLine) -> Record:
        """The record a ready line makes."""
        context, reading = self.context, each.reading
        if isinstance(reading, AssessmentReading):
            return take_assessment(context, reading, sign=True)
        assert reading is not None and reading.client is not None
        fired = {f.rule for f in each.check.findings}
        return log_session(
            context,
            reading,
            sign=True,
            reasons={rule: why for rule, why in each.reasons.items() if rule in fired},
        )

    def hold(self) -> None:
        """Keep what is left as a draft; forget it when nothing is."""
        if self.pending:
            self.context.drafts.hold(
                self.left.name,
                {
                    "lines": [each.text for each in self.pending],
                    "client": self.left.client_id,
                    "kind": self.left.kind,
                },
            )
        else:
            self.context.drafts.drop(self.left.name)

    def action_lines_edit(self) -> None:
        each = self.here
        if each is None:
            return

        def change(text: str) -> None:
            each.text = text
            self.hold()
            self.redraw()

        problems = [p.message for p in each.reading.problems][:3] if each.reading else []
        self.context.ask(
            PromptDialog(
                "Change the line",
                "The line",
                each.text,
                about=problems,
                refuse=lambda t: None if t else f"{self.key_of('lines.drop')} drops a line.",
            ),
            change,
        )

    def action_lines_confirm(self) -> None:
        each = self.here
        if each and each.reading and each.reading.questions:
            each.confirmed |= {q.id for q in each.reading.questions}
            self.redraw()
        else:
            self.show_status("Nothing is asked about this line.", "dim")

    def action_lines_reason(self) -> None:
        each = self.here
        waiting = each.check.waiting(each.reasons) if each else []
        if each is None or not waiting:
            self.show_status("No safety rule asks to hold in this line.", "dim")
            return
        first = waiting[0]

        def record(reason: str) -> None:
            each.reasons[first.rule] = reason
            self.redraw()

        self.context.ask(ask_override_reason(first), record)

    def action_lines_drop(self) -> None:
        each = self.here
        if each:
            self.dropped.append((self.pending.index(each), each))
            self.pending.remove(each)
            self.hold()
            self.redraw()
            self.show_status(f"Dropped; {self.key_of('lines.undo')} brings it back.", "dim")

    def action_lines_undo(self) -> None:
        if not self.dropped:
            self.show_status("No line was dropped.", "dim")
            return
        at, each = self.dropped.pop()
        self.pending.insert(at, each)
        self.hold()
        self.redraw()

    def action_go_back(self) -> None:
        self.context.drafts.flush()
        self.dismiss(None)
