"""A letter as written: its text, what it still lacks, and the person's own words in it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from medex_tui.domain.language.plain import one_line
from medex_tui.domain.records.communications import Document, DocumentKind
from medex_tui.domain.records.corrections import Acceptance
from medex_tui.domain.records.seal import foot_of, sha256
from medex_tui.reports.rendering.markdown import PAGE_LINES

NOTHING_ASKED = "No action needed."


class Missing(Struct, frozen=True):
    """A field a document may not leave without, and how to fill it."""

    field: str
    what: str
    remedy: str


class Judgement(Struct, frozen=True):
    """What a person may write in a letter, as typed; None stands for the draft made from the records."""

    bottom_line: str | None = None
    next_steps: str | None = None
    question: str | None = None


class Letter(Struct, frozen=True):
    """A letter as written: `to` provider ids, `about` record ids, `body` Markdown.

    It may not be signed or sent while anything is `missing`. `judgement` is what stands in it, drafts included, for a
    person to go on from. `can_drop` names measures (see `leave_out`) in the order in which
    they should go when it is over a page.
    """

    kind: DocumentKind
    client_id: str | None
    to: list[str]
    about: list[str]
    title: str
    body: str
    missing: list[Missing]
    judgement: Judgement
    can_drop: list[str] = []

    @property
    def lines(self) -> int:
        """How many lines of 80 columns it fills, the seal's line counted before it is there."""
        from medex_tui.reports.rendering.plain_text import page_lines

        return page_lines(self.body) + (foot_of(self.body) is None)

    @property
    def pages(self) -> int:
        """How many pages of 55 lines it fills: one, or it is not called one page."""
        return max(1, math.ceil(self.lines / PAGE_LINES))

    def signed(
        self,
        *,
        id: str,
        by: str,
        at: datetime,
        referral_id: str | None,
        accepted: Sequence[Acceptance] = (),
    ) -> Document:
        """The document to keep of a letter written with `signed_at`: its exact text, by hash, and who signed it."""
        return Document(
            id=id,
            kind=self.kind,
            client_id=self.client_id,
            referral_id=referral_id,
            to=list(self.to),
            about=list(self.about),
            body=self.body,
            sha256=sha256(self.body),
            signed_at=at,
            signed_by=by,
            accepted=list(accepted),
        )


def lacking(document: str, wanted: Mapping[str, tuple[object, str]]) -> list[Missing]:
    """What a document (`report`, `summary`) may not go without: by field whether it is there, and what it is."""
    remedy = f"Record it, then write the {document} again."
    return [
        Missing(name, f"The {document} has no {what}.", remedy)
        for name, (there, what) in wanted.items()
        if not there
    ]


def settled(
    own: Judgement | None,
    *,
    bottom_line: str = "",
    next_steps: str = "",
    question: str = NOTHING_ASKED,
) -> Judgement:
    """What stands in a letter: the person's own words, else the drafts. The question cannot be left empty."""
    own = own or Judgement()
    return Judgement(
        bottom_line if own.bottom_line is None else own.bottom_line,
        next_steps if own.next_steps is None else own.next_steps,
        question if own.question is None or not one_line(own.question) else own.question,
    )
