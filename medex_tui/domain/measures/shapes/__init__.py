"""Shapes of measures, by the `combine` field of the catalogue.

A new measure of a known shape is one row of the catalogue; a new shape is one module and one row
of `SHAPES`.
"""

from __future__ import annotations

from collections.abc import Mapping

from medex_tui.domain.measures.shapes.activities import ActivitiesShape
from medex_tui.domain.measures.shapes.base import Shape
from medex_tui.domain.measures.shapes.equation import EquationShape
from medex_tui.domain.measures.shapes.goals import GoalsShape
from medex_tui.domain.measures.shapes.items import ItemsShape
from medex_tui.domain.measures.shapes.sppb import SppbShape
from medex_tui.domain.measures.shapes.stages import StagesShape
from medex_tui.domain.measures.shapes.trials import TrialsShape
from medex_tui.domain.measures.tables import Measure

TRIALS = TrialsShape()

SHAPES: Mapping[str, Shape] = {
    "max": TRIALS,
    "min": TRIALS,
    "mean": TRIALS,
    "single": TRIALS,
    "items": ItemsShape(),
    "activities": ActivitiesShape(),
    "goals": GoalsShape(),
    "stages": StagesShape(),
    "sppb": SppbShape(),
    "equation": EquationShape(),
}


def shape_of(measure: Measure) -> Shape:
    """The shape of a measure."""
    return SHAPES[measure.combine]
