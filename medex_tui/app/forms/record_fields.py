"""Form fields made from the registry of record fields."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from medex_tui.app.dialogs.form import FieldFault, FormField
from medex_tui.app.forms.field_values import count_from, day_from, instant_from
from medex_tui.domain.dates.clock import age_on
from medex_tui.domain.records.fields import FIELDS, FieldSpec, choices

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext

YES_NO = ("yes", "no")


def record_field(
    context: AppContext, table: str, name: str, value: str = "", **changes: Any
) -> FormField:
    """The form field of a record's field, with its value as text.

    Label, hint, choices and the reading of dates and numbers are those of the registry; `changes`
    replace attributes of the FormField.
    """
    spec = FIELDS[table][name]
    options = YES_NO if spec.kind == "yes_no" else tuple(map(str.lower, choices(table, name)))
    field = FormField(
        name,
        spec.label,
        value,
        hint=spec.hint,
        choices=options,
        required=spec.required,
        many=spec.many,
        echo=_echo(context, spec, name),
    )
    return replace(field, **changes)


def _echo(context: AppContext, spec: FieldSpec, name: str) -> Any:
    """How a typed value of a field is understood, or None for fields that are taken as typed."""

    def day(text: str) -> str | FieldFault:
        value = day_from(context, spec, name, text)
        if not isinstance(value, date):
            return value or ""
        return shown_day(value, context.local(context.now).date(), birth=name == "birth_date")

    def instant(text: str) -> str | FieldFault:
        value = instant_from(context, spec, name, text)
        if not isinstance(value, datetime):
            return value
        return f"{context.local(value):%a %Y-%m-%d %H:%M}"

    def count(text: str) -> str | FieldFault:
        value = count_from(name, text)
        return value if isinstance(value, FieldFault) else ""

    return {"day": day, "instant": instant, "count": count}.get(spec.kind)


def shown_day(day: date, today: date, *, birth: bool = False) -> str:
    """A date with its weekday and year; a birth date with the age."""
    if birth:
        return f"{day:%Y-%m-%d}, age {age_on(day, today)}" if day <= today else f"{day:%Y-%m-%d}"
    return f"{day:%a %Y-%m-%d}"
