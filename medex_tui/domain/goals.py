"""Standing of a goal: met, on course or behind, with the arithmetic behind it.

A goal tied to a measure is on course while the share of the way from start to target is at least
the share of its time that has passed. Scores are derived from the raw trials each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from medex_tui.domain.dates.clock import dated
from medex_tui.domain.find import key, words
from medex_tui.domain.measures import (
    Measure,
    Outcome,
    Score,
    catalogue,
    format_value,
    grade_value,
    outcome,
    plausible,
)
from medex_tui.domain.measures.amounts import EDGE, grade_at
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.base import Side
from medex_tui.domain.records.episodes import Goal
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.shorthand.measures import measure_names

Standing: TypeAlias = Literal["met", "reached", "on course", "behind", "open", "changed", "dropped"]


class GoalState(Struct, frozen=True):
    """A goal's standing, and the sentence that explains it.

    `reached`: the measure is at or past the target and nobody has recorded the goal as met. `share`
    is how much of the way is done, `time` how much of the time has passed, both None where unknown;
    `now` is the score that was compared.
    """

    standing: Standing
    why: str
    share: float | None = None
    time: float | None = None
    now: float | None = None


def goal_state(
    goal: Goal, taken: Sequence[Assessment], client: Client | None, on: date
) -> GoalState:
    """The standing of `goal` on the local date `on`, by the episode's assessments `taken`."""
    if goal.status == "met":
        return GoalState(
            "met", f"recorded as met on {dated(goal.met_on)}" if goal.met_on else "recorded as met"
        )
    if goal.status != "open":
        return GoalState(goal.status, f"recorded as {goal.status}")
    due = f"due {dated(goal.due_on)}" if goal.due_on else "no date"
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
        return GoalState(
            "open",
            f"{said}; {due}{'' if goal.due_on is None else ', no day of setting'}",
            share,
            now=now,
        )
    passed, whole = (on - goal.set_on).days, (goal.due_on - goal.set_on).days
    time = min(max(passed / whole, 0.0), 1.0)
    if not fresh:
        return GoalState("open", f"{said}, not measured since it was set; {due}", share, time, now)
    standing: Standing = "on course" if share >= time - EDGE else "behind"
    return GoalState(
        standing, f"{said}, in {passed} of {whole} days ({_percent(time)}); {due}", share, time, now
    )


def _way(
    goal: Goal, taken: Sequence[Assessment], client: Client | None, on: date
) -> tuple[float, float, str, bool] | str:
    """Share of the way done, score now, the sum in words, and whether it was measured since.

    A sentence in its place gives the reason why there is none.
    """
    if goal.measure is None:
        return "not tied to a measure"
    measure = catalogue().measures.get(goal.measure)
    if client is None or measure is None:
        return "its measure is not in the catalogue"
    if goal.target is None:
        return "no target is set"
    reached = outcome(
        goal.measure,
        taken,
        client,
        on,
        side=goal.side if goal.side != "B" else None,
        task=goal.task or None,
    )
    now = reached.now.score if reached.now else None
    if not isinstance(now, Score):
        return f"{measure.short}: {now.reason if now else 'not measured'}"
    start = _start(goal, measure, reached)
    if start is None:
        return f"{measure.short}: no start to measure from"
    if abs(goal.target - start) <= EDGE:
        return f"{measure.short}: start and target are the same"
    done, whole = (_steps(measure, start, v) for v in (now.value, goal.target))
    if abs(whole) <= EDGE:
        return f"{measure.short}: start and target are no two grades of its scale"
    share = done / whole
    last = reached.now.at.date() if reached.now else on
    fresh = reached.previous is not None and (goal.set_on is None or last > goal.set_on)
    return share, now.value, _sum(measure, start, goal.target, now, done, whole), fresh


def _steps(measure: Measure, start: float, value: float) -> float:
    """Distance of a value from the start: in the measure's unit, on an ordinal scale in grades."""
    if not measure.ordinal:
        return value - start
    places = [grade_at(measure, v) for v in (start, value)]
    return 0.0 if None in places else float((places[1] or 0) - (places[0] or 0))


def _sum(
    measure: Measure, start: float, target: float, now: Score, done: float, whole: float
) -> str:
    """`24.0 s to 19.5 s, target 18.0 s: 75 % of the way`; of grades `3 of 5 steps`."""
    first, wanted = (format_value(measure, v, now.unit) for v in (start, target))
    share = done / whole
    way = (
        f"{abs(done):g} of {abs(whole):g} steps"
        if measure.ordinal
        else f"{_percent(share)} of the way"
    )
    if share < -EDGE:
        way = "further from it than at the start"
    return f"{first} to {now.printed}, target {wanted}: {way}"


def _percent(share: float) -> str:
    return f"{max(0, int(share * 100 + EDGE))} %"


def _start(goal: Goal, measure: Measure, reached: Outcome) -> float | None:
    """The start of a goal; one typed as the first score is printed is that score, unrounded."""
    first = _first(reached)
    if goal.baseline is None or first is None:
        return goal.baseline if first is None else first
    return (
        first
        if format_value(measure, goal.baseline) == format_value(measure, first)
        else goal.baseline
    )


def _first(reached: Outcome) -> float | None:
    first = reached.baseline.score if reached.baseline else None
    return first.value if isinstance(first, Score) else None


def goal_of(goals: Sequence[Goal], measure: str, side: Side | None, task: str) -> Goal | None:
    """The open goal that is tied to a measure, the one due last."""
    fitting = [
        g
        for g in goals
        if g.measure == measure and g.target is not None and g.status in ("open", "met")
        and (g.side in (None, side) or side is None)
        and (not g.task or g.task.casefold() == task.casefold())
    ]  # fmt: skip
    return max(fitting, key=lambda g: (g.status == "open", g.due_on or date.min), default=None)


# What is typed of a goal ----------------------------------------------------------------------


def measure_named(said: str) -> Measure | str:
    """The measure that a few words mean, or a sentence why none is."""
    names = measure_names()
    found = list(names.exactly(key(said))) or list(names.begun(words(said)))
    if len(found) == 1:
        return catalogue().measure(found[0])
    if not found:
        return f"{said!r} is no measure of the catalogue; leave it empty for a goal without one."
    listed = ", ".join(catalogue().measure(id).short for id in found[:5])
    return f"{said!r} can be {listed}: write more of the name."


def amount(measure: Measure, said: str) -> float | str | None:
    """A number or grade in the measure's own unit; None for nothing, a sentence for neither."""
    if not said:
        return None
    value = grade_value(said) if measure.ordinal else _number(said)
    if value is None:
        return f"{said!r} is not a number."
    refused = plausible(measure, value)
    if refused and refused.startswith("refused") and measure.unit != "user":
        return f"{measure.short}: {refused.partition(': ')[2]}."
    return value


def _number(said: str) -> float | None:
    try:
        return float(said.replace(",", "."))
    except ValueError:
        return None


def wrong_way(measure: Measure, start: float | None, target: float | None) -> str | None:
    """Why a start and a target make no goal, else None."""
    if start is None or target is None:
        return None
    if abs(target - start) < 1e-9:
        return "Start and target are the same; nothing could be told of the way."
    if measure.good and (target - start) * measure.good < 0:
        way = "more" if measure.good > 0 else "less"
        here, there = (format_value(measure, v) for v in (start, target))
        return f"From {here} to {there} is the wrong way: {way} is better in {measure.short}."
    return None


def first_score(
    practice: Practice,
    client_id: str,
    measure: Measure,
    side: Side | None,
    task: str | None,
    on: date,
) -> float | None:
    """The first score of a measure in the client's episode: the start of a goal without one."""
    referral = practice.current_episode(client_id)
    taken = [
        a for a in practice.assessments_of.get(client_id, []) if practice.episode_of(a) is referral
    ]
    found = outcome(
        measure.id, taken, practice.clients[client_id], on, side=side, task=task or None
    )
    score = found.baseline.score if found.baseline else None
    return score.value if isinstance(score, Score) else None


def unlike(goal: Goal, start: float | None) -> tuple[str, str] | None:
    """What in a goal does not fit together, as its field and a sentence.

    `start` stands in for a missing baseline.
    """
    measure = catalogue().measures.get(goal.measure or "")
    if measure is None and (goal.baseline is not None or goal.target is not None):
        return "measure", "A start or a target needs the measure it is of."
    if measure and measure.by_side and goal.side is None:
        return "side", f"{measure.short} is taken by side: r or l."
    first = start if goal.baseline is None else goal.baseline
    if measure and (wrong := wrong_way(measure, first, goal.target)):
        return "target", wrong
    if goal.due_on and goal.set_on and goal.due_on <= goal.set_on:
        return "due_on", "The date is not after the day the goal was set."
    return None


def whole_goal(goal: Goal, practice: Practice, today: date) -> Goal | tuple[str, str]:
    """The goal with the dates that follow from its fields, or (field, sentence) if refused."""
    set_on = goal.set_on or today
    due_on = goal.due_on or (set_on + timedelta(days=goal.term_days) if goal.term_days else None)
    met_on = (goal.met_on or today) if goal.status == "met" else None
    made = replace(goal, set_on=set_on, due_on=due_on, met_on=met_on)
    measure, episode = (
        catalogue().measures.get(goal.measure or ""),
        practice.referrals.get(goal.referral_id),
    )
    start = None
    if measure and episode:
        start = first_score(practice, episode.client_id, measure, goal.side, goal.task, today)
    return unlike(made, start) or made
