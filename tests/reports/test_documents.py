"""Notes and letters, byte for byte, from a small practice written by hand and from the sample practice; and with
hostile names all through the first.

Golden files are written anew by `MEDEX_WRITE_GOLDEN=1 pytest tests/reports/test_documents.py`; read the diff.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec.structs import replace

from medex_tui.cli.practice.demo import signed_letter
from medex_tui.domain.language.plain import terminal_safe, terminal_width
from medex_tui.domain.obligations import obligations, report
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Document
from medex_tui.domain.records.corrections import Amendment
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.seal import seal_of
from medex_tui.domain.records.tables import KINDS
from medex_tui.domain.records.visits import Exercise, Service, Session
from medex_tui.reports.documents.letter import Judgement, Letter
from medex_tui.reports.exchange.client_chart import client_chart
from medex_tui.reports.letters import registry as letters
from medex_tui.reports.letters.assessment_summary import assessment_summary
from medex_tui.reports.letters.cover_sheet import cover
from medex_tui.reports.letters.frame import LetterFrame
from medex_tui.reports.letters.outreach import VERSIONS, introduction, overview
from medex_tui.reports.letters.progress_report import progress_report
from medex_tui.reports.letters.registry import letter_for
from medex_tui.reports.lists import overdue, today
from medex_tui.reports.notes.visit_note import AID_LINE, CARRIED_LINE, missing_in_note, visit_note
from medex_tui.reports.rendering import pdf
from medex_tui.reports.rendering.html import html_page
from medex_tui.reports.rendering.plain_text import plain_text
from medex_tui.sample import sample_practice
from properties import examples

HERE = Path(__file__).parent
RAW: dict[str, list[dict[str, Any]]] = json.loads((HERE / "data" / "clinic.json").read_text())
WRITTEN = datetime(2026, 11, 3, 17, 0, tzinfo=UTC)
SAMPLED = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
SHAPES = ("form", "soap", "dap")
READER = MarkdownIt("commonmark", {"linkify": False}).enable(["table", "strikethrough"])

HOSTILE = [
    "O'Neil [L] =1+1",
    "[/x]",
    "\x1b[31mred\x1b]0;title\x07",
    "\u202egpj.exe",
    "x" * 10_000,
    "",
    "👩\u200d🦰 漢字",
    "| a | b |\n|---|---|",
    "# h\n\n- l\n\n> q",
    "<script>alert(1)</script> ![i](http://x) <http://x>",
    "*a* _b_ **c** ~~d~~ `e` &amp;",
    "\\",
    "../../etc/passwd",
]


def made(raw: dict[str, list[dict[str, Any]]] = RAW) -> Practice:
    return Practice([msgspec.convert(r, KINDS[table]) for table, kept in raw.items() for r in kept])


def changed(practice: Practice, *records: Record) -> Practice:
    kept = {r.id: r for table in practice.tables.values() for r in table.values()}
    return Practice({**kept, **{r.id: r for r in records}}.values())


CLINIC = made()
FRAME = LetterFrame(CLINIC, CLINIC.referrals["ref"], WRITTEN, "okafor", WRITTEN)


def every_letter(
    practice: Practice, judgement: Judgement | None = None, at: datetime = WRITTEN
) -> dict[str, Letter]:
    frame = LetterFrame(practice, practice.referrals["ref"], at, "okafor", at)
    return {
        "assessment_summary": assessment_summary(
            practice.assessments["a1"], practice, at, "okafor", judgement, signed_at=at
        ),
        "reassessment_summary": assessment_summary(
            practice.assessments["a2"], practice, at, "okafor", judgement
        ),
        "progress_report": progress_report(
            frame.referral, practice, None, at, "okafor", judgement, signed_at=at
        ),
        "referral_ack": letters.referral_ack(frame, judgement),
        "intro_letter": letters.intro_letter(practice.sessions["v1"], frame, judgement),
        "change_in_status": letters.change_in_status(practice.sessions["v2"], frame, judgement),
        "on_hold": letters.on_hold(frame, judgement),
        "missed_visits": letters.missed_visits("v3", frame, judgement),
        "discharge_summary": letters.discharge_summary(frame, judgement),
    }


def every_note(practice: Practice) -> dict[str, str]:
    return {
        f"{id}_{shape}": visit_note(practice.sessions[id], practice, shape)
        for id in ("v2", "v4")
        for shape in SHAPES
    } | {
        "v3_no_show": visit_note(practice.sessions["v3"], practice),
        "v5_cancelled": visit_note(practice.sessions["v5"], practice),
    }


def every_list(practice: Practice) -> dict[str, str]:
    found = report(practice, WRITTEN, 24)
    day = date(2026, 10, 30)
    return {
        "overdue.txt": overdue.as_text(found, practice),
        "overdue.md": overdue.as_markdown(found, practice),
        "overdue.csv": overdue.as_csv(found, practice),
        "overdue.json": overdue.as_json(found, practice),
        "today.txt": today.as_text(practice, day, WRITTEN),
        "today.json": json.dumps(today.as_json(practice, day, WRITTEN), indent=2) + "\n",
    }


def every_outreach(practice: Practice) -> dict[str, str]:
    provider = practice.providers["patel"]
    roles = {f"introduction_{role}": replace(provider, role=role) for role in VERSIONS}
    letters_made = {
        name: introduction(to, practice, WRITTEN, "okafor", signed_at=WRITTEN)
        for name, to in roles.items()
    }
    return {name: letter.body for name, letter in letters_made.items()} | {
        "service_overview": overview(practice),
        "cover_sheet": cover(provider, practice, 1, WRITTEN, "okafor"),
    }


def every_document(practice: Practice) -> dict[str, str]:
    letters_made = {name: letter.body for name, letter in every_letter(practice).items()}
    made = letters_made | every_note(practice) | every_outreach(practice)
    return {f"{name}.md": body for name, body in made.items()} | every_list(practice)


def of_the_sample() -> dict[str, str]:
    """The newest letter of each kind that the sample practice sent, and the note of a visit in each shape."""
    records = sample_practice(SAMPLED, owner="aokafor", write=signed_letter)
    letters_sent = sorted(
        (r for r in records if isinstance(r, Document)),
        key=lambda d: (d.signed_at or SAMPLED, d.id),
    )
    practice = Practice(records)
    visits = [v for v in practice.sessions.values() if v.state == "signed"]
    visit = max(visits, key=lambda v: (v.at or SAMPLED, v.id))
    notes = {f"sample_note_{shape}.md": visit_note(visit, practice, shape) for shape in SHAPES}
    return {f"sample_{letter.kind}.md": letter.body for letter in letters_sent} | notes


DOCUMENTS = every_document(CLINIC)
AGREED = DOCUMENTS | of_the_sample()
PRINTED = [n.removesuffix(".md") for n in AGREED if n.endswith(".md") and n != "overdue.md"]


@pytest.mark.parametrize("name", AGREED)
def test_a_document_is_as_it_was_read_and_agreed(name: str) -> None:
    path = HERE / "golden" / name
    if os.environ.get("MEDEX_WRITE_GOLDEN"):
        path.write_bytes(AGREED[name].encode())
    assert AGREED[name].encode() == path.read_bytes()


@pytest.mark.parametrize("name", PRINTED)
def test_a_rendered_document_is_as_it_was_read_and_agreed(name: str) -> None:
    for suffix, write in (("txt", plain_text), ("html", html_page)):
        path = HERE / "golden" / f"{name}.{suffix}"
        shown = write(AGREED[f"{name}.md"])
        if os.environ.get("MEDEX_WRITE_GOLDEN"):
            path.write_bytes(shown.encode())
        assert shown.encode() == path.read_bytes()


@pytest.mark.parametrize("name", PRINTED)
def test_a_printed_document_has_the_pages_and_words_that_were_read_and_agreed(name: str) -> None:
    pypdf = pytest.importorskip("pypdf")
    pytest.importorskip("typst")
    pages = pypdf.PdfReader(io.BytesIO(pdf.pdf([AGREED[f"{name}.md"]]))).pages
    words = "".join(
        f"page {n} of {len(pages)}\n{' '.join(p.extract_text().split())}\n"
        for n, p in enumerate(pages, 1)
    )
    path = HERE / "golden" / f"{name}.pdf.txt"
    if os.environ.get("MEDEX_WRITE_GOLDEN"):
        path.write_text(words)
    assert words == path.read_text()


def test_the_same_records_in_another_order_make_the_same_bytes() -> None:
    records = [r for table in CLINIC.tables.values() for r in table.values()]
    assert every_document(Practice(reversed(records))) == DOCUMENTS


@pytest.mark.parametrize("name", DOCUMENTS)
def test_lines_end_in_one_line_feed_and_the_file_in_one(name: str) -> None:
    assert "\r" not in DOCUMENTS[name]
    assert DOCUMENTS[name].endswith("\n") and not DOCUMENTS[name].endswith("\n\n")


# --- what people type -----------------------------------------------------------------------------------------


def hostile(text: str) -> Practice:
    """The practice with every free text in it replaced."""
    typed = {
        *(
            "name",
            "phone",
            "fax",
            "organisation",
            "given_name",
            "family_name",
            "reason",
            "text",
            "since_last",
        ),
        *("response", "plan", "note", "entered", "summary", "said_by", "value", "credential"),
    }

    def swap(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: swap(v, k) for k, v in value.items()}
        if isinstance(value, list):
            return [
                text if key in ("labels", "precautions") and isinstance(v, str) else swap(v)
                for v in value
            ]
        return (text or "?") if key in typed and isinstance(value, str) else value

    raw: dict[str, Any] = swap(RAW)
    for session in raw["sessions"]:
        session["symptoms"] = [*session.get("symptoms", []), text]
        for service in session.get("services", ()):
            service["code"] = text or "?"
        for kept in session.get("vitals", ()):
            if kept.get("entered"):
                kept["entered"] = {"weight_kg": text}
    return made(raw)


def kinds(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        yield token.type
        yield from (child.type for child in token.children or ())


OURS = {
    *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text"),
    *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
    *("table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close"),
    *("tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close"),
    *("strong_open", "strong_close", "hardbreak", "softbreak"),
}


def shape(markdown: str) -> list[str]:
    """The blocks of a document by level, without its words."""
    return [
        f"{t.type}{t.tag}"
        for t in READER.parse(markdown)
        if t.type in ("heading_open", "table_open")
    ]


@pytest.mark.parametrize("typed", HOSTILE)
@pytest.mark.slow
def test_hostile_text_stays_text_in_every_document_and_format(typed: str) -> None:
    practice = hostile(typed)
    for name, written in every_document(practice).items():
        assert terminal_safe(written) == written, name
        if not name.endswith(".md"):
            continue
        assert set(kinds(READER.parse(written))) <= OURS, name
        assert shape(written) == shape(DOCUMENTS[name]), name
        page = html_page(written)
        assert "<script" not in page and "<a " not in page and "<img" not in page, name
        shown = plain_text(written)
        assert all(terminal_width(line) <= 80 for line in shown.split("\n")), name
    for name in ("overdue.txt", "today.txt"):
        assert all(terminal_width(line) <= 80 for line in every_list(practice)[name].split("\n"))


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_text_stays_text_in_a_chart_and_its_papers_keep_apart(typed: str) -> None:
    for practice in (CLINIC, hostile(typed)):
        charts = [client_chart(client, practice, WRITTEN) for client in practice.clients.values()]
        assert all(terminal_safe(chart) == chart for chart in charts)
        assert all(set(kinds(READER.parse(chart))) <= OURS | {"hr"} for chart in charts)
        papers = sum(s.state != "planned" for s in practice.sessions.values())
        papers += sum(
            d.signed_at is not None and d.client_id is not None for d in practice.documents.values()
        )
        rules = sum(token.type == "hr" for chart in charts for token in READER.parse(chart))
        assert rules == papers
    assert [shape(chart) for chart in charts] == [
        shape(client_chart(client, CLINIC, WRITTEN)) for client in CLINIC.clients.values()
    ]


@examples(40)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_whatever_a_person_judges_is_printed_as_text(line: str, steps: str, asked: str) -> None:
    for letter in every_letter(CLINIC, Judgement(line, steps, asked)).values():
        assert set(kinds(READER.parse(letter.body))) <= OURS


# --- the note -------------------------------------------------------------------------------------------------

VISIT = CLINIC.sessions["v2"]


@pytest.mark.parametrize("shape_name", SHAPES)
def test_all_shapes_hold_the_same_facts(shape_name: Any) -> None:
    note = visit_note(VISIT, CLINIC, shape_name)
    for fact in (
        "152/88",
        "138/84",
        "20.87 kg (46 lb)",
        "Tolerated well",
        "Timed-code minutes 40",
        "M75.121",
    ):
        assert fact in note
    assert "total treatment minutes 45" in note
    assert AID_LINE in note


def test_what_was_carried_over_is_told_apart_from_what_was_entered() -> None:
    note = visit_note(VISIT, CLINIC)
    rows = {line.split("|")[1].strip(): line for line in note.splitlines() if line.startswith("|")}
    assert "carried over" in rows["step-up"]
    assert "carried over" not in rows["tandem stand"]
    assert CARRIED_LINE in note
    measured = replace(VISIT, exercises=[Exercise(name="row")])
    assert CARRIED_LINE not in visit_note(measured, CLINIC)


def test_without_a_code_there_are_no_minutes_and_no_disclaimer() -> None:
    note = visit_note(replace(VISIT, services=[]), CLINIC)
    assert "minutes" not in note.casefold()
    assert AID_LINE not in note


def test_an_unknown_code_is_named_unknown_and_never_timed() -> None:
    note = visit_note(replace(VISIT, services=[Service(code="00000", minutes=30)]), CLINIC)
    assert "unknown code" in note
    assert "Timed-code minutes 0; total treatment minutes 30" in note


@pytest.mark.parametrize(
    ("signed", "late"),
    [
        (datetime(2026, 10, 16, 15, 0, tzinfo=UTC), False),
        (datetime(2026, 10, 17, 3, 59, tzinfo=UTC), False),
        (datetime(2026, 10, 17, 4, 1, tzinfo=UTC), True),
        (datetime(2026, 10, 17, 14, 46, tzinfo=UTC), True),
    ],
)
def test_late_is_more_than_a_day_or_another_local_date(signed: datetime, late: bool) -> None:
    note = visit_note(replace(VISIT, signed_at=signed), CLINIC)
    assert ("LATE ENTRY" in note) is late
    if late:
        assert "Event 10/16/2026 10:45 AM EDT; signed 10/17/2026" in note


def test_an_unsigned_note_is_a_draft_and_a_signed_one_names_who_and_when() -> None:
    assert "DRAFT - not signed" in visit_note(
        replace(VISIT, signed_at=None, signed_by=None), CLINIC
    )
    assert "Signed 10/17/2026 12:00 PM EDT by A. Okafor, MES" in visit_note(VISIT, CLINIC)


def test_amendments_follow_the_original_in_the_order_they_were_made() -> None:
    late = Amendment(
        kind="late_entry", text="Second", at=datetime(2026, 10, 20, tzinfo=UTC), by="someone"
    )
    early = Amendment(
        kind="addendum",
        text="First",
        reason="asked",
        at=datetime(2026, 10, 19, tzinfo=UTC),
        by="okafor",
    )
    note = visit_note(replace(VISIT, amendments=[late, early]), CLINIC)
    assert note.index("Signed 10/17") < note.index("## Addendum") < note.index("First")
    assert note.index("First") < note.index("## LATE ENTRY") < note.index("Second")
    assert "**By:** someone\\\n**Reason:** not recorded" in note


def test_a_note_that_was_changed_after_signing_says_so() -> None:
    sealed = replace(VISIT, seal=seal_of(VISIT))
    assert "SEAL BROKEN" not in visit_note(sealed, CLINIC)
    assert "SEAL BROKEN" in visit_note(replace(sealed, plan="Something else"), CLINIC)


def test_a_no_show_and_a_cancelled_visit_have_a_note_of_their_own() -> None:
    assert "did not attend" in visit_note(CLINIC.sessions["v3"], CLINIC)
    assert "No answer on the phone" in visit_note(CLINIC.sessions["v3"], CLINIC)
    cancelled = visit_note(CLINIC.sessions["v5"], CLINIC, "soap")
    assert "was cancelled" in cancelled and "## " not in cancelled


def test_a_note_without_client_referral_or_time_still_says_what_it_knows() -> None:
    note = visit_note(Session(id="x", client_id="nobody", state="open"), CLINIC)
    assert "**Client:** not recorded" in note
    assert "none on file" in note
    assert "**Visit:** not recorded" in note


def test_an_override_quotes_its_rule_and_an_unknown_rule_is_named() -> None:
    other = replace(VISIT.overrides[0], rule="dizziness")
    unknown = replace(VISIT.overrides[0], rule="no_such_rule")
    note = visit_note(replace(VISIT, overrides=[other, unknown]), CLINIC)
    assert "Light-headedness or dizziness" in note
    assert "no\\_such\\_rule (not in this program's rules)" in note


def test_what_a_note_lacks_is_listed_with_its_remedy() -> None:
    assert missing_in_note(VISIT, CLINIC) == []
    bare = replace(CLINIC.sessions["v4"], services=[Service(code="97110", minutes=15)])
    without = changed(CLINIC, replace(CLINIC.referrals["ref"], diagnoses=[]))
    lacking = {m.field for m in missing_in_note(bare, without)}
    assert lacking == {
        *(
            "session.vitals.pre",
            "session.vitals.post",
            "session.exercises",
            "session.response",
            "session.plan",
        ),
        *("referral.diagnoses", "session.signed_at"),
    }
    nobody = missing_in_note(Session(id="x", client_id="nobody", state="no_show"), Practice())
    assert {m.field for m in nobody} >= {
        "client",
        "session.started_at",
        "settings.fax",
        "practitioner.name",
    }


def test_a_visit_over_midnight_gives_both_dates() -> None:
    over = replace(VISIT, ended_at=VISIT.started_at + timedelta(hours=15))  # type: ignore[operator]
    assert "ended 10/17/2026 1:00 AM EDT (900 min)" in visit_note(over, CLINIC)


# --- letters --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", every_letter(CLINIC))
def test_a_letter_is_one_page_and_ends_with_a_question_the_scope_and_the_signature(
    name: str,
) -> None:
    letter = every_letter(CLINIC)[name]
    assert letter.pages == 1 and letter.lines <= 55
    question, scope = (
        letter.body.index("**For you:**"),
        letter.body.index("No diagnosis or treatment is provided."),
    )
    signature = max(letter.body.rfind("Signed"), letter.body.rfind("DRAFT - not signed"))
    assert question < scope < signature


@pytest.mark.parametrize(
    "name", ["assessment_summary", "reassessment_summary", "progress_report", "discharge_summary"]
)
def test_function_comes_before_pain_and_pain_is_never_the_headline(name: str) -> None:
    body = every_letter(CLINIC)[name].body
    assert body.casefold().index("psfs") < body.casefold().index("pain")
    assert (
        "pain"
        not in next((line for line in body.split("\n") if "**Summary:**" in line), "").casefold()
    )
    assert "Pain" not in "".join(line for line in body.split("\n") if line.startswith("|"))


def test_a_progress_report_prints_change_verdict_and_its_source() -> None:
    body = every_letter(CLINIC)["progress_report"].body
    row = next(line for line in body.split("\n") if line.startswith("| Timed Up and Go"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[1:4] == ["11.9 s", "11.0 s", "-0.9 s"]
    assert cells[4].startswith("no [")
    notes = body.split("Notes:")[1]
    assert "MDC95 1.14 s, Alghadir 2015" in notes and "not verified" in notes


def test_a_convention_is_called_one() -> None:
    taken = msgspec.to_builtins(CLINIC.assessments["a1"])
    again = msgspec.to_builtins(CLINIC.assessments["a2"])
    taken["readings"] = [{"measure": "arm_curl_30s", "side": "R", "trials": [12]}]
    again["readings"] = [{"measure": "arm_curl_30s", "side": "R", "trials": [17]}]
    practice = changed(CLINIC, *(msgspec.convert(r, KINDS["assessments"]) for r in (taken, again)))
    body = every_letter(practice)["progress_report"].body
    assert "3 reps clinic default" in body.split("Notes:")[1]


def test_a_loss_past_error_stands_in_the_bottom_line() -> None:
    again = msgspec.to_builtins(CLINIC.assessments["a2"])
    again["readings"] = [{"measure": "tug", "trials": [15.0]}]
    practice = changed(CLINIC, msgspec.convert(again, KINDS["assessments"]))
    letter = every_letter(practice)["progress_report"]
    assert (
        letter.judgement.bottom_line
        and "Worse: completed the Timed Up and Go (3 m) in 15.0 s, 3.1 s slower than"
        in letter.judgement.bottom_line
    )


def test_the_diagnosis_is_quoted_and_attributed() -> None:
    for letter in every_letter(CLINIC).values():
        assert "**Referring diagnosis:** M75.121 s/p rotator cuff repair R" in letter.body


def test_judgement_can_be_edited_and_starts_from_the_draft() -> None:
    draft = every_letter(CLINIC)["progress_report"].judgement
    assert draft.bottom_line and draft.bottom_line.startswith(
        "Goal met 10/29/2026: Wash and dry hair without help. Not yet: "
    )
    assert draft.question == "No action needed."
    assert every_letter(CLINIC, draft) == every_letter(CLINIC, draft)
    assert (
        every_letter(CLINIC, draft)["progress_report"].body
        == every_letter(CLINIC)["progress_report"].body
    )
    own = every_letter(CLINIC, Judgement("Mine.", "Twice a week.", "Any limit?"))[
        "progress_report"
    ].body
    assert (
        "**Summary:** Mine." in own
        and "**Plan:** Twice a week." in own
        and "**For you:** Any limit?" in own
    )


def test_an_emptied_question_falls_back_and_an_emptied_bottom_line_goes() -> None:
    letter = every_letter(CLINIC, Judgement("", "", " "))["progress_report"]
    assert "**Summary:**" not in letter.body
    assert "**For you:** No action needed." in letter.body
    assert "session.plan" in {m.field for m in letter.missing}


def test_nothing_goes_out_without_consent_address_diagnosis_or_birth_date() -> None:
    referral = replace(
        CLINIC.referrals["ref"], consent_on=None, diagnoses=[], received_at=None, signed_on=None
    )
    practice = changed(
        CLINIC,
        referral,
        replace(CLINIC.clients["hicks"], birth_date=None),
        replace(CLINIC.providers["patel"], fax=None, preferred_method=None),
        replace(CLINIC.settings, phone="", fax=None, name=" "),
        replace(CLINIC.practitioners["staff"], credential=None),
    )
    for name, letter in every_letter(practice).items():
        lacking = {m.field for m in letter.missing}
        assert lacking >= {
            *("referral.consent_on", "referral.received_at", "provider.fax", "client.birth_date"),
            *("settings.name", "settings.phone", "settings.fax", "practitioner.credential"),
        }
        assert ("referral.diagnoses" in lacking) is (name not in ("intro_letter", "missed_visits"))
        assert all(m.what.endswith(".") and m.remedy.endswith(".") for m in letter.missing)


def test_consent_given_tomorrow_does_not_count_today() -> None:
    practice = changed(CLINIC, replace(CLINIC.referrals["ref"], consent_on=date(2026, 11, 4)))
    assert "referral.consent_on" in {
        m.field for m in every_letter(practice)["referral_ack"].missing
    }


def test_a_complete_practice_lacks_nothing_but_what_did_not_happen() -> None:
    lacking = {
        name: [m.field for m in letter.missing] for name, letter in every_letter(CLINIC).items()
    }
    assert {name: fields for name, fields in lacking.items() if fields} == {
        "assessment_summary": ["session.symptoms"],
        "on_hold": ["client.status_reason"],
        "discharge_summary": ["referral.discharge_reason"],
    }


def test_a_portal_or_a_hand_over_needs_no_address() -> None:
    for method, words in (("portal", "by portal"), ("in_person", "handed over in person")):
        provider = replace(CLINIC.providers["patel"], preferred_method=method, fax=None)
        letter = every_letter(changed(CLINIC, provider))["referral_ack"]
        assert words in letter.body
        assert "provider.fax" not in {m.field for m in letter.missing}


def test_copies_are_named_and_are_recipients() -> None:
    lee = replace(CLINIC.providers["patel"], id="lee", name="K. Lee PT", role="physical_therapist")
    practice = changed(CLINIC, lee, replace(CLINIC.referrals["ref"], copies_to=["lee", "patel"]))
    letter = every_letter(practice)["progress_report"]
    assert letter.to == ["patel", "lee"]
    assert "**Copy:** K. Lee PT, physical therapist" in letter.body


def test_what_the_referral_lacks_is_asked_for() -> None:
    practice = changed(CLINIC, replace(CLINIC.referrals["ref"], names_met=None, signed_on=None))
    body = every_letter(practice)["referral_ack"].body
    assert (
        "Please send: a signed and dated referral; wording that names medical exercise training."
        in body
    )


def test_what_is_left_out_is_offered_least_important_first() -> None:
    letter = every_letter(CLINIC)["progress_report"]
    assert letter.can_drop[0] == "grip_strength"
    assert "psfs" not in letter.can_drop
    less = progress_report(
        FRAME.referral, CLINIC, None, WRITTEN, "okafor", leave_out=letter.can_drop
    )
    assert "Grip" not in less.body and "PSFS" in less.body
    assert less.lines < letter.lines


def test_a_second_report_starts_where_the_first_was_signed() -> None:
    raw = {"id": "d1", "kind": "progress_report", "client_id": "hicks", "referral_id": "ref"}
    first = msgspec.convert({**raw, "signed_at": "2026-10-20T15:00:00+00:00"}, KINDS["documents"])
    letter = every_letter(changed(CLINIC, first))["progress_report"]
    assert letter.title == "Progress report, 10/20 - 11/03/2026"
    assert "1 of 2 visits this period (1 no-show); 3 of 4 since 10/09/2026" in letter.body


def test_goals_say_met_on_course_behind_changed_or_open() -> None:
    from medex_tui.reports.letters.goal_table import goal_status

    taken, client = list(CLINIC.assessments.values()), CLINIC.clients["hicks"]
    goal, on = CLINIC.goals["g2"], date(2026, 11, 3)
    said = {
        "on course at 11/03 test, due": goal,
        "behind at 11/03 test, due 11/05/2026": replace(
            goal, target=10.0, due_on=date(2026, 11, 5)
        ),
        "behind at 11/03 test, due 11/02/2026": replace(goal, due_on=date(2026, 11, 2)),
        "open, due": replace(goal, measure=None),
        "changed": replace(goal, status="changed"),
        "open": replace(goal, due_on=None),
        "**met**": replace(goal, status="met"),
    }
    for words, one in said.items():
        assert goal_status(one, taken, client, on, CLINIC).startswith(words)
    unknown = replace(goal, measure="no_such_measure")
    assert goal_status(unknown, taken, client, on, CLINIC).startswith("open")


def test_an_absence_is_told_as_it_was_even_after_the_client_came_back() -> None:
    missed = replace(
        CLINIC.sessions["v3"], id="v2b", planned_at=datetime(2026, 10, 20, 14, tzinfo=UTC)
    )
    practice = changed(CLINIC, missed)
    assert (
        "missed 2 planned visits in a row: 10/20/2026 and 10/23/2026."
        in every_letter(practice)["missed_visits"].body
    )
    gap = letters.missed_visits("v4", FRAME, None).body
    assert "has not attended for 14 days or more since the visit of 10/30/2026" in gap
    assert "has missed visits" in letters.missed_visits("gone", FRAME, None).body


def test_every_obligation_has_a_letter_about_its_source() -> None:
    hold = replace(
        CLINIC.clients["hicks"], status="on_hold", status_at=WRITTEN, status_reason="Surgery"
    )
    ended = replace(
        CLINIC.referrals["ref"],
        status="discharged",
        discharged_at=WRITTEN,
        discharge_reason="Goals met",
    )
    dizzy = replace(CLINIC.sessions["v1"], symptoms=["dizziness"], progress_update=True)
    seen = set()
    for practice in (changed(CLINIC, hold, dizzy), changed(CLINIC, ended)):
        for owed in obligations(practice, WRITTEN + timedelta(days=20)):
            letter = letter_for(owed, practice, WRITTEN, "okafor")
            assert owed.source_id in letter.about
            assert owed.provider_id in letter.to
            seen.add(owed.kind)
    assert seen == {
        *(
            "referral_ack",
            "intro_letter",
            "assessment_summary",
            "reassessment_update",
            "progress_report",
        ),
        *(
            "change_in_status",
            "red_flag_call",
            "red_flag_written",
            "missed_visits",
            "discharge_summary",
        ),
    }


def test_an_empty_episode_says_so_and_may_not_go_out() -> None:
    raw = {
        table: kept
        for table, kept in RAW.items()
        if table not in ("sessions", "assessments", "goals")
    }
    practice = made(raw)
    letter = progress_report(practice.referrals["ref"], practice, None, WRITTEN, "okafor")
    assert "No measures in this episode yet." in letter.body
    assert {m.field for m in letter.missing} >= {
        "sessions",
        "goals",
        "assessments",
        "programme",
        "session.plan",
    }


def test_a_letter_about_nobody_known_is_still_a_letter_and_lacks_what_it_lacks() -> None:
    practice = Practice(CLINIC.assessments.values())
    letter = assessment_summary(CLINIC.assessments["a1"], practice, WRITTEN, "okafor")
    assert {m.field for m in letter.missing} >= {
        "client",
        "referral.provider_id",
        "practitioner.name",
        "goals",
    }
    assert letter.to == []


# --- lists and rendering --------------------------------------------------------------------------------------


def test_the_report_that_cron_runs_loads_nothing_heavy() -> None:
    code = "import sys; import medex_tui.reports.lists.overdue, medex_tui.reports.lists.today; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"textual", "arrow", "rich", "markdown_it", "platformdirs", "dataclasses"}
    assert not heavy & set(loaded)


def test_the_summary_line_comes_first_and_names_nobody() -> None:
    first = every_list(CLINIC)["overdue.txt"].split("\n")[0]
    assert first == report(CLINIC, WRITTEN, 24).summary
    assert "Hicks" not in first


def test_nothing_owed_is_one_line() -> None:
    assert overdue.as_text(report(Practice(), WRITTEN, 24), Practice()) == "Nothing is owed.\n"
    assert overdue.as_markdown(report(Practice(), WRITTEN, 24), Practice()).count("|") == 0


def test_missing_consent_stands_where_the_address_would() -> None:
    practice = changed(CLINIC, replace(CLINIC.referrals["ref"], consent_on=None))
    text = overdue.as_text(report(practice, WRITTEN, 24), practice)
    assert "needs consent" in text and "555-0199" not in text


def test_a_waived_item_stays_on_the_list_with_its_reason() -> None:
    raw = {
        "id": "w1",
        "obligation": "referral_ack:ref",
        "reason": "Told in person",
        "by": "okafor",
        "at": WRITTEN,
    }
    practice = changed(CLINIC, msgspec.convert(raw, KINDS["waivers"]))
    found = report(practice, WRITTEN + timedelta(hours=1), 24)
    assert "waived" in overdue.as_text(found, practice) and "Told in person" in overdue.as_text(
        found, practice, 120
    )
    assert "## Waived: 1" in overdue.as_markdown(found, practice)


@pytest.mark.parametrize("width", [20, 40, 80, 120, 200])
def test_lists_keep_to_the_width_of_the_terminal(width: int) -> None:
    found = report(CLINIC, WRITTEN, 24)
    rows = overdue.as_text(found, CLINIC, width).split("\n")[1:] + today.as_text(
        CLINIC, date(2026, 10, 30), WRITTEN, width
    ).split("\n")
    assert all(
        terminal_width(row) <= width for row in rows[:-1] if not row.startswith("Fri 30 Oct")
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"state": "signed"}, "signed"),
        ({"state": "no_show"}, "no-show"),
        ({"state": "cancelled"}, "cancelled"),
        ({"state": "open", "updated_at": datetime(2026, 11, 6, 15, 41, tzinfo=UTC)}, "draft 10:41"),
        ({"state": "open", "updated_at": None}, "draft"),
        ({"state": "planned"}, "planned"),
        ({"state": "planned", "planned_at": WRITTEN - timedelta(hours=1)}, "not logged"),
        (
            {"state": "planned", "planned_at": datetime(2026, 12, 28, 15, tzinfo=UTC)},
            "referral expired",
        ),
        (
            {"state": "planned", "planned_at": datetime(2026, 12, 20, 15, tzinfo=UTC)},
            "reassess due",
        ),
        ({"state": "planned", "client_id": "nobody", "referral_id": None}, "no referral"),
    ],
)
def test_where_a_visit_stands_in_a_word(change: dict[str, Any], words: str) -> None:
    session = replace(CLINIC.sessions["v5"], **change)
    assert today.state_word(session, changed(CLINIC, session), WRITTEN) == words


def test_used_up_visits_and_a_closed_referral_end_the_clearance() -> None:
    planned = replace(CLINIC.sessions["v5"], state="planned")
    for change in ({"visits_authorised": 3}, {"status": "discharged"}):
        practice = changed(CLINIC, planned, replace(CLINIC.referrals["ref"], **change))
        assert today.state_word(planned, practice, WRITTEN) == "referral expired"


def test_a_day_without_visits_says_so() -> None:
    assert today.as_text(CLINIC, date(2026, 1, 1), WRITTEN) == "Thu 1 Jan 2026: no sessions.\n"


def test_plain_text_wraps_words_and_cuts_what_is_longer_than_a_line() -> None:
    assert plain_text("# A title\n\nword " * 3, 20).startswith("A title\n=======\nword")
    assert all(
        terminal_width(line) <= 10
        for line in plain_text("x" * 95 + " 漢字漢字漢字漢字", 10).split("\n")
    )
    assert plain_text("- one two three\n- four", 9) == "- one two\n  three\n- four\n"
    assert plain_text("a\\\nb") == "a\nb\n"
