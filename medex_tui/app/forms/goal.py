"""The goal form: a task in the client's words, tied to a measure with its start, target and date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from medex_tui.app.dialogs.form import FieldFault, Form, FormField, Values
from medex_tui.app.forms.field_values import count_of, day_of, iso
from medex_tui.app.forms.saving import open_form, with_fields
from medex_tui.domain.goals import amount, measure_named, whole_goal
from medex_tui.domain.measures import bare, catalogue
from medex_tui.domain.records.base import Side
from medex_tui.domain.records.episodes import Goal
from medex_tui.domain.records.fields import FIELDS

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
        context, Form("Goal" if goal else "New goal", goal_fields(goal, today), save), draft, "Goal"
    )


def goal_fields(goal: Goal | None, today: date) -> list[FormField]:
    """What a goal says, line by line; a new one is set today."""
    known = catalogue().measures.get(goal.measure or "") if goal else None
    old = goal or Goal(id="new", referral_id="", text="", set_on=today)

    def shown(value: float | None) -> str:
        return (
            "" if value is None else bare(known, value) if known and known.ordinal else f"{value:g}"
        )

    return [
        FormField("text", "Goal", old.text, hint="a task, in the client's words"),
        FormField(
            "measure",
            "Measure",
            known.short if known else "",
            hint="its name, as tug or grip; empty for none",
        ),
        FormField(
            "task", "Task or muscle", old.task or "", hint="the name of a custom task or a muscle"
        ),
        FormField("side", "Side", (old.side or "").lower(), choices=("r", "l")),
        FormField(
            "baseline",
            "Start",
            shown(old.baseline),
            hint="in the measure's unit; empty: the first score",
        ),
        FormField("target", "Target", shown(old.target), hint="in the measure's unit"),
        FormField("term_days", "Days", str(old.term_days or ""), hint="30 or 90, for the letters"),
        FormField("set_on", "Set on", iso(old.set_on)),
        FormField("due_on", "Due on", iso(old.due_on), hint="empty: set on plus days"),
        FormField(
            "status",
            "Status",
            old.status if goal else "",
            choices=("open", "met", "changed", "dropped"),
        ),
        FormField("met_on", "Met on", iso(old.met_on)),
    ]


def goal_made(context: AppContext, goal: Goal, values: Values) -> Goal | FieldFault:
    """The goal as filled in, or the first thing wrong with a line by itself."""
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
        name: day_of(context, values, name, FIELDS["goals"][name].direction)
        for name in ("set_on", "due_on", "met_on")
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
