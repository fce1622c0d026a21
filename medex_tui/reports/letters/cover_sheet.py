"""The sheet before a fax: who sends how many pages to whom, and nothing of what they say."""

from __future__ import annotations

from datetime import datetime

from medex_tui.domain.records.people import Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.reports import wording
from medex_tui.reports.documents import letterhead
from medex_tui.reports.documents.letterhead import address
from medex_tui.reports.rendering.markdown import document, field, heading, lines, text


def cover(provider: Provider, practice: Practice, pages: int, at: datetime, by: str) -> str:
    """A cover sheet as Markdown; `pages` are those behind it. No client, no reason, no health data stands on it."""
    kept = practice.settings
    call = f" Please call {text(kept.phone)}" if kept.phone else " Please tell the sender"
    return document(
        [
            letterhead.sender(practice),
            heading(1, "Cover sheet"),
            lines(
                [
                    field("To", letterhead.provider_line(provider)),
                    field("At", address(provider) or letterhead.UNKNOWN),
                ]
            ),
            lines(
                [
                    field("Sent by", text(wording.person(by, practice)) or letterhead.UNKNOWN),
                    field("Date", wording.moment(at, practice)),
                    field("Pages, this one included", str(pages + 1)),
                ]
            ),
            "**CONFIDENTIAL.** The pages behind this sheet are meant only for the person named above. "
            f"If they reached you by mistake, do not read, copy or pass them on.{call} and destroy them.",
            "If pages are missing or cannot be read, please call the same number.",
        ]
    )
