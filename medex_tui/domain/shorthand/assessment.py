"""The assessment line: readings of outcome measures taken at one time.

```
line     := [client] [initial|reassess|discharge] { reading } [ ";" summary ]
reading  := measure [ side ] value { value } [ "/" value { value } ] [ unit ]
          | measure unable|stopped|assisted
```

Left of `/` is the right side, right of it the left, unless the side before the first value says
otherwise. A task or context goes in quotes after its measure (`timed "12 stairs" 24.5`), an
activity before its rating (`psfs stairs=3`), the weight of an attained goal behind it
(`gas 1x2 0 -1`). The parts of a score come in their order or by name (`bmi 160 64`,
`sppb side=10 semi=10 tandem=4 walk=unable chair=13.1`). `dev:jamar`, `aid:cane`, `pos:seated`,
`proto:passive`, the course of a timed walk, `over:6m`, and which way a task is better,
`better:less`, belong to the measure before them, or to all that follow where they come first.
Trials are kept as entered, in the unit entered.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from medex_tui.domain.dates.clock import local_day, spoken
from medex_tui.domain.dates.parse import read_past
from medex_tui.domain.find import key, words
from medex_tui.domain.language.problem import Problem, Question
from medex_tui.domain.measures import catalogue
from medex_tui.domain.records.assessments import Reading
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.shorthand.faults import Faults
from medex_tui.domain.shorthand.lookup import client_in
from medex_tui.domain.shorthand.measure_entries import VALUE, MeasureEntries
from medex_tui.domain.shorthand.readings import ReadingBuilder, reading_text
from medex_tui.domain.shorthand.scan import (
    NUMBER,
    ScannedNote,
    ScannedWord,
    read_note,
    scan,
    unreadable,
)
from medex_tui.domain.shorthand.shapes import with_clock

Phase = Literal["initial", "reassessment", "discharge"]
PHASES: Mapping[str, Phase] = {
    "initial": "initial",
    "reassess": "reassessment",
    "reassessment": "reassessment",
    "discharge": "discharge",
}

_PAIR = re.compile(rf"([+-]?{NUMBER}[a-z+-]*)(/)([+-]?{NUMBER}\S*)\Z", re.IGNORECASE)


class ReadingPreview(Struct, frozen=True):
    """One understood piece of an assessment line, as the preview shows it."""

    start: int
    end: int
    kind: Literal["client", "kind", "when", "reading", "summary"]
    name: str
    value: str = ""


class AssessmentReading(Struct, frozen=True, kw_only=True):
    """What an assessment line means, complete or not.

    Trials are as entered; spans are character positions in `text`. `late` marks an entry of an
    earlier local day.
    """

    text: str
    client: Client | None = None
    candidates: list[Client] = []
    referral_id: str | None = None
    kind: Phase = "initial"
    items: list[ReadingPreview] = []
    readings: list[Reading] = []
    summary: str | None = None
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
    """Parse an assessment line, for a known client or one named by its first words.

    `confirmed` holds the ids of questions that the person has answered with yes.
    """
    if problem := unreadable(text):
        return AssessmentReading(text=text, client=client, problems=[problem])
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
        self.words = with_clock(_split_pairs(self.line.words))
        self.faults = Faults(confirmed)
        self.measures = MeasureEntries(self.faults)
        self.items: list[ReadingPreview] = []
        self.kind: Phase | None = None
        self.at: datetime | None = None
        self.candidates: list[Client] = []

    def read(self) -> AssessmentReading:
        start = self.line.note_start
        snippets = self.practice.settings.snippets
        note = None if start is None else read_note(self.text, start, snippets)
        at = self._client() if self.client is None else 0
        while at < len(self.words) and not self.faults.enough:
            at += self._word(at)
        readings = self._readings()
        if note:
            self._note(note)
        if not readings and not self.faults.problems:
            end = len(self.text)
            message = "No measure is read yet: type one and its values, as in tug 11.8."
            self.faults.problems.append(Problem(end, end, message))
        zone = self.practice.zone
        client_id = self.client.id if self.client else None
        episode = self.practice.current_episode(client_id) if client_id else None
        usual_kind = default_kind(self.practice, client_id) if client_id else "initial"
        return AssessmentReading(
            text=self.text,
            client=self.client,
            candidates=self.candidates,
            referral_id=episode.id if episode else None,
            kind=self.kind or usual_kind,
            items=sorted(self.items, key=lambda item: item.start),
            readings=readings,
            summary=note.text if note else None,
            at=self.at,
            late=self.at is not None and local_day(self.at, zone) < local_day(self.now, zone),
            problems=self.faults.in_order(),
            questions=self.faults.questions,
        )

    def _readings(self) -> list[Reading]:
        builder = ReadingBuilder(self.practice, self.client, self.at or self.now, self.faults)
        readings = []
        for entry in self.measures.entries:
            for reading in builder.readings(entry, self.text):
                readings.append(reading)
                name, value = catalogue().measure(reading.measure).short, reading_text(reading)
                self.items.append(ReadingPreview(entry.start, entry.end, "reading", name, value))
        return readings

    def _note(self, note: ScannedNote) -> None:
        if note.text:
            self.items.append(ReadingPreview(note.start, note.end, "summary", "summary", note.text))
        for question in note.questions:
            self.faults.ask(question)

    def _client(self) -> int:
        """Find the client in the first words; return how many words it took."""
        count, self.candidates, problem = client_in(
            self.words, self.practice, self.now, self._is_reading
        )
        if problem:
            self.faults.problems.append(problem)
        elif count:
            self.client = self.candidates[0]
            start, end = self.words[0].start, self.words[count - 1].end
            self.items.append(ReadingPreview(start, end, "client", self.client.name))
        return count

    def _is_reading(self, at: int) -> bool:
        """Whether the word at `at` reads as part of a reading rather than of the client's name."""
        word, names = self.words[at].text, self.measures.names
        if not word[0].isalpha() or word.lower() in PHASES or names.exactly(key(word)):
            return True
        following = self.words[at + 1].text if at + 1 < len(self.words) else ""
        return bool(VALUE.match(following)) and bool(names.begun(words(word)))

    def _word(self, at: int) -> int:
        """Read what begins with the word at `at`; return how many words it took."""
        word = self.words[at]
        if word.text[0] == "@":
            self._when(word)
            return 1
        if count := self.measures.read_word(self.words, at):
            return count
        if word.text.lower() in PHASES:
            self._phase(word)
            return 1
        return self.measures.name(self.words, at)

    def _when(self, word: ScannedWord) -> None:
        if self.at:
            self.faults.refuse(word, "The time is given twice; keep one.")
            return
        at = read_past(word.text[1:], now=self.now, zone=self.practice.zone)
        if isinstance(at, Problem):
            suggestion = at.suggestion and "@" + at.suggestion.replace(" ", "")
            self.faults.refuse(word, at.message, suggestion)
            return
        self.at = at
        spoken_at = spoken(at, self.practice.zone)
        self.items.append(ReadingPreview(word.start, word.end, "when", spoken_at))

    def _phase(self, word: ScannedWord) -> None:
        if self.kind:
            self.faults.refuse(word, "The kind of assessment is given twice; keep one.")
            return
        self.kind = PHASES[word.text.lower()]
        self.items.append(ReadingPreview(word.start, word.end, "kind", self.kind))


def _split_pairs(line: list[ScannedWord]) -> list[ScannedWord]:
    """The words, with `24.1/22` split into its two values and the slash."""
    split: list[ScannedWord] = []
    for word in line:
        if match := _PAIR.match(word.text):
            split += [
                ScannedWord(word.start + match.start(n), word.start + match.end(n), match[n])
                for n in (1, 2, 3)
            ]
        else:
            split.append(word)
    return split
