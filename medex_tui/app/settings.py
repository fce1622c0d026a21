"""The practice itself: what letters show of it, and the units its people type in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from medex_tui.app.form import Fault, Field, Form, Values
from medex_tui.domain.records import Settings

if TYPE_CHECKING:
    from medex_tui.app.medex import Medex

KG_LB = ("kg", "lb")


def practice_form(medex: Medex) -> None:
    """Change the practice's own record."""
    now = medex.practice.settings
    fields = [
        Field("name", "Practice", now.name, hint="as letters show it"),
        Field("phone", "Phone", now.phone or "", hint="letters ask providers to call it"),
        Field("fax", "Fax", now.fax or ""),
        Field("address", "Address", now.address or "", hint="on one line"),
        Field(
            "load", "Loads in", now.units.get("load", "kg"), choices=KG_LB, hint="what @65 means; @65lb always works"
        ),
        Field("weight", "Body weight in", now.units.get("weight", "kg"), choices=KG_LB, hint="what w70 means"),
    ]

    def save(values: Values) -> Settings | list[Fault]:
        if not values["name"]:
            return [Fault("name", "The practice needs a name: it heads every letter.")]
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
        if await medex.keep([made]) and medex.page:
            medex.page.say("The practice is saved.", "good")

    medex.ask(Form("The practice", fields, save), lambda made: medex.run_worker(keep(made)))
