"""Today: letters due, then the visits of the day. The app opens here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, cast

from textual.events import Paste
from textual.widget import Widget

from medex_tui.app.commands import TODAY, bindings
from medex_tui.app.navigation import LogBatchRoute
from medex_tui.app.row_keys import (
    ClientKey,
    DraftKey,
    LinesKey,
    MoreKey,
    ObligationKey,
    RowKey,
    StepKey,
    VisitKey,
)
from medex_tui.app.screens.base.row_actions import RowActions
from medex_tui.app.screens.base.screen import BaseScreen
from medex_tui.app.state.open_sessions import keep_lines, left_lines, open_sessions
from medex_tui.app.styled_lines import Line
from medex_tui.app.views.today import steps, today_rows, top_line
from medex_tui.app.widgets.lists import RowList


class TodayScreen(RowActions, BaseScreen):
    """The home screen."""

    heading = ""
    BINDINGS: ClassVar = bindings(*TODAY)

    def body(self) -> Iterable[Widget]:
        yield RowList(id="rows")

    def header_line(self, width: int) -> Line:
        context = self.context
        return top_line(
            context.practice,
            context.obligations,
            context.now,
            context.login,
            width,
            demo=context.demo,
        )

    def on_mount(self) -> None:
        self.query_one("#rows", RowList).focus()
        for fault in self.context.startup_faults:
            self.show_status(str(fault), "warn")
        for notice in self.context.store.notices[-1:]:
            self.show_status(notice, "warn")

    def update_content(self) -> None:
        context, kept = self.context, self.context.drafts.kept
        rows = today_rows(
            context.practice, context.obligations, context.now, self.app.size.width,
            open_sessions(kept), left_lines(kept), self.key_of,
        )  # fmt: skip
        default = next((row.key for row in rows if row.key), None)
        self.query_one("#rows", RowList).show_rows(rows, default=default)

    def help_lines(self) -> list[str]:
        owed = self.selected_obligation()
        if owed:
            return self.explanation(owed)
        key = self.row_key()
        every = steps(self.context.practice, self.key_of)
        step = next((step for step in every if StepKey(step.key) == key), None)
        if step:
            return [f"The next step: {step.what}. {step.how}."]
        return [
            "Today lists the letters that are due and the day's visits. Paste several session "
            "lines, each beginning with its client: they are shown before any is saved."
        ]

    def row_key(self) -> RowKey | None:
        return cast("RowKey | None", self.query_one("#rows", RowList).key)

    def on_paste(self, event: Paste) -> None:
        lines = [line for line in event.text.splitlines() if line.strip()]
        if lines:
            context = self.context
            kept = keep_lines(context.drafts, context.now, lines, None)
            context.open(LogBatchRoute(kept.name))

    def action_floor_switch(self, number: int) -> None:
        found = next(
            (one for one in open_sessions(self.context.drafts.kept) if one.place == number), None
        )
        if found is None or found.client_id not in self.context.practice.clients:
            begins = f"{self.key_of('session.log')} on a visit begins one."
            self.show_status(f"No open session has the number {number}; {begins}", "dim")
        else:
            self.open_log(found.client_id)

    def action_go_on(self) -> None:
        match self.row_key():
            case DraftKey(client_id):
                self.open_log(client_id)
            case LinesKey(draft):
                self.open_lines(draft)
            case ObligationKey():
                self.action_letter_open()
            case VisitKey(session_id):
                session = self.context.practice.sessions[session_id]
                if session.state in ("planned", "open"):
                    self.action_session_log()
                else:
                    self.action_note_open()
            case ClientKey(client_id):
                self.open_client(client_id)
            case MoreKey():
                self.action_overdue_open()
            case StepKey(step):
                self.begin(step)

    def open_lines(self, name: str) -> None:
        """Open the lines held by a draft."""
        if name in self.context.drafts.kept:
            self.context.open(LogBatchRoute(name))

    def begin(self, step: str) -> None:
        """Do one of the first steps."""
        from medex_tui.app.forms.client import client_form
        from medex_tui.app.forms.provider import provider_form
        from medex_tui.app.forms.referral import referral_form

        clients = list(self.context.practice.clients)
        if step == "practice":
            self.action_practice_edit()
        elif step == "client":
            client_form(self.context)
        elif step == "provider":
            provider_form(self.context)
        elif step == "letter":
            self.action_overdue_open()
        else:
            then = (
                self.open_log if step == "session" else lambda id: referral_form(self.context, id)
            )
            if len(clients) == 1:
                then(clients[0])
            else:
                self.pick_client(
                    "Log a session for" if step == "session" else "A referral for", then
                )

    def action_practice_edit(self) -> None:
        from medex_tui.app.forms.practice import practice_form

        practice_form(self.context)

    def action_go_back(self) -> None:
        self.show_status(
            f"This is the first screen; {self.key_of('app.leave')} leaves medex.", "dim"
        )
