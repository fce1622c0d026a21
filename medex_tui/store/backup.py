"""A practice carried away and brought back: verified copies in a folder of backups, and the way back from one."""

from __future__ import annotations

import fcntl
import glob
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from medex_tui.store.files import (
    beside,
    cause,
    close_fd,
    is_at,
    make_folder,
    open_file,
    stem,
    sync_folder,
)
from medex_tui.store.location import PAUSE_S
from medex_tui.store.lock import PATIENCE_S, lock_file
from medex_tui.store.salvage import (
    CannotRebuild,
    Documents,
    Salvage,
    build,
    journal_of,
    salvage,
    up_to_date,
)
from medex_tui.store.sent_files import carry_sent

PART = ".part"
STAMPED = re.compile(r"-\d{8}T\d{6}Z(-\d+)?\.part$")
"""How the folders end that this program makes for a while."""


class CutOff(CannotRebuild):
    """A restore could be neither finished nor undone; the sentence says where the practice is."""


class Actor(Struct, frozen=True):
    """Whose hand it is: the login, the machine, the process, the moment."""

    by: str
    host: str
    pid: int
    at: datetime

    @property
    def stamp(self) -> str:
        """The moment as it stands in file names."""
        return f"{self.at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


class Backup(Struct, frozen=True):
    """A verified copy: the practice file in it, entries in its journal, records in it, older copies taken away."""

    path: Path
    entries: int
    records: int
    removed: list[Path]


class RestoreChange(Struct, frozen=True):
    """What restoring does to one record: `comes`, `goes` or `changes` (`rev` as it is, `to` as it will be)."""

    what: str
    table: str
    id: str
    rev: int
    to: int


class RestorePlan(Struct, frozen=True):
    """What a restore would do. `newer` says, in a sentence, what of the practice here the other one does not have."""

    source: Salvage
    changes: list[RestoreChange]
    newer: str
    here: bool
    path: Path


def backup(path: Path, folder: Path, hand: Actor, *, keep: int) -> Backup:
    """Copy the practice at `path` into a folder of its own in `folder` while others work, and verify the copy.

    Of the copies there, the newest `keep` stay. CannotRebuild, OSError: nothing was taken away.
    """
    path = path.resolve()
    whole = up_to_date(salvage(path))
    if whole.faults:
        raise CannotRebuild(
            f"The practice is damaged, so no copy was made: {whole.faults[0]} `medex restore` mends it."
        )
    make_folder(folder)
    name = f"{stem(path)}-{hand.stamp}-{whole.last:06}"
    part = folder / (name + PART)
    with _scratch(part):
        build(whole, part / path.name, at=hand.at, by=hand.by, host=hand.host, pid=hand.pid)
        carry_sent(path, part / path.name)
        part.rename(folder / name)
        sync_folder(folder)
    old = sorted(
        one for one in folder.glob(f"{glob.escape(stem(path))}-*Z-*") if _is_copy(one, path.name)
    )
    removed = [one for one in old[: max(0, len(old) - keep)] if _taken_away(one)]
    return Backup(folder / name / path.name, whole.last, len(whole.documents), removed)


def _taken_away(folder: Path) -> bool:
    """Whether a copy could be taken away; by a name that is none of a copy's, so that no half of one is left as one."""
    half = folder.with_name(folder.name + PART)
    try:
        folder.rename(half)
    except OSError:
        return False
    _cleared(half)
    return True


def _is_copy(folder: Path, name: str) -> bool:
    """Whether a folder is one of our copies: nothing else is ever taken away."""
    return not folder.is_symlink() and folder.suffix != PART and journal_of(folder / name).is_dir()


def practice_in(source: Path) -> Path:
    """The practice file that a file or folder stands for. CannotRebuild where it is none."""
    source = source.resolve()
    if source.is_dir():
        journals = [one for one in source.iterdir() if one.suffix == ".journal" and one.is_dir()]
        if source.suffix == ".journal":
            journals = [source]
        if len(journals) != 1:
            raise CannotRebuild(
                f"{source} holds {len(journals) or 'no'} practice{'s' if journals else ''}; name a copy."
            )
        bare = journals[0].with_suffix("")
        named = bare.with_name(bare.name + ".json")
        return bare if bare.is_file() and not named.exists() else named
    if journal_of(source).is_dir():
        return source
    if source.exists():
        raise CannotRebuild(
            f"{source} has no journal beside it; an exported practice is read with `medex import`."
        )
    raise CannotRebuild(f"There is nothing at {source}.")


def plan(source: Path, path: Path) -> RestorePlan:
    """What restoring the practice at `source` over the one at `path` would do; the same path twice: mending it."""
    path = path.resolve()
    theirs = up_to_date(salvage(source))
    if source == path or not journal_of(path).is_dir():
        changes = _changes({}, theirs.documents) if source != path else []
        return RestorePlan(theirs, changes, "", source == path, source)
    ours = salvage(path)
    changes = _changes(ours.documents, theirs.documents)
    lost = [one for one in changes if one.what == "goes" or one.to < one.rev]
    newer = ""
    if lost or ours.last > theirs.last:
        newer = (
            f"The practice here is newer: {max(0, ours.last - theirs.last)} more entries, and {len(lost)} of its "
            "records are missing or older in the copy."
        )
    return RestorePlan(theirs, changes, newer, False, source)


def _changes(ours: Documents, theirs: Documents) -> list[RestoreChange]:
    found = []
    for key in sorted(ours.keys() | theirs.keys()):
        mine, other = ours.get(key), theirs.get(key)
        if mine == other:
            continue
        id, rev = _named(key, mine)
        other_id, to = _named(key, other)
        what = "goes" if other is None else "changes"
        if mine is None:
            what = "comes"
        found.append(RestoreChange(what, key[0], id or other_id, rev, to))
    return found


def _named(key: tuple[str, int], document: bytes | None) -> tuple[str, int]:
    read = msgspec.json.decode(document) if document else {}
    return str(read.get("id", f"document {key[1]}" if document else "")), int(read.get("rev") or 0)


def restore(chosen: RestorePlan, path: Path, hand: Actor) -> Path | None:
    """Put what was planned in the place of the practice at `path`; the folder where what was there is kept.

    It is planned again once nobody can save here any more, and refused where a copy would then do otherwise.
    CannotRebuild, OSError: what was there is still there.
    """
    path = path.resolve()
    make_folder(path.parent)
    with _exclusive_lock(path):
        now = plan(chosen.path, path)
        if (now.changes, now.newer) != (chosen.changes, chosen.newer):
            raise CannotRebuild(
                "Meanwhile somebody saved here: look again at what would come and go, then restore."
            )
        carry_sent(chosen.path, path)
        return _put(now.source, path, hand)


def migrate_practice(path: Path, hand: Actor) -> Path | None:
    """Bring a practice of an older schema up to date, on a copy that is verified before it takes its place.

    Returns the folder where the older one is kept; None where somebody else did it meanwhile. CannotRebuild, OSError:
    it stands as it stood.
    """
    path = path.resolve()
    with _exclusive_lock(path):
        whole = up_to_date(salvage(path))
        if whole.migrated_from is None:
            return None
        if whole.faults:
            raise CannotRebuild(
                f"It is damaged: {whole.faults[0]} `medex restore` mends it and goes on."
            )
        return _put(whole, path, hand)


def _put(whole: Salvage, path: Path, hand: Actor) -> Path | None:
    """Make this practice beside `path`, verified, and move it there; the folder where what was there is kept.

    That folder has all of it before anything is moved, and between the first and the last rename there is no journal in
    its place: so whoever comes after a cut finds the old practice, or the new one, or is told where the old one is.
    """
    part, journal, bak = (
        beside(path, f"-{hand.stamp}{PART}"),
        journal_of(path),
        path.with_name(path.name + ".bak"),
    )
    with _scratch(part):
        build(whole, part / path.name, at=hand.at, by=hand.by, host=hand.host, pid=hand.pid)
        there = [one for one in (path, bak, journal) if one.exists()]
        aside = _new_folder(beside(path, f"-before-{hand.stamp}")) if there else None
        try:
            with ExitStack() as undo:
                if aside:
                    undo.callback(_abandoned, aside, journal)
                    _set_aside(there, aside, journal, undo)
                (part / path.name).replace(path)
                undo.callback(_put_back, path, aside)
                sync_folder(path.parent)
                (part / journal.name).rename(journal)
                undo.callback(journal.rename, part / journal.name)
                sync_folder(path.parent)
                undo.pop_all()
        except OSError as fault:
            if aside and (aside / journal.name).exists():
                raise CutOff(
                    f"It could be neither finished nor undone: {cause(fault)} All is in {aside}."
                ) from fault
            raise
    return aside


def _set_aside(there: list[Path], aside: Path, journal: Path, undo: ExitStack) -> None:
    """Take the practice from its place: its files have a second name aside before its journal goes there."""
    files = [one for one in there if one != journal]
    for one in files:
        _double(one, aside / one.name)
    sync_folder(aside)
    if journal in there:
        journal.rename(aside / journal.name)
        undo.callback((aside / journal.name).rename, journal)
    for folder in (aside, journal.parent):
        sync_folder(folder)
    for one in files:
        one.unlink()
        undo.callback(_put_back, one, aside)


def _put_back(one: Path, aside: Path | None) -> None:
    """The file as it was before, from its second name."""
    one.unlink(missing_ok=True)
    if aside and (aside / one.name).exists():
        _double(aside / one.name, one)


def _double(one: Path, other: Path) -> None:
    """A second name for a file, or a copy where the disk has no second names."""
    try:
        other.hardlink_to(one)
    except OSError:
        shutil.copy2(one, other)


def _abandoned(aside: Path, journal: Path) -> None:
    """Nothing was moved in the end: what has its second name here stands where it stood."""
    if not (aside / journal.name).exists():
        _cleared(aside)


def _new_folder(wanted: Path) -> Path:
    """A folder that was not there before, of this name or the next free one."""
    folder, number = wanted, 1
    while folder.exists():
        number += 1
        folder = wanted.with_name(f"{wanted.name}-{number}")
    make_folder(folder)
    return folder


@contextmanager
def _exclusive_lock(path: Path) -> Iterator[None]:
    """While nobody has the practice open, which is waited for a moment. CannotRebuild says that somebody has."""
    users = journal_of(path) / "users"
    if not users.parent.is_dir():
        yield
        return
    until = time.monotonic() + PATIENCE_S
    while True:
        fd = -1
        try:
            fd = open_file(users)
            if lock_file(fd, fcntl.LOCK_EX) and is_at(fd, users):
                yield
                return
        except FileNotFoundError:
            if fd >= 0:
                raise
        finally:
            close_fd(fd)
        if time.monotonic() > until:
            raise CannotRebuild(
                "Somebody has this practice open: end medex everywhere, then try again."
            )
        time.sleep(PAUSE_S)


@contextmanager
def _scratch(part: Path) -> Iterator[None]:
    """A folder that is gone afterwards, whatever happens; what killed runs left there before too.

    It is held by a lock, so that nobody takes away what somebody else is just making.
    """
    for left in part.parent.glob(f"*{PART}"):
        with _held(left) as mine:
            if mine and STAMPED.search(left.name):
                _cleared(left)
    make_folder(part)
    try:
        with _held(part):
            yield
    finally:
        _cleared(part)


def _cleared(folder: Path) -> None:
    """Take a folder away as far as that goes: what is left of it harms nothing, and the next run clears it."""
    with suppress(OSError):
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Whether nobody else holds this folder; held itself meanwhile."""
    try:
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        yield False
        return
    try:
        yield lock_file(fd)
    finally:
        close_fd(fd)
