"""The sample practice is believable at any moment: short lists, a lively day, sealed notes."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from medex_tui.domain.obligations import obligations, report
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.seal import seal_holds
from medex_tui.domain.records.tables import KINDS, TABLES
from medex_tui.domain.records.visits import Session
from medex_tui.domain.safety.rules import fired
from medex_tui.domain.shorthand import read_session
from medex_tui.sample import sample_practice

SKETCH = datetime(2026, 11, 22, 15, 42, tzinfo=UTC)
MOMENTS = [
    SKETCH,
    datetime(2026, 3, 8, 13, 30, tzinfo=UTC),
    datetime(2026, 11, 2, 4, 59, 59, tzinfo=UTC),
    datetime(2026, 11, 27, 20, 0, tzinfo=UTC),
    datetime(2027, 1, 1, 17, 5, tzinfo=UTC),
    datetime(2028, 2, 29, 22, 10, tzinfo=UTC),
    *(datetime(2026, 6, 8, 14, 17, tzinfo=UTC) + timedelta(days=d, hours=5 * d) for d in range(7)),
]


@pytest.fixture(params=MOMENTS, ids=lambda m: f"{m:%Y-%m-%dT%H:%M}")
def seen(request: pytest.FixtureRequest) -> tuple[datetime, list[Record], Practice]:
    records = sample_practice(request.param)
    return request.param, records, Practice(records)


def test_the_same_moment_gives_the_same_practice() -> None:
    assert sample_practice(SKETCH) == sample_practice(SKETCH)


def test_what_needs_doing_is_a_short_list(seen: tuple[datetime, list[Record], Practice]) -> None:
    now, _, practice = seen
    found = report(practice, now, within_h=24)
    assert 1 <= len(found.overdue) <= 2
    assert 1 <= len(found.late_soon) <= 2
    assert 2 <= len(found.due) <= 3
    assert [o.kind for o in found.overdue] == ["assessment_summary"]
    first = found.overdue[0]
    assert (practice.clients[first.client_id].family_name, first.method) == ("Hicks", "fax")
    assert practice.providers[first.provider_id].name == "Dr Anil Patel"
    assert "failed" in {o.state for o in found.items}
    assert any(o.blocked_by for o in found.items)
    assert [o.kind for o in found.waived] == ["intro_letter"]


def test_every_other_obligation_was_answered_some_late_one_waived(
    seen: tuple[datetime, list[Record], Practice],
) -> None:
    now, _, practice = seen
    every = obligations(practice, now)
    states = Counter(o.state for o in every)
    assert states["met"] > 40
    assert states["waived"] == 1
    assert any(o.state == "met" and not o.on_time for o in every)
    assert {
        "red_flag_call",
        "red_flag_written",
        "missed_visits",
        "discharge_summary",
        "progress_report",
    } <= {o.kind for o in every if o.state == "met"}


def test_today_is_lively_at_any_hour(seen: tuple[datetime, list[Record], Practice]) -> None:
    now, _, practice = seen
    today = now.astimezone(practice.zone).date()
    day = [
        s
        for s in practice.sessions.values()
        if s.at and s.at.astimezone(practice.zone).date() == today
    ]
    assert len(day) == 8
    states = Counter(s.state for s in day)
    assert states["planned"] >= 2
    assert states["open"] <= 1
    assert all(s.state == "planned" for s in day if s.planned_at and s.planned_at > now)
    assert all(
        s.at and "09:00" <= f"{s.at.astimezone(practice.zone):%H:%M}" <= "17:30" for s in day
    )


def test_nothing_has_happened_yet_that_lies_ahead(
    seen: tuple[datetime, list[Record], Practice],
) -> None:
    now, records, practice = seen
    assert all(c.at <= now for c in practice.communications.values())
    assert all(d.signed_at and d.signed_at <= now for d in practice.documents.values())
    assert all(a.taken_at <= now for a in practice.assessments.values())
    assert all(s.signed_at <= now for s in practice.sessions.values() if s.signed_at)
    assert all(r.created_at is None or r.created_at <= now for r in records)


def test_signed_records_are_sealed_and_every_record_is_valid_and_new(
    seen: tuple[datetime, list[Record], Practice],
) -> None:
    _, records, practice = seen
    sealed = [*practice.sessions.values(), *practice.assessments.values()]
    assert all(bool(r.seal) == bool(r.signed_at) and seal_holds(r) for r in sealed)
    assert len({r.id for r in records}) == len(records)
    assert all(r.rev == 0 for r in records)
    for record in records:
        kind = KINDS[TABLES[type(record)]]
        read_back = msgspec.json.decode(msgspec.json.encode(record), type=kind)
        assert read_back == record
        assert not isinstance(read_back, Session | Assessment) or seal_holds(read_back)


def test_references_name_records_that_exist(seen: tuple[datetime, list[Record], Practice]) -> None:
    _, _, practice = seen
    keys = {o.key for o in obligations(practice, seen[0])}
    for kept in [
        *practice.sessions.values(),
        *practice.assessments.values(),
        *practice.communications.values(),
    ]:
        assert kept.client_id in practice.clients
        assert kept.referral_id in practice.referrals
    for communication in practice.communications.values():
        assert set(communication.answers) <= keys
        assert communication.document_id is None or communication.document_id in practice.documents


def test_the_lines_of_the_grammar_are_whole_on_it_as_written(
    seen: tuple[datetime, list[Record], Practice],
) -> None:
    now, _, practice = seen
    for line, family in (
        ("hic = lp@65 row 3x12 132/78 72 o97 p3 r5 ; ,tol", "Hicks"),
        (
            "ramos step 3x10 r4 balance 4x30s L 97112:20 97110:25 p4>2 ; stairs without rail twice",
            "Ramos",
        ),
    ):
        reading = read_session(line, practice=practice, now=now)
        assert reading.complete, reading.problems or reading.questions
        assert reading.client and reading.client.family_name == family
    hicks = next(c for c in practice.clients.values() if c.family_name == "Hicks")
    reading = read_session("= 132/78 72 ; ,tol", practice=practice, now=now, client=hicks)
    assert reading.complete
    assert {"leg press", "row"} <= {e.name for e in reading.exercises if e.origin == "carried"}
    assert reading.note == "Tolerated session well; no adverse response."
    known = {k.name for k in practice.settings.exercises}
    assert {e.name for s in practice.sessions.values() for e in s.exercises} <= known
    aliases = [a for k in practice.settings.exercises for a in (k.name, *k.aliases)]
    assert len(aliases) == len(set(aliases))


def test_people_have_the_stories_the_screens_show() -> None:
    practice = Practice(sample_practice(SKETCH))
    people = {c.family_name: c for c in practice.clients.values()}
    assert len(people) >= 14
    assert str(people["Hicks"].birth_date) == "1970-02-11"
    assert people["Smith"].sex is None
    assert people["Chen"].precautions == ["no breath holding"]
    assert [(x.what, x.value, x.said_by) for x in people["Chen"].limits] == [
        ("bp", "150/95", "Dr Esther Osei")
    ]
    smith = practice.current_episode(people["Smith"].id)
    assert smith and smith.valid_through and smith.valid_through < SKETCH.date()
    assert any(r.provider_id is None for r in practice.referrals.values())
    assert any(r.consent_on is None and r.provider_id for r in practice.referrals.values())
    assert any(c.reply and c.reply.orders for c in practice.communications.values())
    assert {p.preferred_method for p in practice.providers.values()} >= {
        "fax",
        "direct",
        "portal",
        "letter",
    }
    assert len({p.role for p in practice.providers.values()}) == 7


def test_only_the_dizzy_visit_set_off_a_rule() -> None:
    practice = Practice(sample_practice(SKETCH))
    for session in practice.sessions.values():
        limits = practice.clients[session.client_id].limits
        found = [
            f.level for f in fired(session.vitals, session.symptoms, limits) if f.level != "caution"
        ]
        assert bool(found) == bool(session.symptoms)
