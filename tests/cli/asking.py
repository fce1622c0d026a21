"""The real command in a process of its own: how the tests of this folder ask it, and what must hold of every answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HOSTILE = "O'Neil [L] =1+1 [/x] \x1b[31mred\x1b[0m \u202etxt \U0001f600"


class Medex:
    """`medex` on one store, with a config folder beside it; every answer is kept as bytes would be seen."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config = path.parent / "config"

    def __call__(self, *words: str, stdin: str | bytes = "", **env: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            check=False,
            args=[sys.executable, "-m", "medex_tui", "--store", str(self.path), *words],
            input=stdin if isinstance(stdin, bytes) else stdin.encode(),
            capture_output=True,
            timeout=120,
            env={**os.environ, "COLUMNS": "80", "XDG_CONFIG_HOME": str(self.config), **env},
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
