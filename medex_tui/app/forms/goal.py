"""The goal form: a task in the client's words, with measure, start, target and date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from medex_tui.app.dialogs.form import FieldFault, Form, FormField, Values
from medex_tui.app.forms.field_values import count_of, day_of, iso
from medex_tui.app.forms.record_fields import record_field
from medex_tui.app.forms.saving import open_form, with_fields
from medex_tui.domain.goals import amount, measure_named, whole_goal
from medex_tui.domain.measures import bare, catalogue
from medex_tui.domain.records.base import Side
from medex_tui.domain.records.episodes import Goal

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext

SIDES: dict[str, Side | None] = {"r": "R", "l": "L", "": None}


def goal_form(context: AppContext, client_id: str, goal: Goal | None = None) -> None:
    """Add a goal to the client's episode, or change one."""
    referral = context.practice.current_episode(client_id)
    if referral is None:
        context.show_status(
            f"A goal belongs to a referral; {context.key_of('referral.edit')} adds one.", "warn"
        )
        return
    today = context.local(context.now).date()

    def save(values: Values) -> Any:
        made = goal_made(
            context, goal or Goal(id=context.new_id(), referral_id=referral.id, text="?"), values
        )
        if isinstance(made, FieldFault):
            return [made]
        whole = whole_goal(made, context.practice, today)
        return [FieldFault(*whole)] if isinstance(whole, tuple) else whole

    draft = f"goal:{goal.id if goal else client_id}"
    open_form(
        context,
        Form("Goal" if goal else "New goal", goal_fields(context, goal, today), save),
        draft,
        "Goal",
    )


def goal_fields(context: AppContext, goal: Goal | None, today: date) -> list[FormField]:
    """The fields of a goal, filled from `goal` where there is one; a new one is set today."""
    known = catalogue().measures.get(goal.measure or "") if goal else None
    old = goal or Goal(id="new", referral_id="", text="", set_on=today)

    def shown(value: float | None) -> str:
        if value is None:
            return ""
        return bare(known, value) if known and known.ordinal else f"{value:g}"

    values = {
        "text": old.text,
        "measure": known.short if known else "",
        "task": old.task or "",
        "side": (old.side or "").lower(),
        "baseline": shown(old.baseline),
        "target": shown(old.target),
        "term_days": str(old.term_days or ""),
        "set_on": iso(old.set_on),
        "due_on": iso(old.due_on),
        "status": old.status if goal else "",
        "met_on": iso(old.met_on),
    }
    special: dict[str, dict[str, Any]] = {
        "side": {"choices": ("r", "l")},
        "measure": {"echo": _measure_echo},
    }
    return [
        record_field(context, "goals", name, value, **special.get(name, {}))
        for name, value in values.items()
    ]


def _measure_echo(typed: str) -> str | FieldFault:
    """The short name of the measure that a text means."""
    measure = measure_named(typed)
    if isinstance(measure, str):
        return FieldFault("measure", measure)
    return "" if measure.short == typed else measure.short


def goal_made(context: AppContext, goal: Goal, values: Values) -> Goal | FieldFault:
    """The goal as filled in, or the first faulty field."""
    if not values["text"]:
        return FieldFault("text", "Write what the client wants to do.")
    measure = measure_named(values["measure"]) if values["measure"] else None
    if isinstance(measure, str):
        return FieldFault("measure", measure)
    if measure is None and (values["baseline"] or values["target"]):
        return FieldFault("measure", "A start or a target needs the measure it is of.")
    numbers = {
        name: amount(measure, values[name]) if measure else None for name in ("baseline", "target")
    }
    for name, number in numbers.items():
        if isinstance(number, str):
            return FieldFault(name, number)
    days: dict[str, Any] = {
        name: day_of(context, values, "goals", name) for name in ("set_on", "due_on", "met_on")
    }
    term: Any = count_of(values, "term_days")
    for read in (*days.values(), term):
        if isinstance(read, FieldFault):
            return read
    made: Goal = with_fields(
        goal,
        text=values["text"],
        measure=measure.id if measure else None,
        task=values["task"] or None,
        side=SIDES[values["side"]],
        term_days=term,
        status=values["status"] or "open",
        **days,
        **numbers,
    )
    return made
