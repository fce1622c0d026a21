"""The command in a process of its own: how the tests of this folder ask it, and what must hold of every answer."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

HOSTILE = "O'Neil [L] =1+1 [/x] \x1b[31mred\x1b[0m \u202etxt \U0001f600"


@cache
def nursery() -> subprocess.Popen[str]:
    """The interpreter that starts commands, begun once a test run."""
    started = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("nursery.py"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(started.kill)
    return started


def started(
    words: list[str], stdin: bytes, env: dict[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """One command run to its end."""
    child = nursery()
    assert child.stdin and child.stdout
    with tempfile.TemporaryDirectory() as folder:
        streams = [Path(folder, name) for name in ("in", "out", "err")]
        for path, data in zip(streams, (stdin, b"", b""), strict=True):
            path.write_bytes(data)
        child.stdin.write(
            json.dumps({"words": words, "env": env, "streams": [str(s) for s in streams]}) + "\n"
        )
        child.stdin.flush()
        status = int(child.stdout.readline())
        return subprocess.CompletedProcess(
            words, status, streams[1].read_bytes(), streams[2].read_bytes()
        )


class Medex:
    """`medex` on one store, with a config folder beside it; every answer is kept as bytes would be seen."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config = path.parent / "config"

    def __call__(
        self, *words: str, stdin: str | bytes = "", **env: str
    ) -> subprocess.CompletedProcess[str]:
        done = started(
            ["--store", str(self.path), *words],
            stdin if isinstance(stdin, bytes) else stdin.encode(),
            {**os.environ, "COLUMNS": "80", "XDG_CONFIG_HOME": str(self.config), **env},
        )
        out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode()
        assert "Traceback" not in err and "fault of its own" not in err, err
        assert "\x1b" not in out + err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    def json(self, *words: str) -> Any:
        """The answer to a command with --json."""
        return json.loads(self(*words, "--json").stdout)

    def exported(self) -> Any:
        """The whole practice as the export file holds it."""
        return json.loads(self("export").stdout)
