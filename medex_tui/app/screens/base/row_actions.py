"""What can be done to the row under the cursor, the same on every list: its visit, its client, what it owes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

from medex_tui.app.dialogs.picker import Choice, Picker, ask_why
from medex_tui.app.views.open_sessions import place_for
from medex_tui.app.views.phrases import person, problem
from medex_tui.domain.find import find_clients
from medex_tui.domain.obligations import Obligation, explain
from medex_tui.domain.records.kinds import Client, Method, Session, Waiver
from medex_tui.domain.records.practice import Practice
from medex_tui.reports.wording import OWED

if TYPE_CHECKING:
    from medex_tui.app.app import MedexApp
    from medex_tui.app.screens.base.screen import BaseScreen


class RowActions:
    """Mixed into pages that list visits, clients or obligations; they give `row_key`."""

    medex: MedexApp
    say: Callable[..., None]

    def row_key(self) -> str | None:
        """`visit:ID`, `owed:KEY`, `client:ID`, `draft:CLIENT ID` or None."""
        raise NotImplementedError

    def _part(self, kind: str) -> str | None:
        name, _, id = (self.row_key() or "").partition(":")
        return id if name == kind else None

    def owed_here(self) -> Obligation | None:
        """The obligation of the row."""
        key = self._part("owed")
        return next((o for o in self.medex.owed if o.key == key), None) if key else None

    def session_here(self) -> Session | None:
        """The visit of the row."""
        id = self._part("visit")
        return self.medex.practice.sessions.get(id) if id else None

    def client_here(self) -> Client | None:
        """The client the row is about."""
        session, owed = self.session_here(), self.owed_here()
        id = (
            session.client_id
            if session
            else owed.client_id
            if owed
            else self._part("client") or self._part("draft")
        )
        return self.medex.practice.clients.get(id) if id else None

    def explained(self, owed: Obligation) -> list[str]:
        """Why an obligation is on the list and what would clear it: the sentence first, then rule and arithmetic."""
        return [owed.why, *explain(owed, self.medex.practice)]

    # -- clients

    def action_client_find(self) -> None:
        self.pick_client("Find a client", self.open_client)

    def pick_client(self, title: str, then: Callable[[str], None]) -> None:
        """Ask for a client; go on with the id."""
        practice, now, key = self.medex.practice, self.medex.now, self.medex.key_of

        everyone = sorted(
            practice.clients.values(),
            key=lambda c: (c.status == "discharged", c.name.casefold(), c.id),
        )

        def find(query: str) -> Iterable[Choice]:
            found = find_clients(query, practice, now) if query.strip() else everyone
            if query.strip() and not found:
                found = find_clients(query, Practice(self.medex.store.former_clients()), now)
            return [
                Choice(
                    c.id,
                    c.name,
                    f"{person(c, practice, now)}  {c.birth_date or ''}  {problem(c, practice)}",
                )
                for c in found
            ]

        self.medex.ask(
            Picker(
                title, find, empty=f"No client of that name. {key('add.menu')} on Today adds one."
            ),
            then,
        )

    def open_client(self, id: str) -> None:
        from medex_tui.app.screens.client import ClientScreen

        self.medex.store.history(id)
        self.medex.push_screen(ClientScreen(id))

    def action_client_open(self) -> None:
        client = self.client_here()
        if client:
            self.open_client(client.id)
        else:
            self.action_client_find()

    # -- visits

    def action_session_log(self) -> None:
        client, key = self.client_here(), self.medex.key_of
        session = self.session_here()
        if session and session.state in ("signed", "no_show"):
            note, amend = key("note.open"), key("note.amend")
            self.say(
                f"This visit is closed; {note} reads its note, and {amend} there amends it.", "warn"
            )
        elif client:
            self.open_log(client.id, session)
        else:
            self.pick_client("Log a session for", self.open_log)

    def open_log(self, client_id: str, session: Session | None = None) -> None:
        kept = self.medex.drafts.kept
        if place_for(client_id, kept) is None and f"session:{client_id}" not in kept:
            told = "Nine sessions are open already: save one, or empty its line, before another is begun."
            self.say(told, "warn")
            return
        from medex_tui.app.screens.log_session import LogSessionScreen

        self.medex.store.history(client_id)
        self.medex.push_screen(LogSessionScreen(client_id, session))

    def action_assessment_take(self) -> None:
        client = self.client_here()
        if client:
            self.open_assess(client.id)
        else:
            self.pick_client("Assess", self.open_assess)

    def open_assess(self, client_id: str) -> None:
        from medex_tui.app.screens.assess import AssessScreen

        self.medex.push_screen(AssessScreen(client_id))

    def action_session_no_show(self) -> None:
        from medex_tui.app.forms.records import missed_form
        from medex_tui.domain.visits import reopened

        session = self.session_here()
        if session is None:
            self.say(f"{self.medex.key_of('session.no_show')} works on a visit of the list.", "dim")
        elif session.state in ("no_show", "cancelled"):
            self.medex.run_worker(self.medex.keep([cast(Session, reopened(session))]))
        elif session.state != "planned":
            self.say("Only a visit that was not logged can be a no-show.", "warn")
        else:
            missed_form(self.medex, session)

    def action_note_open(self) -> None:
        session = self.session_here()
        client = self.client_here()
        if session is None and client:
            session = self.medex.practice.last_session(client.id)
        if session is None:
            self.say("There is no visit here to read a note of.", "dim")
        elif session.state == "planned":
            self.say(
                f"This visit is not logged yet; {self.medex.key_of('session.log')} logs it.", "dim"
            )
        else:
            from medex_tui.app.screens.note import NoteScreen

            self.medex.push_screen(NoteScreen(session.id))

    # -- what is owed

    def action_overdue_open(self) -> None:
        from medex_tui.app.screens.overdue import OverdueScreen

        self.medex.push_screen(OverdueScreen())

    def obligation_or_say(self) -> Obligation | None:
        """The obligation of the row, or a word on why the key does nothing."""
        owed = self.owed_here()
        if owed is None:
            every = self.medex.key_of("overdue.open")
            self.say(f"That works on a row that says what is owed; {every} lists them all.", "dim")
        elif owed.status == "met":
            self.say("This one is met already.", "dim")
            return None
        return owed

    def action_letter_open(self) -> None:
        owed = self.obligation_or_say()
        if owed is None:
            return
        if owed.kind == "red_flag_call":
            self.action_call_made()
            return
        from medex_tui.app.screens.letter import LetterScreen

        self.medex.push_screen(LetterScreen(owed.key))

    def mark_sent(
        self, owed: Obligation, *, failed: bool = False, method: Method | None = None
    ) -> None:
        """Record that something went out, or failed to."""
        from medex_tui.app.forms.sending import mark_sent

        mark_sent(self.medex, owed, say=self.say, failed=failed, method=method)

    def action_sent_mark(self) -> None:
        owed = self.obligation_or_say()
        if owed:
            self.mark_sent(owed)

    def action_sent_failed(self) -> None:
        owed = self.owed_here()
        if owed is None:
            self.say(
                f"{self.medex.key_of('sent.failed')} works on a row that says what is owed.", "dim"
            )
        else:
            self.mark_sent(owed, failed=True)

    def action_call_made(self) -> None:
        owed = self.obligation_or_say()
        if owed:
            self.mark_sent(owed, method="phone")

    def action_obligation_waive(self) -> None:
        owed = self.obligation_or_say()
        if owed is None:
            return
        medex = self.medex

        def record(reason: object) -> None:
            if reason:
                waiver = Waiver(
                    id=medex.new_id(),
                    obligation=owed.key,
                    reason=str(reason),
                    by=medex.login,
                    at=medex.now,
                )
                medex.run_worker(medex.keep([waiver]))

        title, stays = (
            f"Waive: {OWED[owed.kind]}",
            "Reason; it stays on the list and counts against the on-time rate",
        )
        medex.push_screen(
            ask_why(title, stays, self.explained(owed)[:2], "A waiver needs a reason."), record
        )

    # -- adding

    def action_add_menu(self) -> None:
        from medex_tui.app.forms.records import add_menu

        client = self.client_here()
        add_menu(self.medex, client.id if client else None)


if TYPE_CHECKING:

    class _Check(RowActions, BaseScreen):
        """Holds the promise that pages can mix this in."""
