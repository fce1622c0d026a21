"""What is done besides logging has a command too: visits planned, moved, missed; goals set; measures read."""

from __future__ import annotations

from pathlib import Path

from asking import HOSTILE, Medex


def test_a_visit_is_planned_moved_cancelled_and_planned_again(medex: Medex) -> None:
    done = medex("visit", "plan", "--client", "novak", "--at", "in 3 days 14:30")
    assert done.returncode == 0, done.stderr
    id = done.stdout.split()[1]
    assert done.stdout.strip().endswith("14:30 planned")
    assert (
        medex("visit", "move", id, "--at", "in 4 days 15:00")
        .stdout.strip()
        .endswith("15:00 planned")
    )
    assert (
        medex("visit", "cancel", id, "--reason", "-", stdin=HOSTILE)
        .stdout.strip()
        .endswith("cancelled")
    )
    kept = next(v for v in medex.json("visit", "list", "--client", "novak") if v["id"] == id)
    assert (kept["state"], kept["reason"]) == ("cancelled", HOSTILE)
    assert medex("visit", "move", id, "--at", "in 5 days 15:00").returncode == 2
    assert medex("visit", "reopen", id).stdout.strip().endswith("planned")
    listed = medex("visit", "list")
    assert id in listed.stdout and all(len(line) <= 100 for line in listed.stdout.splitlines())
    assert medex("check").returncode == 0


def test_a_no_show_is_named_by_its_client_and_only_once_its_time_has_come(medex: Medex) -> None:
    coming = medex("visit", "plan", "--client", "hicks", "--at", "in 9 days 10:00").stdout.split()[
        1
    ]
    early = medex("visit", "no-show", coming)
    assert (early.returncode, "still to come" in early.stderr) == (2, True)
    past = medex("visit", "plan", "--client", "hicks", "--at", "9d ago 10:00").stdout.split()[1]
    done = medex("visit", "no-show", "hicks", "--date", "9d ago", "--reason", "bus")
    assert done.returncode == 0, done.stderr
    assert past in done.stdout and done.stdout.strip().endswith("no-show")
    assert medex("visit", "no-show", "hicks", "--date", "9d ago").returncode == 2
    assert medex("visit", "cancel", "hicks", "--date", "2 Jan 2020").returncode == 2
    assert medex("visit", "plan", "--client", "hicks", "--at", "someday").returncode == 2


def test_a_goal_is_set_by_a_measure_and_met(medex: Medex) -> None:
    words = ["goal", "add", "--referral", "ramos", "--text", HOSTILE, "--term-days", "30"]
    done = medex(*words, "--measure", "tug", "--baseline", "14", "--target", "10")
    assert done.returncode == 0, done.stderr
    id = done.stdout.split()[1]
    kept = medex.json("goal", "show", id)
    assert (kept["text"], kept["measure"], kept["target"]) == (HOSTILE, "tug", 10.0)
    assert kept["due_on"] and kept["set_on"] < kept["due_on"]
    for more, told in (
        (["--target", "10"], "needs the measure"),
        (["--measure", "tug", "--baseline", "10", "--target", "14"], "wrong way"),
        (["--measure", "mmt", "--target", "4"], "by side"),
        (["--measure", "tug", "--target", "900"], "outside"),
        (["--measure", "xyzzy"], "no measure of the catalogue"),
        (["--due-on", "2020-01-01"], "not after the day"),
    ):
        refused = medex(*words, *more)
        assert (refused.returncode, told in refused.stderr) == (2, True), refused.stderr
    assert medex("goal", "edit", id, "--status", "met").returncode == 0
    assert medex.json("goal", "show", id)["met_on"]
    assert id not in medex("goal", "list").stdout and id in medex("goal", "list", "--all").stdout


def test_a_clients_measures_are_told_with_their_scores_and_sources(
    medex: Medex, tmp_path: Path
) -> None:
    rows = medex.json("measures", "chen")
    moved = [row for row in rows if row["change"]]
    assert moved and all(row["sources"] and len(row["scores"]) > 1 for row in moved)
    assert {"measure", "name", "start", "now", "change", "threshold", "reading", "target"} <= set(
        rows[0]
    )
    text = medex("measures", "chen").stdout
    assert "Sources:" in text and all(len(line) <= 80 for line in text.splitlines())
    for form in ("markdown", "html", "pdf"):
        assert (
            medex("measures", "chen", "--format", form, "-o", str(tmp_path / form)).returncode == 0
        )
    assert (
        medex("measures", "petrov").returncode == 2
        and medex("measures", "chen", "--format", "pdf").returncode == 2
    )


def test_a_visit_planned_for_another_year_is_shown_with_its_year(medex: Medex) -> None:
    planned = medex("visit", "plan", "--client", "novak", "--at", "2062-12-01 9:00")
    assert "1 Dec 2062 09:00 planned" in planned.stdout, planned.stderr
    assert "1 Dec 2062 09:00" in medex("visit", "list").stdout
