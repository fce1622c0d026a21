"""A letter as bytes in one of its forms, for the commands that write or send one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from medex_tui.cli.context import (
    CommandContext,
    CommandError,
    check_writable,
)
from medex_tui.domain.records.people import Provider

if TYPE_CHECKING:
    from medex_tui.reports.rendering.paper import Paper

NO_ENGINE = "There is no PDF engine here: `pip install 'medex-tui[pdf]'`, or write --format html and print that."


def paper_of(context: CommandContext, asked: str | None) -> Paper:
    """The paper asked for, else the practice's."""
    from medex_tui.reports.rendering.paper import paper_of

    return asked or paper_of(context.practice)  # type: ignore[return-value]


def ready(form: str, output: str | None = None) -> None:
    """Refuse a format or a file that cannot be written, before anything is signed for it."""
    from medex_tui.reports.rendering import pdf

    if form == "pdf" and not pdf.available():
        raise CommandError(NO_ENGINE)
    if output:
        check_writable(Path(output))


def covered(
    bodies: list[str], provider: Provider, form: str, context: CommandContext, paper: str | None
) -> list[str]:
    """The documents behind a cover sheet that tells how many pages they make."""
    from medex_tui.reports.letters.cover_sheet import cover

    behind = sheets(bodies, form, paper_of(context, paper))
    return [cover(provider, context.practice, behind, context.now, context.login), *bodies]


def sheets(bodies: Sequence[str], form: str, paper: Paper) -> int:
    """How many pages: of a PDF as its engine lays it out, else by 55 lines of 80 columns, the seal to come counted."""
    from medex_tui.domain.records.seal import foot_of, with_foot
    from medex_tui.reports.rendering import pdf
    from medex_tui.reports.rendering.plain_text import pages

    if form == "pdf":
        try:
            return pdf.pages(bodies, paper)
        except ImportError:
            raise CommandError(NO_ENGINE) from None
    return sum(pages(body if foot_of(body) else with_foot(body)) for body in bodies)


def rendered(bodies: Sequence[str], form: str, paper: Paper) -> bytes:
    """Markdown documents in one of the formats, each from a page of its own. Refused where there is no PDF engine."""
    from medex_tui.reports.rendering import pdf
    from medex_tui.reports.rendering.html import html_page
    from medex_tui.reports.rendering.plain_text import PAGE_BREAK, plain_text

    if form == "pdf":
        try:
            return pdf.pdf(bodies, paper)
        except ImportError:
            raise CommandError(NO_ENGINE) from None
    if form == "html":
        return html_page(bodies, paper).encode()
    return (plain_text(bodies) if form == "text" else PAGE_BREAK.join(bodies)).encode()
