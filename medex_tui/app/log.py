"""Log a session: one line, and below it what was understood, what was not, and what the safety rules say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import ClassVar

import msgspec
from textual import on
from textual.containers import Horizontal
from textual.events import Key, Paste
from textual.widget import Widget
from textual.widgets import Input

from medex_tui.app import templates
from medex_tui.app.commands import bindings
from medex_tui.app.floor import open_sessions, place_for
from medex_tui.app.lines import Line, fit, length, plain, wrap
from medex_tui.app.page import Page
from medex_tui.app.readout import LEVEL_WORDS, done_words, doubts, guard_lines, reading_lines
from medex_tui.app.sheets import Ask, Choice, Picker
from medex_tui.app.undo import State, Undo
from medex_tui.app.widgets import Entry, Lines
from medex_tui.app.words import client_header, day
from medex_tui.domain.guards import Check, check
from medex_tui.domain.plain import columns
from medex_tui.domain.problem import Problem
from medex_tui.domain.records import Client, KnownExercise, Override, Record, Session
from medex_tui.domain.shorthand import (
    Completion,
    SessionReading,
    accepted,
    complete,
    read_session,
    to_session,
    write_plan,
)
from medex_tui.domain.shorthand.scan import scan, written_note

__all__ = ["GRAMMAR", "LogPage", "SessionEntry", "doubts"]

RECALLED = 20
"""How many earlier visits the arrow keys go back."""

INDENT = 3
"""Cells before the line."""

_SNIPPET_NAME = re.compile(r"\w[\w-]{0,19}")


class SessionEntry(Entry):
    """The line. A paste of several lines goes to `pasted`; a digit on an empty line to `digit`, which may take it."""

    def __init__(
        self,
        *,
        faults: Callable[[str], list[tuple[int, int]]],
        pasted: Callable[[list[str]], None],
        digit: Callable[[int], bool],
    ) -> None:
        super().__init__(id="entry", faults=faults)
        self.pasted, self.digit = pasted, digit

    def on_paste(self, event: Paste) -> None:
        lines = [line for line in event.text.splitlines() if line.strip()]
        if len(lines) > 1:
            event.prevent_default()
            event.stop()
            self.pasted(lines)

    def on_key(self, event: Key) -> None:
        if not self.value and event.character and event.character in "123456789" and self.digit(int(event.character)):
            event.prevent_default()
            event.stop()


class LogPage(Page):
    """One visit of one client, in one line."""

    BINDINGS: ClassVar = bindings(
        "entry.save", "entry.draft", "entry.complete", "entry.undo", "entry.accept", "entry.reason", "entry.watch",
        "entry.next", "entry.new_name", "entry.template", "entry.snippet", "entry.earlier", "entry.later",
        "entry.back", "go.back", over_entry=True,
    )  # fmt: skip
    DEFAULT_CSS = """
    LogPage #who { height: 2; }
    LogPage #ask { height: 1; }
    LogPage #ask > Lines { width: 3; height: 1; }
    LogPage #ask > Entry { width: 1fr; }
    LogPage #line { height: 1; }
    """

    def __init__(self, client_id: str, session: Session | None = None) -> None:
        super().__init__()
        self.client_id = client_id
        self.base = session
        self.confirmed: set[str] = set()
        self.reasons: dict[str, str] = {}
        self.undo = Undo()
        self.line: State = ("", 0)
        self.reading: SessionReading | None = None
        self.check = Check([])
        self.insist = False
        self.offers: list[Completion] = []
        self.offered = 0
        self.offer_base = ""
        self.recalled = 0
        self.typed_before_recall = ""
        self.templates: dict[int, templates.Template] = {}

    def body(self) -> Iterable[Widget]:
        yield Lines(id="who")
        with Horizontal(id="ask"):
            yield Lines([[(" >", "key")]], classes="one")
            yield SessionEntry(faults=lambda _: self.faults, pasted=self.open_many, digit=self.begin_with)
        yield Lines(id="under", classes="one")
        yield Lines(id="read")

    @property
    def draft_name(self) -> str:
        """Where this entry is kept while it is typed."""
        return f"session:{self.client_id}"

    @property
    def client(self) -> Client:
        """Whose session this is."""
        return self.medex.practice.clients[self.client_id]

    @property
    def entry(self) -> Entry:
        """The line."""
        return self.query_one("#entry", Entry)

    @property
    def faults(self) -> list[tuple[int, int]]:
        """The places to underline."""
        return [(p.start, p.end) for p in self.shown_problems]

    @property
    def shown_problems(self) -> list[Problem]:
        """What is wrong, without the word that is still being typed: it is given time until the next one."""
        if self.reading is None:
            return []
        at = self.entry.cursor_position
        return [p for p in self.reading.problems if self.insist or not (p.start < at <= p.end)]

    def on_mount(self) -> None:
        if self.base is None:
            self.base = self.planned_today()
        found, faults = templates.load(self.medex.config / "templates")
        self.templates = templates.fitting(found, self.client, self.medex.practice)
        kept = self.medex.drafts.kept.get(self.draft_name)
        if kept:
            self.undo = Undo(kept.get("undo", ()))
            self.reasons = {str(k): str(v) for k, v in kept.get("reasons", {}).items()}
            self.confirmed = {str(each) for each in kept.get("confirmed", ())}
            self.set_line((str(kept.get("text", "")), int(kept.get("cursor", 0))))
        self.entry.focus()
        if faults:
            self.say(str(faults[0]), "warn")
        elif kept:
            self.say("Your unsaved line is back where you left it.", "accent")
        elif self.medex.practice.last_session(self.client_id):
            self.say("= repeats last time, then only what changed:  lp@65 132/78 72 p3 ; note", "dim")
        else:
            self.say("Tab completes, ? explains the line by example, Enter saves and signs.", "dim")

    def planned_today(self) -> Session | None:
        """The client's visit of today that is still unlogged."""
        medex = self.medex
        today = medex.local(medex.now).date()
        return next(
            (
                s
                for s in medex.practice.sessions_of.get(self.client_id, ())
                if s.state in ("planned", "open") and s.at and medex.local(s.at).date() == today
            ),
            None,
        )

    def top(self, width: int) -> Line:
        session = self.base
        at = session.planned_at if session else None
        what = f"Session planned {self.medex.local(at):%H:%M}" if at else "Session"
        line: Line = [(" medex  ", "title"), (f"{what}   ", "strong")]
        others = open_sessions(self.medex.drafts.kept)
        if [one.client_id for one in others] in ([], [self.client_id]):
            return [*line, (self.medex.clock_words(), "")]
        for one in others:
            if one.place and (known := self.medex.practice.clients.get(one.client_id)):
                here = one.client_id == self.client_id
                name = f"{one.place} {known.family_name[:9]}"
                line.append((f"[{name}] " if here else f" {name}  ", "accent" if here else ""))
        return line

    def paint(self) -> None:
        who = client_header(self.client, self.medex.practice, self.medex.now, self.app.size.width)
        self.query_one("#who", Lines).show(who)
        self.understand()

    def about(self) -> list[str]:
        return GRAMMAR

    # -- reading

    def understand(self) -> None:
        """Read the line and show what it says."""
        medex, text, width = self.medex, self.entry.value, self.app.size.width
        self.reading = reading = read_session(
            text,
            practice=medex.practice,
            now=medex.now,
            client=self.client,
            by=medex.login,
            confirmed=self.confirmed,
            base=self.base,
        )
        self.check = check(reading, self.client, medex.practice)
        lines = guard_lines(self.client, medex.practice, reading.at or medex.now, self.base, width)
        if text.strip():
            at = reading.at
            late = f"{day(at, medex.practice.zone)} {medex.local(at):%H:%M}" if at else ""
            lines += reading_lines(reading, self.check, self.reasons, width, late)
            lines += doubts(self.shown_problems, reading.questions, width)
        else:
            lines += self.last_time(width)
        self.query_one("#read", Lines).show(lines)
        self.query_one("#under", Lines).show([self.under(width)])

    def under(self, width: int) -> Line:
        """Right below the line: what Tab offers, else a caret under the first fault."""
        if self.offers:
            return self.offer_line(width)
        fault = next((p for p in self.shown_problems if p.end > p.start), None)
        if fault is None:
            return []
        shown = self.entry.value
        at = INDENT + columns(shown[: fault.start]) - int(self.entry.scroll_offset.x)
        marks = "^" * max(1, columns(shown[fault.start : fault.end]))
        if not INDENT <= at < width - 1:
            return []
        line: Line = [(" " * at, ""), (marks[: width - at - 1], "bad")]
        better = f"  {fault.suggestion}? Tab takes it" if fault.suggestion else ""
        return [*line, (better, "accent")] if better and length(line) + columns(better) < width else line

    def offer_line(self, width: int) -> Line:
        """The offers, the one in the line in brackets, and what it stands for."""
        line: Line = [("   ", "")]
        meaning = self.offers[self.offered].meaning
        for n, offer in enumerate(self.offers):
            here = n == self.offered
            line.append((f"[{offer.text}] " if here else f"{offer.text}  ", "accent" if here else "dim"))
        if length(line) + columns(meaning) + 2 > width:
            rest = width - columns(self.offers[self.offered].text) - columns(meaning) - 16
            others = "  ".join(o.text for n, o in enumerate(self.offers) if n != self.offered)
            line = [("   ", ""), (f"[{self.offers[self.offered].text}] ", "accent"), (fit(others, max(0, rest)), "dim")]
        return [*line, (f"  {meaning}", "")]

    def last_time(self, width: int) -> list[Line]:
        """What stands under an empty line: the visit that = would repeat, and the templates."""
        medex = self.medex
        last = medex.practice.last_session(self.client_id)
        lines: list[Line] = []
        if last is None or last.at is None:
            lines += [
                plain("   No session yet. Type what was done; each piece shows here as it is understood:", "dim"),
                plain("   leg press 3x12 @60 r5  row 3x10 @20  132/78 72 p3 ; a note", "dim"),
            ]
        else:
            lines.append(plain(f"   = repeats {day(last.at, medex.practice.zone)}:", "dim"))
            lines += [[("   ", ""), (fit(e.name, 19), "dim"), (f" {done_words(e)}", "dim")] for e in last.exercises]
            for word, text in (("note", last.note), ("plan", last.plan)):
                if text:
                    lines += [plain(f"   {piece}", "dim") for piece in wrap(f"{word}  {text}", width - 6, indent=6)]
        for number, template in self.templates.items():
            about = "  ".join(part for part in (template.name, template.phase) if part)
            lines.append([(f"   {number} ", "key"), (fit(about, 26), ""), (f" {template.line}"[: width - 32], "dim")])
        return lines

    @on(Input.Changed, "#entry")
    def typed(self, event: Input.Changed) -> None:
        if self.reading is None or event.value == self.line[0]:
            return
        self.undo.note(self.line, event.value)
        self.line = (event.value, self.entry.cursor_position)
        self.insist = False
        if not self.offers or event.value != self.offer_text():
            self.offers = []
        self.understand()
        self.hold()

    def set_line(self, state: State) -> None:
        """Another line, without a step for undo."""
        self.line = state
        self.entry.value, self.entry.cursor_position = state

    def hold(self) -> None:
        """Have the draft on disk soon."""
        drafts, (text, cursor) = self.medex.drafts, (self.entry.value, self.entry.cursor_position)
        if not text and not self.undo.states:
            drafts.drop(self.draft_name)
            return
        place = place_for(self.client_id, drafts.kept)
        if place is None:
            self.say("Nine sessions are open already: this one is kept too, but has no number.", "warn")
        drafts.hold(
            self.draft_name,
            {
                "text": text,
                "cursor": cursor,
                "at": self.medex.now.isoformat(),
                "place": place,
                "reasons": self.reasons,
                "confirmed": sorted(self.confirmed),
                "undo": self.undo.states,
            },
        )
        self.query_one("#top", Lines).show([self.top(self.app.size.width)])

    # -- saving

    def action_entry_save(self) -> None:
        self.finish(sign=True)

    def action_entry_draft(self) -> None:
        self.finish(sign=False)

    def finish(self, *, sign: bool) -> None:
        """Save when the line is whole; else go to the first thing in the way."""
        reading = self.reading
        if reading is None or not self.entry.value.strip():
            self.say("Nothing typed yet. = repeats the last session.", "dim")
            return
        if reading.problems:
            first = reading.problems[0]
            self.insist, self.offers = True, []
            self.entry.cursor_position = first.end
            self.understand()
            self.entry.refresh()
            self.say(f"Not saved yet: {first.message}", "bad")
            return
        if reading.questions:
            more = f" ({len(reading.questions)} values are asked about.)" if len(reading.questions) > 1 else ""
            self.say(f"{reading.questions[0].message} Enter again if it is right.{more}", "warn")
            self.confirmed |= {q.id for q in reading.questions}
            self.reading = msgspec.structs.replace(reading, questions=[])
            self.hold()
            return
        waiting = self.check.waiting(self.reasons)
        if waiting and sign:
            self.say(f"{LEVEL_WORDS[waiting[0].level]}: ^o to go on with a reason, or ^d keeps it unsigned.", "bad")
            return
        self.run_worker(self.save(reading, sign=sign))

    async def save(self, reading: SessionReading, *, sign: bool) -> None:
        """Hand the session to the store; leave when it is on disk."""
        medex, now = self.medex, self.medex.now
        fired = {f.rule for f in self.check.findings}
        overrides = [
            Override(rule=rule, reason=why, by=medex.login, at=now)
            for rule, why in self.reasons.items()
            if rule in fired
        ]
        base = self.base
        if base and base.state not in ("planned", "open"):
            base = None
        made = to_session(
            reading, base=base, practice=medex.practice, id=medex.new_id(), now=now, by=medex.login, sign=sign,
            overrides=overrides,
        )  # fmt: skip
        saved = await medex.keep([made])
        if saved:
            medex.drafts.drop(self.draft_name)
            word = "saved and signed" if sign else "saved as a draft"
            self.dismiss(None)
            medex.call_after_refresh(
                lambda: (
                    medex.page.say(f"{word} {medex.local(now):%H:%M}: {self.client.name}", "good")
                    if medex.page
                    else None
                )
            )
        elif self.base:
            self.base = medex.practice.sessions.get(self.base.id, self.base)

    # -- editing

    def action_entry_undo(self) -> None:
        state = self.undo.back()
        if state is None:
            self.say("There is nothing to undo in this line.", "dim")
            return
        self.offers = []
        self.set_line(state)
        self.understand()
        self.hold()

    def action_entry_complete(self) -> None:
        self.offer(1)

    def action_entry_back(self) -> None:
        self.offer(-1)

    def offer(self, step: int) -> None:
        """Put the first offer for the word at the cursor into the line; then, in turn, the others."""
        medex, entry = self.medex, self.entry
        meant = next((p for p in self.reading.problems if p.suggestion), None) if self.reading else None
        if self.offers and entry.value == self.offer_text():
            self.offered = (self.offered + step) % len(self.offers)
        else:
            self.offer_base, self.offered = entry.value, 0
            self.offers = complete(
                entry.value, entry.cursor_position, practice=medex.practice, now=medex.now, client=self.client
            )
            if meant and self.offers and self.offers[0].start == self.offers[0].end:
                self.offers = []
        if self.offers:
            chosen = self.offers[self.offered]
            entry.value = self.offer_text()
            entry.cursor_position = chosen.start + len(chosen.text)
            if len(self.offers) == 1:
                self.say(f"{chosen.text}: {chosen.meaning}", "dim")
                self.offers = []
            self.query_one("#under", Lines).show([self.under(self.app.size.width)])
        elif meant:
            self.put(meant.start, meant.end, meant.suggestion or "")
        else:
            self.say("Nothing begins with that.", "dim")

    def offer_text(self) -> str:
        """The line with the offer of the moment in it."""
        chosen = self.offers[self.offered]
        return self.offer_base[: chosen.start] + chosen.text + self.offer_base[chosen.end :]

    def put(self, start: int, end: int, text: str) -> None:
        """Other text in place of a part of the line, the cursor behind it."""
        entry = self.entry
        entry.value = entry.value[:start] + text + entry.value[end:]
        entry.cursor_position = start + len(text)

    def action_entry_accept(self) -> None:
        text = self.entry.value
        if accepted(text) == text:
            self.say("Nothing in the line is carried over.", "dim")
        else:
            self.put(0, len(text), accepted(text))
            self.say("Accepted: what was repeated counts as seen done today. ^u takes it back.", "accent")

    def action_entry_earlier(self) -> None:
        self.recall(1)

    def action_entry_later(self) -> None:
        self.recall(-1)

    def recall(self, step: int) -> None:
        """An earlier visit that this login logged, as a line to do again: carried, and no reading of that day."""
        medex = self.medex
        mine = [
            s
            for s in reversed(medex.practice.sessions_of.get(self.client_id, ()))
            if s.attended and s.exercises and medex.login in (s.signed_by, s.updated_by, s.created_by)
        ][:RECALLED]
        if not mine:
            self.say("No earlier visit of this client was logged by you.", "dim")
            return
        if self.recalled == 0:
            self.typed_before_recall = self.entry.value
        self.recalled = max(0, min(len(mine), self.recalled + step))
        if self.recalled == 0:
            self.put(0, len(self.entry.value), self.typed_before_recall)
            return
        session = mine[self.recalled - 1]
        note = f" ; {written_note(session.note)}" if session.note else ""
        self.put(0, len(self.entry.value), write_plan(session, medex.practice) + note)
        if session.at:
            self.say(f"{self.recalled} of {len(mine)}: {day(session.at, medex.practice.zone)}, carried over.", "dim")

    def key_pageup(self) -> None:
        self.query_one("#read", Lines).scroll_page_up(animate=False)

    def key_pagedown(self) -> None:
        self.query_one("#read", Lines).scroll_page_down(animate=False)

    # -- templates and snippets

    def begin_with(self, number: int) -> bool:
        """Begin the line with the template of this number; whether there is one."""
        template = self.templates.get(number)
        if template is None:
            return False
        medex = self.medex
        read = read_session(template.line, practice=medex.practice, now=medex.now, client=self.client)
        planned = Session(id="plan", client_id=self.client_id, exercises=read.exercises, services=read.services)
        self.put(0, 0, (template.line if read.problems else write_plan(planned, medex.practice)) + " ")
        self.say(
            f"{template.name}: carried until changed or accepted. ^u takes it back; a space first types digits.", "dim"
        )
        return True

    def action_entry_template(self) -> None:
        medex = self.medex
        held: Session | SessionReading | None = self.reading if self.reading and self.reading.exercises else None
        held = held or medex.practice.last_session(self.client_id)
        if held is None or not held.exercises or (self.reading and self.reading.problems and self.entry.value.strip()):
            self.say("A template is made of a whole line with exercises; type one first.", "dim")
            return
        plan = Session(id="plan", client_id=self.client_id, exercises=held.exercises, services=held.services)
        line = write_plan(plan, medex.practice).replace("~", "")
        referral = medex.practice.current_episode(self.client_id)

        def save(said: str) -> None:
            name, problem, phase = [*(part.strip() for part in said.split(",")), "", ""][:3]
            made = templates.Template(name, line, problem, phase)
            try:
                path = templates.save(medex.config / "templates", made)
            except OSError as fault:
                self.say(f"The template could not be written: {(fault.strerror or 'unknown fault').lower()}.", "bad")
                return
            found, _ = templates.load(medex.config / "templates")
            self.templates = templates.fitting(found, self.client, medex.practice)
            number = next((n for n, t in self.templates.items() if t.name == made.name), None)
            where = f"{number} begins with it on an empty line" if number else "it is for another problem"
            self.say(f"Saved as {path.name}: {where}.", "good")
            self.understand()

        about = [line, f"This client: {referral.reason}" if referral and referral.reason else ""]
        self.medex.ask(
            Ask(
                "Save as a template",
                "Name, and after commas the problem and the phase: Knee early, knee, early",
                about=[text for text in about if text],
                refuse=lambda text: None if text.split(",")[0].strip() else "A template needs a name.",
            ),
            save,
        )

    def action_entry_snippet(self) -> None:
        reading, settings = self.reading, self.medex.practice.settings
        note = reading.note if reading else None
        if not note or note in settings.snippets.values():
            self.choose_snippet()
            return

        async def add(name: str) -> None:
            changed: list[Record] = [msgspec.structs.replace(settings, snippets={**settings.snippets, name: note})]
            if await self.medex.keep(changed):
                self.understand()
                self.say(f",{name} stands for this note from now on.", "good")

        def refuse(name: str) -> str | None:
            if not _SNIPPET_NAME.fullmatch(name):
                return "A snippet has a short name: letters, digits, - and _."
            return "There is a snippet of that name." if name in settings.snippets else None

        self.medex.ask(
            Ask("Save the note as a snippet", "Short name, typed later as ,name", about=[note], refuse=refuse),
            lambda name: self.run_worker(add(name)),
        )

    def choose_snippet(self) -> None:
        """The practice's snippets; the chosen one goes into the note."""
        known = {name.lstrip(","): body for name, body in self.medex.practice.settings.snippets.items()}

        def find(query: str) -> list[Choice]:
            return [
                Choice(n, f",{n}", body) for n, body in sorted(known.items()) if query.lower() in f"{n} {body}".lower()
            ]

        def write(name: str) -> None:
            text = self.entry.value.rstrip()
            self.put(0, len(self.entry.value), f"{text}{' ' if scan(text).note_start else ' ; '},{name}".lstrip())

        self.medex.ask(
            Picker("Snippets", find, empty="No snippet yet. Type a note; ^f then saves it under a short name."), write
        )

    # -- the floor

    def action_entry_watch(self) -> None:
        from medex_tui.app.watch import Watch

        def take(text: str) -> None:
            at = self.entry.cursor_position
            before = self.entry.value[:at]
            glue = "" if not before or before.endswith((" ", "x")) else " "
            self.put(at, at, f"{glue}{text.removeprefix('x') if before.endswith('x') else text} ")

        self.medex.ask(Watch(), take)

    def action_entry_next(self) -> None:
        others = [one for one in open_sessions(self.medex.drafts.kept) if one.client_id in self.medex.practice.clients]
        after = [one for one in others if one.client_id != self.client_id]
        if not after:
            self.say("No other session is open; Esc goes back to Today to begin one.", "dim")
            return
        here = place_for(self.client_id, self.medex.drafts.kept) or 0
        chosen = next((one for one in after if (one.place or 0) > here), after[0])
        self.medex.drafts.flush()
        self.medex.store.history(chosen.client_id)
        self.medex.switch_screen(LogPage(chosen.client_id))

    def open_many(self, lines: list[str]) -> None:
        """Several lines came at once: each is shown with what it means before any is saved."""
        from medex_tui.app.many import ManyPage, keep_lines

        self.medex.push_screen(ManyPage(keep_lines(self.medex, lines, self.client_id)))

    # -- rules and names

    def action_entry_reason(self) -> None:
        waiting = self.check.waiting(self.reasons)
        if not waiting:
            self.say("No safety rule asks to hold.", "dim")
            return
        first = waiting[0]

        def record(reason: str) -> None:
            self.reasons[first.rule] = reason
            self.understand()
            self.hold()
            if self.check.waiting(self.reasons):
                self.action_entry_reason()

        self.medex.ask(
            Ask(
                f"{LEVEL_WORDS[first.level]}: going on needs a reason",
                "Reason; it is kept in the note",
                about=[first.text],
                refuse=lambda text: None if text else "Without a reason the rule holds.",
            ),
            record,
        )

    def action_entry_new_name(self) -> None:
        reading = self.reading
        quoted = next((p for p in reading.problems if (p.suggestion or "").startswith('"')), None) if reading else None
        if quoted:
            self.put(quoted.start, quoted.end, quoted.suggestion or "")
            self.understand()
            reading = self.reading
        if not reading or not reading.new_names:
            self.say("Every exercise of the line is known.", "dim")
            return
        name = reading.new_names[0]
        settings = self.medex.practice.settings

        async def add(alias: str) -> None:
            known = KnownExercise(name=name, aliases=[alias] if alias else [])
            changed: list[Record] = [msgspec.structs.replace(settings, exercises=[*settings.exercises, known])]
            if await self.medex.keep(changed):
                self.understand()
                self.say(f"{name} is on the list now.", "good")

        self.medex.ask(
            Ask(f"New exercise: {name}", "Short alias, if you want one (Enter for none)"),
            lambda alias: self.run_worker(add(alias)),
        )

    def action_go_back(self) -> None:
        self.medex.drafts.flush()
        self.dismiss(None)


GRAMMAR = [
    "One line logs the visit. = repeats last time; after it, only what changed.",
    "  lp 3x12 @65 r5      leg press, 3 sets of 12, 65 kg, RPE 5     @46lb in pounds",
    "  balance 4x30s L     4 holds of 30 s, left     bike 12min     walk 400m",
    "  -row                drops an exercise of last time     +row 3x10  adds one",
    "  ==                  repeats and accepts: all of it was seen done again; ^y does the same",
    "  132/78 72 o97 p3    BP, heart rate, SpO2, pain     132/78>128/74  before and after",
    "  152/88 & 138/84     a recheck; both readings are kept, and a hold it settles needs no reason",
    "  97110:30            minutes under a code     !dizzy  a symptom     @tue14:00  a late entry",
    "  ; text              the note; ,tol puts in the snippet tol",
    "Tab completes, and on a new word offers what usually comes next. Up recalls earlier visits.",
    "On an empty line 1 to 9 begin with a template. Paste several lines: each is shown before it is saved.",
    "",
]
