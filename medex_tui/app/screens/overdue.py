"""Letters due, most urgent first; then waived ones, awaited replies and ending referrals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.widget import Widget

from medex_tui.app.commands import bindings
from medex_tui.app.forms.reply import pick_sending, record_reply, waiting_rows
from medex_tui.app.row_keys import ClientKey, NoticeKey, ObligationKey, ReplyKey, RowKey
from medex_tui.app.screens.base.row_actions import RowActions
from medex_tui.app.screens.base.screen import BaseScreen
from medex_tui.app.styled_lines import Line, ListRow, Role, plain, wrap
from medex_tui.app.views.phrases import between, obligation_line, provider_name, urgency
from medex_tui.app.views.today import needs_doing, needs_heading
from medex_tui.app.widgets.lists import RowList, StyledLines
from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.obligations import Obligation
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.referrals.referral import days_left, ending

if TYPE_CHECKING:
    from medex_tui.app.commands import Key


def overdue_rows(
    practice: Practice, owed: list[Obligation], now: datetime, width: int, key: Key
) -> list[ListRow]:
    """The rows of the list, by the present obligations."""
    opened = [o for o in owed if o.status != "met" and o.state != "waived"]
    waived = [o for o in owed if o.status != "met" and o.state == "waived"]
    urgent = needs_doing(opened, now)
    later = [o for o in opened if o not in urgent]
    rows = [ListRow(needs_heading(urgent, owed, now, width))]
    rows += [
        ListRow(obligation_line(o, practice, now, width), ObligationKey(o.key)) for o in urgent
    ]
    if later:
        rows += [ListRow([]), ListRow([(" LATER ", "title"), (f"  {len(later)}", "strong")])]
        rows += [
            ListRow(obligation_line(o, practice, now, width), ObligationKey(o.key)) for o in later
        ]
    if not owed:
        told = (
            "No letters yet. A referral, an assessment or a month of visits makes a letter due; "
            f"it is listed here, most urgent first. {key('add.menu')} on Today adds them."
        )
        rows += [ListRow(plain(f"   {piece}", "dim")) for piece in wrap(told, width - 4)]
    elif not opened:
        rows.append(
            ListRow(plain("   Every letter that was due has been sent.", "good"), NoticeKey())
        )
    if waived:
        rows += [
            ListRow([]),
            ListRow(
                [(" WAIVED ", "title"), ("  with a reason; counts against the on-time rate", "dim")]
            ),
        ]
        for o in waived:
            rows.append(ListRow(obligation_line(o, practice, now, width), ObligationKey(o.key)))
            rows.append(ListRow(plain(f"     {o.waiver.reason}" if o.waiver else "", "dim")))
    return rows + waiting_rows(practice, now, width) + ending_rows(practice, now, width)


def ending_rows(practice: Practice, now: datetime, width: int) -> list[ListRow]:
    """Referrals that end within two weeks or have ended, the soonest first; none, no rows."""
    found = ending(practice, now)
    if not found:
        return []
    rows = [ListRow([]), ListRow([(" REFERRAL ENDING ", "title"), (f"  {len(found)}", "strong")])]
    for one in found:
        left = days_left(one, local_day(now, practice.zone)) or 0
        role: Role
        told, role = (f"{left} d left", "warn") if left >= 0 else (f"ended {-left} d ago", "bad")
        client = practice.clients.get(one.client_id)
        to = provider_name(practice.providers.get(one.provider_id or ""))
        line = between(">", told, role, client.name if client else "-", "referral", to, width)
        rows.append(ListRow(line, ClientKey(one.client_id)))
    return rows


class OverdueScreen(RowActions, BaseScreen):
    """Everything due to providers."""

    heading = "Provider letters"
    BINDINGS: ClassVar = bindings(
        "letter.open", "sent.mark", "call.made", "obligation.waive", "sent.failed",
        "reply.record", "client.open", "assessment.take", "session.log", "client.find",
        "go.on", "go.back",
    )  # fmt: skip
    DEFAULT_CSS = """
    OverdueScreen #why { height: 3; border-top: solid $panel; }
    """

    def body(self) -> Iterable[Widget]:
        yield RowList(id="rows")
        yield StyledLines(id="why")

    def on_mount(self) -> None:
        self.query_one("#rows", RowList).focus()
        self.redraw()

    def update_content(self) -> None:
        context = self.context
        self.query_one("#rows", RowList).show_rows(
            overdue_rows(
                context.practice, context.obligations, context.now, self.app.size.width, self.key_of
            )
        )
        self.show_explanation()

    @on(RowList.Moved)
    def show_explanation(self) -> None:
        """Show below the list why the selected row is on it, in two lines."""
        owed = self.selected_obligation()
        lines: list[Line] = []
        if owed:
            told = self.explanation(owed)[0] if self.explanation(owed) else ""
            lines = [
                plain(f" {piece}", urgency(owed, self.context.now)[2])
                for piece in wrap(told, self.app.size.width - 2)
            ]
        self.query_one("#why", StyledLines).show(lines[:2])

    def row_key(self) -> RowKey | None:
        return cast("RowKey | None", self.query_one("#rows", RowList).key)

    def help_lines(self) -> list[str]:
        owed = self.selected_obligation()
        return self.explanation(owed) if owed else ["No letters are due right now."]

    def action_reply_record(self) -> None:
        key = self.row_key()
        sent = self.context.practice.communications
        if isinstance(key, ReplyKey) and key.communication_id in sent:
            record_reply(self.context, sent[key.communication_id])
        else:
            pick_sending(self.context)

    def action_go_on(self) -> None:
        if isinstance(self.row_key(), ReplyKey):
            self.action_reply_record()
        else:
            self.action_letter_open()
