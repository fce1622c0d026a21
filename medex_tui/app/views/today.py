"""What Today shows, as lines: made without Textual, so that it is on the screen before Textual is.

What needs doing comes first, then the day's visits. On a practice that is just beginning, the next step leads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from medex_tui.app.commands import default_key
from medex_tui.app.row_keys import ClientKey, LinesKey, MoreKey, ObligationKey, StepKey, VisitKey
from medex_tui.app.state.open_sessions import LeftLines, OpenSession
from medex_tui.app.styled_lines import Line, ListRow, Role, fit, length, plain, spread
from medex_tui.app.views.open_sessions import unsaved_rows
from medex_tui.app.views.phrases import (
    STATE_ROLES,
    clock_words,
    obligation_line,
    urgency,
)
from medex_tui.domain.obligations import Obligation, group_of, settled_at
from medex_tui.domain.obligations.lists import Group
from medex_tui.domain.outcomes.proportion import Proportion
from medex_tui.domain.reassessment import waiting
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.reports import wording
from medex_tui.reports.lists.today import VisitRow as Visit
from medex_tui.reports.lists.today import logged, sessions_on
from medex_tui.reports.lists.today import row as visit_of

if TYPE_CHECKING:
    from medex_tui.app.commands import Key

URGENT_H = 24
ON_TIME_DAYS = 90
SHOWN_AT_MOST = 6
REASSESS_AT_MOST = 3


def on_time_words(owed: Iterable[Obligation], now: datetime) -> str:
    """The share of obligations closed in time, over the last ninety days; a count where there are few."""
    since = now - timedelta(days=ON_TIME_DAYS)
    settled = [one for one in owed if (at := settled_at(one)) and at >= since]
    return (
        f"on time {Proportion(sum(one.on_time for one in settled), len(settled)).words}"
        if settled
        else ""
    )


def top_line(
    practice: Practice,
    owed: Iterable[Obligation],
    now: datetime,
    login: str,
    width: int,
    *,
    demo: bool,
) -> Line:
    """Today's top line."""
    kept: Line = [(on_time_words(owed, now) + " ", "good")] if width >= 78 else []
    left: Line = [
        (" medex ", "title"),
        (fit(" sample practice" if demo else "", 16).rstrip(), "accent"),
    ]
    if width >= 110:
        left.append((f"  {practice.settings.name or 'medex'}", "strong"))
    left.append(("  " + clock_words(practice, now, wording.person(login, practice), width), ""))
    return spread(left, kept, width)


def needs_doing(owed: Iterable[Obligation], now: datetime) -> list[Obligation]:
    """What is overdue, past its target, or past it within a day or closed days; not what is met or waived."""
    return [
        o
        for o in owed
        if o.state != "waived" and o.status != "met" and group_of(o, now, URGENT_H) != "later"
    ]


def today_rows(
    practice: Practice,
    owed: list[Obligation],
    now: datetime,
    width: int,
    typing: Sequence[OpenSession] = (),
    left: Sequence[LeftLines] = (),
    key: Key = default_key,
    most: int | None = None,
) -> list[ListRow]:
    """The whole list: what was typed and not saved, what needs doing, today's visits, and the next first step.

    Of the visits no more than `most` where that is all a screen can show.
    """
    zone = practice.zone
    rows = unsaved_rows(typing, practice, width, key)
    rows += [
        ListRow(
            [(" > ", "accent"), (f"UNSAVED since {one.at.astimezone(zone):%a %H:%M}  ", "accent"),
             (f"{len(one.lines)} whole line{'s' if len(one.lines) != 1 else ''}", "strong"),
             (f"  {key('go.on')} shows what they mean", "")],
            LinesKey(one.name),
        )
        for one in left
    ]  # fmt: skip
    rows += first_steps(practice, key)
    urgent = needs_doing(owed, now)
    rows.append(ListRow(needs_heading(urgent, owed, now, width)))
    shown = urgent[:SHOWN_AT_MOST]
    rows += [ListRow(obligation_line(o, practice, now, width), ObligationKey(o.key)) for o in shown]
    if len(urgent) > len(shown):
        every = f"{key('overdue.open')} shows them all"
        rows.append(
            ListRow(plain(f"   {len(urgent) - len(shown)} more: {every}", "dim"), MoreKey())
        )
    today = now.astimezone(zone).date()
    visits = sessions_on(practice, today)
    rows.append(ListRow([]))
    heading = f" {logged(visits)} of {len(visits)} logged" if visits else " no visits planned"
    rows.append(ListRow([(" TODAY ", "title"), (heading, "strong")]))
    typed = {
        one.client_id: f"{one.place or ''} typing {one.at.astimezone(zone):%H:%M}".lstrip()
        for one in typing
    }
    rows += [
        ListRow(
            visit_line(
                visit_of(v, practice, today, now),
                width,
                typed.get(v.client_id) if not logged([v]) else None,
            ),
            VisitKey(v.id),
        )
        for v in visits[:most]
    ]
    if practice.clients and not visits:
        told = f"   {key('client.find')} finds a client to log;  {key('add.menu')} plans a visit."
        rows.append(ListRow(plain(told, "dim")))
    return rows if most and len(rows) > most else rows + reassess_rows(practice, now, width)


def reassess_rows(practice: Practice, now: datetime, width: int) -> list[ListRow]:
    """How many assessments are due or overdue, and whose is latest; nothing where nobody's is."""
    due = waiting(practice, now.astimezone(practice.zone).date())
    if not due:
        return []
    late = sum(1 for one in due if one.state == "overdue")
    counts = [
        f"{late} overdue" if late else "",
        f"{len(due) - late} due" if len(due) > late else "",
    ]
    said = "   ".join(filter(None, counts))
    rows = [
        ListRow([]),
        ListRow([(" REASSESS ", "title"), (f" {said}", "warn" if late else "accent")]),
    ]
    for one in due[:REASSESS_AT_MOST]:
        name = fit(practice.clients[one.client_id].name, 17)
        words: Role = "warn" if one.state == "overdue" else ""
        line: Line = [("   ", ""), (name, "strong"), (f"  {fit(one.words, width - 23)}", words)]
        rows.append(ListRow(line, ClientKey(one.client_id)))
    return rows


class Step(Struct, frozen=True):
    """One of the first things to do in a new practice: what, why, which key, and whether it is done."""

    key: str
    what: str
    how: str
    done: bool


def steps(practice: Practice, key: Key = default_key) -> list[Step]:
    """The way from an empty practice to the first letter."""
    logged = any(s.attended for s in practice.counted(Session))
    written = any(d.signed_at for d in practice.documents.values()) or bool(practice.communications)
    settings, add = practice.settings, key("add.menu")
    papers = f"phone and fax for the letters ({key('practice.edit')})"
    owed = f"{key('letter.open')} writes, {key('document.sign')} signs, {key('sent.mark')} marks it sent"
    way = [
        ("practice", "your practice", papers, bool(settings.phone and settings.fax)),
        (
            "provider",
            "referring provider",
            f"the doctor or therapist letters go to ({add})",
            bool(practice.providers),
        ),
        (
            "client",
            "the first client",
            "name and date of birth; the referral follows",
            bool(practice.clients),
        ),
        (
            "referral",
            "the referral",
            f"who sent them, release, until when ({add})",
            bool(practice.referrals),
        ),
        (
            "session",
            "the first session",
            f"one line says it all ({key('session.log')} on the client)",
            logged,
        ),
        ("letter", "the first letter", owed, written),
    ]
    return [Step(*each) for each in way]


def first_steps(practice: Practice, key: Key = default_key) -> list[ListRow]:
    """The steps with the next one to press Enter on, until the first letter is signed; then nothing."""
    way = steps(practice, key)
    if way[-1].done:
        return []
    following = next((step for step in way if not step.done), None)
    rows = [
        ListRow([(" FIRST STEPS ", "title"), (f"  {key('go.on')} does the one marked >", "dim")])
    ]
    for number, step in enumerate(way, 1):
        mark, role = _step_mark(step, following)
        how = step.how if step is following else ""
        line: Line = [(f" {mark} {number} ", role), (fit(step.what, 19), role), (how, "")]
        rows.append(ListRow(line, StepKey(step.key) if step is following else None))
    rows.append(ListRow([]))
    return rows


def _step_mark(step: Step, following: Step | None) -> tuple[str, Role]:
    """The mark of a first step and its role: done, the next one, or later."""
    if step.done:
        return "✓", "good"
    return (">", "strong") if step is following else (" ", "dim")


def _state_role(state: str) -> Role:
    """The role of a visit's state; drafts carry their time behind the word."""
    return STATE_ROLES.get(state, "accent" if state.startswith("draft") else "")


def needs_heading(
    urgent: list[Obligation], owed: list[Obligation], now: datetime, width: int
) -> Line:
    """`NEEDS DOING  1 overdue  1 past target  2 within 24 h`, or when the next one falls due."""
    line: Line = [(" LETTERS DUE ", "title")]
    parts: list[tuple[Group, str, str, Role]] = [
        ("overdue", "overdue", "overdue", "bad"),
        ("late_soon", "late", "late", "warn"),
        ("due", f"within {URGENT_H} h", f"in {URGENT_H} h", "strong"),
        ("closing", "send today", "today", "strong"),
    ]
    counts = Counter(group_of(o, now, URGENT_H) for o in urgent)
    whole: Line = [
        (f"  {counts[group]} {words}", role) for group, words, _, role in parts if counts[group]
    ]
    short: Line = [
        (f"  {counts[group]} {words}", role) for group, _, words, role in parts if counts[group]
    ]
    line += whole if length(line) + length(whole) <= width else short
    if not urgent:
        waiting = [o for o in owed if o.state != "waived" and o.status != "met"]
        following = min(waiting, key=lambda o: o.target_at, default=None)
        told = (
            f"  nothing now; next {urgency(following, now)[1]}"
            if following
            else "  no letters are due"
        )
        line.append((told, "good"))
    return line


def visit_line(visit: Visit, width: int, typing: str | None) -> Line:
    """One visit of the day; `typing` says since when its entry is being typed and not saved."""
    names = 17 + min(9, max(0, width - 80) // 4)
    what = width - 9 - names - 6 - 19
    state = typing or visit.state_word
    about = "; ".join(part for part in (visit.problem, visit.goal) if part)
    age = "-" if visit.age is None else str(visit.age)
    return [
        (f"   {visit.time}  ", ""),
        (fit(visit.client, names - 1), "strong"),
        (" ", ""),
        (fit(f"{age} {visit.sex or '-'}", 6), ""),
        (" ", ""),
        (fit(about, what - 1), "dim"),
        (" ", ""),
        (
            fit(state, 16),
            "accent" if typing else _state_role(state),
        ),
    ]
