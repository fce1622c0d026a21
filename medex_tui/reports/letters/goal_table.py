"""Goals in letters: can and cannot, each judged at the date of its last test."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.goals import GoalState, goal_state
from medex_tui.domain.measures import Outcome, Score, catalogue, outcome
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.episodes import Goal
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.reports import wording
from medex_tui.reports.letters.measure_tables import DatedColumns, with_unit
from medex_tui.reports.rendering.markdown import table, text

PSFS = "psfs"


def measured_goal(
    goal: Goal, taken: Sequence[Assessment], client: Client | None, on: date
) -> Outcome | None:
    """The outcome of the measure a goal is tied to; None where it has no scored test."""
    if client is None or goal.measure is None or goal.measure not in catalogue().measures:
        return None
    side = goal.side if goal.side != "B" else None
    measured = outcome(goal.measure, taken, client, on, side=side, task=goal.task or None)
    scored = measured.now is not None and isinstance(measured.now.score, Score)
    return measured if scored else None


def judged_goal(
    goal: Goal, taken: Sequence[Assessment], client: Client | None, on: date, practice: Practice
) -> GoalState:
    """Where a goal stands at the date of its last test, or on `on` where it has no test.

    A measure whose setup changed judges no goal: the standing is then "open".
    """
    measured = measured_goal(goal, taken, client, on)
    if measured is None or measured.now is None:
        return goal_state(goal, taken, client, on)
    change = measured.since_baseline
    tested_on = local_day(measured.now.at, practice.zone)
    state = goal_state(goal, taken, client, min(tested_on, on))
    if change and change.verdict == "not comparable" and goal.status == "open":
        return GoalState("open", change.phrase)
    return state


def goal_table(
    goals: Sequence[Goal],
    taken: Sequence[Assessment],
    client: Client | None,
    on: date,
    practice: Practice,
) -> str:
    """Each goal in the client's words with its values and status, the nearest first."""
    ordered = sorted(goals, key=lambda g: (g.term_days or 1000, g.due_on or date.max, g.id))
    measured = [measured_goal(goal, taken, client, on) for goal in ordered]
    if not ordered:
        return ""
    statuses = [goal_status(goal, taken, client, on, practice) for goal in ordered]
    if not any(measured):
        plain_rows = [[text(g.text), status] for g, status in zip(ordered, statuses, strict=True)]
        return table(["Can / cannot", "Status"], plain_rows)
    columns = DatedColumns(measured, practice)
    rows = []
    for goal, tested, status in zip(ordered, measured, statuses, strict=True):
        if tested is None:
            rows.append([text(goal.text), "-", "-", "-", status])
            continue
        name = f"{text(goal.text)} ({text(tested.name)})"
        rows.append([name, *columns.cells(tested), text(_target(goal, tested)), status])
    return table(["Can / cannot", *columns.heads, "Goal", "Status"], rows, right=[1, 2, 3])


def _target(goal: Goal, tested: Outcome) -> str:
    """The target in the form in which the values are printed; `-` without one."""
    if goal.target is None:
        return "-"
    score = tested.now.score if tested.now else None
    change = tested.since_baseline
    if tested.measure.id == PSFS and isinstance(score, Score) and not goal.task:
        count = len(change.activities) if change and change.activities else len(score.activities)
        return f"{goal.target * count:g}/{10 * count}"
    return with_unit(tested, goal.target)


def goal_status(
    goal: Goal,
    taken: Sequence[Assessment],
    client: Client | None,
    on: date,
    practice: Practice,
) -> str:
    """Standing of a goal with the date it was judged at and its due date, as Markdown."""
    state = judged_goal(goal, taken, client, on, practice)
    if state.standing == "met":
        met_on = f" {wording.day(goal.met_on, practice)}" if goal.met_on else ""
        return f"**met**{met_on}"
    if state.standing in ("changed", "dropped"):
        return state.standing
    due = f"due {wording.day(goal.due_on, practice)}" if goal.due_on else ""
    if state.why.startswith("not comparable"):
        return text(f"not judged: {state.why.partition(': ')[2]}")
    tested = measured_goal(goal, taken, client, on)
    at_test = ""
    if tested and tested.now and state.standing in ("reached", "on course", "behind"):
        at_test = f" at {wording.short_day(local_day(tested.now.at, practice.zone), practice)} test"
    word = "**target reached**" if state.standing == "reached" else f"{state.standing}{at_test}"
    return ", ".join(part for part in (word, due) if part)
