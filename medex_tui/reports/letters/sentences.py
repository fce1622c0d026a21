"""Changes and goals as sentences: what was done, how much more than at the start, whether it is real.

`Rose from a chair 13 times in 30 s, 4 more than on 10/03/2026: a clinically meaningful change.` The
verbs are data (`catalogue/sentences.json`); a measure without one, a practice's own too, is told by
its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from msgspec import Struct

from medex_tui.domain.catalogue import read
from medex_tui.domain.goals import GoalState
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.measures import (
    Measure,
    MeasuredChange,
    Outcome,
    Score,
    bare,
    format_value,
)
from medex_tui.domain.measures.tables import ERROR_KINDS
from medex_tui.domain.records.episodes import Goal
from medex_tui.domain.records.practice import Practice
from medex_tui.reports import wording
from medex_tui.reports.letters.measure_tables import activity_totals


class Verb(Struct, frozen=True):
    """How a measure is told: `{}` stands for the value; `up` and `down` compare, `counted` ones without a unit."""

    says: str
    up: str
    down: str
    counted: bool = False


COUNTS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}


@cache
def verbs() -> dict[str, Verb]:
    """Measure id -> its verb."""
    return read("sentences.json", dict[str, Verb])


def moved(outcome: Outcome, change: MeasuredChange, practice: Practice) -> str:
    """A change since the baseline as one sentence of plain text."""
    since = (
        f"on {wording.day_of(outcome.baseline.at, practice)}"
        if outcome.baseline
        else "at the start"
    )
    ending = f": {verdict}." if (verdict := judged(change)) else "."
    if outcome.measure.ordinal:
        return f"{outcome.name} {outcome.cells.now}, {outcome.cells.start} {since}{ending}"
    if outcome.measure.combine == "activities" and (totals := activity_totals(outcome)):
        count, start, now = totals
        direction = "up" if (now or 0) >= start else "down"
        number_word = COUNTS.get(count, str(count))
        return (
            f"Rates {number_word} limited {'activity' if count == 1 else 'activities'} "
            f"{now:g}/{10 * count} (PSFS), {direction} from {start:g}/{10 * count} {since}{ending}"
        )
    unit = outcome.now.score.unit if outcome.now and isinstance(outcome.now.score, Score) else None
    verb = verbs().get(outcome.measure.id) or _plain(outcome, unit)
    value = _value(outcome.measure, verb, change.now or 0.0, unit)
    told = verb.says.replace("{}", value) + _side(outcome, change)
    compared = _compared(outcome, change, verb, unit)
    return f"{told[0].upper()}{told[1:]}, {compared} {since}{ending}".replace(" deg", "°")


def _plain(one: Outcome, unit: str | None) -> Verb:
    """The verb of a measure that has none: its name, and slower or faster where it is timed."""
    up, down = ("more", "less")
    if unit == "s":
        lower = one.measure.direction == "lower"
        up, down = ("slower", "faster") if lower else ("longer", "shorter")
    says = f"{one.name} measured {{}}" if unit == "deg" else f"{one.name}: {{}}"
    return Verb(says, up, down)


def _value(measure: Measure, verb: Verb, value: float, unit: str | None) -> str:
    of_total = verb.counted and unit != "%"
    return bare(measure, value) if of_total else format_value(measure, value, unit)


def _side(one: Outcome, change: MeasuredChange) -> str:
    """` (left)` where a measure of two sides is told by one of them."""
    return (
        f" ({wording.SIDES[change.side]})" if one.side is None and change.side in ("L", "R") else ""
    )


def _compared(one: Outcome, change: MeasuredChange, verb: Verb, unit: str | None) -> str:
    delta = change.delta or 0.0
    if not bare(one.measure, abs(delta)).strip("0."):
        return "as"
    size = (
        bare(one.measure, abs(delta))
        if verb.counted
        else format_value(one.measure, abs(delta), unit)
    )
    return f"{size} {verb.up if delta > 0 else verb.down} than"


def judged(change: MeasuredChange) -> str:
    """Whether a change is real, in words; empty where the measure has no threshold."""
    if change.verdict == "not comparable":
        return f"not compared ({change.phrase.partition(': ')[2]})"
    if change.threshold is None or change.source is None:
        return ""
    if change.threshold_kind == "convention":
        size = change.threshold_text.removeprefix("our convention ").replace(" deg", "°")
        relation = "larger than" if change.reading.startswith("past") else "within"
        return f"{relation} the {size} we treat as test error"
    if change.threshold_kind in ERROR_KINDS:
        real = change.verdict == "past measurement error"
        return "a real change" if real else "within test error"
    if change.verdict == "important change reached":
        return "a clinically meaningful change"
    return "not yet a clinically meaningful change"


def goals_summary(goals: Sequence[tuple[Goal, GoalState]], practice: Practice) -> list[str]:
    """Goals in the client's words, those met first: `Goal met 12/20/2026: Wash hair.`"""
    sentences = []
    met = [(goal, state) for goal, state in goals if state.standing == "met"]
    reached = [goal for goal, state in goals if state.standing == "reached"]
    remaining = [g for g, s in goals if s.standing in ("on course", "behind", "open")]
    for goal, _ in met:
        on = f" {wording.day(goal.met_on, practice)}" if goal.met_on else ""
        sentences.append(f"Goal met{on}: {_phrase(goal.text)}.")
    if reached:
        sentences.append(f"Target reached: {'; '.join(_phrase(g.text) for g in reached)}.")
    if remaining:
        sentences.append(f"Not yet: {'; '.join(_phrase(g.text) for g in remaining)}.")
    return sentences


def _phrase(words: str) -> str:
    return one_line(words).rstrip(".")


def bottom_line(
    outcomes: Sequence[Outcome],
    goals: Sequence[tuple[Goal, GoalState]],
    practice: Practice,
) -> str:
    """Draft of a letter's summary: goals in the client's words, then the main gain and loss."""
    told = headline(outcomes, practice) or [measured_once(outcomes, practice)]
    return " ".join(part for part in (*goals_summary(goals, practice), *told) if part)


def headline(found: Sequence[Outcome], practice: Practice) -> list[str]:
    """Up to two sentences of plain text: the foremost gain and the foremost notable loss.

    A gain past measurement error comes first, then one that reached a published important change,
    then any other; of equals, function comes first.
    """
    changes = [(o, o.since_baseline) for o in found if o.domain and o.since_baseline]
    known = [(o, c) for o, c in changes if c.delta is not None]
    notable = [
        pair
        for verdict in ("past measurement error", "important change reached")
        for pair in known
        if pair[1].verdict == verdict
    ]
    better = [pair for pair in (*notable, *known) if pair[1].better]
    worse = [pair for pair in notable if pair[1].better is False]
    told = [moved(o, c, practice) for o, c in better[:1]]
    return told + [f"Worse: {_lowered(moved(o, c, practice))}" for o, c in worse[:1]]


def _lowered(sentence: str) -> str:
    """A sentence to go on behind a colon; a name such as `R shoulder` or `PSFS` keeps its capitals."""
    return (
        sentence
        if sentence[:2].isupper() or sentence[1:2] == " "
        else f"{sentence[0].lower()}{sentence[1:]}"
    )


def measured_once(found: Sequence[Outcome], practice: Practice) -> str:
    """That there is no change to tell yet, and since when there is a start; empty where some measure was repeated."""
    first = [o.baseline.at for o in found if o.domain and o.baseline]
    if not first or any(o.since_baseline for o in found if o.domain):
        return ""
    on = wording.day_of(min(first), practice)
    return f"Function was measured once so far, on {on}; the next measurement will show the change."
