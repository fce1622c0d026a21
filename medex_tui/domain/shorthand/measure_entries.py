"""Words of an assessment line that name a measure or belong to one, gathered into entries."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Literal

from msgspec.structs import replace

from medex_tui.domain.find import key, words
from medex_tui.domain.language.problem import Problem
from medex_tui.domain.measures import Measure, catalogue
from medex_tui.domain.measures.shapes import shape_of
from medex_tui.domain.shorthand.faults import Faults
from medex_tui.domain.shorthand.measures import (
    default_unit,
    measure_names,
    unit_named,
    units_of,
)
from medex_tui.domain.shorthand.readings import MeasureConditions, MeasureEntry, SideValues
from medex_tui.domain.shorthand.scan import NUMBER, QUOTED, ScannedWord, quoted, unquoted
from medex_tui.domain.shorthand.shapes import DECIMAL_COMMA

MEASURE_WORDS = 6
"""The most words of a line that the name of one measure takes."""

MOST_TRIALS = 20
"""The most values of one side."""

RESULTS: Collection[str] = frozenset({"unable", "stopped", "assisted"})

VALUE = re.compile(rf"([+-]?{NUMBER})([^\s\d/]\S*)?\Z")
_CONDITION = re.compile(
    rf"(dev|device|aid|pos|position|proto|protocol|over|better):({QUOTED}|\S+)\Z",
    re.IGNORECASE | re.DOTALL,
)
_RATED = re.compile(
    rf"({QUOTED}|[^\s=\"]+)=(?:([+-]?{NUMBER})(?:x({NUMBER}))?|unable)\Z", re.DOTALL
)
_COURSE = re.compile(rf"({NUMBER})m?\Z")
_FIELDS: Mapping[str, str] = {"dev": "device", "pos": "position", "proto": "protocol"}


class MeasureEntries:
    """Entries of the line so far; what follows belongs to `current`.

    `conditions` are those named before any measure; they hold for all that follow.
    """

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.names = measure_names()
        self.entries: list[MeasureEntry] = []
        self.current: MeasureEntry | None = None
        self.conditions = MeasureConditions()

    def read_word(self, line: list[ScannedWord], at: int) -> int:
        """Read what begins with the word at `at`; return how many words it took, 0 for none."""
        word = line[at]
        if match := _CONDITION.match(word.text):
            self._condition(word, match[1].lower(), match[2])
        elif word.text == "/":
            self._slash(word)
        elif (comma := DECIMAL_COMMA.match(word.text)) and word.text[0].isdigit():
            self._refuse_comma(word, comma)
        elif match := VALUE.match(word.text):
            if self.begins_measure(word.text):
                return self.name(line, at)
            self._value(word, float(match[1]), match[2])
        elif match := _RATED.match(word.text):
            rating = float(match[2]) if match[2] else None
            self._rated(word, match[1], rating, match[3])
        elif word.text[0] == '"':
            self._task(word)
        elif not self._of_current(word):
            return 0
        return 1

    def _of_current(self, word: ScannedWord) -> bool:
        """Take a side, a result or a unit of the current measure; whether the word is one."""
        entry = self.current
        if entry is None:
            return False
        if word.text.upper() in ("L", "R"):
            self._side(entry, word, "L" if word.text.upper() == "L" else "R")
        elif word.text.lower() in RESULTS:
            entry.groups[-1].result = word.text.lower()  # type: ignore[assignment]
            entry.end = word.end
        elif entry.groups[-1].trials and self._unit(word.text):
            self._set_unit(entry, word, word.text)
        else:
            return False
        return True

    # Names ------------------------------------------------------------------------------------

    def begins_measure(self, text: str) -> bool:
        """Whether a word that begins with digits names a measure, like 6mwt."""
        return bool(self.names.exactly(key(text))) and not text.isdigit()

    def name(self, line: list[ScannedWord], at: int) -> int:
        """Begin an entry with the longest run of words that names a measure; return its length."""
        run = [line[at].text]
        for word in line[at + 1 : at + MEASURE_WORDS]:
            ends = word.text.upper() in ("L", "R") or word.text.lower() in RESULTS
            if ends or not word.text[0].isalpha():
                break
            run.append(word.text)
        for count in range(len(run), 0, -1):
            together = " ".join(run[:count])
            matches = list(self.names.exactly(key(together))) or self.names.begun(words(together))
            if matches:
                self._begin(line[at], line[at + count - 1], together, matches)
                return count
        self._unknown(line[at])
        return 1

    def _begin(
        self, first: ScannedWord, last: ScannedWord, text: str, matches: Collection[str]
    ) -> None:
        """Begin an entry; several matches are refused and take the values that follow."""
        self.current = MeasureEntry(
            first.start, last.end, None, [SideValues()], replace(self.conditions)
        )
        measures = [catalogue().measure(each) for each in matches]
        if len(measures) == 1:
            self.current.measure = measures[0]
            self.entries.append(self.current)
            return
        listed = ", ".join(measure.short for measure in measures[:6])
        more = ", ..." if len(measures) > 6 else ""
        message = f"`{text}` can be {listed}{more}: type more of the name."
        self.faults.problems.append(Problem(first.start, last.end, message))

    def _unknown(self, word: ScannedWord) -> None:
        """Refuse a word that is nothing known, with the most likely remedy."""
        entry = self.current
        if entry and entry.measure and entry.measure.labelled and entry.groups[0].empty:
            task = quoted(word.text)
            self.faults.refuse(word, f"Put the task in quotes: {task}.", task)
            return
        near = self.names.nearest(key(word.text))
        message = f"`{word.text}` is no measure, side, unit or value this line knows."
        self.faults.refuse(word, message, near)
        self.current = MeasureEntry(word.start, word.end, None, [SideValues()], MeasureConditions())

    def _refuse_comma(self, word: ScannedWord, comma: re.Match[str]) -> None:
        """Refuse a number with a decimal comma, in such a way that it makes one problem."""
        message = f"`{word.text}` has a decimal comma; type a point."
        self.faults.refuse(word, message, f"{comma[1]}.{comma[2]}")
        if self.current:
            self.current.measure = None

    def _owner(self, word: ScannedWord) -> MeasureEntry | None:
        """The current entry; refuse the word where there is none."""
        if self.current is None:
            self.faults.refuse(
                word, f"`{word.text}` belongs to a measure; type its name before it."
            )
        return self.current

    # Conditions -------------------------------------------------------------------------------

    def _condition(self, word: ScannedWord, field: str, value: str) -> None:
        """Set a condition of the current measure, or of all that follow where there is none."""
        conditions = self.current.conditions if self.current else self.conditions
        if field == "over":
            accepted = self._set_course(conditions, word, value)
        elif field == "better":
            accepted = self._set_better(conditions, word, value.lower())
        else:
            accepted = self._set_text(conditions, word, _FIELDS.get(field, field), value)
        if accepted and self.current:
            self.current.end = word.end

    def _set_text(
        self, conditions: MeasureConditions, word: ScannedWord, field: str, value: str
    ) -> bool:
        text = unquoted(value) if value[0] == '"' else value
        if not text:
            self.faults.refuse(
                word,
                f"The {field} is not named; type it like {field[:3]}:cane, "
                "in quotes if it has spaces.",
            )
            return False
        setattr(conditions, field, text)
        return True

    def _set_course(self, conditions: MeasureConditions, word: ScannedWord, value: str) -> bool:
        match = _COURSE.match(value)
        measure = self.current.measure if self.current else None
        if match is None or not 1 <= float(match[1]) <= 1000:
            self.faults.refuse(word, "The course is in metres, as in over:6m.")
        elif measure and not (measure.distance_m or measure.courses):
            self.faults.refuse(word, f"{measure.short} is not timed over a course.")
        else:
            conditions.course_m = float(match[1])
            return True
        return False

    def _set_better(self, conditions: MeasureConditions, word: ScannedWord, value: str) -> bool:
        measure = self.current.measure if self.current else None
        if value not in ("more", "less"):
            self.faults.refuse(word, "Which way is better: better:more or better:less.")
        elif measure and measure.direction != "user":
            self.faults.refuse(word, f"Which way is better in {measure.short} is settled.")
        else:
            conditions.better = "more" if value == "more" else "less"
            return True
        return False

    # Values -----------------------------------------------------------------------------------

    def _side(self, entry: MeasureEntry, word: ScannedWord, side: Literal["L", "R"]) -> None:
        group = entry.groups[-1]
        if not group.empty or group.side:
            group = SideValues()
            entry.groups.append(group)
        group.side = side
        entry.end = word.end

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

    def _value(self, word: ScannedWord, value: float, suffix: str | None) -> None:
        """Add a value to the side being read; `suffix` is what follows the number."""
        entry = self._owner(word)
        if entry is None:
            return
        group, weight = entry.groups[-1], None
        if entry.measure:
            typed = shape_of(entry.measure).parse_value(entry.measure, word.text, value, suffix)
            if isinstance(typed, str):
                self.faults.refuse(word, typed)
                return
            value, suffix, weight = typed.value, typed.unit, typed.weight
        if len(group.trials) >= MOST_TRIALS:
            self.faults.refuse(
                word,
                f"These are more than {MOST_TRIALS} values of one side; that is no set of trials.",
            )
            return
        group.trials.append((word, value))
        entry.end = word.end
        if weight is not None:
            group.weights.append(weight)
        if suffix:
            self._value_unit(entry, word, suffix)

    def _value_unit(self, entry: MeasureEntry, word: ScannedWord, unit: str) -> None:
        if self._unit(unit):
            self._set_unit(entry, word, unit)
        elif entry.measure:
            units = dict.fromkeys([default_unit(entry.measure, 1), *units_of(entry.measure)])
            self.faults.refuse(
                word,
                f"`{unit}` is no unit of {entry.measure.short}; it is taken in {', '.join(units)}.",
            )

    def _unit(self, text: str) -> str | None:
        """The unit that a text names, if the current measure is ever taken in it."""
        measure: Measure | None = self.current.measure if self.current else None
        return unit_named(measure, text) if measure else None

    def _set_unit(self, entry: MeasureEntry, word: ScannedWord, text: str) -> None:
        unit = self._unit(text)
        group = entry.groups[-1]
        if group.unit and group.unit != unit:
            self.faults.refuse(
                word, f"The values are in {group.unit} and in {unit}; keep one unit."
            )
        group.unit = unit
        entry.end = word.end

    def _rated(
        self, word: ScannedWord, label: str, value: float | None, weight: str | None
    ) -> None:
        """Add a named value: `stairs=3`, `height=160`, `goal=1x2`, `walk=unable`."""
        entry = self._owner(word)
        if entry is None:
            return
        text = unquoted(label) if label[0] == '"' else label
        group = entry.groups[-1]
        has_weight = entry.measure is not None and entry.measure.combine == "goals"
        refusal = self._rated_refusal(entry, group, text, value, weight)
        if refusal:
            self.faults.refuse(word, refusal)
        repeated = text in group.labels or len(group.labels) < len(group.trials)
        if not text or (value is not None and repeated):
            return
        # A refused weight or `unable` is still taken, so that one fault makes one problem.
        entry.end = word.end
        if value is None:
            group.failed.append(text)
            return
        if has_weight:
            group.weights.append(float(weight or 1))
        group.labels.append(text)
        group.trials.append((word, value))

    @staticmethod
    def _rated_refusal(
        entry: MeasureEntry,
        group: SideValues,
        text: str | None,
        value: float | None,
        weight: str | None,
    ) -> str | None:
        """Why a named value is refused, else None."""
        if not text:
            return "The activity has no name."
        if value is None:
            if entry.measure is None or not entry.measure.inputs:
                return "Only a part of a composite is unable on its own; a rating is a number."
            return None
        if text in group.labels:
            return f"`{text}` is rated twice; keep one."
        if len(group.labels) < len(group.trials):
            return "Name every activity, or none."
        if weight and not (entry.measure and entry.measure.combine == "goals"):
            return "Only an attained goal has a weight."
        if weight and float(weight) <= 0:
            return "A weight is above 0, as in 1x2."
        return None

    def _task(self, word: ScannedWord) -> None:
        """Take a task or context in quotes."""
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
