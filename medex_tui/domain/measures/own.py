"""Measures of a practice's own, from TOML with the fields of the catalogue; a faulty entry is
named, the rest works.

```toml
[[measure]]
id = "floor_to_stand"
name = "Floor to stand"
short = "Floor to stand"
category = "function"
domain = "function"
unit = "s"
direction = "lower"
value_type = "float"
decimals = 1
trials = 2
combine = "min"
valid_min = 1
valid_max = 300
protocol = "From lying on the back to standing, any way."
sources = ["ours"]
  [[measure.change]]
  kind = "convention"
  value = 2
  unit = "s"
  source = "ours"
  default = true

[sources.ours]
citation = "Our clinic's convention"
```

The fields of the published reference catalogue are read too (`label`, `formula`,
`report_default_change`, ...). What ships is never edited: an id of the catalogue is refused, and so
is a source id that it has.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec
from msgspec import Struct

from medex_tui.domain.language.plain import cut, one_line
from medex_tui.domain.language.toml_text import parse_toml
from medex_tui.domain.measures.amounts import grade_value
from medex_tui.domain.measures.norms import Percentiles, PercentilesAtAge
from medex_tui.domain.measures.published import (
    SHORT_NAME_COLUMNS,
    UnsupportedField,
    converted,
)
from medex_tui.domain.measures.tables import Additions, Citation, Measure, packaged_catalogue

FILE = "measures.toml"
COMBINES = ("max", "min", "mean", "single", "items", "equation")
"""The scoring rules that data alone can describe."""

_UNKNOWN = "{!r} is not a source of this file or of the catalogue"
_ID = re.compile(r"[a-z][a-z0-9_]{1,39}")
_PATH = re.compile(r" - at `\$([^`]*)`")
_DEFAULTS: Mapping[str, Any] = {
    "record_with": [],
    "sources": [],
    "combine": "single",
}
_OWN_SOURCE: Mapping[str, Any] = {"basis": "unchecked", "confidence": "medium"}


class MeasureFault(Struct, frozen=True):
    """Why an entry of a file is left out; `str()` is one sentence."""

    file: str
    measure: str
    field: str
    reason: str

    def __str__(self) -> str:
        parts = (self.file, cut(one_line(self.measure), 40), cut(one_line(self.field), 40))
        return f"{': '.join(part for part in parts if part)}: {self.reason}."


class Own(Struct, frozen=True):
    """What the files of a practice give, and what was wrong with them."""

    additions: Additions
    faults: tuple[MeasureFault, ...]


def read_own(
    files: Sequence[tuple[str, str]], off: Collection[str] = (), on: Collection[str] = ()
) -> Own:
    """Read the measures of `files` (name, text), earlier files first.

    `off` and `on` are references switched off and on.
    """
    measures: dict[str, Measure] = {}
    sources: dict[str, Citation] = {}
    faults: list[MeasureFault] = []
    for name, text in files:
        content = parse_toml(text)
        if isinstance(content, str):
            faults.append(MeasureFault(name, "", "file", content))
            continue
        faults += [
            MeasureFault(name, "", key, "is not a table of this file")
            for key in content.keys() - _TABLES
        ]
        sources |= _sources(name, content.get("sources", {}), sources, faults)
        entries = content.get("measure", [])
        if not isinstance(entries, list):
            faults.append(
                MeasureFault(name, "", "measure", "write [[measure]] with double brackets")
            )
            continue
        for place, raw in enumerate(entries, 1):
            made = _measure(name, f"measure {place}", raw, measures, sources)
            if isinstance(made, Measure):
                measures[made.id] = made
            else:
                faults.append(made)
    said = "\0".join(text for _, text in files) if measures else ""
    edition = hashlib.sha256(said.encode()).hexdigest()[:8] if said else ""
    switched = {"off": frozenset(off), "on": frozenset(on)}
    return Own(
        Additions(measures=measures, sources=sources, edition=edition, **switched), tuple(faults)
    )


_TABLES = frozenset({"measure", "sources"})


def _sources(
    file: str, raw: object, before: Mapping[str, Citation], faults: list[MeasureFault]
) -> dict[str, Citation]:
    """The sources of one file; one that nobody marks as checked counts as unchecked."""
    if not isinstance(raw, dict):
        faults.append(MeasureFault(file, "", "sources", "write one table [sources.NAME] each"))
        return {}
    made: dict[str, Citation] = {}
    for id, value in raw.items():
        if id in packaged_catalogue().sources:
            faults.append(
                MeasureFault(file, f"source {id}", "", "there is a source of this name already")
            )
            continue
        short = value.get("citation", "") if isinstance(value, dict) else ""
        try:
            given = {**_OWN_SOURCE, "short": cut(one_line(str(short)), 24), **value}
            source = msgspec.convert(given, Citation)
            if before.get(id, source) != source:
                faults.append(
                    MeasureFault(file, f"source {id}", "", "another file has a source of this name")
                )
            made[id] = before.get(id, source)
        except (msgspec.ValidationError, TypeError) as problem:
            faults.append(_fault(file, f"source {id}", problem))
    return made


def _measure(
    file: str,
    place: str,
    raw: object,
    before: Mapping[str, Measure],
    sources: Mapping[str, Citation],
) -> Measure | MeasureFault:
    if not isinstance(raw, dict):
        return MeasureFault(file, place, "", "is not a table")
    id = raw.get("id")
    if not isinstance(id, str) or not _ID.fullmatch(id):
        return MeasureFault(
            file, place, "id", "needs small letters, digits and _ (2 to 40), a letter first"
        )
    whole = packaged_catalogue()
    if id in whole.measures:
        return MeasureFault(
            file, id, "id", "medex ships a measure of this id; what it ships cannot be changed"
        )
    if id in before:
        return MeasureFault(file, id, "id", "is there twice; the first one is used")
    try:
        made = msgspec.convert(
            {**_DEFAULTS, "short": raw.get("name", ""), **converted(raw)}, Measure
        )
    except UnsupportedField as problem:
        return MeasureFault(file, id, problem.field, problem.reason)
    except msgspec.ValidationError as problem:
        return _fault(file, id, problem)
    for field, reason in _wrong(made, {*whole.sources, *sources}):
        return MeasureFault(file, id, field, reason)
    names = {
        alias for m in (*whole.measures.values(), *before.values()) for alias in (m.id, *m.aliases)
    }
    for alias in made.aliases:
        if alias in names or alias != alias.casefold():
            return MeasureFault(file, id, "aliases", f"{alias!r} is taken or not in small letters")
    return made


def _fault(file: str, measure: str, problem: Exception) -> MeasureFault:
    """A fault from msgspec's message; its path becomes the field."""
    said = str(problem)
    where = _PATH.search(said)
    field = where[1].lstrip(".") if where else ""
    said = _PATH.sub("", said)
    if not field and (named := re.search(r"field `([^`]*)`", said)):
        field = named[1]
    return MeasureFault(file, measure, field, cut(one_line(said), 160))


def _wrong(m: Measure, sources: Collection[str]) -> list[tuple[str, str]]:
    """What types cannot check, as (field, reason): rules and numbers that lack something."""
    return [*_wrong_fields(m), *_wrong_rule(m), *_wrong_sources(m, sources)]


def _wrong_fields(m: Measure) -> list[tuple[str, str]]:
    """Faults of names and ranges."""
    checks = [
        (not one_line(m.name) or not one_line(m.short), "name", "is empty"),
        (
            len(m.short) > SHORT_NAME_COLUMNS,
            "short",
            f"is longer than {SHORT_NAME_COLUMNS} characters",
        ),
        (m.valid_min >= m.valid_max, "valid_min", "is not below valid_max"),
        (not m.sources, "sources", "names no source; a convention of your own is one too"),
        (sum(t.default for t in m.change) > 1, "change", "has more than one default threshold"),
    ]
    return [(field, reason) for wrong, field, reason in checks if wrong]


def _wrong_rule(m: Measure) -> list[tuple[str, str]]:
    """Faults of the scoring rule."""
    found: list[tuple[str, str]] = []
    if m.combine not in COMBINES:
        found.append(("combine", f"is one of {', '.join(COMBINES)} for a measure of your own"))
    if m.ordinal and (not m.enum or any(grade_value(e) is None for e in m.enum)):
        found.append(("enum", "lists grades such as 0, 1, 2-, 2, 2+"))
    if m.ordinal and m.combine != "single":
        found.append(("combine", "is single where values are grades"))
    if m.combine == "items" and not (m.items and m.items_rule and m.item_min < m.item_max):
        found.append(("items", "items, item_min, item_max and items_rule are needed together"))
    if m.combine == "equation" and not (m.inputs and any(e.default for e in m.equations)):
        found.append(("equations", "inputs and an equation with default = true are needed"))
    return found


def _wrong_sources(m: Measure, sources: Collection[str]) -> list[tuple[str, str]]:
    """Unknown sources, and faults of tables."""
    found = [("sources", _UNKNOWN.format(s)) for s in m.sources if s not in sources]
    parts: dict[str, Sequence[Any]] = {
        "change": m.change,
        "cutoffs": m.cutoffs,
        "equations": m.equations,
        "norms": m.norms,
    }
    for field, rows in parts.items():
        for n, part in enumerate(rows):
            if part.source not in sources:
                found.append((f"{field}[{n}].source", _UNKNOWN.format(part.source)))
    for n, norm in enumerate(m.norms):
        found += [(f"norms[{n}]", reason) for reason in _wrong_table(norm)]
    return found


def _wrong_table(norm: Any) -> list[str]:
    if not norm.rows:
        return ["has no rows"]
    for row in norm.rows:
        if hasattr(row, "age_min") and row.age_min > row.age_max:
            return [f"age_min {row.age_min} is above age_max {row.age_max}"]
        if hasattr(row, "lo") and row.lo >= row.hi:
            return [f"lo {row.lo:g} is not below hi {row.hi:g}"]
        if isinstance(norm, (Percentiles, PercentilesAtAge)) and (
            len(row.v) != len(norm.percentiles) or any(b <= a for a, b in pairwise(row.v))
        ):
            return ["a row of percentiles does not rise, or is not as long as `percentiles`"]
    return []
