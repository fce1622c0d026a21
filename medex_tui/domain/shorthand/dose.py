"""The values of an exercise in words, and what they were when the client last did it."""

from __future__ import annotations

from collections.abc import Sequence

from medex_tui.domain.find import key
from medex_tui.domain.quantities import entered_parts, load_text, number_text
from medex_tui.domain.records.visits import Exercise, Session


def previous(exercise: Exercise, earlier: Sequence[Session]) -> Exercise | None:
    """The same exercise on the same side when last done; `earlier` begins with the latest."""
    name = key(exercise.name)
    for session in earlier:
        for block in session.exercises:
            if key(block.name) == name and block.side == exercise.side:
                return block
    return None


def amount(exercise: Exercise) -> str:
    """How much was done, without the load: `3x12`, `4x30 s`, `12 min`."""
    parts = []
    sets, reps = exercise.sets, exercise.reps
    if reps is not None:
        parts.append(f"{sets}x{reps}" if sets is not None else f"x{reps}")
    if exercise.hold_s is not None:
        hold = f"{number_text(exercise.hold_s)} s"
        parts.append(f"{sets}x{hold}" if sets is not None and reps is None else hold)
    if sets is not None and reps is None and exercise.hold_s is None:
        parts.append(f"{sets} sets" if sets != 1 else "1 set")
    if exercise.minutes is not None:
        parts.append(f"{number_text(exercise.minutes)} min")
    if exercise.distance_m is not None:
        parts.append(f"{number_text(exercise.distance_m)} m")
    return " ".join(parts)


def dose(exercise: Exercise, unit: str = "kg") -> str:
    """An exercise's values in words, its load in `unit`: `3x12  65 kg  L  r4`."""
    parts = [amount(exercise)]
    if exercise.load_kg is not None:
        parts.append(_load(exercise.load_kg, unit, exercise))
    if exercise.side:
        parts.append("L R" if exercise.side == "B" else exercise.side)
    if exercise.rpe is not None:
        parts.append(f"r{number_text(exercise.rpe)}")
    return "  ".join(part for part in parts if part)


def difference(before: Exercise, now: Exercise, unit: str = "kg") -> str | None:
    """The earlier values that differ now: `60` for a load in `unit`, `3x10` for a dose."""
    parts = []
    if amount(before) != amount(now) and amount(before):
        parts.append(amount(before))
    if before.load_kg != now.load_kg and before.load_kg is not None:
        parts.append(_load(before.load_kg, unit, before).partition(" ")[0])
    return "  ".join(parts) or None


def _load(kg: float, unit: str, exercise: Exercise) -> str:
    """A load in one unit alone."""
    typed = entered_parts(exercise.entered).get("load_kg") if unit == "lb" else None
    return load_text(kg, unit, typed).partition(" (")[0]
