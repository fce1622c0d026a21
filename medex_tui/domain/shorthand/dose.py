"""An exercise's values in words, and what they were when the client last did it."""

from __future__ import annotations

from collections.abc import Sequence

from medex_tui.domain.find import key
from medex_tui.domain.quantities import number_text
from medex_tui.domain.records.visits import Exercise, Session


def previous(exercise: Exercise, earlier: Sequence[Session]) -> Exercise | None:
    """The same exercise, on the same side, when the client last did it; `earlier` begins with the latest."""
    wanted = key(exercise.name)
    for session in earlier:
        for block in session.exercises:
            if key(block.name) == wanted and block.side == exercise.side:
                return block
    return None


def amount(exercise: Exercise) -> str:
    """How much was done, without the load: `3x12`, `4x30 s`, `12 min`."""
    parts = []
    sets, reps = exercise.sets, exercise.reps
    if reps is not None:
        parts.append(f"{sets}x{reps}" if sets is not None else f"x{reps}")
    if exercise.hold_s is not None:
        held = f"{number_text(exercise.hold_s)} s"
        parts.append(f"{sets}x{held}" if sets is not None and reps is None else held)
    if sets is not None and reps is None and exercise.hold_s is None:
        parts.append(f"{sets} sets" if sets != 1 else "1 set")
    if exercise.minutes is not None:
        parts.append(f"{number_text(exercise.minutes)} min")
    if exercise.distance_m is not None:
        parts.append(f"{number_text(exercise.distance_m)} m")
    return " ".join(parts)


def dose(exercise: Exercise) -> str:
    """An exercise's values in words: `3x12  65 kg  L  r4`."""
    parts = [amount(exercise)]
    if exercise.load_kg is not None:
        parts.append(f"{number_text(exercise.load_kg)} kg")
    if exercise.side:
        parts.append("L R" if exercise.side == "B" else exercise.side)
    if exercise.rpe is not None:
        parts.append(f"r{number_text(exercise.rpe)}")
    return "  ".join(part for part in parts if part)


def difference(before: Exercise, now: Exercise) -> str | None:
    """What a value was before, where it differs now: `60` for a load, `3x10` for a dose."""
    parts = []
    if amount(before) != amount(now) and amount(before):
        parts.append(amount(before))
    if before.load_kg != now.load_kg and before.load_kg is not None:
        parts.append(number_text(before.load_kg))
    return "  ".join(parts) or None
