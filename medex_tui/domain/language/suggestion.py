"""The known name most like a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable


def closest_name(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None where none is near."""
    from difflib import get_close_matches  # needed for faults only

    near = get_close_matches(name, list(known), 1)
    return near[0] if near else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean tug?` with the known name most like this one, or a full stop."""
    near = closest_name(name, known)
    return f"; did you mean {near}?" if near else "."
