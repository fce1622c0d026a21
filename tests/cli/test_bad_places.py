"""A practice in a bad place: one clear sentence, exit 3, nothing written."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

JOURNAL = "practice.journal"


STRANGER = 54321
"""A user id that is nobody's here."""


def medex(
    path: Path, *words: str, stdin: str = "", through: Sequence[str] = (), home: Path | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*through, sys.executable, "-m", "medex_tui", "--store", str(path), *words],
        check=False,
        capture_output=True,
        text=True,
        input=stdin,
        env=os.environ | ({"HOME": str(home), "XDG_STATE_HOME": ""} if home else {}),
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


@pytest.mark.parametrize(
    "command",
    [["overdue"], ["client", "list"], ["export"], ["audit"], ["check"], ["backup"], ["log"]],
)
def test_a_missing_practice(tmp_path: Path, command: list[str]) -> None:
    assert "no practice at" in sentence(
        medex(tmp_path / "practice.json", *command, stdin="hicks = ; well")
    )
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
def test_a_symlink_where_a_file_of_the_journal_belongs(
    sample_path: Path, tmp_path: Path, name: str
) -> None:
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


def test_an_audit_trail_with_entries_missing_says_so(sample_path: Path) -> None:
    journal = sample_path.parent / JOURNAL / "000001.jsonl"
    data = journal.read_bytes()
    journal.write_bytes(data.replace(b'"by":"aokafor"', b'"by":"nobody?"', 1))
    done = medex(sample_path, "audit")
    assert done.returncode == 1
    assert done.stderr.startswith(
        "Entries are missing here: 000001.jsonl line 1 does not match its sum"
    )
    journal.write_bytes(data.rstrip(b"\n") + b'\n{"seq":')
    assert "missing" not in medex(sample_path, "audit").stderr, (
        "what nobody was told to be saved is not missing"
    )


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, 3 MiB large; skipped where none can be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() or not shutil.which("mount"):
        pytest.skip("a small disk can only be mounted by root")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here: " + mounted.stderr.decode().strip())
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk(sample_path: Path, tiny: Path, tmp_path: Path) -> None:
    folder = tiny / "clinic"
    shutil.copytree(sample_path.parent, folder)
    path, journal = folder / "practice.json", folder / JOURNAL / "000001.jsonl"
    with journal.open("r+b") as live:
        live.truncate(len(journal.read_bytes().rstrip(b"\n")) + 1)
    with (
        (tiny / "filler").open("wb", buffering=0) as filler,
        pytest.raises(OSError, match="No space"),
    ):
        while filler.write(b"x" * 4096):
            pass
    before = state(folder)
    full = medex(path, "provider", "add", "--name", "x", "--role", "other")
    assert (
        sentence(full)
        == "There is no room for the save: the disk is full; make room on it and try again."
    )
    assert state(folder).keys() == before.keys()
    assert journal.stat().st_size == before[str(journal)][0]
    typed = "hicks = ; all went well" + " and well" * 600
    kept = medex(path, "log", stdin=typed + "\n", home=tmp_path)
    assert kept.returncode == 3
    assert "kept as a draft in " + str(tmp_path) in kept.stderr
    [draft] = (tmp_path / ".local/state/medex/drafts").rglob("*.json")
    assert typed in draft.read_text()
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600
    assert medex(path, "client", "list").returncode == 0
    assert not list(folder.rglob("*.new")), "half a file is left on the full disk"
    (tiny / "filler").unlink()
    assert medex(path, "provider", "add", "--name", "x", "--role", "other").returncode == 0


def test_a_read_only_disk(sample_path: Path, tiny: Path) -> None:
    folder = tiny / "clinic"
    shutil.copytree(sample_path.parent, folder)
    subprocess.run(["mount", "-o", "remount,ro", str(tiny)], check=True)
    path = folder / "practice.json"
    assert "is read-only for you" in sentence(
        medex(path, "provider", "add", "--name", "x", "--role", "other")
    )
    assert medex(path, "client", "list").returncode == 0
    assert (
        medex(
            folder / "new.json", "init", "--name", "x", "--timezone", "UTC", "--practitioner", "x"
        ).returncode
        == 3
    )


@pytest.fixture
def held_to_modes() -> list[str]:
    """What makes a command mind the modes of files, as root need not; skipped where no file can be a stranger's."""
    if os.geteuid() or not shutil.which("setpriv"):
        pytest.skip("only root can make files that belong to somebody else")
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]


@pytest.mark.parametrize(
    "where",
    [
        ".",
        JOURNAL,
        f"{JOURNAL}/000001.jsonl",
        f"{JOURNAL}/lock",
        f"{JOURNAL}/users",
        "practice.json",
    ],
)
def test_what_belongs_to_somebody_else_is_named_with_its_owner(
    sample_path: Path, tmp_path: Path, held_to_modes: list[str], where: str
) -> None:
    theirs = sample_path.parent / where
    os.chown(theirs, STRANGER, STRANGER)
    before = state(sample_path.parent)
    for command in (["overdue"], ["log"], ["backup"], ["restore"]):
        done = medex(
            sample_path, *command, stdin="hicks = ; well\n", through=held_to_modes, home=tmp_path
        )
        if command[0] in ("backup", "restore") and where in (f"{JOURNAL}/users", "practice.json"):
            continue  # they get by without
        assert (
            f"{theirs.resolve()} is closed to you: it belongs to user {STRANGER}, who can open it"
            in sentence(done)
        )
        shutil.rmtree(sample_path.parent / "practice.drafts", ignore_errors=True)
        assert state(sample_path.parent) == before


def test_a_practice_that_may_only_be_read_is_read_and_what_is_typed_is_kept_elsewhere(
    sample_path: Path, tmp_path: Path, held_to_modes: list[str]
) -> None:
    for one in (sample_path.parent, *sample_path.parent.rglob("*")):
        os.chown(one, STRANGER, STRANGER)
        one.chmod(0o755 if one.is_dir() else 0o644)
    before = state(sample_path.parent)
    assert medex(sample_path, "client", "list", through=held_to_modes).returncode == 0
    done = medex(sample_path, "log", stdin="hicks = ; well\n", through=held_to_modes, home=tmp_path)
    refused, kept = done.stderr.splitlines()[-2:]
    assert done.returncode == 3
    closed = f"{sample_path.parent / JOURNAL} is read-only for you"
    assert refused == f"{closed}: it belongs to user {STRANGER}, who can open it to you."
    assert kept.startswith(f"Line 1: not saved; kept as a draft in {tmp_path}")
    assert "permissions" in medex(sample_path, "check", through=held_to_modes).stdout
    assert state(sample_path.parent) == before


def test_two_names_of_one_journal_are_not_two_practices(sample_path: Path) -> None:
    other = sample_path.with_suffix("")
    before = state(sample_path.parent)
    said = (
        f"{sample_path.parent / JOURNAL} is the journal of practice.json: name that with --store."
    )
    for command in (["overdue"], ["check"], ["audit"], ["log"], ["backup"], ["restore"]):
        assert sentence(medex(other, *command, stdin="x")) == said
    begun = medex(other, "init", "--name", "x", "--timezone", "UTC", "--practitioner", "x")
    assert (begun.returncode, begun.stderr.split(" is there")[0]) == (
        2,
        str(sample_path.parent / JOURNAL),
    )
    assert state(sample_path.parent) == before
    other.symlink_to(sample_path)
    assert medex(other, "check").returncode == 0
    assert medex(sample_path, "overdue").returncode == 1
    other.unlink()
    shutil.copy(sample_path, other)
    assert sentence(medex(other, "overdue")) == said


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
        assert (done.returncode, "fault of its own" in done.stderr) == (status, False), (
            line,
            done.stderr,
        )
