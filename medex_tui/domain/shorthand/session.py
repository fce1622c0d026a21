"""The session line: what was done, measured and noted in one visit.

```
line     := [client] ["=" | "=="] { item } [ ";" note ]
item     := exercise | change | vitals | "&" vitals | service | symptom | when
exercise := name [ SETSxREPS | SETSxHOLDs | MINmin | DISTm ] [ @LOAD[kg|lb] ] [ rRPE ] [ L | R | B ]
change   := name @LOAD | name SETSxREPS | -name | +exercise        only after "="
vitals   := SYS/DIA [HR] | oSPO2 | pPAIN | rRPE | gGLUCOSE | tTEMP | wWEIGHT | hrHR
```

Beyond that: a name in quotes is taken exactly as it stands, known or not; `>` may have three parts (before, during,
after), any of them empty; `&` begins a recheck (`152/88 72 & 138/84`); `==` repeats and accepts: all of it was seen
done again, and is measured; doses may stand alone (`3x`, `x12`, `30s`) and together (`3x10x5s`, `12min 400m`);
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
from medex_tui.domain.quantities import M_PER, RANGES, kg_from_lb, metres, number_text
from medex_tui.domain.records import Client, Exercise, Service, Session, Side, Vitals
from medex_tui.domain.shorthand.dose import difference, dose, previous
from medex_tui.domain.shorthand.faults import Faults, capital
from medex_tui.domain.shorthand.lookup import client_in, codes, planned_on, symptom_names, symptoms
from medex_tui.domain.shorthand.scan import NUMBER, QUOTED, Word, read_note, scan, unquoted
from medex_tui.domain.shorthand.vitals import (
    BARE,
    PRESSURE,
    READING,
    UNITS_OF,
    VITAL,
    VITAL_FIELDS,
    VitalsReader,
    unit_slip,
)
from medex_tui.domain.when import read_day, read_past

Kind = Literal["client", "when", "exercise", "dropped", "vitals", "service", "symptom", "note"]
KINDS: tuple[Kind, ...] = ("client", "when", "exercise", "dropped", "vitals", "service", "symptom", "note")

REPEATS = ("=", "==")
"""Same as last time: carried until accepted, and accepted at once."""

NAME_WORDS = 6
"""The most words of a line one name can take."""

FAR = 2.0
"""A load more than this many times the last one, or less than one part in it, is asked about."""

_LOAD = re.compile(rf"@({NUMBER})(kg|lbs?)?\Z", re.IGNORECASE)
_COUNTS = re.compile(r"(?=[0-9]|[x×][0-9])([0-9]{1,9})?[x×]([0-9]{1,9})?\Z", re.IGNORECASE)
_AMOUNT = re.compile(
    rf"(?:([0-9]{{1,9}})?[x×])?(?:([0-9]{{1,9}})[x×])?({NUMBER})(s|sec|min|m|km|yd|ft|mi)\Z", re.IGNORECASE
)
_SERVICE = re.compile(r"([0-9A-Za-z]{5}):(\d{1,9})\Z", re.ASCII)
_NAME = re.compile(rf"([-+~*]?)({QUOTED}|[^\"].*)\Z", re.DOTALL)
_TIME = re.compile(r"\d{1,2}:\d\d\Z", re.ASCII)
_COMMA = re.compile(r"(@?[a-z]{0,2}[0-9]+),([0-9]+[a-z]*)\Z", re.IGNORECASE)

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
    base: Session | None = None,
) -> SessionReading:
    """What a session line means, for a client already known or named by its first word.

    `confirmed` holds the ids of questions the person has answered with yes. `by` is who types. `base` is the session
    the line will fill, which is never its own "last time".
    """
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
        self.words = self.line.words
        self.names = exercise_names(practice)
        self.units = practice.settings.units
        self.faults = Faults(confirmed)
        self.items: list[Item] = []
        self.vitals = VitalsReader(self.faults, self.units)
        self.mentions: list[_Mention] = []
        self.current: _Mention | None = None
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
        if at < len(self.words) and self.words[at].text in REPEATS:
            self._copy(self.words[at])
            at += 1
        while at < len(self.words) and not self.faults.enough:
            at += self._item(at)
        exercises = self._exercises()
        vitals = self.vitals.taken()
        self.items += [Item(*place, "vitals", name, value) for place, name, value in self.vitals.shown]
        if note and note.text:
            self.items.append(Item(note.start, note.end, "note", "note", note.text))
        for question in note.questions if note else ():
            self.faults.ask(question)
        said = exercises or vitals or self.services or self.symptoms or (note and note.text)
        if not said and not self.faults.problems:
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
            problems=self.faults.in_order(),
            questions=self.faults.questions,
        )

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.practice.zone).date()

    def _nothing(self) -> None:
        end = len(self.text)
        message = "Nothing is said yet: type what was done, or = for the same as last time."
        self.faults.problems.append(Problem(end, end, message))

    # Who and when ---------------------------------------------------------------------------------------------

    def _client(self) -> int:
        """Find the client in the first words; how many of them it took."""
        taken, found, problem = client_in(self.words, self.practice, self.now, self._takes)
        self.candidates = found
        if problem:
            self.faults.problems.append(problem)
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
        return any(p.match(word) for p in (PRESSURE, VITAL, _SERVICE, _COUNTS, _AMOUNT)) or word[0] in "@!=;"

    def _find_when(self) -> None:
        """The time has to be known first: what "last time" means depends on it."""
        for word in self.words:
            if word.text[0] != "@" or _LOAD.match(word.text):
                continue
            if self.when:
                self.faults.refuse(word, f"The time is given twice: {self.when.text} and {word.text}; keep one.")
                continue
            self.when = word
            said = word.text[1:]
            if not said:
                self.faults.refuse(
                    word, "`@` needs a load right after an exercise (@65), or a time (@yest, @tue14:00)."
                )
                continue
            if comma := _COMMA.match(word.text):
                self.faults.refuse(word, f"`{word.text}` has a decimal comma; type a point.", f"{comma[1]}.{comma[2]}")
                continue
            at = read_past(said, now=self.now, zone=self.practice.zone)
            if isinstance(at, Problem):
                suggestion = at.suggestion and "@" + at.suggestion.replace(" ", "")
                self.faults.refuse(word, at.message, suggestion)
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
        self.earlier = [s for s in reversed(found[-60:]) if self._counts(s, before)][:20]
        weights = (v.weight_kg for s in self.earlier for v in s.vitals if v.weight_kg)
        self.vitals.last_kg = next(weights, None)

    def _counts(self, session: Session, before: datetime) -> bool:
        """Whether a session is one of "last time": attended, begun no later than this one, and not this one itself."""
        own = self.base is not None and session.id == self.base.id
        return session.attended and session.at is not None and session.at <= before and not own

    def _copy(self, word: Word) -> None:
        self.copy = word
        if self.client is None:
            return
        self.copied = self.earlier[0] if self.earlier else None
        if self.copied is None:
            self.faults.refuse(word, f"{self.client.name} has no earlier session to repeat; type what was done.")

    # One item -------------------------------------------------------------------------------------------------

    def _item(self, at: int) -> int:
        """Read the item that begins with a word; how many words it took."""
        word = self.words[at]
        said = word.text
        if said in REPEATS:
            self.faults.refuse(word, f"`{said}` goes first, before any exercise or vital.")
        elif said[0] == "&" and (said == "&" or PRESSURE.match(said[1:]) or VITAL.match(said[1:])):
            self.vitals.again(word)
            if said != "&":
                self.words[at] = Word(word.start + 1, word.end, said[1:])
                return self._item(at)
        elif said[0] == "@":
            self._load(word)
            return 1
        elif said[0] == "!":
            self._symptom(word)
        elif match := _SERVICE.match(said):
            self._service(word, match[1].upper(), int(match[2]))
        elif PRESSURE.match(said):
            self.vitals.pressure(word)
            follows = self.words[at + 1] if at + 1 < len(self.words) else None
            if follows and BARE.match(follows.text):
                self.vitals.reading(follows, "hr", follows.text)
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
        elif vital := VITAL.match(said):
            if vital[1].lower() == "r" and self.current and ">" not in said:
                self._effort(word, vital[2])
                return 1
            self.vitals.reading(word, VITAL_FIELDS[vital[1].lower()], vital[2])
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
            self.faults.refuse(word, f"`{said}` has a decimal comma; type a point.", f"{comma[1]}.{comma[2]}")
        elif BARE.match(said):
            after = at and isinstance(self.current, _Mention)
            message = f"`{said}` alone says nothing: a bare number is a heart rate right after a blood pressure."
            self.faults.refuse(word, message, f"@{said}" if after else f"hr{said}")
        elif _LOAD.match("@" + said):
            self.faults.refuse(word, f"`{said}` is a load; put @ before it.", f"@{said}")
        elif _TIME.match(said):
            self.faults.refuse(word, f"`{said}` is a time; put @ before it.", f"@{said}")
        elif '"' in said and unquoted(said) is None and said.count('"') % 2:
            self.faults.refuse(word, "The quotation mark is never closed.", said + '"')
        else:
            self.faults.refuse(word, f"`{said}` is not understood here.")

    # Exercises ------------------------------------------------------------------------------------------------

    def _name(self, at: int) -> int:
        """Read an exercise's name; how many words it took, 0 where this is no name at all."""
        word = self.words[at]
        match = _NAME.match(word.text)
        if not match or not match[2] or (match[1] and match[2][0] in "-+~*") or match[2][:1].isdigit():
            return self._digit_name(at)
        mark, said = match[1], match[2]
        if mark in ("-", "+") and not self.copy:
            self.faults.refuse(
                word, f"`{mark}` changes a repeated session; begin the line with = or leave it out.", said
            )
            mark = ""
        if said[0] == '"':
            name = unquoted(said)
            if not name:
                self.faults.refuse(word, "The quotation marks hold no name.")
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
                    self.faults.problems.append(
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
        self.faults.refuse(word, message, mark + (near if near else '"' + said.replace('"', "") + '"'))

    def _unplaced(self, word: Word, end: int) -> _Mention:
        """Takes the values after a name that was not understood, so that one fault makes one problem."""
        return _Mention(word, end, "", "?", {}, {})

    def _mention(self, word: Word, end: int, name: str, mark: str) -> None:
        self.current = _Mention(word, end, name, mark, {}, {})
        self.mentions.append(self.current)

    def _owner(self, word: Word) -> _Mention | None:
        if self.current is None:
            self.faults.refuse(word, f"`{word.text}` belongs to an exercise; type its name before it.")
        elif self.current.mark == "-":
            self.faults.refuse(word, f"{self.current.name} is being left out, so it takes no values.")
            return None
        return self.current

    def _put(self, mention: _Mention, word: Word, field: str, value: float, what: str = "") -> None:
        if field in mention.fields:
            self.faults.refuse(word, f"{capital(RANGES[field].name)} is given twice; keep one.")
            return
        name = mention.name or "this exercise"
        if self.faults.possible(word, field, value, f" of {name}"):
            self.faults.likely(word, field, value, f"{name} ")
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
        match = READING.match(said)
        if mention is None:
            return
        if not match or match[2].lower() not in UNITS_OF["rpe"]:
            self.faults.refuse(word, f"`{word.text}` is not an RPE; type it like r5.")
            return
        self._put(mention, word, "rpe", float(match[1]))

    def _exercises(self) -> list[Exercise]:
        """The exercises of the session: those repeated with their changes in place, then what was added."""
        blocks = list(self.copied.exercises) if self.copied else []
        kept: list[Exercise | None] = [self._again(block) for block in blocks]
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

    def _again(self, block: Exercise) -> Exercise:
        """A repeated exercise: carried, or with `==` accepted, without the effort rating of another day."""
        if self.copy and self.copy.text == "==":
            return replace(block, origin="measured", rpe=None)
        return replace(block, origin="carried")

    def _drop(self, mention: _Mention, blocks: list[Exercise], kept: list[Exercise | None]) -> None:
        dropped = False
        for at, block in enumerate(blocks):
            if key(block.name) == key(mention.name) and mention.side in (None, block.side):
                kept[at] = None
                dropped = True
        if dropped:
            self.items.append(Item(mention.word.start, mention.end, "dropped", mention.name))
        else:
            self.faults.problems.append(
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
        self.faults.problems.append(
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
        said += unit_slip(load, last)
        self.faults.ask(Question(start, end, said, None, f"{exercise.name} load_kg {number_text(load)} far"))

    # Services and symptoms ------------------------------------------------------------------------------------

    def _service(self, word: Word, code: str, minutes: int) -> None:
        phrase = codes().get(code)
        if phrase is None:
            self.faults.refuse(word, f"`{code}` is not a service code this program knows.")
            return
        if any(service.code == code for service in self.services):
            self.faults.refuse(word, f"{code} is given twice; add its minutes up in one.")
            return
        if self.faults.possible(word, "service", minutes):
            self.faults.likely(word, "service", minutes, f"{code} ")
            self.services.append(Service(code=code, minutes=minutes))
            self.items.append(Item(word.start, word.end, "service", code, f"{minutes} min  {phrase}"))

    def _symptom(self, word: Word) -> None:
        said = words(word.text[1:])
        known = symptom_names()
        found = list(known.exactly(" ".join(said))) or known.begun(said)
        if len(found) > 1:
            listed = ", ".join(found)
            self.faults.refuse(word, f"`{word.text}` can be {listed}: type more of it.", None)
        elif not found:
            near = known.nearest(" ".join(said))
            message = f"`{word.text[1:]}` is not on the symptom list; put other words into the note."
            self.faults.refuse(word, message, f"!{near.replace(' ', '_')}" if near else None)
        else:
            if found[0] in self.symptoms:
                self.faults.refuse(word, f"{symptoms()[found[0]]} is given twice; keep one.")
                return
            self.symptoms.append(found[0])
            self.items.append(Item(word.start, word.end, "symptom", found[0], symptoms()[found[0]]))


def _shown_at(item: Item) -> tuple[int, int]:
    """Kinds in the order people look for them; exercises as the session holds them, the rest as typed."""
    return KINDS.index(item.kind), 0 if item.kind == "exercise" else item.start


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
