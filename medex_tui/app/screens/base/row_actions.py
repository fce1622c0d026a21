"""Actions on the selected row, the same on every list: its visit, client and obligation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from medex_tui.actions.context import Refusal
from medex_tui.actions.plan_visit import reopen_visit
from medex_tui.actions.record_sending import waive
from medex_tui.app.dialogs.ask import ask_why
from medex_tui.app.dialogs.client_picker import pick_client
from medex_tui.app.navigation import (
    AssessRoute,
    ClientRoute,
    LetterRoute,
    LogSessionRoute,
    NoteRoute,
    OverdueRoute,
)
from medex_tui.app.row_keys import ClientKey, DraftKey, ObligationKey, RowKey, VisitKey
from medex_tui.app.state.open_sessions import place_for
from medex_tui.domain.obligations import Obligation, explain
from medex_tui.domain.records.people import Client, Method
from medex_tui.domain.records.visits import Session
from medex_tui.reports.wording import OWED

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext
    from medex_tui.app.screens.base.screen import BaseScreen


class RowActions:
    """Actions on the selected row; subclasses implement `row_key()`."""

    context: AppContext
    show_status: Callable[..., None]

    def row_key(self) -> RowKey | None:
        """What the selected row is about."""
        raise NotImplementedError

    def selected_obligation(self) -> Obligation | None:
        """The obligation of the selected row."""
        match self.row_key():
            case ObligationKey(key):
                return next((o for o in self.context.obligations if o.key == key), None)
        return None

    def selected_session(self) -> Session | None:
        """The visit of the selected row."""
        match self.row_key():
            case VisitKey(session_id):
                return self.context.practice.sessions.get(session_id)
        return None

    def selected_client(self) -> Client | None:
        """The client that the selected row is about."""
        clients = self.context.practice.clients
        match self.row_key():
            case ClientKey(client_id) | DraftKey(client_id):
                return clients.get(client_id)
        about = self.selected_session() or self.selected_obligation()
        return clients.get(about.client_id) if about else None

    def explanation(self, owed: Obligation) -> list[str]:
        """Why an obligation is listed and what clears it: a sentence, then rule and arithmetic."""
        return [owed.why, *explain(owed, self.context.practice)]

    # -- clients

    def action_client_find(self) -> None:
        self.pick_client("Find a client", self.open_client)

    def pick_client(self, title: str, then: Callable[[str], None]) -> None:
        """Ask for a client; call `then` with the id."""
        pick_client(self.context, title, then)

    def open_client(self, id: str) -> None:
        """Open a client's record."""
        self.context.store.history(id)
        self.context.open(ClientRoute(id))

    def action_client_open(self) -> None:
        client = self.selected_client()
        if client:
            self.open_client(client.id)
        else:
            self.action_client_find()

    # -- visits

    def action_session_log(self) -> None:
        client, key = self.selected_client(), self.context.key_of
        session = self.selected_session()
        if session and session.state in ("signed", "no_show"):
            note, amend = key("note.open"), key("note.amend")
            self.show_status(
                f"This visit is closed; {note} reads its note, and {amend} there amends it.", "warn"
            )
        elif client:
            self.open_log(client.id, session)
        else:
            self.pick_client("Log a session for", self.open_log)

    def open_log(self, client_id: str, session: Session | None = None) -> None:
        """Open the session line of a client, for a visit or a new one."""
        kept = self.context.drafts.kept
        if place_for(client_id, kept) is None and f"session:{client_id}" not in kept:
            self.show_status(
                "Nine sessions are open already: save one, or empty its line, "
                "before another is begun.",
                "warn",
            )
            return

        self.context.store.history(client_id)
        self.context.open(LogSessionRoute(client_id, session))

    def action_assessment_take(self) -> None:
        client = self.selected_client()
        if client:
            self.open_assess(client.id)
        else:
            self.pick_client("Assess", self.open_assess)

    def open_assess(self, client_id: str) -> None:
        """Open the assessment of a client."""
        self.context.open(AssessRoute(client_id))

    def action_session_no_show(self) -> None:
        from medex_tui.app.forms.visit import missed_form

        session = self.selected_session()
        if session is None:
            self.show_status(
                f"{self.context.key_of('session.no_show')} works on a visit of the list.", "dim"
            )
        elif session.state in ("no_show", "cancelled"):
            self._save_visit(reopen_visit(session))
        elif session.state != "planned":
            self.show_status("Only a visit that was not logged can be a no-show.", "warn")
        else:
            missed_form(self.context, session)

    def _save_visit(self, visit: Session | Refusal) -> None:
        if isinstance(visit, Refusal):
            self.show_status(visit.message, "warn")
        else:
            self.context.run(self.context.save([visit]))

    def action_note_open(self) -> None:
        session = self.selected_session()
        client = self.selected_client()
        if session is None and client:
            session = self.context.practice.last_session(client.id)
        if session is None:
            self.show_status("Select a visit first.", "dim")
        elif session.state == "planned":
            self.show_status(
                f"This visit is not logged yet; {self.context.key_of('session.log')} logs it.",
                "dim",
            )
        else:
            self.context.open(NoteRoute(session.id))

    # -- what is owed

    def action_overdue_open(self) -> None:
        self.context.open(OverdueRoute())

    def obligation_or_explain(self) -> Obligation | None:
        """The selected obligation, None where it is done; explains why a key does nothing."""
        owed = self.selected_obligation()
        if owed is None:
            every = self.context.key_of("overdue.open")
            self.show_status(f"Select a letter first; {every} lists them all.", "dim")
        elif owed.status == "met":
            self.show_status("This one is met already.", "dim")
            return None
        return owed

    def action_letter_open(self) -> None:
        owed = self.obligation_or_explain()
        if owed is None:
            return
        if owed.kind == "red_flag_call":
            self.action_call_made()
            return

        self.context.open(LetterRoute(owed.key))

    def mark_sent(
        self, owed: Obligation, *, failed: bool = False, method: Method | None = None
    ) -> None:
        """Ask how something was sent, or that it failed, and record it."""
        from medex_tui.app.forms.sending import mark_sent

        mark_sent(self.context, owed, show_status=self.show_status, failed=failed, method=method)

    def action_sent_mark(self) -> None:
        owed = self.obligation_or_explain()
        if owed:
            self.mark_sent(owed)

    def action_sent_failed(self) -> None:
        owed = self.selected_obligation()
        if owed is None:
            self.show_status(
                f"{self.context.key_of('sent.failed')}: select a letter first.",
                "dim",
            )
        else:
            self.mark_sent(owed, failed=True)

    def action_call_made(self) -> None:
        owed = self.obligation_or_explain()
        if owed:
            self.mark_sent(owed, method="phone")

    def action_obligation_waive(self) -> None:
        owed = self.obligation_or_explain()
        if owed is None:
            return
        context = self.context

        def record(reason: object) -> None:
            if reason:
                waiver = waive(context, owed, str(reason))
                if isinstance(waiver, Refusal):
                    self.show_status(waiver.message, "warn")
                else:
                    context.run(context.save([waiver]))

        title, stays = (
            f"Waive: {OWED[owed.kind]}",
            "Reason; it stays on the list and counts against the on-time rate",
        )
        context.show(
            ask_why(title, stays, self.explanation(owed)[:2], "A waiver needs a reason."), record
        )

    # -- adding

    def action_add_menu(self) -> None:
        from medex_tui.app.forms.add_menu import add_menu

        client = self.selected_client()
        add_menu(self.context, client.id if client else None)


if TYPE_CHECKING:

    class _Check(RowActions, BaseScreen):
        """Makes mypy check that screens can mix this in."""
