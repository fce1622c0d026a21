"""Themes: those that come with medex hold; a person's own is taken; a broken one is named and the default stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from driving import driving
from medex_tui.app.state.preferences import DEFAULT_THEME as DEFAULT
from medex_tui.app.state.preferences import shipped_folder
from medex_tui.app.state.themes import load

GOOD = (shipped_folder() / "mono.toml").read_text(encoding="utf-8")


def test_the_shipped_ones_are_whole() -> None:
    themes, faults = load([shipped_folder()])
    assert not faults
    assert set(themes) >= {"clinic-dark", "clinic-light", "gym-floor", "mono"} and DEFAULT in themes


@pytest.mark.parametrize(
    ("content", "key", "reason"),
    [
        ("name = ", "file", "is not TOML"),
        (GOOD.replace('name = "mono"', ""), "name", "missing"),
        (GOOD.replace("dark = true", 'dark = "yes"'), "dark", "true or false"),
        (
            GOOD.replace('error = "#ffffff"', 'error = "reddish"'),
            "colors.error",
            "'reddish' is not a color",
        ),
        (GOOD.replace('panel = "#303030"', ""), "colors.panel", "missing"),
        (GOOD + 'glitter = "red"\n', "colors.glitter", "not a color medex uses"),
        ('name = "x"\n', "colors", "missing"),
    ],
)
def test_a_broken_one_is_named_by_file_key_and_reason(
    tmp_path: Path, content: str, key: str, reason: str
) -> None:
    (tmp_path / "own.toml").write_text(content, encoding="utf-8")
    themes, faults = load([shipped_folder(), tmp_path])
    assert [(fault.key, fault.file) for fault in faults] == [(key, str(tmp_path / "own.toml"))]
    assert reason in str(faults[0]) and "mono" in themes


async def test_a_choice_is_kept_and_a_broken_own_theme_leaves_the_default(
    sample_path: Path, tmp_path: Path, now: datetime, new_id: Callable[[], str]
) -> None:
    config = tmp_path / "config"
    async with driving(sample_path, now, new_id, config=config) as desk:
        assert desk.app.theme == DEFAULT
        await desk.press("ctrl+t")
        await desk.type("gym")
        await desk.press("enter")
        assert desk.app.theme == "gym-floor"
    (config / "themes").mkdir(parents=True)
    (config / "themes" / "gym.toml").write_text('name = "gym-floor"\n[colors]\n', encoding="utf-8")
    async with driving(sample_path, now, new_id, config=config) as desk:
        assert desk.app.theme == "gym-floor" and "gym.toml" in desk.said


async def test_without_colours_the_theme_made_for_none_is_worn_unless_another_was_chosen(
    sample_path: Path,
    tmp_path: Path,
    now: datetime,
    new_id: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with driving(sample_path, now, new_id, config=tmp_path / "none") as desk:
        assert desk.app.theme == "mono"
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    (chosen / "theme").write_text("clinic-light\n")
    async with driving(sample_path, now, new_id, config=chosen) as desk:
        assert desk.app.theme == "clinic-light"
