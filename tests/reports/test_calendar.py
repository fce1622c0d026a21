"""The calendar is iCalendar by a reader's word: visits and limits in UTC, people by initials, lines folded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from icalendar import Calendar

from medex_tui.domain.obligations import owed
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Settings
from medex_tui.domain.records.visits import Session
from medex_tui.reports.exchange.calendar import calendar
from medex_tui.sample import sample_practice

NOW = datetime(2026, 11, 22, 15, 42, tzinfo=UTC)
PRACTICE = Practice(sample_practice(NOW))


def test_planned_visits_and_limits_are_in_it_and_nothing_else() -> None:
    events = Calendar.from_ical(calendar(PRACTICE, NOW)).walk("VEVENT")
    visits = sorted(e["DTSTART"].dt for e in events if str(e["SUMMARY"]).startswith("Visit "))
    limits = sorted(e["DTSTART"].dt for e in events if str(e["SUMMARY"]).startswith("Limit: "))
    assert visits == sorted(
        s.planned_at for s in PRACTICE.sessions.values() if s.state == "planned" and s.planned_at
    )
    assert limits == sorted(one.limit_at for one in owed(PRACTICE, NOW))
    assert len(visits) + len(limits) == len(events) == len({str(e["UID"]) for e in events})
    assert all(
        e["DTEND"].dt - e["DTSTART"].dt == timedelta(hours=1) for e in events if "DTEND" in e
    )


def test_people_are_initials_unless_names_are_asked_for() -> None:
    short, long = calendar(PRACTICE, NOW).decode(), calendar(PRACTICE, NOW, names=True).decode()
    names = {c.family_name for c in PRACTICE.clients.values()}
    assert not any(name in short for name in names) and any(name in long for name in names)


def test_typed_words_end_no_line_and_no_line_is_too_long() -> None:
    text = "a;b,c\\d\nEND:VEVENT\r\nBEGIN:VALARM " + "漢\U0001f600" * 100
    practice = Practice(
        [
            Settings(id="s", name=text, address=text),
            Client(id="c", given_name=text, family_name=text),
            Session(id="v", client_id="c", planned_at=NOW),
            Session(id="w", client_id="gone", planned_at=NOW),
        ]
    )
    data = calendar(practice, NOW, names=True)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    read = Calendar.from_ical(data)
    summaries = {str(event["SUMMARY"]) for event in read.walk("VEVENT")}
    assert len(read.walk("VEVENT")) == 2 and not read.walk("VALARM")
    assert "Visit unknown client" in summaries
    assert any("a;b,c\\d END:VEVENT BEGIN:VALARM" in said for said in summaries)
