"""The practice itself: what letters show of it, and the units its people type in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from medex_tui.app.dialogs.form import FieldFault, Form, FormField, Values
from medex_tui.domain.records.settings import Settings

if TYPE_CHECKING:
    from medex_tui.app.context import AppContext

KG_LB = ("kg", "lb")


def practice_form(context: AppContext, *, start: str = "") -> None:
    """Change the practice's own record."""
    now = context.practice.settings
    fields = [
        FormField("name", "Practice", now.name, hint="as letters show it"),
        FormField("phone", "Phone", now.phone or "", hint="letters ask providers to call it"),
        FormField("fax", "Fax", now.fax or ""),
        FormField("address", "Address", now.address or "", hint="on one line"),
        FormField(
            "load",
            "Loads in",
            now.units.get("load", "kg"),
            choices=KG_LB,
            hint="what @65 means; @65lb always works",
        ),
        FormField(
            "weight",
            "Body weight in",
            now.units.get("weight", "kg"),
            choices=KG_LB,
            hint="what w70 means",
        ),
    ]

    def save(values: Values) -> Settings | list[FieldFault]:
        if not values["name"]:
            return [FieldFault("name", "The practice needs a name: it heads every letter.")]
        units = {**now.units, "load": values["load"] or "kg", "weight": values["weight"] or "kg"}
        return replace(
            now,
            name=values["name"],
            phone=values["phone"] or None,
            fax=values["fax"] or None,
            address=values["address"] or None,
            units=units,
        )

    async def keep(made: Settings) -> None:
        if await context.save([made]):
            context.show_status("The practice is saved.", "good")

    context.ask(
        Form("The practice", fields, save, start=start), lambda made: context.run(keep(made))
    )
