"""A picture says what the numbers say, with every line's source beside it, at 40 columns and in plain ASCII too."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from medex_tui.domain.measures import Outcome, catalogue, grade_value, outcome
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.base import Side
from medex_tui.domain.records.people import Client
from medex_tui.reports.rendering.measure_chart import as_table, chart_of, plotted, spark, svg
from properties import examples

ZONE = ZoneInfo("America/New_York")
START = datetime(2026, 9, 4, 15, tzinfo=UTC)
CLIENT = Client(
    id="c", given_name="A", family_name="O'Neil [L] =1+1", birth_date=date(1952, 3, 14), sex="F"
)


def found(measure: str, *scores: float, every: int = 21, unit: str = "", **fields: Any) -> Outcome:
    taken = [
        Assessment(
            id=f"a{n}", client_id="c", taken_at=START + timedelta(days=every * n),
            readings=[Reading(measure=measure, trials=[v], unit=unit or catalogue().measure(measure).unit, **fields)],
        )
        for n, v in enumerate(scores)
    ]  # fmt: skip
    return outcome(measure, taken, CLIENT, date(2026, 11, 20))


def drawn(
    one: Outcome,
    width: int = 80,
    height: int = 14,
    *,
    plain: bool = False,
    target: float | None = None,
) -> str:
    rows = plotted(chart_of(one, ZONE, target), width, height, plain=plain)
    return "\n".join(f"{r.label}{r.plot}{r.tag}" for r in rows)


TUG = found("tug", 15.2, 13.1, 12.4)


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("plain", [True, False])
def test_it_fits_and_names_its_lines(width: int, plain: bool) -> None:
    picture = drawn(TUG, width, plain=plain, target=10.0)
    lines = picture.splitlines()
    assert len(lines) == 14 and {cell_len(line) for line in lines} == {width}
    for word in ("start", "error", "target", "line", "mean", "15.2", "10.0", "4 Sep", "16 Oct"):
        assert word in picture
    assert picture.count("*" if plain else "●") == 3
    assert picture.isascii() == plain


def test_in_ascii_it_is_this() -> None:
    assert [
        line.rstrip() for line in drawn(found("nprs", 6, 5, 3), 40, 9, plain=True).splitlines()
    ] == [
        "     8 : : : : : : : : : : : : :  change",
        "",
        "",
        "     6 *......------------------- start",
        "              .....*..",
        "     4 : : : : : : : :.... : : :  change",
        "                          ....",
        "     3                        ..*",
        "       4 Sep    25 Sep     16 Oct",
    ]


def test_every_line_that_is_drawn_has_its_source_in_words() -> None:
    chart = chart_of(TUG, ZONE, 10.0, "Walk to the shop by 31 Dec")
    said = " ".join(chart.legend)
    assert (
        "MDC95 (Alghadir 2015)" in said
        and "STEADI 2017, unchecked" in said
        and "Walk to the shop" in said
    )
    assert set(chart.sources) == {"alghadir2015", "steadi_tug", "bohannon2006tug"}
    for level in chart.levels:
        assert level.said and (level.kind in ("baseline", "target") or "(" in level.said)


def test_a_threshold_about_meaning_is_not_called_an_error_and_a_convention_is_called_one() -> None:
    assert any(
        level.tag == "change" and "MCID" in level.said
        for level in chart_of(found("nprs", 6, 4), ZONE).levels
    )
    assert any(
        "our convention, not measured" in said
        for said in chart_of(found("waist", 90, 88), ZONE).legend
    )
    assert not any(
        level.kind == "error" for level in chart_of(found("hr_rest", 70, 66), ZONE).levels
    )


@pytest.mark.parametrize(
    ("measure", "side", "drawn_at", "tag"),
    [
        ("arm_curl_30s", "R", {12, 17}, "range"),
        ("grip_strength", "R", {23.6}, "median"),
        ("rom_shoulder_flexion", "R", {180}, "ref"),
        ("back_scratch", "R", {-4 * 2.54, 2.54}, "range"),
    ],
)
def test_a_reference_is_drawn_where_it_lies_and_called_what_it_is(
    measure: str, side: Side, drawn_at: set[float], tag: str
) -> None:
    chart = chart_of(found(measure, 9, 11, side=side), ZONE)
    levels = [level for level in chart.levels if level.tag == tag]
    assert {round(level.value, 6) for level in levels} == {round(value, 6) for value in drawn_at}
    assert all(catalogue().source(chart.sources[-1]).tag in level.said for level in levels)


def test_too_small_or_without_a_score_there_is_no_picture() -> None:
    assert plotted(chart_of(TUG, ZONE), 29, 14) == [] and plotted(chart_of(TUG, ZONE), 80, 3) == []
    none = outcome("tug", [], CLIENT, date(2026, 11, 20))
    assert (
        plotted(chart_of(none, ZONE), 80, 14) == []
        and svg(none) == ""
        and as_table(chart_of(none, ZONE)) == ""
    )


def test_grades_are_drawn_and_written_as_grades() -> None:
    grades = [grade_value(g) or 0.0 for g in ("3-", "3+", "4")]
    one = found("mmt", *grades, side="R", labels=["knee extension"])
    assert "3-" in drawn(one)
    assert [
        row.split("|")[2].strip() for row in as_table(chart_of(one, ZONE)).splitlines()[2:]
    ] == ["3-", "3+", "4"]


def test_the_table_holds_the_same_numbers() -> None:
    table = as_table(chart_of(TUG, ZONE))
    for cell in ("2026-09-04", "15.2", "start", "2026-10-16", "12.4", "-2.8"):
        assert cell in table


def test_svg_is_well_formed_deterministic_and_holds_text_as_text() -> None:
    hostile = '<script>alert("x")</script> & \x1b[31m ]]> 12 stairs'
    one = found("custom_timed", 30, 24, unit="s", labels=[hostile])
    picture = svg(one, ZONE, 18.0, hostile)
    root = ET.fromstring(picture)
    assert root.tag.endswith("svg") and not list(root.iter("{http://www.w3.org/2000/svg}script"))
    assert "<script" not in picture and "\x1b" not in picture and "href" not in picture
    assert picture == svg(one, ZONE, 18.0, hostile)
    assert len(list(ET.fromstring(svg(TUG, ZONE)).iter("{http://www.w3.org/2000/svg}circle"))) == 3


def test_a_word_of_bars() -> None:
    assert spark([1, 2, 3]) == "▁▅█"
    assert spark([3]) == spark([]) == "" and len(spark([2, 2, 2])) == 3
    assert spark([1, 2, 3, 2], plain=True).isascii()


@examples(60)
@given(
    measure=st.sampled_from(
        ["tug", "six_mwt", "berg", "rom_knee_flexion", "back_scratch", "bmi", "custom_timed", "odi"]
    ),
    shares=st.lists(st.floats(0, 1), min_size=1, max_size=12),
    width=st.integers(30, 130),
    height=st.integers(4, 30),
    every=st.integers(0, 60),
    plain=st.booleans(),
)
def test_any_scores_at_any_size_are_drawn_inside_the_frame(
    measure: str, shares: list[float], width: int, height: int, every: int, plain: bool
) -> None:
    m = catalogue().measure(measure)
    scores = [m.valid_min + s * (min(m.valid_max, 5000) - m.valid_min) for s in shares]
    scores = [round(v) if m.value_type == "int" else v for v in scores]
    unit = "s" if m.unit == "user" else ""
    fields = {"labels": ["task"]} if m.labelled else {}
    one = found(
        measure,
        *scores,
        every=every,
        unit=unit,
        **({"side": "R"} if m.sides == "LR" else {}),
        **fields,
    )
    chart = chart_of(one, ZONE)
    rows = plotted(chart, width, height, plain=plain)
    assert all(cell_len(f"{r.label}{r.plot}{r.tag}") == width for r in rows)
    assert len(rows) in (0, height) and bool(rows) == bool(chart.points)
    if chart.points:
        ET.fromstring(svg(one, ZONE))


def test_a_sheet_holds_every_picture_with_its_table_and_its_sources_and_no_markup_of_a_name() -> (
    None
):
    from medex_tui.reports.notes import measure_sheet as pictures

    hostile = Client(
        id="c", given_name="<b>A</b>", family_name="O'Neil [L](x) | =1+1 <script>", sex="F"
    )
    other = found("custom_timed", 30, 24, unit="s", labels=["</h2><img src=x> # 12 stairs"])
    kept: list[pictures.Pictured] = [(TUG, 10.0, "Walk to the shop"), (other, None, "")]
    page = pictures.html(hostile, kept, ZONE, START)
    assert (
        page.count("<svg ") == 2
        and page.count("<table>") == 2
        and page == pictures.html(hostile, kept, ZONE, START)
    )
    assert "<script" not in page and "<img" not in page and "<b>" not in page
    assert "Alghadir" in page and "(unchecked)" in page and "Not a signed document" in page
    assert pictures.markdown(hostile, kept, ZONE, START).count("| Day") == 2
    none = outcome("tug", [], CLIENT, date(2026, 11, 20))
    assert pictures.pictures([*kept, (none, None, "")], ZONE) == pictures.pictures(kept, ZONE)
    assert "<svg" not in pictures.html(CLIENT, [(none, None, "")], ZONE, START)
