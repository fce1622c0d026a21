"""A practice in a bad place: one clear sentence, exit 3, nothing written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

JOURNAL = "practice.journal"


def medex(path: Path, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "medex_tui", "--store", str(path), *words],
        check=False,
        capture_output=True,
        text=True,
        input=stdin,
    )
    assert "Traceback" not in done.stderr
    assert "fault of its own" not in done.stderr
    return done


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """What was said, which is one sentence a line, at exit 3."""
    assert done.returncode == 3, (done.returncode, done.stdout, done.stderr)
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert lines
    assert all(line.endswith((".", "file.")) for line in lines), lines
    return lines[0]


def state(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(f): (f.lstat().st_size, f.lstat().st_mtime_ns) for f in folder.rglob("*")}


@pytest.mark.parametrize("command", [["overdue"], ["client", "list"], ["export"], ["audit"], ["check"], ["backup"]])
def test_a_missing_practice(tmp_path: Path, command: list[str]) -> None:
    assert "no practice at" in sentence(medex(tmp_path / "practice.json", *command))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "practice.json").mkdir()
    assert "is a folder" in sentence(medex(tmp_path / "practice.json", "overdue"))


def test_a_file_of_somebody_else(tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    path.write_text('{"_default": {"1": {"a": 1}}}')
    assert "no journal beside it" in sentence(medex(path, "overdue"))
    assert path.read_text() == '{"_default": {"1": {"a": 1}}}'


@pytest.mark.parametrize("name", ["000001.jsonl", "lock"])
def test_a_symlink_where_a_file_of_the_journal_belongs(sample_path: Path, tmp_path: Path, name: str) -> None:
    file = sample_path.parent / JOURNAL / name
    elsewhere = tmp_path / "elsewhere"
    shutil.move(file, elsewhere)
    file.symlink_to(elsewhere)
    before = elsewhere.read_bytes()
    assert "cannot be opened" in sentence(medex(sample_path, "overdue"))
    assert elsewhere.read_bytes() == before


def test_a_symlink_to_the_practice_is_the_practice(sample_path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(sample_path)
    assert medex(link, "check").returncode == 0
    assert medex(link, "client", "list").stdout == medex(sample_path, "client", "list").stdout


def test_a_path_with_spaces_and_line_breaks(sample_path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "the clinic\nof O'Neil [x]"
    shutil.copytree(sample_path.parent, folder)
    path = folder / "practice.json"
    assert medex(path, "check").returncode == 0
    made = medex(path, "backup", str(folder / "copies"))
    assert made.returncode == 0
    assert "\n" not in sentence(medex(folder / "none.json", "overdue"))


def test_a_practice_edited_by_hand_is_read_as_it_was_saved(sample_path: Path) -> None:
    before = medex(sample_path, "export", "--format", "csv", "--table", "clients").stdout
    text = sample_path.read_text()
    sample_path.write_text(text.replace('"family_name":"', '"family_name":"Forged', 1))
    done = medex(sample_path, "export", "--format", "csv", "--table", "clients")
    assert (done.returncode, done.stdout) == (0, before)
    assert "changed by another program" in done.stderr or "do not match their sum" in done.stderr
    assert list((sample_path.parent / JOURNAL / "quarantine").iterdir())


def test_a_damaged_practice_is_read_and_not_written(sample_path: Path) -> None:
    journal = sample_path.parent / JOURNAL / "000001.jsonl"
    sample_path.unlink()
    data = journal.read_bytes()
    journal.write_bytes(data.replace(b'"rev":1', b'"rev":2', 1))
    before = journal.read_bytes()
    done = medex(sample_path, "init", "--name", "x", "--timezone", "UTC", "--practitioner", "x")
    assert done.returncode == 2
    refused = medex(sample_path, "provider", "add", "--name", "x", "--role", "other")
    assert refused.returncode == 3
    assert "damaged" in refused.stderr
    assert journal.read_bytes() == before


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, 3 MiB large; skipped where none can be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() or not shutil.which("mount"):
        pytest.skip("a small disk can only be mounted by root")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here: " + mounted.stderr.decode().strip())
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk(sample_path: Path, tiny: Path) -> None:
    folder = tiny / "clinic"
    shutil.copytree(sample_path.parent, folder)
    path, journal = folder / "practice.json", folder / JOURNAL / "000001.jsonl"
    with journal.open("r+b") as live:
        live.truncate(len(journal.read_bytes().rstrip(b"\n")) + 1)
    with (tiny / "filler").open("wb", buffering=0) as filler, pytest.raises(OSError, match="No space"):
        while filler.write(b"x" * 4096):
            pass
    before = journal.read_bytes()
    assert "the disk is full" in sentence(medex(path, "provider", "add", "--name", "x", "--role", "other"))
    assert journal.read_bytes() == before
    assert medex(path, "client", "list").returncode == 0
    (tiny / "filler").unlink()
    assert medex(path, "provider", "add", "--name", "x", "--role", "other").returncode == 0


def test_a_read_only_disk(sample_path: Path, tiny: Path) -> None:
    folder = tiny / "clinic"
    shutil.copytree(sample_path.parent, folder)
    subprocess.run(["mount", "-o", "remount,ro", str(tiny)], check=True)
    path = folder / "practice.json"
    assert "is read-only for you" in sentence(medex(path, "provider", "add", "--name", "x", "--role", "other"))
    assert medex(path, "client", "list").returncode == 0
    assert medex(folder / "new.json", "init", "--name", "x", "--timezone", "UTC", "--practitioner", "x").returncode == 3


def test_closed_streams_are_no_fault_and_touch_no_file_of_the_practice(sample_path: Path) -> None:
    asked = f'"{sys.executable}" -m medex_tui --store "{sample_path}"'
    for line, status in (
        (f"{asked} overdue >&-", 1),
        (f"{asked} overdue <&- >&- 2>&-", 1),
        (f"echo 'hic = ; well' | {asked} log >&- 2>&-", 0),
        (f"{asked} log <&-", 0),
        (f"{asked} nope 2>&-", 2),
        (f"{asked} check >&-", 0),
    ):
        done = subprocess.run(line, shell=True, check=False, capture_output=True, text=True)
        assert (done.returncode, "fault of its own" in done.stderr) == (status, False), (line, done.stderr)
