"""The app and the command line do the same: each case drives both, with real keys and real processes."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from asking import Medex
from driving import driving
from medex_tui.domain.obligations import obligations
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Communication
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.store import Saved, Store

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def practice_file(tmp_path: Path) -> Path:
    """A practice with one referred client whose acknowledgement is due, and a visit planned today."""
    path = tmp_path / "practice.json"
    medex = Medex(path)
    medex(
        *("init", "--name", "Harbor Exercise", "--timezone", "UTC"),
        *(
            "--practitioner",
            "Ana Okafor",
            "--credential",
            "MES",
            "--phone",
            "555-010-0100",
            "--fax",
            "555-010-0101",
        ),
    )
    medex(
        *("provider", "add", "-"),
        stdin="name: Dr Anil Patel\nrole: physician\nfax: (617) 555-0143\npreferred method: fax\n",
    )
    medex(
        "client", "add", "-", stdin="given name: Ned\nfamily name: Stone\nbirth date: 1956-05-06\n"
    )
    medex(
        *("referral", "add", "-"),
        stdin="client: stone\nprovider: patel\nreceived at: 2d ago\nsigned on: 3d ago\n"
        "reason: Balance\ndiagnoses: M25.561 Pain in right knee\nconsent on: 2d ago\n",
    )
    return path


def change(path: Path, changed: Callable[[Practice], Record]) -> None:
    store = Store.open(path, by="test", host="test", pid=1)
    assert isinstance(store.save([changed(store.practice)], at=NOW), Saved)
    store.close()


def read(path: Path) -> Practice:
    store = Store.open(path, by="test", host="test", pid=1)
    practice = store.everything()
    store.close()
    return practice


def due(path: Path, kind: str = "referral_ack") -> str:
    owed = obligations(read(path), NOW)
    return next(o.key for o in owed if o.kind == kind)


def press(path: Path, *keys: str, text: str = "") -> str:
    """Open the app, press keys, type a text and Enter; what the screen shows then."""
    ids = iter(f"id{number}" for number in range(1000))

    async def drive() -> str:
        async with driving(path, NOW, lambda: next(ids), login="test") as desk:
            await desk.press(*keys)
            if text:
                await desk.type(text)
                await desk.press("enter")
            return desk.text

    return asyncio.run(drive())


def communications(path: Path) -> list[Communication]:
    return list(read(path).communications.values())


def without_fax(practice: Practice) -> Record:
    (provider,) = practice.providers.values()
    return replace(provider, fax=None)


def without_release(practice: Practice) -> Record:
    (referral,) = practice.referrals.values()
    return replace(referral, consent_on=None)


def planned_today(practice: Practice) -> Record:
    (client,) = practice.clients.values()
    (referral,) = practice.referrals.values()
    return Session(
        id="planned-today",
        client_id=client.id,
        referral_id=referral.id,
        planned_at=NOW,
    )


def test_a_line_of_yesterday_leaves_the_visit_planned_today_alone(practice_file: Path) -> None:
    change(practice_file, planned_today)
    press(practice_file, "end", "l", text="lp 3x12 @yest")
    visits = read(practice_file).sessions.values()
    assert {visit.state for visit in visits} == {"planned", "signed"}
    Medex(practice_file)("log", "--client", "stone", stdin="row 3x10 @yest\n")
    visits = read(practice_file).sessions.values()
    assert sorted(visit.state for visit in visits) == ["planned", "signed", "signed"]
    assert read(practice_file).sessions["planned-today"].state == "planned"


def test_a_fax_without_a_number_is_not_recorded_as_sent(practice_file: Path) -> None:
    change(practice_file, without_fax)
    screen = press(practice_file, "o", "m", "enter")
    assert "fax number" in screen and communications(practice_file) == []
    answer = Medex(practice_file)("sent", due(practice_file), "--by", "fax")
    assert answer.returncode == 2 and "fax number" in answer.stderr
    answer = Medex(practice_file)("sent", due(practice_file), "--by", "fax", "--to", "not a number")
    assert answer.returncode == 2 and communications(practice_file) == []


def test_a_sending_before_its_event_is_refused(practice_file: Path) -> None:
    screen = press(practice_file, "o", "m", "tab", "tab", "ctrl+u", text="5d ago 9:00")
    assert "before the event" in screen
    answer = Medex(practice_file)("sent", due(practice_file), "--by", "fax", "--at", "5d ago 9:00")
    assert answer.returncode == 2 and "before the event" in answer.stderr
    assert communications(practice_file) == []


def test_no_pages_are_refused(practice_file: Path) -> None:
    screen = press(practice_file, "o", "m", "tab", "tab", "tab", text="0")
    assert "pages" in screen.lower()
    answer = Medex(practice_file)("sent", due(practice_file), "--by", "fax", "--pages", "0")
    assert answer.returncode == 2
    assert communications(practice_file) == []


def test_a_call_is_recorded_without_a_release(practice_file: Path) -> None:
    change(practice_file, without_release)
    answer = Medex(practice_file)("sent", due(practice_file), "--by", "phone")
    assert answer.returncode == 0
    assert [one.method for one in communications(practice_file)] == ["phone"]
    press(practice_file, "o", "t", "enter")
    assert [one.method for one in communications(practice_file)] == ["phone", "phone"]
    answer = Medex(practice_file)("sent", due(practice_file), "--by", "fax")
    assert answer.returncode == 2 and len(communications(practice_file)) == 2


def test_an_export_over_an_open_file_is_its_owners_alone(
    practice_file: Path, tmp_path: Path
) -> None:
    Medex(practice_file)("log", "--client", "stone", stdin="lp 3x12\n")
    out = tmp_path / "out.json"
    out.write_text("old")
    out.chmod(0o644)
    Medex(practice_file)("export", "-o", str(out))
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    press(practice_file, "slash", "enter", "v", "x")
    folder = practice_file.with_suffix(".exports")
    (note,) = folder.iterdir()
    note.chmod(0o644)
    press(practice_file, "slash", "enter", "v", "x")
    assert stat.S_IMODE(note.stat().st_mode) == 0o600


def test_the_hook_is_not_run_without_an_address(practice_file: Path) -> None:
    hook = Medex(practice_file).config / "medex" / "hooks" / "send"
    hook.parent.mkdir(parents=True)
    hook.write_text("#!/bin/sh\nexit 0\n")
    hook.chmod(0o700)
    medex = Medex(practice_file)
    signed = medex("report", "referral_ack", "--client", "stone", "--sign")
    assert signed.returncode == 0, signed.stderr
    change(practice_file, without_fax)
    answer = medex("send", due(practice_file))
    assert answer.returncode == 2 and "fax number" in answer.stderr
    assert communications(practice_file) == []


def test_an_answer_before_the_sending_is_refused(practice_file: Path) -> None:
    medex = Medex(practice_file)
    assert medex("sent", due(practice_file), "--by", "fax").returncode == 0
    answer = medex("reply", communications(practice_file)[0].id, "--text", "ok", "--at", "5d ago")
    assert answer.returncode == 2 and "comes after" in answer.stderr


def test_a_waiver_is_put_off_to_a_day_ahead_only(practice_file: Path) -> None:
    later = (NOW - timedelta(days=3)).date().isoformat()
    answer = Medex(practice_file)(
        "waive", due(practice_file), "--reason", "moved", "--until", later
    )
    assert answer.returncode == 2


def test_an_export_replaces_no_link_and_no_device(practice_file: Path, tmp_path: Path) -> None:
    target, link = tmp_path / "target.md", tmp_path / "link.md"
    target.write_text("mine", encoding="utf-8")
    link.symlink_to(target)
    for output in (link, Path("/dev/null")):
        done = Medex(practice_file)("export", "-o", str(output))
        assert done.returncode == 2 and "no plain file" in done.stderr
    assert target.read_text(encoding="utf-8") == "mine" and link.is_symlink()
