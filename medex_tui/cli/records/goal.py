"""`medex goal`: add, edit, show and list."""

from __future__ import annotations

import argparse

from medex_tui.cli.records.people import record_options


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex goal` takes."""
    record_options("goal", parser)
