"""From the values of one measure on a line to its readings: what is missing, what cannot be, what is asked about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from medex_tui.domain.find import key
from medex_tui.domain.language.problem import Question
from medex_tui.domain.measures import (
    Measure,
    NoScore,
    Score,
    bare,
    catalogue,
    plausible,
    plausible_part,
    score,
)
from medex_tui.domain.measures.parts import PARTS
from medex_tui.domain.quantities import number_text
from medex_tui.domain.records.assessments import Reading
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.shorthand.faults import Faults
from medex_tui.domain.shorthand.measures import as_score, default_unit, part_named, part_range
from medex_tui.domain.shorthand.scan import ScannedWord

CAN_FAIL = frozenset({"walk unable", "chair unable"})
"""Parts of an SPPB that may be recorded as unable, as labels say it."""


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
        """Whether nothing is said of the side yet."""
        return not self.trials and not self.failed and self.result == "measured"


class TestConditions(Struct):
    """What a measure was taken with."""

    device: str | None = None
    position: str | None = None
    aid: str | None = None
    protocol: str | None = None
    course_m: float | None = None
    better: Literal["more", "less"] | None = None


class MeasureEntry(Struct):
    """A measure as the line names it, with the values that follow."""

    start: int
    end: int
    measure: Measure | None
    groups: list[SideValues]
    held: TestConditions
    task: str | None = None
    slashed: bool = False


class ReadingBuilder:
    """Makes readings of entries; `before` is the time they are taken, for what was measured earlier."""

    def __init__(
        self, practice: Practice, client: Client | None, before: datetime, faults: Faults
    ) -> None:
        self.practice, self.client, self.before, self.faults = practice, client, before, faults
        self.seen: set[tuple[str, str | None, str]] = set()

    def readings(self, entry: MeasureEntry, line: str) -> Iterator[Reading]:
        """The readings of an entry, a side each; its faults and questions go to `faults`."""
        measure = entry.measure
        if measure is None:
            return
        place = ScannedWord(entry.start, entry.end, line[entry.start : entry.end])
        last_unit = entry.groups[-1].unit
        for group in entry.groups:
            if refused := self._refused(measure, group, key(entry.task) if entry.task else ""):
                self.faults.refuse(place, refused)
                continue
            trials = [value for _, value in group.trials]
            labels = [entry.task] if entry.task else self._labels(place, entry, group)
            computed = measure.combine == "equation" and bool(labels)
            reading = Reading(
                measure=measure.id,
                side=group.side,
                trials=trials,
                unit=None
                if computed
                else group.unit or last_unit or default_unit(measure, len(trials)),
                device=entry.held.device,
                position=entry.held.position,
                aid=entry.held.aid,
                protocol=entry.held.protocol,
                course_m=entry.held.course_m if measure.distance_m else None,
                better=entry.held.better if measure.direction == "user" else None,
                result=group.result,
                catalogue=catalogue().version,
                labels=labels,
                weights=group.weights if any(weight != 1 for weight in group.weights) else [],
            )
            self._check(measure, group, reading)
            self._ask_unscored(place, measure, reading)
            yield reading
        if measure.id == "custom_timed" and not entry.task:
            self.faults.refuse(place, 'Name the task in quotes: timed "12 stairs" 24.5.')
        if measure.id == "mmt" and not entry.task:
            asked = 'No muscle or motion is named, as in mmt "knee extension" 4- / 5; keep the grades without?'
            self.faults.ask(Question(place.start, place.end, asked, None, "mmt unnamed"))

    def _refused(self, measure: Measure, group: SideValues, task: str) -> str | None:
        """Why a side makes no reading."""
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
        """The names typed; for the activities of a PSFS without names, those of last time where the count agrees."""
        measure = entry.measure
        assert measure
        if measure.inputs:
            return self._parts(place, measure, group, entry.held.course_m)
        if group.labels:
            if len(group.labels) < len(group.trials):
                self.faults.refuse(place, "Name every activity, or none.")
            return group.labels
        if measure.id != "psfs" or not group.trials:
            return []
        before = next((r for taken in self._earlier("psfs") for r in taken if r.labels), None)
        if before is None:
            return []
        if len(before.labels) == len(group.trials):
            return before.labels
        listed = ", ".join(before.labels)
        said = f"Last time the activities were {listed}: not as many as now; keep these ratings without names?"
        self.faults.ask(
            Question(place.start, place.end, said, None, f"psfs {len(group.trials)} unnamed")
        )
        return []

    def _parts(
        self, place: ScannedWord, measure: Measure, group: SideValues, course_m: float | None
    ) -> list[str]:
        """The inputs of a computed or composite score: those named, or all of them in their order; none for a total."""
        said = group.labels
        if not said and len(group.trials) == len(measure.inputs) > 1:
            said = list(measure.inputs)
        failed = [f"{name} unable" for name in group.failed]
        named = [
            part_named(measure, name.split(" ")[0], course_m) for name in (*said, *group.failed)
        ]
        if None in named or len(said) not in (0, len(group.trials)) or not set(failed) <= CAN_FAIL:
            parts = ", ".join(name.split("_")[0] for name in measure.inputs)
            self.faults.refuse(
                place,
                f"{measure.short} is made of {parts}: name each, as in {parts.split(',')[0]}=1.",
            )
        return [*(name or "" for name in named[: len(said)]), *failed]

    def _ask_unscored(self, place: ScannedWord, measure: Measure, reading: Reading) -> None:
        """Ask whether parts that make no score are kept as they are."""
        if (
            self.faults.problems
            or reading.result != "measured"
            or measure.combine not in ("items", "stages", "sppb")
        ):
            return
        found = score(measure, [reading])
        if isinstance(found, NoScore):
            asked = f"{measure.short}: no score, {found.reason}; keep the numbers without?"
            self.faults.ask(
                Question(
                    place.start, place.end, asked, None, f"{measure.id} unscored {found.reason}"
                )
            )

    def _check(self, measure: Measure, group: SideValues, reading: Reading) -> None:
        """Refuse values that cannot be, ask about those that seldom are or are far from last time."""
        parts = len(group.trials) > 1 or bool(reading.labels) or measure.combine == "goals"
        answered = parts and measure.combine in ("items", "goals")
        last = None if measure.labelled or answered else self._last(measure, group)
        for n, (word, value) in enumerate(group.trials):
            if parts and (part_range(measure) is not None or measure.inputs):
                self._check_part(
                    measure, word, value, reading.labels[n] if n < len(reading.labels) else ""
                )
            else:
                self._check_one(measure, word, value, group, reading, last)

    def _check_part(self, measure: Measure, word: ScannedWord, value: float, name: str) -> None:
        verdict, _, rest = (plausible_part(measure, value, name) or "").partition(": ")
        if verdict == "refused":
            self.faults.refuse(word, f"{measure.short}: {rest}.")
        elif verdict:
            asked = f"{measure.short}: {rest}; is it right?"
            self.faults.ask(
                Question(
                    word.start, word.end, asked, None, f"{measure.id} {name} {number_text(value)}"
                )
            )

    def _check_one(
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
        doubt = plausible(measure, scored, last)
        if doubt is None:
            return
        verdict, _, rest = doubt.partition(": ")
        if verdict == "refused":
            fits = timed and plausible(measure, value) is None
            self.faults.refuse(
                word, f"{measure.short}: {rest}.", f"{word.text}m/s" if fits else None
            )
        else:
            side = f" {group.side}" if group.side else ""
            asked = f"{measure.short}: {rest}; is it right?"
            self.faults.ask(
                Question(
                    word.start, word.end, asked, None, f"{measure.id}{side} {number_text(value)}"
                )
            )

    def _earlier(self, measure_id: str) -> Iterator[list[Reading]]:
        """The client's readings of a measure, an assessment at a time, the latest first."""
        kept = self.practice.assessments_of.get(self.client.id, ()) if self.client else ()
        for assessment in reversed(kept):
            own = [r for r in assessment.readings if r.measure == measure_id]
            if own and assessment.taken_at < self.before:
                yield own

    def _last(self, measure: Measure, group: SideValues) -> float | None:
        """The score last time, of the same side where the measure has sides."""
        own = next(self._earlier(measure.id), None)
        scored = score(measure, own) if own else None
        if not isinstance(scored, Score):
            return None
        return (
            next((s.value for s in scored.sides if s.side == group.side), None)
            if group.side
            else scored.value
        )


def _on(side: str | None) -> str:
    return {"R": " on the right", "L": " on the left"}.get(side or "", "")


def shown(reading: Reading) -> str:
    """A reading in words: `R  24.1  25  23.8 kg`."""
    known = catalogue().measures.get(reading.measure)
    ordinal = known if known and known.ordinal else None
    values: list[Any] = [bare(ordinal, t) if ordinal else number_text(t) for t in reading.trials]
    if reading.weights:
        values = [
            f"{value} x{weight:g}" for value, weight in zip(values, reading.weights, strict=False)
        ]
    parts = known is not None and bool(known.inputs)
    if (parts and reading.labels) or (
        len(reading.labels) == len(reading.trials) and not (known and known.labelled)
    ):
        names = [PARTS.get(label, label) for label in reading.labels]
        values = [f"{name} {value}" for name, value in zip(names, values, strict=False)] + names[
            len(values) :
        ]
    else:
        values = [*reading.labels, *values]
    answers = known is not None and known.combine == "items" and len(reading.trials) > 1
    bare_units = ("points", "stage", "grade", "user", "T")
    unit = (
        reading.unit if reading.trials and not answers and reading.unit not in bare_units else None
    )
    course = f"over {reading.course_m:g} m" if reading.course_m else None
    said = [reading.side, "  ".join(values) + (f" {unit}" if unit else "")]
    said += [course, None if reading.result == "measured" else reading.result]
    said += [reading.device, reading.position, reading.aid, reading.protocol]
    said += [f"{reading.better} is better" if reading.better else None]
    return "  ".join(part for part in said if part)
