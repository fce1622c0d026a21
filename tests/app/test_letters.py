"""Letters in the app by real keys: wording, pages, sealing, sending."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from medex_tui.store import Store

sys.path.insert(0, str(Path(__file__).parent))
from driving import driving

NewId = Callable[[], str]


def reopened(path: Path) -> Store:
    return Store.open(path, by="reader", host="test", pid=2)


async def test_a_wording_outside_our_scope_is_shown_and_kept_with_a_reason(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id, size=(130, 40)) as desk:
        await desk.press("p", "e")
        await desk.press("end", *["backspace"] * 200)
        await desk.type("We treated her.")
        await desk.press("ctrl+g")
        assert "Outside our scope" in desk.text and "treating" in desk.text
        await desk.press("k", "enter")
        await desk.type("as asked by her")
        await desk.press("enter")
        assert "Outside our scope" not in desk.text
        await desk.press("g")
        assert "Signed and frozen" in desk.said
    store = reopened(sample_path)
    signed = max((d for d in store.practice.documents.values() if d.signed_at), key=lambda d: d.signed_at or now)
    store.close()
    assert [(a.word, a.reason, a.by) for a in signed.accepted] == [("We treated", "as asked by her", "aokafor")]
