"""The sessions of one day and where each stands, for the command line, a script and the home screen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct, to_builtins

from medex_tui.domain.dates.clock import DAY, age_on, day_start, spoken_day
from medex_tui.domain.language.plain import cut, cut_line, fit, one_line, terminal_width
from medex_tui.domain.reassessment import next_assessment
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.domain.referrals.referral import valid_through, visits_used
from medex_tui.reports.wording import hour, local_day

GRACE = timedelta(hours=1)
"""How long after its beginning a planned visit is not yet called "not logged"."""

LOGGED = frozenset({"signed", "no_show", "cancelled"})


class VisitRow(Struct, frozen=True):
    """One session of the day. Texts are as typed; `state_word` is what a list shows, `time` is local."""

    session_id: str
    client_id: str
    at: datetime
    time: str
    client: str
    age: int | None
    sex: str | None
    problem: str
    goal: str
    state: str
    state_word: str


def sessions_on(practice: Practice, day: date) -> list[Session]:
    """The sessions begun or planned on a local day, by time, then by client's name."""
    begins, ends = day_start(day, practice.zone), day_start(day + DAY, practice.zone)
    found = [
        (at, _name(session, practice).casefold(), session.id, session)
        for session in practice.counted(Session)
        if (at := session.started_at or session.planned_at) and begins <= at < ends
    ]
    return [session for *_, session in sorted(found)]


def rows(practice: Practice, day: date, now: datetime) -> list[VisitRow]:
    """The sessions of a local day, by time, then by client's name."""
    return [row(session, practice, day, now) for session in sessions_on(practice, day)]


def logged(sessions: Iterable[Session | VisitRow]) -> int:
    """How many of them need no more typing."""
    return sum(session.state in LOGGED for session in sessions)


def as_json(practice: Practice, day: date, now: datetime) -> dict[str, Any]:
    """The day as plain JSON values: `{date, timezone, logged, sessions: [...]}`."""
    day_rows = rows(practice, day, now)
    return {
        "date": day.isoformat(),
        "timezone": practice.zone.key,
        "logged": logged(day_rows),
        "sessions": [{**to_builtins(one), "at": one.at.isoformat()} for one in day_rows],
    }


def as_text(practice: Practice, day: date, now: datetime, width: int = 80) -> str:
    """The day as lines of at most `width` columns, safe to print on a terminal."""
    day_rows = rows(practice, day, now)
    title = f"{spoken_day(day)} {day.year}"
    if not day_rows:
        return f"{title}: no sessions.\n"
    states = max(terminal_width(one.state_word) for one in day_rows)
    names = min(max(terminal_width(one_line(one.client)) for one in day_rows), 20)
    rest = max(0, width - states - names - 18)
    lines = [f"{title}: {logged(day_rows)} of {len(day_rows)} logged"]
    for one in day_rows:
        age = "" if one.age is None else str(one.age)
        about = fit(_about(one, rest), rest)
        line = f"  {one.time}  {fit(one.client, names)} {age:>3} {one.sex or '-'}  {about} {one.state_word}"
        lines.append(cut_line(line, width))
    return "\n".join(lines) + "\n"


def _about(one: VisitRow, width: int) -> str:
    """Problem and goal in one cell: a long problem gives way to the goal, down to half of the cell."""
    problem, goal = one_line(one.problem), one_line(one.goal)
    if not problem or not goal:
        return problem or goal
    return f"{cut(problem, max(width - terminal_width(goal), width // 2) - 2)}; {goal}"


def state_word(session: Session, practice: Practice, now: datetime) -> str:
    """Where a session stands in one or two words, what blocks or ages it first: `referral expired`, `draft 10:41`."""
    match session.state:
        case "signed":
            return "signed"
        case "no_show":
            return "no-show"
        case "cancelled":
            return "cancelled"
        case "open":
            return (
                f"draft {hour(session.updated_at, practice.zone)}"
                if session.updated_at
                else "draft"
            )
    episode = practice.episode_of(session)
    if episode is None:
        return "no referral"
    if session.at and _ended(episode, session, practice):
        return "referral expired"
    if session.at and (wanted := _assessment_due(session, session.at, practice)):
        return wanted
    return "not logged" if session.at and session.at + GRACE <= now else "planned"


def _name(session: Session, practice: Practice) -> str:
    client = practice.clients.get(session.client_id)
    return client.name if client else "unknown client"


def row(session: Session, practice: Practice, day: date, now: datetime) -> VisitRow:
    """A session of a day as a list shows it."""
    at = session.at
    assert at is not None
    client = practice.clients.get(session.client_id)
    episode = practice.episode_of(session)
    return VisitRow(
        session_id=session.id,
        client_id=session.client_id,
        at=at,
        time=hour(at, practice.zone),
        client=_name(session, practice),
        age=age_on(client.birth_date, day) if client and client.birth_date else None,
        sex=client.sex if client else None,
        problem=_problem(episode),
        goal=_goal(episode, practice),
        state=session.state,
        state_word=state_word(session, practice, now),
    )


def _problem(episode: Referral | None) -> str:
    if episode is None:
        return ""
    return episode.reason or next((d.text for d in episode.diagnoses if d.text), "")


def _goal(episode: Referral | None, practice: Practice) -> str:
    goals = practice.goals_of.get(episode.id, ()) if episode else ()
    return next((goal.text for goal in goals if goal.status == "open"), "")


def _ended(episode: Referral, session: Session, practice: Practice) -> bool:
    """Whether the visit lies past the referral's last day, its discharge, or its last authorised visit."""
    at = session.at
    assert at is not None
    if episode.status != "open":
        return True
    through = valid_through(episode)
    if through and local_day(at, practice.zone) > through:
        return True
    return (
        episode.visits_authorised is not None
        and visits_used(episode, practice) >= episode.visits_authorised
    )


def _assessment_due(session: Session, at: datetime, practice: Practice) -> str:
    """`reassess due` from 30 days after the last assessment on, `baseline due` from the third visit without one."""
    following = next_assessment(practice, session.client_id, local_day(at, practice.zone))
    if following is None:
        return ""
    if following.kind == "baseline":
        return "baseline due" if following.state != "later" else ""
    return (
        "reassess due"
        if following.due_on and local_day(at, practice.zone) >= following.due_on
        else ""
    )
