"""Where a practice can be opened or begun, and why not elsewhere."""

from __future__ import annotations

import time
from pathlib import Path

from medex_tui.domain.language.plain import one_line
from medex_tui.store.files import beside, namesake, stem
from medex_tui.store.journal import walk
from medex_tui.store.lock import mark_of
from medex_tui.store.snapshot import begins_as_one, identity_of

PAUSE_S = 0.02
"""Between two looks at what somebody else is just doing."""


class StoreProblem(Exception):
    """Why a practice cannot be opened, and what to do, in one sentence on one line."""

    def __init__(self, reason: str) -> None:
        super().__init__(one_line(reason))


class OlderPractice(StoreProblem):
    """The practice is of an older medex: `backup.migrate_practice` brings it up to date."""


def refuse_place(path: Path, *, create: bool = False) -> None:
    """Say why no practice can be opened at a resolved path, before anything is touched. StoreProblem."""
    folder = beside(path, ".journal")
    if path.is_dir():
        raise StoreProblem(
            f"{path} is a folder; name the practice file in it, for example {path / 'practice.json'}."
        )
    if path.parent.exists() and not path.parent.is_dir():
        raise StoreProblem(f"{path.parent} is not a folder; name the practice file with --store.")
    if folder.exists() and not folder.is_dir():
        raise StoreProblem(
            f"{folder} stands where the journal belongs and is not a folder; move it away."
        )
    if folder.is_dir():
        if other := _owner(folder, path):
            raise StoreProblem(f"{folder} is the journal of {other.name}: name that with --store.")
        return
    if aside := _cut_off(path):
        time.sleep(10 * PAUSE_S)
        if folder.is_dir():  # a restore under way stood between two of its renames
            return
        raise StoreProblem(
            f"There is no practice at {path}: a restore was cut off; `medex restore {aside}` undoes it."
        )
    if path.exists():
        raise StoreProblem(
            f"{path} has no journal beside it: it is no practice; `medex import` reads other files."
        )
    if not create:
        raise StoreProblem(
            f"There is no practice at {path}: `medex init` begins one, --store names another."
        )


def holds_nothing(path: Path) -> bool:
    """Whether a practice was begun at a resolved path and cut off before anything was saved in it."""
    folder = beside(path, ".journal")
    if (
        not folder.is_dir()
        or mark_of(folder).seq > 1
        or (path.exists() and not begins_as_one(path))
    ):
        return False
    reads = list(walk(folder))
    unfinished = [read for read in reads if read.line is None or read.line.kind != "open"]
    return len(reads) <= 2 and all(read.line is None and read is reads[-1] for read in unfinished)


def _cut_off(path: Path) -> Path | None:
    """The folder where a restore left the practice that was at `path`, where there is one."""
    name = stem(path)
    asides = (
        one for one in path.parent.glob("*-before-*T*Z*") if one.name.startswith(f"{name}-before-")
    )
    return max((one for one in asides if (one / f"{name}.journal").is_dir()), default=None)


def _owner(folder: Path, path: Path) -> Path | None:
    """The practice file that a journal belongs to, where that is the namesake of `path` and not `path`."""
    other = namesake(path)
    theirs, ours = identity_of(other) if other else None, identity_of(path)
    if other is None or theirs is None or theirs == ours:
        return None
    return (
        other
        if theirs == mark_of(folder).snapshot or (ours is None and begins_as_one(other))
        else None
    )
