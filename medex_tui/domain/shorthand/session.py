"""The session line: what was done, measured and noted in one visit.

```
line     := [client] ["=" | "=="] { item } [ ";" note ]
item     := exercise | change | vitals | "&" vitals | service | symptom | when
exercise := name [ SETSxREPS | SETSxHOLDs | MINmin | DISTm ] [ @LOAD[kg|lb] ] [ rRPE ] [ L | R | B ]
change   := name @LOAD | name SETSxREPS | -name | +exercise        only after "="
rest     := restMINUTES                                        minutes of rest within the visit
vitals   := SYS/DIA [HR] | oSPO2 | pPAIN | rRPE | gGLUCOSE | tTEMP | wWEIGHT | hrHR
```

Beyond that: a name in quotes is taken exactly as it stands, known or not; `>` may have three parts
(before, during, after), any of them empty; `&` begins a recheck (`152/88 72 & 138/84`); `==`
repeats and accepts: all of it was seen done again, and is measured; doses may stand alone (`3x`,
`x12`, `30s`) and together (`3x10x5s`, `12min 400m`); `~name` marks an exercise as carried over and
`*name` as changed, which is how a written line keeps its origin.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from msgspec import Struct

from medex_tui.domain.dates.clock import local_day, spoken
from medex_tui.domain.dates.parse import read_day, read_past
from medex_tui.domain.find import SHORTEST_PREFIX, exercise_names, find_clients, key, words
from medex_tui.domain.language.problem import Problem, Question
from medex_tui.domain.quantities import load_unit
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Exercise, Service, Session, Vitals
from medex_tui.domain.shorthand.dose import difference, previous
from medex_tui.domain.shorthand.exercises import ExercisesReader
from medex_tui.domain.shorthand.faults import Faults
from medex_tui.domain.shorthand.item import KINDS, Item
from medex_tui.domain.shorthand.lookup import client_in, planned_on
from medex_tui.domain.shorthand.note_parts import read_parts
from medex_tui.domain.shorthand.scan import ScannedWord, scan, unquoted, unreadable
from medex_tui.domain.shorthand.services import ServicesReader
from medex_tui.domain.shorthand.shapes import (
    BARE,
    CODE,
    DECIMAL_COMMA,
    GLUED_LOAD,
    LOAD,
    NAME,
    PRESSURE,
    REPEATS,
    REST,
    SERVICE,
    STANDING,
    TIME,
    VITAL,
    is_dose,
    is_value,
    together,
    with_clock,
)
from medex_tui.domain.shorthand.visit_parts import TITLES, VisitParts, read_visit_parts
from medex_tui.domain.shorthand.vitals import VITAL_FIELDS, VitalsReader


class SessionReading(Struct, frozen=True, kw_only=True):
    """What a session line means, complete or not.

    Values are in canonical units; spans are character positions in `text`. `earlier` are the
    client's earlier sessions, the latest first; `late` marks an entry of an earlier local day.
    `snippet_text` is what stands behind the `;` with its snippets expanded.
    """

    text: str
    client: Client | None = None
    candidates: list[Client] = []
    referral_id: str | None = None
    items: list[Item] = []
    exercises: list[Exercise] = []
    vitals: list[Vitals] = []
    services: list[Service] = []
    symptoms: list[str] = []
    rest_min: float | None = None
    note: str | None = None
    parts: VisitParts = VisitParts()
    snippet_text: str = ""
    at: datetime | None = None
    late: bool = False
    earlier: list[Session] = []
    new_names: list[str] = []
    load_unit: str = "kg"
    problems: list[Problem] = []
    questions: list[Question] = []

    @property
    def complete(self) -> bool:
        """Whether the line can be saved as it stands."""
        return not self.problems and not self.questions

    def was(self, exercise: Exercise) -> str | None:
        """What differed last time, e.g. `60` for a load now 65; else None."""
        before = previous(exercise, self.earlier)
        return difference(before, exercise, self.load_unit) if before else None


def read_session(
    text: str,
    *,
    practice: Practice,
    now: datetime,
    client: Client | None = None,
    by: str = "",
    confirmed: Collection[str] = frozenset(),
    base: Session | None = None,
) -> SessionReading:
    """Parse a session line, for a known client or one named by its first words.

    `confirmed` holds the ids of questions that the person has answered with yes. `base` is the
    session that the line will fill, which is never its own "last time".
    """
    if problem := unreadable(text):
        return SessionReading(text=text, client=client, problems=[problem])
    return _SessionReader(text, practice, now, client, confirmed, base).read()


class _SessionReader:
    def __init__(
        self,
        text: str,
        practice: Practice,
        now: datetime,
        client: Client | None,
        confirmed: Collection[str],
        base: Session | None,
    ) -> None:
        self.text = text
        self.base = base
        self.practice = practice
        self.now = now
        self.client = client
        self.line = scan(text)
        self.words = with_clock(self.line.words)
        self.names = exercise_names(practice)
        self.faults = Faults(confirmed)
        self.items: list[Item] = []
        self.vitals = VitalsReader(self.faults, practice.settings.units)
        self.exercises = ExercisesReader(self.faults, practice.settings.units, self.names)
        self.services = ServicesReader(self.faults)
        self.when: ScannedWord | None = None
        self.at: datetime | None = None
        self.earlier: list[Session] = []
        self.candidates: list[Client] = []

    # The whole --------------------------------------------------------------------------------

    def read(self) -> SessionReading:
        at = self._client() if self.client is None else self._client_again(self.client)
        self._find_when()
        self._last_sessions()
        if at < len(self.words) and self.words[at].text in REPEATS:
            self._copy(self.words[at])
            at += 1
        while at < len(self.words) and not self.faults.enough:
            at += self._item(at)
        exercises = self.exercises.taken()
        vitals = self.vitals.taken()
        note, parts, snippet_text = self._note(exercises)
        self.items += [*self.exercises.shown, *self.services.items]
        self.items += [
            Item(*place, "vitals", name, value) for place, name, value in self.vitals.shown
        ]
        given = exercises or vitals or self.services.services or self.services.symptoms
        if not (given or note or parts != VisitParts()) and not self.faults.problems:
            self._nothing()
        episode = self.practice.current_episode(self.client.id) if self.client else None
        return SessionReading(
            text=self.text,
            client=self.client,
            candidates=self.candidates,
            referral_id=episode.id if episode else None,
            items=sorted(self.items, key=_shown_at),
            exercises=parts.with_goals(exercises),
            vitals=vitals,
            services=self.services.services,
            symptoms=self.services.symptoms,
            rest_min=self.services.rest_min,
            note=note,
            parts=parts,
            snippet_text=snippet_text,
            at=self.at,
            late=self.at is not None and self._day(self.at) < self._day(self.now),
            earlier=self.earlier,
            new_names=list(self.exercises.new_names),
            load_unit=load_unit(self.practice.settings.units),
            problems=self.faults.in_order(),
            questions=self.faults.questions,
        )

    def _note(self, exercises: list[Exercise]) -> tuple[str | None, VisitParts, str]:
        """Read what stands behind the `;`: the free note and the labeled parts."""
        if self.line.note_start is None:
            return None, VisitParts(), ""
        snippets = self.practice.settings.snippets
        note, parts, snippet_text = read_parts(self.text, self.line.note_start, snippets)
        if note.text:
            self.items.append(Item(note.start, note.end, "note", "note", note.text))
        for question in note.questions:
            self.faults.ask(question)
        self.items += [
            Item(part.start, part.end, "part", TITLES[part.label], part.text) for part in parts
        ]
        read = read_visit_parts(
            parts,
            self.faults,
            practice=self.practice,
            client_id=self.client.id if self.client else None,
            exercises=exercises,
            names=self.names,
            now=self.now,
            visit_at=self.at,
        )
        return note.text, read, snippet_text

    def _day(self, at: datetime) -> date:
        return local_day(at, self.practice.zone)

    def _nothing(self) -> None:
        end = len(self.text)
        message = "Nothing is said yet: type what was done, or = for the same as last time."
        self.faults.problems.append(Problem(end, end, message))

    # Who and when -----------------------------------------------------------------------------

    def _client(self) -> int:
        """Find the client in the first words; return how many words it took."""
        taken, found, problem = client_in(self.words, self.practice, self.now, self._takes)
        self.candidates = found
        if problem:
            self.faults.problems.append(problem)
            self.exercises.unplaced(self.words[0] if self.words else ScannedWord(0, 0, ""))
        elif taken:
            self.client = found[0]
            start, end = self.words[0].start, self.words[taken - 1].end
            born = f"  {self.client.birth_date}" if self.client.birth_date else ""
            self.items.append(Item(start, end, "client", self.client.name + born))
        return taken

    def _client_again(self, client: Client) -> int:
        """Refuse a client's name at the head of a line that has its client already."""
        said = self.words[0].text if self.words else ""
        if len(said) < SHORTEST_PREFIX or not said.isalpha():
            return 0
        if self.names.exactly(key(said)) or self.names.begun(words(said)):
            return 0
        named = find_clients(said, self.practice, self.now)
        if not named:
            return 0
        if client in named:
            message = f"This entry is {client.name}'s already: leave `{said}` out."
        else:
            message = f"`{said}` names {named[0].name}, but this entry is {client.name}'s."
        self.faults.refuse(self.words[0], message)
        self.exercises.unplaced(self.words[0])
        return 1

    def _takes(self, at: int) -> bool:
        """Whether the word at `at` reads as an exercise rather than as more of the name."""
        word = self.words[at].text
        if NAME.match(word) is None or not word[0].isalpha() or is_value(word):
            return True
        if self.names.exactly(key(word)):
            return True
        follows = self.words[at + 1].text if at + 1 < len(self.words) else ""
        return is_dose(follows) and bool(self.names.begun(words(word)))

    def _find_when(self) -> None:
        """Find the time first: it decides which session was the last one."""
        for word in self.words:
            if word.text[0] != "@" or LOAD.match(word.text):
                continue
            if self.when:
                self.faults.refuse(
                    word, f"The time is given twice: {self.when.text} and {word.text}; keep one."
                )
                continue
            self.when = word
            said = word.text[1:]
            if not said:
                self.faults.refuse(
                    word,
                    "`@` needs a load right after an exercise (@65), or a time (@yest, @tue14:00).",
                )
                continue
            if comma := DECIMAL_COMMA.match(word.text):
                self.faults.refuse(
                    word,
                    f"`{word.text}` has a decimal comma; type a point.",
                    f"{comma[1]}.{comma[2]}",
                )
                continue
            at = read_past(said, now=self.now, zone=self.practice.zone)
            if isinstance(at, Problem):
                suggestion = at.suggestion and "@" + at.suggestion.replace(" ", "")
                if glued := GLUED_LOAD.match(word.text):
                    message = (
                        f"`{word.text}` is a load with something glued to it: put a space between."
                    )
                    self.faults.refuse(word, message, f"{glued[1]} {glued[2]}")
                    continue
                self.faults.refuse(word, at.message, suggestion)
                continue
            self.at = self._planned_on(said, at)
            shown = spoken(self.at, self.practice.zone)
            late = self._day(self.at) < self._day(self.now)
            self.items.append(
                Item(word.start, word.end, "when", shown, "late entry" if late else "")
            )

    def _planned_on(self, said: str, at: datetime) -> datetime:
        """For a day without a time: the planned time of that day, if there is one visit."""
        if self.client is None or isinstance(read_day(said, self.now, self.practice.zone), Problem):
            return at
        visits = planned_on(self.practice, self.client.id, at)
        planned = visits[0].planned_at if len(visits) == 1 else None
        return planned if planned and planned <= self.now else at

    def _last_sessions(self) -> None:
        if self.client is None:
            return
        before = self.at or self.now
        found = self.practice.sessions_of.get(self.client.id, ())
        self.earlier = [s for s in reversed(found[-60:]) if self._counts(s, before)][:20]
        self.exercises.earlier = self.earlier
        weights = (v.weight_kg for s in self.earlier for v in s.vitals if v.weight_kg)
        self.vitals.last_kg = next(weights, None)

    def _counts(self, session: Session, before: datetime) -> bool:
        """Whether a session is an earlier one: attended, begun by then, not this one."""
        own = self.base is not None and session.id == self.base.id
        return session.attended and session.at is not None and session.at <= before and not own

    def _copy(self, word: ScannedWord) -> None:
        self.exercises.copy = word
        if self.client is None:
            return
        self.exercises.copied = self.earlier[0] if self.earlier else None
        if self.exercises.copied is None:
            self.faults.refuse(
                word, f"{self.client.name} has no earlier session to repeat; type what was done."
            )

    # One item ---------------------------------------------------------------------------------

    def _item(self, at: int) -> int:
        """Read the item that begins with the word at `at`; return how many words it took."""
        word = self.words[at]
        if word.text in REPEATS:
            self.faults.refuse(word, f"`{word.text}` goes first, before any exercise or vital.")
        elif _is_recheck(word.text):
            self.vitals.again(word)
            if word.text != "&":
                self.words[at] = ScannedWord(word.start + 1, word.end, word.text[1:])
                return self._item(at)
        elif word.text[0] == "@":
            self.exercises.load(word)
            return 1
        elif word.text[0] == "!":
            self.exercises.current = None
            return self.services.symptom(self.words, at)
        elif match := REST.match(word.text):
            self.services.rest(word, float(match[1]))
        elif match := SERVICE.match(word.text):
            self.services.service(word, match[1].upper(), int(match[2]))
        else:
            return self._value_or_name(at)
        self.exercises.current = None
        return 1

    def _value_or_name(self, at: int) -> int:
        """Read a vital sign, a dose or an exercise's name; return how many words it took."""
        word = self.words[at]
        if PRESSURE.match(word.text):
            self.vitals.pressure(word, word.text)
            self.exercises.current = None
            following = self.words[at + 1] if at + 1 < len(self.words) else None
            if following and BARE.match(following.text):
                self.vitals.reading(following, "hr", following.text)
                return 2
            return 1
        if self.exercises.value(word):
            return 1
        if standing := STANDING.match(word.text):
            self.vitals.pressure(word, standing[1], "_standing")
        elif vital := VITAL.match(word.text):
            if vital[1].lower() == "r" and self.exercises.current and ">" not in word.text:
                self.exercises.effort(word, vital[2])
                return 1
            self.vitals.reading(word, VITAL_FIELDS[vital[1].lower()], vital[2])
        else:
            return self._name_or_unknown(at)
        self.exercises.current = None
        return 1

    def _name_or_unknown(self, at: int) -> int:
        word = self.words[at]
        if not self.names.exactly(key(word.text)) and (joined := together(self.words, at)):
            return self._refuse_apart(at, joined)
        if count := self.exercises.name(self.words, at):
            return count
        self._unknown(at)
        self.exercises.current = None
        return 1

    def _refuse_apart(self, at: int, joined: ScannedWord) -> int:
        """Refuse a value typed in pieces; return how many words it took."""
        typed = self.text[joined.start : joined.end]
        self.faults.refuse(joined, f"`{typed}` is one value: write it together.", joined.text)
        self.exercises.current = None
        return sum(1 for word in self.words[at:] if word.end <= joined.end)

    def _unknown(self, at: int) -> None:
        """Refuse a word that is nothing known, with the most likely remedy."""
        word = self.words[at]
        joined = together(self.words[: at + 1], at - 1) if at else None
        if joined and not DECIMAL_COMMA.match(word.text) and not _is_code(word.text):
            self._refuse_apart(at - 1, joined)
            return
        after_exercise = bool(at) and self.exercises.current is not None
        self.faults.refuse(word, *unknown_word(word.text, after_exercise=after_exercise))


def _is_recheck(text: str) -> bool:
    """Whether a word begins a recheck: `&` alone or glued to a vital sign."""
    return text[0] == "&" and (
        text == "&" or any(shape.match(text[1:]) for shape in (PRESSURE, STANDING, VITAL))
    )


def _is_code(text: str) -> bool:
    """Whether a word is a service code, with whatever follows a colon."""
    return bool(CODE.match(text.partition(":")[0]))


def unknown_word(text: str, *, after_exercise: bool) -> tuple[str, str | None]:
    """What is wrong with a word that is nothing known, and a suggestion in its place."""
    if comma := DECIMAL_COMMA.match(text):
        return f"`{text}` has a decimal comma; type a point.", f"{comma[1]}.{comma[2]}"
    if _is_code(text):
        return f"`{text}` is a service without its minutes; type it like {text[:5]}:30.", None
    if BARE.match(text):
        message = (
            f"`{text}` alone says nothing: a bare number is a heart rate right after "
            "a blood pressure."
        )
        return message, f"@{text}" if after_exercise else f"hr{text}"
    if LOAD.match("@" + text):
        return f"`{text}` is a load; put @ before it.", f"@{text}"
    if TIME.match(text):
        return f"`{text}` is a time; put @ before it.", f"@{text}"
    if '"' in text and unquoted(text) is None and text.count('"') % 2:
        return "The quotation mark is never closed.", text + '"'
    return f"`{text}` is not understood here.", None


def _shown_at(item: Item) -> tuple[int, int]:
    """Sort key: by kind, then as typed; exercises as the session holds them."""
    return KINDS.index(item.kind), 0 if item.kind == "exercise" else item.start
