"""Starts the command as often as asked: one interpreter with everything loaded, which forks for each line of stdin.

A line is JSON: {"words": [...], "env": {...}, "streams": [stdin, stdout, stderr]} with paths; answered by the exit
status. The command runs in a process of its own, as it would from a shell, without paying for its imports again.
"""

from __future__ import annotations

import json
import os
import pkgutil
import signal
import sys
from importlib import import_module
from typing import Any

import medex_tui.cli
from medex_tui.__main__ import main

PATIENCE_S = 100


def preload() -> None:
    """Load what the commands load late."""
    for module in pkgutil.iter_modules(medex_tui.cli.__path__):
        import_module(f"medex_tui.cli.{module.name}")
    for name in (
        "arrow",
        "difflib",
        "markdown_it",
        "platformdirs",
        "tinydb",
        "medex_tui.reports.letters.registry",
    ):
        import_module(name)


def born(ask: dict[str, Any]) -> None:
    """Become the command; never returns."""
    signal.alarm(PATIENCE_S)
    os.environ.clear()
    os.environ.update(ask["env"])
    encoding = ask["env"].get("PYTHONIOENCODING", "utf-8")
    for number, path in enumerate(ask["streams"]):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY
        os.dup2(os.open(path, flags), number)
    sys.stdin = open(0, encoding=encoding, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding=encoding, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding=encoding, errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv = ["medex", *ask["words"]]
    try:
        status = main() or 0
    except SystemExit as end:
        status = int(end.code or 0)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    preload()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            born(json.loads(line))
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()
