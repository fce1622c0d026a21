"""The battery of an assessment: a row per measure, side or activity, a box per number.

A row's boxes are trials of one number, or the parts of a score: the answers of a questionnaire, the
stages of a balance test, the inputs of an equation. Parts have names; questionnaires only have the
number of the item.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct, structs

from medex_tui.domain.measures import Measure, catalogue
from medex_tui.domain.measures.shapes import shape_of
from medex_tui.domain.measures.shapes.base import EnteredParts
from medex_tui.domain.measures.shapes.sppb import UNABLE, WALKS
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.base import Side

RESULTS = ("measured", "unable", "assisted", "stopped")
SIDED: tuple[Side, ...] = ("R", "L")
ACTIVITIES = 3
MOST_TRIALS = 6
TASK_UNITS = ("s", "reps", "m", "kg", "lb", "min")


CONDITIONS = ("device", "position", "aid", "protocol")
"""Fields of a row that say how a measure is taken, in the order the app asks for them."""


class BatteryRow(Struct, frozen=True):
    """One row: the texts of its boxes, its side or named activity, and the test conditions."""

    measure: str
    side: Side | None = None
    label: str = ""
    boxes: tuple[str, ...] = ("",)
    result: str = "measured"
    device: str | None = None
    position: str | None = None
    aid: str | None = None
    unit: str | None = None
    protocol: str | None = None
    course: float | None = None
    better: Literal["more", "less"] | None = None

    @property
    def inputs(self) -> list[str]:
        """The names of the parts of the score; the walk of an SPPB by the length of its course."""
        walk = WALKS.get(self.course or 4.0, WALKS[4.0])
        return [walk if name in WALKS.values() else name for name in self.of.inputs]

    @property
    def of(self) -> Measure:
        """The measure of the row."""
        return catalogue().measure(self.measure)

    @property
    def numbers(self) -> list[float]:
        """The boxes that hold a number."""
        return [value for box in self.boxes if (value := typed(self.of, box)) is not None]

    @property
    def empty(self) -> bool:
        """Whether nothing was entered."""
        return self.result == "measured" and not any(
            box == UNABLE or typed(self.of, box) is not None for box in self.boxes
        )


def typed(measure: Measure, text: str) -> float | None:
    """The finished number in a box: a grade by its place, a goal without its weight; else None."""
    return shape_of(measure).parse_box(measure, text)


def could_be(measure: Measure, text: str) -> bool:
    """Whether more characters can make a text a number, a grade or a goal with its weight."""
    return shape_of(measure).can_become_value(measure, text)


def has_parts(measure: Measure) -> bool:
    """Whether the boxes of a row are the parts of one score, not trials of one number."""
    return shape_of(measure).has_parts


def box_names(row: BatteryRow) -> tuple[str, ...]:
    """The name of each box of a row with parts: `height cm`, `tandem`, the number of an item."""
    return shape_of(row.of).box_names(row.of, row.inputs)


def box_width(measure: Measure) -> int:
    """The most characters that a box takes."""
    return shape_of(measure).box_width(measure)


def box_unit(row: BatteryRow, at: int) -> str:
    """The unit of what is typed into a box."""
    return shape_of(row.of).box_unit(row.of, at, row.unit or entry_unit(row.of))


class Way(Struct, frozen=True):
    """How the boxes of a row are typed: the unit, and for a timed walk the metres of its course."""

    unit: str
    course: float | None = None

    @property
    def said(self) -> str:
        """`s over 6 m`."""
        return f"{self.unit} over {self.course:g} m" if self.course else self.unit


def ways_of(measure: Measure) -> tuple[Way, ...]:
    """The units a row may be typed in, the usual one first; courses of a walk that has several."""
    timed = [Way("s", course) for course in measure.courses]
    units = [Way(unit) for unit in units_of(measure) if not (timed and unit == "s")]
    return (*timed, *units)


def way_of(row: BatteryRow) -> Way:
    """The way a row is typed now."""
    unit = row.unit or entry_unit(row.of)
    courses = row.of.courses
    return Way(unit, (row.course or courses[0]) if courses and unit == "s" else None)


def typed_in(row: BatteryRow, way: Way) -> BatteryRow:
    """The row typed another way; the usual unit and course need no word."""
    usual = row.of.courses[:1] == [way.course]
    unit = None if way.unit == entry_unit(row.of) else way.unit
    return structs.replace(row, unit=unit, course=None if usual else way.course)


def entry_unit(measure: Measure) -> str:
    """The unit a box is typed in unless another is chosen; a custom task is timed."""
    return "s" if measure.unit == "user" else measure.entry_unit


def units_of(measure: Measure) -> tuple[str, ...]:
    """The units a row may be typed in."""
    if measure.unit == "user":
        return TASK_UNITS
    if has_parts(measure) or measure.combine == "activities":
        return (entry_unit(measure),)
    return tuple(dict.fromkeys([entry_unit(measure), measure.unit, *measure.alt_units]))


def rows_for(measure: Measure, like: Sequence[Reading] = ()) -> list[BatteryRow]:
    """Empty rows for a measure, with sides, trials, tasks, unit and device of last time."""
    last = [r for r in like if r.measure == measure.id]
    first = last[0] if last else Reading(measure=measure.id)
    trials = min(MOST_TRIALS, max([measure.trials, *(len(r.trials) for r in last)]))
    other_units = set(units_of(measure)) - {entry_unit(measure)}
    blank = BatteryRow(
        measure=measure.id, boxes=("",) * trials, device=first.device, position=first.position,
        aid=first.aid, unit=first.unit if first.unit in other_units else None,
        protocol=first.protocol, course=3.0 if WALKS[3.0] in first.labels else first.course_m,
    )  # fmt: skip
    if measure.combine == "activities":
        names = [label for r in last for label in r.labels] or [""] * ACTIVITIES
        return [structs.replace(blank, label=name, boxes=("",)) for name in names]
    if has_parts(measure):
        return [structs.replace(blank, boxes=("",) * len(box_names(blank)), unit=None)]
    tasks: dict[str, None] = {}
    if measure.labelled:
        tasks = dict.fromkeys(r.labels[0] if r.labels else "" for r in last)
    rows: list[BatteryRow] = []
    for task in tasks or {"": None}:
        own = next((r for r in last if task and r.labels[:1] == [task]), first)
        made = structs.replace(
            blank, label=task, device=own.device, position=own.position, aid=own.aid,
            protocol=own.protocol,
            better=own.better,
        )  # fmt: skip
        sides: tuple[Side | None, ...] = (None,)
        if measure.sides == "LR":
            sides = SIDED
        elif measure.sides == "L_or_R":
            sides = (first.side or "R",)
        rows += [structs.replace(made, side=side) for side in sides]
    return rows


def battery_of(past: Sequence[Assessment], default: Sequence[str]) -> list[BatteryRow]:
    """The rows to offer: what was measured last time, else a default battery."""
    known = catalogue().measures
    like = past[-1].readings if past else []
    ids = [m for m in dict.fromkeys(r.measure for r in like) if m in known] or [
        m for m in default if m in known
    ]
    return [row for id in ids for row in rows_for(known[id], like)]


def order(rows: Sequence[BatteryRow]) -> list[tuple[int, int]]:
    """Row and box indices in the order Enter goes through them: two sides take turns."""
    path: list[tuple[int, int]] = []
    n = 0
    while n < len(rows):
        row = rows[n]
        after = rows[n + 1] if n + 1 < len(rows) else None
        paired = (
            after is not None and paired_with(row, after) and len(row.boxes) == len(after.boxes)
        )
        for box in range(len(row.boxes)):
            path += [(n, box), (n + 1, box)] if paired else [(n, box)]
        n += 2 if paired else 1
    return path


def paired_with(row: BatteryRow, other: BatteryRow) -> bool:
    """Whether two rows are the right and left of one measure."""
    return (row.measure, row.label, row.side, other.side) == (other.measure, other.label, "R", "L")


def readings_of(rows: Sequence[BatteryRow]) -> list[Reading]:
    """The entries as readings in the unit they were typed in.

    A PSFS is one reading with its activities as labels.
    """
    made: list[Reading] = []
    psfs = [row for row in rows if row.of.combine == "activities" and not row.empty]
    for row in rows:
        if row.empty or row.of.combine == "activities":
            continue
        parts = entered_parts(row)
        # What was done before a test was stopped, or with help, is kept with that result.
        measured = row.result != UNABLE
        made.append(
            Reading(
                measure=row.measure,
                side=row.side,
                trials=parts.trials if measured else [],
                unit=None
                if row.of.combine in ("goals", "equation")
                else row.unit or entry_unit(row.of),
                device=row.device,
                position=row.position,
                aid=row.aid,
                protocol=row.protocol,
                course_m=row.course if row.of.distance_m else None,
                result=row.result,  # type: ignore[arg-type]
                labels=parts.labels if measured or row.of.labelled else [],
                weights=parts.weights if measured else [],
                better=row.better,
            )
        )
    if psfs:
        at = (
            next((n for n, r in enumerate(made) if r.measure != "psfs"), 0)
            if rows[0].of.combine == "activities"
            else len(made)
        )
        reading = Reading(
            measure="psfs", trials=[row.numbers[0] for row in psfs if row.numbers], unit="points",
            labels=[row.label for row in psfs if row.numbers],
        )  # fmt: skip
        made.insert(at, reading)
    return made


def entered_parts(row: BatteryRow) -> EnteredParts:
    """The numbers in the boxes with their labels: the names of parts, or the row's task."""
    if has_parts(row.of):
        names = row.inputs or box_names(row)
        return shape_of(row.of).entered_parts(row.of, row.boxes, names)
    return EnteredParts(row.numbers, [row.label] if row.label else [])


def with_box(row: BatteryRow, at: int, text: str) -> BatteryRow:
    """The row with another text in one box; a number undoes "unable", not the other results."""
    boxes = list(row.boxes)
    boxes[at] = text
    beside = row.result in ("assisted", "stopped") and not has_parts(row.of)
    return structs.replace(row, boxes=tuple(boxes), result=row.result if beside else "measured")


def with_trial(row: BatteryRow) -> BatteryRow:
    """The row with room for one trial more."""
    return structs.replace(row, boxes=(*row.boxes, ""))
