"""Numbers as sentences that a busy reader takes in at once: what was done, how much more, held against which threshold.

`Rose from a chair 13 times in 30 s, 4 more than on 3 Oct 2026; reached MCII 2.6 reps (Wright 2011, unchecked).` The
verbs are data (`catalogue/sentences.json`); a measure without one, a practice's own too, is told by its name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

from msgspec import Struct

from medex_tui.domain.catalogue import read
from medex_tui.domain.goals import GoalState, Standing
from medex_tui.domain.measures import (
    Measure,
    MeasuredChange,
    Outcome,
    Score,
    bare,
    catalogue,
    format_value,
)
from medex_tui.domain.measures.tables import ERROR_KINDS
from medex_tui.domain.records.practice import Practice
from medex_tui.reports import wording

STANDINGS: dict[Standing, tuple[str, str]] = {
    "met": ("is met", "are met"),
    "reached": ("has reached its target", "have reached their targets"),
    "on course": ("is on course", "are on course"),
    "behind": ("is behind", "are behind"),
    "open": ("is open", "are open"),
}
"""How a sentence counts goals, one or several, in the order in which it names them."""


class Verb(Struct, frozen=True):
    """How a measure is told: `{}` stands for the value; `up` and `down` compare, `counted` ones without a unit."""

    says: str
    up: str
    down: str
    counted: bool = False


@cache
def verbs() -> dict[str, Verb]:
    """Measure id -> its verb."""
    return read("sentences.json", dict[str, Verb])


def moved(one: Outcome, change: MeasuredChange, practice: Practice) -> str:
    """What changed since the baseline, by how much, against which threshold of which source; plain text."""
    since = (
        f"on {wording.day(wording.local_day(one.baseline.at, practice.zone))}"
        if one.baseline
        else "at the start"
    )
    if one.measure.ordinal:
        return f"{one.name} {one.cells.now}, {one.cells.start} {since}; {held(change)}."
    unit = one.now.score.unit if one.now and isinstance(one.now.score, Score) else None
    verb = verbs().get(one.measure.id) or _plain(one, unit)
    told = verb.says.replace("{}", _value(one.measure, verb, change.now or 0.0, unit)) + _side(
        one, change
    )
    return f"{told[0].upper()}{told[1:]}, {_compared(one, change, verb, unit)} {since}; {held(change)}."


def _plain(one: Outcome, unit: str | None) -> Verb:
    """The verb of a measure that has none: its name, and slower or faster where it is timed."""
    timed = unit == "s"
    lower = one.measure.direction == "lower"
    up, down = "more", "less"
    if timed:
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


def held(change: MeasuredChange) -> str:
    """A change against its threshold, with kind and source; a convention is called one."""
    if change.threshold is None or change.source is None:
        return "there is no published threshold for it"
    tag = catalogue().source(change.source).tag
    if change.threshold_kind == "convention":
        return f"{change.phrase}, which is no published threshold"
    if change.threshold_kind in ERROR_KINDS:
        return f"the change is {change.verdict} ({change.threshold_text}, {tag})"
    return f"{change.phrase} ({tag})"


def goals_told(states: Iterable[GoalState]) -> str:
    """`Of 2 goals, 1 is met and 1 is on course.`; empty where there is none or nothing is known of any."""
    counts = Counter(state.standing for state in states if state.standing in STANDINGS)
    total = counts.total()
    if not total or counts["open"] == total:
        return ""
    if len(counts) == 1:
        (standing,) = counts
        whole = {1: "The goal", 2: "Both goals"}.get(total, f"All {total} goals")
        return f"{whole} {STANDINGS[standing][total > 1]}."
    parts = [f"{counts[s]} {STANDINGS[s][counts[s] > 1]}" for s in STANDINGS if counts[s]]
    return f"Of {total} goals, {wording.listed(parts)}."


def bottom_line(found: Sequence[Outcome], goals: Iterable[GoalState], practice: Practice) -> str:
    """The draft of a report's first line: where the goals stand, then the foremost gain and loss of function."""
    told = headline(found, practice) or [measured_once(found, practice)]
    return " ".join(part for part in (goals_told(goals), *told) if part)


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
    on = wording.day(wording.local_day(min(first), practice.zone))
    return f"Function was measured once so far, on {on}; the next measurement will show the change."
