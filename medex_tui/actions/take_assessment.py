"""Make an assessment of a line or of a battery of boxes."""

from __future__ import annotations

from msgspec.structs import replace

from medex_tui.actions.context import ActionContext
from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.measures import catalogue
from medex_tui.domain.records.amending import entered_late
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.seal import signed
from medex_tui.domain.shorthand import AssessmentReading, to_assessment


def take_assessment(
    context: ActionContext, reading: AssessmentReading, *, sign: bool
) -> Assessment:
    """The assessment that a whole line makes. Raises ValueError for a line that is not whole."""
    return to_assessment(
        reading,
        None,
        practice=context.practice,
        id=context.new_id(),
        now=context.now,
        by=context.login,
        sign=sign,
    )


def sign_battery(context: ActionContext, assessment: Assessment) -> Assessment:
    """An assessment entered in boxes, signed: readings with the catalogue's version, a late one stamped."""
    now, zone, version = context.now, context.zone, catalogue().version
    readings = [replace(reading, catalogue=version) for reading in assessment.readings]
    stamped = replace(assessment, readings=readings)
    if local_day(stamped.taken_at, zone) < local_day(now, zone):
        stamped = entered_late(stamped, stamped.taken_at, at=now, by=context.login, zone=zone)
    return signed(stamped, at=now, by=context.login)
