"""Outcome measures: scores from raw trials, changes against thresholds, published references.

Every number comes from the catalogue with its source. `catalogue()` loads on first use, so
importing this package reads no file.
"""

from medex_tui.domain.measures.amounts import (
    bare,
    convert,
    format_threshold,
    format_value,
    grade_value,
)
from medex_tui.domain.measures.changes import MeasuredChange, Verdict, change
from medex_tui.domain.measures.entry import plausible, plausible_part
from medex_tui.domain.measures.outcomes import (
    Outcome,
    OutcomeCells,
    OutcomeRow,
    TakenReading,
    outcome,
    outcomes,
)
from medex_tui.domain.measures.references import Band, bands, printed
from medex_tui.domain.measures.scoring import NoScore, Score, SideScore, score
from medex_tui.domain.measures.tables import (
    DOMAINS,
    Additions,
    Battery,
    Catalogue,
    Citation,
    Domain,
    Measure,
    catalogue,
    default_battery,
    domain_of,
)

__all__ = [
    "DOMAINS",
    "Additions",
    "Band",
    "Battery",
    "Catalogue",
    "Citation",
    "Domain",
    "Measure",
    "MeasuredChange",
    "NoScore",
    "Outcome",
    "OutcomeCells",
    "OutcomeRow",
    "Score",
    "SideScore",
    "TakenReading",
    "Verdict",
    "bands",
    "bare",
    "catalogue",
    "change",
    "convert",
    "default_battery",
    "domain_of",
    "format_threshold",
    "format_value",
    "grade_value",
    "outcome",
    "outcomes",
    "plausible",
    "plausible_part",
    "printed",
    "score",
]
