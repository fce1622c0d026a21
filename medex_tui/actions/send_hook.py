"""Handing a document to the practice's own sender: `hooks/send` in the config folder.

The document comes on its standard input; who and where stand in the environment, so that no list of processes shows
them. Its exit status and the first line it prints are what is recorded. medex itself sends nothing.
"""

from __future__ import annotations

import hashlib
import os
import signal
import stat
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from medex_tui.domain.language.plain import cut
from medex_tui.domain.obligations import Obligation
from medex_tui.domain.records.communications import Communication, Document
from medex_tui.domain.records.people import Method
from medex_tui.domain.referrals.sending import sending

PATIENCE_S = 120
LINE_LENGTH = 200
HEARD = 64_000
"""How many bytes of what a hook prints are looked at for its first line."""


class Outgoing(Struct, frozen=True):
    """A signed letter as it leaves: its exact bytes in one of the forms, and where to."""

    document: Document
    data: bytes
    form: str
    pages: int
    method: Method
    address: str
    to: str

    @property
    def sha256(self) -> str:
        """The hash (hex) by which the bytes are kept and found again."""
        return hashlib.sha256(self.data).hexdigest()

    def told(self) -> dict[str, str]:
        """What the hook is told beside the document."""
        return {
            "method": self.method,
            "address": self.address,
            "to": self.to,
            "format": self.form,
            "pages": str(self.pages),
            "document": self.document.id,
        }

    def recorded(
        self,
        owed: Obligation,
        handed: Handed,
        *,
        id: str,
        at: datetime,
        by: str,
        also: Sequence[Obligation] = (),
    ) -> Communication:
        """The sending as the hook reported it; one that did not go out clears nothing."""
        return replace(
            sending(
                owed,
                id=id,
                at=at,
                by=by,
                method=self.method,
                address=self.address,
                confirmation=handed.line if handed.sent else None,
                document=self.document,
                also=list(also),
                failed=not handed.sent,
                pages=self.pages,
                summary=f"hooks/send {handed.ended}: {handed.line or 'it said nothing'}",
            ),
            form=self.form,
            sha256=self.sha256,
        )


class Handed(Struct, frozen=True):
    """How the hook ended: its exit status (None: it could not run or took too long), and its first line."""

    status: int | None
    line: str

    @property
    def ended(self) -> str:
        """How it ended, in words: `exit 0`, `ended by signal 9`, `gave no exit status`."""
        if self.status is None:
            return "gave no exit status"
        return f"exit {self.status}" if self.status >= 0 else f"ended by signal {-self.status}"

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


def hand_over(
    hook: Path, document: bytes, told: Mapping[str, str], patience_s: float = PATIENCE_S
) -> Handed:
    """Run the hook on a document; `told` becomes MEDEX_METHOD, MEDEX_ADDRESS, ... in its environment."""
    import subprocess
    import tempfile

    given = {f"MEDEX_{name.upper()}": value.replace("\0", "") for name, value in told.items()}
    with tempfile.TemporaryFile() as read, tempfile.TemporaryFile() as said:
        # Files in place of pipes: what a hook leaves running behind it, or prints without end, holds nobody up.
        read.write(document)
        read.seek(0)
        try:
            running = subprocess.Popen(
                [str(hook)],
                stdin=read,
                stdout=said,
                stderr=subprocess.STDOUT,
                env={**os.environ, **given},
                start_new_session=True,
            )
        except OSError as fault:
            return Handed(None, f"could not be run ({fault.strerror})")
        try:
            status: int | None = running.wait(patience_s)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
            status = None
        said.seek(0)
        first = _first_line(said.read(HEARD))
    late = f"no answer within {patience_s:g} s" if status is None else ""
    return Handed(status, "; ".join(part for part in (late, first) if part))


def _first_line(said: bytes) -> str:
    """The first line that says something, safe to print."""
    lines = (cut(line, LINE_LENGTH) for line in said.decode("utf-8", "replace").splitlines())
    return next((line for line in lines if line), "")
