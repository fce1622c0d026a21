"""Texts of form fields: how values are shown in them, and how typed values are read."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from medex_tui.actions.context import Refusal
from medex_tui.app.dialogs.form import FieldFault, FormField, Values
from medex_tui.domain.dates.parse import read_day, read_past, read_when
from medex_tui.domain.language.problem import Problem
from medex_tui.domain.records.fields import FIELDS, FieldSpec

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext

Made = TypeVar("Made")


def or_fault(outcome: Made | Refusal) -> Made | list[FieldFault]:
    """What an action made, or its refusal as a fault of the field that it names."""
    if isinstance(outcome, Refusal):
        return [FieldFault(outcome.field, outcome.message)]
    return outcome


def iso(value: date | None) -> str:
    """A date as a form shows it."""
    return value.isoformat() if value else ""


def local_text(context: AppContext, instant: datetime) -> str:
    """An instant on the practice's clock, as a form shows it."""
    return f"{context.local(instant):%Y-%m-%d %H:%M}"


def yes(value: bool | None) -> str:
    """`yes`, `no`, or empty for None."""
    if value is None:
        return ""
    return "yes" if value else "no"


def yes_of(values: Values, name: str) -> bool | None:
    """A yes-or-no field; None where it is empty."""
    return {"yes": True, "no": False}.get(values[name])


def day_from(
    context: AppContext, spec: FieldSpec, name: str, text: str
) -> date | FieldFault | None:
    """A typed date, read in the direction of its field; None where it is empty."""
    if not text:
        return None
    practice = context.practice
    day = read_day(text, context.now, practice.zone, spec.direction, practice.month_first)
    return day if isinstance(day, date) else FieldFault(name, day.message)


def day_of(context: AppContext, values: Values, table: str, name: str) -> date | FieldFault | None:
    """The date in a form's field of a record."""
    return day_from(context, FIELDS[table][name], name, values[name])


def instant_from(
    context: AppContext, spec: FieldSpec, name: str, text: str
) -> datetime | FieldFault:
    """A typed day and time; one of the past must have happened."""
    now, zone, month_first = context.now, context.practice.zone, context.practice.month_first
    if spec.direction == "past":
        instant = read_past(text, now=now, zone=zone, month_first=month_first)
    else:
        instant = read_when(
            text, now=now, zone=zone, direction=spec.direction, month_first=month_first
        )
    return FieldFault(name, instant.message) if isinstance(instant, Problem) else instant


def moment_of(context: AppContext, values: Values, table: str, name: str) -> datetime | FieldFault:
    """The instant in a form's field of a record."""
    return instant_from(context, FIELDS[table][name], name, values[name])


def count_from(name: str, text: str) -> int | FieldFault | None:
    """A typed whole number; None where it is empty."""
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    return FieldFault(name, "Write a whole number.")


def count_of(values: Values, name: str) -> int | FieldFault | None:
    """The whole number in a form's field."""
    return count_from(name, values[name])


def when_field(context: AppContext) -> FormField:
    """When a sending or call took place: now, unless something else is typed."""
    return FormField(
        "at",
        "When",
        local_text(context, context.now),
        hint="now, 14:05, yesterday 16:00, 2026-11-22 14:05",
    )
