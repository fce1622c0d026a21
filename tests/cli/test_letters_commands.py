"""What leaves the house at the command line: wording, seals, sendings, replies, templates, outreach, on real stores."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


class Medex:
    """`medex` on one store, with a config folder of its own."""

    def __init__(self, path: Path, config: Path) -> None:
        self.path, self.config = path, config

    def __call__(self, *words: str, stdin: str | bytes = "", **env: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            check=False,
            args=[sys.executable, "-m", "medex_tui", "--store", str(self.path), *words],
            input=stdin if isinstance(stdin, bytes) else stdin.encode(),
            capture_output=True,
            timeout=120,
            env={**os.environ, "COLUMNS": "80", "XDG_CONFIG_HOME": str(self.config), **env},
        )
        out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode()
        assert "Traceback" not in err, err
        assert "\x1b" not in out + err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    def json(self, *words: str) -> Any:
        return json.loads(self(*words, "--json").stdout)

    def exported(self) -> Any:
        """The whole practice as the export file holds it."""
        return json.loads(self("export").stdout)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("letters")
    done = Medex(folder / "unused.json", folder / "config")("demo", "--write", str(folder / "practice.json"))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def medex(made: Path, tmp_path: Path) -> Medex:
    shutil.copytree(made, tmp_path / "clinic")
    return Medex(tmp_path / "clinic" / "practice.json", tmp_path / "config")


# Wording ------------------------------------------------------------------------------------------------------------


def test_lint_names_place_reason_and_a_better_wording(medex: Medex, tmp_path: Path) -> None:
    letter = tmp_path / "letter.md"
    letter.write_text("Out of treatment.\nWe treated her knee.\n")
    done = medex("lint", str(letter))
    assert done.returncode == 1
    assert done.stdout.startswith(f"{letter}:2:1: `We treated` (treating): ")
    assert "Write: supervised exercise" in done.stdout
    clean = medex("lint", "-", stdin="Tolerated session well.")
    assert (clean.returncode, clean.stderr) == (0, "")
    assert medex("lint", str(tmp_path / "none.md")).returncode == 2
    assert medex("lint").returncode == 2


def test_the_referrals_own_diagnosis_may_be_quoted(medex: Medex) -> None:
    text = "Complete rotator cuff tear, right shoulder, s/p repair: reach limited.\n"
    assert medex("lint", "-", stdin=text).returncode == 1
    assert medex("lint", "-", "--client", "hicks", stdin=text).returncode == 0


def test_a_finding_of_a_visit_is_accepted_with_a_reason(medex: Medex) -> None:
    done = medex("log", stdin="chen = ; We treated the hip.\n")
    assert done.returncode == 0, done.stderr
    visit = done.stdout.split()[1]
    assert medex("lint", "--session", visit).returncode == 1
    assert medex("lint", "--session", visit, "--accept", "we treated").returncode == 2
    assert medex("lint", "--session", visit, "--accept", "cured", "--reason", "x").returncode == 2
    accepted = medex("lint", "--session", visit, "--accept", "we treated", "--reason", "her words")
    assert accepted.returncode == 0, accepted.stderr
    assert medex("lint", "--session", visit).returncode == 0
    assert medex("check").returncode == 0


# Seals --------------------------------------------------------------------------------------------------------------


def test_check_tells_whether_a_letter_in_hand_is_what_was_signed_and_sent(medex: Medex, tmp_path: Path) -> None:
    base = ("report", "assessment_summary", "--client", "hicks")
    draft = tmp_path / "draft.md"
    assert medex(*base, "-o", str(draft)).returncode == 0
    none = medex("check", str(draft))
    assert none.returncode == 1 and "no seal" in none.stdout
    assert medex(*base, "--sign").returncode == 0
    for form, suffix in (("markdown", "md"), ("text", "txt"), ("html", "html"), ("pdf", "pdf")):
        assert medex(*base, "--format", form, "-o", str(tmp_path / f"letter.{suffix}")).returncode == 0
    unsent = medex("check", str(tmp_path / "letter.md"))
    assert unsent.returncode == 1 and "No sending of it is recorded" in unsent.stdout
    assert medex("sent", "assessment_summary:hicks", "--by", "fax", "--confirmation", "0042").returncode == 0
    for suffix in ("md", "txt", "html", "pdf"):
        done = medex("check", str(tmp_path / f"letter.{suffix}"))
        assert done.returncode == 0, done.stdout + done.stderr
        assert "as signed" in done.stdout and "fax 555-" in done.stdout and "0042" in done.stdout
    for suffix in ("md", "txt", "html"):
        changed = tmp_path / f"changed.{suffix}"
        changed.write_text((tmp_path / f"letter.{suffix}").read_text().replace("Jodie Hicks", "Jodie Nicks", 1))
        done = medex("check", str(changed))
        assert done.returncode == 1 and "Nicks" in done.stdout and "FAIL words" in done.stdout


def test_a_signed_note_carries_its_records_seal(medex: Medex, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    signed = next(s for s in medex.exported()["sessions"] if s.get("seal") and not s.get("amendments"))
    note.write_text(medex("note", "--session", signed["id"], "--form", "soap").stdout)
    assert "\nSeal " in note.read_text()
    assert medex("check", str(note)).returncode == 0
    note.write_text(note.read_text().replace("Seal ", "Seal 0"))
    assert medex("check", str(note)).returncode == 1
