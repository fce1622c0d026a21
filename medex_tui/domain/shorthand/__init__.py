"""The one-line entries: a session or an assessment typed as a line, parsed and written back."""

from medex_tui.domain.language.problem import Problem, Question
from medex_tui.domain.shorthand.assessment import AssessmentReading, ReadingPreview, read_assessment
from medex_tui.domain.shorthand.complete import Completion, complete, complete_assessment
from medex_tui.domain.shorthand.item import Item
from medex_tui.domain.shorthand.lookup import planned_nearest, planned_on
from medex_tui.domain.shorthand.record import to_assessment, to_session
from medex_tui.domain.shorthand.repeat import accepted, at_time, likely_next
from medex_tui.domain.shorthand.session import SessionReading, read_session
from medex_tui.domain.shorthand.write import (
    exercise_text,
    write_assessment,
    write_plan,
    write_session,
)

__all__ = [
    "AssessmentReading",
    "Completion",
    "Item",
    "Problem",
    "Question",
    "ReadingPreview",
    "SessionReading",
    "accepted",
    "at_time",
    "complete",
    "complete_assessment",
    "exercise_text",
    "likely_next",
    "planned_nearest",
    "planned_on",
    "read_assessment",
    "read_session",
    "to_assessment",
    "to_session",
    "write_assessment",
    "write_plan",
    "write_session",
]
