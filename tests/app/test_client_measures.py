"""The client's page by real keys: goals tied to measures, the six domains, a picture per measure, the loop."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from driving import Desk, driving
from medex_tui.app.screens.chart import plain_marks
from medex_tui.app.widgets.lists import RowList
from medex_tui.domain.goals import amount, measure_named, wrong_way
from medex_tui.domain.measures import Measure, catalogue
from medex_tui.reports.rendering import pdf

NewId = Callable[[], str]


async def at_client(desk: Desk, name: str = "chen") -> Any:
    await desk.press("slash")
    await desk.type(name)
    await desk.press("enter")
    return desk.app.screen


def on_row(desk: Desk, words: str) -> None:
    rows = desk.app.screen.query_one("#rows", RowList)
    row = next(r for r in rows.rows if r.key and words in "".join(text for text, _ in r.line))
    assert rows.select(row.key)


def whole(desk: Desk) -> str:
    """All rows, those scrolled out of sight too."""
    rows = desk.app.screen.query_one("#rows", RowList)
    return "\n".join("".join(text for text, _ in row.line) for row in rows.rows)


async def test_the_map_says_what_has_no_measure_yet(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await at_client(desk)
        said = whole(desk)
        for domain in ("Function", "Strength", "Balance/coordination"):
            assert f"  {domain}\n" in said
        for domain in ("Flexibility/ROM", "Stability", "Endurance"):
            line = next(line for line in said.splitlines() if line.strip().startswith(domain))
            assert "Not assessed" in line
        assert "Not assessed; try 6-minute walk, 2-minute step" in said
        assert "Not assessed; try a measure of your own" in said, (
            "the catalogue has none of stability"
        )
        assert "reassessment due 29 Nov (last 30 Oct)" in said


async def test_a_goal_is_added_with_its_measure_and_its_arithmetic_shows(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        page = await at_client(desk)
        await desk.press("g")
        await desk.type("Cross the road before the light =1+1 [/x]")
        await desk.press("enter")
        await desk.type("tug")
        await desk.press("tab", "tab", "tab", "tab")
        await desk.type("20")
        await desk.press("ctrl+g")
        assert "From 15.2 s to 20.0 s is the wrong way" in desk.text
        await desk.press("backspace", "backspace")
        await desk.type("9.5")
        await desk.press("tab")
        await desk.type("60")
        await desk.press("ctrl+g")
        assert desk.said == "Goal saved."
        goals = desk.app.context.practice.goals_of[
            desk.app.context.practice.current_episode(page.client_id).id
        ]
        made = next(g for g in goals if g.text.startswith("Cross"))
        assert (made.measure, made.target, made.term_days) == ("tug", 9.5, 60)
        assert made.due_on and made.set_on and (made.due_on - made.set_on).days == 60
        said = " ".join(whole(desk).split())
        assert (
            "15.2 s to 12.4 s, target 9.5 s: 49 % of the way, not measured since it was set" in said
        )
        on_row(desk, "Cross the road")
        await desk.press("enter")
        for _ in range(7):
            await desk.press("tab")
        await desk.press(*["backspace"] * 4)
        await desk.type("met")
        await desk.press("ctrl+g")
        assert "recorded as met on 20 Nov 2026" in whole(desk)


async def test_enter_draws_a_measure_and_i_tells_where_its_numbers_come_from(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await at_client(desk)
        on_row(desk, "Gait speed")
        await desk.press("i")
        assert "Perera 2006" in desk.text
        await desk.press("escape", "enter")
        assert "Usual gait speed, 4 m" in desk.lines[0]
        for word in ("start", "target", "change", "ref", "●", "2 Oct", "30 Oct"):
            assert word in desk.text
        await desk.press("pagedown")
        assert "goal: 0.78 m/s to 0.91 m/s" in desk.text and "Since baseline" in desk.text
        await desk.press("left")
        assert "Timed Up and Go" in desk.lines[0]
        await desk.press("right", "right")
        assert "chair stand" in desk.lines[0]


async def test_x_writes_every_measure_to_a_file_of_ones_own(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id, size=(200, 24)) as desk:
        await at_client(desk)
        on_row(desk, "Gait speed")
        await desk.press("enter", "x")
        path = Path(desk.said.removeprefix("Written: ").removesuffix(" and .pdf"))
        page = path.read_text("utf-8")
        assert path.stat().st_mode & 0o777 == 0o600
        assert page.count("<svg ") == 5 and "target 1.00 m/s: Walk to the shop" in page
        if pdf.available():
            printed = path.with_suffix(".pdf")
            assert (
                printed.read_bytes().startswith(b"%PDF") and printed.stat().st_mode & 0o777 == 0o600
            )


@pytest.mark.parametrize("size", [(40, 20), (60, 20), (80, 24), (132, 40)])
async def test_the_picture_fits_any_window(
    sample_path: Path, now: datetime, new_id: NewId, size: tuple[int, int]
) -> None:
    async with driving(sample_path, now, new_id, size=size) as desk:
        await at_client(desk)
        on_row(desk, "Timed Up")
        await desk.press("enter")
        assert "start" in desk.text and "2 Oct" in desk.text


async def test_without_colour_or_utf8_it_is_ascii(
    sample_path: Path, now: datetime, new_id: NewId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with driving(sample_path, now, new_id) as desk:
        await at_client(desk)
        on_row(desk, "Timed Up")
        await desk.press("enter")
        assert "*" in desk.text and "●" not in desk.text


@pytest.mark.parametrize(
    ("theme", "environ", "plain"),
    [
        ("clinic-dark", {"LANG": "en_US.UTF-8", "TERM": "xterm-256color"}, False),
        ("mono", {"LANG": "en_US.UTF-8"}, True),
        ("clinic-dark", {"TERM": "linux", "LANG": "en_US.UTF-8"}, True),
        ("clinic-dark", {"NO_COLOR": "1", "LANG": "C.utf8"}, True),
        ("clinic-dark", {"LANG": "C"}, True),
        ("clinic-dark", {"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, True),
        ("clinic-dark", {}, False),
    ],
)
def test_where_pictures_are_drawn_in_ascii(
    theme: str, environ: dict[str, str], plain: bool
) -> None:
    assert plain_marks(theme, environ) == plain


async def test_today_lists_whose_assessment_is_due(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id, size=(80, 40)) as desk:
        assert "REASSESS  4 overdue   1 due" in desk.text
        on_row(desk, "reassessment overdue 7 d")
        await desk.press("enter")
        assert "O'NEIL" in desk.text and "reassessment overdue 7 d" in desk.text


def test_the_words_of_a_goal_form() -> None:
    tug = measure_named("tug")
    assert isinstance(tug, Measure) and tug.id == "tug"
    assert "no measure of the catalogue" in str(measure_named("xyzzy")) and "can be" in str(
        measure_named("rom")
    )
    assert amount(tug, "9,5") == 9.5 and amount(tug, "") is None
    assert "not a number" in str(amount(tug, "soon")) and "outside" in str(amount(tug, "900"))
    mmt = catalogue().measure("mmt")
    assert amount(mmt, "4-") == 3.7 and "outside 0 to 5" in str(amount(mmt, "6"))
    assert wrong_way(tug, 15, 12) is None and wrong_way(tug, 12, 12) and wrong_way(tug, 12, 15)
    assert wrong_way(catalogue().measure("custom_timed"), 12, 15) is None
