"""Questionnaires: one answer for each item, scored as a sum or a mean."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, isfinite
from typing import ClassVar

from medex_tui.domain.measures.amounts import EDGE, number
from medex_tui.domain.measures.shapes.base import (
    ComputedScore,
    EnteredParts,
    Shape,
    UnscorableReading,
)
from medex_tui.domain.measures.tables import ItemsRule, Measure
from medex_tui.domain.records.assessments import Reading


class ItemsShape(Shape):
    """A questionnaire: one trial for each answered item."""

    asks_unscored: ClassVar[bool] = True
    whole_steps: ClassVar[bool] = True
    item_word: ClassVar[str] = "items"

    def score(
        self, measure: Measure, readings: Sequence[Reading], age: int | None, sex: str | None
    ) -> ComputedScore:
        """Sum or mean of the answers; unanswered items are left out or made up by the rule."""
        rule, answers = self.checked_answers(measure, readings)
        items, n = measure.items or 0, len(answers)
        total = sum(sorted(answers))
        how = self.rule_text(measure, n)
        if rule.of == "mean":
            value = rule.times * total / n + rule.plus
            if any(norm.unit == "raw50" for norm in measure.norms):
                how = f"{number(value / 2, 1, trim=True)} of 50; {how}"
            return ComputedScore(value, how)
        if n == items or not rule.prorate:
            return ComputedScore(total, how)
        return ComputedScore(ceil(items * total / n - EDGE), f"{how}, made up to {items}")

    def rule_text(self, measure: Measure, count: int) -> str:
        """How the score of `count` answers was made: `9 of 10 items`."""
        return f"{count} of {measure.items} items"

    def checked_answers(
        self, measure: Measure, readings: Sequence[Reading]
    ) -> tuple[ItemsRule, list[float]]:
        """The scoring rule and the answers; raise UnscorableReading for too many, few or odd."""
        rule, items = measure.items_rule, measure.items
        if rule is None or items is None:
            raise UnscorableReading("the catalogue has no scoring rule for this measure")
        answers = [t for r in readings for t in r.trials]
        n, word = len(answers), self.item_word
        if n > items:
            raise UnscorableReading(f"{n} {word} entered, there are {items}")
        if n < max(measure.min_answered, 1):
            raise UnscorableReading(
                f"{n} of {items} {word} answered, at least {measure.min_answered} needed"
            )
        for answer in answers:
            if not (isfinite(answer) and measure.item_min <= answer <= measure.item_max):
                raise UnscorableReading(
                    f"{answer:g} is outside {measure.item_min:g} to {measure.item_max:g}"
                )
            if self.whole_steps and answer != round(answer):
                raise UnscorableReading(f"{answer:g} is no answer of a whole-number scale")
        return rule, answers

    def part_range(self, measure: Measure) -> tuple[float, float] | None:
        """The range of one answer."""
        return (measure.item_min, measure.item_max) if measure.items else None

    def box_names(self, measure: Measure, inputs: Sequence[str]) -> tuple[str, ...]:
        """The number of each item."""
        return tuple(str(n + 1) for n in range(measure.items or 1))

    def box_width(self, measure: Measure) -> int:
        """As many characters as the highest answer has."""
        return len(f"{measure.item_max:g}")

    def entered_parts(
        self, measure: Measure, texts: Sequence[str], names: Sequence[str]
    ) -> EnteredParts:
        """The answers; with the numbers of the items where some are missing."""
        answered = self.filled(measure, texts, names)
        complete = len(answered) == len(texts)
        return EnteredParts([v for v, _ in answered], [] if complete else [n for _, n in answered])
