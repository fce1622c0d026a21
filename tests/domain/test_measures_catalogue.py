"""The catalogue holds what was reviewed, every number with a source, and costs nothing until it is asked for."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from medex_tui.domain import catalogue as packaged
from medex_tui.domain.measures import DOMAINS, catalogue, default_battery, domain_of

HERE = Path(__file__).parent
FILE = Path(packaged.__file__).parent / "measures.json"
RAW: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
REVIEWED: dict[str, dict[str, str]] = tomllib.loads(
    (HERE / "measures_reviewed.toml").read_text("utf-8")
)
ALL = list(catalogue().measures.values())


def fingerprint(value: object) -> str:
    """Twelve digits that change with any number or word of an entry, not with its layout."""
    return hashlib.sha256(
        json.dumps(value, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()[:12]


def fingerprints() -> dict[str, dict[str, str]]:
    return {
        "measures": {m["id"]: fingerprint(m) for m in RAW["measures"]},
        "families": {k: fingerprint(v) for k, v in RAW["families"].items()},
        "sources": {k: fingerprint(v) for k, v in RAW["sources"].items()},
        "lists": {"ready": fingerprint(RAW["ready"]), "batteries": fingerprint(RAW["batteries"])},
    }


def test_no_number_changed_since_it_was_reviewed() -> None:
    """After a change: hold each number named here against its publication, then copy the printed line into the file."""
    now = fingerprints()
    changed = [
        f"[{kind}] {key} = {json.dumps(now[kind].get(key))}"
        for kind in now
        for key in sorted(now[kind].keys() | REVIEWED[kind].keys())
        if now[kind].get(key) != REVIEWED[kind].get(key)
    ]
    assert not changed, "changed since review, see measures_reviewed.toml:\n" + "\n".join(changed)


def test_importing_the_measures_reads_no_catalogue_and_nothing_heavy() -> None:
    code = (
        "import sys, medex_tui.domain.measures as m;"
        "from medex_tui.domain.measures.tables import packaged_catalogue as c;"
        "assert c.cache_info().currsize == 0, 'read at import';"
        "m.catalogue();"
        "heavy = {'textual', 'arrow', 'rich', 'markdown_it', 'dataclasses', 'importlib.resources', 'tempfile'};"
        "sys.exit(','.join(heavy & sys.modules.keys()) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("measure", ALL, ids=lambda m: m.id)
def test_every_number_of_a_measure_has_a_source_the_catalogue_knows(measure: Any) -> None:
    known = catalogue().sources
    parts = [*measure.change, *measure.cutoffs, *measure.equations, *measure.norms]
    assert {p.source for p in parts} | set(measure.sources) <= known.keys()


@pytest.mark.parametrize("measure", ALL, ids=lambda m: m.id)
def test_a_measure_prints_one_threshold_at_most_and_conventions_cite_a_convention(
    measure: Any,
) -> None:
    assert sum(t.default for t in measure.change) <= 1
    for threshold in measure.change:
        cites_convention = threshold.source in ("convention", "rom_conv")
        assert (threshold.kind == "convention") == cites_convention


@pytest.mark.parametrize("measure", ALL, ids=lambda m: m.id)
def test_rows_of_a_table_never_overlap_and_percentiles_rise(measure: Any) -> None:
    for norm in measure.norms:
        rows = norm.rows
        seen: set[tuple[str, int]] = set()
        for row in rows:
            if hasattr(row, "v"):
                assert row.v == sorted(set(row.v)), (norm.id, row)
                assert len(row.v) == len(norm.percentiles)
            if hasattr(row, "lo"):
                assert row.lo < row.hi
            if not hasattr(row, "age_min"):
                continue
            assert row.age_min <= row.age_max
            cells = {
                (sex, age) for age in range(row.age_min, row.age_max + 1) for sex in _sexes(row.sex)
            }
            assert not cells & seen, (norm.id, row)
            seen |= cells


def _sexes(sex: str) -> tuple[str, ...]:
    return ("M", "F") if sex == "any" else (sex,)


def test_grip_percentiles_fall_with_age_from_forty_on() -> None:
    grip = catalogue().measure("grip_strength")
    table: Any = next(n for n in grip.norms if n.id == "tomkinson2025")
    for sex in ("M", "F"):
        rows = [r.v for r in table.rows if r.sex == sex and r.age_min >= 40]
        for younger, older in pairwise(rows):
            assert all(o < y for o, y in zip(older, younger, strict=True))


def test_the_steadi_line_is_the_lower_end_of_the_normal_range() -> None:
    stand = catalogue().measure("chair_stand_30s")
    steadi: Any = next(n for n in stand.norms if n.id == "steadi_below_average")
    normal: Any = next(n for n in stand.norms if n.id == "rikli_jones_normal")
    ranges = {(r.sex, r.age_min, r.age_max): r.lo for r in normal.rows}
    assert {(r.sex, r.age_min, r.age_max): r.below for r in steadi.rows} == ranges


def test_the_measures_the_product_promises_are_ready() -> None:
    promised = {
        "grip_strength", "tug", "chair_stand_30s", "gait_speed_4m", "single_leg_stance", "nprs", "psfs", "custom_timed",
    }  # fmt: skip
    ready = catalogue().ready
    assert promised <= set(ready)
    assert len(ready) == len(set(ready))
    assert set(ready) <= catalogue().measures.keys()


def test_pain_belongs_to_no_line_of_findings_and_what_is_trained_to_one() -> None:
    assert domain_of(catalogue().measure("nprs")) is None
    for measure in ALL:
        body = measure.category in ("vital", "session", "anthropometry") or measure.id == "nprs"
        assert (domain_of(measure) is None) == body, measure.id
        assert domain_of(measure) in (None, *DOMAINS)


def test_names_fit_their_column_and_aliases_lead_to_one_measure() -> None:
    owner: dict[str, str] = {}
    for measure in ALL:
        assert len(measure.short) <= 27, measure.short
        for alias in (measure.id, *measure.aliases):
            assert owner.setdefault(alias, measure.id) == measure.id
            assert alias == alias.casefold()


@pytest.mark.parametrize(
    ("said", "battery"),
    [
        ("s/p rotator cuff repair R M75.121", "shoulder"),
        ("TKA, stairs without rail", "knee_hip"),
        ("Two falls since spring; R29.6", "balance"),
        ("Low back pain M54.50", "low_back"),
        ("parkinson", "neuro"),
        ("", "general"),
        ("\x1b[31m [/x] =1+1", "general"),
    ],
)
def test_a_referral_finds_its_starter_set(said: str, battery: str) -> None:
    found = default_battery(said)
    assert found.id == battery
    assert found.measures
    assert set(found.measures) <= set(catalogue().ready)


def test_no_wording_of_the_catalogue_predicts_disease_or_death() -> None:
    said = " ".join(
        text.casefold()
        for m in ALL
        for text in (
            m.name,
            m.short,
            *(c.name for c in m.cutoffs),
            *(c.population for c in m.cutoffs),
            *(t.population for t in m.change),
        )
    )
    for word in ("mortality", "death", "dementia", "survival", "diagnos", "risk of"):
        assert word not in said


def _numbers(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of every number in an entry."""
    if isinstance(value, dict):
        return [p for k, v in value.items() for p in _numbers(v, (*path, k))]
    if isinstance(value, list):
        return [p for k, v in enumerate(value) for p in _numbers(v, (*path, k))]
    return [path] if isinstance(value, (int, float)) and not isinstance(value, bool) else []


def test_another_number_anywhere_is_noticed_and_names_its_measure() -> None:
    changed = 0
    for kind, key in (("measures", "id"), ("families", None)):
        entries = {m[key]: m for m in RAW[kind]} if key else RAW[kind]
        for id, entry in entries.items():
            for path in _numbers(entry):
                place = entry
                for step in path[:-1]:
                    place = place[step]
                kept = place[path[-1]]
                place[path[-1]] = kept + 1
                try:
                    assert fingerprint(entry) != REVIEWED[kind][id], (id, path)
                finally:
                    place[path[-1]] = kept
                changed += 1
    assert changed > 2000
    test_no_number_changed_since_it_was_reviewed()
