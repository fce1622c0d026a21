"""Batteries by problem as the practice changed them; entries of the pickers of an assessment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs

from medex_tui.app.styled_lines import Choice
from medex_tui.domain.measures import Battery, Measure, catalogue, default_battery
from medex_tui.domain.measures.norms import Norm
from medex_tui.domain.measures.tables import Cutoff, Equation, by_default
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Settings


def batteries(kept: Mapping[str, Sequence[str]]) -> list[Battery]:
    """The shipped batteries with the practice's changes, then its own."""
    known = catalogue()
    shipped = [
        structs.replace(b, measures=[m for m in kept.get(b.id, b.measures) if m in known.measures])
        for b in known.batteries
    ]
    ids = {b.id for b in shipped}
    own = [
        Battery(id=name, name=name, words=[], measures=[m for m in measures if m in known.measures])
        for name, measures in kept.items()
        if name not in ids
    ]
    return [*shipped, *own]


def battery_for(practice: Practice, client_id: str) -> Battery:
    """The practice's battery for the client's referral."""
    referral = practice.current_episode(client_id)
    said = (
        [referral.reason, *(part for d in referral.diagnoses for part in (d.icd10, d.text))]
        if referral
        else []
    )
    likely = default_battery(" ".join(filter(None, said)))
    return next(b for b in batteries(practice.settings.batteries) if b.id == likely.id)


def battery_choices(kept: Mapping[str, Sequence[str]], *, measured_before: bool) -> list[Choice]:
    """Entries of the battery picker: last time, each battery, save as a battery, reset one.

    Keys: `last`, `take:ID`, `keep`, `drop:ID`.
    """
    known = catalogue()
    shipped = {b.id for b in known.batteries}
    offered = (
        [Choice("last", "last time", "what was measured last time")] if measured_before else []
    )
    there = batteries(kept)
    for battery in there:
        mark = ""
        if battery.id in kept:
            mark = "changed: " if battery.id in shipped else "own: "
        shorts = ", ".join(known.measure(m).short for m in battery.measures)
        offered.append(Choice(f"take:{battery.id}", battery.name, f"{mark}{shorts}"))
    offered.append(
        Choice("keep", "keep these as ...", "the measures on screen, for this and later clients")
    )
    for battery in there:
        if battery.id in kept:
            reset = battery.id in shipped
            word, beside = ("reset", "as medex ships it") if reset else ("drop", "")
            offered.append(Choice(f"drop:{battery.id}", f"{word} {battery.name}", beside))
    return offered


def measure_choices(query: str) -> list[Choice]:
    """Measures whose name, alias, id or domain has every word of the query, in catalogue order."""
    known, words = catalogue(), query.lower().split()
    offered = []
    for id in known.ready:
        measure = known.measure(id)
        domain = measure.domain or "context"
        said = f"{measure.name} {measure.short} {id} {domain} {' '.join(measure.aliases)}".lower()
        if all(word in said for word in words):
            offered.append(Choice(id, measure.short, f"{domain}  {measure.name}"))
    return offered


def references(measure: Measure) -> list[Cutoff | Norm | Equation]:
    """The references that can be switched: cutoffs, norms and prediction equations."""
    return [*measure.cutoffs, *measure.norms, *(measure.equations if measure.predicted else [])]


def reference_choices(measure: Measure) -> list[Choice]:
    """The references of a measure, each on or off in this practice."""
    known = catalogue()
    return [
        Choice(
            part.id,
            f"{'on ' if known.shown(measure, part) else 'OFF'} {part.id.replace('_', ' ')}",
            f"{known.source(part.source).tag}{'' if by_default(part) else ', off by default'}",
        )
        for part in references(measure)
    ]


def switched(settings: Settings, measure: Measure, reference: str) -> tuple[str, Settings]:
    """Switch a reference on or off: its new state (`on`, `off`) and the changed settings."""
    part = next(part for part in references(measure) if part.id == reference)
    key = f"{measure.id}/{reference}"
    off = [k for k in settings.references_off if k != key]
    on = [k for k in settings.references_on if k != key]
    if catalogue().shown(measure, part):
        off += [key] if by_default(part) else []
        return "off", structs.replace(settings, references_off=off, references_on=on)
    on += [] if by_default(part) else [key]
    return "on", structs.replace(settings, references_off=off, references_on=on)
