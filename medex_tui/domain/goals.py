"""Where a goal stands: met, on course or behind, by arithmetic that is told with it.

A goal tied to a measure is on course while the share of the way from its start to its target is at least the share
of its time that has passed. Scores are derived from the raw trials each time; nothing here is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct

from medex_tui.domain.measures import Measure, Outcome, Score, catalogue, format_value, outcome
from medex_tui.domain.measures.amounts import EDGE
from medex_tui.domain.records import Assessment, Client, Goal

Standing: TypeAlias = Literal["met", "reached", "on course", "behind", "open", "changed", "dropped"]


class GoalState(Struct, frozen=True):
    """A goal's standing, and the sentence that shows how it comes about.

    `reached`: the measure is at or past the target, and nobody has recorded the goal as met yet. `share` is how much
    of the way is done, `time` how much of the time has passed, both None where they cannot be said; `now` the score
    that was looked at.
    """

    standing: Standing
    why: str
    share: float | None = None
    time: float | None = None
    now: float | None = None


def goal_state(goal: Goal, taken: Sequence[Assessment], client: Client | None, on: date) -> GoalState:
    """Where `goal` stands on the local date `on`, by the episode's assessments `taken` up to then."""
    if goal.status == "met":
        return GoalState("met", f"recorded as met on {_day(goal.met_on)}" if goal.met_on else "recorded as met")
    if goal.status != "open":
        return GoalState(goal.status, f"recorded as {goal.status}")
    due = f"due {_day(goal.due_on)}" if goal.due_on else "no date"
    way = _way(goal, taken, client, on)
    if isinstance(way, str):
        late = goal.due_on is not None and goal.due_on < on
        return GoalState("behind" if late else "open", f"{way}; {'was ' if late else ''}{due}")
    share, now, said, fresh = way
    if share >= 1 - EDGE:
        return GoalState("reached", f"{said}: at the target", share, now=now)
    if goal.due_on is not None and goal.due_on < on:
        return GoalState("behind", f"{said}, was {due}", share, now=now)
    if goal.due_on is None or goal.set_on is None or goal.set_on >= goal.due_on:
        return GoalState("open", f"{said}; {due}{'' if goal.due_on is None else ', no day of setting'}", share, now=now)
    passed, whole = (on - goal.set_on).days, (goal.due_on - goal.set_on).days
    time = min(max(passed / whole, 0.0), 1.0)
    if not fresh:
        return GoalState("open", f"{said}, not measured since it was set; {due}", share, time, now)
    standing: Standing = "on course" if share >= time - EDGE else "behind"
    return GoalState(standing, f"{said}, in {passed} of {whole} days ({_percent(time)}); {due}", share, time, now)


def _way(
    goal: Goal, taken: Sequence[Assessment], client: Client | None, on: date
) -> tuple[float, float, str, bool] | str:
    """The share of the way done, the score now, the sum in words, and whether it is of a later date than the start.

    A sentence in its place says why there is none.
    """
    if goal.measure is None:
        return "not tied to a measure"
    measure = catalogue().measures.get(goal.measure)
    if client is None or measure is None:
        return "its measure is not in the catalogue"
    if goal.target is None:
        return "no target is set"
    reached = outcome(
        goal.measure, taken, client, on, side=goal.side if goal.side != "B" else None, task=goal.task or None
    )
    now = reached.now.score if reached.now else None
    if not isinstance(now, Score):
        return f"{measure.short}: {now.reason if now else 'not measured'}"
    start = goal.baseline if goal.baseline is not None else _first(reached)
    if start is None:
        return f"{measure.short}: no start to measure from"
    if abs(goal.target - start) <= EDGE:
        return f"{measure.short}: start and target are the same"
    done, whole = now.value - start, goal.target - start
    share = done / whole
    return share, now.value, _sum(measure, start, goal.target, now, share), reached.previous is not None


def _sum(measure: Measure, start: float, target: float, now: Score, share: float) -> str:
    """`24.0 s to 19.5 s, target 18.0 s: 75 % of the way`."""
    first, wanted = (format_value(measure, v, now.unit) for v in (start, target))
    way = "further from it than at the start" if share < -EDGE else f"{_percent(share)} of the way"
    return f"{first} to {now.printed}, target {wanted}: {way}"


def _percent(share: float) -> str:
    return f"{max(0, int(share * 100 + EDGE))} %"


def _first(reached: Outcome) -> float | None:
    first = reached.baseline.score if reached.baseline else None
    return first.value if isinstance(first, Score) else None


def _day(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"
