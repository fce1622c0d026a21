"""Letters on paper: PDF by page count and words, cover sheets without health data, one page, templates of one's own."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from medex_tui.cli.practice.demo import signed_letter
from medex_tui.domain.obligations import obligations
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Document
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.seal import FOOT, SHORT, foot_of, sha256
from medex_tui.domain.records.tables import KINDS
from medex_tui.domain.scope_language import findings
from medex_tui.reports import templates
from medex_tui.reports.documents.letter import Letter
from medex_tui.reports.documents.letterhead import SCOPE_LINE
from medex_tui.reports.letters import registry as letters
from medex_tui.reports.letters.assessment_summary import assessment_summary
from medex_tui.reports.letters.cover_sheet import cover
from medex_tui.reports.letters.frame import LetterFrame
from medex_tui.reports.letters.outreach import VERSIONS, introduction, overview
from medex_tui.reports.letters.progress_report import progress_report
from medex_tui.reports.letters.registry import letter_for, to_fit
from medex_tui.reports.rendering import pdf
from medex_tui.reports.rendering.html import html_page
from medex_tui.reports.rendering.markdown import heading, paragraph, text
from medex_tui.reports.rendering.paper import PAPERS, Paper, paper_of
from medex_tui.reports.rendering.plain_text import page_lines, pages, plain_text
from medex_tui.reports.templates import (
    NEEDED,
    LetterTemplate,
    LetterTemplateFault,
    fill,
    load,
    read_template,
    shipped,
    source,
)
from medex_tui.sample import sample_practice
from properties import examples

RAW: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "data" / "clinic.json").read_text()
)
WRITTEN = datetime(2026, 11, 3, 17, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
CLINIC = Practice([msgspec.convert(r, KINDS[table]) for table, kept in RAW.items() for r in kept])
SAMPLE = Practice(sample_practice(NOW, owner="aokafor"))

HOSTILE = [
    "O'Neil [L] =1+1",
    '#let x = read("/etc/passwd") #x $ *b* _i_ @ref <lab> `raw` \\',
    "{{signature}} {{scope}}",
    "\x1b[31mred",
    "\u202egpj.exe",
    "x" * 10_000,
    "👩\u200d🦰 漢字",
    "<script>alert(1)</script>",
    "",
]


def foot_holds(body: str) -> bool:
    """Whether the seal at the foot of a letter is that of the text above it."""
    seal = FOOT.search(body)
    return seal is not None and sha256(body[: seal.start()] + "\n")[:SHORT] == seal[1]


def letters_of(practice: Practice, **more: Any) -> dict[str, Letter]:
    frame = LetterFrame(practice, practice.referrals["ref"], WRITTEN, "okafor", WRITTEN, **more)
    at = {"signed_at": WRITTEN, **more}
    return {
        "assessment_summary": assessment_summary(
            practice.assessments["a1"], practice, WRITTEN, "okafor", **at
        ),
        "progress_report": progress_report(frame.referral, practice, None, WRITTEN, "okafor", **at),
        "referral_ack": letters.referral_ack(frame, None),
        "intro_letter": letters.intro_letter(practice.sessions["v1"], frame, None),
        "change_in_status": letters.change_in_status(practice.sessions["v2"], frame, None),
        "on_hold": letters.on_hold(frame, None),
        "missed_visits": letters.missed_visits("v3", frame, None),
        "discharge_summary": letters.discharge_summary(frame, None),
    }


LETTERS = letters_of(CLINIC)


def with_words(words: str) -> Practice:
    """The clinic with these words wherever somebody types."""
    changed: list[Record] = []
    for record in (r for table in CLINIC.tables.values() for r in table.values()):
        fields = {
            f: words for f in ("reason", "summary", "response", "plan", "note", "given_name", "text", "organisation")
            if isinstance(getattr(record, f, None), str) and words
        }  # fmt: skip
        changed.append(replace(record, **fields))
    return Practice(changed)


# PDF ----------------------------------------------------------------------------------------------------------------


def pages_of(data: bytes) -> list[str]:
    pypdf = pytest.importorskip("pypdf")
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def solid(words: str) -> str:
    return re.sub(r"[\s|=-]+", "", words)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", LETTERS)
def test_every_letter_is_one_page_as_pdf_with_all_its_words(name: str, paper: Paper) -> None:
    pytest.importorskip("typst")
    body = LETTERS[name].body
    data = pdf.pdf([body], paper)
    shown = pages_of(data)
    assert len(shown) == 1 == pdf.pages([body], paper)
    there = solid(shown[0])
    for word in plain_text(body, 10_000).split():
        assert solid(word) in there, word
    assert data == pdf.pdf([body], paper)
    assert b"FontFile" in data and f"Seal {foot_of(body)}".encode() in data


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", ["progress_report", "discharge_summary", "change_in_status"])
def test_summary_action_and_limits_stand_in_the_first_third_of_the_page(
    name: str, paper: Paper
) -> None:
    pypdf = pytest.importorskip("pypdf")
    pytest.importorskip("typst")
    page = pypdf.PdfReader(io.BytesIO(pdf.pdf([LETTERS[name].body], paper))).pages[0]
    height = float(page.mediabox.height)
    heights: dict[str, float] = {}

    def note_height(words: str, cm: list[float], tm: list[float], *_: object) -> None:
        for label in ("Summary:", "For you:", "On file:"):
            if label in words:
                heights[label] = (cm[5] + cm[3] * tm[5]) / height

    page.extract_text(visitor_text=note_height)
    assert set(heights) == {"Summary:", "For you:", "On file:"}
    assert all(share_from_bottom > 2 / 3 for share_from_bottom in heights.values()), heights


def test_each_document_of_a_batch_begins_a_page() -> None:
    pytest.importorskip("typst")
    bodies = [LETTERS["intro_letter"].body, LETTERS["on_hold"].body]
    first, second = pages_of(pdf.pdf(bodies))
    assert "Introductory letter" in first and "Change in status" in second
    assert plain_text(bodies).count("\f") == 1
    assert html_page(bodies).count("<main>") == 2


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_words_in_every_form(words: str) -> None:
    practice = with_words(words)
    body = letters_of(practice)["progress_report"].body
    assert "{{" not in body or "{{" in words
    assert body.count(SCOPE_LINE) == 1
    assert "\x1b" not in body and "\u202e" not in body
    assert "<script" not in html_page(body)
    assert all(len(line) <= 80 for line in plain_text(body).split("\n") if line.isascii())
    pytest.importorskip("typst")
    assert pdf.pdf([body]).startswith(b"%PDF")
    if "passwd" in words:
        assert "root:" not in "".join(pages_of(pdf.pdf([body])))


@given(st.text(max_size=60))
@examples(25)
def test_any_text_can_be_printed(typed: str) -> None:
    pytest.importorskip("typst")
    assert pdf.pages([f"{heading(1, text(typed) or 'x')}\n\n{paragraph(typed)}\n"]) == 1


def test_html_names_its_paper_and_fetches_nothing() -> None:
    for paper, size in (("us-letter", "letter"), ("a4", "A4")):
        page = html_page(LETTERS["progress_report"].body, paper)  # type: ignore[arg-type]
        assert f"@page{{size:{size};" in page
        assert not re.search(r"https?:|url\(|<script|<link|<img|@import", page)


def test_the_practices_paper_is_letter_in_america_and_a4_elsewhere() -> None:
    kept = CLINIC.settings
    for zone, paper in (("America/New_York", "us-letter"), ("Europe/London", "a4")):
        assert paper_of(Practice([replace(kept, timezone=zone)])) == paper
    assert paper_of(Practice([replace(kept, paper="a4")])) == "a4"


# Cover --------------------------------------------------------------------------------------------------------------


def test_a_cover_sheet_holds_no_health_data() -> None:
    provider = CLINIC.providers[CLINIC.referrals["ref"].provider_id or ""]
    sheet = cover(provider, CLINIC, 1, WRITTEN, "okafor")
    assert "**Pages, this one included:** 2" in sheet
    client, referral = next(iter(CLINIC.clients.values())), CLINIC.referrals["ref"]
    hidden = [
        client.family_name,
        client.given_name,
        referral.reason,
        *(d.icd10 for d in referral.diagnoses),
    ]
    assert not [word for word in hidden if word and word in sheet]


# One page -----------------------------------------------------------------------------------------------------------


def test_a_page_is_55_lines_of_80_columns_of_what_a_fax_shows() -> None:
    assert pages("x\\\n" * 54 + "x\n") == 1 and pages("x\\\n" * 55 + "x\n") == 2
    assert pages("x" * 80 * 55) == 1 and pages("x" * (80 * 55 + 1)) == 2
    narrow = "| A | B |\n| --- | --- |\n" + f"| {'word ' * 30} | {'word ' * 30} |\n"
    assert page_lines(narrow) == plain_text(narrow).count("\n") > 5


def test_over_a_page_the_least_telling_measures_are_proposed_first() -> None:
    def write(out: list[str], rows: int = 60) -> Letter:
        left = [f"m{n}" for n in range(rows) if f"m{n}" not in out]
        return replace(
            LETTERS["intro_letter"],
            body="\\\n".join(left) + "\n",
            can_drop=[f"m{n}" for n in range(20)],
        )

    assert to_fit(write) == ["m0", "m1", "m2", "m3", "m4", "m5"]
    assert to_fit(write, ["m7"]) == ["m7", "m0", "m1", "m2", "m3", "m4"]
    assert to_fit(lambda out: write(out, 90)) is None
    assert to_fit(lambda out: write(out, 10)) == []


# Seals --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LETTERS)
def test_a_signed_letter_carries_its_seal_and_a_changed_one_does_not_hold(name: str) -> None:
    body = LETTERS[name].body
    assert foot_holds(body)
    assert not foot_holds(body.replace("2026", "2025", 1))
    assert not foot_holds(body + "more\n")


def test_a_draft_has_no_seal() -> None:
    frame = LetterFrame(CLINIC, CLINIC.referrals["ref"], WRITTEN, "okafor")
    assert foot_of(letters.referral_ack(frame, None).body) is None


# Templates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", NEEDED)
def test_every_shipped_template_passes_its_own_check(letter: str) -> None:
    assert isinstance(read_template(source(letter)), LetterTemplate)


def test_a_practices_own_order_and_words() -> None:
    own = source("intro_letter").replace(
        "{{bottom_line}}", "Dear {{provider}},\n\n{{snippet.hello}}\n\n{{bottom_line}}"
    )
    own = own.replace(
        "letter: intro_letter", "letter: intro_letter\ntitle: A first visit of {{client}}"
    )
    read = read_template(own, ["hello"])
    assert isinstance(read, LetterTemplate)
    practice = Practice(
        [
            *(r for t, kept in CLINIC.tables.items() if t != "settings" for r in kept.values()),
            replace(CLINIC.settings, snippets={"hello": "Good day *and* thanks."}),
        ]
    )
    body = letters_of(practice, templates={"intro_letter": read})["intro_letter"].body
    assert "\n\n# A first visit of Jodie Hicks\n" in body
    assert "Good day \\*and\\* thanks." in body
    assert "Dear Dr" in body and foot_holds(body)


def test_a_letterhead_stands_in_for_the_sender_in_every_letter() -> None:
    head = read_template(
        "---\nletter: letterhead\n---\n{{practice_name}} | {{practice_phone}} | {{practice_fax}}\n"
    )
    assert isinstance(head, LetterTemplate)
    for letter in letters_of(CLINIC, templates={"letterhead": head}).values():
        assert f"{text(CLINIC.settings.name)} | " in letter.body


@pytest.mark.parametrize(
    ("change", "line", "says"),
    [
        (lambda t: t.replace("---\n", "", 1), 1, "begins with `---`"),
        (lambda t: t.replace("letter: progress_report", "letter: progres_report"), 1, "Did you mean progress_report?"),
        (lambda t: t.replace("letter:", "colour: red\nletter:"), 2, "`colour` is no key"),
        (lambda t: t.replace("{{measures}}", "{{mesures}}"), 24, "Did you mean measures?"),
        (lambda t: t.replace("{{measures}}", ""), 3, "{{measures}} is missing"),
        (lambda t: t.replace("{{scope}}\n", ""), 3, "{{scope}} is missing"),
        (lambda t: t.replace("{{measures}}", "See {{measures}} here"), 24, "put blank lines around it"),
        (lambda t: t.replace("{{measures}}", "{{measures}"), 24, "opened or closed"),
        (lambda t: t + "x" * 70_000, 1, "at most 64000 characters"),
        (lambda t: t.replace("# {{title}}", "# \x1b[31m{{title}}"), 6, "holds a control character"),
    ],
)  # fmt: skip
def test_a_faulty_template_is_told_by_line_and_remedy(change: Any, line: int, says: str) -> None:
    faults = read_template(change(source("progress_report")))
    assert isinstance(faults, list)
    assert any(says in fault.message for fault in faults), faults
    assert any(fault.line == line for fault in faults if says in fault.message), faults


def test_a_template_fetches_nothing_and_loses_no_line_in_any_form() -> None:
    own = "1. first\n2. second\n\n> quoted\n\n```\nfenced\n```\n\n    indented\n\n![p](http://x/p.png) <https://x> [a](http://x)\n"
    page = html_page(own)
    assert "<img" not in page and "<a " not in page and "src=" not in page and "href=" not in page
    for word in ("1. first", "2. second", "quoted", "fenced", "indented", "http://x/p.png"):
        assert word in plain_text(own)
        assert word.partition(". ")[2] or word in page
    if pdf.available():
        shown = " ".join(pages_of(pdf.pdf([own])))
        assert all(
            word in shown
            for word in ("1. first", "2. second", "quoted", "fenced", "indented", "p.png")
        )


def test_of_two_folders_the_first_wins_and_a_broken_file_is_told(tmp_path: Path) -> None:
    practice, person = tmp_path / "a", tmp_path / "b"
    practice.mkdir()
    person.mkdir()
    (practice / "intro.md").write_text(source("intro_letter") + "\nPRACTICE\n")
    (person / "intro.md").write_text(source("intro_letter") + "\nPERSON\n")
    (person / "broken.md").write_text("no front matter")
    (person / "bytes.md").write_bytes(b"\xff\xfe")
    found, told = load([practice, person, tmp_path / "none"])
    assert "PRACTICE" in found["intro_letter"].text
    assert len(told) == 2 and all("shipped template is used" in sentence for sentence in told)


def test_what_people_typed_is_never_read_as_a_blank() -> None:
    filled = fill(
        LetterTemplate("on_hold", "{{a}}\n{{b}}\n\n{{c}}\n"), {"a": "{{b}}", "b": "", "c": ""}
    )
    assert filled == "{{b}}\n"


@given(st.text(max_size=200))
@examples(100)
def test_any_file_is_a_template_or_told(typed: str) -> None:
    read = read_template(f"---\nletter: on_hold\n---\n{typed}")
    assert isinstance(read, LetterTemplate) or all(
        isinstance(fault, LetterTemplateFault) for fault in read
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_an_introduction_is_one_page_in_every_version_and_says_nothing_it_may_not(
    version: str,
) -> None:
    provider = replace(next(iter(SAMPLE.providers.values())), role=version)
    letter = introduction(provider, SAMPLE, NOW, "aokafor", signed_at=NOW)
    assert (letter.pages, letter.missing) == (1, [])
    assert VERSIONS[version].opening in letter.body and foot_holds(letter.body)
    page = overview(SAMPLE)
    assert pages(page) == 1
    assert findings(letter.body) == [] == findings(page)
    people = {c.family_name for c in SAMPLE.clients.values()}
    assert not [name for name in people if name in letter.body + page]


def test_what_the_sample_practice_sent_is_what_we_write_one_page_and_sealed() -> None:
    sent = [
        r
        for r in sample_practice(NOW, owner="aokafor", write=signed_letter)
        if isinstance(r, Document)
    ]
    assert len(sent) > 50
    for letter in sent:
        assert foot_holds(letter.body) and pages(letter.body) == 1, letter.kind


def test_every_letter_of_the_sample_is_drafted_in_the_shipped_order() -> None:
    for owed in obligations(SAMPLE, NOW):
        letter = letter_for(owed, SAMPLE, NOW, "aokafor", signed_at=NOW)
        assert foot_holds(letter.body) and letter.body.count(SCOPE_LINE) == 1
        assert shipped(letter.kind)
    assert templates.blanks_of("letterhead") < templates.EVERYWHERE
