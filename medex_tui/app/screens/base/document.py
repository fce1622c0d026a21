"""A document on screen: its pages as a fax shows them, what is missing, its sources, exports."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from textual.containers import Horizontal
from textual.widget import Widget

from medex_tui.actions.export_file import export_folder, write_export
from medex_tui.app.dialogs.ask import ask_why
from medex_tui.app.dialogs.picker import Picker
from medex_tui.app.screens.base.screen import BaseScreen
from medex_tui.app.styled_lines import Choice, Line, Role, plain, spread, wrap
from medex_tui.app.widgets.lists import StyledLines
from medex_tui.domain.language.plain import one_line, terminal_safe
from medex_tui.domain.records.corrections import Acceptance
from medex_tui.domain.scope_language import LanguageFinding
from medex_tui.reports.rendering import pdf
from medex_tui.reports.rendering.html import html_page
from medex_tui.reports.rendering.markdown import PAGE_COLUMNS, PAGE_LINES
from medex_tui.reports.rendering.paper import paper_of
from medex_tui.reports.rendering.plain_text import PAGE_BREAK, page_lines, plain_text, styled_lines
from medex_tui.reports.templates import LetterTemplate, folders, load

WIDE = 120
"""Columns from which the panel beside the document is shown."""

ASIDE = (37, 54)
"""Least and greatest width of that panel, in columns."""


class DocumentScreen(BaseScreen):
    """A rendered Markdown text; beside it on wide screens, what is missing and its sources."""

    DEFAULT_CSS = """
    DocumentScreen #text { width: 1fr; height: 1fr; }
    DocumentScreen #aside { width: 40; border-left: solid $panel; display: none; padding: 0 1; }
    DocumentScreen.wide #aside { display: block; }
    """

    @property
    def fills(self) -> str:
        """A sentence on the key that fills in what is missing; empty where there is none."""
        return ""

    def body(self) -> Iterable[Widget]:
        with Horizontal():
            shown = StyledLines(id="text")
            shown.can_focus = True
            yield shown
            yield StyledLines(id="aside")

    def on_mount(self) -> None:
        self.redraw()
        self.query_one("#text", StyledLines).focus()

    def load_templates(self) -> tuple[dict[str, LetterTemplate], list[str]]:
        """The practice's own letter templates by kind, and a sentence on each that is faulty."""
        context = self.context
        own = folders(context.path, context.config)
        return load(own, context.practice.settings.snippets)

    def markdown(self) -> str:
        """The document's text."""
        raise NotImplementedError

    def bodies(self) -> list[str]:
        """The documents exported together, each on pages of its own."""
        return [self.markdown()]

    def file_name(self) -> str:
        """The file name of its export."""
        raise NotImplementedError

    def title_line(self) -> str:
        """The title in the header line."""
        raise NotImplementedError

    def lacking(self) -> list[str]:
        """What is missing before it can be signed or sent, a sentence each."""
        return []

    def wordings(self) -> list[LanguageFinding]:
        """Wordings outside the scope of practice that nobody accepted yet."""
        return []

    def accept(self, made: Acceptance) -> None:
        """Record that a wording was accepted."""
        raise NotImplementedError

    def lines_filled(self) -> int:
        """How many lines of 80 columns it takes."""
        return page_lines(self.markdown())

    def made_of(self) -> list[tuple[str, str]]:
        """Where its content comes from and where it was sent: label and text of each."""
        return []

    def too_long(self) -> list[str]:
        """How to get it to one page, a sentence each; empty where it is one."""
        return []

    def header_line(self, width: int) -> Line:
        lines = self.lines_filled()
        sheets = max(1, math.ceil(lines / PAGE_LINES))
        meter = f"{lines}/{PAGE_LINES} lines, {sheets} page{'s' if sheets != 1 else ''}"
        return spread(
            [(" medex  ", "title"), (self.title_line(), "strong")],
            [(meter + " ", "warn" if sheets > 1 else "dim")],
            width,
        )

    def update_content(self) -> None:
        width = self.app.size.width
        self.set_class(width >= WIDE, "wide")
        room = max(ASIDE[0], min(ASIDE[1], width - PAGE_COLUMNS - 6))
        paper = min(PAGE_COLUMNS, width - (room + 6 if width >= WIDE else 2))
        self.query_one("#text", StyledLines).show(self.paper(paper))
        lacking, too_long, wordings = self.lacking(), self.too_long(), self.wordings()
        keeps = f"{self.key_of('wording.accept')} keeps one, with a reason"
        aside = self.query_one("#aside", StyledLines)
        aside.styles.width = room + 3
        aside.show(
            [
                *_part("Before it goes out", [f"- {one}" for one in lacking], room, self.fills),
                *([] if lacking else [plain("Nothing is missing.", "good")]),
                *_part("Not one page", too_long, room),
                *_part("Outside our scope", [f"- {one.told}" for one in wordings], room, keeps),
                *self._origins(room),
            ]
        )
        if width < WIDE:
            self._told_below(lacking, too_long, wordings)

    def paper(self, width: int) -> list[Line]:
        """The lines of the document as a fax shows them; the end of the first page is marked."""
        shown = styled_lines(terminal_safe(self.markdown()), width)
        lines: list[Line] = [
            [(" ", ""), *((words, "strong" if bold else "") for words, bold in line)]
            for line in shown
        ]
        if len(lines) > PAGE_LINES and width >= PAGE_COLUMNS - 2:
            lines.insert(PAGE_LINES, plain(f" {' end of the first page ':-^{width}}", "warn"))
        return lines

    def _origins(self, room: int) -> list[Line]:
        """The rows of `made_of`, labels in a column of their own."""
        rows = [(label, told) for label, told in self.made_of() if told]
        lines: list[Line] = [[], plain("What it is made of", "title")] if rows else []
        for label, told in rows:
            first, *more = wrap(told, room - 11)
            lines += [
                [(f"{label:11}", "field"), (first, "")],
                *(plain(" " * 11 + piece) for piece in more),
            ]
        return lines

    def _told_below(
        self, lacking: list[str], too_long: list[str], wordings: list[LanguageFinding]
    ) -> None:
        """Show the first thing missing on the status line, where there is no panel."""
        if lacking:
            told = f"{len(lacking)} to fill: {lacking[0]}  ({self.key_of('help.open')} lists all"
            self.show_status(f"{told}; {self.fills})" if self.fills else f"{told})", "warn")
        elif too_long:
            self.show_status(" ".join(too_long), "warn")
        elif wordings:
            self.show_status(
                f"Wording: {wordings[0].told}  ({self.key_of('wording.accept')} keeps it)", "warn"
            )

    def help_lines(self) -> list[str]:
        wordings = [f"Wording: {found.told}" for found in self.wordings()]
        made = [f"{label}: {told}" for label, told in self.made_of() if told]
        return [*self.lacking(), *self.too_long(), *wordings, *made]

    def action_wording_accept(self) -> None:
        context, wordings = self.context, self.wordings()
        if not wordings:
            self.show_status("No wording is outside our scope.", "dim")
            return
        first = wordings[0]

        def keep(reason: object) -> None:
            self.accept(
                Acceptance(
                    word=one_line(first.word), reason=str(reason), by=context.login, at=context.now
                )
            )

        title, without = (
            f"Keep the wording: {one_line(first.word)}",
            "A reason is needed; or change the wording.",
        )
        context.ask(ask_why(title, "Reason (saved with the record)", [first.told], without), keep)

    def held_back(self) -> bool:
        """Whether something missing keeps it from being exported; the status line says what."""
        lacking = self.lacking() if self.draft() else []
        if lacking:
            fills = f" {self.fills}." if self.fills else ""
            self.show_status(f"Not written, {len(lacking)} to fill: {lacking[0]}{fills}", "bad")
        return bool(lacking)

    def draft(self) -> bool:
        """Whether it is unsigned: then what is missing keeps it from being exported."""
        return True

    def action_document_export(self) -> None:
        if not self.held_back():
            self.write(self.file_name(), PAGE_BREAK.join(self.bodies()).encode())

    def action_document_forms(self) -> None:
        if self.held_back():
            return
        forms = {
            "pdf": "for paper and fax",
            "html": "to print from a browser",
            "text": "80 columns, for fax and paste",
        }

        def find(query: str) -> list[Choice]:
            return [
                Choice(form, form, told) for form, told in forms.items() if query.lower() in form
            ]

        self.context.ask(Picker("Write it as", find), lambda form: self.write_as(str(form)))

    def write_as(self, form: str) -> None:
        """Write the document as PDF, HTML or text beside the practice file."""
        bodies, paper = self.bodies(), paper_of(self.context.practice)
        name = Path(self.file_name())
        if form == "pdf" and not pdf.available():
            self.show_status(
                "No PDF engine is installed: pip install 'medex-tui[pdf]', "
                "or write html and print that.",
                "bad",
            )
        elif form == "pdf":
            over = pdf.pages(bodies, paper) - len(bodies)
            self.write(name.with_suffix(".pdf").name, pdf.pdf(bodies, paper), 1 + max(0, over))
        else:
            suffix, made = (
                (".html", html_page(bodies, paper))
                if form == "html"
                else (".txt", plain_text(bodies))
            )
            self.write(name.with_suffix(suffix).name, made.encode())

    def write(self, name: str, data: bytes, sheets: int = 1) -> None:
        """Write a file only its owner can read and show its path; warn of several pages."""
        path = export_folder(self.context.path) / name
        try:
            write_export(path, data)
        except OSError as problem:
            self.show_status(f"Not exported: {path} cannot be written ({problem.strerror}).", "bad")
        else:
            self.context.record_export(Path(name).suffix[1:], self.viewed_client_id)
            over = f" It is {sheets} pages, not one." if sheets > 1 else ""
            self.show_status(f"Written: {path}{over}", "warn" if over else "good")


def _part(
    title: str, sentences: Sequence[str], room: int, beside: str = "", role: Role = "warn"
) -> list[Line]:
    """A title and sentences under it; nothing where there are none."""
    if not sentences:
        return []
    lines: list[Line] = [plain(title, "title"), *([plain(beside, "dim")] if beside else [])]
    for sentence in sentences:
        lines += [
            plain(piece, role)
            for piece in wrap(sentence, room, indent=2 if sentence.startswith("- ") else 0)
        ]
    return [*lines, []]
