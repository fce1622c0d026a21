"""Sessions and assessments a line each: answered one by one, kept, amended, and as notes and reports."""

from __future__ import annotations

import stat
from pathlib import Path

from asking import HOSTILE, Medex

# Entries ------------------------------------------------------------------------------------------------------------


def test_the_lines_of_the_grammar_are_logged_as_written(medex: Medex) -> None:
    lines = (
        "hic = lp@65 row 3x12 132/78 72 o97 p3 r5 ; ,tol\n"
        "ramos step 3x10 r4 balance 4x30s L 97112:20 97110:25 p4>2 ; stairs without rail twice\n"
    )
    done = medex("log", stdin=lines)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.startswith("saved ")
    assert "Hicks, Jodie" in first
    assert second.endswith("signed")
    note = medex("note", "--session", first.split()[1]).stdout
    assert "65 kg" in note
    assert "Tolerated session well" in note
    assert medex("check").returncode == 0


def test_a_faulty_line_is_answered_with_its_place_and_those_around_it_stand(medex: Medex) -> None:
    done = medex("log", stdin="hic = ; one\n\nhic lgp@65\nramos = ; two\n")
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 2
    told, line, mark = [
        said for said in done.stderr.splitlines() if not said.startswith("line 4: VISITS USED UP")
    ]
    assert told.startswith("line 3: `lgp`")
    assert "Did you mean lp?" in told
    assert line[mark.index("^") : mark.rindex("^") + 1] == "lgp"


def test_a_line_fills_the_visit_planned_that_day_else_is_one_of_its_own(medex: Medex) -> None:
    planned = next(s for s in medex.json("today")["sessions"] if s["client"] == "Haddad, Samir")
    assert planned["state"] == "planned"
    saved = medex("log", "--client", "haddad", stdin="= ; fine\n= ; again\n").stdout.split("\n")
    assert saved[0].split()[1] == planned["session_id"]
    assert saved[1].split()[1] != planned["session_id"]


def test_dry_run_shows_and_saves_nothing(medex: Medex) -> None:
    before = medex("export").stdout.splitlines()[2:]
    done = medex("log", "--dry-run", stdin="hic = lp@65\n")
    assert done.returncode == 0
    assert "65 kg" in done.stdout
    assert not done.stdout.startswith("saved")
    assert [x for x in medex("export").stdout.splitlines()[2:] if "exported_at" not in x] == [
        x for x in before if "exported_at" not in x
    ]


def test_a_rule_that_holds_asks_for_a_reason_or_a_draft(medex: Medex) -> None:
    held = medex("log", "--client", "chen", stdin="= 156/90 72\n")
    assert held.returncode == 2
    assert "HOLD" in held.stderr
    assert (
        medex("log", "--client", "chen", "--draft", stdin="= 156/90 72\n")
        .stdout.strip()
        .endswith("draft")
    )
    done = medex(
        "log", "--client", "chen", "--reason", "rechecked 148/88 after 5 min", stdin="= 156/90 72\n"
    )
    assert done.returncode == 0
    assert "rechecked 148/88" in medex("note", "--client", "chen").stdout


def test_a_late_entry_says_when_it_was(medex: Medex) -> None:
    done = medex("log", "--client", "hicks", "--at", "2d ago 14:00", stdin="= ; forgotten\n")
    assert done.returncode == 0, done.stderr
    assert "14:00 signed" in done.stdout
    note = medex("note", "--session", done.stdout.split()[1]).stdout
    assert "LATE ENTRY" in note
    assert "forgotten" in note
    assert "@20" not in note
    assert medex("log", "--client", "hicks", "--at", "tomorrow 14:00", stdin="=\n").returncode == 2


def test_bytes_that_are_no_text_are_one_faulty_line(medex: Medex) -> None:
    done = medex("log", stdin=b"hic = ; a\nhic = ; \xff\xfe\nhic = ; b\n")
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 2
    assert "line 2: This is not UTF-8" in done.stderr
    _, line, mark = done.stderr.splitlines()[:3]
    assert mark.index("^") == line.index("\ufffd")
    assert medex("log", stdin="hic = ; a mark for what was lost: \ufffd\n").returncode == 0


def test_an_assessment_line_is_kept(medex: Medex) -> None:
    line = "grip 24.1 25 23.8 / 22 21.5 22.4 tug 11.8 11.4 cst 11\n"
    assert (
        "would be saved"
        in medex("assess", "--client", "novak", "--dry-run", "--yes", stdin=line).stdout
    )
    done = medex("assess", "--client", "novak", "--yes", stdin=line + "grp 5\n")
    assert done.returncode == 2
    assert done.stdout.startswith("saved ")
    assert "Did you mean grip?" in done.stderr


def test_an_amendment_is_added_and_the_original_stays(medex: Medex) -> None:
    id = medex("log", stdin="hic = ; original words\n").stdout.split()[1]
    assert medex("amend", "--session", id, "--reason", "told later", stdin=HOSTILE).returncode == 0
    corrected = medex(
        "amend",
        "--session",
        id,
        "--kind",
        "correction",
        stdin="was: row 3x12\nreason: card\n\nrow 3x10\n",
    )
    assert corrected.returncode == 0, corrected.stderr
    for words, stdin, lacking in (
        ([], "No reason.\n", "reason: "),
        ([], "reason: told later\n", "text: "),
        (["--kind", "correction"], "reason: card\nrow 3x10\n", "was: "),
        (["--kind", "late_entry"], "reason: left out\nWalked home.\n", "kind: It is not 24 h"),
    ):
        refused = medex("amend", "--session", id, *words, stdin=stdin)
        assert refused.returncode == 2 and refused.stderr.startswith(lacking), refused.stderr
    earlier = min(
        (s for s in medex.exported()["sessions"] if s["signed_at"]), key=lambda s: s["started_at"]
    )["id"]
    late = medex(
        "amend",
        "--session",
        earlier,
        "--kind",
        "late_entry",
        stdin="reason: left out\nWalked home.\n",
    )
    assert late.returncode == 0, late.stderr
    assert "LATE ENTRY, " in (told := medex("note", "--session", earlier).stdout)
    assert "**Event:** " in told[told.index("LATE ENTRY, ") :]
    note = medex("note", "--session", id).stdout
    assert "original words" in note
    assert (
        note.index("Addendum")
        < note.index("Original reads:\n\nrow 3x12")
        < note.index("Should read:\n\nrow 3x10")
    )
    assert medex("check").returncode == 0


# Papers -------------------------------------------------------------------------------------------------------------


def test_notes_go_to_files_that_only_their_owner_reads(medex: Medex, tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    done = medex("note", "--since", "7d ago", "-o", str(folder))
    assert done.returncode == 0, done.stderr
    files = sorted(folder.iterdir())
    assert len(files) == len(done.stdout.splitlines()) > 8
    assert {stat.S_IMODE(f.stat().st_mode) for f in files} == {0o600}
    assert all("hicks" not in f.name.lower() for f in files)
    made = tmp_path / "made" / "here"
    assert medex("note", "--since", "7d ago", "-o", str(made)).returncode == 0
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert "it is a file" in medex("note", "--since", "7d ago", "-o", str(files[0])).stderr
    assert medex("note", "--session", "nobody").returncode == 2


def test_a_report_is_written_signed_and_then_stays_as_it_is(medex: Medex, tmp_path: Path) -> None:
    done = medex("report", "assessment_summary", "--client", "hicks")
    assert done.returncode == 0
    assert done.stdout.startswith("**Northside Medical Exercise**")
    signed = medex("report", "assessment_summary", "--client", "hicks", "--sign")
    assert signed.returncode == 0, signed.stderr
    target = tmp_path / "letter.md"
    assert (
        medex("report", "assessment_summary", "--client", "hicks", "-o", str(target)).returncode
        == 0
    )
    assert target.read_text(encoding="utf-8").strip() == signed.stdout.strip()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert medex.json("overdue")["items"][0]["state"] == "signed"
    assert medex("report", "missed_visits", "--client", "hicks").returncode == 2
    last = medex("note", "--client", "hicks").stdout
    assert medex("report", "visit_note", "--client", "hicks").stdout == last
    assert medex("report", "visit_note", "--client", "petrov").returncode == 2


def test_a_file_that_cannot_be_written_signs_and_keeps_nothing(
    medex: Medex, tmp_path: Path
) -> None:
    before = medex.exported()["documents"]
    for words in (
        [
            "report",
            "assessment_summary",
            "--client",
            "hicks",
            "--sign",
            "-o",
            str(tmp_path / "no" / "a.md"),
        ],
        ["report", "assessment_summary", "--client", "hicks", "--sign", "-o", str(tmp_path)],
        ["outreach", "patel", "--sent", "fax", "-o", str(tmp_path / "no" / "a.md")],
        ["outreach", "patel", "--sent", "fax", "--at", "tomorrow", "-o", str(tmp_path / "a.md")],
    ):
        done = medex(*words)
        assert done.returncode == 2, done.stderr
    assert medex.exported()["documents"] == before
    assert not (tmp_path / "a.md").exists()


def test_a_dry_run_says_that_a_hold_waits_for_a_reason_and_shows_the_note_whole(
    medex: Medex,
) -> None:
    note = "a note that goes on beyond any column, and is read to its very end by whoever listens to it"
    shown = medex("log", "--dry-run", stdin=f"chen = !dizzy ; {note}\n").stdout
    assert "line 1: would wait: --draft keeps it unsigned, --reason signs it" in shown
    assert f"note      {note}" in shown
    assert (
        "would be saved"
        in medex("log", "--dry-run", "--reason", "seen", stdin="chen = !dizzy\n").stdout
    )
