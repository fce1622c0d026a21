"""Entries written with the fields of the published reference catalogue, in the shape this product keeps.

The reference (a `measures.toml` of the field) says a rule as a formula and a cut-off's name as a label; here both are
data. What it says twice is held against itself; what cannot be said as data is refused, never passed over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from medex_tui.domain.measures.tables import Domain

SHORT = 27
"""Columns of a measure's short name."""

DOMAIN_OF: Mapping[str, Domain] = {
    "function": "function", "mobility": "function", "prom": "function", "goal": "function", "strength": "strength",
    "rom": "flexibility", "flexibility": "flexibility", "stability": "stability", "endurance": "endurance",
    "balance": "balance",
}  # fmt: skip
"""The line of findings a category belongs to, where an entry names no domain; others are context."""

_TIMES = re.compile(r"(\d+(?:\.\d+)?) \* sum / (?:\((\d+(?:\.\d+)?) \* answered\)|answered)")
_SHIFTED = re.compile(r"(\d+(?:\.\d+)?) \* \(sum / answered - (\d+(?:\.\d+)?)\)")
_PRORATED = re.compile(r"if all answered: sum; else ceil\(\d+ \* sum / answered\)")
_GIVEN = frozenset({"const", "age_y", "male", "bmi"})
"""Terms of an equation that follow from the person or from other inputs."""


class Unsaid(Exception):
    """A field that cannot be taken over: `field` and the reason."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def as_kept(raw: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with the published fields as one with ours; entries that have only ours come back as they are.

    Raises Unsaid for what has no place here.
    """
    made = dict(raw)
    name = made.get("name")
    if isinstance(name, str):
        made.setdefault("short", name if len(name) <= SHORT else name[: SHORT - 1].rstrip() + "…")
    if "domain" not in made and made.get("category") in DOMAIN_OF:
        made["domain"] = DOMAIN_OF[made["category"]]
    _cutoffs(made)
    _default_change(made)
    _computed(made)
    if made.pop("composite", False) and "scoring" in made:
        raise Unsaid(
            "scoring",
            "points of parts are not computed for a measure of your own; leave it out, type the total",
        )
    if made.pop("derived", None) and not (made.get("distance_m") or made.get("equations")):
        raise Unsaid(
            "derived",
            "a number of your own is computed by [[measure.equations]], or from distance_m and seconds",
        )
    if made.get("items"):
        made.setdefault("items_rule", _items_rule(made.get("formula", "sum")))
        if made.get("combine", "single") == "single":
            made["combine"] = "items"
    return made


def _cutoffs(made: dict[str, Any]) -> None:
    kept = made.get("cutoffs")
    if isinstance(kept, list):
        made["cutoffs"] = [
            {
                ("name" if key == "label" and "name" not in c else key): value
                for key, value in c.items()
            }
            if isinstance(c, dict)
            else c
            for c in kept
        ]


def _default_change(made: dict[str, Any]) -> None:
    """The threshold that is printed, given by its value: marked, or held against the one that is."""
    value = made.pop("report_default_change", None)
    changes = made.get("change", [])
    if not value or not isinstance(changes, list):
        return
    marked = [c for c in changes if isinstance(c, dict) and c.get("default")]
    if any(c.get("value") == value for c in marked):
        return
    fits = next((c for c in changes if isinstance(c, dict) and c.get("value") == value), None)
    if fits is None or marked:
        raise Unsaid(
            "report_default_change",
            f"{value} is not the value of the default threshold under change",
        )
    made["change"] = [{**c, "default": True} if c is fits else c for c in changes]


def _computed(made: dict[str, Any]) -> None:
    """Equations whose inputs are recorded with the measure make its score; others predict what is expected."""
    equations = made.get("equations")
    if (
        not isinstance(equations, list)
        or "inputs" in made
        or made.get("combine", "single") != "single"
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
    inputs = [name for name in needed if name not in _GIVEN]
    recorded = made.get("record_with", [])
    if any(name in recorded for name in inputs):
        made |= {"inputs": inputs, "combine": "equation"}
    else:
        made.setdefault("predicted", True)


def _items_rule(formula: object) -> dict[str, Any]:
    said = str(formula)
    if said == "sum":
        return {"of": "sum"}
    if said == "sum / answered" or said.startswith("mean of "):
        return {"of": "mean"}
    if found := _TIMES.fullmatch(said):
        return {"of": "mean", "times": float(found[1]) / float(found[2] or 1)}
    if found := _SHIFTED.fullmatch(said):
        return {"of": "mean", "times": float(found[1]), "plus": -float(found[1]) * float(found[2])}
    if _PRORATED.fullmatch(said):
        return {"of": "sum", "prorate": True}
    raise Unsaid(
        "formula",
        'is not a rule known here; write items_rule = { of = "sum" } or "mean", times, plus',
    )
