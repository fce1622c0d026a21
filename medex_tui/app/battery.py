"""The battery: a measure, a side or an activity to a row, a box to a trial; digits and Enter, nothing else needed."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, structs

from medex_tui.domain.measures import Measure, catalogue
from medex_tui.domain.records import Assessment, Reading, Side

RESULTS = ("measured", "unable", "assisted", "stopped")
SIDED: tuple[Side, ...] = ("R", "L")


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

    @property
    def numbers(self) -> list[float]:
        """The boxes that hold a number."""
        return [float(box) for box in self.boxes if is_number(box)]

    @property
    def empty(self) -> bool:
        """Whether nothing was entered."""
        return not self.numbers and self.result == "measured"


def is_number(text: str) -> bool:
    """Whether a box holds a finished number."""
    digits = text.lstrip("-").replace(".", "", 1)
    return digits.isascii() and digits.isdigit()


def rows_for(measure: Measure, like: Sequence[Reading] = ()) -> list[BatteryRow]:
    """Empty rows for a measure, shaped like the readings of last time: its sides, activities, task and device."""
    boxes = ("",) * max(1, measure.trials)
    last = [r for r in like if r.measure == measure.id]
    first = last[0] if last else Reading(measure=measure.id)
    blank = BatteryRow(measure=measure.id, boxes=boxes, device=first.device, position=first.position, aid=first.aid)
    if measure.id == "psfs":
        names = [label for r in last for label in r.labels] or ["", "", ""]
        return [structs.replace(blank, label=name, boxes=("",)) for name in names]
    if measure.sides == "LR":
        return [structs.replace(blank, side=side) for side in SIDED]
    if measure.sides == "L_or_R":
        return [structs.replace(blank, side=first.side or "R")]
    if measure.labelled and last:
        return [
            BatteryRow(
                measure=measure.id, label=r.labels[0] if r.labels else "", boxes=boxes, device=r.device, aid=r.aid
            )
            for r in last
        ]
    return [blank]


OFFERED = (
    "psfs",
    "custom_timed",
    "chair_stand_30s",
    "tug",
    "gait_speed_4m",
    "grip_strength",
    "single_leg_stance",
    "nprs",
)
"""The measures the boxes take now; the one-line form takes every measure the catalogue has ready."""


def battery_of(past: Sequence[Assessment], default: Sequence[str]) -> list[BatteryRow]:
    """The rows to offer: what was measured last time, else a default battery; measures not offered are left out."""
    known = OFFERED
    like = past[-1].readings if past else []
    ids = [m for m in dict.fromkeys(r.measure for r in like) if m in known] or [m for m in default if m in known]
    return [row for id in ids for row in rows_for(catalogue().measure(id), like)]


def readings_of(rows: Sequence[BatteryRow]) -> list[Reading]:
    """What was entered, as raw readings in the unit of entry; a PSFS is one reading with its activities as labels."""
    made: list[Reading] = []
    psfs = [row for row in rows if row.measure == "psfs" and not row.empty]
    for row in rows:
        if row.empty or row.measure == "psfs":
            continue
        made.append(
            Reading(
                measure=row.measure,
                side=row.side,
                trials=row.numbers if row.result == "measured" else [],
                unit=entry_unit(catalogue().measure(row.measure)),
                device=row.device,
                position=row.position,
                aid=row.aid,
                result=row.result,  # type: ignore[arg-type]
                labels=[row.label] if row.label else [],
            )
        )
    if psfs:
        at = next((n for n, r in enumerate(made) if r.measure != "psfs"), 0) if rows[0].measure == "psfs" else len(made)
        reading = Reading(
            measure="psfs", trials=[row.numbers[0] for row in psfs], unit="points", labels=[row.label for row in psfs]
        )
        made.insert(at, reading)
    return made


def entry_unit(measure: Measure) -> str:
    """The unit a box is typed in; a task of the practice's own is timed."""
    return "s" if measure.unit == "user" else measure.entry_unit


def with_box(row: BatteryRow, at: int, text: str) -> BatteryRow:
    """The row with another text in one box; a number undoes "unable"."""
    boxes = list(row.boxes)
    boxes[at] = text
    return structs.replace(row, boxes=tuple(boxes), result="measured")
