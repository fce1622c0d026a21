"""The day as a process on a terminal: from alert to cleared alert, then the command line and plain TinyDB agree."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import tinydb

sys.path.insert(0, str(Path(__file__).parent))
from terminal import medex, running, surroundings, write_sample

LOGIN = pwd.getpwuid(os.geteuid()).pw_name


def told(env: Mapping[str, str], *words: str) -> str:
    """What a command answers on stdout."""
    return subprocess.run(
        medex(*words), env=dict(env), capture_output=True, text=True, timeout=60, check=False
    ).stdout


def test_the_day_from_alert_to_cleared_alert(tmp_path: Path) -> None:
    path = tmp_path / "clinic" / "practice.json"
    path.parent.mkdir()
    write_sample(path, LOGIN)
    env = surroundings(tmp_path)
    before = json.loads(told(env, "--store", str(path), "overdue", "--json"))
    alert = next(item for item in before["items"] if item["client"] == "Hicks, Jodie")
    assert (alert["kind"], alert["status"]) == ("assessment_summary", "overdue")

    with running(medex("--store", str(path)), env) as terminal:
        # It opens on what needs doing.
        terminal.opened()
        assert "OVERDUE" in terminal.lines[2] and "Hicks, Jodie" in terminal.lines[2]
        # A session in one line for a client with a last session, signed by Enter.
        terminal.press("/")
        terminal.type("chen")
        terminal.settle()
        terminal.press("enter", "l")
        terminal.until("CHEN, MEI")
        terminal.type("= 128/76 72 o97 ; ,tol")
        terminal.until("Tolerated session well")
        assert "copied" in terminal.text and "BP 128/76" in terminal.text
        terminal.press("enter")
        terminal.until("saved and signed")
        terminal.press("esc")
        # An assessment by digits and Enter.
        terminal.choose("Hicks, Jodie")
        terminal.press("a")
        terminal.until("Assessment")
        for score in "766":
            terminal.press(score, "enter")
        terminal.press("^g")
        terminal.until("assessment saved and signed")
        # What is owed: its summary written, signed, marked faxed; the alert goes.
        terminal.press("o")
        terminal.until("Provider letters")
        terminal.settle()
        terminal.choose("OVERDUE")
        terminal.press("p")
        terminal.until("Assessment summary (draft)")
        terminal.press("g")
        terminal.until("Signed. ")
        terminal.press("m")
        terminal.until("Mark sent")
        assert "fax" in terminal.text
        terminal.press("enter")
        terminal.until("Recorded")
        terminal.press("esc")
        terminal.until("Provider letters")
        terminal.settle()
        assert "OVERDUE" not in terminal.text and "1 overdue" not in terminal.text
        terminal.press("esc", "q")
        assert terminal.ended() == 0

    after = json.loads(told(env, "--store", str(path), "overdue", "--json"))
    assert (
        alert["key"] not in [item["key"] for item in after["items"]]
        and after["counts"]["overdue"] == 0
    )
    note = told(env, "--store", str(path), "note", "--client", "chen")
    assert "128/76" in note and "Tolerated session well" in note and note.startswith("#")
    # Stock TinyDB, knowing nothing of medex, reads what was saved.
    with tinydb.TinyDB(path, access_mode="r") as stock:
        client = next(c for c in stock.table("clients").all() if c["family_name"] == "Chen")
        seen = [s for s in stock.table("sessions").all() if s["client_id"] == client["id"]]
        signed = [s for s in seen if any(128 in v.values() for v in s.get("vitals", []))]
        sent = [
            c for c in stock.table("communications").all() if alert["key"] in c.get("answers", [])
        ]
    assert [s["state"] for s in signed] == ["signed"] and signed[0]["signed_by"] == LOGIN
    assert [(c["method"], c["result"], c["by"]) for c in sent] == [("fax", "sent", LOGIN)]
