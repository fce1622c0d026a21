"""People, the practice as a whole, and what every command promises at its edges."""

from __future__ import annotations

import json
import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from asking import HOSTILE, Medex
from medex_tui.cli.user_dirs import user_dir

# People -------------------------------------------------------------------------------------------------------------


def test_people_are_added_from_stdin_with_any_text(medex: Medex) -> None:
    provider = medex(
        "provider", "add", "--name", HOSTILE, "--role", "physician", "--fax", "555-0199"
    )
    assert provider.returncode == 0, provider.stderr
    fields = f"given name: Ana\nfamily name: {HOSTILE}\nbirth date: 11 Feb 1970\nsex: f\nlimits: sbp 140 Dr X\n"
    client = medex("client", "add", "-", stdin=fields)
    assert client.returncode == 0, client.stderr
    id = client.stdout.split()[1]
    shown = medex.json("client", "show", id)
    assert shown["family_name"] == HOSTILE
    assert shown["birth_date"] == "1970-02-11"
    referral = medex(
        "referral",
        "add",
        "--client",
        id,
        "--provider",
        provider.stdout.split()[1],
        "--diagnoses",
        "M54.50 back",
    )
    assert referral.returncode == 0, referral.stderr
    rid = referral.stdout.split()[1]
    assert (
        medex(
            "referral", "edit", rid, "--consent-on", "today", "--valid-through", "2031-01-01"
        ).returncode
        == 0
    )
    assert medex.json("referral", "show", rid)["valid_through"] == "2031-01-01"
    assert medex("referral", "edit", rid, "--valid-through", "none").returncode == 0
    assert medex.json("referral", "show", rid)["valid_through"] is None
    for listing in ("client", "provider", "referral"):
        assert medex(listing, "list").returncode == 0
        assert medex(listing, "list", "--all", "--json").returncode == 0


def test_a_wrong_value_names_its_field_and_nothing_is_written(medex: Medex) -> None:
    assert (
        "birth date"
        in medex("client", "add", "--family-name", "X", "--birth-date", "32 Feb").stderr
    )
    assert (
        "birth date"
        in medex("client", "add", "--family-name", "X", "--birth-date", "tomorrow").stderr
    )
    assert (
        "received at"
        in medex("referral", "add", "--client", "hicks", "--received-at", "tomorrow").stderr
    )
    assert "sex" in medex("client", "add", "--family-name", "X", "--sex", "q").stderr
    assert medex("client", "add", "--given-name", "only").returncode == 2
    assert "no field" in medex("client", "add", "-", stdin="favourite colour: red\n").stderr
    assert medex("client", "show", "nobody").returncode == 2
    assert (
        "can be" in medex("client", "show", "a").stderr
        or medex("client", "show", "a").returncode == 0
    )
    assert medex("referral", "add", "--client", "hicks", "--provider", "nobody").returncode == 2


# The whole ----------------------------------------------------------------------------------------------------------


def test_ten_years_of_a_practice_are_written_by_size_and_seed(tmp_path: Path) -> None:
    medex = Medex(tmp_path / "large.json")
    assert (
        medex("demo", "--write", str(medex.path), "--sessions", "300", "--seed", "7").returncode
        == 0
    )
    assert len(medex.exported()["sessions"]) == 300
    assert medex("check").returncode == 0
    assert medex("demo", "--sessions", "300").returncode == 2
    assert medex("demo", "--write", str(tmp_path / "other.json"), "--sessions", "0").returncode == 2
    assert medex("demo", "--write", "").returncode == 2


def test_init_begins_a_practice_once(tmp_path: Path) -> None:
    medex = Medex(tmp_path / "new" / "practice.json")
    assert medex("overdue").returncode == 3
    assert "--timezone" in medex("init", "--name", "Clinic").stderr
    wanted = ["init", "--name", "Clinic", "--practitioner", "A. B.", "--timezone"]
    assert medex(*wanted, "Mars/Olympus").returncode == 2
    assert medex(*wanted, "../../etc/passwd").returncode == 2
    assert not medex.path.parent.exists()
    done = medex(*wanted, "Europe/London", "--credential", "MES")
    assert done.returncode == 0, done.stderr
    assert medex(*wanted, "Europe/London").returncode == 2
    assert medex("overdue").stdout.strip() == "Nothing is owed."
    assert stat.S_IMODE(medex.path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("left", ["folder", "opening", "half a save", "looked at"])
def test_a_beginning_that_was_cut_off_is_begun_again(tmp_path: Path, left: str) -> None:
    medex = Medex(tmp_path / "practice.json")
    wanted = ["init", "--name", "Clinic", "--practitioner", "A. B.", "--timezone", "Europe/London"]
    assert medex(*wanted).returncode == 0
    medex.path.unlink()
    journal = tmp_path / "practice.journal/000001.jsonl"
    first, second = journal.read_bytes().split(b"\n")[:2]
    (tmp_path / "practice.journal/lock").write_text("")
    parts = {"folder": b"", "opening": first + b"\n", "half a save": first + b"\n" + second[:99]}
    journal.write_bytes(parts.get(left, b""))
    if left == "looked at":
        assert medex("today").returncode == 0
        assert medex.path.exists()
    assert medex(*wanted).returncode == 0
    assert "Clinic" in medex("settings").stdout
    assert medex("check").returncode == 0
    assert medex(*wanted).returncode == 2


def test_check_finds_what_was_tampered_with(medex: Medex) -> None:
    assert medex("check").returncode == 0
    journal = next((medex.path.parent / "practice.journal").glob("*.jsonl"))
    text = journal.read_bytes()
    journal.write_bytes(text.replace(b"Hicks", b"Hacks", 1))
    done = medex("check")
    assert "`medex restore` mends" in done.stderr
    assert done.returncode == 1
    assert "FAIL" in done.stdout
    assert any(not one["ok"] for one in json.loads(medex("check", "--json").stdout))


# Edges --------------------------------------------------------------------------------------------------------------


def test_what_to_look_at_twice_is_told_as_in_the_app(medex: Medex) -> None:
    added = medex(
        "client", "add", "-", stdin="given_name: Jodi\nfamily_name: Hicks\nbirth_date: 1980-01-02\n"
    )
    assert added.returncode == 0, added.stderr
    done = medex("log", "--dry-run", stdin="hicks jodie = ; ,tol\nsmith = ; well\n")
    assert "LOOK TWICE: also Hicks, Jodi 1980-01-02: same family name and initial" in done.stdout
    assert "REFERRAL EXPIRED" in done.stdout


def test_a_recheck_within_the_limit_needs_no_reason(medex: Medex) -> None:
    refused = medex("log", stdin="chen = 152/88 72\n")
    assert refused.returncode == 2 and "--reason signs it" in refused.stderr
    done = medex("log", stdin="chen = 152/88 72 & 138/84\n")
    assert done.returncode == 0 and "Settled by the recheck." in done.stderr, done.stderr


def test_lines_that_cannot_be_saved_are_kept_as_drafts(medex: Medex) -> None:
    full = (
        "import resource, sys\nfrom medex_tui.cli.main import start\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "sys.exit(start(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", full, "--store", str(medex.path), "log"],
        check=False,
        capture_output=True,
        text=True,
        input="hic = ; first\nramos = ; second\n",
    )
    assert done.returncode == 3, done.stderr
    assert done.stdout == ""
    assert "Lines 1 to 2: not saved; kept as a draft in" in done.stderr
    (kept,) = (medex.path.parent / "practice.drafts").iterdir()
    assert "hic = ; first" in kept.read_text(encoding="utf-8")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert medex("check").returncode == 0
    assert medex("log", stdin="hic = ; later\n").returncode == 0


def overdue_with(medex: Medex, statement: str) -> subprocess.CompletedProcess[str]:
    """The daily report where this happens instead of the practice being read."""
    program = (
        "import signal, sys\nfrom medex_tui.cli import context, main\n"
        f"def instead(self): {statement}\n"
        "context.CommandContext.practice = property(instead)\n"
        "sys.exit(main.start(sys.argv[1:]))"
    )
    words = [sys.executable, "-c", program, "--store", str(medex.path), "overdue"]
    return subprocess.run(words, check=False, capture_output=True, text=True)


@pytest.mark.parametrize("fault", ["KeyError", "OSError", "UnicodeError", "RecursionError"])
def test_a_fault_of_our_own_is_a_sentence_without_data(medex: Medex, fault: str) -> None:
    done = overdue_with(medex, f"raise {fault}('Hicks, Jodie')")
    assert done.returncode == 3
    assert "Hicks" not in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "loading",
    [
        "raise KeyboardInterrupt",
        "type('Loaded', (), {'named': type('Named', (), {'__set_name__': lambda *a: signal.raise_signal(2)})()})",
    ],
    ids=["anywhere", "while a class is made"],
)
def test_a_key_that_stops_it_is_no_fault_of_our_own(medex: Medex, loading: str) -> None:
    done = overdue_with(medex, loading)
    assert done.returncode == 2
    assert "Stopped; what was answered" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_store_may_be_called_like_a_command(medex: Medex, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "medex_tui", "--store", "demo", "overdue"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode == 3
    assert "There is no practice at" in done.stderr


def at_a_terminal(
    medex: Medex, *words: str, typed: str, term: str = "xterm-256color"
) -> tuple[int, str]:
    """A command on a terminal of its own, with the lines a person types; its exit status and all it showed."""
    pid, master = pty.fork()
    if pid == 0:
        env = {**os.environ, "TERM": term, "COLUMNS": "80"}
        os.execvpe(
            sys.executable,
            [sys.executable, "-m", "medex_tui", "--store", str(medex.path), *words],
            env,
        )
    os.write(master, typed.encode())
    shown = b""
    while True:
        try:
            part = os.read(master, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(master)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode(errors="replace")


def test_at_a_terminal_a_person_is_asked(medex: Medex) -> None:
    status, shown = at_a_terminal(
        medex, "log", "--client", "chen", typed="= 156/90 72\nrechecked, 148/88\n= w900\n\n"
    )
    assert "HOLD" in shown
    assert "Reason to sign all the same" in shown
    assert shown.count("saved ") == 1
    assert status == 2
    status, shown = at_a_terminal(
        medex, "provider", "add", typed="Dr Typed\nphysician\nyes\n555\n555-1\nfax\n"
    )
    assert (status, "Dr Typed" in shown) == (0, True)


def test_a_dumb_terminal_gets_no_screen(medex: Medex) -> None:
    status, shown = at_a_terminal(medex, typed="", term="dumb")
    assert status == 2
    assert "TERM=dumb" in shown
    assert "\x1b" not in shown


def test_a_letter_has_other_shapes(medex: Medex) -> None:
    words = ["report", "progress_report", "--client", "chen", "--format"]
    assert medex(*words, "html").stdout.startswith("<!DOCTYPE html>")
    assert max(map(len, medex(*words, "text").stdout.splitlines())) <= 80
    assert medex(*words, "pdf").returncode == 2


def test_without_a_terminal_the_app_names_its_twins(medex: Medex) -> None:
    done = medex()
    assert done.returncode == 2
    assert "terminal" in done.stderr
    assert "medex log" in done.stderr
    assert medex("demo").returncode == 2


def test_bad_usage_says_in_plain_words_what_is_wrong(medex: Medex) -> None:
    for words, told in (
        (["overdu"], "there is no command `overdu`; did you mean `overdue`?"),
        (["overdue", "now"], "medex overdue: there is no place here for now."),
        (["overdue", "--within", "soon"], "--within: `soon` is no number of hours from 0 to 8784."),
        (["overdue", "--format", "xml"], "--format: `xml` is none of text, markdown, json, csv."),
        (["sent"], "medex sent: still needed: KEY, --by."),
        (["sent", "", "--by", "fax"], "Name what is owed"),
        (["client", "add"], "A client needs a family name."),
        (["provider", "add", "--name", "X"], "A provider needs a role."),
        (["note", "--client", "hicks", "--until", "yest"], "--until goes with --since."),
        (["note", "--session", "x", "--date", "yest"], "--date goes with --client."),
        (
            ["report", "visit_note", "--client", "hicks", "--sign"],
            "A visit note is signed with its visit",
        ),
    ):
        done = medex(*words)
        assert done.returncode == 2
        assert told in done.stderr, done.stderr
    for words in (["client", "list"], ["referral", "add"], ["template", "check"], ["export"]):
        assert medex(*words, "--version").stdout.startswith("medex "), words


def test_bad_usage_is_one_safe_sentence(medex: Medex) -> None:
    for words in (
        ["bogus\x1b[31m"],
        ["overdue", "--bogus"],
        ["log", "--client"],
        ["sent"],
        ["client"],
        ["--nope"],
    ):
        done = medex(*words)
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1
    assert medex("--version").stdout.startswith("medex ")
    assert medex("overdue", "--version").stdout.startswith("medex ")
    assert "Exit status" in medex("-h").stdout
    assert medex("log", "-h").returncode == 0


def test_a_store_that_cannot_be_read_is_one_sentence_and_exit_3(tmp_path: Path) -> None:
    (tmp_path / "file.json").write_text("not a practice", encoding="utf-8")
    for path in (tmp_path / "missing.json", tmp_path / "file.json", tmp_path):
        for words in (["overdue"], ["today"], ["log"], ["check"]):
            done = Medex(path)(*words, stdin="hic =\n")
            assert done.returncode == 3, (path, words, done.stderr)
            assert str(tmp_path) in done.stderr


def test_the_store_can_be_named_by_the_environment_and_after_the_command(medex: Medex) -> None:
    named = [sys.executable, "-m", "medex_tui", "today"]
    by_env = subprocess.run(
        named,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "MEDEX_STORE": str(medex.path)},
    )
    after = subprocess.run(
        [*named, "--store", str(medex.path)], check=False, capture_output=True, text=True
    )
    assert by_env.stdout == after.stdout == medex("today").stdout


def test_the_login_is_the_systems_and_not_the_environments(medex: Medex) -> None:
    id = medex("log", stdin="hic = ; who\n", USER="mallory", LOGNAME="mallory").stdout.split()[1]
    exported = medex("export").stdout
    assert id in exported
    assert "mallory" not in exported


def test_a_reader_that_goes_away_is_no_traceback(medex: Medex) -> None:
    done = subprocess.run(
        f'"{sys.executable}" -m medex_tui --store "{medex.path}" export | head -c 10',
        check=False,
        shell=True,
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_answers_survive_an_ascii_terminal(medex: Medex) -> None:
    medex("client", "add", "--family-name", "Žižek\U0001f600")
    done = medex("client", "list", PYTHONIOENCODING="ascii")
    assert done.returncode == 0


def test_a_line_may_repeat_the_one_before_it(medex: Medex) -> None:
    done = medex("log", stdin="bell lp 3x12 @40 ; first\nbell = lp@45 ; second\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("saved ") == 2


def test_the_keys_of_the_app_are_printed_without_a_store(tmp_path: Path) -> None:
    user_dir = tmp_path / "medex"
    user_dir.mkdir()
    (user_dir / "keys.toml").write_text(
        '"session.log" = "s"\n"sesion.log" = "s"\n', encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "medex_tui", "keys"],
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path)},
    )
    assert done.returncode == 1
    assert "  s      log          session.log" in done.stdout and "^u     undo" in done.stdout
    assert "sesion.log: there is no such command; did you mean session.log?" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the library itself is asked")
@pytest.mark.parametrize("kind", ["data", "config", "state"])
def test_a_persons_own_folders_are_where_the_library_has_them(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable = f"XDG_{kind.upper()}_HOME"
    monkeypatch.delenv(variable, raising=False)
    usual = user_dir(kind)
    assert usual == getattr(platformdirs, f"user_{kind}_path")("medex")
    monkeypatch.setenv(variable, "/srv/own")
    assert (
        user_dir(kind)
        == Path("/srv/own/medex")
        == getattr(platformdirs, f"user_{kind}_path")("medex")
    )
    for no_place in ("", " ", "relative", "~/own"):
        monkeypatch.setenv(variable, no_place)
        assert user_dir(kind) == usual
