"""What the box form and the one-line form share: whose assessment, what went before, what is said of it, saving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from medex_tui.app.screens.base.screen import BaseScreen
from medex_tui.app.views.phrases import day
from medex_tui.app.widgets.styled_lines import Line, Role, spread
from medex_tui.domain.dates.clock import age_on, local_day
from medex_tui.domain.measures import NoScore, Outcome, Score, catalogue, outcome
from medex_tui.domain.records.amending import entered_late
from medex_tui.domain.records.kinds import Assessment, Client, Reading, Side
from medex_tui.domain.records.seal import signed

Kind: TypeAlias = Literal["initial", "reassessment", "discharge"]

BESIDE = ("bmi", "bp_diastolic")
"""Measures whose numbers the predictions and bands of others look at."""


def kind_for(past: list[Assessment], referral_id: str | None) -> Kind:
    """`initial` for the episode's first assessment, `reassessment` after it."""
    return "reassessment" if any(a.referral_id == referral_id for a in past) else "initial"


class AssessmentScreen(BaseScreen):
    """What the box form and the one-line form share: whose assessment, what went before, saving it."""

    def __init__(self, client_id: str) -> None:
        super().__init__()
        self.client_id = client_id
        self.asked: set[str] = set()
        self.kind: Kind | None = None
        self.saving = False

    @property
    def client(self) -> Client:
        """Who is assessed."""
        return self.medex.practice.clients[self.client_id]

    @property
    def age(self) -> int | None:
        """The client's completed years today."""
        born = self.client.birth_date
        return age_on(born, self.medex.local(self.medex.now).date()) if born else None

    @property
    def past(self) -> list[Assessment]:
        """The episode's assessments so far, earliest first."""
        kept = self.medex.practice.assessments_of.get(self.client_id, [])
        return [a for a in kept if a.referral_id in (None, self.referral_id)]

    @property
    def referral_id(self) -> str | None:
        """The episode it belongs to."""
        referral = self.medex.practice.current_episode(self.client_id)
        return referral.id if referral else None

    @property
    def kind_now(self) -> Kind:
        """What it is saved as: the kind chosen, else by what went before."""
        return self.kind or kind_for(self.past, self.referral_id)

    def top(self, width: int) -> Line:
        past = self.past
        last = (
            f"last {day(past[-1].taken_at, self.medex.practice.zone)}" if past else "the baseline"
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

        `beside` are readings of other measures taken now that predictions and bands look at: body size, pressure.
        """
        medex = self.medex
        current = Assessment(
            id="now", client_id=self.client_id, referral_id=self.referral_id, taken_at=medex.now,
            readings=[*readings, *beside],
        )  # fmt: skip
        today = medex.local(medex.now).date()
        return outcome(measure, [*self.past, current], self.client, today, side=side, task=task)

    async def save(
        self,
        readings: list[Reading],
        *,
        kind: Any = None,
        at: Any = None,
        summary: str | None = None,
    ) -> bool:
        """Sign and save; leave when it is on disk. Whether it was saved."""
        if self.saving:
            return False
        self.saving = True
        medex, now = self.medex, self.medex.now
        version = catalogue().version
        made = Assessment(
            id=medex.new_id(), client_id=self.client_id, referral_id=self.referral_id, taken_at=at or now,
            kind=kind or kind_for(self.past, self.referral_id),
            readings=[msgspec.structs.replace(r, catalogue=version) for r in readings],
            summary=summary,
        )  # fmt: skip
        if local_day(made.taken_at, medex.practice.zone) < local_day(now, medex.practice.zone):
            made = entered_late(
                made, made.taken_at, at=now, by=medex.login, zone=medex.practice.zone
            )
        saved = await medex.keep([signed(made, at=now, by=medex.login)])
        self.saving = False
        if saved:
            medex.drafts.drop(f"assessment:{self.client_id}")
            if self.is_current:
                self.dismiss(None)
            else:
                medex.repaint()
            name = self.client.name
            medex.call_after_refresh(
                lambda: (
                    medex.page.say(
                        f"assessment saved and signed {medex.local(now):%H:%M}: {name}", "good"
                    )
                    if medex.page
                    else None
                )
            )
        return saved is not None

    def action_go_back(self) -> None:
        self.medex.drafts.flush()
        self.dismiss(None)


def unscored(found: Outcome) -> bool:
    """Whether what was entered makes no score yet, which is neither a number nor a result like unable."""
    score = found.now.score if found.now else None
    return isinstance(score, NoScore) and score.result == "measured"


def said_of(found: Outcome, zone: ZoneInfo) -> list[str]:
    """What may be said of a result: how it was scored, both changes with thresholds, each reference with its source."""
    said = []
    score = found.now.score if found.now else None
    if isinstance(score, Score):
        said.append(f"{score.printed}" + (f" ({score.how})" if score.how else ""))
    elif score:
        said.append(score.reason)
    for since, then, word in (
        (found.since_baseline, found.baseline, "baseline"), (found.since_last, found.previous, "last time"),
    ):  # fmt: skip
        if since and then and not unscored(found):
            # Better or worse is said only of what is past the error; under it no change is known.
            past = since.verdict == "past measurement error" and since.better is not None
            way = (" better" if since.better else " worse") if past else ""
            moved = f"{since.printed}{way}, " if since.printed else ""
            said.append(f"Since {word} {day(then.at, zone)}: {moved}{since.why}")
    return [*said, *found.row.references, *(["; ".join(found.notes)] if found.notes else [])]


def found_role(found: Outcome) -> Role:
    """A change past error stands out; within error it stays quiet."""
    since = found.since_baseline
    return "good" if since and since.verdict == "past measurement error" and since.better else ""
