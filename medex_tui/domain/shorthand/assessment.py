"""The assessment line: readings of outcome measures taken at one time.

```
line     := [client] [initial|reassess|discharge] { reading } [ ";" summary ]
reading  := measure [ side ] value { value } [ "/" value { value } ] [ unit ] | measure unable|stopped|assisted
```

Left of `/` is the right side, right of it the left, unless the side before the first value says otherwise. A task or
context goes in quotes after its measure (`timed "12 stairs" 24.5`), an activity before its rating (`psfs stairs=3`),
the weight of an attained goal behind it (`gas 1x2 0 -1`). What a score is made of comes in its order or by name
(`bmi 160 64`, `sppb side=10 semi=10 tandem=4 walk=unable chair=13.1`). `dev:jamar`, `aid:cane`, `pos:seated`,
`proto:passive`, the course of a timed walk, `over:6m`, and which way a task is better, `better:less`, belong to the
measure before them, or to all that follow where they come first. Trials are kept as entered, in the unit entered: a
4-m walk in seconds, a grip in lb.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from medex_tui.domain.dates.clock import local_day, spoken
from medex_tui.domain.dates.parse import read_past
from medex_tui.domain.find import key, words
from medex_tui.domain.language.problem import Problem, Question
from medex_tui.domain.measures import catalogue, grade_value
from medex_tui.domain.records.assessments import Reading
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.shorthand.faults import Faults
from medex_tui.domain.shorthand.lookup import client_in
from medex_tui.domain.shorthand.measures import default_unit, measure_names, unit_named, units_of
from medex_tui.domain.shorthand.readings import (
    MeasureEntry,
    ReadingBuilder,
    SideValues,
    TestConditions,
    shown,
)
from medex_tui.domain.shorthand.scan import (
    NUMBER,
    QUOTED,
    ScannedWord,
    quoted,
    read_note,
    scan,
    unquoted,
)
from medex_tui.domain.shorthand.shapes import with_clock

Phase = Literal["initial", "reassessment", "discharge"]
PHASES: Mapping[str, Phase] = {
    "initial": "initial",
    "reassess": "reassessment",
    "reassessment": "reassessment",
    "discharge": "discharge",
}
RESULTS = frozenset({"unable", "stopped", "assisted"})
MEASURE_WORDS = 6
"""The most words of a line one measure's name can take."""

_VALUE = re.compile(rf"([+-]?{NUMBER})([^\s\d/]\S*)?\Z")
_PAIR = re.compile(rf"([+-]?{NUMBER}[a-z+-]*)(/)([+-]?{NUMBER}\S*)\Z", re.IGNORECASE)
_WITH = re.compile(
    rf"(dev|device|aid|pos|position|proto|protocol|over|better):({QUOTED}|\S+)\Z",
    re.IGNORECASE | re.DOTALL,
)
_RATED = re.compile(
    rf"({QUOTED}|[^\s=\"]+)=(?:([+-]?{NUMBER})(?:x({NUMBER}))?|unable)\Z", re.DOTALL
)
_WEIGHT = re.compile(rf"x({NUMBER})\Z")
_COURSE = re.compile(rf"({NUMBER})m?\Z")
_FIELDS = {"dev": "device", "pos": "position", "proto": "protocol"}


class ReadingPreview(Struct, frozen=True):
    """One understood piece of an assessment line, as the preview shows it."""

    start: int
    end: int
    kind: Literal["client", "kind", "when", "reading", "summary"]
    name: str
    value: str = ""


class AssessmentReading(Struct, frozen=True, kw_only=True):
    """What an assessment line says, whole or not. Trials are as entered; spans are character positions."""

    text: str
    client: Client | None = None
    candidates: list[Client] = []
    referral_id: str | None = None
    kind: Phase = "initial"
    items: list[ReadingPreview] = []
    readings: list[Reading] = []
    summary: str | None = None
    summary_text: str = ""
    at: datetime | None = None
    late: bool = False
    problems: list[Problem] = []
    questions: list[Question] = []

    @property
    def complete(self) -> bool:
        """Whether the line can be saved as it stands."""
        return not self.problems and not self.questions


def default_kind(practice: Practice, client_id: str) -> Phase:
    """Initial while the client's episode has no assessment, else a reassessment."""
    episode = practice.current_episode(client_id)
    for earlier in practice.assessments_of.get(client_id, ()):
        if practice.episode_of(earlier) == episode:
            return "reassessment"
    return "initial"


def read_assessment(
    text: str,
    *,
    practice: Practice,
    now: datetime,
    client: Client | None = None,
    confirmed: Collection[str] = frozenset(),
) -> AssessmentReading:
    """What an assessment line means, for a client already known or named by its first word.

    `confirmed` holds the ids of questions the person has answered with yes.
    """
    return _AssessmentReader(text, practice, now, client, confirmed).read()


class _AssessmentReader:
    def __init__(
        self,
        text: str,
        practice: Practice,
        now: datetime,
        client: Client | None,
        confirmed: Collection[str],
    ) -> None:
        self.text = text
        self.practice = practice
        self.now = now
        self.client = client
        self.line = scan(text)
        self.words = with_clock(_apart(self.line.words))
        self.names = measure_names()
        self.faults = Faults(confirmed)
        self.items: list[ReadingPreview] = []
        self.entries: list[MeasureEntry] = []
        self.current: MeasureEntry | None = None
        self.held = TestConditions()
        self.kind: Phase | None = None
        self.at: datetime | None = None
        self.candidates: list[Client] = []

    def read(self) -> AssessmentReading:
        start = self.line.note_start
        note = (
            read_note(self.text, start, self.practice.settings.snippets)
            if start is not None
            else None
        )
        at = self._client() if self.client is None else 0
        while at < len(self.words) and not self.faults.enough:
            at += self._word(at)
        make = ReadingBuilder(self.practice, self.client, self.at or self.now, self.faults)
        readings = []
        for entry in self.entries:
            for reading in make.readings(entry, self.text):
                readings.append(reading)
                name = catalogue().measure(reading.measure).short
                self.items.append(
                    ReadingPreview(entry.start, entry.end, "reading", name, shown(reading))
                )
        if note and note.text:
            self.items.append(ReadingPreview(note.start, note.end, "summary", "summary", note.text))
        for question in note.questions if note else ():
            self.faults.ask(question)
        if not readings and not self.faults.problems:
            end = len(self.text)
            self.faults.problems.append(
                Problem(
                    end, end, "No measure is read yet: type one and its values, as in tug 11.8."
                )
            )
        zone = self.practice.zone
        late = self.at is not None and local_day(self.at, zone) < local_day(self.now, zone)
        episode = self.practice.current_episode(self.client.id) if self.client else None
        kind = self.kind or (
            default_kind(self.practice, self.client.id) if self.client else "initial"
        )
        return AssessmentReading(
            text=self.text,
            client=self.client,
            candidates=self.candidates,
            referral_id=episode.id if episode else None,
            kind=kind,
            items=sorted(self.items, key=lambda item: item.start),
            readings=readings,
            summary=note.text if note else None,
            summary_text=note.typed if note else "",
            at=self.at,
            late=late,
            problems=self.faults.in_order(),
            questions=self.faults.questions,
        )

    def _client(self) -> int:
        taken, self.candidates, problem = client_in(
            self.words, self.practice, self.now, self._takes
        )
        if problem:
            self.faults.problems.append(problem)
        elif taken:
            self.client = self.candidates[0]
            self.items.append(
                ReadingPreview(
                    self.words[0].start, self.words[taken - 1].end, "client", self.client.name
                )
            )
        return taken

    def _takes(self, at: int) -> bool:
        """Whether the word at a place reads as part of a reading rather than as more of the client's name."""
        word = self.words[at].text
        if not word[0].isalpha() or word.lower() in PHASES or self.names.exactly(key(word)):
            return True
        follows = self.words[at + 1].text if at + 1 < len(self.words) else ""
        return bool(_VALUE.match(follows)) and bool(self.names.begun(words(word)))

    # One word -------------------------------------------------------------------------------------------------

    def _word(self, at: int) -> int:
        """Read what begins with a word; how many words it took."""
        word = self.words[at]
        said = word.text
        if said[0] == "@":
            self._when(word)
        elif match := _WITH.match(said):
            field = match[1].lower()
            if field == "over":
                self._over(word, match[2])
            elif field == "better":
                self._better(word, match[2].lower())
            else:
                self._with(word, _FIELDS.get(field, field), match[2])
        elif said == "/":
            self._slash(word)
        elif match := _VALUE.match(said):
            if not self._begins_measure(at):
                self._value(word, float(match[1]), match[2])
                return 1
            return self._measure(at)
        elif match := _RATED.match(said):
            self._rated(word, match[1], float(match[2]) if match[2] else None, match[3])
        elif self.current and said.upper() in ("L", "R"):
            self._side(word, "L" if said.upper() == "L" else "R")
        elif self.current and said.lower() in RESULTS:
            group = self.current.groups[-1]
            group.result = said.lower()  # type: ignore[assignment]
            self.current.end = word.end
        elif said[0] == '"':
            self._task(word)
        elif self.current and self.current.groups[-1].trials and self._unit(said):
            self._put_unit(word, said)
        elif said.lower() in PHASES:
            self._phase(word)
        else:
            return self._measure(at)
        return 1

    def _when(self, word: ScannedWord) -> None:
        if self.at:
            self.faults.refuse(word, "The time is given twice; keep one.")
            return
        at = read_past(word.text[1:], now=self.now, zone=self.practice.zone)
        if isinstance(at, Problem):
            self.faults.refuse(
                word, at.message, at.suggestion and "@" + at.suggestion.replace(" ", "")
            )
            return
        self.at = at
        self.items.append(
            ReadingPreview(word.start, word.end, "when", spoken(at, self.practice.zone))
        )

    def _phase(self, word: ScannedWord) -> None:
        if self.kind:
            self.faults.refuse(word, "The kind of assessment is given twice; keep one.")
            return
        self.kind = PHASES[word.text.lower()]
        self.items.append(ReadingPreview(word.start, word.end, "kind", self.kind))

    def _with(self, word: ScannedWord, field: str, said: str) -> None:
        text = unquoted(said) if said[0] == '"' else said
        if not text:
            self.faults.refuse(
                word,
                f"The {field} is not named; type it like {field[:3]}:cane, in quotes if it has spaces.",
            )
            return
        held = self.current.held if self.current else self.held
        setattr(held, field, text)
        if self.current:
            self.current.end = word.end

    def _over(self, word: ScannedWord, said: str) -> None:
        match = _COURSE.match(said)
        measure = self.current.measure if self.current else None
        if match is None or not 1 <= float(match[1]) <= 1000:
            self.faults.refuse(word, "The course is in metres, as in over:6m.")
        elif self.current and measure and not (measure.distance_m or measure.courses):
            self.faults.refuse(word, f"{measure.short} is not timed over a course.")
        else:
            (self.current.held if self.current else self.held).course_m = float(match[1])
            if self.current:
                self.current.end = word.end

    def _better(self, word: ScannedWord, said: str) -> None:
        if said not in ("more", "less"):
            self.faults.refuse(word, "Which way is better: better:more or better:less.")
        elif self.current and self.current.measure and self.current.measure.direction != "user":
            self.faults.refuse(
                word, f"Which way is better in {self.current.measure.short} is settled."
            )
        else:
            (self.current.held if self.current else self.held).better = (
                "more" if said == "more" else "less"
            )
            if self.current:
                self.current.end = word.end

    def _begins_measure(self, at: int) -> bool:
        """Whether a word that begins with digits is a measure, like 6mwt."""
        return (
            bool(self.names.exactly(key(self.words[at].text))) and not self.words[at].text.isdigit()
        )

    def _measure(self, at: int) -> int:
        run = [self.words[at].text]
        for word in self.words[at + 1 : at + MEASURE_WORDS]:
            if (
                not word.text[0].isalpha()
                or word.text.upper() in ("L", "R")
                or word.text.lower() in RESULTS
            ):
                break
            run.append(word.text)
        for count in range(len(run), 0, -1):
            together = " ".join(run[:count])
            found = list(self.names.exactly(key(together))) or self.names.begun(words(together))
            if not found:
                continue
            first, last = self.words[at], self.words[at + count - 1]
            self.current = MeasureEntry(
                first.start, last.end, None, [SideValues()], replace(self.held)
            )
            if len(found) > 1:
                listed = ", ".join(catalogue().measure(each).short for each in found[:6])
                more = ", ..." if len(found) > 6 else ""
                message = f"`{together}` can be {listed}{more}: type more of the name."
                self.faults.problems.append(Problem(first.start, last.end, message))
            else:
                self.current.measure = catalogue().measure(found[0])
                self.entries.append(self.current)
            return count
        word = self.words[at]
        if (
            self.current
            and self.current.measure
            and self.current.measure.labelled
            and self.current.groups[0].empty
        ):
            self.faults.refuse(
                word, f"Put the task in quotes: {quoted(word.text)}.", quoted(word.text)
            )
            return 1
        near = self.names.nearest(key(word.text))
        self.faults.refuse(
            word, f"`{word.text}` is no measure, side, unit or value this line knows.", near
        )
        self.current = MeasureEntry(word.start, word.end, None, [SideValues()], TestConditions())
        return 1

    def _owner(self, word: ScannedWord) -> MeasureEntry | None:
        if self.current is None:
            self.faults.refuse(
                word, f"`{word.text}` belongs to a measure; type its name before it."
            )
        return self.current

    def _side(self, word: ScannedWord, side: Literal["L", "R"]) -> None:
        assert self.current
        group = self.current.groups[-1]
        if not group.empty or group.side:
            group = SideValues()
            self.current.groups.append(group)
        group.side = side
        self.current.end = word.end

    def _slash(self, word: ScannedWord) -> None:
        entry = self._owner(word)
        if entry is None:
            return
        group = entry.groups[-1]
        if entry.slashed or len(entry.groups) > 1:
            self.faults.refuse(word, "One slash parts right from left; there is no third side.")
            return
        if group.empty:
            self.faults.refuse(word, "Before the slash goes the right side's value, or unable.")
        group.side = group.side or "R"
        entry.groups.append(SideValues("L" if group.side == "R" else "R"))
        entry.slashed = True
        entry.end = word.end

    def _value(self, word: ScannedWord, value: float, unit: str | None) -> None:
        entry = self._owner(word)
        if entry is None:
            return
        if entry.measure and entry.measure.ordinal:
            said = word.text
            if said not in entry.measure.enum:
                self.faults.refuse(
                    word,
                    f"{entry.measure.short}: {said} is not one of {', '.join(entry.measure.enum)}.",
                )
                return
            value, unit = grade_value(said) or 0.0, None
        if len(entry.groups[-1].trials) >= 20:
            self.faults.refuse(
                word, "These are more than 20 values of one side; that is no set of trials."
            )
            return
        group = entry.groups[-1]
        group.trials.append((word, value))
        entry.end = word.end
        if entry.measure and entry.measure.combine == "goals":
            weighed = _WEIGHT.match(unit or "")
            group.weights.append(float(weighed[1]) if weighed else 1.0)
            unit = None if weighed else unit
        if unit:
            if self._unit(unit):
                self._put_unit(word, unit)
            elif entry.measure:
                known = ", ".join(
                    dict.fromkeys([default_unit(entry.measure, 1), *units_of(entry.measure)])
                )
                self.faults.refuse(
                    word, f"`{unit}` is no unit of {entry.measure.short}; it is taken in {known}."
                )

    def _unit(self, said: str) -> str | None:
        """A unit by what was typed, if the current measure is ever taken in it."""
        if self.current is None or self.current.measure is None:
            return None
        return unit_named(self.current.measure, said)

    def _put_unit(self, word: ScannedWord, said: str) -> None:
        assert self.current
        unit = self._unit(said)
        group = self.current.groups[-1]
        if group.unit and group.unit != unit:
            self.faults.refuse(
                word, f"The values are in {group.unit} and in {unit}; keep one unit."
            )
        group.unit = unit
        self.current.end = word.end

    def _rated(
        self, word: ScannedWord, label: str, value: float | None, weight: str | None
    ) -> None:
        entry = self._owner(word)
        if entry is None:
            return
        text = unquoted(label) if label[0] == '"' else label
        if not text:
            self.faults.refuse(word, "The activity has no name.")
            return
        group = entry.groups[-1]
        if value is None:
            if entry.measure is None or not entry.measure.inputs:
                self.faults.refuse(
                    word, "Only a part of a composite is unable on its own; a rating is a number."
                )
            group.failed.append(text)
            entry.end = word.end
            return
        if text in group.labels:
            self.faults.refuse(word, f"`{text}` is rated twice; keep one.")
            return
        if len(group.labels) < len(group.trials):
            self.faults.refuse(word, "Name every activity, or none.")
            return
        goals = entry.measure is not None and entry.measure.combine == "goals"
        if weight and not goals:
            self.faults.refuse(word, "Only an attained goal has a weight.")
        if goals:
            group.weights.append(float(weight or 1))
        group.labels.append(text)
        group.trials.append((word, value))
        entry.end = word.end

    def _task(self, word: ScannedWord) -> None:
        entry = self._owner(word)
        text = unquoted(word.text)
        if entry is None:
            return
        if text is None:
            self.faults.refuse(
                word, "The quotation mark is never closed, or something is stuck to it."
            )
        elif not text.strip():
            self.faults.refuse(word, "The quotation marks hold no name.")
        elif entry.measure and (
            not entry.measure.labelled or entry.task or entry.groups[-1].trials
        ):
            self.faults.refuse(
                word,
                f"{entry.measure.short} takes no task here; a task goes right after timed or pain.",
            )
        else:
            entry.task = text
            entry.end = word.end


def _apart(line: list[ScannedWord]) -> list[ScannedWord]:
    """The words, with `24.1/22` cut into its two values and the slash."""
    found: list[ScannedWord] = []
    for word in line:
        if match := _PAIR.match(word.text):
            found += [
                ScannedWord(word.start + match.start(n), word.start + match.end(n), match[n])
                for n in (1, 2, 3)
            ]
        else:
            found.append(word)
    return found
