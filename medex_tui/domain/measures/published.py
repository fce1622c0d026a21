"""Conversion of entries with the fields of the published reference catalogue to this program's own.

The published form states a scoring rule as a formula and the name of a cut-off as a label; here
both are data. Contradictions and what cannot be stated as data raise `UnsupportedField`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from medex_tui.domain.measures.tables import Domain

SHORT_NAME_COLUMNS = 27

DOMAIN_OF_CATEGORY: Mapping[str, Domain] = {
    "function": "function", "mobility": "function", "prom": "function", "goal": "function",
    "strength": "strength", "rom": "flexibility", "flexibility": "flexibility",
    "stability": "stability", "endurance": "endurance", "balance": "balance",
}  # fmt: skip
"""The line of findings of a category, where an entry names no domain; the others are context."""

_MEAN = re.compile(r"(\d+(?:\.\d+)?) \* sum / (?:\((\d+(?:\.\d+)?) \* answered\)|answered)")
_SHIFTED_MEAN = re.compile(r"(\d+(?:\.\d+)?) \* \(sum / answered - (\d+(?:\.\d+)?)\)")
_PRORATED_SUM = re.compile(r"if all answered: sum; else ceil\(\d+ \* sum / answered\)")
_IGNORED = frozenset({"report_default_note", "points_rule", "band_if_below"})
"""Published remarks that nothing reads."""

_KNOWN_TERMS = frozenset({"const", "age_y", "male", "bmi"})
"""Terms of an equation that follow from the person or from other inputs."""


class UnsupportedField(Exception):
    """A field that cannot be converted: its name and the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def converted(raw: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with published fields as one with this program's; other fields stay as they are.

    Raises UnsupportedField for what cannot be stated here.
    """
    entry = {key: value for key, value in raw.items() if key not in _IGNORED}
    name = entry.get("name")
    if isinstance(name, str):
        cut = name[: SHORT_NAME_COLUMNS - 1].rstrip() + "…"
        entry.setdefault("short", name if len(name) <= SHORT_NAME_COLUMNS else cut)
    if "domain" not in entry and entry.get("category") in DOMAIN_OF_CATEGORY:
        entry["domain"] = DOMAIN_OF_CATEGORY[entry["category"]]
    _rename_labels(entry)
    _mark_default_change(entry)
    _set_inputs(entry)
    if entry.pop("composite", False) and "scoring" in entry:
        raise UnsupportedField(
            "scoring",
            "points of parts are not computed for a measure of your own; "
            "leave it out, type the total",
        )
    if entry.pop("derived", None) and not (entry.get("distance_m") or entry.get("equations")):
        raise UnsupportedField(
            "derived",
            "a number of your own is computed by [[measure.equations]], "
            "or from distance_m and seconds",
        )
    if entry.get("items"):
        entry.setdefault("items_rule", _items_rule(entry.get("formula", "sum")))
        if entry.get("combine", "single") == "single":
            entry["combine"] = "items"
    return entry


def _rename_labels(entry: dict[str, Any]) -> None:
    """Call the label of a cut-off its name, and drop the ignored field of a table."""
    for field in ("cutoffs", "norms"):
        parts = entry.get(field)
        if isinstance(parts, list):
            entry[field] = [_with_name(part, field == "cutoffs") for part in parts]


def _with_name(part: object, rename: bool) -> object:
    if not isinstance(part, dict):
        return part
    names = {"label": "name"} if rename and "name" not in part else {}
    return {names.get(key, key): value for key, value in part.items() if key not in _IGNORED}


def _mark_default_change(entry: dict[str, Any]) -> None:
    """Mark the default threshold that is given by its value, or check it against the marked one."""
    value = entry.pop("report_default_change", None)
    changes = entry.get("change", [])
    if not value or not isinstance(changes, list):
        return
    marked = [c for c in changes if isinstance(c, dict) and c.get("default")]
    if any(c.get("value") == value for c in marked):
        return
    default = next((c for c in changes if isinstance(c, dict) and c.get("value") == value), None)
    if default is None or marked:
        raise UnsupportedField(
            "report_default_change",
            f"{value} is not the value of the default threshold under change",
        )
    entry["change"] = [{**c, "default": True} if c is default else c for c in changes]


def _set_inputs(entry: dict[str, Any]) -> None:
    """Take equations as the score where their inputs are recorded, else as predictions."""
    equations = entry.get("equations")
    if (
        not isinstance(equations, list)
        or "inputs" in entry
        or entry.get("combine", "single") != "single"
    ):
        return
    terms = [e.get("terms") for e in equations if isinstance(e, dict)]
    needed = dict.fromkeys(
        name
        for term in terms
        if isinstance(term, dict)
        for key in term
        for name in str(key).split("*")
    )
    inputs = [name for name in needed if name not in _KNOWN_TERMS]
    recorded = entry.get("record_with", [])
    if any(name in recorded for name in inputs):
        entry |= {"inputs": inputs, "combine": "equation"}
    else:
        entry.setdefault("predicted", True)


def _items_rule(formula: object) -> dict[str, Any]:
    """The scoring rule of a questionnaire from its published formula."""
    text = str(formula)
    if text == "sum":
        return {"of": "sum"}
    if text == "sum / answered" or text.startswith("mean of "):
        return {"of": "mean"}
    if match := _MEAN.fullmatch(text):
        return {"of": "mean", "times": float(match[1]) / float(match[2] or 1)}
    if match := _SHIFTED_MEAN.fullmatch(text):
        return {"of": "mean", "times": float(match[1]), "plus": -float(match[1]) * float(match[2])}
    if _PRORATED_SUM.fullmatch(text):
        return {"of": "sum", "prorate": True}
    raise UnsupportedField(
        "formula",
        'is not a rule known here; write items_rule = { of = "sum" } or "mean", times, plus',
    )
