"""Whether letters in hand are what was signed: found by the seals they carry, compared word by word.

A letter in Markdown, text or HTML is compared by its words in their order, since only those are the letter's own in
every form; a PDF with the same letter laid out anew, else by its characters in their order. What stands around a
letter, such as a cover sheet, another letter or the line a fax machine prints, is told and does not count against it.
"""

from __future__ import annotations

import html.parser
import io
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from importlib.util import find_spec

from msgspec import Struct

from medex_tui.domain.language.plain import cut
from medex_tui.domain.records.communications import Communication, Document
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.seal import SHORT, SHOWN, foot_of, seal_holds
from medex_tui.domain.records.visits import Session
from medex_tui.reports.notes.visit_note import Form, visit_note
from medex_tui.reports.rendering import pdf
from medex_tui.reports.rendering.html import html_page
from medex_tui.reports.rendering.markdown import PAGE_COLUMNS
from medex_tui.reports.rendering.paper import PAPERS
from medex_tui.reports.rendering.plain_text import plain_text

SHAPES: tuple[Form, ...] = ("form", "soap", "dap")
PDF_DIFFERS = "neither laid out anew nor by its characters is it the signed text; check the Markdown or the text of it"
NO_READER = "laid out anew from the signed text this PDF comes out otherwise; check the Markdown or the text of it"
AROUND = 3
"""How many words a difference is shown with."""

UNFOLDED = 10_000
"""So wide that no cell of a table is folded: a PDF has a cell's words together."""

BESIDE = 60
"""How many columns of what stands around a letter are told."""


class Proof(Struct, frozen=True):
    """What a letter in hand turned out to be.

    `same`: what was signed, or not; `difference` says where in words. `sendings` are the communications that carried
    it, earliest first. `found` is None where no record has the seal. `span` is where its words stand among those of
    the file, `by_words` that the file itself is another one than would be laid out here.
    """

    seal: str
    found: Document | Session | None
    same: bool = False
    difference: str = ""
    sendings: list[Communication] = []
    span: tuple[int, int] = (0, 0)
    by_words: bool = False


class Checked(Struct, frozen=True):
    """Every sealed letter in a file, and what stands around them, cut; empty where nothing does."""

    proofs: list[Proof]
    around: str


def check(data: bytes, practice: Practice) -> Checked:
    """Hold a file's content against the signed documents and visits of a practice."""
    printed = data.startswith(b"%PDF")
    text = _characters_of(data) if printed else shown_text(data)
    seals = dict.fromkeys(SHOWN.findall(data.decode("latin-1") if printed else text))
    proofs = [_proof(seal, data, text, practice) for seal in seals]
    words = [] if printed else _words(text)
    inside = {at for one in proofs if one.same for at in range(*one.span)}
    around = (
        [word for at, word in enumerate(words) if at not in inside]
        if any(one.same for one in proofs)
        else []
    )
    return Checked(proofs, cut(" ".join(around), BESIDE))


def shown_text(data: bytes) -> str:
    """The words a person sees in a file of text, Markdown or HTML, of the last without what lays them out."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = data.decode("utf-16" if wide else "utf-8", "replace").removeprefix("\ufeff")
    if re.match(r"\s*<(!doctype|html)", text, re.IGNORECASE):
        reader = _Words()
        reader.feed(text)
        return "".join(reader.parts)
    return text


def _proof(seal: str, data: bytes, text: str, practice: Practice) -> Proof:
    """The record a seal belongs to, and whether the file holds it as it was signed."""
    nearest: Proof | None = None
    for kept, bodies in _sealed(seal, practice):
        sent = _sendings(kept, practice)
        if data.startswith(b"%PDF"):
            exact = _printed(data, bodies)
            if exact or (
                text and any(_solid(plain_text(body, UNFOLDED)) in text for body in bodies)
            ):
                return Proof(seal, kept, True, sendings=sent, by_words=not exact)
            nearest = nearest or Proof(seal, kept, False, PDF_DIFFERS if text else NO_READER, sent)
            continue
        here = _words(text)
        forms = [form for body in bodies for form in _forms(body)]
        for form in forms:
            if (at := _within(here, form)) is not None:
                return Proof(seal, kept, True, sendings=sent, span=(at, at + len(form)))
        nearest = nearest or Proof(seal, kept, False, _difference(here, forms), sent)
    return nearest or Proof(seal, None)


def _sealed(seal: str, practice: Practice) -> Iterator[tuple[Document | Session, list[str]]]:
    """Every signed record that carries a seal, with the Markdown it can have left as."""
    for document in practice.documents.values():
        if document.signed_at and foot_of(document.body) == seal:
            yield document, [document.body]
    for session in practice.sessions.values():
        if session.seal and session.seal[:SHORT] == seal and seal_holds(session):
            yield session, [visit_note(session, practice, form) for form in SHAPES]


def _printed(data: bytes, bodies: list[str]) -> bool:
    """Whether a PDF is what a document gives on paper; False too where no engine is here to tell."""
    if not pdf.available():
        return False
    return any(data == pdf.pdf([body], paper) for body in bodies for paper in PAPERS)


def _characters_of(data: bytes) -> str:
    """The characters of a PDF in their order, without spaces; empty where none can be read here."""
    if find_spec("pypdf") is None:
        return ""
    import pypdf

    try:
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]
    except Exception:  # whatever a damaged file makes of a reader: it cannot be read
        return ""
    return _solid("".join(pages))


def _solid(text: str) -> str:
    """Characters alone: without spaces, and without the rules and bullets by which forms differ."""
    return re.sub(r"[\s|•]+|-{2,}|={2,}", "", re.sub(r"(?m)^- ", "", text))


def _sendings(kept: Document | Session, practice: Practice) -> list[Communication]:
    out = [
        c
        for c in practice.communications.values()
        if c.document_id == kept.id and c.direction == "out"
    ]
    return sorted(out, key=lambda c: (c.at, c.id))


def _forms(body: str) -> list[list[str]]:
    """The words of a letter in each form it leaves in: a table is its rows, or the columns of paper."""
    return [
        _words(form)
        for form in (body, plain_text(body, PAGE_COLUMNS), shown_text(html_page(body).encode()))
    ]


def _within(here: Sequence[str], there: Sequence[str]) -> int | None:
    """Where the words of a letter stand one after the other in a file; None where they do not."""
    starts = (at for at, word in enumerate(here) if word == there[0]) if there else iter(())
    return next((at for at in starts if here[at : at + len(there)] == there), None)


def _difference(here: list[str], forms: Sequence[list[str]]) -> str:
    """The first place where a file differs from the form of a letter it is nearest to."""
    there = max(forms, key=lambda form: SequenceMatcher(None, here, form, autojunk=False).ratio())
    changes = [
        c
        for c in SequenceMatcher(None, here, there, autojunk=False).get_opcodes()
        if c[0] != "equal"
    ]
    inner = [c for c in changes if c[4] > c[3] or 0 < c[3] < len(there)]
    _, at, _, of, _ = (inner or changes)[0]
    shown = [" ".join(words[max(0, n - 1) : n + AROUND]) for words, n in ((here, at), (there, of))]
    return f"here `{shown[0]}`, as signed `{shown[1]}`"


def _words(text: str) -> list[str]:
    """Words without rules, table bars and the style of a page."""
    return [word for word in text.split() if not re.fullmatch(r"[|=:-]+", word) or word == "-"]


class _Words(html.parser.HTMLParser):
    """The text of a page's body."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("style", "title", "script")
        self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("style", "title", "script")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)
