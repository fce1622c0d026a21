"""Problems and questions of a line, collected while the line is read."""

from __future__ import annotations

from collections.abc import Collection

from medex_tui.domain.language.problem import Problem, Question
from medex_tui.domain.quantities import number_text
from medex_tui.domain.shorthand.scan import ScannedWord
from medex_tui.domain.vital_signs import RANGES

ENOUGH = 20
"""Number of problems after which a line is read no further."""


def capital(text: str) -> str:
    """The text with its first letter in upper case; `SpO2` stays as it is."""
    return text[:1].upper() + text[1:]


class Faults:
    """Problems and open questions of one line.

    Questions whose ids are in `confirmed` are settled.
    """

    def __init__(self, confirmed: Collection[str]) -> None:
        self.confirmed = confirmed
        self.problems: list[Problem] = []
        self.questions: list[Question] = []

    @property
    def enough(self) -> bool:
        """Whether there are so many problems that reading stops."""
        return len(self.problems) >= ENOUGH

    def in_order(self) -> list[Problem]:
        """The problems in the order of the line."""
        return sorted(self.problems, key=lambda problem: (problem.start, problem.end))

    def refuse(self, word: ScannedWord, message: str, suggestion: str | None = None) -> None:
        """Note a problem with a word."""
        self.problems.append(word.problem(message, suggestion))

    def refused(self, word: ScannedWord) -> bool:
        """Whether a problem with just this word is noted already."""
        return any(
            (problem.start, problem.end) == (word.start, word.end) for problem in self.problems
        )

    def withdraw(self, id: str) -> None:
        """Remove a question, where another one about the same value says more."""
        self.questions = [question for question in self.questions if question.id != id]

    def ask(self, question: Question) -> None:
        """Add a question, unless it is confirmed or asked already."""
        if question.id not in self.confirmed and all(
            question.id != asked.id for asked in self.questions
        ):
            self.questions.append(question)

    def possible(self, word: ScannedWord, field: str, value: float, of: str = "") -> bool:
        """Whether a value of a quantity (`RANGES`) is possible; refuse it with the range if not."""
        bounds = RANGES[field]
        if bounds.low <= value <= bounds.high:
            return True
        self.refuse(
            word,
            f"{capital(bounds.name)}{of} {number_text(value)} cannot be: "
            f"it goes from {bounds.possible}.",
        )
        return False

    def likely(self, word: ScannedWord, field: str, value: float, of: str = "") -> None:
        """Ask about a value of a quantity (`RANGES`) outside its likely range."""
        bounds = RANGES[field]
        if not bounds.likely_low <= value <= bounds.likely_high:
            said = f"{of}{bounds.name} {number_text(value)} {bounds.unit}".rstrip()
            question = f"{capital(said)} is unusual; is it right?"
            self.ask(
                Question(word.start, word.end, question, None, f"{of}{field} {number_text(value)}")
            )
