"""TOML that people write, read without surprises: a fault is a sentence, never an exception."""

from __future__ import annotations

import tomllib
from typing import Any

from medex_tui.domain.language.plain import cut, one_line

LONGEST = 256 * 1024
"""Characters of the longest file that is read."""


def parse_toml(text: str) -> dict[str, Any] | str:
    """The tables of a TOML text; a clause that says why it cannot be read: `is not TOML (...)`."""
    if len(text) > LONGEST:
        return f"is longer than {LONGEST // 1024} kB"
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        return f"is not TOML ({cut(one_line(str(problem)), 80)})"
    except RecursionError:
        return "is nested too deeply"
    except ValueError:  # Python refuses to convert integers of more than 4300 digits
        return "holds a number that is too long"
