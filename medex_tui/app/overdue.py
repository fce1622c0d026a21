"""Overdue: one row an obligation, most urgent first; what is waived stands below."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget

from medex_tui.app.acts import Acts
from medex_tui.app.commands import bindings
from medex_tui.app.lines import Line, Role, Row, plain, wrap
from medex_tui.app.opening import needs_doing, needs_heading
from medex_tui.app.page import Page
from medex_tui.app.replies import pick_sending, record_reply, waiting_rows
from medex_tui.app.widgets import Lines, Rows
from medex_tui.app.words import between, obligation_line, provider_name, urgency
from medex_tui.domain.clock import local_day
from medex_tui.domain.obligations import Obligation
from medex_tui.domain.practice import Practice
from medex_tui.domain.referral import days_left, ending

if TYPE_CHECKING:
    from medex_tui.app.commands import Key


def overdue_rows(practice: Practice, owed: list[Obligation], now: datetime, width: int, key: Key) -> list[Row]:
    """What is open, in the engine's order, then what is waived with its reason."""
    opened = [o for o in owed if o.status != "met" and o.state != "waived"]
    waived = [o for o in owed if o.status != "met" and o.state == "waived"]
    urgent = needs_doing(opened, now)
    later = [o for o in opened if o not in urgent]
    rows = [Row(needs_heading(urgent, owed, now, width))]
    rows += [Row(obligation_line(o, practice, now, width), f"owed:{o.key}") for o in urgent]
    if later:
        rows += [Row([]), Row([(" LATER ", "title"), (f"  {len(later)}", "strong")])]
        rows += [Row(obligation_line(o, practice, now, width), f"owed:{o.key}") for o in later]
    if not owed:
        told = (
            "Nothing yet. A referral, an assessment or a month of visits opens what a provider is owed: "
            f"it will stand here, most urgent first. {key('add.menu')} on Today adds them."
        )
        rows += [Row(plain(f"   {piece}", "dim")) for piece in wrap(told, width - 4)]
    elif not opened:
        rows.append(Row(plain("   Everything that was owed has been sent.", "good"), "none"))
    if waived:
        rows += [
            Row([]),
            Row([(" WAIVED ", "title"), ("  with a reason; counts against the on-time rate", "dim")]),
        ]
        for o in waived:
            rows.append(Row(obligation_line(o, practice, now, width), f"owed:{o.key}"))
            rows.append(Row(plain(f"     {o.waiver.reason}" if o.waiver else "", "dim")))
    return rows + waiting_rows(practice, now, width) + ending_rows(practice, now, width)


def ending_rows(practice: Practice, now: datetime, width: int) -> list[Row]:
    """Referrals in their last two weeks or past them, the soonest first; no rows where none is."""
    found = ending(practice, now)
    if not found:
        return []
    rows = [Row([]), Row([(" REFERRAL ENDING ", "title"), (f"  {len(found)}", "strong")])]
    for one in found:
        left = days_left(one, local_day(now, practice.zone)) or 0
        role: Role
        told, role = (f"{left} d left", "warn") if left >= 0 else (f"ended {-left} d ago", "bad")
        client = practice.clients.get(one.client_id)
        to = provider_name(practice.providers.get(one.provider_id or ""))
        line = between(">", told, role, client.name if client else "-", "referral", to, width)
        rows.append(Row(line, f"client:{one.client_id}"))
    return rows


class OverduePage(Acts, Page):
    """The list a day ends on."""

    heading = "Owed to providers"
    BINDINGS: ClassVar = bindings(
        "letter.open", "sent.mark", "call.made", "obligation.waive", "sent.failed", "reply.record", "client.open",
        "assessment.take", "session.log", "client.find", "go.on", "go.back",
    )  # fmt: skip
    DEFAULT_CSS = """
    OverduePage #why { height: 3; border-top: solid $panel; }
    """

    def body(self) -> Iterable[Widget]:
        yield Rows(id="rows")
        yield Lines(id="why")

    def on_mount(self) -> None:
        self.query_one("#rows", Rows).focus()
        self.repaint()

    def paint(self) -> None:
        medex = self.medex
        self.query_one("#rows", Rows).show_rows(
            overdue_rows(medex.practice, medex.owed, medex.now, self.app.size.width, self.key_of)
        )
        self.tell_why()

    @on(Rows.Moved)
    def tell_why(self) -> None:
        """Two lines under the list: why the row is here."""
        owed = self.owed_here()
        lines: list[Line] = []
        if owed:
            told = self.explained(owed)[0] if self.explained(owed) else ""
            lines = [
                plain(f" {piece}", urgency(owed, self.medex.now)[2]) for piece in wrap(told, self.app.size.width - 2)
            ]
        self.query_one("#why", Lines).show(lines[:2])

    def row_key(self) -> str | None:
        return self.query_one("#rows", Rows).key

    def about(self) -> list[str]:
        owed = self.owed_here()
        return self.explained(owed) if owed else ["Nothing is owed right now."]

    def action_reply_record(self) -> None:
        sending = self.medex.practice.communications.get(self._part("reply") or "")
        if sending:
            record_reply(self.medex, sending)
        else:
            pick_sending(self.medex)

    def action_go_on(self) -> None:
        if self._part("reply"):
            self.action_reply_record()
        else:
            self.action_letter_open()
