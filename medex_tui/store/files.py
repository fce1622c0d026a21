"""Files as the store makes them: whole writes, synced folders, modes that fit a shared folder."""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import suppress
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
OCTAL = re.compile(r"\\([0-7]{3})")
REMOTE = frozenset(
    "nfs cifs smb smbfs fuse.sshfs fuse.rclone fuse.glusterfs 9p afs ceph lustre gfs ocfs".split()  # noqa: SIM905
)
"""File systems over a network, by their kind without its version."""


def cause(fault: OSError) -> str:
    """Why a file call failed, where, and what to do about it, as the end of a sentence."""
    place = str(fault.filename or "")
    if fault.errno == errno.ENOSPC:
        return "the disk is full; make room on it and try again."
    if fault.errno == errno.EDQUOT:
        return "your share of the disk is used up (quota); make room and try again."
    if fault.errno == errno.EROFS:
        return "the disk is mounted read-only; have it mounted for writing."
    if fault.errno == errno.EIO:
        return "the disk failed (input/output error); look at the disk before going on."
    if fault.errno in (errno.EACCES, errno.EPERM) and place:
        return f"{closed(Path(place))}."
    if fault.errno == errno.EISDIR:
        return f"{place or 'It'} is a folder where a file belongs: move it away."
    said = fault.strerror or type(fault).__name__  # never its text: that may be anything
    if fault.errno == errno.EINVAL and place:
        return f"{place} {said}."
    return f"{place}{': ' if place else ''}{said[:1].lower()}{said[1:]}."


def closed(path: Path) -> str:
    """What on the way to `path` is closed to this login, and whom to ask: a sentence without its end."""
    import pwd

    path = path.absolute()
    shut = next((one for one in reversed(path.parents) if not os.access(one, os.X_OK)), None)
    if shut is None:
        usable = os.access(path, os.R_OK | os.W_OK) or not path.exists()
        shut = path.parent if usable else path
    how = "read-only for" if os.access(shut, os.R_OK) else "closed to"
    if os.statvfs(shut).f_flag & os.ST_RDONLY:
        return f"{shut} is read-only for you: its disk is mounted so"
    owner = shut.stat().st_uid
    if owner == os.geteuid():
        return f"{shut} is {how} you: open it with chmod"
    try:
        who = pwd.getpwuid(owner).pw_name
    except KeyError:
        who = f"user {owner}"
    return f"{shut} is {how} you: it belongs to {who}, who can open it to you"


def stem(path: Path) -> str:
    """What a practice is called in the names beside it: its file's name, without `.json`."""
    return path.name.removesuffix(".json")


def beside(path: Path, ending: str) -> Path:
    """What stands beside a practice: `practice.json` and `.journal` make `practice.journal`."""
    return path.with_name(stem(path) + ending)


def namesake(path: Path) -> Path | None:
    """The other file whose journal would have the same name: `practice` of `practice.json`, and the other way round."""
    name = stem(path) if path.name.endswith(".json") else f"{path.name}.json"
    return path.with_name(name) if name else None


def write_all(fd: int, data: bytes | memoryview, offset: int) -> None:
    """Write every byte at an offset, however many calls it takes."""
    done = os.pwrite(fd, data, offset)
    if done == len(data):
        return
    view, offset = memoryview(data)[done:], offset + done
    while view:
        done = os.pwrite(fd, view, offset)
        view, offset = view[done:], offset + done


def read_all(fd: int, start: int, end: int) -> bytes:
    """The bytes from start to end, fewer where the file ends before."""
    parts = []
    while start < end and (part := os.pread(fd, end - start, start)):
        parts.append(part)
        start += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def data_end(fd: int, start: int = 0) -> int:
    """The byte after the last one that a file really has from `start` on: a hole at its end holds nothing.

    A huge empty file is a hole, and is not read.
    """
    size = os.fstat(fd).st_size
    end = min(start, size)
    while end < size:
        try:
            end = os.lseek(fd, os.lseek(fd, end, os.SEEK_DATA), os.SEEK_HOLE)
        except OSError as fault:
            if fault.errno == errno.ENXIO:
                break
            raise
    return end


def read_into(fd: int, room: memoryview, start: int) -> None:
    """Fill a room with the bytes from start on. OSError where the file ends before."""
    while room:
        done = os.preadv(fd, [room], start)
        if done == 0:
            raise OSError(errno.EIO, "is shorter than it says")
        room, start = room[done:], start + done


def open_plain(path: Path, flags: int = os.O_RDONLY) -> int:
    """Open what must be a plain file: a pipe in its place would hang for ever, a device swallow what is written."""
    try:
        fd = os.open(path, flags | os.O_NONBLOCK)
    except OSError as fault:
        if fault.errno == errno.ELOOP:
            raise OSError(errno.EINVAL, "is a symlink: move it away", str(path)) from fault
        raise
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        close_fd(fd)
        raise OSError(errno.EINVAL, "is no plain file: move it away", str(path))
    return fd


def read_plain(path: Path) -> bytes:
    """All bytes of a plain file."""
    fd = open_plain(path)
    try:
        return read_all(fd, 0, data_end(fd))
    finally:
        close_fd(fd)


def close_fd(fd: int) -> None:
    """Close a file whose bytes were synced where they matter: what close reports comes too late to change anything."""
    if fd >= 0:
        with suppress(OSError):
            os.close(fd)


def is_at(fd: int, path: Path) -> bool:
    """Whether an open file is still the file of this name, not one that was renamed away or deleted."""
    try:
        return os.path.samestat(os.fstat(fd), path.stat(follow_symlinks=False))
    except (FileNotFoundError, NotADirectoryError):
        return False


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        close_fd(fd)


def file_system(path: Path) -> str:
    """The kind of file system a path is on, e.g. `ext4`; `unknown` where the system does not say."""
    try:
        lines = MOUNTS.read_text().splitlines()
    except OSError:
        return "unknown"
    best, kind = "", "unknown"
    for line in lines:
        fields = line.split(" ")
        point = fields[4]
        if "\\" in point:
            point = OCTAL.sub(lambda found: chr(int(found[1], 8)), point)
        if path.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, fields[fields.index("-") + 1]
    return kind


def is_remote(kind: str) -> bool:
    """Whether a kind of file system is one over a network, where locks and syncs promise too little."""
    return kind.rstrip("0123456789") in REMOTE


def mode_in(folder: Path) -> int:
    """0660 in a folder shared by its group (setgid), else 0600."""
    return 0o660 if folder.stat().st_mode & stat.S_ISGID else 0o600


def make_folder(folder: Path) -> None:
    """A folder for the owner alone, or for the group where the one around it is shared."""
    if folder.is_dir():
        return
    shared = folder.parent.is_dir() and folder.parent.stat().st_mode & stat.S_ISGID
    folder.mkdir(mode=0o770 if shared else 0o700, parents=True, exist_ok=True)
    around = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        give_to_owner(around, folder.parent)
    finally:
        close_fd(around)
    if shared:
        folder.chmod(0o2770)
    sync_folder(folder.parent)


def give_to_owner(fd: int, folder: Path) -> None:
    """Let a file that root made belong to the owner of its folder, who has to go on working with it."""
    if os.geteuid() == 0:
        around = folder.stat()
        if around.st_uid:
            os.fchown(fd, around.st_uid, around.st_gid)


def open_file(path: Path, flags: int = 0, mode: int | None = None) -> int:
    """Open for reading and writing, made with `mode` (else the folder's) where missing; never through a symlink."""
    try:
        return open_plain(path, os.O_RDWR | os.O_NOFOLLOW | flags)
    except FileNotFoundError:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | flags, 0o600)
        if (wanted := mode or mode_in(path.parent)) != 0o600:
            os.fchmod(fd, wanted)
        give_to_owner(fd, path.parent)
        sync_folder(path.parent)
        return fd


def write_new(path: Path, data: bytes, mode: int | None = None) -> None:
    """Write a whole file beside its place, sync it and move it there."""
    beside = path.with_name(path.name + ".new")
    fd = open_file(beside, os.O_TRUNC, mode)
    try:
        write_all(fd, data, 0)
        os.fsync(fd)
    except OSError:
        with suppress(OSError):
            beside.unlink()
        raise
    finally:
        close_fd(fd)
    beside.replace(path)
    sync_folder(path.parent)
