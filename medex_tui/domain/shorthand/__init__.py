"""The one-line entries: a session or an assessment typed as a line, read, asked about, and written back."""

from medex_tui.domain.problem import Problem, Question
from medex_tui.domain.shorthand.session import Item, SessionReading, planned_on, read_session, to_session

__all__ = ["Item", "Problem", "Question", "SessionReading", "planned_on", "read_session", "to_session"]
