"""docs/clock.md says what the engine does."""

from __future__ import annotations

import re
from pathlib import Path

from medex_tui.domain.obligations import ACCEPTED, PRESETS, rules
from medex_tui.domain.outcomes.proportion import FEWEST
from medex_tui.domain.safety.rules import SAME_DAY, symptom_rules

TEXT = (Path(__file__).parents[2] / "docs" / "clock.md").read_text("utf-8")


def test_the_table_has_every_kind_with_its_hours() -> None:
    rows = re.findall(r"^\| `(\w+)` \|[^|]+\| ([\w ]+) \| ([\w ]+) \|$", TEXT, re.MULTILINE)
    told = {kind: (rule.target_h, rule.limit_h) for kind, rule in rules().items() if rule.limit_h}
    assert {
        kind: (float(target), float(limit)) for kind, target, limit in rows if target[0].isdigit()
    } == told
    assert {kind for kind, _, _ in rows} == set(rules())


def test_what_it_says_of_symptoms_presets_methods_and_shares_holds() -> None:
    assert (
        symptom_rules()["chest_pain"].report_within_h,
        symptom_rules()["night_pain"].report_within_h,
    ) == (4, 24)
    assert (PRESETS["meti"], PRESETS["exercise-is-medicine"]) == (30, 90)
    assert len(ACCEPTED) == len(
        re.findall(r"Fax|Direct|portal|secure e-mail|letter \(when posted\)|handed over", TEXT)
    )
    assert SAME_DAY and FEWEST == 5
