"""Whether a letter in hand is what was signed: found by the seal it carries, compared word by word.

A letter in Markdown is compared byte for byte; in text or HTML by its words in their order, since only those are the
letter's own there; in PDF with the same letter laid out anew.
"""

from __future__ import annotations

import html.parser
import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from msgspec import Struct

from medex_tui.domain.practice import Practice
from medex_tui.domain.records import Communication, Document, Session
from medex_tui.domain.seal import SHORT, SHOWN, foot_of, seal_holds
from medex_tui.reports import pdf, render
from medex_tui.reports.markdown import PAGE_COLUMNS
from medex_tui.reports.note import Form, visit_note

SHAPES: tuple[Form, ...] = ("form", "soap", "dap")
PDF_DIFFERS = "laid out anew from the signed text this PDF comes out otherwise; check the Markdown or the text of it"
AROUND = 3
"""How many words a difference is shown with."""


class Proof(Struct, frozen=True):
    """What a letter in hand turned out to be.

    `same`: what was signed, or not; `difference` says where in words. `sendings` are the communications that carried
    it, earliest first. `found` is None where no record has the seal.
    """

    seal: str | None
    found: Document | Session | None
    same: bool = False
    difference: str = ""
    sendings: list[Communication] = []


def proof(data: bytes, practice: Practice) -> Proof:
    """Hold a file's content against the signed documents and visits of a practice."""
    text = shown_text(data)
    seals = SHOWN.findall(text)
    nearest: Proof | None = None
    for seal in dict.fromkeys(reversed(seals)):
        for kept, bodies in _sealed(seal, practice):
            if any(data == body.encode() for body in bodies):
                return Proof(seal, kept, True, sendings=_sendings(kept, practice))
            if data.startswith(b"%PDF"):
                difference = "" if _printed(data, bodies) else PDF_DIFFERS
            else:
                difference = min((_difference(text, body) for body in bodies), key=len)
            if not difference:
                return Proof(seal, kept, True, sendings=_sendings(kept, practice))
            nearest = nearest or Proof(seal, kept, False, difference, _sendings(kept, practice))
    return nearest or Proof(seals[-1] if seals else None, None)


def shown_text(data: bytes) -> str:
    """The words a person sees in a file: of HTML without what lays them out; of a PDF its bytes, seals among them."""
    text = data.decode("utf-8", "replace")
    if re.match(r"\s*<(!doctype|html)", text, re.IGNORECASE):
        reader = _Words()
        reader.feed(text)
        return "".join(reader.parts)
    return text


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
    return any(data == pdf.pdf([body], paper) for body in bodies for paper in render.PAPERS)


def _sendings(kept: Document | Session, practice: Practice) -> list[Communication]:
    out = [c for c in practice.communications.values() if c.document_id == kept.id and c.direction == "out"]
    return sorted(out, key=lambda c: (c.at, c.id))


def _difference(text: str, body: str) -> str:
    """Where a text first differs from a document; empty where it has the same words in the same order.

    Markdown counts as itself and as its words, a table as its rows or as the columns of paper.
    """
    here = _words(text)
    forms = (body, render.text(body, PAGE_COLUMNS), shown_text(render.html(body).encode()))
    differences = []
    for form in forms:
        there = _words(form)
        if here == there:
            return ""
        differences.append((SequenceMatcher(None, here, there, autojunk=False).ratio(), there))
    return _told(here, max(differences, key=lambda pair: pair[0])[1])


def _told(here: list[str], there: list[str]) -> str:
    at = next((i for i, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), min(len(here), len(there)))
    span = slice(max(0, at - 1), at + AROUND)
    return f"here `{' '.join(here[span])}`, as signed `{' '.join(there[span])}`"


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
