"""The letter of introduction to a provider, with the overview of services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from medex_tui.actions.context import Refusal
from medex_tui.actions.record_introduction import record_introduction
from medex_tui.app.commands import bindings
from medex_tui.app.dialogs.form import FieldFault, Form, FormField, Values
from medex_tui.app.forms.field_values import moment_of, when_field
from medex_tui.app.screens.base.document import DocumentScreen
from medex_tui.domain.obligations import ACCEPTED
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.people import Method, Provider
from medex_tui.reports.documents.letter import Letter
from medex_tui.reports.file_names import letter_name
from medex_tui.reports.letters.outreach import introduction, overview, version_for
from medex_tui.reports.templates import LetterTemplate

if TYPE_CHECKING:
    pass


class OutreachScreen(DocumentScreen):
    """The introduction in the version for the provider's profession, followed by the overview."""

    BINDINGS: ClassVar = bindings("sent.mark", "document.export", "document.forms", "go.back")

    def __init__(self, provider_id: str) -> None:
        super().__init__()
        self.provider_id = provider_id
        self.templates: dict[str, LetterTemplate] = {}

    def on_mount(self) -> None:
        self.templates, faults = self.load_templates()
        super().on_mount()
        if faults:
            self.show_status(faults[0], "warn")

    @property
    def provider(self) -> Provider:
        """The provider it is addressed to."""
        return self.context.practice.providers[self.provider_id]

    def letter(self, *, signing: bool = False) -> Letter:
        """The letter as it would be signed now."""
        context = self.context
        at = context.now if signing else None
        return introduction(
            self.provider,
            context.practice,
            context.now,
            context.login,
            signed_at=at,
            templates=self.templates,
        )

    def markdown(self) -> str:
        return self.letter().body

    def bodies(self) -> list[str]:
        return [self.letter().body, overview(self.context.practice, self.templates)]

    def lacking(self) -> list[str]:
        return [f"{m.what} {m.remedy}" for m in self.letter().missing]

    def file_name(self) -> str:
        return letter_name(self.letter(), self.context.practice, self.context.now)

    def title_line(self) -> str:
        return "Letter of introduction (draft)"

    def made_of(self) -> list[tuple[str, str]]:
        version = version_for(self.provider).replace("_", " ")
        return [
            ("Version", f"for a {version}, by the provider's profession"),
            ("Behind it", "the service overview, a page of its own"),
            ("Holds", "nothing of anybody you serve"),
            (
                "Then",
                f"{self.key_of('sent.mark')} signs and records it; "
                "silence is asked about after 5 days",
            ),
        ]

    def action_sent_mark(self) -> None:
        """Ask how it was sent, by the provider's preferred method at first; sign and record it."""
        context, provider, letter = self.context, self.provider, self.letter(signing=True)
        if letter.missing:
            self.show_status(
                f"Not recorded: {letter.missing[0].what} {letter.missing[0].remedy}", "bad"
            )
            return
        wanted = provider.preferred_method if provider.preferred_method in ACCEPTED else "fax"
        fields = [
            FormField("method", "How", wanted or "", choices=tuple(sorted(ACCEPTED))),
            when_field(context),
        ]

        def record(values: Values) -> Any:
            at = moment_of(context, values, "communications", "at")
            if isinstance(at, FieldFault):
                return [at]
            if not values["method"]:
                return [
                    FieldFault(
                        "method",
                        "Enter how it went: fax, direct, portal, secure_email, letter or in_person.",
                    )
                ]
            outcome = record_introduction(
                context, provider, letter, cast(Method, values["method"]), at
            )
            if isinstance(outcome, Refusal):
                return [FieldFault("method", outcome.message)]
            return outcome

        async def save(made: tuple[Record, ...]) -> None:
            if await context.save(list(made)):
                self.show_status(
                    "Signed, and recorded as sent. Follow it up in 5 to 7 days.", "good"
                )

        about = f"{letter.title} to {provider.name}. medex sends nothing itself."
        form = Form("Mark sent", fields, record, enter_saves=True, about=about)
        context.ask(form, lambda made: self.run_worker(save(made)))
