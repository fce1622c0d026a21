"""Random practices against a second, naive implementation of everything that is owed (`owed_naively`)."""

from __future__ import annotations

import random
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from medex_tui.domain.caseload import filed, unsettled
from medex_tui.domain.obligations import Obligation, obligations, owed
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Communication, Document, Waiver
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Hours, Policy, Settings
from medex_tui.domain.records.visits import Override, Session, Vitals

sys.path.insert(0, str(Path(__file__).parent))
from owed_naively import HOURS, OTHER_SYMPTOMS, RED_SYMPTOMS, Answer, owed_naively

START = datetime(2026, 10, 12, tzinfo=UTC)
"""Nineteen days before the clocks change in New York, thirteen before they do in London."""
SYMPTOMS = [*RED_SYMPTOMS, *OTHER_SYMPTOMS, "client_request", "unheard_of"]


def practice(dice: random.Random) -> list[Record]:
    """A practice of some two months in which most things happen, weighted to what is hard to get right."""

    def at(least: float = 0, most: float = 70) -> datetime:
        hours = dice.choice(
            [
                dice.uniform(least * 24, most * 24),
                dice.randrange(int(least * 24), int(most * 24) + 1),
            ]
        )
        return START + timedelta(seconds=round(hours * 3600))

    def maybe(value: object, chance: float = 0.5) -> object:
        return value if dice.random() < chance else None

    zone = dice.choice(["America/New_York", "Europe/London", "UTC", "Australia/Lord_Howe"])
    starts = [START + timedelta(days=dice.randrange(-10, 60)) for _ in range(dice.randrange(4))]
    policies = [
        Policy(
            from_=dice.choice([f"{start:%Y-%m-%d}", start.isoformat()]),
            preset=dice.choice(["meti", "custom", "exercise-is-medicine"]),
            clock=dice.choice(["elapsed", "working_days"]),
            hours={
                kind: Hours(target_h=dice.choice([0, 12, 24]), limit_h=dice.choice([24, 36.5]))  # type: ignore[misc]
                for kind in HOURS
                if dice.random() < 0.2
            },
        )
        for start in starts
    ]
    holidays = [
        date(2026, 10, 12) + timedelta(days=dice.randrange(70)) for _ in range(dice.randrange(5))
    ]
    records: list[Record] = [
        Settings(id="settings", timezone=zone, policies=policies, holidays=holidays),
        *(Provider(id=p, name=p, role="physician", fax="1") for p in ("p", "q", "z")),
    ]
    clients = ["c1", "c2"][: dice.choice([1, 1, 2])]
    for c in clients:
        status = dice.choice(["active", "active", "on_hold", "discharged"])
        fields = {"status": status, "status_at": maybe(at(), 0.8), "held_at": maybe(at(), 0.3)}
        records.append(Client(id=c, given_name="", family_name="X", **fields))  # type: ignore[arg-type]
    referrals = [f"r{n}" for n in range(dice.choice([1, 1, 2, 3]))]
    for r in referrals:
        records.append(
            Referral(
                id=r,
                client_id=dice.choice(clients),
                provider_id=dice.choice(["p", "p", "q", None]),
                copies_to=dice.choice([[], [], ["q"], ["z", "p", "q"]]),
                received_at=maybe(at(0, 20), 0.9),  # type: ignore[arg-type]
                follow_up_on=maybe(date(2026, 10, 15) + timedelta(days=dice.randrange(80)), 0.4),  # type: ignore[arg-type]
                consent_on=maybe(date(2026, 10, 12) + timedelta(days=dice.randrange(10)), 0.9),  # type: ignore[arg-type]
                status=dice.choice(["open", "open", "open", "discharged", "declined"]),
                discharged_at=maybe(at(20), 0.7),  # type: ignore[arg-type]
            )
        )
    own = {r.id: r.client_id for r in records if isinstance(r, Referral)}

    def whose() -> dict[str, object]:
        r = dice.choice([*referrals, *referrals, None])
        return {"client_id": own[r] if r else dice.choice(clients), "referral_id": r}

    for n in range(dice.randrange(9)):
        began, state = (
            at(),
            dice.choice(["signed", "signed", "open", "no_show", "no_show", "cancelled", "planned"]),
        )
        vitals = Vitals(
            phase=dice.choice(["pre", "during", "post"]),
            sbp=dice.choice([None, 120, 181, 200, 201, 250, 251]),
            dbp=dice.choice([None, 80, 110, 111, 116, 121]),
            spo2=dice.choice([None, 97, 88, 89]),
            glucose=dice.choice([None, 69.9, 70]),
        )
        rule = dice.choice(
            ["dizziness", "swelling", "sbp_drop_10", "bp_pre_200_110", "bp_pre_meti_cardio"]
        )
        records.append(
            Session(
                id=f"s{n}",
                **whose(),  # type: ignore[arg-type]
                planned_at=maybe(began + timedelta(minutes=dice.randrange(-60, 60)), 0.6),  # type: ignore[arg-type]
                started_at=maybe(began, 0.7),  # type: ignore[arg-type]
                ended_at=maybe(began + timedelta(minutes=45), 0.5),  # type: ignore[arg-type]
                state=state,  # type: ignore[arg-type]
                symptoms=dice.sample(SYMPTOMS, dice.choice([0, 0, 0, 1, 2])),
                vitals=[vitals] if dice.random() < 0.2 else [],
                overrides=[Override(rule=rule, reason="x", by="a", at=began)]
                if dice.random() < 0.1
                else [],
                progress_update=dice.random() < 0.2,
            )
        )
    for n in range(dice.randrange(5)):
        kind = dice.choice(["initial", "reassessment", "discharge"])
        records.append(Assessment(id=f"a{n}", taken_at=at(), kind=kind, **whose()))  # type: ignore[arg-type]
    return records


def done(records: list[Record], dice: random.Random) -> list[Record]:
    """What was sent, begun and waived: mostly for keys that are owed at some time, in two rounds so that letters
    answer the turn that an earlier letter began."""
    kept = list(records)
    for round_ in range(2):
        keys = sorted(owed_naively(kept, START + timedelta(days=75)))
        for n in range(dice.randrange(12) if keys else 0):
            key = dice.choice(keys)
            answers = [key, dice.choice(keys)] if dice.random() < 0.2 else [key]
            kept.append(
                Communication(
                    id=f"m{round_}{n}",
                    answers=list(dict.fromkeys(answers)),
                    provider_id=dice.choice([None, "p", "q", "z", *key.split(":")[2:]]),
                    referral_id=dice.choice([None, "r0"]),
                    direction=dice.choice(["out"] * 9 + ["in"]),
                    method=dice.choice(["fax", "fax", "letter", "phone", "text", "client_copy"]),
                    result=dice.choice(["sent", "sent", "delivered", "failed", "returned"]),
                    at=START + timedelta(seconds=dice.randrange(75 * 86400)),
                )
            )
    keys = sorted(owed_naively(kept, START + timedelta(days=75)))
    for n in range(dice.randrange(4) if keys else 0):
        key = dice.choice(keys)
        begun = START + timedelta(seconds=dice.randrange(75 * 86400))
        kind = key.split(":")[0].replace("red_flag_written", "change_in_status")
        kind = kind.replace("reassessment_update", "progress_report").replace(
            "red_flag_call", "visit_note"
        )
        kept.append(
            Document(
                id=f"d{n}",
                kind=kind,  # type: ignore[arg-type]
                about=[key.split(":")[1]],
                to=dice.choice([[], ["p"], ["q"]]),
                created_at=dice.choice([None, begun]),
                signed_at=dice.choice([None, begun + timedelta(hours=3)]),
            )
        )
        until = begun + timedelta(days=3)
        kept.append(
            Waiver(
                id=f"w{n}",
                obligation=dice.choice(keys),
                reason="x",
                by="a",
                at=begun,
                until=dice.choice([None, until]),
            )
        )
    dice.shuffle(kept)
    return kept


def told(one: Obligation) -> Answer:
    return Answer(
        one.kind,
        one.provider_id,
        one.status,
        one.state,
        one.event_at,
        one.target_at,
        one.limit_at,
        one.met_by,
        one.waiver.id if one.waiver else None,
        one.blocked_by is None,
    )


def differences(seed: int, how_many: int) -> list[str]:
    """What the two do not agree on, over so many practices, each at three instants."""
    found = []
    for n in range(how_many):
        dice = random.Random(f"{seed}/{n}")
        records = done(practice(dice), dice)
        for _ in range(3):
            now = START + timedelta(seconds=dice.randrange(90 * 86400))
            naive = owed_naively(records, now)
            engine = {one.key: told(one) for one in obligations(Practice(records), now)}
            for key in sorted(naive.keys() | engine.keys()):
                answers, told_ = naive.get(key, []), engine.get(key)
                # Of two turns under one key the engine names the one that is open still.
                unmet = [a for a in answers if a.status != "met"] or answers
                if told_ not in unmet:
                    found.append(f"{seed}/{n} at {now}: {key}\n  engine {told_}\n  naive  {unmet}")
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_owed_agrees_with_a_second_reading_of_the_rules(seed: int) -> None:
    assert differences(seed, 60)[:3] == []


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_owed_on_the_desk_is_what_is_owed_by_the_whole_practice(seed: int) -> None:
    filed_at_all = 0
    for n in range(150):
        dice = random.Random(f"desk {seed}/{n}")
        whole = Practice(done(practice(dice), dice))
        now = START + timedelta(days=dice.choice([130, 160, 200, 300]))
        gone = filed(whole, now, unsettled(whole, now))
        filed_at_all += sum(map(len, gone.values()))
        desk = Practice(
            record
            for table, kept in whole.tables.items()
            for record in kept.values()
            if record.id not in gone.get(table, ())
        )
        for later in (0, 5, 60):
            then = now + timedelta(days=later)
            assert {o.key: o for o in owed(desk, then)} == {o.key: o for o in owed(whole, then)}, n
    assert filed_at_all > 50
