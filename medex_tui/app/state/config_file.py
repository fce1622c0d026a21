"""Files that people write by hand (themes, templates, keys), read strictly into typed structs.

Every fault names the file, the key, the value and the nearest known key. A faulty file is left
out and the default is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from medex_tui.domain.find import nearest
from medex_tui.domain.language.plain import cut, one_line
from medex_tui.domain.language.toml_text import LONGEST, parse_toml

T = TypeVar("T", bound=Struct)

FILE = "file"
"""Key of a fault that concerns the whole file."""

SHOWN = 40
"""Columns of a value or key in a message."""

_PROBLEM = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?")
_FIELD = re.compile(r"Object (?P<kind>missing required|contains unknown) field `(?P<field>[^`]*)`")
_EXPECTED = re.compile(r"Expected `(?P<types>[^`]*)`(?P<bound> [<>]=? \d+)?")
_TYPES = {
    "str": "text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "a table",
    "array": "a list",
}


class ConfigFault(Struct, frozen=True):
    """Why a file, or one key of it, is not used. `str` is a sentence for a person.

    `kind` begins the sentence (`Theme`); `consequence` ends it.
    """

    file: str
    key: str
    reason: str
    kind: str = ""
    consequence: str = ""

    def __str__(self) -> str:
        place = f"{self.kind} {self.file}".strip()
        key = cut(one_line(self.key), SHOWN)
        end = "" if self.reason.endswith("?") else "."
        return f"{place}: {key}: {self.reason}{end} {self.consequence}".strip()


def read_table(path: Path) -> dict[str, Any] | str:
    """The tables of a TOML file; a clause that says why it cannot be read.

    FileNotFoundError where there is none. Devices and pipes are not read.
    """
    try:
        if not path.exists():
            raise FileNotFoundError(path)
        if not path.is_file():
            return "is not a regular file"
        if path.stat().st_size > 4 * LONGEST:
            return f"is longer than {LONGEST // 1024} kB"
        return parse_toml(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise
    except UnicodeDecodeError:
        return "is not TOML (it is not UTF-8 text)"
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else None
        return f"cannot be read ({(reason or 'unknown reason').lower()})"


def convert(content: Mapping[str, Any], shape: type[T]) -> T | tuple[str, str]:
    """The tables of a file as a struct; the first key that does not fit, and the reason."""
    try:
        return msgspec.convert(content, shape)
    except msgspec.ValidationError as problem:
        return _explained(str(problem), content, shape.__struct_fields__)


def did_you_mean(key: str, known: Iterable[str]) -> str:
    """`; did you mean dark?`, or nothing where no known key is near."""
    near = nearest(key, known)
    return f"; did you mean {near}?" if near else ""


def shown_value(value: object) -> str:
    """A value of a file as a message quotes it, on one line and not too long."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and value.bit_length() > 64:
        return "a very long number"
    if isinstance(value, bool):
        return str(value).lower()
    return cut(one_line(repr(value)), SHOWN)


def _explained(problem: str, content: Mapping[str, Any], known: tuple[str, ...]) -> tuple[str, str]:
    """Key and reason of a message of msgspec."""
    match = _PROBLEM.fullmatch(problem)
    what, path = (match["what"], match["path"] or "") if match else (problem, "")
    field = _FIELD.match(what)
    if field:
        key = f"{path}.{field['field']}" if path else field["field"]
        if field["kind"] == "missing required":
            return key, "is missing"
        return key, f"is not a key of this file{did_you_mean(field['field'], known)}"
    value: Any = content
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    expected = _EXPECTED.match(what)
    types = expected["types"].split(" ")[0] if expected else ""
    wanted = _TYPES.get(types.split("|")[0].strip(), "")
    if wanted:
        bound = expected["bound"] or "" if expected else ""
        return path, f"must be {wanted}{bound}, not {shown_value(value)}"
    return (
        path,
        f"{shown_value(value)} does not fit ({one_line(what)[:1].lower()}{one_line(what)[1:]})",
    )
