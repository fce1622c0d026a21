"""What leaves the house at the command line: wording, seals, sendings, replies, templates, outreach, on real stores."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from asking import Medex
from medex_tui.actions.send_hook import Handed, hand_over
from medex_tui.reports.rendering import pdf

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


def test_check_tells_whether_a_letter_in_hand_is_what_was_signed_and_sent(
    medex: Medex, tmp_path: Path
) -> None:
    base = ("report", "assessment_summary", "--client", "hicks")
    draft = tmp_path / "draft.md"
    assert medex(*base, "-o", str(draft)).returncode == 0
    none = medex("check", str(draft))
    assert none.returncode == 1 and "no seal" in none.stdout
    assert medex(*base, "--sign").returncode == 0
    for form, suffix in (("markdown", "md"), ("text", "txt"), ("html", "html"), ("pdf", "pdf")):
        assert (
            medex(*base, "--format", form, "-o", str(tmp_path / f"letter.{suffix}")).returncode == 0
        )
    unsent = medex("check", str(tmp_path / "letter.md"))
    assert unsent.returncode == 1 and "No sending of it is recorded" in unsent.stdout
    assert (
        medex(
            "sent", "assessment_summary:hicks", "--by", "fax", "--confirmation", "0042"
        ).returncode
        == 0
    )
    for suffix in ("md", "txt", "html", "pdf"):
        done = medex("check", str(tmp_path / f"letter.{suffix}"))
        assert done.returncode == 0, done.stdout + done.stderr
        assert "as signed" in done.stdout and "fax 555-" in done.stdout and "0042" in done.stdout
    for suffix in ("md", "txt", "html"):
        changed = tmp_path / f"changed.{suffix}"
        changed.write_text(
            (tmp_path / f"letter.{suffix}").read_text().replace("Jodie Hicks", "Jodie Nicks", 1)
        )
        done = medex("check", str(changed))
        assert done.returncode == 1 and "Nicks" in done.stdout and "FAIL words" in done.stdout
    body = (tmp_path / "letter.md").read_text()
    for name, printed in (
        ("changed", pdf.pdf([body.replace("128°", "123°")])),
        ("other", pdf.pdf([body, body])),
    ):
        (tmp_path / f"{name}.pdf").write_bytes(printed)
    assert "FAIL words" in medex("check", str(tmp_path / "changed.pdf")).stdout
    assert (
        "the file itself was laid out elsewhere"
        in medex("check", str(tmp_path / "other.pdf")).stdout
    )


def test_a_letter_is_known_behind_a_cover_in_a_batch_and_as_a_fax_gives_it_back(
    medex: Medex, tmp_path: Path
) -> None:
    base = ("report", "assessment_summary", "--client", "hicks")
    assert medex(*base, "--sign").returncode == 0
    assert medex("sent", "assessment_summary:hicks", "--by", "fax").returncode == 0
    for form, suffix in (("text", "txt"), ("html", "html"), ("pdf", "pdf")):
        file = tmp_path / f"covered.{suffix}"
        assert medex(*base, "--cover", "--format", form, "-o", str(file)).returncode == 0
        done = medex("check", str(file))
        assert done.returncode == 0, done.stdout
        assert "ok   words     as signed" in done.stdout
        assert (
            suffix == "pdf"
            or "note around    beside what was signed it holds: Northside" in done.stdout
        )
    letter = medex(*base, "--format", "text").stdout
    forms = {
        "reflowed": " ".join(letter.split()),
        "headed": "NOV-26-2026 05:10 FROM: NORTHSIDE 555-0101 P.1/1\n" + letter,
        "windows": letter.replace("\n", "\r\n"),
        "twice": letter + "\f" + letter,
    }
    for name, text in forms.items():
        (tmp_path / name).write_text(text)
        assert medex("check", str(tmp_path / name)).returncode == 0, name
    (tmp_path / "wide").write_bytes(letter.encode("utf-16"))
    assert medex("check", str(tmp_path / "wide")).returncode == 0
    for name, text in {
        "added": letter.replace("Reason for referral", "May lift anything.\nReason for referral"),
        "dropped": letter.replace("For you: No action needed.", ""),
        "swapped": letter.replace("128°", "123°"),
    }.items():
        (tmp_path / name).write_text(text)
        told = medex("check", str(tmp_path / name))
        assert told.returncode == 1 and "FAIL words" in told.stdout, name


def test_a_signed_note_carries_its_records_seal(medex: Medex, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    signed = next(
        s for s in medex.exported()["sessions"] if s.get("seal") and not s.get("amendments")
    )
    note.write_text(medex("note", "--session", signed["id"], "--form", "soap").stdout)
    assert "\nSeal " in note.read_text()
    assert medex("check", str(note)).returncode == 0
    note.write_text(note.read_text().replace("Seal ", "Seal 0"))
    assert medex("check", str(note)).returncode == 1


# Sending ------------------------------------------------------------------------------------------------------------

SUMMARY = "assessment_summary:hicks"


def hook(medex: Medex, script: str, mode: int = 0o700) -> Path:
    """The practice's own sender."""
    path = medex.config / "medex" / "hooks" / "send"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(mode)
    return path


def signed_summary(medex: Medex) -> str:
    done = medex("report", "assessment_summary", "--client", "hicks", "--sign")
    assert done.returncode == 0, done.stderr
    return done.stderr.split("Signed and kept as ")[1].split()[0].rstrip(".")


def test_without_a_hook_it_says_that_it_only_records(medex: Medex) -> None:
    signed_summary(medex)
    done = medex("send", SUMMARY)
    assert done.returncode == 2
    assert "medex sends nothing itself" in done.stderr and "medex sent" in done.stderr


def test_the_hook_gets_the_document_and_its_word_is_recorded(medex: Medex, tmp_path: Path) -> None:
    unsigned = medex("send", SUMMARY)
    assert unsigned.returncode == 2 and "no signed letter" in unsigned.stderr
    document = signed_summary(medex)
    hook(
        medex,
        f'cat > {tmp_path}/got; env | grep MEDEX_ | sort > {tmp_path}/env; echo "queued 4711"; echo more',
    )
    done = medex("send", SUMMARY, "--format", "text")
    assert done.returncode == 0, done.stderr
    assert "cleared assessment_summary:" in done.stdout
    text = medex("report", "--document", document, "--format", "text").stdout
    assert (tmp_path / "got").read_text().strip() == text.strip()
    env = (tmp_path / "env").read_text()
    assert "MEDEX_METHOD=fax" in env and "MEDEX_ADDRESS=555-" in env and "Hicks" not in env
    made = medex.exported()["communications"][-1]
    assert (made["confirmation"], made["result"], made["document_id"], made["pages"]) == (
        "queued 4711",
        "sent",
        document,
        1,
    )
    assert made["summary"] == "hooks/send exit 0: queued 4711" and made["form"] == "text"
    got = (tmp_path / "got").read_bytes()
    assert made["sha256"] == hashlib.sha256(got).hexdigest()
    again = tmp_path / "again.txt"
    assert medex("report", "--sending", made["id"], "-o", str(again)).returncode == 0
    assert again.read_bytes() == got, "the exact bytes, years later"
    kept = medex.path.with_name("practice.sent") / made["sha256"]
    assert kept.stat().st_mode & 0o777 == 0o600
    copy = medex("backup", str(tmp_path / "copies"))
    assert copy.returncode == 0 and list(
        (tmp_path / "copies").glob(f"*/practice.sent/{made['sha256']}")
    )
    kept.write_bytes(got + b"x")
    changed = medex("report", "--sending", made["id"])
    assert changed.returncode == 2 and "were changed" in changed.stderr


def test_the_sender_of_the_docs_works_as_it_stands(medex: Medex, tmp_path: Path) -> None:
    signed_summary(medex)
    docs = (Path(__file__).parents[2] / "docs" / "letters.md").read_text()
    script = docs.split("<!-- hook -->\n```sh\n#!/bin/sh\n")[1].split("```")[0]
    hook(medex, script)
    server = tmp_path / "bin" / "sendfax"
    server.parent.mkdir()
    server.write_text(f'#!/bin/sh\ncp "$4" {tmp_path}/faxed; echo "request id is 12 for $3"\n')
    server.chmod(0o700)
    done = medex("send", SUMMARY, PATH=f"{server.parent}:{os.environ['PATH']}")
    assert done.returncode == 0, done.stderr
    made = medex.exported()["communications"][-1]
    assert made["confirmation"].startswith("request id is 12 for 555-")
    assert hashlib.sha256((tmp_path / "faxed").read_bytes()).hexdigest() == made["sha256"]


def test_a_hook_that_fails_is_recorded_and_the_letter_stays_owed(medex: Medex) -> None:
    signed_summary(medex)
    hook(medex, "echo '\033[31mline busy'; exit 7")
    done = medex("send", SUMMARY)
    assert done.returncode == 1 and "line busy" in done.stderr
    assert any(i["state"] == "failed" for i in medex.json("overdue")["items"])
    assert medex.exported()["communications"][-1]["result"] == "failed"


@pytest.mark.parametrize(
    ("mode", "word"), [(0o600, "executable"), (0o722, "changed by somebody else")]
)
def test_a_hook_others_can_write_is_not_run(medex: Medex, mode: int, word: str) -> None:
    signed_summary(medex)
    hook(medex, "exit 0", mode)
    done = medex("send", SUMMARY)
    assert done.returncode == 2 and word in done.stderr


@pytest.mark.parametrize(
    ("script", "ended", "line"),
    [
        ("echo before; kill -9 $$", "ended by signal 9", "before"),
        ("exit 3", "exit 3", "it said nothing"),
        ("printf '\n  \n\033]0;title\007\033[2Jbusy\n'; exit 1", "exit 1", "]0;title[2Jbusy"),
        ("printf '\\377\\376 odd bytes'; exit 1", "exit 1", "\ufffd\ufffd odd bytes"),
        ("head -c 3000000 /dev/zero | tr '\\0' z; exit 1", "exit 1", "z" * 20),
        ("cat /dev/null; exec 0<&-; exit 2", "exit 2", "it said nothing"),
    ],
    ids=["signal", "silent", "escapes", "bytes", "endless", "reads nothing"],
)
def test_however_a_hook_ends_it_is_recorded_and_harms_nothing(
    medex: Medex, script: str, ended: str, line: str
) -> None:
    signed_summary(medex)
    hook(medex, script)
    done = medex("send", SUMMARY)
    assert done.returncode == 1 and ended in done.stderr, done.stderr
    summary = medex.exported()["communications"][-1]["summary"]
    assert summary.startswith(f"hooks/send {ended}: {line}") and len(summary) < 300


def test_a_hook_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    script = tmp_path / "send"
    script.write_text(
        f"#!/bin/sh\necho dialling\nsleep 600 & echo $! > {tmp_path}/pid\nsleep 600\n"
    )
    script.chmod(0o700)
    assert hand_over(script, b"x", {}, patience_s=0.5) == Handed(
        None, "no answer within 0.5 s; dialling"
    )
    left = Path("/proc") / (tmp_path / "pid").read_text().strip() / "stat"
    until = time.monotonic() + 30
    while left.exists() and left.read_text().rpartition(")")[2].split()[0] != "Z":
        assert time.monotonic() < until, "what it started is ended too"
        time.sleep(0.02)


def test_what_a_hook_leaves_running_holds_nobody_up(tmp_path: Path) -> None:
    script = tmp_path / "send"
    script.write_text(f"#!/bin/sh\nsleep 600 & echo $! > {tmp_path}/pid\necho queued\n")
    script.chmod(0o700)
    try:
        assert hand_over(script, b"x", {}, patience_s=30) == Handed(0, "queued")
    finally:
        os.kill(int((tmp_path / "pid").read_text()), 9)


def test_each_recipient_has_a_clock_of_its_own_and_is_named_behind_the_client(medex: Medex) -> None:
    practice = medex.exported()
    hicks = next(c["id"] for c in practice["clients"] if c["family_name"] == "Hicks")
    referral = next(r["id"] for r in practice["referrals"] if r["client_id"] == hicks)
    assert medex("referral", "edit", referral, "--copies-to", "osei").returncode == 0
    signed_summary(medex)
    both = medex("sent", SUMMARY, "--by", "fax")
    assert both.returncode == 2 and "kind:client:provider (patel, osei)" in both.stderr
    assert medex("sent", f"{SUMMARY}:patel", "--by", "fax").returncode == 0
    left = [
        i["provider_id"]
        for i in medex.json("overdue")["items"]
        if i["kind"] == "assessment_summary"
    ]
    assert left == ["osei"]
    assert medex("sent", f"{SUMMARY}:osei", "--by", "portal").returncode == 0
    went = [
        c
        for c in medex.exported()["communications"]
        if c["at"] and "assessment_summary" in c["answers"][0]
    ][-2:]
    assert {c["provider_id"] for c in went} == {"patel", "osei"} and len(
        {c["document_id"] for c in went}
    ) == 1


def test_a_returned_sending_is_owed_again(medex: Medex) -> None:
    signed_summary(medex)
    sent = medex("sent", SUMMARY, "--by", "letter", "--pages", "1")
    assert sent.returncode == 0, sent.stderr
    id = sent.stdout.split()[1]
    assert medex("outcome", id, "delivered", "--confirmation", "track 9").returncode == 0
    returned = medex("outcome", id, "returned")
    assert returned.returncode == 0 and "Owed again" in returned.stderr
    assert medex("overdue").returncode == 1
    assert medex("outcome", "nothing", "failed").returncode == 2


# Replies ------------------------------------------------------------------------------------------------------------


def test_an_order_becomes_a_limit_held_at_entry_and_cited_in_the_next_letter(medex: Medex) -> None:
    signed_summary(medex)
    sent = medex("sent", SUMMARY, "--by", "fax").stdout.split()[1]
    done = medex(
        "reply",
        sent,
        "--text",
        "Thank you.",
        "--order",
        "HR cap 90 until echo",
        "--order",
        "no kneeling",
    )
    assert done.returncode == 0, done.stderr
    assert "limit hr 90" in done.stdout and "precaution no kneeling" in done.stdout
    entry = medex("log", "--dry-run", stdin="hicks = 120/80 110 ; well\n")
    assert "limit of 90" in entry.stdout + entry.stderr
    letter = medex("report", "progress_report", "--client", "hicks").stdout
    assert "**Your orders on file:** HR cap 90 until echo; no kneeling (Dr Anil Patel, " in letter
    assert medex("reply", sent).returncode == 2
    assert medex("reply", "no-such", "--text", "x").returncode == 2
    assert medex("check").returncode == 0


def test_what_was_asked_waits_until_it_is_answered(medex: Medex) -> None:
    assert medex("report", "intro_letter", "--client", "hicks", "--sign").returncode in (0, 2)
    assert medex("waiting", "--exit-zero").returncode == 0
    assert isinstance(medex.json("waiting"), list)


# The day's letters --------------------------------------------------------------------------------------------------


def test_everything_due_goes_into_one_file_a_provider_with_a_cover(
    medex: Medex, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    waiting = medex("report", "--due", "-o", str(folder))
    assert (
        waiting.returncode == 1
        and "Not signed: assessment summary about Hicks, Jodie" in waiting.stderr
    )
    done = medex("report", "--due", "-o", str(folder), "--sign")
    files = sorted(folder.iterdir())
    assert files and all(f.name.endswith(".txt") and f.stat().st_mode & 0o077 == 0 for f in files)
    patel = next(f for f in files if "patel" in f.name).read_text()
    cover, letter = patel.split("\f")[:2]
    assert "Cover sheet" in cover and "Hicks" not in cover and "M75" not in cover
    assert "Jodie Hicks" in letter and "Seal " in letter
    assert all(len(line) <= 80 for line in patel.splitlines())
    assert "wrote" in done.stdout
    again = medex("report", "--due", "-o", str(folder))
    assert "Not signed" not in again.stderr


def test_a_letter_over_a_page_is_not_called_one_and_what_to_drop_is_proposed(medex: Medex) -> None:
    over = medex("report", "progress_report", "--client", "ramos")
    proposed = [word for word in over.stderr.split() if word.startswith("rom_") or word == "--fit)"]
    if "It is not one page" in over.stderr:
        assert proposed
        fitted = medex("report", "progress_report", "--client", "ramos", "--fit")
        assert (
            "Left out to keep to one page" in fitted.stderr and "not one page" not in fitted.stderr
        )
    wrong = medex("report", "progress_report", "--client", "ramos", "--leave-out", "nonsense")
    assert wrong.returncode == 2 and "no measure that can be left out" in wrong.stderr


# The clock, the practice, its people --------------------------------------------------------------------------------


def test_why_prints_rule_event_arithmetic_source_and_what_clears_it(medex: Medex) -> None:
    done = medex("why", SUMMARY)
    assert done.returncode == 0, done.stderr
    for word in (
        "Rule: ",
        "Event: Initial assessment",
        "Deadline: ",
        "+ 72 h",
        "Source: ",
        "Clears when ",
    ):
        assert word in done.stdout
    (one,) = medex.json("why", SUMMARY)
    assert one["key"].startswith("assessment_summary:") and len(one["lines"]) >= 5
    assert medex("why", "nothing:here").returncode == 2


def test_a_letter_answers_also_only_what_is_owed_about_the_same_client_to_the_same_provider(
    medex: Medex,
) -> None:
    owed = medex.json("overdue", "--within", "720")["items"]
    other = next(o["key"] for o in owed if o["client"] != "Hicks, Jodie")
    refused = medex("sent", SUMMARY, "--by", "fax", "--also", other)
    assert refused.returncode == 2
    assert "another client" in refused.stderr
    own = next(
        o["key"]
        for o in owed
        if o["client"] == "Hicks, Jodie" and not o["key"].startswith("assessment")
    )
    done = medex("sent", SUMMARY, "--by", "fax", "--also", own)
    assert done.returncode == 0, done.stderr
    assert f"cleared {own}" in done.stdout


def test_on_time_is_told_with_counts_and_percentages_from_five_on(medex: Medex) -> None:
    for by in ("month", "provider", "practitioner"):
        done = medex("on-time", "--by", by)
        assert done.returncode == 0, done.stderr
        found = medex.json("on-time", "--by", by)
        rows, total = found["rows"][:-1], found["rows"][-1]
        assert sum(row["settled"] for row in rows) == total["settled"] > 5
        assert sum(row["on_time"] for row in rows) == total["on_time"]
        assert all((row["percent"] is None) == (row["settled"] < 5) for row in rows)
        assert total["hours"] > 0


def test_settings_are_shown_and_changed(medex: Medex) -> None:
    assert medex("settings").stdout.startswith("name ")
    done = medex("settings", "set", "--phone", "555-7777", "--paper", "a4", "--nudge-days", "10")
    assert done.returncode == 0, done.stderr
    kept = medex.json("settings", "show")
    assert (kept["phone"], kept["paper"], kept["nudge_days"]) == ("555-7777", "a4", 10)
    assert "Phone 555-7777" in medex("report", "progress_report", "--client", "ramos").stdout
    for wrong in (
        ["--timezone", "Mars/Phobos"],
        ["--paper", "b5"],
        ["--nudge-days", "-1"],
        ["--name", " "],
        [],
    ):
        assert medex("settings", "set", *wrong).returncode == 2
    assert medex("settings", "snippet", "hello", "Good day.").returncode == 0
    assert medex("settings", "snippet", "a b", "x").returncode == 2
    assert "hello: Good day." in medex("settings").stdout
    assert medex("settings", "snippet", "hello").returncode == 0
    assert "hello" not in medex("settings").stdout


def test_a_new_policy_rewrites_nothing_that_was_owed(medex: Medex) -> None:
    before = medex.json("overdue", "--within", "2000")["items"]
    done = medex(
        "settings",
        "policy",
        "custom",
        "--clock",
        "working_days",
        "--hours",
        "assessment_summary=10/20",
    )
    assert done.returncode == 0, done.stderr
    after = medex.json("overdue", "--within", "2000")["items"]
    deadlines = [{k: i[k] for k in ("key", "target_at", "limit_at")} for i in before]
    assert [{k: i[k] for k in ("key", "target_at", "limit_at")} for i in after] == deadlines
    assert medex("settings", "policy", "meti", "--from", "2020-01-01").returncode == 2
    assert medex("settings", "policy", "meti", "--hours", "progress_report=1/2").returncode == 2
    assert (
        medex("settings", "policy", "exercise-is-medicine", "--from", "2099-01-01").returncode == 0
    )
    assert "from 2099-01-01: exercise-is-medicine" in medex("settings").stdout


def test_numbers_are_told_with_their_counts_for_any_period(medex: Medex) -> None:
    done = medex("numbers")
    assert done.returncode == 0, done.stderr
    assert "conversion" in done.stdout and "Dr Anil Patel" in done.stdout
    assert all(len(line) <= 100 for line in done.stdout.splitlines())
    found = medex.json("numbers", "--since", "2026-01-01")
    assert {line["name"] for line in found["numbers"]} >= {
        "conversion",
        "no-show rate",
        "goals met",
    }
    assert all(one["conversion"]["part"] <= one["conversion"]["whole"] for one in found["sources"])
    before = medex.json("numbers", "--since", "2001-01-01", "--until", "2001-12-31")
    assert {line["name"]: line["value"] for line in before["numbers"]}["conversion"] == "n/a"
    assert before["sources"] == []
    assert medex("numbers", "--since", "noon-ish").returncode == 2


def test_holidays_to_come_can_be_changed_and_past_ones_not(medex: Medex) -> None:
    assert medex("settings", "holiday", "add", "2098-12-24").returncode == 0
    assert "2098-12-24" in medex("settings").stdout
    assert medex("settings", "holiday", "remove", "2098-12-24").returncode == 0
    assert "2098-12-24" not in medex("settings").stdout
    past = medex("settings", "holiday", "add", "2020-12-24")
    assert past.returncode == 2 and "has passed" in past.stderr
    assert medex("settings", "holiday", "us", "2098").returncode == 0


def test_practitioners_are_added_edited_and_listed(medex: Medex) -> None:
    made = medex(
        "practitioner", "add", "--login", "nkim", "--name", "N. Kim", "--credential", "MES"
    )
    assert made.returncode == 0, made.stderr
    assert medex("practitioner", "add", "--login", "nkim", "--name", "Other").returncode == 2
    assert medex("practitioner", "edit", "nkim", "--role", "reviewer").returncode == 0
    assert "nkim" in medex("practitioner", "list").stdout
    assert medex("practitioner", "edit", "nkim", "--active", "no").returncode == 0
    assert "nkim" not in medex("practitioner", "list").stdout
    assert "nkim" in medex("practitioner", "list", "--all").stdout
    owner = next(p for p in medex.exported()["practitioners"] if p["role"] == "owner")
    assert medex("practitioner", "edit", owner["id"], "--role", "reviewer").returncode == 2


# Templates and introductions ----------------------------------------------------------------------------------------


def test_a_practice_edits_a_template_and_is_told_of_its_faults(medex: Medex) -> None:
    shown = medex("template", "show", "progress_report")
    assert shown.returncode == 0 and "Blanks: " in shown.stderr
    folder = medex.path.with_suffix(".templates")
    folder.mkdir()
    own = folder / "progress.md"
    own.write_text(
        shown.stdout.replace("{{bottom_line}}\n", "Dear {{provider}},\\\n{{bottom_line}}\n", 1)
    )
    assert medex("template", "check").stdout == f"ok   {own}: progress_report\n"
    letter = medex("report", "progress_report", "--client", "ramos").stdout
    assert "Dear K. Lee PT," in letter
    own.write_text(shown.stdout.replace("{{scope}}", "{{scop}}"))
    faulty = medex("template", "check")
    assert faulty.returncode == 1 and "Did you mean scope?" in faulty.stdout
    letter = medex("report", "progress_report", "--client", "ramos")
    assert (
        "shipped template is used" in letter.stderr and "No diagnosis or treatment" in letter.stdout
    )
    assert "progress_report      shipped" in medex("template", "list").stdout
    assert medex("template", "show", "nothing").returncode == 2


def test_an_introduction_is_kept_and_waits_for_an_answer(medex: Medex, tmp_path: Path) -> None:
    draft = medex("outreach", "patel", "--format", "text")
    assert draft.returncode == 0, draft.stderr
    letter, overview = draft.stdout.split("\n\nMedical exercise: service overview")
    assert "Hicks" not in draft.stdout and "DRAFT" in letter and overview
    assert medex("lint", "-", stdin=draft.stdout).returncode == 0
    sent = medex(
        "outreach", "patel", "--sent", "fax", "--at", "yest 09:00", "-o", str(tmp_path / "i.md")
    )
    assert sent.returncode == 0, sent.stderr
    (row,) = [row for row in medex.json("waiting") if row["kind"] == "outreach"]
    assert (row["client"], row["nudge"]) == (None, False)
    assert medex("reply", row["id"], "--text", "Please send a sample.").returncode == 0
    assert not [row for row in medex.json("waiting") if row["kind"] == "outreach"]
    assert medex("check").returncode == 0


def test_notes_leave_in_every_form(medex: Medex, tmp_path: Path) -> None:
    assert medex("note", "--client", "ramos", "--format", "text").stdout.startswith(
        "Visit note\n=========="
    )
    assert medex("note", "--client", "ramos", "--format", "html").stdout.startswith(
        "<!DOCTYPE html>"
    )
    assert medex("note", "--client", "ramos", "--format", "pdf").returncode == 2
    assert (
        medex("note", "--client", "ramos", "--format", "pdf", "-o", str(tmp_path)).returncode == 0
    )
    (made,) = tmp_path.glob("*.pdf")
    assert made.read_bytes().startswith(b"%PDF") and made.stat().st_mode & 0o077 == 0
