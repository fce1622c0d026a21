"""The battery: a measure, a side or an activity to a row, a box to a number; digits and Enter, nothing else needed.

A row's boxes are trials of one number, or the parts a score is made of: the answers of a questionnaire, the stages of
a balance test, the numbers an equation takes. Parts have names; questionnaires have only the number of the item.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from msgspec import Struct, structs

from medex_tui.domain.measures import Measure, catalogue, grade_value
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.base import Side

RESULTS = ("measured", "unable", "assisted", "stopped")
SIDED: tuple[Side, ...] = ("R", "L")
UNABLE = "unable"
GOALS = 5
ACTIVITIES = 3
MOST_TRIALS = 6
TASK_UNITS = ("s", "reps", "m", "kg", "lb", "min")
STAGES = ("side", "semi", "tandem", "one leg")
WALKS = {4.0: "walk_4m_s", 3.0: "walk_3m_s"}
"""The walk of an SPPB by the length of its course in metres."""

SPPB = {
    "side_by_side_s": "side", "semi_tandem_s": "semi", "tandem_s": "tandem",
    "walk_4m_s": "walk 4m", "walk_3m_s": "walk 3m", "chair_5x_s": "chairs",
}  # fmt: skip
"""What the parts of an SPPB are called beside their boxes."""

CAN_FAIL = {"walk_4m_s": "walk unable", "walk_3m_s": "walk unable", "chair_5x_s": "chair unable"}
"""Parts of an SPPB that may be recorded as unable, and the label that says so."""

_GOAL = re.compile(r"(-?[0-9])(?:x([0-9]{1,2}(?:\.[0-9])?))?\Z")
_GOAL_BEGUN = re.compile(r"-?[0-9]?|-?[0-9]x[0-9]{0,2}(?:\.[0-9]?)?")


class BatteryRow(Struct, frozen=True):
    """One row: texts typed into its boxes, the side or the named activity it is for, and what it was taken with."""

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
        """The unlike parts the score is made of; the walk of an SPPB by the length of its course."""
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


def is_number(text: str) -> bool:
    """Whether a text is a finished number."""
    digits = text.removeprefix("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit()


def typed(measure: Measure, text: str) -> float | None:
    """What a box holds as a number; a grade by its place, a goal without its weight; None for what is not finished."""
    if measure.ordinal:
        return grade_value(text) if text in measure.enum else None
    if measure.combine == "goals":
        return float(match[1]) if (match := _GOAL.match(text)) else None
    return float(text) if is_number(text) else None


def could_be(measure: Measure, text: str) -> bool:
    """Whether a text can still become a number, a grade or a goal with its weight (`1x2`)."""
    if measure.ordinal:
        return any(grade.startswith(text) for grade in measure.enum)
    if measure.combine == "goals":
        return _GOAL_BEGUN.fullmatch(text) is not None
    return is_number(text + "0")


def weight(text: str) -> float:
    """The weight typed behind a goal, 1 without one."""
    match = _GOAL.match(text)
    return float(match[2] or 1) if match else 1.0


def has_parts(measure: Measure) -> bool:
    """Whether the boxes of a row are the parts of one score, and not trials of one number."""
    return measure.id != "psfs" and measure.combine in (
        "items",
        "goals",
        "stages",
        "sppb",
        "equation",
    )


def box_names(row: BatteryRow) -> tuple[str, ...]:
    """What each box of a row with parts is called: `height cm`, `tandem`, the number of an item."""
    measure = row.of
    match measure.combine:
        case "items":
            return tuple(str(n + 1) for n in range(measure.items or 1))
        case "goals":
            return tuple(f"goal {n + 1}" for n in range(GOALS))
        case "stages":
            return STAGES
        case "sppb":
            return tuple(SPPB[name] for name in row.inputs)
    return tuple(name.replace("_", " ") for name in row.inputs)


def box_width(measure: Measure) -> int:
    """The most characters a box takes."""
    if measure.combine == "items" and measure.id != "psfs":
        return len(f"{measure.item_max:g}")
    return 2 if measure.ordinal else 6 if measure.combine in ("equation", "sppb") else 5


def box_unit(row: BatteryRow, at: int) -> str:
    """The unit of what is typed into a box."""
    measure = row.of
    if measure.combine == "equation":
        return "s" if measure.inputs[at].endswith("_s") else ""
    return row.unit or entry_unit(measure)


class Way(Struct, frozen=True):
    """How the boxes of a row are typed: the unit, and for a timed walk the metres of its course."""

    unit: str
    course: float | None = None

    @property
    def said(self) -> str:
        """`s over 6 m`."""
        return f"{self.unit} over {self.course:g} m" if self.course else self.unit


def ways_of(measure: Measure) -> tuple[Way, ...]:
    """The ways a row may be typed, the usual one first; the courses of a walk only where it has several."""
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
    """The unit a box is typed in unless another was chosen; a task of the practice's own is timed."""
    return "s" if measure.unit == "user" else measure.entry_unit


def units_of(measure: Measure) -> tuple[str, ...]:
    """The units a row may be typed in."""
    if measure.unit == "user":
        return TASK_UNITS
    if has_parts(measure) or measure.id == "psfs":
        return (entry_unit(measure),)
    return tuple(dict.fromkeys([entry_unit(measure), measure.unit, *measure.alt_units]))


def rows_for(measure: Measure, like: Sequence[Reading] = ()) -> list[BatteryRow]:
    """Empty rows for a measure, shaped like the readings of last time: its sides, trials, tasks, unit and device."""
    last = [r for r in like if r.measure == measure.id]
    first = last[0] if last else Reading(measure=measure.id)
    trials = min(MOST_TRIALS, max([measure.trials, *(len(r.trials) for r in last)]))
    blank = BatteryRow(
        measure=measure.id, boxes=("",) * trials, device=first.device, position=first.position, aid=first.aid,
        unit=first.unit if first.unit in units_of(measure) and first.unit != entry_unit(measure) else None,
        protocol=first.protocol, course=3.0 if WALKS[3.0] in first.labels else first.course_m,
    )  # fmt: skip
    if measure.id == "psfs":
        names = [label for r in last for label in r.labels] or [""] * ACTIVITIES
        return [structs.replace(blank, label=name, boxes=("",)) for name in names]
    if has_parts(measure):
        return [structs.replace(blank, boxes=("",) * len(box_names(blank)), unit=None)]
    tasks = dict.fromkeys(r.labels[0] if r.labels else "" for r in last) if measure.labelled else {}
    rows: list[BatteryRow] = []
    for task in tasks or {"": None}:
        own = next((r for r in last if task and r.labels[:1] == [task]), first)
        made = structs.replace(
            blank, label=task, device=own.device, position=own.position, aid=own.aid, protocol=own.protocol,
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
    """The boxes in the order Enter goes through them; two sides of several trials take turns, as hands do."""
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
    """What was entered, as raw readings in the unit of entry; a PSFS is one reading with its activities as labels."""
    made: list[Reading] = []
    psfs = [row for row in rows if row.measure == "psfs" and not row.empty]
    for row in rows:
        if row.empty or row.measure == "psfs":
            continue
        trials, labels = (
            parts_of(row) if has_parts(row.of) else (row.numbers, [row.label] if row.label else [])
        )
        # What was done before a test was stopped, or with help, is kept beside that result; unable did nothing.
        measured = row.result != UNABLE
        made.append(
            Reading(
                measure=row.measure,
                side=row.side,
                trials=trials if measured else [],
                unit=None
                if row.of.combine in ("goals", "equation")
                else row.unit or entry_unit(row.of),
                device=row.device,
                position=row.position,
                aid=row.aid,
                protocol=row.protocol,
                course_m=row.course if row.of.distance_m else None,
                result=row.result,  # type: ignore[arg-type]
                labels=labels if measured or row.of.labelled else [],
                weights=weights_of(row) if measured else [],
                better=row.better,
            )
        )
    if psfs:
        at = (
            next((n for n, r in enumerate(made) if r.measure != "psfs"), 0)
            if rows[0].measure == "psfs"
            else len(made)
        )
        reading = Reading(
            measure="psfs", trials=[row.numbers[0] for row in psfs if row.numbers], unit="points",
            labels=[row.label for row in psfs if row.numbers],
        )  # fmt: skip
        made.insert(at, reading)
    return made


def parts_of(row: BatteryRow) -> tuple[list[float], list[str]]:
    """The parts that were entered and what they are called.

    A questionnaire answered in full needs no names; where items are missing, the numbers of those answered are kept.
    """
    measure = row.of
    values = [typed(measure, box) for box in row.boxes]
    match measure.combine:
        case "items":
            answered = [
                (v, n) for v, n in zip(values, box_names(row), strict=True) if v is not None
            ]
            whole = len(answered) == len(values)
            return [v for v, _ in answered], [] if whole else [n for _, n in answered]
        case "stages":
            held: list[float] = []
            for value in values:
                if value is None:
                    break
                held.append(value)
            return held, []
        case "goals":
            rated = [(v, n) for v, n in zip(values, box_names(row), strict=True) if v is not None]
            return [v for v, _ in rated], [n for _, n in rated]
    given = [(v, n) for v, n in zip(values, row.inputs, strict=True) if v is not None]
    failed = [
        CAN_FAIL[n]
        for n, box in zip(row.inputs, row.boxes, strict=True)
        if box == UNABLE and n in CAN_FAIL
    ]
    return [v for v, _ in given], [*(n for _, n in given), *failed]


def weights_of(row: BatteryRow) -> list[float]:
    """The weights of attained goals, one a goal that was rated; none where all count the same."""
    if row.of.combine != "goals":
        return []
    weights = [weight(box) for box in row.boxes if typed(row.of, box) is not None]
    return weights if any(w != 1 for w in weights) else []


def with_box(row: BatteryRow, at: int, text: str) -> BatteryRow:
    """The row with another text in one box; a number undoes "unable", and stands beside the other results."""
    boxes = list(row.boxes)
    boxes[at] = text
    beside = row.result in ("assisted", "stopped") and not has_parts(row.of)
    return structs.replace(row, boxes=tuple(boxes), result=row.result if beside else "measured")


def with_trial(row: BatteryRow) -> BatteryRow:
    """The row with room for one trial more."""
    return structs.replace(row, boxes=(*row.boxes, ""))
