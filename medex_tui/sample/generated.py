"""A large practice for tests and measurements: ten years of visits, most episodes discharged long ago."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from medex_tui.domain.records.base import Record
from medex_tui.domain.records.episodes import Diagnosis, Goal, Referral
from medex_tui.domain.records.people import Client, Provider
from medex_tui.sample.clinic import COLLEAGUE, OWNER, PROVIDERS, house
from medex_tui.sample.diary import Diary, Ids
from medex_tui.sample.letters import SamplePost
from medex_tui.sample.story import TOLERATED, Resting, Story, Test, Work, move, reading, told

YEARS = 10
PER_EPISODE = 37
OPEN_SHARE = 0.07
LONG_LETTERS = 0.3
LETTER_SIZE = 1500

GIVEN = """
Ada Ben Cora Dan Elsa Finn Gina Hugo Ines Jack Kira Leon Mara Nils Olga Paul Quin Rosa Sven Tara Ugo
Vera Walt Xenia Yara Zeno
"""
FAMILY = """
Adler Baptiste Castro Diallo Eriksen Farah Gupta Huber Ito Jansen Kowalski Larsen Mbeki Nakamura
Ortiz Papadakis Quist Rossi Sato Tanaka Ueda Vasquez Weiss Xu Yilmaz Zhang
"""
ENDINGS = ("", "son", "er", "ova", "elli", "berg", "ton", "feld")
REASONS = (
    ("Z96.651", "Presence of right artificial knee joint", "Walk up my stairs without the rail"),
    ("M54.50", "Low back pain, unspecified", "Lift a crate of water"),
    ("R29.6", "Repeated falls", "Walk to the shop alone"),
    ("M75.122", "Complete rotator cuff tear, left shoulder", "Reach the top shelf"),
    ("I10", "Essential hypertension", "Cycle with my family on Sundays"),
)
PROGRAMMES: tuple[tuple[Work, ...], ...] = (
    (
        move("leg press", 3, 10, 40.0, step=2.5), move("step-up", 2, 10, side="B"), move("bike", minutes=10),
        move("row", 3, 12, 15.0, step=1.0), move("tandem stand", 4, hold=30.0),
    ),
    (
        move("hip hinge", 3, 8, 8.0, step=2.0), move("bridge", 3, 10), move("bird dog", 3, 8, side="B"),
        move("carry", 3, load=10.0, minutes=1, step=1.0),
    ),
    (
        move("chair stand", 3, 8, more_reps=1, every=8), move("march", 2, 20), move("heel raise", 3, 12),
        move("walk", minutes=12),
    ),
)  # fmt: skip
NOTES = (
    TOLERATED,
    "Completed the program as planned; breathing steady, no complaint during or after the visit.",
    "Needed one extra rest between sets; settled within two minutes and finished the program.",
)


def generated_practice(now: datetime, *, sessions: int, seed: int) -> Iterator[Record]:
    """`sessions` visits over the ten years before `now` (aware), with all that belongs to them.

    About one client for 37 visits; 7 % of the episodes are open and a few weeks old, the rest are discharged.
    The same arguments give the same records. A share of the letters is about 1.5 kB long; nothing that was owed
    more than two days ago is left unanswered.
    """
    zone = ZoneInfo("America/New_York")
    now = now.replace(microsecond=0)
    ids = Ids(f"generated {seed}")
    clinic = house(now, zone, ids, years=YEARS)
    diary = Diary(now, zone, frozenset(clinic.settings.holidays))
    yield clinic.settings
    yield from clinic.staff.values()
    yield from clinic.providers.values()
    dice = random.Random(seed)
    providers = [p for p in PROVIDERS.values() if p.licensed_to_refer]
    left = sessions
    number = 0
    while left > 0:
        wanted = min(left, dice.randint(PER_EPISODE - 15, PER_EPISODE + 15))
        running = dice.random() < OPEN_SHARE
        story = _story(diary, ids, dice, number, wanted, running, dice.choice(providers))
        kept = list(told(story, now, ids))
        yield from kept
        size = LETTER_SIZE if dice.random() < LONG_LETTERS else 0
        yield from SamplePost(story, clinic, diary, ids, size).sent(kept)
        left -= len(story.visits)
        number += 1


def _story(
    diary: Diary,
    ids: Ids,
    dice: random.Random,
    number: int,
    wanted: int,
    running: bool,
    provider: Provider,
) -> Story:
    """One client with `wanted` visits: the last of them in the coming week when `running`, else long ago."""
    weekdays = dice.choice(("Mon Wed Fri", "Tue Thu", "Mon Tue Thu", "Wed Fri"))
    weeks = -(-wanted // len(weekdays.split())) + 3
    long_ago = diary.ago(dice.randint(130, 365 * YEARS - weeks * 7))
    last = diary.today + timedelta(days=7) if running else long_ago
    clock = f"{dice.randint(8, 17):02}:{dice.choice(('00', '30'))}"
    first = last - timedelta(weeks=weeks)
    visits = diary.visits(first, weekdays, clock, until=last, today=running)[-wanted:]
    start = diary.day_of(visits[0]) - timedelta(days=dice.randint(3, 8))
    received = diary.at(start, "10:00")
    reason = dice.choice(REASONS)
    ended = None if running else visits[-1] + timedelta(hours=2)
    client = _client(number, dice, ids, received, ended)
    referral, goal = _episode(client, provider, reason, ids, start, received, ended)
    if not running:
        goal = replace(goal, status="met", met_on=diary.day_of(visits[-1]))
    missed = {v: {"state": "no_show", "reason": "did not come"} for v in visits[3::29]}
    return Story(
        client=client,
        referral=referral,
        by=dice.choice((OWNER, COLLEAGUE)),
        visits=visits,
        programme=dice.choice(PROGRAMMES),
        resting=Resting(
            dice.randint(112, 138), dice.randint(68, 84), dice.randint(60, 80), dice.randint(95, 99)
        ),
        notes=NOTES,
        tests=list(_tests(visits, running, diary.now, dice)),
        goals=[goal],
        changes=missed,
    )


def _client(
    number: int, dice: random.Random, ids: Ids, since: datetime, ended: datetime | None
) -> Client:
    """Somebody with a name of their own; discharged where the episode has ended."""
    given, family = GIVEN.split(), FAMILY.split()
    return Client(
        id=ids.at(since),
        given_name=given[number % len(given)],
        family_name=family[number // len(given) % len(family)]
        + ENDINGS[number // 676 % len(ENDINGS)],
        birth_date=date(dice.randint(1935, 1995), dice.randint(1, 12), dice.randint(1, 28)),
        sex=dice.choice(("F", "M")),
        phone=f"555-{number % 10000:04}",
        status="discharged" if ended else "active",
        status_at=ended,
        created_at=since,
        created_by=OWNER,
    )


def _episode(
    client: Client,
    provider: Provider,
    reason: tuple[str, str, str],
    ids: Ids,
    start: date,
    received: datetime,
    ended: datetime | None,
) -> tuple[Referral, Goal]:
    """A complete referral for a reason (ICD-10, diagnosis, task) and the goal that goes with it."""
    icd10, text, task = reason
    referral = Referral(
        id=ids.at(received),
        client_id=client.id,
        provider_id=provider.id,
        received_at=received,
        signed_on=start,
        reason="Functional conditioning after discharge from therapy",
        diagnoses=[Diagnosis(icd10=icd10, text=text)],
        names_met=True,
        out_of_treatment=True,
        visits_authorised=60,
        valid_through=start + timedelta(days=365),
        consent_on=start,
        status="discharged" if ended else "open",
        discharged_at=ended,
        discharge_reason="Goals met; home program given." if ended else None,
        created_at=received,
        created_by=OWNER,
    )
    goal = Goal(
        id=ids.at(received),
        referral_id=referral.id,
        text=task,
        term_days=90,
        set_on=start,
        due_on=start + timedelta(days=90),
        created_at=received,
        created_by=OWNER,
    )
    return referral, goal


def _tests(
    visits: list[datetime], running: bool, now: datetime, dice: random.Random
) -> Iterator[Test]:
    """Tests ahead of the first visit, of about every tenth, and of the last of a closed episode."""
    tug, stands, grip = dice.uniform(11, 18), dice.randint(6, 11), dice.uniform(16, 40)
    held = [v for v in visits if v <= now]
    for step, visit in enumerate(held[::11]):
        closing = not running and step == len(held[::11]) - 1 and step > 0
        later = "discharge" if closing else "reassessment"
        yield Test(
            visit - timedelta(minutes=45),
            "initial" if step == 0 else later,
            [
                reading("tug", round(tug * 0.9**step, 1), unit="s"),
                reading("chair_stand_30s", stands + step, unit="reps"),
                reading(
                    "grip_strength",
                    *(round(grip + step + dice.random(), 1) for _ in range(3)),
                    side="R",
                    unit="kg",
                ),
                reading(
                    "psfs",
                    *(min(10, 3 + step + dice.randint(0, 1)) for _ in range(3)),
                    labels=["a", "b", "c"],
                ),
            ],
            "Function measured; goal on course.",
        )
