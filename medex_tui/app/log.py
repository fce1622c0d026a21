"""Log a session: one line, and below it what was understood, what was not, and what the safety rules say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

import msgspec
from textual import on
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input

from medex_tui.app.commands import bindings
from medex_tui.app.lines import Line, fit, plain, wrap
from medex_tui.app.page import Page
from medex_tui.app.sheets import Ask
from medex_tui.app.widgets import Entry, Lines
from medex_tui.app.words import client_header, day
from medex_tui.domain.practice import Practice
from medex_tui.domain.records import Client, KnownExercise, Override, Record, Session
from medex_tui.domain.safety import Finding, fired, limits_on, scopes_of
from medex_tui.domain.shorthand import Problem, Question, SessionReading, complete, read_session, to_session
from medex_tui.reports.wording import blood_pressure, dose, load, number

STOPPING = ("emergency", "stop", "hold")
LEVEL_WORDS = {"emergency": "EMERGENCY", "stop": "STOP", "hold": "HOLD", "caution": "CAUTION"}
SIDES = {"L": "L", "R": "R", "B": "L R", None: ""}


def findings_of(reading: SessionReading, client: Client, practice: Practice) -> list[Finding]:
    """What the safety rules and the client's own limits say of a line."""
    scopes = scopes_of(reading.exercises, practice.settings.exercises)
    return fired(reading.vitals, reading.symptoms, limits_on(client.limits, None), scopes)


def reading_lines(
    reading: SessionReading, findings: Sequence[Finding], overridden: dict[str, str], width: int, zone_day: str
) -> list[Line]:
    """The table under the line."""
    lines: list[Line] = []
    if zone_day:
        lines.append([("   late entry ", "accent"), (zone_day, "accent")])
    for exercise in reading.exercises:
        weight = load(exercise)
        rpe = f"r{number(exercise.rpe)}" if exercise.rpe is not None else ""
        done = "  ".join(part for part in (dose(exercise), weight, SIDES[exercise.side], rpe) if part)
        was = reading.was(exercise)
        lines.append(
            [
                ("   ", ""),
                (fit(exercise.name, 19), "strong"),
                (fit(done, 26), ""),
                (fit(f"was {was}" if was else "", 16), "dim"),
                (
                    exercise.origin,
                    "dim" if exercise.origin == "carried" else "accent" if exercise.origin == "changed" else "",
                ),
            ]
        )
    for vitals in reading.vitals:
        parts = [
            f"BP {blood_pressure(vitals)}" if blood_pressure(vitals) else "",
            f"HR {vitals.hr}" if vitals.hr is not None else "",
            f"SpO2 {vitals.spo2} %" if vitals.spo2 is not None else "",
            f"glucose {number(vitals.glucose)} mg/dL" if vitals.glucose is not None else "",
            f"temp {number(vitals.temp_c)} C" if vitals.temp_c is not None else "",
            f"weight {number(vitals.weight_kg)} kg" if vitals.weight_kg is not None else "",
            f"pain {number(vitals.pain)}" if vitals.pain is not None else "",
            f"RPE {number(vitals.rpe)}" if vitals.rpe is not None else "",
        ]
        lines.append([("   ", ""), (fit(vitals.phase, 6), "dim"), ("  ".join(p for p in parts if p), "")])
    for service in reading.services:
        lines.append([("   ", ""), (fit(service.code, 8), "strong"), (f"{service.minutes} min", "")])
    for finding in findings:
        role = "warn" if finding.level == "caution" else "bad"
        said = f" ({finding.said_by})" if finding.said_by else f" [{finding.source.citation}]" if finding.source else ""
        reason = overridden.get(finding.rule)
        word = f"{LEVEL_WORDS[finding.level]:10}"
        for n, piece in enumerate(wrap(f"{finding.text}{said}", width - 14)):
            lines.append([(f"   {word if n == 0 else ' ' * 10}", role), (piece, role if n == 0 else "dim")])  # type: ignore[list-item]
        if reason:
            lines.append([(" " * 13, ""), (f"going on: {reason}", "accent")])
    if reading.note:
        for n, piece in enumerate(wrap(reading.note, width - 24)):
            lines.append([("   ", ""), (fit("note" if n == 0 else "", 19), "dim"), (piece, "")])
    return lines + doubts(reading.problems, reading.questions, width)


def doubts(problems: Sequence[Problem], questions: Sequence[Question], width: int) -> list[Line]:
    """What was not understood, with what may have been meant; and what is asked about once."""
    lines: list[Line] = []
    for problem in problems:
        for n, piece in enumerate(wrap(problem.message, width - 6)):
            lines.append([("   ? " if n == 0 else "     ", "bad"), (piece, "bad")])
        if problem.suggestion:
            lines.append([("     ", ""), (f"did you mean {problem.suggestion}?", "accent")])
    for question in questions:
        for n, piece in enumerate(wrap(f"{question.message} Enter again confirms.", width - 6)):
            lines.append([("   ? " if n == 0 else "     ", "warn"), (piece, "warn")])
    return lines


class LogPage(Page):
    """One visit of one client, in one line."""

    BINDINGS: ClassVar = bindings(
        "entry.draft", "entry.undo", "entry.complete", "entry.reason", "entry.new_name", "go.back", over_entry=True
    )
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
        self.confirmed: frozenset[str] = frozenset()
        self.overridden: dict[str, str] = {}
        self.past: list[str] = []
        self.faults: list[tuple[int, int]] = []
        self.reading: SessionReading | None = None

    def body(self) -> Iterable[Widget]:
        yield Lines(id="who")
        with Horizontal(id="ask"):
            yield Lines([[(" >", "key")]], classes="one")
            yield Entry(id="entry", faults=lambda _: self.faults)
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

    def on_mount(self) -> None:
        if self.base is None:
            self.base = self.planned_today()
        self.repaint()
        self.entry.focus()
        kept = self.medex.drafts.kept.get(self.draft_name)
        if kept:
            self.entry.value = str(kept.get("text", ""))
            self.entry.cursor_position = int(kept.get("cursor", len(self.entry.value)))
            self.overridden = {str(k): str(v) for k, v in kept.get("reasons", {}).items()}
            self.say("Your unsaved line is back where you left it.", "accent")
        else:
            self.say("= repeats last time, then only what changed:  lp@65 132/78 72 p3 ; note", "dim")
        self.understand()

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
        return [(" medex  ", "title"), (fit(what, 24), "strong"), (self.medex.clock_words(), "")]

    def paint(self) -> None:
        who = client_header(self.client, self.medex.practice, self.medex.now, self.app.size.width)
        self.query_one("#who", Lines).show(who)
        self.understand()

    def about(self) -> list[str]:
        return GRAMMAR

    # -- reading

    def understand(self) -> None:
        """Read the line and show what it says."""
        medex = self.medex
        text = self.entry.value
        self.reading = read_session(
            text,
            practice=medex.practice,
            now=medex.now,
            client=self.client,
            by=medex.login,
            confirmed=self.confirmed,
            base=self.base,
        )
        self.faults = [(p.start, p.end) for p in self.reading.problems]
        self.findings = findings_of(self.reading, self.client, medex.practice)
        late = (
            f"{day(self.reading.at, medex.practice.zone)} {medex.local(self.reading.at):%H:%M}"
            if self.reading.at
            else ""
        )
        width = self.app.size.width
        if not text.strip():
            self.query_one("#read", Lines).show(self.last_time(width))
            return
        self.query_one("#read", Lines).show(reading_lines(self.reading, self.findings, self.overridden, width, late))

    def last_time(self, width: int) -> list[Line]:
        """What stands under an empty line: the visit that = would repeat."""
        medex = self.medex
        last = medex.practice.last_session(self.client_id)
        if last is None or last.at is None:
            return [
                plain("   No session yet. Type what was done:  lp 3x12 @60 r5  row 3x10 @20  132/78 72 ; note", "dim")
            ]
        lines: list[Line] = [plain(f"   = repeats {day(last.at, medex.practice.zone)}:", "dim")]
        for exercise in last.exercises:
            done = "  ".join(part for part in (dose(exercise), load(exercise), SIDES[exercise.side]) if part)
            lines.append([("   ", ""), (fit(exercise.name, 19), "dim"), (done, "dim")])
        if last.note:
            lines += [plain(f"   {piece}", "dim") for piece in wrap(f"note  {last.note}", width - 6, indent=6)]
        if last.plan:
            lines += [plain(f"   {piece}", "dim") for piece in wrap(f"plan  {last.plan}", width - 6, indent=6)]
        return lines

    @on(Input.Changed, "#entry")
    def typed(self, event: Input.Changed) -> None:
        if self.reading is None:
            return
        if not self.past or self.past[-1] != event.value:
            self.past.append(event.value)
        self.confirmed = frozenset()
        self.understand()
        self.hold()

    def hold(self) -> None:
        """Have the draft on disk soon."""
        text = self.entry.value
        if text:
            self.medex.drafts.hold(
                self.draft_name,
                {
                    "text": text,
                    "cursor": self.entry.cursor_position,
                    "at": self.medex.now.isoformat(),
                    "reasons": self.overridden,
                },
            )
        else:
            self.medex.drafts.drop(self.draft_name)

    # -- commands

    @on(Input.Submitted, "#entry")
    def submitted(self) -> None:
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
            self.entry.cursor_position = first.end
            self.say(f"Not saved yet: {first.message}", "bad")
            return
        if reading.questions:
            self.say(f"{reading.questions[0].message} Enter again if it is right.", "warn")
            self.confirmed = frozenset(q.id for q in reading.questions)
            self.reading = read_session(
                self.entry.value, practice=self.medex.practice, now=self.medex.now, client=self.client,
                by=self.medex.login, confirmed=self.confirmed,
            )  # fmt: skip
            return
        open_rules = [f for f in self.findings if f.level in STOPPING and f.rule not in self.overridden]
        if open_rules and sign:
            self.say(f"{LEVEL_WORDS[open_rules[0].level]}: ^o to go on with a reason, or ^d keeps it unsigned.", "bad")
            return
        self.run_worker(self.save(reading, sign=sign))

    async def save(self, reading: SessionReading, *, sign: bool) -> None:
        """Hand the session to the store; leave when it is on disk."""
        medex, now = self.medex, self.medex.now
        overrides = [Override(rule=r, reason=why, by=medex.login, at=now) for r, why in self.overridden.items()]
        base = self.base
        if base and base.state not in ("planned", "open"):
            base = None
        made = to_session(
            reading, base=base, practice=medex.practice, id=medex.new_id(), now=now, by=medex.login, sign=sign,
            overrides=[o for o in overrides if any(f.rule == o.rule for f in self.findings)],
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

    def action_entry_undo(self) -> None:
        if self.past:
            self.past.pop()
        text = self.past.pop() if self.past else ""
        self.entry.value = text
        self.entry.cursor_position = len(text)

    def action_entry_complete(self) -> None:
        medex, entry = self.medex, self.entry
        offers = complete(
            entry.value, entry.cursor_position, practice=medex.practice, now=medex.now, client=self.client
        )
        if offers:
            first = offers[0]
            self.put(first.start, first.end, first.text)
            rest = ", ".join(o.text for o in offers[1:6])
            self.say(f"{first.text}: {first.meaning}" + (f"   also: {rest}" if rest else ""), "dim")
        elif meant := next((p for p in self.reading.problems if p.suggestion) if self.reading else iter(()), None):
            self.put(meant.start, meant.end, meant.suggestion or "")
        else:
            self.say("Nothing begins with that.", "dim")

    def put(self, start: int, end: int, text: str) -> None:
        """Other text in place of a part of the line, the cursor behind it."""
        entry = self.entry
        entry.value = entry.value[:start] + text + entry.value[end:]
        entry.cursor_position = start + len(text)

    def action_entry_reason(self) -> None:
        waiting = [f for f in self.findings if f.level in STOPPING and f.rule not in self.overridden]
        if not waiting:
            self.say("No safety rule asks to hold.", "dim")
            return
        first = waiting[0]

        def record(reason: str) -> None:
            self.overridden[first.rule] = reason
            self.understand()
            self.hold()

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
    "  132/78 72 o97 p3    BP, heart rate, SpO2, pain     132/78>128/74  before and after",
    "  97110:30            minutes under a code     !dizzy  a symptom     @tue14:00  a late entry",
    "  ; text              the note; ,tol puts in the snippet tol",
    "",
]
