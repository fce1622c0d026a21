"""Log a session in one line; below it, what was understood, what was not, and safety findings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

import msgspec
from textual.containers import Horizontal
from textual.widget import Widget

from medex_tui.actions.log_session import log_session
from medex_tui.app.commands import bindings
from medex_tui.app.dialogs.override_reason import ask_override_reason
from medex_tui.app.navigation import LogBatchRoute, LogSessionRoute
from medex_tui.app.screens.base.session_line_editor import SessionLineEditor
from medex_tui.app.screens.base.undo import Undo
from medex_tui.app.state.open_sessions import keep_lines, open_sessions, place_for
from medex_tui.app.styled_lines import Line, spread
from medex_tui.app.views.last_session import aside_lines, repeatable_lines
from medex_tui.app.views.open_sessions import tabs
from medex_tui.app.views.phrases import client_header
from medex_tui.app.views.session_reading import (
    LEVEL_WORDS,
    doubts,
    guard_lines,
    reading_lines,
)
from medex_tui.app.widgets.lists import StyledLines
from medex_tui.app.widgets.session_line_input import SessionLineInput
from medex_tui.domain.precheck import SafetyCheck, check
from medex_tui.domain.records.visits import Session
from medex_tui.domain.shorthand import (
    Completion,
    SessionReading,
    accepted,
    complete,
    examples,
    read_session,
)

WITH_ASIDE = 124
"""Columns from which the last visit and the goals are shown beside the line."""

ASIDE = 44


class LogSessionScreen(SessionLineEditor):
    """Log a visit of a client in one line."""

    BINDINGS: ClassVar = bindings(
        "entry.save", "entry.draft", "entry.complete", "entry.undo", "entry.accept",
        "entry.reason", "entry.watch", "entry.next", "entry.new_name", "entry.template",
        "entry.snippet", "entry.earlier", "entry.later", "entry.back", "go.back",
        over_entry=True,
    )  # fmt: skip
    DEFAULT_CSS = """
    LogSessionScreen #who { height: 2; }
    LogSessionScreen #ask { height: 1; }
    LogSessionScreen #ask > StyledLines { width: 3; height: 1; }
    LogSessionScreen #ask > LineInput { width: 1fr; }
    LogSessionScreen #below { height: 1fr; }
    LogSessionScreen #aside { width: 44; border-left: solid $panel; display: none; }
    """

    def __init__(self, client_id: str, session: Session | None = None) -> None:
        super().__init__(client_id)
        self.base = session
        self.confirmed: set[str] = set()
        self.reasons: dict[str, str] = {}
        self.check = SafetyCheck([])
        self.saving = False

    def body(self) -> Iterable[Widget]:
        yield StyledLines(id="who")
        with Horizontal(id="ask"):
            yield StyledLines([[(" >", "key")]], classes="one")
            yield SessionLineInput(
                faults=lambda _: self.faults, pasted=self.open_many, digit=self.begin_with
            )
        yield StyledLines(id="under", classes="one")
        with Horizontal(id="below"):
            yield StyledLines(id="read")
            yield StyledLines(id="aside")

    @property
    def draft_name(self) -> str:
        """The name of the line's draft."""
        return f"session:{self.client_id}"

    def offered(self, text: str, cursor: int) -> list[Completion]:
        return complete(
            text, cursor, practice=self.context.practice, now=self.context.now, client=self.client
        )

    def on_mount(self) -> None:
        if self.base is None:
            self.base = self.planned_today()
        faults = self.load_templates()
        kept = self.context.drafts.kept.get(self.draft_name)
        if kept:
            self.undo = Undo(kept.get("undo", ()))
            self.reasons = {str(k): str(v) for k, v in kept.get("reasons", {}).items()}
            self.confirmed = {str(each) for each in kept.get("confirmed", ())}
            self.set_line((str(kept.get("text", "")), int(kept.get("cursor", 0))))
        self.entry.focus()
        if faults:
            self.show_status(str(faults[0]), "warn")
        elif kept:
            self.show_status("Your unsaved line is back where you left it.", "accent")
        elif self.context.practice.last_session(self.client_id):
            self.show_status(
                "= repeats last time, then only what changed:  lp@65 132/78 72 p3 ; note", "dim"
            )
        else:
            complete, help_, save = map(self.key_of, ("entry.complete", "help.open", "entry.save"))
            self.show_status(
                f"{complete} completes, {help_} explains the line by example, "
                f"{save} saves and signs.",
                "dim",
            )

    def planned_today(self) -> Session | None:
        """The client's visit of today that is still unlogged."""
        context = self.context
        today = context.local(context.now).date()
        return next(
            (
                s
                for s in context.practice.sessions_of.get(self.client_id, ())
                if s.state in ("planned", "open") and s.at and context.local(s.at).date() == today
            ),
            None,
        )

    def header_line(self, width: int) -> Line:
        session = self.base
        at = session.planned_at if session else None
        what = f"Session planned {self.context.local(at):%H:%M}" if at else "Session"
        others = open_sessions(self.context.drafts.kept)
        if [one.client_id for one in others] in ([], [self.client_id]):
            alone: Line = [(" medex  ", "title"), (f"{what}   ", "strong")]
            return spread(alone, [(f"{self.clock_words()} ", "")], width)
        return tabs(self.client_id, others, self.context.practice, what, width)

    def update_content(self) -> None:
        who = client_header(
            self.client, self.context.practice, self.context.now, self.app.size.width
        )
        self.query_one("#who", StyledLines).show_whole(who)
        aside = self.query_one("#aside", StyledLines)
        aside.display = self.app.size.width >= WITH_ASIDE
        if aside.display:
            aside.show(aside_lines(self.client_id, self.context.practice, ASIDE - 3))
        self.understand()

    def help_lines(self) -> list[str]:
        return [
            "One line says the visit, by example:",
            *(f"{typed}\t{means}" for typed, means in examples.SESSION),
            "",
            f"{self.key_of('entry.complete')} completes, and on a new word offers what usually "
            f"comes next; {self.key_of('entry.earlier')} recalls earlier visits. On an empty line "
            "1 to 9 begin with a template. Several pasted lines are shown before any is saved.",
        ]

    # -- reading

    def understand(self) -> None:
        """Read the line and show what it says."""
        context, text, width = self.context, self.entry.value, self.app.size.width
        if width >= WITH_ASIDE:
            width -= ASIDE
        self.reading = reading = read_session(
            text,
            practice=context.practice,
            now=context.now,
            client=self.client,
            by=context.login,
            confirmed=self.confirmed,
            base=self.base,
        )
        self.check = check(reading, self.client, context.practice)
        lines = guard_lines(
            self.client, context.practice, reading.at or context.now, self.base, width
        )
        if text.strip():
            zone, reason = context.practice.zone, self.key_of("entry.reason")
            lines += reading_lines(reading, self.check, self.reasons, zone, width, reason)
            lines += doubts(
                self.shown_problems, reading.questions, width, self.key_of("entry.save")
            )
        else:
            lines += repeatable_lines(self.client_id, context.practice, self.templates, width)
        self.query_one("#read", StyledLines).show(lines)
        self.show_under()

    def hold(self) -> None:
        """Have the draft on disk soon."""
        drafts, (text, cursor) = self.context.drafts, (self.entry.value, self.entry.cursor_position)
        if not text and not self.undo.states:
            drafts.drop(self.draft_name)
            return
        place = place_for(self.client_id, drafts.kept)
        if place is None:
            self.show_status(
                "Nine visits are open already: this one stays open too, without a number.", "warn"
            )
        drafts.hold(
            self.draft_name,
            {
                "text": text,
                "cursor": cursor,
                "at": self.context.now.isoformat(),
                "place": place,
                "reasons": self.reasons,
                "confirmed": sorted(self.confirmed),
                "undo": self.undo.states,
            },
        )
        self.query_one("#top", StyledLines).show([self.header_line(self.app.size.width)])

    # -- saving

    def action_entry_save(self) -> None:
        self.finish(sign=True)

    def action_entry_draft(self) -> None:
        self.finish(sign=False)

    def finish(self, *, sign: bool) -> None:
        """Save a complete line; else go to the first thing in the way."""
        reading = self.reading
        if reading is None or not self.entry.value.strip():
            self.show_status("Nothing typed yet. = repeats the last session.", "dim")
            return
        if reading.problems:
            self.go_to(reading.problems[0])
            return
        if reading.questions:
            more = (
                f" ({len(reading.questions)} values are asked about.)"
                if len(reading.questions) > 1
                else ""
            )
            again = f"{self.key_of('entry.save')} again to confirm."
            self.show_status(f"{reading.questions[0].message} {again}{more}", "warn")
            self.confirmed |= {q.id for q in reading.questions}
            self.reading = msgspec.structs.replace(reading, questions=[])
            self.hold()
            return
        waiting = self.check.waiting(self.reasons)
        if waiting and sign:
            self.show_status(
                f"{LEVEL_WORDS[waiting[0].level]}: {self.key_of('entry.reason')} to go on with a "
                "reason, "
                f"or {self.key_of('entry.draft')} keeps it unsigned.",
                "bad",
            )
            return
        if not self.saving:
            # A worker of the app: the save goes on where the person leaves this screen meanwhile.
            self.saving = True
            self.context.run(self.save(reading, sign=sign))

    async def save(self, reading: SessionReading, *, sign: bool) -> None:
        """Save the session; leave the screen once it is on disk."""
        context, now = self.context, self.context.now
        fired = {f.rule for f in self.check.findings}
        made = log_session(
            context,
            reading,
            chosen=self.base,
            sign=sign,
            reasons={rule: why for rule, why in self.reasons.items() if rule in fired},
        )
        saved = await context.save([made])
        self.saving = False
        if saved:
            context.drafts.drop(self.draft_name)
            word = "saved and signed" if sign else "saved as a draft"
            if self.is_current:
                self.dismiss(None)
            else:
                context.redraw()
            context.show_status(
                f"{word} {context.local(now):%H:%M}: {self.client.name}", "good", after_close=True
            )
        elif self.base:
            self.base = context.practice.sessions.get(self.base.id, self.base)

    # -- editing

    def action_entry_accept(self) -> None:
        text = self.entry.value
        if accepted(text) == text:
            self.show_status("Nothing in the line is copied from last visit.", "dim")
        else:
            self.put(0, len(text), accepted(text))
            undo = self.key_of("entry.undo")
            self.show_status(
                f"Accepted: what was repeated counts as seen done today. {undo} takes it back.",
                "accent",
            )

    def key_pageup(self) -> None:
        self.query_one("#read", StyledLines).scroll_page_up(animate=False)

    def key_pagedown(self) -> None:
        self.query_one("#read", StyledLines).scroll_page_down(animate=False)

    # -- the floor

    def action_entry_watch(self) -> None:
        from medex_tui.app.dialogs.stopwatch import StopwatchDialog

        def take(text: str) -> None:
            at = self.entry.cursor_position
            before = self.entry.value[:at]
            glue = "" if not before or before.endswith((" ", "x")) else " "
            self.put(at, at, f"{glue}{text.removeprefix('x') if before.endswith('x') else text} ")

        self.context.ask(StopwatchDialog(), take)

    def action_entry_next(self) -> None:
        others = [
            one
            for one in open_sessions(self.context.drafts.kept)
            if one.client_id in self.context.practice.clients
        ]
        after = [one for one in others if one.client_id != self.client_id]
        if not after:
            self.show_status(
                f"No other session is open; {self.key_of('go.back')} goes back to Today "
                "to begin one.",
                "dim",
            )
            return
        here = place_for(self.client_id, self.context.drafts.kept) or 0
        chosen = next((one for one in after if (one.place or 0) > here), after[0])
        self.context.drafts.flush()
        self.context.open(LogSessionRoute(chosen.client_id), replace=True)

    def open_many(self, lines: list[str]) -> None:
        """Show several pasted lines with what each means, before any is saved."""
        context = self.context
        kept = keep_lines(context.drafts, context.now, lines, self.client_id)
        context.open(LogBatchRoute(kept.name))

    # -- rules

    def action_entry_reason(self) -> None:
        waiting = self.check.waiting(self.reasons)
        if not waiting:
            self.show_status("No safety rule asks to hold.", "dim")
            return
        first = waiting[0]

        def record(reason: str) -> None:
            self.reasons[first.rule] = reason
            self.understand()
            self.hold()
            if self.check.waiting(self.reasons):
                self.action_entry_reason()

        self.context.ask(ask_override_reason(first), record)

    def action_go_back(self) -> None:
        self.context.drafts.flush()
        self.dismiss(None)
