"""Forms of planned visits: plan one, and record one that did not take place or was moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from medex_tui.actions.context import Refusal
from medex_tui.actions.plan_visit import miss_visit, move_visit, plan_visit
from medex_tui.app.dialogs.form import FieldFault, Form, FormField, Values
from medex_tui.app.forms.field_values import day_from, or_fault
from medex_tui.app.forms.record_fields import shown_day
from medex_tui.app.forms.saving import open_form
from medex_tui.domain.dates.clock import spoken
from medex_tui.domain.dates.parse import read_when
from medex_tui.domain.language.problem import Problem
from medex_tui.domain.records.fields import FIELDS
from medex_tui.domain.records.visits import Session

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext


PLANNED = FIELDS["sessions"]["planned_at"]


def plan_form(context: AppContext, client_id: str) -> None:
    """Plan a visit of a client."""
    client = context.practice.clients.get(client_id)
    fields = [
        FormField(
            "day",
            "Day",
            "today",
            hint="today, tomorrow, fri, 2026-11-27",
            required=True,
            echo=lambda typed: _day_echo(context, typed),
        ),
        FormField("time", "Time", "", hint="14:30", required=True),
    ]

    def save(values: Values) -> Session | list[FieldFault]:
        day = day_from(context, PLANNED, "day", values["day"])
        if isinstance(day, FieldFault):
            return [day]
        if day is None:
            return [FieldFault("day", "Enter a date, e.g. Fri or 12/4.")]
        if not values["time"]:
            return [FieldFault("time", "Enter a time, e.g. 14:30.")]
        typed = f"{day.isoformat()} {values['time']}"
        planned_at = read_when(typed, now=context.now, zone=context.practice.zone)
        if isinstance(planned_at, Problem):
            return [FieldFault("time", planned_at.message)]
        return plan_visit(context, client_id, planned_at)

    title = f"Plan a visit: {client.name if client else ''}"
    open_form(context, Form(title, fields, save), f"plan:{client_id}", "Visit")


def _day_echo(context: AppContext, typed: str) -> str | FieldFault:
    """The date that a text means, with its weekday."""
    day = day_from(context, PLANNED, "day", typed)
    if isinstance(day, FieldFault):
        return day
    return shown_day(day, context.local(context.now).date()) if day else ""


def missed_form(context: AppContext, visit: Session) -> None:
    """Record a planned visit as a no-show, as cancelled, or as moved to another time."""
    client = context.practice.clients.get(visit.client_id)
    is_ahead = visit.planned_at is not None and visit.planned_at > context.now
    fields = [
        FormField("reason", "Reason", hint="optional"),
        FormField(
            "what",
            "Outcome",
            "cancelled" if is_ahead else "no_show",
            choices=("no_show", "cancelled", "moved"),
        ),
        FormField("time", "New time", hint="if moved: fri 14:30"),
    ]

    def save(values: Values) -> Session | list[FieldFault]:
        if values["what"] == "moved":
            new_time = read_when(
                values["time"],
                now=context.now,
                zone=context.practice.zone,
                direction="future",
                month_first=context.practice.month_first,
            )
            if isinstance(new_time, Problem):
                return [FieldFault("time", new_time.message)]
            outcome: Session | Refusal = move_visit(visit, new_time)
        else:
            state: Any = values["what"] or "no_show"
            outcome = miss_visit(context, visit, state, values["reason"])
        return or_fault(outcome)

    when = ""
    if visit.planned_at:
        when = f", {spoken(visit.planned_at, context.practice.zone, now=context.now)}"
    title = f"Missed visit: {client.name if client else ''}{when}"
    form = Form(title, fields, save, enter_saves=True)
    open_form(context, form, f"missed:{visit.id}", "Visit")
