"""The verbs of commands that have several, such as `medex visit plan`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any


def add_verb(
    add_parser: Callable[..., argparse.ArgumentParser],
    word: str,
    told: str,
    **defaults: Any,
) -> argparse.ArgumentParser:
    """Add a verb by `add_subparsers().add_parser`; it takes `--store` too. `defaults` go to its run."""
    verb = add_parser(word, help=told)
    verb.add_argument("--store", metavar="PATH", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    verb.set_defaults(**defaults)
    return verb
