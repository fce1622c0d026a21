"""Letters in the app by real keys: wording, pages, sealing, sending."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from medex_tui.app.row_keys import CommunicationKey
from medex_tui.app.screens.client import ClientScreen
from medex_tui.app.screens.letter import LetterScreen
from medex_tui.app.screens.sent_letter import SentLetterScreen
from medex_tui.app.widgets.lists import RowList
from medex_tui.app.widgets.text_input import LineInput
from medex_tui.domain.obligations import Obligation
from medex_tui.reports.documents.letter import Judgement, Letter
from medex_tui.reports.letters.registry import letter_for
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
        assert "Signed. " in desk.said
    store = reopened(sample_path)
    signed = max(
        (d for d in store.practice.documents.values() if d.signed_at),
        key=lambda d: d.signed_at or now,
    )
    store.close()
    assert [(a.word, a.reason, a.by) for a in signed.accepted] == [
        ("We treated", "as asked by her", "aokafor")
    ]


async def test_a_signed_letter_goes_through_the_practices_own_sender(
    sample_path: Path, now: datetime, new_id: NewId, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    async with driving(sample_path, now, new_id, config=config) as desk:
        await desk.press("p", "s")
        assert "Sign it first" in desk.said
        await desk.press("g")
        await desk.press("s")
        assert "medex sends nothing itself" in desk.said
        hook = config / "hooks" / "send"
        hook.parent.mkdir(parents=True)
        hook.write_text(f"#!/bin/sh\ncat > {tmp_path}/got; echo queued 4711\n")
        hook.chmod(0o700)
        await desk.press("s")
        assert desk.said == "Sent, says the hook: queued 4711"
    assert "Seal " in (tmp_path / "got").read_text()
    store = reopened(sample_path)
    made = max(store.practice.communications.values(), key=lambda c: c.at)
    store.close()
    assert (made.result, made.confirmation, made.method) == ("sent", "queued 4711", "fax")


async def test_the_meter_counts_lines_and_a_letter_leaves_in_every_form(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await desk.press("p")
        assert "/55 lines, 1 page" in desk.lines[0]
        await desk.press("d")
        assert "It is one page" in desk.said
        for form, suffix in (("html", ".html"), ("text", ".txt")):
            await desk.press("X")
            await desk.type(form)
            await desk.press("enter")
            assert "Written: " in desk.said, desk.said
            assert list(sample_path.with_suffix(".exports").glob(f"*{suffix}"))


async def test_over_a_page_measures_are_left_out_by_one_key_and_brought_back_by_it(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id, size=(140, 40)) as desk:
        ramos = next(
            o
            for o in desk.app.context.obligations
            if o.kind == "reassessment_update" and o.state == "owed"
        )
        await desk.app.push_screen(LetterScreen(ramos.key))
        await desk.settle()
        page = desk.app.screen
        assert isinstance(page, LetterScreen)
        page.judgement = Judgement(bottom_line="Walks to the market. " * 12)
        page.redraw()
        await desk.settle()
        assert "Not one page" in desk.text and "2 pages" in desk.lines[0]
        await desk.press("d")
        assert "Left out: " in desk.said and "1 page" in desk.lines[0]
        assert "Left out" in desk.text.split("What it is made of")[1]
        await desk.press("d")
        assert "2 pages" in desk.lines[0]


async def test_beside_a_letter_stands_what_it_is_made_of_and_help_says_it_too(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id, size=(140, 40)) as desk:
        await desk.press("p")
        made = desk.text.split("What it is made of")[1]
        for word in ("Answers", "Dr Patel, fax", "Assessed", "PSFS", "Goals", "Template"):
            assert word in made, word
    async with driving(sample_path, now, new_id) as desk:
        await desk.press("p", "question_mark")
        assert "Answers: assessment summary, limit" in desk.text


async def test_what_was_sent_is_opened_again_with_where_it_went(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id, size=(140, 40)) as desk:
        owed = desk.app.context.obligations[0]
        await desk.press("p", "g", "m", "enter")
        body = next(
            d.body
            for d in desk.app.context.practice.documents.values()
            if owed.source_id in d.about
        )
        sent = next(
            c for c in desk.app.context.practice.communications.values() if owed.key in c.answers
        )
        await desk.app.push_screen(ClientScreen(owed.client_id))
        await desk.settle()
        desk.app.screen.query_one("#rows", RowList).select(CommunicationKey(sent.id))
        await desk.press("enter")
        assert isinstance(desk.app.screen, SentLetterScreen) and desk.app.screen.markdown() == body
        for word in ("(as signed)", "SHA-256", "Sent", "fax 555-"):
            assert word in desk.text, word


async def test_an_answer_with_an_order_becomes_a_limit_of_the_client(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await desk.press("o", "r")
        await desk.type("ramos")
        await desk.press("enter")
        await desk.type("Thanks.")
        await desk.press("tab")
        await desk.type("HR cap 110 until echo; no kneeling")
        await desk.press("ctrl+g")
        assert "Reply saved. HR limit now 110. 1 added to the precautions" in desk.said
    store = reopened(sample_path)
    practice = store.practice
    store.close()
    client = next(c for c in practice.clients.values() if c.family_name == "Ramos")
    limit = client.limits[-1]
    assert (limit.what, limit.value, limit.note) == ("hr", "110", "until echo")
    answered = practice.communications[limit.document or ""]
    assert answered.reply and answered.reply.orders == "HR cap 110 until echo; no kneeling"


async def test_a_sending_is_recorded_in_three_keys_and_a_letter_built_filed_and_marked_in_five(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        first = desk.app.context.obligations[0]
        await desk.press("m", "enter")
        assert desk.pressed <= 3 and "Recorded" in desk.said
        assert next(o for o in desk.app.context.obligations if o.key == first.key).state == "met"
    async with driving(sample_path, now, new_id) as desk:
        owed = desk.app.context.obligations[0]
        await desk.press("p", "g", "x", "m", "enter")
        assert desk.pressed <= 5
        assert next(o for o in desk.app.context.obligations if o.key == owed.key).state == "met"
        assert list(sample_path.with_suffix(".exports").glob("*.md"))


async def test_what_is_typed_ahead_of_a_slow_signing_waits_for_it(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        owed, kept = desk.app.context.obligations[0], desk.app.context.store.save

        def slowly(*given: Any, **more: Any) -> Any:
            time.sleep(0.3)
            return kept(*given, **more)

        desk.app.context.store.save = slowly  # type: ignore[method-assign]
        await desk.press("p", "g", "x", "m", "enter")
        assert next(o for o in desk.app.context.obligations if o.key == owed.key).state == "met"


async def test_a_signed_note_is_corrected_and_the_original_stays(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id, size=(100, 40)) as desk:
        await desk.press("/")
        await desk.type("hicks")
        await desk.press("enter", "v")
        await desk.press("e", "up")
        await desk.press(*["backspace"] * 8)
        await desk.type("corr")
        await desk.press("enter")
        await desk.type("row 3x10")
        await desk.press("enter", "ctrl+g")
        assert "say what the original reads" in desk.text
        await desk.type("row 3x12")
        await desk.press("ctrl+g")
        assert "why it was not in the original" in desk.text
        await desk.type("wrong card")
        await desk.press("ctrl+g")
        assert desk.said == "Added; the original stands."
    store = reopened(sample_path)
    (kept,) = [a for s in store.practice.sessions.values() for a in s.amendments]
    store.close()
    assert (kept.kind, kept.was, kept.text, kept.reason) == (
        "correction",
        "row 3x12",
        "row 3x10",
        "wrong card",
    )


async def test_what_a_letter_lacks_keeps_it_here_and_one_key_opens_the_form_that_fills_it(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id, size=(140, 40)) as desk:
        blocked = next(o for o in desk.app.context.obligations if o.blocked_by)
        await desk.app.push_screen(LetterScreen(blocked.key))
        await desk.settle()
        assert "f fills in the first" in desk.text
        for key in ("x", "X", "g"):
            await desk.press(key)
            assert desk.said.startswith("Not ") and "consent to release" in desk.said
        assert not list(sample_path.with_suffix(".exports").glob("*"))
        await desk.press("f")
        desk.app.screen.query_one("#f-consent_on", LineInput).focus()
        await desk.press("end", *["backspace"] * 12)
        await desk.type("yesterday")
        await desk.press("ctrl+g")
        assert "Nothing is missing" in desk.text
        await desk.press("x")
        assert "Written: " in desk.said


async def test_a_provider_is_introduced_to_the_practice_before_there_is_a_client(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id, size=(140, 40)) as desk:
        await desk.press("plus")
        await desk.type("intro")
        await desk.press("enter")
        await desk.type("lee")
        await desk.press("enter")
        assert (
            "When your plan of care ends" in desk.text and "for a physical therapist" in desk.text
        )
        await desk.press("X")
        await desk.type("text")
        await desk.press("enter")
        (written,) = sample_path.with_suffix(".exports").glob("*_outreach_*.txt")
        assert "\f" in written.read_text() and "service overview" in written.read_text()
        await desk.press("m", "enter")
        assert desk.said.startswith("Signed, and recorded as sent")
        made = max(desk.app.context.practice.communications.values(), key=lambda c: (c.at, c.id))
        letter = desk.app.context.practice.documents[made.document_id or ""]
        assert (letter.kind, made.client_id, letter.to) == ("outreach", None, [made.provider_id])
        assert (made.method, made.address) == ("direct", "klee@direct.riverbend.example")


async def test_a_draft_is_written_once_however_often_it_is_drawn(
    sample_path: Path, now: datetime, new_id: NewId, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def counted(owed: Obligation, *rest: Any, **more: Any) -> Letter:
        written.append(owed.key)
        return letter_for(owed, *rest, **more)

    monkeypatch.setattr("medex_tui.app.screens.letter.letter_for", counted)
    async with driving(sample_path, now, new_id, size=(140, 40)) as desk:
        await desk.press("p", "question_mark", "escape", "down", "up")
        assert len(written) == 1
        await desk.press("e", "end")
        await desk.type("!")
        await desk.press("ctrl+g")
        assert len(written) == 2, "a new judgement makes a new draft"
