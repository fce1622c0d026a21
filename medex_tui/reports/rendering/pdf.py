"""Documents as PDF, laid out by typst with Source Sans Pro (the extra `medex-tui[pdf]` brings both), fonts embedded.

A sans serif, since at the standard resolution of a fax the thin strokes of a serif are lost, and with them the plus
before a figure. The same text gives the same bytes. What people typed reaches the engine as strings, never as its
markup. Only where a text has letters that the shipped fonts lack (Chinese, emoji, ...) are the machine's fonts asked.
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
from medex_tui.reports.rendering.paper import Paper, leads, parser, title_of

if TYPE_CHECKING:
    import typst

FONTS = ("Source Sans Pro", "DejaVu Sans Mono", "Libertinus Serif")
FONT_PACKAGE = "font_source_sans_pro"
LAST_SHIPPED = 0x2E7F
"""Beyond this code point the shipped fonts have next to nothing."""


def available() -> bool:
    """Whether engine and font are installed."""
    return find_spec("typst") is not None and find_spec(FONT_PACKAGE) is not None


def pdf(
    documents: Sequence[str], paper: Paper = "us-letter", pictures: Sequence[str] = ()
) -> bytes:
    """Markdown documents as one PDF, each from a page of its own. Raises ImportError without the extra.

    `pictures` are SVG elements of ours, one for each heading of the second level, and stand under it.
    """
    import typst

    layout, data, fonts = _job(documents, paper, pictures)
    return typst.compile(layout, format="pdf", sys_inputs=data, font_paths=fonts)


def pages(documents: Sequence[str], paper: Paper = "us-letter") -> int:
    """How many pages that PDF has, asked of the engine that lays it out."""
    import typst

    layout, data, fonts = _job(documents, paper)
    found = typst.query(
        layout, "<pages>", field="value", one=True, sys_inputs=data, font_paths=fonts
    )
    return int(json.loads(found))


def _job(
    documents: Sequence[str], paper: Paper, pictures: Sequence[str] = ()
) -> tuple[bytes, dict[str, str], typst.Fonts]:
    """The layout, the documents as its data, and the fonts to set them in."""
    import typst

    font = find_spec(FONT_PACKAGE)
    if font is None or not font.submodule_search_locations:
        raise ImportError(FONT_PACKAGE)
    tokens = [parser().parse(document) for document in documents]
    seals = [seal_line(foot) for document in documents if (foot := foot_of(document))]
    blocks: list[dict[str, Any]] = []
    for number, one in enumerate(tokens):
        blocks += [{"kind": "page"}] if number else []
        blocks += _blocks(iter(one))
    for at in reversed(
        [n for n, block in enumerate(blocks) if block.get("level") == 2][: len(pictures)]
    ):
        blocks.insert(
            at + 1,
            {"kind": "picture", "svg": pictures[sum(b.get("level") == 2 for b in blocks[:at])]},
        )
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
                yield {"kind": "lead" if leads(words) else "text", "lines": list(_lines(words))}
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
    """A paragraph's spans, by the lines that were asked for."""
    spans = _spans(token)
    at = -1
    for end in [i for i, span in enumerate(spans) if span["kind"] == "break"] + [len(spans)]:
        yield spans[at + 1 : end]
        at = end


def _spans(token: Token) -> list[dict[str, str]]:
    """The words of a block, in bold or not; a break that was asked for is a break."""
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
