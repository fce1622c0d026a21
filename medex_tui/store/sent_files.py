"""The exact bytes that went out, kept by their hash beside the practice: `practice.sent/<sha256>`."""

from __future__ import annotations

import re
from pathlib import Path

from medex_tui.store import checksum
from medex_tui.store.files import beside, make_folder, write_new

HASH = re.compile(r"[0-9a-f]{64}")


def sent_of(path: Path) -> Path:
    """The folder that holds what the practice at `path` sent."""
    path = path.resolve()
    return beside(path, ".sent")


def keep_sent(path: Path, data: bytes) -> str:
    """Keep what goes out, durably, and give its hash (hex). OSError where the disk refuses."""
    digest = checksum.sha256(data).hexdigest()
    folder = sent_of(path)
    make_folder(folder)
    if kept_as_sent(path, digest) is None:
        write_new(folder / digest, data)
    return digest


def kept_as_sent(path: Path, digest: str | None) -> bytes | None:
    """The bytes of a hash; None where they are not kept, or are not what they were."""
    if digest is None or not HASH.fullmatch(digest):
        return None
    try:
        data = (sent_of(path) / digest).read_bytes()
    except OSError:
        return None
    return data if checksum.sha256(data).hexdigest() == digest else None


def carry_sent(path: Path, to: Path) -> None:
    """Bring what was sent along: what one practice kept and the other does not have. OSError: some of it is missing."""
    for one in sorted(sent_of(path).glob("*")) if sent_of(path).is_dir() else []:
        if HASH.fullmatch(one.name) and (data := kept_as_sent(path, one.name)) is not None:
            keep_sent(to, data)
