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
