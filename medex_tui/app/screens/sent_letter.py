"""A letter as it was signed, and every sending of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from medex_tui.app.commands import bindings
from medex_tui.app.screens.base.document import DocumentScreen
from medex_tui.domain.language.plain import cut
from medex_tui.domain.records.communications import Communication, Document
from medex_tui.domain.records.seal import sha256
from medex_tui.reports import wording
from medex_tui.reports.file_names import letter_name
from medex_tui.store import kept_as_sent


class SentLetterScreen(DocumentScreen):
    """A signed letter with every sending of it."""

    BINDINGS: ClassVar = bindings("document.export", "document.forms", "go.back")

    def __init__(self, document_id: str) -> None:
        super().__init__()
        self.document_id = document_id

    @property
    def document(self) -> Document:
        """The letter."""
        return self.context.practice.documents[self.document_id]

    @property
    def viewed_client_id(self) -> str | None:
        return self.document.client_id

    def markdown(self) -> str:
        return self.document.body

    def file_name(self) -> str:
        return letter_name(self.document, self.context.practice, self.context.now)

    def title_line(self) -> str:
        state = "as signed" if self.document.signed_at else "draft"
        return f"{wording.DOCUMENTS[self.document.kind]} ({state})"

    def made_of(self) -> list[tuple[str, str]]:
        document, practice = self.document, self.context.practice
        at = (
            f"{wording.moment(document.signed_at, practice)} by "
            if document.signed_at
            else "not signed"
        )
        who = wording.person(document.signed_by, practice) if document.signed_at else ""
        whole = (
            "as signed"
            if document.sha256 == sha256(document.body)
            else "NOT AS SIGNED: run medex check"
        )
        rows = [
            ("Signed", f"{at}{who}"),
            ("SHA-256", f"{cut(document.sha256 or 'none', 16)}  {whole}"),
        ]
        out = [
            c
            for c in practice.communications.values()
            if c.document_id == document.id and c.direction == "out"
        ]
        for one in sorted(out, key=lambda c: (c.at, c.id)):
            rows += self._went(one)
        return rows if out else [*rows, ("Sent", "no sending of it is recorded")]

    def _went(self, one: Communication) -> Iterator[tuple[str, str]]:
        practice = self.context.practice
        to = practice.providers.get(one.provider_id or "")
        where = " ".join(part for part in (wording.METHODS[one.method], one.address or "") if part)
        when = f"{wording.moment(one.at, practice)} by {wording.person(one.by, practice)}"
        pages = wording.plural(one.pages, "page") if one.pages else ""
        yield (
            one.result.capitalize(),
            "; ".join(p for p in (where, to.name if to else "", when, pages) if p),
        )
        yield "Proof", one.confirmation or ""
        yield "Record", one.summary or ""
        if one.sha256:
            kept = kept_as_sent(self.context.path, one.sha256) is not None
            there = (
                f"medex report --sending {one.id} shows them"
                if kept
                else "are not in the folder practice.sent"
            )
            yield "Bytes", f"{one.form}, sha256 {one.sha256[:8]}; the exact bytes {there}"
        if one.reply:
            yield (
                "Reply",
                f"{wording.moment(one.reply.at, practice)}: "
                f"{one.reply.text or one.reply.orders or ''}",
            )
