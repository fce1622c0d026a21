"""The example of docs/measures.md is read as it stands."""

from __future__ import annotations

from pathlib import Path

from medex_tui.domain.measures.own import read_own

TEXT = (Path(__file__).parents[2] / "docs" / "measures.md").read_text("utf-8")


def test_the_example_of_the_documentation_is_a_measure() -> None:
    example = TEXT.split("```toml\n")[1].split("```")[0]
    read = read_own([("measures.toml", example)])
    assert not read.faults and list(read.additions.measures) == ["floor_to_stand"]
    assert [c.id for c in read.additions.measures["floor_to_stand"].cutoffs] == ["slow"]
