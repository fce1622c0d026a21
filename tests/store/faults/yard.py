"""The yard where days are lived under the shim: compiles it, starts the process that forks them, hands cases over."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
ALL = bool(os.environ.get("MEDEX_FAULTS_ALL"))
"""Whether to try everything, in place of the part that fits a check of every change."""

MEMORY = Path("/dev/shm")


@cache
def shim() -> Path:
    """The compiled shim; the test is skipped where there is no compiler."""
    compiler = next(
        (found for name in ("cc", "gcc", "clang") if (found := shutil.which(name))), None
    )
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip(
            "the fault harness needs Linux and a C compiler (cc, gcc or clang): none is installed"
        )
    made = Path(tempfile.mkdtemp(prefix="medex-shim-")) / "shim.so"
    flags = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror"]
    subprocess.run([compiler, *flags, "-o", str(made), str(HERE / "shim.c"), "-ldl"], check=True)
    return made


@contextmanager
def in_memory() -> Iterator[Path]:
    """A folder that costs no disk time: what a process can see does not depend on the disk."""
    with tempfile.TemporaryDirectory(
        dir=MEMORY if MEMORY.is_dir() else None, prefix="medex-yard-"
    ) as folder:
        yield Path(folder).resolve()


class Yard:
    """A process under the shim that lives one day after the other, as a script of this folder has it."""

    def __init__(self, folder: Path, script: str) -> None:
        self.folder, self._made = folder, 0
        self._process = subprocess.Popen(
            [sys.executable, HERE / script, shim()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "LD_PRELOAD": str(shim()), "PYTHONPATH": str(ROOT)},
            text=True,
        )

    def day(self, at: int = 0, fault: str = "", **more: str) -> dict[str, Any]:
        """One day with one fault at one call; what came of it."""
        assert self._process.stdin
        assert self._process.stdout
        self._made += 1
        case = {"folder": str(self.folder / str(self._made)), "at": at, "fault": fault, **more}
        self._process.stdin.write(json.dumps(case) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """The end."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


@contextmanager
def yard(script: str = "day.py") -> Iterator[Yard]:
    """A yard in memory."""
    with in_memory() as folder:
        made = Yard(folder, script)
        try:
            yield made
        finally:
            made.close()
