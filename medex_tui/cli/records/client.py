"""`medex client`: add, edit, show and list."""

from __future__ import annotations

import argparse

from medex_tui.cli.records.people import record_options


def options(parser: argparse.ArgumentParser) -> None:
    """What `medex client` takes."""
    record_options("client", parser)
