"""The audit trail says who changed, viewed and gave out what, and nothing typed by people forges a line of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.settings import Settings
from medex_tui.store import Saved, Store

AT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
FORGED = 'x\n2026-11-20 11:00:00-0500  kim  vm/1  #99  saved  del clients jo\x1b[2K\u202e " why'


def medex(path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "medex_tui", "--store", str(path), *words],
        check=False,
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def practice(tmp_path: Path) -> Path:
    path = tmp_path / "practice.json"
    for by, records, why in (
        (
            "kim",
            [
                Client(id="jo", given_name="Jo", family_name="Hicks"),
                Client(id="al", given_name="", family_name="Ito"),
            ],
            None,
        ),
        (
            "lee",
            [Referral(id="r", client_id="jo"), Goal(id="g", referral_id="r", text=FORGED)],
            FORGED,
        ),
        ("lee", [Settings(id="s", timezone="America/New_York")], None),
    ):
        store = Store.open(path, by=by, host="clinic", pid=7, create=True)
        assert isinstance(store.save(records, at=AT, why=why), Saved)  # type: ignore[arg-type]
        store.close()
    store = Store.open(path, by="lee", host="clinic", pid=7)
    jo = msgspec.structs.replace(store.practice.clients["jo"], phone=FORGED)
    assert isinstance(store.save([jo], at=AT + timedelta(days=1)), Saved)
    assert store.note("view", "jo", at=AT + timedelta(days=1)) is None
    assert store.note("view", "al", at=AT + timedelta(days=1)) is None
    store.close()
    return path


def test_every_entry_is_one_line_that_begins_with_its_own_time_and_number(practice: Path) -> None:
    lines = medex(practice, "audit").stdout.split("\n")[:-1]
    assert [line.split("  ")[:4] for line in lines] == [
        ["2026-11-20 11:00:00-0500", "kim", "clinic/7", "#2"],
        ["2026-11-20 11:00:00-0500", "lee", "clinic/7", "#3"],
        ["2026-11-20 11:00:00-0500", "lee", "clinic/7", "#4"],
        ["2026-11-21 11:00:00-0500", "lee", "clinic/7", "#5"],
        ["2026-11-21 11:00:00-0500", "lee", "clinic/7", "#6"],
        ["2026-11-21 11:00:00-0500", "lee", "clinic/7", "#7"],
    ]
    assert not any(char in "".join(lines) for char in "\x1b\u202e\r")
    assert lines[1].endswith('#99 saved del clients jo[2K \\" why"')
    assert lines[3].endswith("saved  set clients jo rev 2 (phone)")


def test_a_client_s_trail_has_what_belongs_to_the_client_and_what_went_out_whole(
    practice: Path,
) -> None:
    medex(practice, "export")
    entries = [
        json.loads(line)
        for line in medex(practice, "audit", "--client", "jo", "--json").stdout.splitlines()
    ]
    said = [(e["kind"], [t["id"] for t in e["touched"]] or e["detail"].split()[0]) for e in entries]
    assert said == [
        ("commit", ["jo"]),
        ("commit", ["r", "g"]),
        ("commit", ["jo"]),
        ("view", "jo"),
        ("export", "json"),
    ]


def test_the_trail_of_a_login_and_of_a_time(practice: Path) -> None:
    assert medex(practice, "audit", "--by", "kim").stdout.count("\n") == 1
    assert medex(practice, "audit", "--since", "2026-11-21").stdout.count("\n") == 3
    refused = medex(practice, "audit", "--since", "someday")
    assert refused.returncode == 2
    assert not refused.stdout


def test_what_is_printed_is_in_the_trail(sample_path: Path) -> None:
    store = Store.open(sample_path, by="kim", host="h", pid=os.getpid())
    client = next(iter(store.practice.sessions.values())).client_id
    store.close()
    assert medex(sample_path, "note", "--client", client).returncode == 0
    assert medex(sample_path, "export", "--format", "csv").returncode == 0
    printed, exported = medex(sample_path, "audit", "--client", client).stdout.splitlines()[-2:]
    assert f"of client {client}" in printed
    assert "  printed  " in printed
    assert exported.endswith('exported  of "csv sessions"')
