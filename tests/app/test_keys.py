"""The keys: every one arrives, none clashes, each job costs no more of them than GRAMMAR.md allows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from textual.binding import Binding

from driving import Desk, driving
from medex_tui.app import keymap
from medex_tui.app.app import MedexApp
from medex_tui.app.commands import COMMANDS, cheat_sheet
from medex_tui.app.keys import PUNCTUATION, arrives, key_names, shown_key
from medex_tui.app.screens.log_session import LogSessionScreen
from medex_tui.app.screens.registry import command_ids, screens
from medex_tui.app.widgets.lists import RowList
from medex_tui.domain.records.practice import Practice
from medex_tui.store import Store

NewId = Callable[[], str]

ALWAYS_ANOTHER_WAY = {"ctrl+q": "q leaves", "ctrl+c": "q leaves"}


# What arrives --------------------------------------------------------------------------------------------------------


def test_every_command_has_a_key_that_every_terminal_sends() -> None:
    for command in COMMANDS.values():
        keys = command.keys.split(",")
        assert arrives(keys[0], alone=True), command.id
        assert all(arrives(key) for key in keys), command.id


def test_every_binding_of_every_screen_arrives_and_is_a_command_of_the_registry() -> None:
    for screen in [*screens(), MedexApp]:
        for binding in screen.__dict__.get("BINDINGS", ()):
            assert isinstance(binding, Binding), screen
            assert arrives(binding.key) or binding.key in ALWAYS_ANOTHER_WAY, (screen, binding.key)
            assert (
                binding.key in ALWAYS_ANOTHER_WAY or (binding.id or "").split(".ctrl")[0] in _ids()
            ), (
                screen,
                binding,
            )


def _ids() -> set[str]:
    return {
        f"{c.id}{'' if n == 0 else '.' + key}"
        for c in COMMANDS.values()
        for n, key in enumerate(c.keys.split(","))
    }


def test_no_screen_gives_one_key_two_meanings() -> None:
    for screen in screens():
        keys = [b.key for b in screen.BINDINGS if isinstance(b, Binding)]
        assert len(keys) == len(set(keys)), screen


@pytest.mark.parametrize("key", ["ctrl+a", "ctrl+b", "ctrl+s", "ctrl+i", "ctrl+m", "ctrl+h", "alt+l", "shift+enter",
                                 "ctrl+enter", "f11", "ctrl+shift+l", "é"])  # fmt: skip
def test_keys_that_some_terminal_keeps_for_itself_are_refused(key: str) -> None:
    assert not arrives(key)


def test_keys_as_people_write_them() -> None:
    assert [key_names(k) for k in ("/", "^g", "Ctrl+G", "F2", "Esc", "l", "L")] == [
        "slash", "ctrl+g", "ctrl+g", "f2", "escape", "l", "L",
    ]  # fmt: skip
    for char, name in PUNCTUATION.items():
        assert (key_names(char), shown_key(name)) == (name, char)


def test_the_cheat_sheet_holds_every_command_once() -> None:
    assert sorted(c.id for _, commands in cheat_sheet() for c in commands) == sorted(COMMANDS)


# A person's own keys -------------------------------------------------------------------------------------------------


def kept(tmp_path: Path, text: str) -> tuple[dict[str, str], list[str]]:
    (tmp_path / "keys.toml").write_text(text, encoding="utf-8")
    chosen, faults = keymap.read(tmp_path / "keys.toml")
    worn, clashes = keymap.without_clashes(chosen, command_ids())
    return worn, [str(f) for f in (*faults, *clashes)]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('"session.lgo" = "s"', "session.lgo: there is no such command; did you mean session.log?"),
        ('"session.log" = "ctrl+s"', "session.log: ctrl+s does not arrive from every terminal"),
        ('"session.log" = "alt+l"', "session.log: alt+l does not arrive"),
        ('"session.log" = "a"', "session.log: a is assessment.take on the same screen"),
        ('"entry.undo" = "z"', "entry.undo: z would be typed into the line; take a ctrl or function key"),
        ('"entry.undo" = "backspace"', "entry.undo: backspace edits what is typed; take a ctrl or function key"),
        ('"entry.undo" = "ctrl+d"', "entry.undo: ^d is entry.draft on the same screen"),
        ('"session.log" = 5', 'session.log: 5 is not a key in quotes like "l" or "ctrl+g"'),
        ('"session.log" = "?"', "session.log: ? is help.open on the same screen"),
        ('"floor.switch" = "z"', "floor.switch: its keys are the digits and stay so"),
        ("session.log = ", "file: is not TOML"),
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_is_named_and_the_default_stands(
    tmp_path: Path, line: str, fault: str
) -> None:
    worn, faults = kept(tmp_path, line)
    assert worn == {} and len(faults) == 1
    assert faults[0].startswith(f"keys.toml: {fault}") and faults[0].endswith("The default stands.")


def test_two_commands_may_change_places(tmp_path: Path) -> None:
    assert kept(tmp_path, '"session.log" = "a"\n"assessment.take" = "l"') == (
        {"session.log": "a", "assessment.take": "l"},
        [],
    )


async def test_an_own_key_works_shows_in_the_footer_and_the_old_one_says_why_it_does_nothing(
    sample_path: Path, now: datetime, new_id: NewId, tmp_path: Path
) -> None:
    (tmp_path / "own").mkdir()
    own = '"session.log" = "k"\n"overdue.open" = "a"\n"help.open" = "f2"\n'
    (tmp_path / "own" / "keys.toml").write_text(own, encoding="utf-8")
    async with driving(sample_path, now, new_id, config=tmp_path / "own") as desk:
        assert "overdue.open: a is assessment.take on the same screen" in desk.said
        assert (
            " k log " in desk.lines[-1]
            and " o overdue" in desk.lines[-1]
            and "F2 help" in desk.lines[-1]
        )
        await desk.press("end", "l")
        assert (
            not isinstance(desk.app.top_screen, LogSessionScreen) and "l is not used" in desk.said
        )
        await desk.press("k")
        assert isinstance(desk.app.top_screen, LogSessionScreen)


async def test_a_dead_key_says_why(sample_path: Path, now: datetime, new_id: NewId) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await desk.press("w")
        assert desk.said == "w is not used on this screen. ? lists the keys."
        await desk.press("ctrl+e")
        assert desk.said == "^e is not used on this screen. ? lists the keys."
        await desk.press("4")
        assert desk.said == "No open session has the number 4; l on a visit begins one."
        await desk.press("down", "up", "pagedown")
        assert desk.said.startswith("No open session")


# Budgets (GRAMMAR.md) ------------------------------------------------------------------------------------------------


def on(desk: Desk, words: str) -> None:
    """Put the cursor on the row that reads so: the person's hand is there already."""
    rows = desk.app.screen.query_one("#rows", RowList)
    assert rows.select(
        next(r.key for r in rows.rows if r.key and words in "".join(t for t, _ in r.line))
    )
    desk.pressed = 0


def practice_at(path: Path) -> Practice:
    store = Store.open(path, by="reader", host="test", pid=2)
    practice = store.practice
    store.close()
    return practice


async def test_a_routine_session_with_two_changes_and_a_written_note_in_91_keys(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    note = "Walked to the shop and back; one rest on the bench.."
    assert len(note) == 52
    async with driving(sample_path, now, new_id) as desk:
        on(desk, "11:00  Chen, Mei")
        session = desk.app.screen.selected_session()  # type: ignore[attr-defined]
        await desk.press("l")
        await desk.type(f"= lp@60 row@16 132/78 72 o97 p3 r5 ; {note}")
        await desk.press("enter")
        assert "saved and signed" in desk.said and desk.pressed <= 91, desk.pressed
    saved = practice_at(sample_path).sessions[session.id]
    assert len(saved.exercises) == 5 and [e.origin for e in saved.exercises].count("changed") == 2
    assert saved.note == note and saved.vitals[0].sbp == 132


async def test_the_same_with_nothing_changed_in_28_keys(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        on(desk, "Chen, Mei")
        await desk.press("l")
        await desk.type("= 132/78 72 o97 p3 ; ,tol")
        await desk.press("enter")
        assert "saved and signed" in desk.said and desk.pressed <= 28, desk.pressed


async def test_the_alert_that_opens_the_day_is_cleared_in_3_keys(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        assert "OVERDUE" in desk.lines[2]
        await desk.press("m", "enter")
        assert desk.pressed <= 3 and "OVERDUE" not in desk.text


async def test_the_letter_is_built_filed_and_marked_sent_in_5_keys(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        on(desk, "Ramos, Luis      progress update")
        key = desk.app.screen.selected_obligation().key  # type: ignore[attr-defined]
        for press in ("p", "g", "m", "enter"):
            await desk.press(press)
        assert desk.pressed <= 5 and "Recorded" in desk.said
    practice = practice_at(sample_path)
    sent = next(
        c for c in practice.communications.values() if key in c.answers and c.result == "sent"
    )
    assert practice.documents[sent.document_id or ""].signed_at
