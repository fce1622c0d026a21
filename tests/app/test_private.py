"""What a passer-by sees: nothing of a locked screen, no names of a hidden one; and what a crash tells."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual import events
from textual._compositor import LayoutUpdate

from driving import Desk, driving
from medex_tui.app.dialogs.stopwatch import StopwatchDialog
from medex_tui.app.screens.lock import LockScreen, wait_after
from medex_tui.app.state.preferences import names_hidden
from medex_tui.app.terminal.redaction import NameTable, hidden
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.settings import Settings
from medex_tui.store import Saved, Store
from medex_tui.store.audit import audit
from medex_tui.store.pin import FILE, UnreadablePin, keep_pin, read_pin, refused_pin

NewId = Callable[[], str]
PIN = "2580"


def minutes_idle(path: Path, minutes: int, now: datetime) -> None:
    """Have the practice lock after so many minutes."""
    store = Store.open(path, by="aokafor", host="test", pid=1)
    settings: Settings = replace(store.practice.settings, idle_lock_min=minutes)
    assert isinstance(store.save([settings], at=now), Saved)
    store.close()


async def wait(desk: Desk, minutes: float) -> None:
    """The clock goes on and nobody presses a key."""
    later = desk.app.context.now + timedelta(minutes=minutes)
    desk.app.context.clock = lambda: later
    desk.app.follow()
    await desk.settle()


def nothing_of_the_practice(desk: Desk) -> None:
    words = {
        w for c in desk.app.context.practice.clients.values() for w in (c.family_name, c.given_name)
    }
    assert not [w for w in words if w in desk.text or w.upper() in desk.text]
    assert "OVERDUE" not in desk.text


# The lock ------------------------------------------------------------------------------------------------------------


async def test_an_idle_screen_locks_and_the_pin_opens_it_on_the_half_typed_line(
    sample_path: Path, now: datetime, new_id: NewId, tmp_path: Path
) -> None:
    minutes_idle(sample_path, 5, now)
    keep_pin(tmp_path / "config", PIN, b"salt")
    async with driving(sample_path, now, new_id, config=tmp_path / "config") as desk:
        await desk.press("slash", *"chen", "enter", "l")
        await desk.type("= lp@65 ; half a li")
        await wait(desk, 4)
        assert "half a li" in desk.text
        await desk.press("x")
        await wait(desk, 4.9)
        assert "half a lix" in desk.text
        await wait(desk, 0.2)
        assert "medex is locked" in desk.text
        nothing_of_the_practice(desk)
        assert "half a li" not in desk.text
        assert any(
            "half a lix" in str(draft)
            for draft in desk.app.context.drafts.drafts.load("aokafor").values()
        )
        # No command works, the PIN is not shown, and a wrong one opens nothing.
        await desk.press("ctrl+q", "ctrl+p", "ctrl+t", "ctrl+x", "ctrl+k", "escape", *"1234")
        nothing_of_the_practice(desk)
        assert "1234" not in desk.text
        await desk.press("enter")
        assert "not the PIN" in desk.text
        await desk.pilot.resize_terminal(60, 20)
        await desk.settle()
        nothing_of_the_practice(desk)
        desk.app.screen.post_message(events.Paste("1111\n9999 Chen"))
        await desk.settle()
        await desk.press("enter")
        assert "not the PIN" in desk.text
        await desk.press(*PIN, "enter")
        assert "> = lp@65 ; half a lix" in desk.text
        assert "2 wrong PINs were tried" in desk.text
        await desk.press("y")
        assert "half a lixy" in desk.text
        told = [
            (entry.kind, entry.detail)
            for entry in audit(sample_path)
            if entry.kind in ("lock", "unlock")
        ]
        assert told == [("lock", "the screen"), ("unlock", "the screen; 2 wrong PINs were tried")]


async def test_a_save_under_way_and_its_conflict_wait_behind_the_lock(
    sample_path: Path, now: datetime, new_id: NewId, tmp_path: Path
) -> None:
    keep_pin(tmp_path / "config", PIN, b"salt")
    async with driving(sample_path, now, new_id, config=tmp_path / "config") as desk:
        chen = next(
            c for c in desk.app.context.practice.clients.values() if c.family_name == "Chen"
        )
        await desk.press("L")
        assert isinstance(desk.app.screen, LockScreen)
        await desk.app.context.save([replace(chen, rev=chen.rev + 7, phone="555-0199")])
        await desk.settle()
        nothing_of_the_practice(desk)
        assert "555-0199" not in desk.text
        await desk.press(*PIN, "enter")
        assert "Two versions" in desk.text
        assert "555-0199" in desk.text


async def test_a_running_watch_is_somebody_at_work_and_a_clock_set_back_is_not_idleness(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    minutes_idle(sample_path, 2, now)
    async with driving(sample_path, now, new_id) as desk:
        await wait(desk, -60)
        await wait(desk, 1.9)
        assert "LETTERS DUE" in desk.text
        watch = StopwatchDialog()
        desk.app.push_screen(watch)
        await desk.press("space")
        await wait(desk, 6)
        assert not desk.app.locked
        await desk.press("space")
        await wait(desk, 2)
        assert desk.app.locked
        # Nobody set a PIN: Enter unlocks, and the screen says how to have one.
        assert "medex pin" in desk.text
        await desk.press("enter")
        assert desk.app.screen is watch


async def test_wrong_pins_wait_longer_and_longer(
    sample_path: Path, now: datetime, new_id: NewId, tmp_path: Path
) -> None:
    assert [wait_after(n) for n in (1, 2, 3, 4, 9, 50)] == [0, 0, 1, 2, 60, 60]
    keep_pin(tmp_path / "config", PIN, b"salt")
    async with driving(sample_path, now, new_id, config=tmp_path / "config") as desk:
        await desk.press("L")
        lock = desk.app.screen
        assert isinstance(lock, LockScreen)
        lock.wrong = 20
        await desk.press("x", "enter")
        assert "try again in 60 s" in desk.text
        await desk.press(*PIN, "enter")
        assert "Too many wrong PINs" in desk.text
        assert desk.app.locked
        # The file damaged: still locked, and a sentence; set anew at another login, it opens with the new one.
        lock.not_before = 0.0
        (tmp_path / "config" / FILE).write_text("{}")
        await desk.press(*PIN, "enter")
        assert "cannot be read" in desk.text
        assert desk.app.locked
        keep_pin(tmp_path / "config", "new one", b"pepper")
        await desk.type("new one")
        await desk.press("enter")
        assert not desk.app.locked


def test_a_pin_is_kept_as_a_salted_slow_hash_that_only_its_owner_can_read(tmp_path: Path) -> None:
    one, other = (
        keep_pin(tmp_path / "a", PIN, b"one salt"),
        keep_pin(tmp_path / "b", PIN, b"other salt"),
    )
    assert one.stat().st_mode & 0o777 == 0o600
    assert PIN not in one.read_text()
    assert one.read_text() != other.read_text()
    pin = read_pin(tmp_path / "a")
    assert pin and pin.n >= 1 << 15
    assert (pin.holds(PIN), pin.holds("2581"), pin.holds(""), pin.holds("\ud800")) == (
        True,
        False,
        False,
        False,
    )
    assert read_pin(tmp_path / "c") is None
    for damaged in ("", "{}", '{"salt":"zz","hash":"00"}', '{"salt":"00","hash":""}', "[1]"):
        one.write_text(damaged)
        with pytest.raises(UnreadablePin):
            read_pin(tmp_path / "a")
    assert refused_pin("123") and refused_pin("0000") and not refused_pin("1234")


# Hidden names --------------------------------------------------------------------------------------------------------


def on_the_terminal(desk: Desk) -> str:
    """What the terminal would show of the screen on top: the update as it is written, read back."""
    frame, size = desk.app.screen_buffer, desk.app.size
    frame.forget()
    update = desk.app.screen._compositor.render_update(full=True)
    assert isinstance(update, LayoutUpdate)
    sent = frame.bytes_for(update, desk.app.console)
    import pyte

    screen = pyte.Screen(size.width, size.height)
    pyte.Stream(screen).feed(sent)
    return "\n".join(screen.display)


async def test_hidden_names_are_on_no_screen(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        names = {
            w
            for c in desk.app.context.practice.clients.values()
            for w in (c.family_name, c.given_name)
        }
        born = {str(c.birth_date) for c in desk.app.context.practice.clients.values()}
        assert "Hicks" in on_the_terminal(desk)
        await desk.press("ctrl+k")
        walks: tuple[tuple[str, ...], ...] = (
            (), ("slash",), ("slash", *"chen"), ("o",), ("o", "m"), ("o", "question_mark"), ("o", "p"), ("end", "l"),
            ("end", "c"), ("end", "c", "v"), ("end", "c", "e"), ("end", "a"), ("ctrl+p",),
        )  # fmt: skip
        for keys in walks:
            await desk.press(*keys)
            shown = on_the_terminal(desk)
            told = [w for w in names if w in shown.replace("Dr ", "Dr_") or w.upper() in shown] + [
                b for b in born if b in shown
            ]
            assert not told, (keys, told, shown)
            while len(desk.app.screen_stack) > 2:
                await desk.press("escape")
        assert "H····, J····" in on_the_terminal(desk)
        # Typing goes on as ever, and what is saved is what was typed.
        assert desk.app.context.practice.clients
        await desk.press("ctrl+k")
        assert "Hicks, Jodie" in on_the_terminal(desk)
        await desk.press("ctrl+k")
    async with driving(sample_path, now, new_id) as desk:
        # The choice lasts, and the drawing of the very first screen goes by it too.
        assert names_hidden(sample_path.parent / "config")
        assert "H····, J····" in on_the_terminal(desk)


def test_names_are_hidden_however_they_stand_and_other_words_are_not() -> None:
    names = NameTable([
        Client(id="a", given_name="Mei", family_name="Papadopoulos-O'Neil"),
        Client(id="b", given_name="An", family_name="漢字名前"),
    ])  # fmt: skip

    def row(text: str) -> str:
        return "".join(cell for cell, _ in hidden([(c, "") for c in text], names))

    assert row("PAPADOPOULOS-O'NEIL, MEI 74 F") == "P···········-O'N···, M·· 74 F"
    assert row("Papadop… Mei… Pap… x papadopoulos") == "P······… M··… P··… x p···········"
    assert row("an apple; Mei's An") == "an apple; M··'s A·"
    assert row("Chen") == "Chen"
    assert hidden([("漢字名前, An", "1")], names) == [("漢······, A·", "1")]
    assert hidden([("x", "1")], names) == [("x", "1")]


# Faults --------------------------------------------------------------------------------------------------------------


async def test_a_fault_of_our_own_tells_nothing_of_a_client(
    sample_path: Path,
    now: datetime,
    new_id: NewId,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    import sys

    def fails(*args: object, **more: object) -> None:
        secret = "Hicks, Jodie 555-0123"
        raise ValueError(secret)

    errors = io.StringIO()
    monkeypatch.setattr(sys, "__stderr__", errors)
    with pytest.raises(ValueError):
        async with driving(sample_path, now, new_id) as desk:
            monkeypatch.setattr("medex_tui.app.screens.today.TodayScreen.update_content", fails)
            await desk.press("end", "o", "escape")
    told = errors.getvalue() + "".join(capfd.readouterr())
    assert "Hicks" not in told
    assert "555-0123" not in told


# Who looked ----------------------------------------------------------------------------------------------------------


async def test_what_is_opened_and_what_leaves_stands_in_the_audit_trail(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        hicks = next(
            c.id for c in desk.app.context.practice.clients.values() if c.family_name == "Hicks"
        )
        chen = next(
            c.id for c in desk.app.context.practice.clients.values() if c.family_name == "Chen"
        )

        def trail() -> list[tuple[str, str | None]]:
            return [
                (entry.kind, entry.detail) for entry in audit(sample_path) if entry.kind != "commit"
            ]

        assert trail() == []
        await desk.press("c", "escape", "c", "escape", "p", "escape")
        assert trail() == [("view", f"client {hicks}")]
        await desk.press("slash", *"chen", "enter", "v", "x")
        assert trail()[1:] == [("view", f"client {chen}"), ("print", f"md of client {chen}")]
        (seen,) = [entry for entry in audit(sample_path, clients={chen}) if entry.kind == "view"]
        assert (seen.by, seen.host) == ("aokafor", "test")
