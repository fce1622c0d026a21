"""The visit note and the assessment on the screen: read, signed, amended, exported."""

from __future__ import annotations

from typing import Any, ClassVar, cast

import msgspec

from medex_tui.actions import amend as actions
from medex_tui.actions.context import Refusal
from medex_tui.actions.sign import sign_record
from medex_tui.app.commands import bindings
from medex_tui.app.dialogs.form import Form, FormField, Values
from medex_tui.app.forms.field_values import or_fault
from medex_tui.app.screens.base.document import DocumentScreen
from medex_tui.domain.records.amending import AmendmentKind
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.corrections import Acceptance
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.seal import seal_holds, seal_line
from medex_tui.domain.records.visits import Session
from medex_tui.domain.scope_language import LanguageFinding, session_findings
from medex_tui.reports import wording
from medex_tui.reports.documents.letter import Letter
from medex_tui.reports.file_names import assessment_name, note_name
from medex_tui.reports.letters.assessment_summary import assessment_summary
from medex_tui.reports.notes.visit_note import Form as NoteForm
from medex_tui.reports.notes.visit_note import missing_in_note, visit_note

FORMS: tuple[NoteForm, ...] = ("form", "soap", "dap")


class SignedRecordScreen(DocumentScreen):
    """The document of a visit or an assessment, which is signed as a record."""

    def save(self, record: Record, message: str) -> None:
        """Save a record; show `message` once it is on disk."""

        async def write() -> None:
            if await self.context.save([record]):
                self.show_status(message, "good")

        self.run_worker(write())


class NoteScreen(SignedRecordScreen):
    """The visit note of one session."""

    BINDINGS: ClassVar = bindings(
        "document.sign",
        "document.export",
        "document.forms",
        "note.format",
        "note.amend",
        "wording.accept",
        "go.back",
    )

    def __init__(self, session_id: str) -> None:
        super().__init__()
        self.session_id = session_id
        self.form: NoteForm | None = None

    @property
    def session(self) -> Session:
        """The visit."""
        return self.context.practice.sessions[self.session_id]

    @property
    def viewed_client_id(self) -> str | None:
        return self.session.client_id

    def shape(self) -> NoteForm:
        """Form log, SOAP or DAP: as chosen here, else the practice's."""
        return self.form or self.context.practice.settings.note_format

    def markdown(self) -> str:
        return visit_note(self.session, self.context.practice, self.shape())

    def file_name(self) -> str:
        return note_name(self.session, self.context.practice)

    def title_line(self) -> str:
        return f"Visit note ({self.shape().upper() if self.shape() != 'form' else 'form log'})"

    def draft(self) -> bool:
        return self.session.state == "open"

    def lacking(self) -> list[str]:
        return [m.what for m in missing_in_note(self.session, self.context.practice)]

    def made_of(self) -> list[tuple[str, str]]:
        session, practice = self.session, self.context.practice
        return [
            ("Visit", wording.moment(session.at, practice) if session.at else ""),
            ("State", signed_words(session, practice)),
            (
                "Entered",
                wording.plural(len(session.exercises), "exercise") if session.exercises else "",
            ),
            ("Copied", carried(session)),
            (
                "Added",
                wording.plural(len(session.amendments), "amendment") if session.amendments else "",
            ),
        ]

    def wordings(self) -> list[LanguageFinding]:
        return [found for _, found in session_findings(self.session, self.context.practice)]

    def accept(self, made: Acceptance) -> None:
        session = self.session
        self.save(
            msgspec.structs.replace(session, accepted=[*session.accepted, made]),
            "Kept, with its reason.",
        )

    def action_note_format(self) -> None:
        self.form = FORMS[(FORMS.index(self.shape()) + 1) % len(FORMS)]
        self.redraw()

    def action_document_sign(self) -> None:
        session = self.session
        if session.state == "signed":
            self.show_status(
                f"Signed already; {self.key_of('note.amend')} adds an addendum or a correction.",
                "dim",
            )
            return
        outcome = sign_record(self.context, session)
        if isinstance(outcome, Refusal):
            self.show_status(outcome.message, "dim")
        else:
            self.save(outcome, "Signed.")

    def action_note_amend(self) -> None:
        session = self.session
        if session.state != "signed":
            back, log = self.key_of("go.back"), self.key_of("session.log")
            self.show_status(f"Not signed yet: {back}, then {log} resumes the entry.", "dim")
            return
        amend(self, session)


def amend(screen: SignedRecordScreen, record: Session | Assessment) -> None:
    """Ask for an amendment of a signed record; the original stays as it is."""
    context = screen.context
    fields = [
        FormField("kind", "Kind", "addendum", choices=("addendum", "correction", "late_entry")),
        FormField("text", "Text", hint="what is added, or what it should read"),
        FormField("reason", "Reason", hint="why it was not in the note, or what was wrong"),
        FormField("was", "In place of", hint="of a correction: what the original reads"),
    ]

    def save(values: Values) -> Any:
        made = actions.amend(
            context,
            record,
            kind=cast(AmendmentKind, values["kind"] or "addendum"),
            was=values["was"],
            text=values["text"],
            reason=values["reason"],
        )
        return or_fault(made)

    form = Form(
        "Amend the signed record",
        fields,
        save,
        about="The original stays as it was; this follows it.",
    )
    context.ask(form, lambda made: screen.save(made, "Added; the original stands."))


class AssessmentNoteScreen(SignedRecordScreen):
    """One assessment as its summary would read."""

    BINDINGS: ClassVar = bindings(
        "document.sign", "document.export", "document.forms", "note.amend", "go.back"
    )

    def __init__(self, assessment_id: str) -> None:
        super().__init__()
        self.assessment_id = assessment_id

    @property
    def assessment(self) -> Assessment:
        """The assessment."""
        return self.context.practice.assessments[self.assessment_id]

    @property
    def viewed_client_id(self) -> str | None:
        return self.assessment.client_id

    def letter(self) -> Letter:
        """Its summary."""
        return assessment_summary(
            self.assessment, self.context.practice, self.context.now, self.context.login
        )

    def markdown(self) -> str:
        return self.letter().body

    def draft(self) -> bool:
        return self.assessment.signed_at is None

    def lacking(self) -> list[str]:
        return [m.what for m in self.letter().missing]

    def made_of(self) -> list[tuple[str, str]]:
        assessment, practice = self.assessment, self.context.practice
        return [
            ("Taken", wording.moment(assessment.taken_at, practice)),
            ("State", signed_words(assessment, practice)),
            ("Readings", str(len(assessment.readings))),
            (
                "Added",
                wording.plural(len(assessment.amendments), "amendment")
                if assessment.amendments
                else "",
            ),
        ]

    def file_name(self) -> str:
        return assessment_name(self.assessment, self.context.practice)

    def title_line(self) -> str:
        return f"Assessment ({self.assessment.kind})"

    def action_document_sign(self) -> None:
        assessment = self.assessment
        if assessment.signed_at:
            self.show_status(
                f"Signed already; {self.key_of('note.amend')} adds an addendum or a correction.",
                "dim",
            )
            return
        outcome = sign_record(self.context, assessment)
        if isinstance(outcome, Refusal):
            self.show_status(outcome.message, "dim")
        else:
            self.save(outcome, "Signed.")

    def action_note_amend(self) -> None:
        if self.assessment.signed_at:
            amend(self, self.assessment)
        else:
            self.show_status(f"Not signed yet; {self.key_of('document.sign')} signs it.", "dim")


def signed_words(record: Session | Assessment, practice: Practice) -> str:
    """Who signed a record and when, and whether its seal holds."""
    if record.signed_at is None:
        return "not signed"
    seal = ""
    if record.seal:
        broken = "" if seal_holds(record) else ", BROKEN"
        seal = f"; {seal_line(record.seal)}{broken}"
    who = wording.person(record.signed_by, practice)
    return f"signed {wording.moment(record.signed_at, practice)} by {who}{seal}"


def carried(session: Session) -> str:
    """How many exercises were copied from the visit before; empty for none."""
    count = sum(exercise.origin == "carried" for exercise in session.exercises)
    return f"{count} as the visit before left them" if count else ""
