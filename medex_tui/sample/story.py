"""One client's episode of care told as a plan, and the records that plan leaves behind."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.base import Record, Side
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.seal import seal_of, signed
from medex_tui.domain.records.visits import Exercise, Service, Session, Vitals
from medex_tui.sample.diary import Ids

LENGTH = timedelta(minutes=50)
TOLERATED = "Tolerated session well; no adverse response."


class Work(Struct, frozen=True):
    """An exercise of the programme: how it starts, and by how much its load or reps grow every so many visits."""

    start: Exercise
    load_step: float = 0.0
    rep_step: int = 0
    every: int = 4

    def on_visit(self, number: int) -> Exercise:
        """The exercise as done on visit `number` (0 = the first), its origin told from the visit before."""
        steps = number // self.every
        grew = number > 0 and number % self.every == 0 and bool(self.load_step or self.rep_step)
        repeated = "changed" if grew else "carried"
        origin = "measured" if number == 0 else repeated
        load, reps = self.start.load_kg, self.start.reps
        return replace(
            self.start,
            load_kg=None if load is None else load + steps * self.load_step,
            reps=None if reps is None else reps + steps * self.rep_step,
            origin=origin,
        )


class Test(Struct, frozen=True):
    """One assessment of the plan."""

    at: datetime
    kind: str
    readings: list[Reading]
    summary: str


class Resting(Struct, frozen=True):
    """Usual values before exercise; pain falls from the first to the second number over the episode."""

    sbp: int
    dbp: int
    hr: int
    spo2: int
    pain: tuple[int, int] = (0, 0)


class Story(Struct, frozen=True, kw_only=True):
    """A client, their referral, and everything that happens in this episode.

    `changes` replaces session fields of the visit at an instant: {"state": "open"} leaves it a draft once begun,
    {"state": "planned"} leaves it unlogged. `left` names obligations that recently came up
    and stay open: "owed", or "failed" after a sending that did not get through. `answered` tells how the first
    earlier one of a kind was answered when not promptly: "late", "failed_first" or "waived".
    """

    client: Client
    referral: Referral | None
    by: str
    visits: Sequence[datetime] = ()
    programme: Sequence[Work] = ()
    resting: Resting = Resting(126, 78, 70, 98)
    services: Sequence[Service] = ()
    notes: Sequence[str] = (TOLERATED,)
    tests: Sequence[Test] = ()
    goals: Sequence[Goal] = ()
    changes: Mapping[datetime, Mapping[str, Any]] = {}
    left: Mapping[str, str] = {}
    answered: Mapping[str, str] = {}
    replies: Mapping[str, tuple[str, str]] = {}


def reading(
    measure: str, *trials: float, side: Side | None = None, unit: str | None = None, **more: Any
) -> Reading:
    """A reading as the sample writes it."""
    return Reading(measure=measure, trials=list(trials), side=side, unit=unit, **more)


def move(
    name: str,
    sets: int | None = None,
    reps: int | None = None,
    load: float | None = None,
    *,
    hold: float | None = None,
    minutes: float | None = None,
    side: Side | None = None,
    rpe: float | None = None,
    step: float = 0.0,
    more_reps: int = 0,
    every: int = 4,
) -> Work:
    """One line of a programme."""
    start = Exercise(
        name=name,
        sets=sets,
        reps=reps,
        load_kg=load,
        hold_s=hold,
        minutes=minutes,
        side=side,
        rpe=rpe,
    )
    return Work(start, step, more_reps, every)


def told(story: Story, now: datetime, ids: Ids) -> Iterator[Record]:
    """The client, referral, goals, visits and assessments of a story; letters are sent by `letters.Post`."""
    episode = story.referral
    yield story.client
    if episode:
        yield episode
    yield from story.goals
    for number, visit in enumerate(story.visits):
        yield _visit(story, number, visit, now, ids)
    for test in story.tests:
        made = Assessment(
            id=ids.at(test.at),
            client_id=story.client.id,
            referral_id=episode.id if episode else None,
            taken_at=test.at,
            kind=test.kind,  # type: ignore[arg-type]
            readings=test.readings,
            summary=test.summary,
            created_at=test.at,
            created_by=story.by,
        )
        yield signed(made, at=test.at + timedelta(minutes=35), by=story.by)


def _visit(story: Story, number: int, visit: datetime, now: datetime, ids: Ids) -> Session:
    """One visit as it stands at `now`: planned before it, signed after it, whatever the story changes."""
    known = story.referral and story.referral.received_at
    booked = min(max(visit - timedelta(days=7), known or visit - timedelta(days=7)), visit, now)
    made = Session(
        id=ids.at(booked),
        client_id=story.client.id,
        referral_id=story.referral.id if story.referral else None,
        planned_at=visit,
        created_at=booked,
        created_by=story.by,
    )
    changes = story.changes.get(visit, {})
    left_open = changes.get("state") == "open" and visit <= now
    over = visit + LENGTH <= now
    if not (over or left_open) or changes.get("state") == "planned":
        return made
    if changes.get("state") in ("no_show", "cancelled"):
        return replace(made, **changes)
    dice = random.Random(f"{story.client.name} {number}")
    done, usual = len(story.visits), story.resting
    before, after = _taken(
        usual, round(usual.pain[0] + (usual.pain[1] - usual.pain[0]) * number / done), dice
    )
    held = replace(
        made,
        started_at=visit,
        state="open",
        vitals=[before],
        exercises=[work.on_visit(number) for work in story.programme],
    )
    if left_open:
        return replace(held, **changes)
    ended = visit + LENGTH
    closed = replace(
        held,
        ended_at=ended,
        state="signed",
        vitals=[before, after],
        services=list(story.services),
        response=story.notes[number % len(story.notes)],
        plan="Same program; next loads as tolerated.",
        signed_at=min(ended + timedelta(minutes=dice.randint(4, 20)), now),
        signed_by=story.by,
    )
    closed = replace(closed, **changes)
    return replace(closed, seal=seal_of(closed))


def _taken(resting: Resting, pain: int, dice: random.Random) -> tuple[Vitals, Vitals]:
    """Vitals before and after a visit."""
    before = Vitals(
        phase="pre",
        sbp=resting.sbp + dice.randint(-5, 5),
        dbp=resting.dbp + dice.randint(-4, 4),
        hr=resting.hr + dice.randint(-4, 5),
        spo2=resting.spo2,
        pain=pain,
    )
    after = Vitals(
        phase="post",
        sbp=resting.sbp + dice.randint(2, 12),
        dbp=resting.dbp + dice.randint(-3, 4),
        hr=resting.hr + dice.randint(12, 24),
        pain=max(0, pain - dice.randint(0, 1)),
        rpe=dice.choice((4, 4, 5, 5, 6)),
    )
    return before, after
