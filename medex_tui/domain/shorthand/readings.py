"""From the values of one measure on a line to its readings, with faults and questions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from msgspec import Struct

from medex_tui.domain.find import key
from medex_tui.domain.language.problem import Question
from medex_tui.domain.measures import (
    Measure,
    NoScore,
    Score,
    catalogue,
    plausible,
    plausible_part,
    score,
)
from medex_tui.domain.measures.shapes import shape_of
from medex_tui.domain.quantities import number_text
from medex_tui.domain.records.assessments import Reading
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.shorthand.faults import Faults
from medex_tui.domain.shorthand.measures import as_score, default_unit
from medex_tui.domain.shorthand.scan import ScannedWord

UNABLE_PARTS = frozenset({"walk unable", "chair unable"})
"""Labels of parts of a composite that may be recorded as unable."""

UNITS_NOT_SHOWN = ("points", "stage", "grade", "user", "T")


class SideValues(Struct):
    """The values of one side while they are being read."""

    side: Literal["L", "R"] | None = None
    trials: list[tuple[ScannedWord, float]] = []
    labels: list[str] = []
    weights: list[float] = []
    failed: list[str] = []
    unit: str | None = None
    result: Literal["measured", "unable", "assisted", "stopped"] = "measured"

    @property
    def empty(self) -> bool:
        """Whether neither a value nor a result is given yet."""
        return not self.trials and not self.failed and self.result == "measured"


class MeasureConditions(Struct):
    """Device, position, aid, protocol and course of a measurement, and which way is better."""

    device: str | None = None
    position: str | None = None
    aid: str | None = None
    protocol: str | None = None
    course_m: float | None = None
    better: Literal["more", "less"] | None = None


class MeasureEntry(Struct):
    """A measure as the line names it, with the values that follow, one group for each side."""

    start: int
    end: int
    measure: Measure | None
    groups: list[SideValues]
    conditions: MeasureConditions
    task: str | None = None
    slashed: bool = False


class ReadingBuilder:
    """Builds readings from entries; `before` is when they are taken, to find earlier readings."""

    def __init__(
        self, practice: Practice, client: Client | None, before: datetime, faults: Faults
    ) -> None:
        self.practice, self.client, self.before, self.faults = practice, client, before, faults
        self.seen: set[tuple[str, str | None, str]] = set()

    def readings(self, entry: MeasureEntry, line: str) -> Iterator[Reading]:
        """Yield one reading for each side of an entry; problems go to `faults`."""
        measure = entry.measure
        if measure is None:
            return
        place = ScannedWord(entry.start, entry.end, line[entry.start : entry.end])
        for group in entry.groups:
            if refusal := self._refusal(measure, group, key(entry.task) if entry.task else ""):
                self.faults.refuse(place, refusal)
                continue
            reading = self._reading(place, measure, entry, group)
            self._check(measure, group, reading)
            self._ask_unscored(place, measure, reading)
            yield reading
        if measure.unit == "user" and not entry.task:
            self.faults.refuse(place, 'Name the task in quotes: timed "12 stairs" 24.5.')
        if measure.ordinal and measure.labelled and not entry.task:
            message = (
                f"No muscle or motion is named, as in {measure.id} "
                '"knee extension" 4- / 5; keep the grades without?'
            )
            self.faults.ask(Question(place.start, place.end, message, None, "mmt unnamed"))

    def _reading(
        self, place: ScannedWord, measure: Measure, entry: MeasureEntry, group: SideValues
    ) -> Reading:
        trials = [value for _, value in group.trials]
        labels = [entry.task] if entry.task else self._labels(place, entry, group)
        conditions = entry.conditions
        # A unit typed on one side holds for the other one too.
        unit = group.unit or next((g.unit for g in reversed(entry.groups) if g.unit), None)
        computed = measure.combine == "equation" and bool(labels)
        return Reading(
            measure=measure.id,
            side=group.side,
            trials=trials,
            unit=None if computed else unit or default_unit(measure, len(trials)),
            device=conditions.device,
            position=conditions.position,
            aid=conditions.aid,
            protocol=conditions.protocol,
            course_m=conditions.course_m if measure.distance_m else None,
            better=conditions.better if measure.direction == "user" else None,
            result=group.result,
            catalogue=catalogue().version,
            labels=labels,
            weights=group.weights if any(weight != 1 for weight in group.weights) else [],
        )

    def _refusal(self, measure: Measure, group: SideValues, task: str) -> str | None:
        """Why one side makes no reading, else None."""
        if group.empty:
            return f"{measure.short} has no value{_on(group.side)} yet; type it, or unable."
        if measure.sides == "none" and group.side:
            return f"{measure.short} has no sides; leave out L, R and the slash."
        if measure.sides == "LR" and not group.side and group.trials:
            return f"{measure.short} is taken by side: type R or L, or right / left with a slash."
        if (measure.id, group.side, task) in self.seen:
            return f"{measure.short}{_on(group.side)} is given twice; put its trials together."
        self.seen.add((measure.id, group.side, task))
        return None

    def _labels(self, place: ScannedWord, entry: MeasureEntry, group: SideValues) -> list[str]:
        """The labels typed; for activities without names, those of last time if as many."""
        measure = entry.measure
        assert measure
        if measure.inputs:
            return self._part_labels(place, measure, group, entry.conditions.course_m)
        if group.labels:
            if len(group.labels) < len(group.trials):
                self.faults.refuse(place, "Name every activity, or none.")
            return group.labels
        if measure.combine != "activities" or not group.trials:
            return []
        earlier = self._earlier_readings(measure.id)
        previous = next((r for readings in earlier for r in readings if r.labels), None)
        if previous is None:
            return []
        if len(previous.labels) == len(group.trials):
            return previous.labels
        message = (
            f"Last time the activities were {', '.join(previous.labels)}: "
            "not as many as now; keep these ratings without names?"
        )
        id = f"{measure.id} {len(group.trials)} unnamed"
        self.faults.ask(Question(place.start, place.end, message, None, id))
        return []

    def _part_labels(
        self, place: ScannedWord, measure: Measure, group: SideValues, course_m: float | None
    ) -> list[str]:
        """Inputs of a computed score: those named, or all in order; none for a total."""
        names = group.labels
        if not names and len(group.trials) == len(measure.inputs) > 1:
            names = list(measure.inputs)
        shape = shape_of(measure)
        failed = [f"{name} unable" for name in group.failed]
        known = [
            shape.part_named(measure, name.split(" ")[0], course_m)
            for name in (*names, *group.failed)
        ]
        if (
            None in known
            or len(names) not in (0, len(group.trials))
            or not set(failed) <= UNABLE_PARTS
        ):
            parts = [name.split("_")[0] for name in measure.inputs]
            self.faults.refuse(
                place,
                f"{measure.short} is made of {', '.join(parts)}: name each, as in {parts[0]}=1.",
            )
        return [*(name or "" for name in known[: len(names)]), *failed]

    def _ask_unscored(self, place: ScannedWord, measure: Measure, reading: Reading) -> None:
        """Ask whether parts that make no score are kept as they are."""
        if (
            self.faults.problems
            or reading.result != "measured"
            or not shape_of(measure).asks_unscored
        ):
            return
        scored = score(measure, [reading])
        if isinstance(scored, NoScore):
            message = f"{measure.short}: no score, {scored.reason}; keep the numbers without?"
            id = f"{measure.id} unscored {scored.reason}"
            self.faults.ask(Question(place.start, place.end, message, None, id))

    def _check(self, measure: Measure, group: SideValues, reading: Reading) -> None:
        """Refuse impossible values; ask about unlikely ones and those far from last time."""
        shape = shape_of(measure)
        in_parts = len(group.trials) > 1 or bool(reading.labels) or measure.combine == "goals"
        answers = in_parts and measure.combine in ("items", "activities", "goals")
        last = None if measure.labelled or answers else self._last_score(measure, group)
        for n, (word, value) in enumerate(group.trials):
            if in_parts and (shape.part_range(measure) is not None or measure.inputs):
                label = reading.labels[n] if n < len(reading.labels) else ""
                self._check_part(measure, word, value, label)
            else:
                self._check_value(measure, word, value, group, reading, last)

    def _check_part(self, measure: Measure, word: ScannedWord, value: float, name: str) -> None:
        verdict, _, reason = (plausible_part(measure, value, name) or "").partition(": ")
        if verdict == "refused":
            self.faults.refuse(word, f"{measure.short}: {reason}.")
        elif verdict:
            message = f"{measure.short}: {reason}; is it right?"
            id = f"{measure.id} {name} {number_text(value)}"
            self.faults.ask(Question(word.start, word.end, message, None, id))

    def _check_value(
        self,
        measure: Measure,
        word: ScannedWord,
        value: float,
        group: SideValues,
        reading: Reading,
        last: float | None,
    ) -> None:
        timed = bool(measure.distance_m) and reading.unit == "s"
        scored = as_score(measure, value, reading.unit or measure.unit, reading.course_m)
        if scored is None:
            if timed:
                self.faults.refuse(word, f"{measure.short}: a time must be above 0 s.")
            return
        verdict, _, reason = (plausible(measure, scored, last) or "").partition(": ")
        if verdict == "refused":
            as_speed = timed and plausible(measure, value) is None
            suggestion = f"{word.text}m/s" if as_speed else None
            self.faults.refuse(word, f"{measure.short}: {reason}.", suggestion)
        elif verdict:
            side = f" {group.side}" if group.side else ""
            message = f"{measure.short}: {reason}; is it right?"
            id = f"{measure.id}{side} {number_text(value)}"
            self.faults.ask(Question(word.start, word.end, message, None, id))

    def _earlier_readings(self, measure_id: str) -> Iterator[list[Reading]]:
        """The client's earlier readings of a measure, by assessment, the latest first."""
        taken = self.practice.assessments_of.get(self.client.id, ()) if self.client else ()
        for assessment in reversed(taken):
            own = [r for r in assessment.readings if r.measure == measure_id]
            if own and assessment.taken_at < self.before:
                yield own

    def _last_score(self, measure: Measure, group: SideValues) -> float | None:
        """The last score, of the same side where the measure has sides."""
        own = next(self._earlier_readings(measure.id), None)
        scored = score(measure, own) if own else None
        if not isinstance(scored, Score):
            return None
        if not group.side:
            return scored.value
        return next((s.value for s in scored.sides if s.side == group.side), None)


def _on(side: str | None) -> str:
    return {"R": " on the right", "L": " on the left"}.get(side or "", "")


def reading_text(reading: Reading) -> str:
    """A reading as the preview shows it: `R  24.1  25  23.8 kg`."""
    measure = catalogue().measures.get(reading.measure)
    if measure:
        values = shape_of(measure).preview_texts(measure, reading)
    else:
        values = [*reading.labels, *(number_text(trial) for trial in reading.trials)]
    answers = measure is not None and shape_of(measure).whole_steps and len(reading.trials) > 1
    has_unit = reading.trials and not answers and reading.unit not in UNITS_NOT_SHOWN
    parts = [
        reading.side,
        "  ".join(values) + (f" {reading.unit}" if has_unit and reading.unit else ""),
        f"over {reading.course_m:g} m" if reading.course_m else None,
        None if reading.result == "measured" else reading.result,
        reading.device,
        reading.position,
        reading.aid,
        reading.protocol,
        f"{reading.better} is better" if reading.better else None,
    ]
    return "  ".join(part for part in parts if part)


def value_words(reading: Reading) -> list[str]:
    """The trials of a reading as words of a line; plain numbers for an unknown measure."""
    measure = catalogue().measures.get(reading.measure)
    if measure is None:
        return [number_text(trial) for trial in reading.trials]
    return shape_of(measure).value_texts(measure, reading)
