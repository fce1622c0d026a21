"""What stands in a form's lines and what is read from them: days, moments, counts, yes or no."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from medex_tui.app.dialogs.form import FieldFault, FormField, Values
from medex_tui.domain.dates.day import Direction
from medex_tui.domain.dates.parse import read_day, read_past
from medex_tui.domain.language.problem import Problem

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext


def iso(value: date | None) -> str:
    """A date as a form shows it."""
    return value.isoformat() if value else ""


def day_of(
    context: AppContext, values: Values, name: str, direction: Direction = "any"
) -> date | FieldFault | None:
    """A date as typed; `direction` says which way a weekday or a date without a year is read."""
    if not values[name]:
        return None
    practice = context.practice
    read = read_day(values[name], context.now, practice.zone, direction, practice.month_first)
    return read if isinstance(read, date) else FieldFault(name, read.message)


def local_text(context: AppContext, at: datetime) -> str:
    """An instant as people here type it."""
    return f"{context.local(at):%Y-%m-%d %H:%M}"


def when_field(context: AppContext) -> FormField:
    """When it happened: now, unless something else is typed."""
    return FormField(
        "at",
        "When",
        local_text(context, context.now),
        hint="now, 14:05, yesterday 16:00, 2026-11-22 14:05",
    )


def moment_of(context: AppContext, values: Values, name: str) -> datetime | FieldFault:
    """An instant that is past, as typed."""
    practice = context.practice
    read = read_past(
        values[name], now=context.now, zone=practice.zone, month_first=practice.month_first
    )
    return FieldFault(name, read.message) if isinstance(read, Problem) else read


def count_of(values: Values, name: str) -> int | FieldFault | None:
    """A whole number as typed."""
    if not values[name]:
        return None
    return (
        int(values[name])
        if values[name].isascii() and values[name].isdigit()
        else FieldFault(name, "Write a whole number.")
    )


def yes(value: bool | None) -> str:
    """yes, no, or empty where nobody said."""
    return "" if value is None else "yes" if value else "no"


def yes_of(values: Values, name: str) -> bool | None:
    """yes, no or not known."""
    return {"yes": True, "no": False}.get(values[name])
