"""A file name is stable, unique, and stays in the folder it was meant for."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.communications import Document
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Settings
from medex_tui.domain.records.visits import Session
from medex_tui.reports.documents.letter import Judgement, Letter
from medex_tui.reports.file_names import assessment_name, id_part, letter_name, note_name, slug
from properties import examples

AT = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
HOSTILE = st.sampled_from(
    ["../../etc/passwd", "..", "/x", "C:\\x", "nul", "a\x00b", "", "👩", ".hid", "x" * 5000]
)
quick = examples(200)


def practice(*records: Session | Client | Document) -> Practice:
    return Practice([Settings(id="settings", timezone="America/New_York"), *records])


def test_a_note_is_named_by_its_local_day_and_id_and_nobody() -> None:
    session = Session(id="019aab12-0000-7000-8000-00000000002a", client_id="c", planned_at=AT)
    assert (
        note_name(session, practice())
        == "2026-11-21_visit-note_019aab12-0000-7000-8000-00000000002a.md"
    )


def test_the_client_is_named_only_when_asked() -> None:
    client = Client(id="c", family_name="Åström-O'Neil", given_name="Zoë")
    session = Session(id="s1", client_id="c", planned_at=AT)
    assert "oneil" not in note_name(session, practice(client, session)).replace("-", "")
    named = note_name(session, practice(client, session), with_name=True)
    assert named == "2026-11-21_visit-note_astrom-o-neil-zoe_s1.md"


def test_a_kept_letter_is_named_by_the_day_it_was_signed_else_begun_else_written() -> None:
    later = datetime(2026, 12, 1, 12, tzinfo=UTC)
    letter = Document(id="d1", kind="progress_report", client_id="c", signed_at=AT)
    assert (
        letter_name(letter, practice(), later, suffix="pdf") == "2026-11-21_progress-report_d1.pdf"
    )
    begun = Document(id="d2", kind="progress_report", created_at=AT)
    assert letter_name(begun, practice(), later) == "2026-11-21_progress-report_d2.md"
    assert (
        letter_name(Document(id="d3", kind="intro_letter"), practice(), later)
        == "2026-12-01_intro-letter_d3.md"
    )


def test_a_letter_not_yet_kept_is_named_by_what_it_is_about() -> None:
    made = Letter("missed_visits", "c", [], ["ref", "v3"], "Missed visits", "", [], Judgement())
    client = Client(id="c", family_name="Hicks", given_name="")
    assert (
        letter_name(made, practice(client), AT, with_name=True)
        == "2026-11-21_missed-visits_hicks_v3.md"
    )


def test_an_assessment_is_named_by_the_day_it_was_taken() -> None:
    taken = Assessment(id="a1", client_id="c", taken_at=AT)
    assert assessment_name(taken, practice()) == "2026-11-21_assessment-summary_a1.md"


@quick
@given(st.text(max_size=60) | HOSTILE, (st.text(max_size=80) | HOSTILE).filter(bool))
def test_no_name_or_id_leaves_the_folder(name: str, record_id: str) -> None:
    client = Client(id="c", family_name=name or "x", given_name=name)
    session = Session(id=record_id, client_id="c", planned_at=AT)
    made = note_name(session, practice(client, session), with_name=True)
    assert re.fullmatch(r"[a-z0-9_-]+\.md", made)
    assert len(made) < 160
    assert (Path("/folder") / made).parent == Path("/folder")


@quick
@given(st.lists(st.text(min_size=1, max_size=12), unique=True, min_size=2, max_size=8))
def test_two_records_never_share_a_name(ids: list[str]) -> None:
    assert len({id_part(one) for one in ids}) == len(ids)


def test_ids_that_differ_only_in_case_do_not_meet_on_a_case_blind_disk() -> None:
    assert id_part("ABC").lower() != id_part("abc").lower()


def test_a_slug_is_short_and_ascii() -> None:
    assert slug("Renée  O'Brien / x") == "renee-o-brien-x"
    assert slug("漢字") == ""
    assert len(slug("a b" * 100)) <= 40
