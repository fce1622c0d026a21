"""Documents on the screen: the visit note, an assessment, a letter; read, judged, signed, exported, sent."""

from __future__ import annotations

import asyncio
import hashlib
import math
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar, cast

import msgspec
from rich.markdown import Markdown
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from medex_tui.app.acts import mark_sent
from medex_tui.app.commands import bindings
from medex_tui.app.form import Fault, Field, Form, Values
from medex_tui.app.lines import Line, plain, spread, wrap
from medex_tui.app.page import Page
from medex_tui.app.sheets import Ask, Choice, Picker
from medex_tui.app.widgets import Lines
from medex_tui.domain.amending import AmendmentKind, Lack, amended
from medex_tui.domain.language import Finding, findings, quotes, session_findings, standing
from medex_tui.domain.obligations import Obligation
from medex_tui.domain.plain import one_line, terminal_safe
from medex_tui.domain.records import Acceptance, Assessment, Document, Record, Session
from medex_tui.domain.seal import seal_of
from medex_tui.domain.sending import document_for, sending
from medex_tui.reports import pdf, render
from medex_tui.reports.assessment import assessment_summary
from medex_tui.reports.hook import hand_over, hook_path, refusal
from medex_tui.reports.letterhead import Judgement, Letter
from medex_tui.reports.letters import letter_for, to_fit
from medex_tui.reports.markdown import PAGE_LINES
from medex_tui.reports.names import assessment_name, letter_name, note_name
from medex_tui.reports.note import Form as NoteForm
from medex_tui.reports.note import missing_in_note, visit_note
from medex_tui.reports.render import page_lines, pages
from medex_tui.reports.templates import Template, folders, load

WIDE = 120
FORMS: tuple[NoteForm, ...] = ("form", "soap", "dap")


def export_folder(store_path: Path) -> Path:
    """Where exports go: a folder beside the practice file."""
    return store_path.with_suffix(".exports")


def write_private(path: Path, data: bytes) -> None:
    """Write a file only its owner can read."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


class DocumentPage(Page):
    """A rendered Markdown text; beside it, where there is room, what is missing."""

    DEFAULT_CSS = """
    DocumentPage #sheet { width: 1fr; height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    DocumentPage #text { width: 100%; max-width: 84; height: auto; }
    DocumentPage #aside { width: 40; border-left: solid $panel; display: none; padding: 0 1; }
    DocumentPage.wide #aside { display: block; }
    """

    def body(self) -> Iterable[Widget]:
        with Horizontal():
            with VerticalScroll(id="sheet"):
                yield Static(id="text", markup=False)
            yield Lines(id="aside")

    def on_mount(self) -> None:
        self.repaint()
        self.query_one("#sheet", VerticalScroll).focus()

    def markdown(self) -> str:
        """The document's text."""
        raise NotImplementedError

    def file_name(self) -> str:
        """What its export is called."""
        raise NotImplementedError

    def title_line(self) -> str:
        """What the top line says."""
        raise NotImplementedError

    def lacking(self) -> list[str]:
        """What stands in the way of signing or sending, a sentence each."""
        return []

    def wordings(self) -> list[Finding]:
        """What is outside our scope in it and not accepted yet."""
        return []

    def accept(self, made: Acceptance) -> None:
        """Let a wording stand."""
        raise NotImplementedError

    def lines_filled(self) -> int:
        """How many lines of 80 columns it fills."""
        return page_lines(self.markdown())

    def too_long(self) -> list[str]:
        """What to do about more than a page, a sentence each."""
        return []

    def top(self, width: int) -> Line:
        lines = self.lines_filled()
        sheets = max(1, math.ceil(lines / PAGE_LINES))
        meter = f"{lines}/{PAGE_LINES} lines, {sheets} page{'s' if sheets != 1 else ''}"
        return spread(
            [(" medex  ", "title"), (self.title_line(), "strong")],
            [(meter + " ", "warn" if sheets > 1 else "dim")],
            width,
        )

    def paint(self) -> None:
        width = self.app.size.width
        self.set_class(width >= WIDE, "wide")
        self.query_one("#text", Static).update(Markdown(terminal_safe(self.markdown())))
        lacking = self.lacking()
        aside: list[Line] = (
            [plain("Before it goes out", "title"), []] if lacking else [plain("Nothing is missing.", "good")]
        )
        for sentence in lacking:
            aside += [plain(piece, "warn") for piece in wrap(f"- {sentence}", 37, indent=2)]
        too_long, wordings = self.too_long(), self.wordings()
        if too_long:
            aside += [[], plain("Not one page", "title"), []]
        for sentence in too_long:
            aside += [plain(piece, "warn") for piece in wrap(sentence, 37)]
        if wordings:
            aside += [[], plain("Outside our scope", "title"), plain("k keeps one, with a reason", "dim"), []]
        for found in wordings:
            aside += [plain(piece, "warn") for piece in wrap(f"- {found.told}", 37, indent=2)]
        self.query_one("#aside", Lines).show(aside)
        if lacking and width < WIDE:
            self.say(f"{len(lacking)} to fill: {lacking[0]}  (? lists all)", "warn")
        elif too_long and width < WIDE:
            self.say(" ".join(too_long), "warn")
        elif wordings and width < WIDE:
            self.say(f"Wording: {wordings[0].told}  (k keeps it)", "warn")

    def about(self) -> list[str]:
        return [*self.lacking(), *self.too_long(), *(f"Wording: {found.told}" for found in self.wordings())]

    def action_wording_accept(self) -> None:
        medex, wordings = self.medex, self.wordings()
        if not wordings:
            self.say("No wording here is outside our scope.", "dim")
            return
        first = wordings[0]

        def keep(reason: object) -> None:
            self.accept(Acceptance(word=one_line(first.word), reason=str(reason), by=medex.login, at=medex.now))

        medex.ask(
            Ask(
                f"Keep the wording: {one_line(first.word)}",
                "Reason; it is kept beside the record",
                about=[first.told],
                refuse=lambda typed: None if typed else "A reason is needed; or change the wording.",
            ),
            keep,
        )

    def action_document_export(self) -> None:
        self.write(self.file_name(), self.markdown().encode())

    def action_document_forms(self) -> None:
        forms = {"pdf": "for paper and fax", "html": "to print from a browser", "text": "80 columns, for fax and paste"}

        def find(query: str) -> list[Choice]:
            return [Choice(form, form, told) for form, told in forms.items() if query.lower() in form]

        self.medex.ask(Picker("Write it as", find), lambda form: self.write_as(str(form)))

    def write_as(self, form: str) -> None:
        """Write the document as PDF, HTML or text beside the practice file."""
        body, paper = self.markdown(), render.paper_of(self.medex.practice)
        name = Path(self.file_name())
        if form == "pdf" and not pdf.available():
            self.say("There is no PDF engine here: pip install 'medex-tui[pdf]', or write html and print that.", "bad")
        elif form == "pdf":
            count = pdf.pages([body], paper)
            self.write(name.with_suffix(".pdf").name, pdf.pdf([body], paper), count)
        else:
            suffix, made = (".html", render.html(body, paper)) if form == "html" else (".txt", render.text(body))
            self.write(name.with_suffix(suffix).name, made.encode())

    def write(self, name: str, data: bytes, sheets: int = 1) -> None:
        """Write a file only its owner can read, and say where; a PDF of more than a page is not called one."""
        path = export_folder(self.medex.path) / name
        try:
            write_private(path, data)
        except OSError as problem:
            self.say(f"Not exported: {path} cannot be written ({problem.strerror}).", "bad")
        else:
            over = f" It is {sheets} pages, not one." if sheets > 1 else ""
            self.say(f"Written: {path}{over}", "warn" if over else "good")


class NotePage(DocumentPage):
    """The visit note of one session."""

    BINDINGS: ClassVar = bindings(
        "document.sign", "document.export", "document.forms", "note.format", "note.amend", "wording.accept", "go.back"
    )

    def __init__(self, session_id: str) -> None:
        super().__init__()
        self.session_id = session_id
        self.form: NoteForm | None = None

    @property
    def session(self) -> Session:
        """The visit."""
        return self.medex.practice.sessions[self.session_id]

    def shape(self) -> NoteForm:
        """Form log, SOAP or DAP: as chosen here, else the practice's."""
        return self.form or self.medex.practice.settings.note_format

    def markdown(self) -> str:
        return visit_note(self.session, self.medex.practice, self.shape())

    def file_name(self) -> str:
        return note_name(self.session, self.medex.practice)

    def title_line(self) -> str:
        return f"Visit note ({self.shape().upper() if self.shape() != 'form' else 'form log'})"

    def lacking(self) -> list[str]:
        return [m.what for m in missing_in_note(self.session, self.medex.practice)]

    def wordings(self) -> list[Finding]:
        return [found for _, found in session_findings(self.session, self.medex.practice)]

    def accept(self, made: Acceptance) -> None:
        session = self.session
        self.keep(msgspec.structs.replace(session, accepted=[*session.accepted, made]), "Kept, with its reason.")

    def action_note_format(self) -> None:
        self.form = FORMS[(FORMS.index(self.shape()) + 1) % len(FORMS)]
        self.repaint()

    def action_document_sign(self) -> None:
        session = self.session
        if session.state == "signed":
            self.say("Signed already; e adds an addendum or a correction.", "dim")
        elif session.state != "open":
            self.say("Only a logged visit can be signed.", "dim")
        else:
            signed = msgspec.structs.replace(
                session, state="signed", signed_at=self.medex.now, signed_by=self.medex.login
            )
            self.keep(msgspec.structs.replace(signed, seal=seal_of(signed)), "Signed.")

    def action_note_amend(self) -> None:
        session = self.session
        if session.state != "signed":
            self.say("Not signed yet: Esc, then l goes on with the entry.", "dim")
            return
        amend(self, session)

    def keep(self, record: Record, said: str) -> None:
        """Save and say so."""

        async def save() -> None:
            if await self.medex.keep([record]):
                self.say(said, "good")

        self.run_worker(save())


def amend(page: NotePage | AssessmentPage, record: Session | Assessment) -> None:
    """Ask for an amendment of a signed record; the original stays as it is."""
    medex = page.medex
    fields = [
        Field("kind", "Kind", "addendum", choices=("addendum", "correction", "late_entry")),
        Field("text", "Text", hint="what is added, or what it should read"),
        Field("reason", "Reason", hint="why it was not in the note, or what was wrong"),
        Field("was", "In place of", hint="of a correction: what the original reads"),
    ]

    def save(values: Values) -> Any:
        made = amended(
            record,
            kind=cast(AmendmentKind, values["kind"] or "addendum"),
            was=values["was"],
            text=values["text"],
            reason=values["reason"],
            at=medex.now,
            by=medex.login,
        )
        return [Fault(made.field, made.message)] if isinstance(made, Lack) else made

    form = Form("Amend the signed record", fields, save, about="The original stays as it was; this follows it.")
    medex.ask(form, lambda made: page.keep(made, "Added; the original stands."))


class AssessmentPage(DocumentPage):
    """One assessment as its summary would read."""

    BINDINGS: ClassVar = bindings("document.sign", "document.export", "document.forms", "note.amend", "go.back")

    def __init__(self, assessment_id: str) -> None:
        super().__init__()
        self.assessment_id = assessment_id

    @property
    def assessment(self) -> Assessment:
        """The assessment."""
        return self.medex.practice.assessments[self.assessment_id]

    def letter(self) -> Letter:
        """Its summary."""
        return assessment_summary(self.assessment, self.medex.practice, self.medex.now, self.medex.login)

    def markdown(self) -> str:
        return self.letter().body

    def lacking(self) -> list[str]:
        return [m.what for m in self.letter().missing]

    def file_name(self) -> str:
        return assessment_name(self.assessment, self.medex.practice)

    def title_line(self) -> str:
        return f"Assessment ({self.assessment.kind})"

    def action_document_sign(self) -> None:
        assessment = self.assessment
        if assessment.signed_at:
            self.say("Signed already; e adds an addendum or a correction.", "dim")
            return
        signed = msgspec.structs.replace(assessment, signed_at=self.medex.now, signed_by=self.medex.login)
        self.keep(msgspec.structs.replace(signed, seal=seal_of(signed)), "Signed.")

    def action_note_amend(self) -> None:
        if self.assessment.signed_at:
            amend(self, self.assessment)
        else:
            self.say("Not signed yet; g signs it.", "dim")

    def keep(self, record: Record, said: str) -> None:
        """Save and say so."""

        async def save() -> None:
            if await self.medex.keep([record]):
                self.say(said, "good")

        self.run_worker(save())


class LetterPage(DocumentPage):
    """The letter an obligation asks for: drafted from the records, judgement edited, signed, sent."""

    BINDINGS: ClassVar = bindings(
        "record.edit",
        "document.sign",
        "document.export",
        "sent.mark",
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
        self.templates: dict[str, Template] = {}

    def on_mount(self) -> None:
        medex = self.medex
        kept = medex.drafts.kept.get(self.draft_name)
        if kept:
            self.judgement = msgspec.convert(kept, Judgement)
            self.accepted = msgspec.convert(kept.get("accepted", []), list[Acceptance])
            self.leave_out = msgspec.convert(kept.get("leave_out", []), list[str])
        self.templates, faults = load(folders(medex.path, medex.config), medex.practice.settings.snippets)
        super().on_mount()
        if faults:
            self.say(faults[0], "warn")

    def hold(self) -> None:
        """Keep what is judged and accepted as a draft until it is signed."""
        judged = msgspec.to_builtins(self.judgement or Judgement())
        kept = {**judged, "accepted": msgspec.to_builtins(self.accepted), "leave_out": self.leave_out}
        self.medex.drafts.hold(self.draft_name, kept)
        self.repaint()

    def lines_filled(self) -> int:
        letter = None if self.signed else self.letter()
        return letter.lines if letter else super().lines_filled()

    def too_long(self) -> list[str]:
        letter = None if self.signed else self.letter()
        if letter is None or letter.pages == 1:
            return []
        enough = to_fit(self.without, self.leave_out)
        if enough is None:
            return ["No measure can go that would bring it to one page: shorten the text (e)."]
        going = [measure for measure in enough if measure not in self.leave_out]
        return [f"To keep to one page, leave out: {', '.join(going)}.", "d does that."]

    def without(self, measures: list[str]) -> Letter:
        """The draft without some measures."""
        letter = self.letter(leave_out=measures)
        assert letter is not None
        return letter

    def action_document_fit(self) -> None:
        letter = self.letter()
        if self.signed or letter is None:
            self.say("Signed letters are frozen.", "dim")
        elif letter.pages > 1:
            enough = to_fit(self.without, self.leave_out)
            if enough is None:
                self.say("No measure can go that would bring it to one page: shorten the text (e).", "warn")
                return
            self.leave_out = enough
            self.hold()
            self.say(f"Left out: {', '.join(enough)}. d brings them back.", "good")
        elif self.leave_out:
            self.leave_out = []
            self.hold()
        else:
            self.say("It is one page; nothing needs to go.", "dim")

    def action_letter_hand_over(self) -> None:
        """Hand the signed letter to the practice's own sender, out of the way of the keys, and record how it went."""
        medex, owed, signed = self.medex, self.owed, self.signed
        if owed is None or owed.status == "met":
            self.say("This one is met already.", "dim")
            return
        if signed is None:
            self.say("Sign it first (g): what goes out is what is kept.", "warn")
            return
        if owed.blocked_by:
            self.say("Nothing may be sent yet: no release of information on file.", "bad")
            return
        hook = hook_path(medex.config)
        if refused := refusal(hook):
            self.say(f"{refused} m records it.", "warn")
            return
        data = render.text(signed.body).encode()
        provider = medex.practice.providers.get(owed.provider_id)
        told = {
            "method": owed.method or "fax",
            "address": owed.address or "",
            "to": provider.name if provider else "",
            "format": "text",
            "pages": str(pages(signed.body)),
            "document": signed.id,
        }

        async def run() -> None:
            self.say("Handing it over...", "dim")
            handed = await asyncio.to_thread(hand_over, hook, data, told)
            digest = hashlib.sha256(data).hexdigest()
            made = sending(
                owed,
                id=medex.new_id(),
                at=medex.now,
                by=medex.login,
                method=owed.method or "fax",
                address=owed.address,
                confirmation=handed.line if handed.sent else None,
                document=signed,
                failed=not handed.sent,
                pages=pages(signed.body),
                summary=f"hooks/send exit {handed.status}: {handed.line}; text, sha256 {digest}",
            )
            if await medex.keep([made]):
                went = f"Sent, says the hook: {handed.line}" if handed.sent else f"NOT SENT: {handed.line}"
                self.say(went, "good" if handed.sent else "bad")

        self.run_worker(run())

    def wordings(self) -> list[Finding]:
        owed, signed = self.owed, self.signed
        allowed = quotes(self.medex.practice, owed.client_id if owed else None)
        return standing(findings(self.markdown(), allowed), signed.accepted if signed else self.accepted)

    def accept(self, made: Acceptance) -> None:
        signed = self.signed
        if signed is None:
            self.accepted = [*self.accepted, made]
            self.hold()
            return

        async def save() -> None:
            if await self.medex.keep([msgspec.structs.replace(signed, accepted=[*signed.accepted, made])]):
                self.say("Kept, with its reason.", "good")

        self.run_worker(save())

    @property
    def draft_name(self) -> str:
        """Where the judgement is kept until it is signed."""
        return f"letter:{self.key}"

    @property
    def owed(self) -> Obligation | None:
        """The obligation as it stands."""
        return next((o for o in self.medex.owed if o.key == self.key), None)

    @property
    def signed(self) -> Document | None:
        """The signed letter, where there is one."""
        owed = self.owed
        document = document_for(owed, self.medex.practice) if owed else None
        return document if document and document.signed_at else None

    def letter(self, *, signing: bool = False, leave_out: list[str] | None = None) -> Letter | None:
        """The letter as it would be signed now; None where nothing asks for it any more."""
        medex, owed = self.medex, self.owed
        if owed is None:
            return None
        at = medex.now if signing else None
        return letter_for(
            owed,
            medex.practice,
            medex.now,
            medex.login,
            self.judgement,
            signed_at=at,
            leave_out=self.leave_out if leave_out is None else leave_out,
            templates=self.templates,
        )

    def markdown(self) -> str:
        signed = self.signed
        letter = self.letter()
        return signed.body if signed else letter.body if letter else ""

    def file_name(self) -> str:
        written = self.signed or self.letter()
        return letter_name(written, self.medex.practice, self.medex.now) if written else "letter.md"

    def title_line(self) -> str:
        letter = self.letter()
        return f"{letter.title if letter else 'Letter'} ({'signed' if self.signed else 'draft'})"

    def lacking(self) -> list[str]:
        letter = self.letter()
        return [f"{m.what} {m.remedy}" for m in letter.missing] if letter and not self.signed else []

    def action_record_edit(self) -> None:
        if self.signed:
            self.say("Signed letters are frozen. A new one can follow once this obligation asks again.", "warn")
            return
        letter = self.letter()
        if letter is None:
            return
        stands = letter.judgement
        fields = [
            Field(
                "bottom_line",
                "Bottom line",
                stands.bottom_line or "",
                hint="what the provider should know, in one sentence",
            ),
            Field("next_steps", "What next", stands.next_steps or "", hint="frequency, what changes in the programme"),
            Field("question", "Question", stands.question or "", hint="one clear question, or: No action needed."),
        ]

        def save(values: Values) -> Any:
            before = self.judgement or Judgement()
            return Judgement(
                **{
                    name: getattr(before, name) if text == (getattr(stands, name) or "") else text
                    for name, text in values.items()
                }
            )

        def take(made: Judgement) -> None:
            self.judgement = made
            self.hold()

        self.medex.ask(Form("Your judgement", fields, save), take)

    def action_document_sign(self) -> None:
        medex, owed = self.medex, self.owed
        if self.signed:
            self.say("Signed already; m records how it was sent.", "dim")
            return
        letter = self.letter(signing=True)
        if owed is None or letter is None:
            self.say("Nothing asks for this letter any more.", "dim")
            return
        if letter.missing:
            self.say(f"Not signed: {letter.missing[0].what} {letter.missing[0].remedy}", "bad")
            return
        document = letter.signed(
            id=medex.new_id(), by=medex.login, at=medex.now, referral_id=owed.referral_id, accepted=self.accepted
        )

        async def save() -> None:
            if await medex.keep([document]):
                medex.drafts.drop(self.draft_name)
                self.say("Signed and frozen. x writes the file, m records how it was sent.", "good")

        self.run_worker(save())

    def action_sent_mark(self) -> None:
        owed = self.owed
        if owed is None or owed.status == "met":
            self.say("This one is met already.", "dim")
        elif not self.signed:
            self.say("Sign it first (g): what goes out is what is kept.", "warn")
        else:
            mark_sent(self.medex, owed, say=self.say)
