"""Markdown documents as one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from medex_tui.reports.rendering.paper import Paper, is_lead, parser, title_of

STYLE = (
    "body{font:11pt/1.35 sans-serif;max-width:44em;margin:2em auto;padding:0 1em;color:#000;background:#fff}"
    "h1{font-size:1.4em}h2{font-size:1.1em}ul,ol{padding-left:1.2em}table{border-collapse:collapse;margin:.7em 0}"
    "th,td{border-bottom:1px solid #999;padding:.15em .8em .15em 0;text-align:left;vertical-align:top}"
    "th{border-bottom:1.5px solid #000}.lead{border:solid #000;border-width:1px 0;padding:.4em 0;font-size:1.1em}"
    "main+main{border-top:1px solid #999;margin-top:2em}"
    "@media print{body{font-size:10pt;line-height:1.25;margin:0;padding:0;max-width:none}"
    "p,ul,ol,table{margin:.5em 0}tr,li{break-inside:avoid}main+main{break-before:page;border:0;margin:0}}"
)
CONTENT_POLICY = (
    """<meta http-equiv="Content-Security-Policy" """
    """content="default-src 'none'; style-src 'unsafe-inline'">"""
)
"""Forbids a browser to fetch anything, whatever text is in the page."""

CSS_SIZES: dict[Paper, str] = {"us-letter": "letter", "a4": "A4"}


def html_page(documents: str | Sequence[str], paper: Paper = "us-letter") -> str:
    """Render Markdown documents as one page with inline style and nothing fetched.

    Printed on `paper`, each document begins a new sheet.
    """
    reader = parser()
    bodies = [documents] if isinstance(documents, str) else documents
    parsed = [reader.parse(body) for body in bodies]
    title = title_of(parsed)
    for tokens in parsed:
        for opening, words in pairwise(tokens):
            if opening.type == "paragraph_open" and is_lead(words):
                opening.attrSet("class", "lead")
    sections = (
        f"<main>\n{reader.renderer.render(tokens, reader.options, {})}</main>\n"
        for tokens in parsed
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"{CONTENT_POLICY}\n<title>{escape(title)}</title>\n"
        f"<style>{STYLE}@page{{size:{CSS_SIZES[paper]};margin:16mm 18mm}}</style>\n"
        f"</head>\n<body>\n{''.join(sections)}</body>\n</html>\n"
    )
