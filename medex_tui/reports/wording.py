"""How days, numbers, people and doses are written: the same in every note, letter and list.

Everything here returns plain text, not Markdown, and holds what people typed unescaped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from medex_tui.domain.dates.clock import MONTHS, dated
from medex_tui.domain.dates.clock import local_day as local_day
from medex_tui.domain.quantities import entered_parts, load_text
from medex_tui.domain.records.people import Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Exercise, Vitals

DOCUMENTS = {
    "referral_ack": "Referral acknowledgement",
    "intro_letter": "Introductory letter",
    "assessment_summary": "Assessment summary",
    "visit_note": "Visit note",
    "progress_report": "Progress report",
    "change_in_status": "Change in status",
    "missed_visits": "Missed visits",
    "discharge_summary": "Discharge summary",
    "outreach": "Letter of introduction",
}
OWED = {
    "referral_ack": "acknowledgement",
    "intro_letter": "introductory letter",
    "assessment_summary": "assessment summary",
    "reassessment_update": "progress update",
    "progress_report": "progress report",
    "change_in_status": "change in status",
    "red_flag_call": "same-day call",
    "red_flag_written": "red flag report",
    "missed_visits": "missed visits note",
    "discharge_summary": "discharge summary",
}
METHODS = {
    "fax": "fax",
    "direct": "Direct",
    "portal": "portal",
    "secure_email": "secure e-mail",
    "letter": "letter",
    "in_person": "in person",
    "client_copy": "client copy",
    "phone": "phone",
    "text": "text",
}
ORIGINS = {"measured": "entered", "carried": "carried over", "changed": "changed"}
SIDES = {"L": "left", "R": "right", "B": "both"}


def is_american_zone(practice: Practice) -> bool:
    """Whether the practice's time zone is one of North America."""
    zone = practice.settings.timezone
    return zone.startswith(("America/", "US/", "Canada/")) or zone == "Pacific/Honolulu"


def is_american(practice: Practice) -> bool:
    """Whether dates and clock are American: as set in `units.dates`, else by the time zone."""
    chosen = practice.settings.units.get("dates")
    return chosen == "us" if chosen else is_american_zone(practice)


def day(on: date, practice: Practice) -> str:
    """A date as documents print it: `11/22/2026`, elsewhere `22 Nov 2026`."""
    return f"{on:%m/%d/%Y}" if is_american(practice) else dated(on)


def short_day(on: date, practice: Practice) -> str:
    """A date without its year, for table heads: `11/22`, elsewhere `22 Nov`."""
    return f"{on:%m/%d}" if is_american(practice) else f"{on.day} {MONTHS[on.month - 1]}"


def day_of(instant: datetime, practice: Practice) -> str:
    """The local date of an instant, as documents print it."""
    return day(local_day(instant, practice.zone), practice)


def time_of(instant: datetime, practice: Practice) -> str:
    """The local time of an instant: `5:45 PM`, elsewhere `17:45`."""
    local = instant.astimezone(practice.zone)
    if not is_american(practice):
        return f"{local:%H:%M}"
    return f"{local.hour % 12 or 12}:{local:%M} {'PM' if local.hour >= 12 else 'AM'}"


def moment(instant: datetime, practice: Practice) -> str:
    """Date, time and zone: `11/22/2026 10:42 AM EST`, elsewhere `22 Nov 2026 10:42 GMT`."""
    zone_name = instant.astimezone(practice.zone).tzname()
    return f"{day_of(instant, practice)} {time_of(instant, practice)} {zone_name}"


def period(first: date, last: date, practice: Practice) -> str:
    """Two dates, what they share said once: `11/06 - 11/25/2026`, `6 to 25 Nov 2026`."""
    if first == last:
        return day(last, practice)
    if is_american(practice):
        start = short_day(first, practice) if first.year == last.year else day(first, practice)
        return f"{start} - {day(last, practice)}"
    if first.year != last.year:
        return f"{day(first, practice)} to {day(last, practice)}"
    month = "" if first.month == last.month else f" {MONTHS[first.month - 1]}"
    return f"{first.day}{month} to {day(last, practice)}"


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last


def days(dates: Sequence[date], practice: Practice) -> str:
    """Dates in a list: `11/10/2026 and 11/12/2026`, elsewhere `10 and 12 Nov 2026`."""
    shared = len({(on.year, on.month) for on in dates}) == 1
    if is_american(practice) or not shared:
        return listed([day(on, practice) for on in dates])
    return listed([str(on.day) for on in dates[:-1]] + [day(dates[-1], practice)])


def hour(at: datetime, zone: ZoneInfo) -> str:
    """`10:42` on the practice's clock."""
    return f"{at.astimezone(zone):%H:%M}"


def number(value: float) -> str:
    """A figure without idle zeros, at most two decimals: `65`, `2.5`."""
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def to_provider(ours: str) -> str:
    """A sentence of ours as letters have it: whom we call a client, a provider calls a patient (DOMAIN 1.2)."""
    return re.sub(r"\b([Cc])lient", lambda found: "patient" if found[1] == "c" else "Patient", ours)


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 visit`, `3 visits`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def person(login: str | None, practice: Practice) -> str:
    """`A. Okafor, MES` for a login; the login itself where nobody here has it."""
    for practitioner in practice.practitioners.values():
        if practitioner.login == login and practitioner.name:
            return ", ".join(part for part in (practitioner.name, practitioner.credential) if part)
    return login or ""


def provider_short(provider: Provider | None) -> str:
    """As lists show it: `Dr Patel` for `Dr Anil Patel, MD`; letters behind a name are left off."""
    if provider is None:
        return "no provider"
    parts = provider.name.split(",")[0].split()
    while (
        len(parts) > 1 and parts[-1].isupper() and len(parts[-1]) <= 4 and not parts[-2].isupper()
    ):
        parts.pop()
    if len(parts) > 2 and parts[0].rstrip(".") in ("Dr", "Prof"):
        return f"{parts[0]} {parts[-1]}"
    return " ".join(parts) or provider.name


def span(hours: float) -> str:
    """A length of time in the largest unit that tells enough, rounded down: `40 min`, `6 h`, `3 d`."""
    size = abs(hours)
    if size < 1:
        return f"{int(size * 60)} min"
    return f"{int(size)} h" if size < 72 else f"{int(size // 24)} d"


def role(provider: Provider) -> str:
    """`physical therapist`; empty for `other`."""
    return "" if provider.role == "other" else provider.role.replace("_", " ")


def dose(exercise: Exercise) -> str:
    """What was done, without the load: `3x12`, `2x30 s`, `12 min`, `400 m`."""
    e = exercise
    counts = [
        str(e.reps) if e.reps is not None else "",
        f"{number(e.hold_s)} s" if e.hold_s is not None else "",
        f"{number(e.minutes)} min" if e.minutes is not None else "",
        _converted(e.distance_m, "m", entered_parts(e.entered).get("distance_m")),
    ]
    filled = [count for count in counts if count]
    if not filled:
        return plural(e.sets, "set") if e.sets is not None else ""
    if e.sets is not None:
        filled[0] = f"{e.sets}x{filled[0]}"
    elif e.reps is not None:
        filled[0] = plural(e.reps, "rep")
    return ", ".join(filled)


def load(exercise: Exercise, unit: str = "kg") -> str:
    """A load in the practice's unit: `20.87 kg (46 lb)`, or `46 lb`; empty without one."""
    if exercise.load_kg is None:
        return ""
    return load_text(exercise.load_kg, unit, entered_parts(exercise.entered).get("load_kg"))


def _converted(value: float | None, unit: str, typed: str | None) -> str:
    """A value in its canonical unit, with the text as typed behind it where it was converted."""
    if value is None:
        return ""
    return f"{number(value)} {unit}{f' ({typed})' if typed else ''}"


def blood_pressure(vitals: Vitals) -> str:
    """`152/88`; a question mark stands for the half that was not read."""
    return _pressure(vitals.sbp, vitals.dbp)


def standing_pressure(vitals: Vitals) -> str:
    """The same of the pressure taken on standing."""
    return _pressure(vitals.sbp_standing, vitals.dbp_standing)


def _pressure(*halves: int | None) -> str:
    if halves == (None, None):
        return ""
    return "/".join("?" if half is None else str(half) for half in halves)
