"""Handing a document to the practice's own sender: `hooks/send` in the config folder.

The document comes on its standard input; who and where stand in the environment, so that no list of processes shows
them. Its exit status and the first line it prints are what is recorded. medex itself sends nothing.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from medex_tui.domain.plain import cut

PATIENCE_S = 120
LINE_LENGTH = 200


class Handed(Struct, frozen=True):
    """How the hook ended: its exit status (None: it could not run or took too long), and its first line."""

    status: int | None
    line: str

    @property
    def sent(self) -> bool:
        """Whether it says that the document went out."""
        return self.status == 0


def hook_path(config: Path) -> Path:
    """Where the hook lies."""
    return config / "hooks" / "send"


def refusal(hook: Path) -> str | None:
    """Why the hook is not run, in one sentence; None where it can be."""
    try:
        kept = hook.stat()
    except OSError:
        return f"There is no hook at {hook}: medex sends nothing itself and records a sending made elsewhere."
    if not stat.S_ISREG(kept.st_mode) or not os.access(hook, os.X_OK):
        return f"{hook} is not a program: make it executable with chmod u+x."
    if kept.st_uid not in (os.geteuid(), 0) or kept.st_mode & 0o022:
        return f"{hook} can be changed by somebody else: chown it to yourself and chmod go-w."
    return None


def hand_over(hook: Path, document: bytes, told: Mapping[str, str], patience_s: float = PATIENCE_S) -> Handed:
    """Run the hook on a document; `told` becomes MEDEX_METHOD, MEDEX_ADDRESS, ... in its environment."""
    import subprocess

    given = {f"MEDEX_{name.upper()}": value.replace("\0", "") for name, value in told.items()}
    try:
        done = subprocess.run(
            [str(hook)],
            input=document,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=patience_s,
            check=False,
            env={**os.environ, **given},
        )
    except subprocess.TimeoutExpired:
        return Handed(None, f"no answer within {patience_s:g} s")
    except OSError as fault:
        return Handed(None, f"could not be run ({fault.strerror})")
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    return Handed(done.returncode, cut(next((line for line in lines if line.strip()), ""), LINE_LENGTH))
