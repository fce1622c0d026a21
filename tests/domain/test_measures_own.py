"""A practice's own measures stand beside those that ship; a faulty entry is named, and the rest works."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medex_tui.domain.catalogue import provided
from medex_tui.domain.measures import (
    Score,
    bands,
    bare,
    catalogue,
    change,
    grade_value,
    outcomes,
    plausible,
    score,
)
from medex_tui.domain.measures.own import read_own
from medex_tui.domain.measures.tables import Additions
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.people import Client
from medex_tui.domain.shorthand import read_assessment
from medex_tui.store.own_measures import own_measures
from properties import examples

FLOOR = """
[[measure]]
id = "floor_to_stand"
name = "Floor to stand"
aliases = ["f2s"]
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
"""


@pytest.fixture
def adopted() -> Iterator[None]:
    provided.by(lambda: read_own([("measures.toml", FLOOR)]).additions)
    yield
    provided.by(lambda: None)


def test_an_own_measure_is_scored_compared_and_typed_like_any_other(adopted: None) -> None:
    measure = catalogue().measure("floor_to_stand")
    was, now = (
        [Reading(measure=measure.id, trials=trials, unit="s")]
        for trials in ([12.0, 11.0], [8.0, 7.5])
    )
    scored = score(measure, now)
    assert isinstance(scored, Score) and scored.printed == "7.5 s"
    moved = change(measure, was, now)
    assert (moved.printed, moved.verdict, moved.better) == (
        "-3.5 s",
        "no published threshold",
        True,
    )
    assert "our convention 2 s" in moved.why and "unchecked" in moved.why
    from medex_tui.domain.records.practice import Practice

    client = Client(id="c", given_name="Mei", family_name="Chen")
    line = read_assessment(
        "f2s 8 7.5", practice=Practice([]), now=datetime(2026, 11, 20, tzinfo=UTC), client=client
    )
    assert [r.measure for r in line.readings] == ["floor_to_stand"]
    assert catalogue().version != "2026.11" and line.readings[0].catalogue == catalogue().version


PUBLISHED = """
[[measure]]
id = "our_index"
name = "Index of what hurts in the neck and shoulder"
category = "prom"
unit = "%"
direction = "lower"
value_type = "float"
decimals = 1
sides = "none"
trials = 1
combine = "single"
valid_min = 0.0
valid_max = 100.0
items = 4
item_min = 1
item_max = 5
min_answered = 3
formula = "25 * (sum / answered - 1)"
protocol = "4 items 1-5."
record_with = ["items"]
notes = ""
report_default_change = 12.0
report_default_note = "ours"
sources = ["convention"]
confidence = "low"
cutoffs = [
  { id = "half", sex = "any", op = ">=", value = 50, band = "flag", label = "half or more", source = "convention" },
]
change = [
  { kind = "convention", value = 8.0, unit = "points", population = "none", source = "convention" },
  { kind = "convention", value = 12.0, unit = "points", population = "none", source = "convention" },
]
"""


def test_an_entry_in_the_fields_of_the_published_reference_is_read_as_it_stands() -> None:
    read = read_own([("measures.toml", PUBLISHED)])
    assert not read.faults
    measure = read.additions.measures["our_index"]
    found = score(measure, [Reading(measure="our_index", trials=[3, 3, 2], unit="%")])
    assert isinstance(found, Score) and found.value == pytest.approx(25 * (8 / 3 - 1))
    assert [t.value for t in measure.change if t.default] == [12]
    assert (measure.domain, measure.cutoffs[0].name, len(measure.short)) == (
        "function",
        "half or more",
        27,
    )


@pytest.mark.parametrize(
    ("swap", "field"),
    [
        (("report_default_change = 12.0", "report_default_change = 9.0"), "report_default_change"),
        (('formula = "25 * (sum / answered - 1)"', 'formula = "max(sum)"'), "formula"),
        (("items = 4", 'derived = "weight / height"'), "derived"),
    ],
)
def test_a_published_rule_that_cannot_be_kept_is_refused_and_never_passed_over(
    swap: tuple[str, str], field: str
) -> None:
    (fault,) = read_own([("measures.toml", PUBLISHED.replace(*swap))]).faults
    assert (fault.measure, fault.field) == ("our_index", field)


@pytest.mark.parametrize(
    ("swap", "field", "says"),
    [
        (('id = "floor_to_stand"', 'id = "grip_strength"'), "id", "cannot be changed"),
        (('id = "floor_to_stand"', 'id = "Floor!"'), "id", "small letters"),
        (('unit = "s"\ndirection', "direction"), "unit", "missing"),
        (("decimals = 1", 'decimals = "one"'), "decimals", "int"),
        (('direction = "lower"', 'direction = "down"'), "direction", "down"),
        (("valid_min = 1", "valid_min = 400"), "valid_min", "not below valid_max"),
        (('sources = ["ours"]', 'sources = ["theirs"]'), "sources", "theirs"),
        (('source = "ours"', 'source = "nobody"'), "change[0].source", "nobody"),
        (('sources = ["ours"]', "sources = []"), "sources", "no source"),
        (('combine = "min"', 'combine = "sppb"'), "combine", "one of"),
        (('combine = "min"', 'combine = "items"'), "items", "needed together"),
        (('aliases = ["f2s"]', 'aliases = ["tug"]'), "aliases", "taken"),
        (("trials = 2", "trials = 2\ncolour = 3"), "colour", "unknown field"),
    ],
)
def test_a_faulty_entry_is_named_by_file_measure_field_and_reason_and_the_rest_works(
    swap: tuple[str, str], field: str, says: str
) -> None:
    good = (
        FLOOR.replace("floor_to_stand", "floor_two")
        .replace('"f2s"', '"f2"')
        .replace("[sources.ours]", "[x]")
    )
    text = (
        FLOOR.replace(*swap).partition("[sources")[0]
        + good.partition("[x]")[0]
        + '[sources.ours]\ncitation = "We"\n'
    )
    read = read_own([("clinic/measures.toml", text)])
    assert list(read.additions.measures) == ["floor_two"]
    (fault,) = read.faults
    assert fault.file == "clinic/measures.toml" and fault.field == field and says in fault.reason
    assert str(fault).startswith("clinic/measures.toml: ") and str(fault).endswith(".")


def test_a_file_that_is_no_toml_and_one_that_names_a_shipped_source_are_told() -> None:
    read = read_own(
        [("a.toml", "[[measure"), ("b.toml", FLOOR + '\n[sources.ewgsop2]\ncitation = "mine"\n')]
    )
    assert [f.file for f in read.faults] == ["a.toml", "b.toml"]
    assert "floor_to_stand" in read.additions.measures and "ewgsop2" not in read.additions.sources


@examples(60)
@given(st.text(max_size=300))
def test_any_text_at_all_is_read_or_refused_in_words(text: str) -> None:
    for content in (text, FLOOR + text, f"[[measure]]\nid = {text!r}\n"):
        for fault in read_own([("m.toml", content)]).faults:
            assert "\n" not in str(fault).replace(fault.reason, "")


def test_files_are_read_beside_the_practice_and_in_the_config_folder(tmp_path: Path) -> None:
    practice, config = tmp_path / "clinic" / "practice.json", tmp_path / "config"
    practice.parent.mkdir()
    config.mkdir()
    assert own_measures(practice, config).additions == Additions()
    (practice.parent / "measures.toml").write_text(FLOOR)
    (config / "measures.toml").write_text(
        FLOOR.replace("floor_to_stand", "mine").replace('["f2s"]', "[]")
    )
    read = own_measures(practice, config)
    assert list(read.additions.measures) == ["floor_to_stand", "mine"] and not read.faults
    (config / "measures.toml").write_bytes(b"\xff\xfe")
    assert "cannot be read" in str(own_measures(practice, config).faults[0])


def test_a_reference_can_be_switched_off_and_the_others_stay() -> None:
    tug = catalogue().measure("tug")
    before = {b.reference for b in bands(tug, 13.0, 72, "F")}
    try:
        provided.by(lambda: Additions(off=frozenset({"tug/bohannon2006"})))
        after = {b.reference for b in bands(catalogue().measure("tug"), 13.0, 72, "F")}
        norms = {n.id for n in tug.norms}
        provided.by(lambda: Additions(off=frozenset(f"tug/{n}" for n in norms)))
        none = {b.reference for b in bands(catalogue().measure("tug"), 13.0, 72, "F")}
    finally:
        provided.by(lambda: None)
    assert after <= before and not none & norms and none == before - norms


def test_every_measure_of_the_catalogue_is_ready() -> None:
    assert set(catalogue().ready) == set(catalogue().measures) and len(catalogue().ready) == 75


# --- grades ---------------------------------------------------------------------------------------------------


def test_grades_keep_their_order_and_come_back_as_they_were_typed() -> None:
    mmt = catalogue().measure("mmt")
    values = [grade_value(text) for text in mmt.enum]
    assert None not in values
    numbers = [v for v in values if v is not None]
    assert numbers == sorted(set(numbers))
    assert [bare(mmt, v) for v in numbers] == mmt.enum
    assert plausible(mmt, 3.5) == f"refused: 3.5 is not one of {', '.join(mmt.enum)}"


@pytest.mark.parametrize(
    ("then", "now", "printed", "reading"),
    [
        ("3", "4", "+3 steps", "past our convention"),
        ("3", "3+", "+1 step", "under our convention"),
        ("4-", "3-", "-3 steps", "past our convention"),
        ("4", "4", "0 steps", "under our convention"),
    ],
)
def test_a_change_of_grade_is_told_in_steps_and_never_as_a_share(
    then: str, now: str, printed: str, reading: str
) -> None:
    mmt = catalogue().measure("mmt")
    was, is_ = (
        [
            Reading(
                measure="mmt",
                side="R",
                trials=[grade_value(g) or 0.0],
                unit="grade",
                labels=["knee extension"],
            )
        ]
        for g in (then, now)
    )
    moved = change(mmt, was, is_)
    assert (moved.printed, moved.reading, moved.percent) == (printed, reading, None)


def test_muscles_are_told_apart_and_so_are_sides() -> None:
    from medex_tui.domain.records.practice import Practice

    client = Client(
        id="c", given_name="Mei", family_name="Chen", birth_date=date(1952, 3, 14), sex="F"
    )
    at = datetime(2026, 11, 20, 15, tzinfo=UTC)
    line = read_assessment(
        'mmt "knee extension" 4-/4+ mmt "hip abduction" R 3',
        practice=Practice([]),
        now=at,
        client=client,
    )
    assert not line.problems and [r.trials for r in line.readings] == [[3.7], [4.3], [3.0]]
    found = outcomes(
        [Assessment(id="a", client_id="c", taken_at=at, readings=line.readings)], client, at.date()
    )
    assert sorted(f"{o.name} {o.cells.start}" for o in found) == [
        "L manual muscle test, knee extension 4+",
        "R manual muscle test, hip abduction 3",
        "R manual muscle test, knee extension 4-",
    ]
    refused = read_assessment(
        'mmt "knee extension" R 4.5', practice=Practice([]), now=at, client=client
    )
    assert any("is not one of" in problem.message for problem in refused.problems)


def test_a_blood_pressure_has_a_category_only_when_both_numbers_are_of_one_reading() -> None:
    client = Client(id="c", given_name="A", family_name="B", birth_date=date(1970, 1, 1), sex="M")

    def taken(day: int, **numbers: float) -> Assessment:
        readings = [Reading(measure=m, trials=[v], unit="mmHg") for m, v in numbers.items()]
        return Assessment(
            id=f"a{day}",
            client_id="c",
            taken_at=datetime(2026, 11, day, tzinfo=UTC),
            readings=readings,
        )

    both = taken(1, bp_systolic=128.0, bp_diastolic=84.0)
    alone = taken(9, bp_systolic=128.0)
    systolic = next(
        o for o in outcomes([both], client, date(2026, 11, 1)) if o.measure.id == "bp_systolic"
    )
    assert [b.band for b in systolic.bands] == ["stage1_range"]
    later = next(
        o
        for o in outcomes([both, alone], client, date(2026, 11, 9))
        if o.measure.id == "bp_systolic"
    )
    assert [b.band for b in later.bands] == [None]
    assert later.since_baseline and later.since_baseline.better is None
