"""A signed record is added to, never changed: who, when, why of each addition; old and new of a correction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from medex_tui.domain.integrity import change_refused
from medex_tui.domain.records.amending import Lack, amended
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.visits import Session

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
NEXT_DAY = AT + timedelta(hours=25)
VISIT = Session(
    id="s",
    client_id="c",
    started_at=AT,
    state="signed",
    signed_at=AT,
    signed_by="ao",
    note="Row 3x12.",
)
TEST = Assessment(id="a", client_id="c", taken_at=AT, signed_at=AT, signed_by="ao")


@pytest.mark.parametrize("record", [VISIT, TEST])
def test_each_kind_is_added_after_what_is_there_and_the_original_stays(
    record: Session | Assessment,
) -> None:
    first = amended(
        record, kind="addendum", text=" Slept badly. ", reason="told later", at=NEXT_DAY, by="ao"
    )
    assert not isinstance(first, Lack)
    second = amended(
        first,
        kind="correction",
        was="Row 3x12",
        text="Row 3x10",
        reason="wrong card",
        at=NEXT_DAY,
        by="ja",
    )
    assert not isinstance(second, Lack)
    third = amended(
        second, kind="late_entry", text="Walked home.", reason="left out", at=NEXT_DAY, by="ao"
    )
    assert not isinstance(third, Lack)
    assert [(a.kind, a.was, a.text, a.by) for a in third.amendments] == [
        ("addendum", None, "Slept badly.", "ao"),
        ("correction", "Row 3x12", "Row 3x10", "ja"),
        ("late_entry", None, "Walked home.", "ao"),
    ]
    assert replace(third, amendments=[]) == record
    assert change_refused(record, third) is None


def test_what_an_amendment_lacks_is_named_by_its_field() -> None:
    def lack(record: Session = VISIT, **given: str) -> str:
        whole = {"kind": "addendum", "text": "More.", "reason": "told later", **given}
        made = amended(record, at=NEXT_DAY, by="ao", **whole)  # type: ignore[arg-type]
        assert isinstance(made, Lack)
        return made.field

    assert lack(text=" ") == "text"
    assert lack(reason="") == "reason"
    assert lack(kind="correction") == "was"
    assert lack(was="old") == "was"
    assert lack(replace(VISIT, signed_at=None)) == "kind"
    assert (
        lack(replace(VISIT, ended_at=NEXT_DAY - timedelta(hours=24)), kind="late_entry") == "kind"
    )
