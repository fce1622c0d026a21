"""A letter: drafted from the records, edited, kept to a page, signed, exported, sent."""

from __future__ import annotations

import asyncio
from typing import ClassVar

import msgspec

from medex_tui.actions.context import Refusal
from medex_tui.actions.hand_to_sender import (
    letter_to_hand_over,
    outgoing,
    record_handed,
    run_sender,
)
from medex_tui.actions.sign import sign_letter
from medex_tui.app.commands import bindings
from medex_tui.app.forms.judgement import judgement_form
from medex_tui.app.forms.missing_field import JUDGED, fill_in
from medex_tui.app.forms.sending import mark_sent
from medex_tui.app.screens.base.document import DocumentScreen
from medex_tui.app.views.letter_origins import origin_rows
from medex_tui.domain.obligations import Obligation
from medex_tui.domain.records.communications import Document
from medex_tui.domain.records.corrections import Acceptance
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.referrals.sending import document_for
from medex_tui.domain.scope_language import LanguageFinding, findings, quotes, standing
from medex_tui.reports.documents.letter import Judgement, Letter, Missing
from medex_tui.reports.file_names import letter_name
from medex_tui.reports.letters.registry import letter_for, to_fit
from medex_tui.reports.rendering.plain_text import pages, plain_text
from medex_tui.reports.templates import LetterTemplate


class LetterScreen(DocumentScreen):
    """The letter that meets an obligation."""

    BINDINGS: ClassVar = bindings(
        "record.edit",
        "document.sign",
        "document.export",
        "sent.mark",
        "document.fill",
        "document.fit",
        "wording.accept",
        "document.forms",
        "letter.hand_over",
        "go.back",
    )

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.judgement: Judgement | None = None
        self.accepted: list[Acceptance] = []
        self.leave_out: list[str] = []
        self.templates: dict[str, LetterTemplate] = {}
        self.drawn: dict[object, Letter] = {}
        self.drawn_for: Practice | None = None

    def on_mount(self) -> None:
        context = self.context
        kept = context.drafts.kept.get(self.draft_name)
        if kept:
            self.judgement = msgspec.convert(kept, Judgement)
            self.accepted = msgspec.convert(kept.get("accepted", []), list[Acceptance])
            self.leave_out = msgspec.convert(kept.get("leave_out", []), list[str])
        self.templates, faults = self.load_templates()
        super().on_mount()
        if faults:
            self.show_status(faults[0], "warn")

    @property
    def fills(self) -> str:
        return f"{self.key_of('document.fill')} fills in the first"

    @property
    def viewed_client_id(self) -> str | None:
        return self.owed.client_id if self.owed else None

    def hold(self) -> None:
        """Write judgement and accepted wordings to the drafts."""
        judged = msgspec.to_builtins(self.judgement or Judgement())
        kept = {
            **judged,
            "accepted": msgspec.to_builtins(self.accepted),
            "leave_out": self.leave_out,
        }
        self.context.drafts.hold(self.draft_name, kept)
        self.redraw()

    def lines_filled(self) -> int:
        letter = None if self.signed else self.letter()
        return letter.lines if letter else super().lines_filled()

    def too_long(self) -> list[str]:
        letter = None if self.signed else self.letter()
        if letter is None or letter.pages == 1:
            return []
        enough = to_fit(self.without, self.leave_out)
        if enough is None:
            return [self.shorten]
        going = [measure for measure in enough if measure not in self.leave_out]
        return [
            f"To keep to one page, leave out: {', '.join(going)}.",
            f"{self.key_of('document.fit')} does that.",
        ]

    @property
    def shorten(self) -> str:
        """What to do where leaving measures out is not enough to fit a page."""
        edit = self.key_of("record.edit")
        return f"No measure can go that would bring it to one page: shorten the text ({edit})."

    def without(self, measures: list[str]) -> Letter:
        """The draft without some measures."""
        letter = self.letter(leave_out=measures)
        assert letter is not None
        return letter

    def action_document_fit(self) -> None:
        letter = self.letter()
        if self.signed or letter is None:
            self.show_status("Signed letters cannot be edited.", "dim")
        elif letter.pages > 1:
            enough = to_fit(self.without, self.leave_out)
            if enough is None:
                self.show_status(self.shorten, "warn")
                return
            self.leave_out = enough
            self.hold()
            self.show_status(
                f"Left out: {', '.join(enough)}. {self.key_of('document.fit')} brings them back.",
                "good",
            )
        elif self.leave_out:
            self.leave_out = []
            self.hold()
        else:
            self.show_status("It is one page; nothing needs to go.", "dim")

    def action_letter_hand_over(self) -> None:
        """Hand the signed letter to the practice's send hook in a thread, and record the result."""
        context, owed, signed = self.context, self.owed, self.signed
        if owed is None or owed.status == "met":
            self.show_status("This one is met already.", "dim")
            return
        if signed is None:
            self.show_status(
                f"Sign it first ({self.key_of('document.sign')}): what goes out is what is kept.",
                "warn",
            )
            return
        letter = letter_to_hand_over(context, owed, context.config)
        if isinstance(letter, Refusal):
            remedy = f" {self.key_of('sent.mark')} records it." if letter.field == "hook" else ""
            self.show_status(f"{letter.message}{remedy}", "warn")
            return
        data, sheets = plain_text(letter.body).encode(), pages(letter.body)
        going = outgoing(context, owed, letter, data, form="text", pages=sheets)
        if isinstance(going, Refusal):
            self.show_status(f"Not handed over: {going.message}", "bad")
            return

        async def run() -> None:
            self.show_status("Handing it over...", "dim")
            context.record_export(f"handed over {letter.kind} {letter.id}", owed.client_id)
            try:
                handed = await asyncio.to_thread(run_sender, context.path, context.config, going)
            except OSError as fault:
                self.show_status(
                    f"NOT SENT: what would go out cannot be kept ({fault.strerror}).", "bad"
                )
                return
            made = record_handed(context, owed, going, handed)
            if await context.save([made]):
                went = (
                    f"Sent, says the hook: {handed.line}"
                    if handed.sent
                    else f"NOT SENT: {handed.line or handed.ended}"
                )
                self.show_status(went, "good" if handed.sent else "bad")

        self.run_worker(run())

    def wordings(self) -> list[LanguageFinding]:
        owed, signed = self.owed, self.signed
        allowed = quotes(self.context.practice, owed.client_id if owed else None)
        return standing(
            findings(self.markdown(), allowed), signed.accepted if signed else self.accepted
        )

    def accept(self, made: Acceptance) -> None:
        signed = self.signed
        if signed is None:
            self.accepted = [*self.accepted, made]
            self.hold()
            return

        async def save() -> None:
            if await self.context.save(
                [msgspec.structs.replace(signed, accepted=[*signed.accepted, made])]
            ):
                self.show_status("Kept, with its reason.", "good")

        self.run_worker(save())

    @property
    def draft_name(self) -> str:
        """The name of its draft."""
        return f"letter:{self.key}"

    @property
    def owed(self) -> Obligation | None:
        """The obligation now; None where it is gone."""
        return next((o for o in self.context.obligations if o.key == self.key), None)

    @property
    def signed(self) -> Document | None:
        """The signed letter, None before."""
        owed = self.owed
        document = document_for(owed, self.context.practice) if owed else None
        return document if document and document.signed_at else None

    def letter(self, *, signing: bool = False, leave_out: list[str] | None = None) -> Letter | None:
        """The letter as it would be signed now; None where nothing asks for it any more.

        A draft is written once for the records, the minute and the judgement it is made from.
        """
        context, owed = self.context, self.owed
        if owed is None:
            return None
        practice, out = context.practice, self.leave_out if leave_out is None else leave_out
        made_from = (owed.key, context.now.replace(second=0), self.judgement, tuple(out), signing)
        if self.drawn_for is not practice:
            self.drawn_for = practice
            self.drawn.clear()
        if made_from not in self.drawn:
            at = context.now if signing else None
            self.drawn[made_from] = letter_for(
                owed,
                practice,
                context.now,
                context.login,
                self.judgement,
                signed_at=at,
                leave_out=out,
                templates=self.templates,
            )
        return self.drawn[made_from]

    def made_of(self) -> list[tuple[str, str]]:
        owed, letter = self.owed, self.letter()
        if owed is None or letter is None:
            return []
        edit = self.key_of("record.edit")
        return origin_rows(
            letter,
            owed,
            self.context.practice,
            self.context.now,
            self.leave_out,
            self.templates,
            edit,
        )

    def markdown(self) -> str:
        signed = self.signed
        letter = self.letter()
        if signed:
            return signed.body
        return letter.body if letter else ""

    def file_name(self) -> str:
        written = self.signed or self.letter()
        return (
            letter_name(written, self.context.practice, self.context.now)
            if written
            else "letter.md"
        )

    def title_line(self) -> str:
        letter = self.letter()
        return f"{letter.title if letter else 'Letter'} ({'signed' if self.signed else 'draft'})"

    def draft(self) -> bool:
        return self.signed is None

    def missing(self) -> list[Missing]:
        """What the draft needs and does not have."""
        letter = self.letter()
        return letter.missing if letter and not self.signed else []

    def lacking(self) -> list[str]:
        return [f"{m.what} {m.remedy}" for m in self.missing()]

    def action_document_fill(self) -> None:
        owed, missing = self.owed, self.missing()
        if owed is None or not missing:
            self.show_status("Nothing is missing.", "dim")
        elif missing[0].field in JUDGED:
            self.action_record_edit()
        elif told := fill_in(self.context, missing[0], owed):
            self.show_status(told, "warn")

    def action_record_edit(self) -> None:
        if self.signed:
            self.show_status(
                "Signed letters cannot be edited. A new one can follow when it is due again.",
                "warn",
            )
            return
        letter = self.letter()
        if letter is None:
            return

        def take(judgement: Judgement) -> None:
            self.judgement = judgement
            self.hold()

        self.context.ask(judgement_form(letter.judgement, self.judgement), take)

    async def action_document_sign(self) -> None:
        """Sign the letter. Awaited, so that keys typed ahead act on the signed letter."""
        context, owed = self.context, self.owed
        if self.signed:
            self.show_status(
                f"Signed already; {self.key_of('sent.mark')} records how it was sent.", "dim"
            )
            return
        letter = self.letter(signing=True)
        if owed is None or letter is None:
            self.show_status("Nothing asks for this letter any more.", "dim")
            return
        document = sign_letter(context, letter, owed.referral_id, self.accepted)
        if isinstance(document, Refusal):
            fills = f"{self.key_of('document.fill')} fills it in."
            self.show_status(f"Not signed: {document.message} {fills}", "bad")
            return
        if await context.save([document]):
            context.drafts.drop(self.draft_name)
            writes, records = self.key_of("document.export"), self.key_of("sent.mark")
            self.show_status(
                f"Signed. {writes} writes the file, {records} records how it was sent.",
                "good",
            )

    def action_sent_mark(self) -> None:
        owed = self.owed
        if owed is None or owed.status == "met":
            self.show_status("This one is met already.", "dim")
        elif not self.signed:
            self.show_status(
                f"Sign it first ({self.key_of('document.sign')}): what goes out is what is kept.",
                "warn",
            )
        else:
            mark_sent(self.context, owed, show_status=self.show_status)
