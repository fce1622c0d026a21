"""The scope language: bad sentences are found, with a place and a better wording; believable ones are left alone."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from medex_tui.domain.obligations import obligations
from medex_tui.domain.records.corrections import Acceptance, Amendment
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.seal import seal_holds, seal_of
from medex_tui.domain.records.visits import Session
from medex_tui.domain.scope_language import (
    findings,
    quotes,
    session_findings,
    session_texts,
    standing,
    wording,
)
from medex_tui.reports.letters.registry import letter_for
from medex_tui.reports.notes.visit_note import visit_note
from medex_tui.sample import sample_practice
from properties import examples

FAMILIES = tomllib.loads((Path(__file__).parent / "scope_families.toml").read_text())
SENTENCES = tomllib.loads((Path(__file__).parent / "language_sentences.toml").read_text())
NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
PRACTICE = Practice(sample_practice(NOW, owner="aokafor"))


@pytest.mark.parametrize(("kind", "word", "sentence"), SENTENCES["bad"])
def test_a_bad_sentence_is_found(kind: str, word: str, sentence: str) -> None:
    found = findings(sentence)
    assert kind in [f.kind for f in found]
    one = next(f for f in found if f.kind == kind)
    flat = " ".join(sentence[one.start : one.end].split()).lower()
    assert word.lower() in flat or flat in word.lower()
    assert one.reason and one.instead


@pytest.mark.parametrize("sentence", SENTENCES["good"])
def test_a_believable_sentence_is_left_alone(sentence: str) -> None:
    assert findings(sentence) == []


def filled(family: dict[str, list[str]]) -> list[str]:
    sentences = [t.format(word) for t in family["templates"] for word in family["words"]]
    return [sentence[0].upper() + sentence[1:] for sentence in sentences]


@pytest.mark.parametrize("family", FAMILIES["find"], ids=lambda family: family["family"])
def test_every_sentence_of_an_out_of_scope_family_is_found(family: dict[str, list[str]]) -> None:
    assert [sentence for sentence in filled(family) if not findings(sentence)] == []


@pytest.mark.parametrize("family", FAMILIES["pass"], ids=lambda family: family["family"])
def test_no_sentence_of_an_ordinary_family_is_found(family: dict[str, list[str]]) -> None:
    assert [(s, f.word) for s in filled(family) for f in findings(s)] == []


def test_the_sample_practice_has_nothing_to_find() -> None:
    alarms = [
        (text.text, found.word)
        for session in PRACTICE.sessions.values()
        for text, found in session_findings(session, PRACTICE)
    ]
    assert alarms == []


@pytest.mark.slow
def test_no_note_and_no_letter_drafted_from_the_sample_has_a_finding() -> None:
    seen: set[str] = set()
    for session in PRACTICE.sessions.values():
        if session.state != "planned":
            for form in ("form", "soap", "dap"):
                text = visit_note(session, PRACTICE, form)  # type: ignore[arg-type]
                seen.update(f.word for f in findings(text, quotes(PRACTICE, session.client_id)))
    for owed in obligations(PRACTICE, NOW):
        body = letter_for(owed, PRACTICE, NOW, "aokafor").body
        seen.update(
            f"{owed.kind}: {f.word}" for f in findings(body, quotes(PRACTICE, owed.client_id))
        )
    assert seen == set()


def test_what_the_referral_says_may_be_repeated_word_for_word_and_named() -> None:
    referral = "Rotator cuff tear, right shoulder, s/p repair"
    assert findings("Rotator cuff tear limits overhead reach.") != []
    assert findings("Rotator cuff tear limits overhead reach.", [referral]) == []
    assert (
        findings("As you wrote: rotator  cuff tear, right shoulder, s/p repair.", [referral]) == []
    )
    assert [f.word for f in findings("Rotator cuff tear and a torn labrum.", [referral])] == [
        "torn labrum"
    ]


def test_a_quote_does_not_excuse_the_sentence_around_it() -> None:
    assert [f.kind for f in findings("We treated her arthritis.", ["Arthritis, right hand"])] == [
        "treating"
    ]


def test_what_happened_since_last_visit_is_the_clients_account() -> None:
    session = Session(
        id="s",
        client_id="c",
        since_last="Diagnosed with bursitis on Monday.",
        note="Treated the hip.",
    )
    assert [t.place for t in session_texts(session)] == ["since last visit", "note"]
    assert [(t.place, f.word) for t, f in session_findings(session, Practice([session]))] == [
        ("note", "Treated")
    ]


def test_an_accepted_word_stands_wherever_it_is_and_no_other_does() -> None:
    found = findings("Treated the hip. Crushed it.")
    accepted = [Acceptance(word="TREATED", reason="the client's own word", by="ao", at=NOW)]
    assert [f.word for f in standing(found, accepted)] == ["Crushed it"]


def test_accepting_a_word_after_signing_breaks_no_seal() -> None:
    session = Session(id="s", client_id="c", note="Treated the hip.", state="signed")
    sealed = replace(session, seal=seal_of(session))
    assert seal_holds(
        replace(sealed, accepted=[Acceptance(word="treated", reason="r", by="a", at=NOW)])
    )


def test_amendments_are_read_too() -> None:
    made = Amendment(kind="addendum", text="Guaranteed result.", at=NOW, by="ao")
    session = Session(id="s", client_id="c", amendments=[made])
    found = session_findings(session, Practice([session]))
    assert [(t.place, f.kind) for t, f in found] == [("amendment 1", "promising")]


def test_every_rule_is_shown_by_a_bad_sentence() -> None:
    reasons = {f.reason for _, _, sentence in SENTENCES["bad"] for f in findings(sentence)}
    assert [rule.id for rule in wording().rules if rule.reason not in reasons] == []


@given(st.text(max_size=300))
@examples(100)
def test_any_text_is_read_and_places_are_its_own(text: str) -> None:
    for one in findings(text, [text[:20]]):
        assert 0 <= one.start < one.end <= len(text)
        assert " ".join(text[one.start : one.end].split()) == " ".join(one.word.split())
