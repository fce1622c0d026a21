"""Repeating earlier sessions: likely next exercises, acceptance, a line at another time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec.structs import replace

from medex_tui.domain.find import key
from medex_tui.domain.records.visits import Exercise, Session
from medex_tui.domain.shorthand.scan import scan


def most_similar(names: Collection[str], earlier: Sequence[Session]) -> Session | None:
    """The earlier session that shares most exercises with `names`, of equals the latest.

    `earlier` begins with the latest. Without names it is the latest session that holds an exercise;
    None where none shares any.
    """
    wanted = {key(name) for name in names}
    best: tuple[int, Session] | None = None
    for session in earlier:
        held = {key(exercise.name) for exercise in session.exercises}
        shared = len(wanted & held) if wanted else min(1, len(held))
        if shared and (best is None or shared > best[0]):
            best = (shared, session)
    return best[1] if best else None


def likely_next(
    done: Sequence[Exercise], dropped: Collection[str], earlier: Sequence[Session]
) -> tuple[Session, list[Exercise]] | None:
    """The most similar earlier session, and its exercises that the line lacks, as carried."""
    session = most_similar([exercise.name for exercise in done], earlier)
    if session is None:
        return None
    said = {key(exercise.name) for exercise in done} | {key(name) for name in dropped}
    return session, [
        replace(e, origin="carried") for e in session.exercises if key(e.name) not in said
    ]


def accepted(text: str) -> str:
    """A line with everything carried in it accepted: `=` becomes `==`, `~name` the name."""
    words = scan(text).words
    marked = [word.start for word in words if word.text[0] == "~" and len(word.text) > 1]
    repeats = [word.start for word in words if word.text == "="][:1]
    for start in sorted(marked + repeats, reverse=True):
        text = text[:start] + ("==" if text[start] == "=" else "") + text[start + 1 :]
    return text


def at_time(text: str, at: datetime | None) -> str:
    """A line with an instant added to its items, as if `@yest` were typed; None adds nothing."""
    if at is None:
        return text
    noted = scan(text).note_start
    end = len(text) if noted is None else text.rindex(";", 0, noted)
    return f"{text[:end].rstrip()} @{at.isoformat()} {text[end:]}".rstrip()
