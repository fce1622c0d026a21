"""The session line: what was done, measured and noted in one visit.

```
line     := [client] ["="] { item } [ ";" note ]
item     := exercise | change | vitals | service | symptom | when
exercise := name [ SETSxREPS | SETSxHOLDs | MINmin | DISTm ] [ @LOAD[kg|lb] ] [ rRPE ] [ L | R | B ]
change   := name @LOAD | name SETSxREPS | -name | +exercise        only after "="
vitals   := SYS/DIA [HR] | oSPO2 | pPAIN | rRPE | gGLUCOSE | tTEMP | wWEIGHT | hrHR
```

Beyond that: a name in quotes is taken exactly as it stands, known or not; `>` may have three parts (before, during,
after), any of them empty; doses may stand alone (`3x`, `x12`, `30s`) and together (`3x10x5s`, `12min 400m`);
`~name` marks an exercise as carried over and `*name` as changed, which is how a written line keeps its origin.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from medex_tui.domain.clock import spoken
from medex_tui.domain.find import exercise_names, key, words
from medex_tui.domain.practice import Practice
from medex_tui.domain.problem import Problem, Question
from medex_tui.domain.quantities import (
    FAHRENHEIT_FROM,
    M_PER,
    MMOL_MAX,
    RANGES,
    celsius,
    kg_from_lb,
    metres,
    mgdl,
    number_text,
)
from medex_tui.domain.records import Client, Exercise, Service, Session, Side, Vitals
from medex_tui.domain.shorthand.dose import difference, dose, previous
from medex_tui.domain.shorthand.lookup import client_in, codes, planned_on, symptom_names, symptoms
from medex_tui.domain.shorthand.scan import NUMBER, QUOTED, Word, read_note, scan, unquoted
from medex_tui.domain.when import read_day, read_past

Kind = Literal["client", "when", "exercise", "dropped", "vitals", "service", "symptom", "note"]
KINDS: tuple[Kind, ...] = ("client", "when", "exercise", "dropped", "vitals", "service", "symptom", "note")
PHASES: tuple[Literal["pre", "during", "post"], ...] = ("pre", "during", "post")

NAME_WORDS = 6
"""The most words of a line one name can take."""

FAULTS = 20
"""A line with so many problems is read no further."""

FAR = 2.0
"""A load more than this many times the last one, or less than one part in it, is asked about."""

WEIGHT_FAR = 0.1
"""So is a body weight that differs from the last one by more than this share of it."""

_LOAD = re.compile(rf"@({NUMBER})(kg|lbs?)?\Z", re.IGNORECASE)
_COUNTS = re.compile(r"(?=[0-9]|[x×][0-9])([0-9]{1,9})?[x×]([0-9]{1,9})?\Z", re.IGNORECASE)
_AMOUNT = re.compile(
    rf"(?:([0-9]{{1,9}})?[x×])?(?:([0-9]{{1,9}})[x×])?({NUMBER})(s|sec|min|m|km|yd|ft|mi)\Z", re.IGNORECASE
)
_PRESSURE = re.compile(r"[\d/>]*\d/\d[\d/>]*\Z", re.ASCII)
_VITAL = re.compile(r"(hr|[oprgtw])(>{0,2}\d[\d.>a-z/%°]*)\Z", re.IGNORECASE | re.ASCII)
_READING = re.compile(rf"({NUMBER})([a-z/%°]*)\Z", re.IGNORECASE)
_BARE = re.compile(r"[\d.>]*\d[\d.>]*\Z", re.ASCII)
_SERVICE = re.compile(r"([0-9A-Za-z]{5}):(\d{1,9})\Z", re.ASCII)
_NAME = re.compile(rf"([-+~*]?)({QUOTED}|[^\"].*)\Z", re.DOTALL)
_TIME = re.compile(r"\d{1,2}:\d\d\Z", re.ASCII)
_COMMA = re.compile(r"(@?[a-z]{0,2}[0-9]+),([0-9]+[a-z]*)\Z", re.IGNORECASE)

_VITAL_FIELDS = {
    "hr": "hr", "o": "spo2", "p": "pain", "r": "rpe", "g": "glucose", "t": "temp_c", "w": "weight_kg",
}  # fmt: skip
_LABELS = {
    "sbp": "BP", "hr": "HR", "spo2": "SpO2", "pain": "pain", "rpe": "RPE", "glucose": "glucose",
    "temp_c": "temperature", "weight_kg": "weight",
}  # fmt: skip
_UNITS_OF = {
    "hr": {"": "bpm", "bpm": "bpm"},
    "spo2": {"": "%", "%": "%"},
    "pain": {"": "", "/10": ""},
    "rpe": {"": "", "/10": "", "/20": ""},
    "glucose": {"": "", "mg": "mg/dL", "mg/dl": "mg/dL", "mmol": "mmol/L", "mmol/l": "mmol/L"},
    "temp_c": {"": "", "c": "C", "f": "F", "°c": "C", "°f": "F"},
    "weight_kg": {"": "", "kg": "kg", "lb": "lb", "lbs": "lb"},
}
_DOSE = ("sets", "reps", "hold_s", "minutes", "distance_m")


class Item(Struct, frozen=True):
    """One understood piece of a line, as the live table shows it: where it stands and what it means.

    A carried exercise stands where the `=` does. `was` is what the value was last time, where it differs.
    """

    start: int
    end: int
    kind: Kind
    name: str
    value: str = ""
    was: str | None = None
    origin: Literal["measured", "carried", "changed"] | None = None


class SessionReading(Struct, frozen=True, kw_only=True):
    """What a session line says, whole or not. Values are in canonical units; spans are character positions."""

    text: str
    client: Client | None = None
    candidates: list[Client] = []
    referral_id: str | None = None
    items: list[Item] = []
    exercises: list[Exercise] = []
    vitals: list[Vitals] = []
    services: list[Service] = []
    symptoms: list[str] = []
    note: str | None = None
    note_text: str = ""
    at: datetime | None = None
    late: bool = False
    copied_from: Session | None = None
    earlier: list[Session] = []
    new_names: list[str] = []
    problems: list[Problem] = []
    questions: list[Question] = []

    @property
    def complete(self) -> bool:
        """Whether the line can be saved as it stands."""
        return not self.problems and not self.questions

    def was(self, exercise: Exercise) -> str | None:
        """What differed last time, e.g. `60` for a load now 65; None where nothing did or there is no last time."""
        before = previous(exercise, self.earlier)
        return difference(before, exercise) if before else None


class _Mention(Struct):
    """An exercise as the line names it, while its values are still being read."""

    word: Word
    end: int
    name: str
    mark: str
    fields: dict[str, Any] = {}
    entered: dict[str, str] = {}
    side: Side | None = None


def read_session(
    text: str,
    *,
    practice: Practice,
    now: datetime,
    client: Client | None = None,
    by: str = "",
    confirmed: Collection[str] = frozenset(),
) -> SessionReading:
    """What a session line means, for a client already known or named by its first word.

    `confirmed` holds the ids of questions the person has answered with yes. `by` is who types.
    """
    return _SessionReader(text, practice, now, client, confirmed).read()


class _SessionReader:
    def __init__(
        self, text: str, practice: Practice, now: datetime, client: Client | None, confirmed: Collection[str]
    ) -> None:
        self.text = text
        self.practice = practice
        self.now = now
        self.client = client
        self.confirmed = confirmed
        self.line = scan(text)
        self.words = self.line.words
        self.names = exercise_names(practice)
        self.units = practice.settings.units
        self.problems: list[Problem] = []
        self.questions: list[Question] = []
        self.items: list[Item] = []
        self.mentions: list[_Mention] = []
        self.current: _Mention | None = None
        self.phases: dict[str, dict[str, Any]] = {phase: {} for phase in PHASES}
        self.entered: dict[str, dict[str, str]] = {phase: {} for phase in PHASES}
        self.given: dict[str, Word] = {}
        self.session_rpe: tuple[Word, float] | None = None
        self.services: list[Service] = []
        self.symptoms: list[str] = []
        self.when: Word | None = None
        self.at: datetime | None = None
        self.copy: Word | None = None
        self.copied: Session | None = None
        self.earlier: list[Session] = []
        self.new_names: dict[str, None] = {}
        self.candidates: list[Client] = []

    # The whole ------------------------------------------------------------------------------------------------

    def read(self) -> SessionReading:
        note = (
            read_note(self.text, self.line.note_start, self.practice.settings.snippets)
            if (self.line.note_start is not None)
            else None
        )
        at = 0
        if self.client is None:
            at = self._client()
        self._find_when()
        self._last_sessions()
        if at < len(self.words) and self.words[at].text == "=":
            self._copy(self.words[at])
            at += 1
        while at < len(self.words) and len(self.problems) < FAULTS:
            at += self._item(at)
        exercises = self._exercises()
        vitals = self._vitals()
        if note and note.text:
            self.items.append(Item(note.start, note.end, "note", "note", note.text))
        for question in note.questions if note else ():
            self._ask(question)
        said = exercises or vitals or self.services or self.symptoms or (note and note.text)
        if not said and not self.problems:
            self._nothing()
        late = self.at is not None and self._day(self.at) < self._day(self.now)
        episode = self.practice.current_episode(self.client.id) if self.client else None
        return SessionReading(
            text=self.text,
            client=self.client,
            candidates=self.candidates,
            referral_id=episode.id if episode else None,
            items=sorted(self.items, key=_shown_at),
            exercises=exercises,
            vitals=vitals,
            services=self.services,
            symptoms=self.symptoms,
            note=note.text if note else None,
            note_text=note.typed if note else "",
            at=self.at,
            late=late,
            copied_from=self.copied,
            earlier=self.earlier,
            new_names=list(self.new_names),
            problems=sorted(self.problems, key=lambda problem: (problem.start, problem.end)),
            questions=self.questions,
        )

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.practice.zone).date()

    def _nothing(self) -> None:
        end = len(self.text)
        message = "Nothing is said yet: type what was done, or = for the same as last time."
        self.problems.append(Problem(end, end, message))

    def _refuse(self, word: Word, message: str, suggestion: str | None = None) -> None:
        self.problems.append(word.problem(message, suggestion))

    def _ask(self, question: Question) -> None:
        if question.id not in self.confirmed and all(question.id != asked.id for asked in self.questions):
            self.questions.append(question)

    # Who and when ---------------------------------------------------------------------------------------------

    def _client(self) -> int:
        """Find the client in the first words; how many of them it took."""
        taken, found, problem = client_in(self.words, self.practice, self.now, self._takes)
        self.candidates = found
        if problem:
            self.problems.append(problem)
        elif taken:
            self.client = found[0]
            start, end = self.words[0].start, self.words[taken - 1].end
            born = f"  {self.client.birth_date}" if self.client.birth_date else ""
            self.items.append(Item(start, end, "client", self.client.name + born))
        return taken

    def _takes(self, at: int) -> bool:
        """Whether the word at a place reads as an exercise rather than as more of the client's name."""
        word = self.words[at].text
        if _NAME.match(word) is None or not word[0].isalpha() or self._is_item(word):
            return True
        if self.names.exactly(key(word)):
            return True
        follows = self.words[at + 1].text if at + 1 < len(self.words) else ""
        dosed = bool(_LOAD.match(follows) or _COUNTS.match(follows) or _AMOUNT.match(follows))
        return dosed and bool(self.names.begun(words(word)))

    def _is_item(self, word: str) -> bool:
        return any(p.match(word) for p in (_PRESSURE, _VITAL, _SERVICE, _COUNTS, _AMOUNT)) or word[0] in "@!=;"

    def _find_when(self) -> None:
        """The time has to be known first: what "last time" means depends on it."""
        for word in self.words:
            if word.text[0] != "@" or _LOAD.match(word.text):
                continue
            if self.when:
                self._refuse(word, f"The time is given twice: {self.when.text} and {word.text}; keep one.")
                continue
            self.when = word
            said = word.text[1:]
            if not said:
                self._refuse(word, "`@` needs a load right after an exercise (@65), or a time (@yest, @tue14:00).")
                continue
            if comma := _COMMA.match(word.text):
                self._refuse(word, f"`{word.text}` has a decimal comma; type a point.", f"{comma[1]}.{comma[2]}")
                continue
            at = read_past(said, now=self.now, zone=self.practice.zone)
            if isinstance(at, Problem):
                suggestion = at.suggestion and "@" + at.suggestion.replace(" ", "")
                self._refuse(word, at.message, suggestion)
                continue
            self.at = self._planned_on(said, at)
            shown = spoken(self.at, self.practice.zone)
            late = self._day(self.at) < self._day(self.now)
            self.items.append(Item(word.start, word.end, "when", shown, "late entry" if late else ""))

    def _planned_on(self, said: str, at: datetime) -> datetime:
        """For a day without a time: when the client was planned that day, if that is one unlogged visit."""
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
        self.earlier = [s for s in reversed(found[-60:]) if s.attended and s.at and s.at < before][:20]

    def _copy(self, word: Word) -> None:
        self.copy = word
        if self.client is None:
            return
        self.copied = self.practice.last_session(self.client.id, self.at or self.now)
        if self.copied is None:
            self._refuse(word, f"{self.client.name} has no earlier session to repeat; type what was done.")

    # One item -------------------------------------------------------------------------------------------------

    def _item(self, at: int) -> int:
        """Read the item that begins with a word; how many words it took."""
        word = self.words[at]
        said = word.text
        if said == "=":
            self._refuse(word, "`=` goes first, before any exercise or vital.")
        elif said[0] == "@":
            self._load(word)
            return 1
        elif said[0] == "!":
            self._symptom(word)
        elif match := _SERVICE.match(said):
            self._service(word, match[1].upper(), int(match[2]))
        elif _PRESSURE.match(said):
            self._pressure(word)
            follows = self.words[at + 1] if at + 1 < len(self.words) else None
            if follows and _BARE.match(follows.text):
                self._vital(follows, "hr", follows.text)
                self.current = None
                return 2
        elif self.current and self.current.side is None and said in ("L", "R", "B", "l", "r", "b"):
            self.current.side = said.upper()  # type: ignore[assignment]
            self.current.end = word.end
            return 1
        elif counts := _COUNTS.match(said):
            self._dose(word, {"sets": counts[1], "reps": counts[2]})
            return 1
        elif amount := _AMOUNT.match(said):
            self._amount(word, amount)
            return 1
        elif vital := _VITAL.match(said):
            if vital[1].lower() == "r" and self.current and ">" not in said:
                self._effort(word, vital[2])
                return 1
            self._vital(word, _VITAL_FIELDS[vital[1].lower()], vital[2])
        else:
            taken = self._name(at)
            if taken:
                return taken
            self._unknown(at)
        self.current = None
        return 1

    def _unknown(self, at: int) -> None:
        word = self.words[at]
        said = word.text
        if comma := _COMMA.match(said):
            self._refuse(word, f"`{said}` has a decimal comma; type a point.", f"{comma[1]}.{comma[2]}")
        elif _BARE.match(said):
            after = at and isinstance(self.current, _Mention)
            message = f"`{said}` alone says nothing: a bare number is a heart rate right after a blood pressure."
            self._refuse(word, message, f"@{said}" if after else f"hr{said}")
        elif _TIME.match(said):
            self._refuse(word, f"`{said}` is a time; put @ before it.", f"@{said}")
        elif '"' in said and unquoted(said) is None and said.count('"') % 2:
            self._refuse(word, "The quotation mark is never closed.", said + '"')
        else:
            self._refuse(word, f"`{said}` is not understood here.")

    # Exercises ------------------------------------------------------------------------------------------------

    def _name(self, at: int) -> int:
        """Read an exercise's name; how many words it took, 0 where this is no name at all."""
        word = self.words[at]
        match = _NAME.match(word.text)
        if not match or not match[2] or (match[1] and match[2][0] in "-+~*") or match[2][:1].isdigit():
            return self._digit_name(at)
        mark, said = match[1], match[2]
        if mark in ("-", "+") and not self.copy:
            self._refuse(word, f"`{mark}` changes a repeated session; begin the line with = or leave it out.", said)
            mark = ""
        if said[0] == '"':
            name = unquoted(said)
            if not name:
                self._refuse(word, "The quotation marks hold no name.")
                return 1
            if key(name) not in self.names.canonical:
                self.new_names[name] = None
            self._mention(word, word.end, name, mark)
            return 1
        return self._known(at, mark, said)

    def _digit_name(self, at: int) -> int:
        """A known name may begin with a digit or a sign: `90/90 breathing`."""
        longest = min(NAME_WORDS, len(self.words) - at)
        for count in range(longest, 0, -1):
            found = self.names.exactly(key(" ".join(w.text for w in self.words[at : at + count])))
            if len(found) == 1 and not self.words[at].text.isdigit():
                self._mention(self.words[at], self.words[at + count - 1].end, found[0], "")
                return count
        return 0

    def _known(self, at: int, mark: str, said: str) -> int:
        word = self.words[at]
        texts = [said]
        for following in self.words[at + 1 : at + NAME_WORDS]:
            if following.text[0] in '@!="-+~*':
                break
            texts.append(following.text)
        prefer = {exercise.name for exercise in self.copied.exercises} if self.copied else ()
        for count in range(len(texts), 0, -1):
            together = " ".join(texts[:count])
            found = list(self.names.exactly(key(together)))
            if len(found) > 1:
                found = [name for name in found if name in prefer] or found
            if not found and (count == 1 or not any(self._is_item(each) for each in texts[1:count])):
                found = self.names.begun(words(together), prefer)
            if found:
                end = self.words[at + count - 1].end
                if len(found) > 1:
                    listed = ", ".join(found[:6]) + (", ..." if len(found) > 6 else "")
                    self.problems.append(
                        Problem(word.start, end, f"`{together}` can be {listed}: type more of the name.")
                    )
                    self.current = self._unplaced(word, end)
                else:
                    self._mention(Word(word.start, end, together), end, found[0], mark)
                return count
        self._not_listed(word, said)
        self.current = self._unplaced(word, word.end)
        return 1

    def _not_listed(self, word: Word, said: str) -> None:
        near = self.names.nearest(key(said))
        mark = word.text[: len(word.text) - len(said)]
        self.new_names[said] = None
        message = f"`{said}` is not in the exercise list; put it in quotes to log it as a new exercise."
        self._refuse(word, message, mark + (near if near else '"' + said.replace('"', "") + '"'))

    def _unplaced(self, word: Word, end: int) -> _Mention:
        """Takes the values after a name that was not understood, so that one fault makes one problem."""
        return _Mention(word, end, "", "?", {}, {})

    def _mention(self, word: Word, end: int, name: str, mark: str) -> None:
        self.current = _Mention(word, end, name, mark, {}, {})
        self.mentions.append(self.current)

    def _owner(self, word: Word) -> _Mention | None:
        if self.current is None:
            self._refuse(word, f"`{word.text}` belongs to an exercise; type its name before it.")
        elif self.current.mark == "-":
            self._refuse(word, f"{self.current.name} is being left out, so it takes no values.")
            return None
        return self.current

    def _put(self, mention: _Mention, word: Word, field: str, value: float, what: str = "") -> None:
        if field in mention.fields:
            self._refuse(word, f"{_capital(RANGES[field].name)} is given twice; keep one.")
            return
        name = mention.name or "this exercise"
        if self._possible(word, field, value, f" of {name}"):
            self._likely(word, field, value, f"{name} ")
        mention.fields[field] = value
        mention.end = word.end

    def _dose(self, word: Word, counts: Mapping[str, str | None]) -> None:
        mention = self._owner(word)
        if mention is None:
            return
        for field, digits in counts.items():
            if digits:
                self._put(mention, word, field, int(digits))

    def _amount(self, word: Word, match: re.Match[str]) -> None:
        mention = self._owner(word)
        if mention is None:
            return
        unit = match[4].lower()
        counts = {"sets": match[1], "reps": match[2]}
        self._dose(word, counts)
        value = float(match[3])
        if unit in ("s", "sec"):
            self._put(mention, word, "hold_s", value)
        elif unit == "min":
            self._put(mention, word, "minutes", value)
        else:
            if unit != "m":
                mention.entered["distance_m"] = f"{match[3]} {unit}"
                value = metres(value, unit)
            self._put(mention, word, "distance_m", value)

    def _load(self, word: Word) -> None:
        match = _LOAD.match(word.text)
        if not match:
            self.current = None
            return
        mention = self._owner(word)
        if mention is None:
            return
        unit = (match[2] or self.units.get("load", "kg")).lower().rstrip("s")
        value = float(match[1])
        if unit == "lb":
            mention.entered["load_kg"] = f"{match[1]} lb"
            value = kg_from_lb(value)
        self._put(mention, word, "load_kg", value)

    def _effort(self, word: Word, said: str) -> None:
        mention = self._owner(word)
        match = _READING.match(said)
        if mention is None:
            return
        if not match or match[2].lower() not in _UNITS_OF["rpe"]:
            self._refuse(word, f"`{word.text}` is not an RPE; type it like r5.")
            return
        self._put(mention, word, "rpe", float(match[1]))

    def _possible(self, word: Word, field: str, value: float, of: str = "") -> bool:
        bounds = RANGES[field]
        if bounds.low <= value <= bounds.high:
            return True
        self._refuse(
            word,
            f"{_capital(bounds.name)}{of} {number_text(value)} cannot be: it goes from {bounds.possible}.",
        )
        return False

    def _likely(self, word: Word, field: str, value: float, of: str = "") -> None:
        bounds = RANGES[field]
        if not bounds.likely_low <= value <= bounds.likely_high:
            said = f"{of}{bounds.name} {number_text(value)} {bounds.unit}".rstrip()
            question = f"{_capital(said)} is unusual; is it right?"
            self._ask(Question(word.start, word.end, question, None, f"{of}{field} {number_text(value)}"))

    def _exercises(self) -> list[Exercise]:
        """The exercises of the session: those repeated with their changes in place, then what was added."""
        blocks = list(self.copied.exercises) if self.copied else []
        kept: list[Exercise | None] = [replace(block, origin="carried") for block in blocks]
        spans: list[tuple[int, int]] = [(self.copy.start, self.copy.end)] * len(blocks) if self.copy else []
        for mention in self.mentions:
            if mention.mark == "-":
                self._drop(mention, blocks, kept)
        added: list[tuple[_Mention, Exercise]] = []
        taken: set[int] = set()
        for mention in self.mentions:
            if mention.mark == "-":
                continue
            at = self._block(mention, blocks, kept, taken) if mention.mark == "" else None
            if at is None:
                added.append((mention, _exercise(mention)))
                continue
            taken.add(at)
            kept[at] = _changed(blocks[at], mention)
            spans[at] = (mention.word.start, mention.end)
        shown = [(span, each) for span, each in zip(spans, kept, strict=True) if each is not None]
        shown += [((mention.word.start, mention.end), each) for mention, each in added]
        for (start, end), exercise in shown:
            before = previous(exercise, self.earlier)
            if before and exercise.origin != "carried":
                self._far(start, end, exercise, before)
            self.items.append(
                Item(
                    start,
                    end,
                    "exercise",
                    exercise.name,
                    dose(exercise),
                    difference(before, exercise) if before else None,
                    exercise.origin,
                )
            )
        return [exercise for _, exercise in shown]

    def _drop(self, mention: _Mention, blocks: list[Exercise], kept: list[Exercise | None]) -> None:
        dropped = False
        for at, block in enumerate(blocks):
            if key(block.name) == key(mention.name) and mention.side in (None, block.side):
                kept[at] = None
                dropped = True
        if dropped:
            self.items.append(Item(mention.word.start, mention.end, "dropped", mention.name))
        else:
            self.problems.append(
                Problem(
                    mention.word.start, mention.end, f"{mention.name} was not done last time: nothing to leave out."
                )
            )

    def _block(
        self, mention: _Mention, blocks: list[Exercise], kept: list[Exercise | None], taken: set[int]
    ) -> int | None:
        """Which repeated exercise a mention changes; None where it adds one.

        An exercise that was done in several blocks is changed block by block, in order, all of them named; or by
        its side where only one block has that side.
        """
        same = [at for at, block in enumerate(blocks) if kept[at] is not None and key(block.name) == key(mention.name)]
        if mention.side and any(blocks[at].side for at in same):
            same = [at for at in same if blocks[at].side == mention.side]
        free = [at for at in same if at not in taken]
        if len(same) < 2:
            return free[0] if free else None
        named = [m for m in self.mentions if m.mark == "" and key(m.name) == key(mention.name)]
        sided = [m for m in named if m.side == mention.side] if mention.side else named
        if free and len(sided) >= len(same):
            return free[0]
        listed = "; ".join(dose(blocks[at]) or "no dose" for at in same)
        self.problems.append(
            Problem(
                mention.word.start,
                mention.end,
                f"{mention.name} was done {len(same)} times ({listed}): name each of them in order, or the side.",
            )
        )
        return free[0] if free else None

    def _far(self, start: int, end: int, exercise: Exercise, before: Exercise) -> None:
        load, last = exercise.load_kg, before.load_kg
        if load is None or not last or last / FAR <= load <= last * FAR:
            return
        said = f"{exercise.name} {number_text(load)} kg is far from last time's {number_text(last)} kg; is it right?"
        self._ask(Question(start, end, said, None, f"{exercise.name} load_kg {number_text(load)} far"))

    # Vitals ---------------------------------------------------------------------------------------------------

    def _parts(self, word: Word, said: str) -> dict[str, str] | None:
        parts = said.split(">")
        if len(parts) == 1:
            return {"pre": parts[0]}
        if len(parts) > 3 or not any(parts):
            self._refuse(word, f"`{word.text}` has too many parts; type before>after, or before>during>after.")
            return None
        names = ("pre", "post") if len(parts) == 2 else PHASES
        return {phase: part for phase, part in zip(names, parts, strict=True) if part}

    def _once(self, word: Word, field: str, phases: Collection[str]) -> bool:
        for phase in phases:
            earlier = self.given.get(f"{field} {phase}")
            if earlier:
                name = "Blood pressure" if field == "sbp" else RANGES[field].name
                self._refuse(
                    word,
                    f"{_capital(name)} is given twice: {earlier.text} and {word.text}; "
                    "keep one, or write before>after.",
                )
                return False
        for phase in phases:
            self.given[f"{field} {phase}"] = word
        return True

    def _pressure(self, word: Word) -> None:
        parts = self._parts(word, word.text)
        if parts is None or not self._once(word, "sbp", parts):
            return
        for phase, part in parts.items():
            match = re.fullmatch(r"(\d{1,9})/(\d{1,9})", part)
            if not match:
                self._refuse(word, f"`{part}` is not a blood pressure; type it like 132/78.")
                return
            sbp, dbp = int(match[1]), int(match[2])
            if not (self._possible(word, "sbp", sbp) and self._possible(word, "dbp", dbp)):
                return
            if dbp >= sbp:
                self._refuse(
                    word,
                    f"In {part} the diastolic is not below the systolic.",
                    f"{dbp}/{sbp}" if dbp > sbp and len(parts) == 1 else None,
                )
                return
            self._likely(word, "sbp", sbp)
            self._likely(word, "dbp", dbp)
            self.phases[phase] |= {"sbp": sbp, "dbp": dbp}
        shown = " > ".join(part for part in parts.values())
        self.items.append(Item(word.start, word.end, "vitals", "BP", self._phased(parts, shown, "")))

    def _phased(self, parts: Mapping[str, str], shown: str, unit: str) -> str:
        only = next(iter(parts)) if len(parts) == 1 else "pre"
        return f"{shown}{' ' + unit if unit else ''}{'' if only == 'pre' else f' ({only})'}"

    def _vital(self, word: Word, field: str, said: str) -> None:
        parts = self._parts(word, said)
        if parts is None:
            return
        values: dict[str, tuple[float, str | None]] = {}
        for phase, part in parts.items():
            value = self._value(word, field, part)
            if value is None:
                return
            values[phase] = value
        if field == "rpe" and ">" not in said:
            if self.session_rpe:
                self._refuse(word, f"RPE is given twice: {self.session_rpe[0].text} and {word.text}; keep one.")
                return
            self.session_rpe = (word, values["pre"][0])
        elif self._once(word, field, values):
            for phase, (value_, entered) in values.items():
                self.phases[phase][field] = int(value_) if RANGES[field].whole else value_
                if entered:
                    self.entered[phase][field] = entered
        else:
            return
        for value_, _ in values.values():
            self._likely(word, field, value_)
        self._weight_far(word, field, values)
        shown = " > ".join(number_text(value) for value, _ in values.values())
        unit = RANGES[field].unit
        self.items.append(Item(word.start, word.end, "vitals", _LABELS[field], self._phased(parts, shown, unit)))

    def _value(self, word: Word, field: str, part: str) -> tuple[float, str | None] | None:
        """A vital in its canonical unit, and what was typed where it was converted."""
        match = _READING.match(part)
        unit = _UNITS_OF[field].get(match[2].lower()) if match else None
        if not match or unit is None:
            self._refuse(word, f"`{word.text}` is not a {RANGES[field].name} this line understands.")
            return None
        digits, value, entered = match[1], float(match[1]), None
        if field == "glucose":
            unit = unit or self._glucose_unit(value)
            if unit is None:
                self._refuse(word, f"`{word.text}` can be mg/dL or mmol/L: add the unit, g{digits}mg or g{digits}mmol.")
                return None
            if unit == "mmol/L":
                value, entered = mgdl(value), f"{digits} mmol/L"
        elif field == "temp_c" and (unit == "F" or (not unit and value > FAHRENHEIT_FROM)):
            value, entered = celsius(value), f"{digits} F"
        elif field == "weight_kg" and (unit or self.units.get("weight", "kg").lower().rstrip("s")) == "lb":
            value, entered = kg_from_lb(value), f"{digits} lb"
        if RANGES[field].whole and not value.is_integer():
            self._refuse(word, f"{_capital(RANGES[field].name)} is a whole number; {digits} is not.")
            return None
        return (value, entered) if self._possible(word, field, value) else None

    def _glucose_unit(self, value: float) -> str | None:
        if value > MMOL_MAX:
            return "mg/dL"
        if value < RANGES["glucose"].low or self.units.get("glucose", "").lower().startswith("mmol"):
            return "mmol/L"
        return None

    def _weight_far(self, word: Word, field: str, values: Mapping[str, tuple[float, str | None]]) -> None:
        if field != "weight_kg":
            return
        known = [v.weight_kg for s in self.earlier for v in s.vitals if v.weight_kg]
        for value, _ in values.values():
            if known and abs(value - known[0]) > WEIGHT_FAR * known[0]:
                said = (
                    f"Weight {number_text(value)} kg is far from last time's {number_text(known[0])} kg; is it right?"
                )
                self._ask(Question(word.start, word.end, said, None, f"weight_kg {number_text(value)} far"))

    def _vitals(self) -> list[Vitals]:
        if self.session_rpe:
            word, effort = self.session_rpe
            held = [phase for phase in PHASES if self.phases[phase]]
            phase = held[-1] if held else "post"
            if "rpe" in self.phases[phase]:
                self._refuse(word, f"RPE is given twice: {self.given[f'rpe {phase}'].text} and {word.text}; keep one.")
            self.phases[phase].setdefault("rpe", effort)
        return [
            Vitals(phase=phase, **self.phases[phase], entered=self.entered[phase])
            for phase in PHASES
            if self.phases[phase]
        ]

    # Services and symptoms ------------------------------------------------------------------------------------

    def _service(self, word: Word, code: str, minutes: int) -> None:
        phrase = codes().get(code)
        if phrase is None:
            self._refuse(word, f"`{code}` is not a service code this program knows.")
            return
        if any(service.code == code for service in self.services):
            self._refuse(word, f"{code} is given twice; add its minutes up in one.")
            return
        if self._possible(word, "service", minutes):
            self._likely(word, "service", minutes, f"{code} ")
            self.services.append(Service(code=code, minutes=minutes))
            self.items.append(Item(word.start, word.end, "service", code, f"{minutes} min  {phrase}"))

    def _symptom(self, word: Word) -> None:
        said = words(word.text[1:])
        known = symptom_names()
        found = list(known.exactly(" ".join(said))) or known.begun(said)
        if len(found) > 1:
            listed = ", ".join(found)
            self._refuse(word, f"`{word.text}` can be {listed}: type more of it.", None)
        elif not found:
            near = known.nearest(" ".join(said))
            message = f"`{word.text[1:]}` is not on the symptom list; put other words into the note."
            self._refuse(word, message, f"!{near.replace(' ', '_')}" if near else None)
        else:
            if found[0] in self.symptoms:
                self._refuse(word, f"{symptoms()[found[0]]} is given twice; keep one.")
                return
            self.symptoms.append(found[0])
            self.items.append(Item(word.start, word.end, "symptom", found[0], symptoms()[found[0]]))


def _shown_at(item: Item) -> tuple[int, int]:
    """Kinds in the order people look for them; exercises as the session holds them, the rest as typed."""
    return KINDS.index(item.kind), 0 if item.kind == "exercise" else item.start


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _exercise(mention: _Mention) -> Exercise:
    origin: Any = {"~": "carried", "*": "changed"}.get(mention.mark, "measured")
    entered = ", ".join(mention.entered[f] for f in ("distance_m", "load_kg") if f in mention.entered) or None
    return Exercise(name=mention.name, side=mention.side, origin=origin, entered=entered, **mention.fields)


def _changed(block: Exercise, mention: _Mention) -> Exercise:
    """A repeated exercise with what the line says about it now.

    A new dose replaces the whole old dose and a new load the old load; the effort rating belongs to its own day and
    is not kept. Named without any new value, the exercise is accepted as done again: measured.
    """
    fields = dict(mention.fields)
    old = entered_parts(block.entered)
    if any(field in fields for field in _DOSE):
        fields = dict.fromkeys(_DOSE) | fields
        if {"reps", "hold_s"} & mention.fields.keys() and "sets" not in mention.fields:
            fields["sets"] = block.sets
        old.pop("distance_m", None)
    if "load_kg" in fields:
        old.pop("load_kg", None)
    entered = old | mention.entered
    side = mention.side or block.side
    after = replace(
        block,
        **({"rpe": None} | fields),
        side=side,
        entered=", ".join(entered[f] for f in ("distance_m", "load_kg") if f in entered) or None,
    )
    same = all(getattr(after, field) == getattr(block, field) for field in (*_DOSE, "load_kg", "side"))
    return replace(after, origin="measured" if same else "changed")


def entered_parts(entered: str | None) -> dict[str, str]:
    """What was typed, by the field it was converted into."""
    parts = {}
    for part in (entered or "").split(", "):
        unit = part.rpartition(" ")[2]
        if unit == "lb":
            parts["load_kg"] = part
        elif unit in M_PER:
            parts["distance_m"] = part
    return parts
