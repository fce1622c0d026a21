"""Documents as PDF, laid out by typst in Source Sans Pro; the extra `medex-tui[pdf]` brings both.

A sans serif, because a fax at standard resolution loses the thin strokes of a serif, and with them
the plus before a figure. The same text gives the same bytes. Typed text reaches typst as JSON
strings, never as markup. System fonts are used only for documents with characters that the
embedded fonts lack.
"""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markdown_it.token import Token

from medex_tui.domain.records.seal import foot_of, seal_line
from medex_tui.reports.rendering.paper import Paper, is_lead, parser, title_of

if TYPE_CHECKING:
    import typst

FONTS = ("Source Sans Pro", "DejaVu Sans Mono", "Libertinus Serif")
FONT_PACKAGE = "font_source_sans_pro"
LAST_SHIPPED = 0x2E7F
"""Last code point that the embedded fonts cover."""


def available() -> bool:
    """Whether typst and the font are installed."""
    return find_spec("typst") is not None and find_spec(FONT_PACKAGE) is not None


def pdf(
    documents: Sequence[str], paper: Paper = "us-letter", pictures: Sequence[str] = ()
) -> bytes:
    """Compile Markdown documents into one PDF, each from a new page. ImportError without the extra.

    `pictures`: SVG elements, one under each level-2 heading, in order.
    """
    import typst

    layout, data, fonts = _job(documents, paper, pictures)
    return typst.compile(layout, format="pdf", sys_inputs=data, font_paths=fonts)


def pages(documents: Sequence[str], paper: Paper = "us-letter") -> int:
    """Count the pages of the PDF of these documents."""
    import typst

    layout, data, fonts = _job(documents, paper)
    answer = typst.query(
        layout, "<pages>", field="value", one=True, sys_inputs=data, font_paths=fonts
    )
    return int(json.loads(answer))


def _job(
    documents: Sequence[str], paper: Paper, pictures: Sequence[str] = ()
) -> tuple[bytes, dict[str, str], typst.Fonts]:
    """Return the typst source, its input data and the fonts."""
    import typst

    font = find_spec(FONT_PACKAGE)
    if font is None or not font.submodule_search_locations:
        raise ImportError(FONT_PACKAGE)
    tokens = [parser().parse(document) for document in documents]
    seals = [seal_line(foot) for document in documents if (foot := foot_of(document))]
    blocks: list[dict[str, Any]] = []
    for number, document in enumerate(tokens):
        blocks += [{"kind": "page"}] if number else []
        blocks += _blocks(iter(document))
    headings = [n for n, block in enumerate(blocks) if block.get("level") == 2]
    for index, picture in reversed(list(zip(headings, pictures, strict=False))):
        blocks.insert(index + 1, {"kind": "picture", "svg": picture})
    data = {
        "title": title_of(tokens),
        "keywords": seals,
        "paper": paper,
        "fonts": FONTS,
        "blocks": blocks,
    }
    shipped = all(ord(char) <= LAST_SHIPPED for document in documents for char in document)
    layout = pkgutil.get_data(__package__, "letter.typ") or b""
    folder = Path(font.submodule_search_locations[0]) / "files"
    fonts = typst.Fonts(include_system_fonts=not shipped, font_paths=[folder])
    return layout, {"doc": json.dumps(data)}, fonts


def _blocks(rest: Iterator[Token]) -> Iterator[dict[str, Any]]:
    for token in rest:
        match token.type:
            case "heading_open":
                yield {"kind": "heading", "level": int(token.tag[1]), "spans": _spans(next(rest))}
            case "paragraph_open":
                words = next(rest)
                yield {"kind": "lead" if is_lead(words) else "text", "lines": list(_lines(words))}
            case "bullet_list_open" | "ordered_list_open":
                yield {"kind": "list" if token.tag == "ul" else "enum", "items": list(_items(rest))}
            case "table_open":
                yield _table(rest)


def _items(rest: Iterator[Token]) -> Iterator[list[dict[str, str]]]:
    for token in rest:
        if token.type in ("bullet_list_close", "ordered_list_close"):
            return
        if token.type == "inline":
            yield _spans(token)


def _table(rest: Iterator[Token]) -> dict[str, Any]:
    rows: list[list[list[dict[str, str]]]] = []
    right: list[int] = []
    for token in rest:
        if token.type == "table_close":
            break
        if token.type == "tr_open":
            rows.append([])
        if token.type == "th_open" and "right" in str(token.attrs.get("style", "")):
            right.append(len(rows[0]))
        if token.type == "inline":
            rows[-1].append(_spans(token))
    return {"kind": "table", "head": rows[0], "rows": rows[1:], "right": right}


def _lines(token: Token) -> Iterator[list[dict[str, str]]]:
    """Split a paragraph's spans at its hard breaks."""
    spans = _spans(token)
    start = 0
    for end in [i for i, span in enumerate(spans) if span["kind"] == "break"] + [len(spans)]:
        yield spans[start:end]
        start = end + 1


def _spans(token: Token) -> list[dict[str, str]]:
    """Return the spans of a block: `{"kind": "text" | "strong" | "break", "text": str}`."""
    spans: list[dict[str, str]] = []
    depth = 0
    for child in token.children or ():
        if child.type in ("strong_open", "strong_close"):
            depth += child.nesting
        elif child.type == "hardbreak":
            spans.append({"kind": "break", "text": ""})
        elif text := " " if child.type == "softbreak" else child.content:
            spans.append({"kind": "strong" if depth else "text", "text": text})
    return spans
