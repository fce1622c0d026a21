"""What both forms of an assessment share: the client, earlier assessments, outcomes, saving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from medex_tui.actions.take_assessment import sign_battery
from medex_tui.app.screens.base.screen import BaseScreen
from medex_tui.app.styled_lines import Line, spread
from medex_tui.app.views.phrases import day
from medex_tui.domain.dates.clock import age_on
from medex_tui.domain.measures import Outcome, outcome
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.base import Side
from medex_tui.domain.records.people import Client

Kind: TypeAlias = Literal["initial", "reassessment", "discharge"]

BESIDE = ("bmi", "bp_diastolic")
"""Measures that predictions and bands of others use."""


def kind_for(past: list[Assessment], referral_id: str | None) -> Kind:
    """`initial` for the episode's first assessment, `reassessment` after it."""
    return "reassessment" if any(a.referral_id == referral_id for a in past) else "initial"


class AssessmentScreen(BaseScreen):
    """The base of the box form and the one-line form."""

    def __init__(self, client_id: str) -> None:
        super().__init__()
        self.client_id = client_id
        self.asked: set[str] = set()
        self.kind: Kind | None = None
        self.saving = False

    @property
    def client(self) -> Client:
        """The client."""
        return self.context.practice.clients[self.client_id]

    @property
    def age(self) -> int | None:
        """The client's completed years today."""
        born = self.client.birth_date
        return age_on(born, self.context.local(self.context.now).date()) if born else None

    @property
    def past(self) -> list[Assessment]:
        """The episode's assessments so far, earliest first."""
        kept = self.context.practice.assessments_of.get(self.client_id, [])
        return [a for a in kept if a.referral_id in (None, self.referral_id)]

    @property
    def referral_id(self) -> str | None:
        """The id of the current referral, None without one."""
        referral = self.context.practice.current_episode(self.client_id)
        return referral.id if referral else None

    @property
    def kind_now(self) -> Kind:
        """The kind it is saved as: the chosen one, else by what went before."""
        return self.kind or kind_for(self.past, self.referral_id)

    def header_line(self, width: int) -> Line:
        past = self.past
        last = (
            f"last {day(past[-1].taken_at, self.context.practice.zone)}" if past else "the baseline"
        )
        return spread(
            [(" medex  ", "title"), (f"Assessment: {self.kind_now}", "strong")],
            [(f"{last} ", "dim")],
            width,
        )

    def outcome_of(
        self,
        measure: str,
        readings: list[Reading],
        task: str = "",
        *,
        side: Side | None = None,
        beside: Sequence[Reading] = (),
    ) -> Outcome:
        """How these readings compare with the client's earlier ones and with the references.

        `beside` are readings of other measures taken now that predictions and bands use, such as
        body mass index.
        """
        context = self.context
        current = Assessment(
            id="now", client_id=self.client_id, referral_id=self.referral_id, taken_at=context.now,
            readings=[*readings, *beside],
        )  # fmt: skip
        today = context.local(context.now).date()
        return outcome(measure, [*self.past, current], self.client, today, side=side, task=task)

    async def save(
        self,
        readings: list[Reading],
        *,
        kind: Any = None,
        at: Any = None,
        summary: str | None = None,
    ) -> bool:
        """Sign and save; leave the screen once it is on disk. Returns whether it was saved."""
        if self.saving:
            return False
        self.saving = True
        context, now = self.context, self.context.now
        made = Assessment(
            id=context.new_id(), client_id=self.client_id, referral_id=self.referral_id,
            taken_at=at or now,
            kind=kind or kind_for(self.past, self.referral_id),
            readings=readings,
            summary=summary,
        )  # fmt: skip
        saved = await context.save([sign_battery(context, made)])
        self.saving = False
        if saved:
            context.drafts.drop(f"assessment:{self.client_id}")
            if self.is_current:
                self.dismiss(None)
            else:
                context.redraw()
            name = self.client.name
            context.show_status(
                f"assessment saved and signed {context.local(now):%H:%M}: {name}",
                "good",
                after_close=True,
            )
        return saved is not None

    def action_go_back(self) -> None:
        self.context.drafts.flush()
        self.dismiss(None)
