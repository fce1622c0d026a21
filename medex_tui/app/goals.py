"""The goal form: a task in the client's words, tied to a measure with its start, target and date."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from medex_tui.app.form import Fault, Field, Form, Values, count_of
from medex_tui.app.forms import day_of, filled, settle
from medex_tui.domain.find import key, words
from medex_tui.domain.measures import Measure, Score, bare, catalogue, format_value, grade_value, outcome, plausible
from medex_tui.domain.records import Goal, Side
from medex_tui.domain.shorthand.measures import measure_names

if TYPE_CHECKING:
    from medex_tui.app.medex import Medex

SIDES: dict[str, Side | None] = {"r": "R", "l": "L", "": None}


def measure_named(said: str) -> Measure | str:
    """The measure a few words mean, or why none is."""
    names = measure_names()
    found = list(names.exactly(key(said))) or list(names.begun(words(said)))
    if len(found) == 1:
        return catalogue().measure(found[0])
    if not found:
        return f"{said!r} is no measure of the catalogue; leave it empty for a goal without one."
    return f"{said!r} can be {', '.join(catalogue().measure(f).short for f in found[:5])}: write more of the name."


def amount(measure: Measure, said: str) -> float | str | None:
    """A number, or a grade, in the measure's own unit; None for nothing, a sentence for what is neither."""
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
    """Why a start and a target make no goal."""
    if start is None or target is None:
        return None
    if abs(target - start) < 1e-9:
        return "Start and target are the same; nothing could be told of the way."
    if measure.good and (target - start) * measure.good < 0:
        way = "more" if measure.good > 0 else "less"
        here, there = (format_value(measure, v) for v in (start, target))
        return f"From {here} to {there} is the wrong way: {way} is better in {measure.short}."
    return None


def first_score(medex: Medex, client_id: str, measure: Measure, side: Side | None, task: str) -> float | None:
    """The first score of the measure in the client's episode."""
    practice = medex.practice
    referral = practice.current_episode(client_id)
    taken = [a for a in practice.assessments_of.get(client_id, []) if practice.episode_of(a) is referral]
    on = medex.local(medex.now).date()
    found = outcome(measure.id, taken, practice.clients[client_id], on, side=side, task=task or None)
    score = found.baseline.score if found.baseline else None
    return score.value if isinstance(score, Score) else None


def goal_form(medex: Medex, client_id: str, goal: Goal | None = None) -> None:
    """Add a goal to the client's episode, or change one."""
    referral = medex.practice.current_episode(client_id)
    if referral is None:
        if medex.page:
            medex.page.say("A goal belongs to a referral; r adds one.", "warn")
        return
    today = medex.local(medex.now).date()
    old = goal or Goal(id="new", referral_id=referral.id, text="new", set_on=today)
    known = catalogue().measures.get(old.measure or "")

    def shown(value: float | None) -> str:
        return "" if value is None else bare(known, value) if known and known.ordinal else f"{value:g}"

    fields = [
        Field("text", "Goal", old.text if goal else "", hint="a task, in the client's words"),
        Field("measure", "Measure", known.short if known else "", hint="its name, as tug or grip; empty for none"),
        Field("task", "Task or muscle", old.task or "", hint="the name of a custom task or a muscle"),
        Field("side", "Side", (old.side or "").lower(), choices=("r", "l")),
        Field("baseline", "Start", shown(old.baseline), hint="in the measure's unit; empty: the first score"),
        Field("target", "Target", shown(old.target), hint="in the measure's unit"),
        Field("term_days", "Days", str(old.term_days or ""), hint="30 or 90, for the letters"),
        Field("set_on", "Set on", old.set_on.isoformat() if old.set_on else ""),
        Field("due_on", "Due on", old.due_on.isoformat() if old.due_on else "", hint="empty: set on plus days"),
        Field("status", "Status", old.status if goal else "", choices=("open", "met", "changed", "dropped")),
        Field("met_on", "Met on", old.met_on.isoformat() if old.met_on else ""),
    ]  # fmt: skip

    def save(values: Values) -> Any:
        if not values["text"]:
            return [Fault("text", "Write what the client wants to do.")]
        measure = measure_named(values["measure"]) if values["measure"] else None
        if isinstance(measure, str):
            return [Fault("measure", measure)]
        numbers: dict[str, float | None] = {}
        for name in ("baseline", "target"):
            value = amount(measure, values[name]) if measure else None
            if isinstance(value, str):
                return [Fault(name, value)]
            if measure is None and values[name]:
                return [Fault("measure", "A start or a target needs the measure it is of.")]
            numbers[name] = value
        if measure and measure.by_side and not values["side"]:
            return [Fault("side", f"{measure.short} is taken by side: r or l.")]
        start = numbers["baseline"]
        if measure and start is None:
            start = first_score(medex, client_id, measure, SIDES[values["side"]], values["task"])
        if measure and (wrong := wrong_way(measure, start, numbers["target"])):
            return [Fault("target", wrong)]
        days = {name: day_of(medex, values, name) for name in ("set_on", "due_on", "met_on")}
        for day in days.values():
            if isinstance(day, Fault):
                return [day]
        term = count_of(values, "term_days")
        if isinstance(term, Fault):
            return [term]
        set_on: Any = days["set_on"] or today
        due_on: Any = days["due_on"] or (set_on + timedelta(days=term) if term else None)
        if due_on and due_on <= set_on:
            return [Fault("due_on", "The date is not after the day the goal was set.")]
        status = values["status"] or "open"
        return filled(
            goal or Goal(id=medex.new_id(), referral_id=referral.id, text="?"),
            text=values["text"],
            measure=measure.id if measure else None,
            task=values["task"] or None,
            side=SIDES[values["side"]],
            term_days=term,
            set_on=set_on,
            due_on=due_on,
            status=status,
            met_on=(days["met_on"] or today) if status == "met" else None,
            **numbers,
        )

    draft = f"goal:{goal.id if goal else client_id}"
    settle(medex, Form("Goal" if goal else "New goal", fields, save), draft, "Goal")
