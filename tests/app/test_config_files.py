"""Files that people write by hand: whatever is in them, the file is named and the app starts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from driving import driving
from medex_tui.app import keymap
from medex_tui.app.state import templates, themes
from medex_tui.domain.measures.own import read_own

HOSTILE = {
    "long integer": "a = " + "9" * 20_000,
    "deep nesting": "a = " + "[" * 5_000,
    "deep table": "a" + ".a" * 20_000 + " = 1",
    "NUL": "a = '\x00'",
    "no TOML": "a = ",
    "too large": "#" * 3_000_000,
    "wrong type of every key": (
        "name = 7\nline = [1]\ndark = 'yes'\ncolors = 3\nmeasure = 5\nsources = 2\nkey = true\n"
    ),
    "large number": "key = 99999999999999999999\nname = 'x'\nline = 'y'\n",
    "not a number": "key = nan\nname = 'x'\nline = 'y'\nmeasure = [nan, inf]\n",
    "dates": "name = 1970-01-01\nline = 07:32:00\ncolors = 1979-05-27T00:32:00-07:00\nmeasure = [1970-01-01]",
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_file_that_cannot_be_read_is_named_and_left_out(tmp_path: Path, content: str) -> None:
    for name in ("keys.toml", "own.toml"):
        (tmp_path / name).write_text(content, encoding="utf-8")
    chosen, key_faults = keymap.read(tmp_path / "keys.toml")
    assert chosen == {} and all(str(fault).startswith("keys.toml: ") for fault in key_faults)
    assert key_faults
    (tmp_path / "keys.toml").unlink()
    for read, kind in ((lambda: themes.load([tmp_path]), "Theme"), (lambda: templates.load(tmp_path), "Template")):  # fmt: skip
        used, faults = read()
        assert not used and faults
        assert all(
            str(fault).startswith(f"{kind} ") and "own.toml" in str(fault) for fault in faults
        )
    own = read_own([("measures.toml", content)])
    assert not own.additions.measures and own.faults
    for fault in (*key_faults, *faults, *own.faults):
        assert str(fault).isprintable() and len(str(fault)) < 400


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"session.lgo" = "s"', "keys.toml: session.lgo: there is no such command; did you mean session.log?"),
        ('"session.log" = 7', 'session.log: 7 is not a key in quotes like "l"'),
        ('"session.log" = "ctrl+m"', "session.log: ctrl+m does not arrive"),
    ],
)  # fmt: skip
def test_a_faulty_key_names_file_command_and_value(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "keys.toml").write_text(text, encoding="utf-8")
    _, (fault,) = keymap.read(tmp_path / "keys.toml")
    assert message in str(fault) and str(fault).endswith("The default stands.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = 'a'\nlin = 'b'\n", "lin: is not a key of this file; did you mean line?"),
        ("name = 'a'\n", "line: is missing"),
        ("name = 4\nline = 'b'\n", "name: must be text in quotes, not 4"),
        ("name = 'a'\nline = 'b'\nkey = 12\n", "key: must be a whole number <= 9, not 12"),
        ("name = ' '\nline = 'b'\n", "name: is empty"),
    ],
)
def test_a_faulty_template_names_file_key_and_value(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "knee.toml").write_text(text, encoding="utf-8")
    _, (fault,) = templates.load(tmp_path)
    assert str(fault).rstrip(".") == f"Template knee.toml: {message}"


def test_a_folder_or_pipe_in_place_of_a_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "keys.toml").mkdir()
    assert "regular file" in str(keymap.read(tmp_path / "keys.toml")[1][0])


async def test_the_app_starts_with_every_file_hostile(
    sample_path: Path, tmp_path: Path, now: datetime, new_id: Callable[[], str]
) -> None:
    config = tmp_path / "config"
    for folder in ("themes", "templates"):
        (config / folder).mkdir(parents=True)
        for name, content in HOSTILE.items():
            (config / folder / f"{name}.toml").write_text(content, encoding="utf-8")
    (config / "keys.toml").write_text(HOSTILE["long integer"], encoding="utf-8")
    (config / "measures.toml").write_text(HOSTILE["deep nesting"], encoding="utf-8")
    async with driving(sample_path, now, new_id, config=config) as desk:
        assert "Hicks" in desk.text
        await desk.press("l")
        assert "Enter" in desk.text
