"""What docs/measures.md shows is read as it stands."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from medex_tui.domain.measures.own import read_own
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Settings
from medex_tui.domain.shorthand import read_assessment

TEXT = (Path(__file__).parents[2] / "docs" / "measures.md").read_text("utf-8")


def test_the_example_of_the_documentation_is_a_measure() -> None:
    example = TEXT.split("```toml\n")[1].split("```")[0]
    read = read_own([("measures.toml", example)])
    assert not read.faults and list(read.additions.measures) == ["floor_to_stand"]
    assert [c.id for c in read.additions.measures["floor_to_stand"].cutoffs] == ["slow"]


TYPED = [
    line
    for row in re.findall(r"^\| (`.*?) \|", TEXT, re.MULTILINE)
    for line in re.findall(r"`([^`]+)`", row)
]


@pytest.mark.parametrize("line", TYPED)
def test_every_line_of_the_documentation_is_read_whole(line: str) -> None:
    client = Client(id="c", given_name="Mei", family_name="Chen")
    practice = Practice([Settings(id="settings", timezone="America/New_York"), client])
    found = read_assessment(
        line, practice=practice, now=datetime(2026, 11, 20, tzinfo=UTC), client=client
    )
    assert found.complete, (found.problems, found.questions)
