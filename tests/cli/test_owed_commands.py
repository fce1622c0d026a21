"""What is owed at the command line: the report and its exit status, sendings, waivers."""

from __future__ import annotations

import csv
import io
import json

from asking import HOSTILE, Medex

# What needs doing ---------------------------------------------------------------------------------------------------


def test_overdue_says_so_in_text_and_by_its_exit_status(medex: Medex) -> None:
    done = medex("overdue")
    assert done.returncode == 1
    summary, first, *_ = done.stdout.splitlines()
    assert summary.startswith("1 overdue, 1 past target, ")
    assert first.startswith("OVERDUE ")
    assert "Hicks, Jodie" in first
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert medex("overdue", "--exit-zero").returncode == 0


def test_overdue_as_json_keeps_its_promise(medex: Medex) -> None:
    found = medex.json("overdue")
    assert set(found) >= {"as_of", "clock", "timezone", "counts", "items"}
    assert set(found["counts"]) >= {"overdue", "late_soon", "due"}
    item = found["items"][0]
    assert set(item) >= {
        "key", "kind", "status", "client_id", "client", "provider_id", "provider", "method", "address", "event_at",
        "target_at", "limit_at", "hours_left", "state", "blocked_by", "why",
    }  # fmt: skip
    assert (item["kind"], item["status"], item["client"]) == (
        "assessment_summary",
        "overdue",
        "Hicks, Jodie",
    )
    assert item["hours_left"] < 0
    assert found == json.loads(
        medex("overdue", "--as-of", found["as_of"], "--format", "json").stdout
    )


def test_overdue_as_csv_and_markdown(medex: Medex) -> None:
    rows = list(csv.DictReader(io.StringIO(medex("overdue", "--format", "csv").stdout)))
    assert rows[0]["client"] == "Hicks, Jodie"
    assert medex("overdue", "--format", "markdown").stdout.startswith("# Communication report")


def test_overdue_as_of_an_earlier_moment_asks_the_past(medex: Medex) -> None:
    then = medex("overdue", "--as-of", "25d ago")
    assert then.returncode in (0, 1)
    assert "Hicks" not in then.stdout
    assert medex("overdue", "--as-of", "someday").returncode == 2
    assert medex("overdue", "--within", "-3").returncode == 2


def test_today_lists_eight_visits(medex: Medex) -> None:
    done = medex("today")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 9
    assert len(medex.json("today")["sessions"]) == 8
    assert medex("today", "--date", "blursday").returncode == 2


# Sent, waived -------------------------------------------------------------------------------------------------------


def test_a_sending_clears_the_alert(medex: Medex) -> None:
    key = medex.json("overdue")["items"][0]["key"]
    done = medex("sent", key, "--by", "fax", "--confirmation", "OK 1 page")
    assert done.returncode == 0
    saved, cleared = done.stdout.splitlines()
    assert saved.startswith("saved ")
    assert "to 555-0141" in saved
    assert cleared == f"cleared {key} (late)"
    assert medex("overdue").returncode == 0
    again = medex("sent", key, "--by", "fax")
    assert again.returncode == 2
    assert "met already" in again.stderr


def test_a_failed_sending_or_a_call_leaves_it_owed(medex: Medex) -> None:
    failed = medex("sent", "assessment_summary:hicks", "--by", "fax", "--failed")
    assert failed.returncode == 0
    assert "Still owed" in failed.stderr
    assert medex("sent", "assessment_summary:hicks", "--by", "phone").returncode == 0
    assert medex("overdue").returncode == 1
    casual = medex("sent", "assessment_summary:hicks", "--by", "text")
    assert casual.returncode == 0
    assert "Still owed" in casual.stderr
    assert medex("overdue").returncode == 1


def test_nothing_is_sent_without_consent_until_it_is_on_file(medex: Medex) -> None:
    refused = medex("sent", "referral_ack:petrov", "--by", "fax")
    assert refused.returncode == 2
    assert "no consent" in refused.stderr
    remedy = next(
        word for word in refused.stderr.split("`") if word.startswith("medex referral edit")
    )
    assert medex(*remedy.replace("DATE", "today").split()[1:]).returncode == 0
    assert medex("sent", "referral_ack:petrov", "--by", "fax").returncode == 0


def test_a_waiver_needs_a_reason_and_clears_the_list(medex: Medex) -> None:
    assert medex("waive", "assessment_summary:hicks", "--reason", " ").returncode == 2
    assert medex("waive", "assessment_summary:hicks", "--reason", HOSTILE).returncode == 0
    done = medex("overdue")
    assert done.returncode == 0
    assert "waived" in done.stdout


def test_unknown_and_unclear_keys_are_refused(medex: Medex) -> None:
    assert "Nothing is owed" in medex("sent", "bogus:x", "--by", "fax").stderr
    assert "can be" in medex("sent", "progress_report", "--by", "fax").stderr
    assert medex("sent", "progress_report", "--by", "pigeon").returncode == 2
    assert (
        medex("sent", "assessment_summary:hicks", "--by", "fax", "--at", "10d ago").returncode == 2
    )
