"""The sessions of one day and where each stands, for the command line, a script and the home screen."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct, to_builtins

from medex_tui.domain.clock import DAY, age_on, day_start, spoken_day
from medex_tui.domain.plain import columns, cut, cut_line, fit, one_line
from medex_tui.domain.practice import Practice
from medex_tui.domain.reassessment import next_assessment
from medex_tui.domain.records import Referral, Session
from medex_tui.domain.referral import valid_through, visits_used
from medex_tui.reports.wording import hour, local_day

GRACE = timedelta(hours=1)
"""How long after its beginning a planned visit is not yet called "not logged"."""

LOGGED = frozenset({"signed", "no_show", "cancelled"})


class Row(Struct, frozen=True):
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


def rows(practice: Practice, day: date, now: datetime) -> list[Row]:
    """The sessions begun or planned on a local day, by time, then by client's name."""
    begins, ends = day_start(day, practice.zone), day_start(day + DAY, practice.zone)
    made = [
        _row(session, at, practice, day, now)
        for session in practice.sessions.values()
        if (at := session.started_at or session.planned_at) and begins <= at < ends
    ]
    return sorted(made, key=lambda row: (row.at, row.client.casefold(), row.session_id))


def as_json(practice: Practice, day: date, now: datetime) -> dict[str, Any]:
    """The day as plain JSON values: `{date, timezone, logged, sessions: [...]}`."""
    day_rows = rows(practice, day, now)
    return {
        "date": day.isoformat(),
        "timezone": practice.zone.key,
        "logged": _logged(day_rows),
        "sessions": [{**to_builtins(row), "at": row.at.isoformat()} for row in day_rows],
    }


def as_text(practice: Practice, day: date, now: datetime, width: int = 80) -> str:
    """The day as lines of at most `width` columns, safe to print on a terminal."""
    day_rows = rows(practice, day, now)
    title = f"{spoken_day(day)} {day.year}"
    if not day_rows:
        return f"{title}: no sessions.\n"
    states = max(columns(row.state_word) for row in day_rows)
    names = min(max(columns(one_line(row.client)) for row in day_rows), 20)
    rest = max(0, width - states - names - 18)
    lines = [f"{title}: {_logged(day_rows)} of {len(day_rows)} logged"]
    for row in day_rows:
        age = "" if row.age is None else str(row.age)
        about = fit(_about(row, rest), rest)
        line = f"  {row.time}  {fit(row.client, names)} {age:>3} {row.sex or '-'}  {about} {row.state_word}"
        lines.append(cut_line(line, width))
    return "\n".join(lines) + "\n"


def _about(row: Row, width: int) -> str:
    """Problem and goal in one cell: a long problem gives way to the goal, down to half of the cell."""
    problem, goal = one_line(row.problem), one_line(row.goal)
    if not problem or not goal:
        return problem or goal
    return f"{cut(problem, max(width - columns(goal), width // 2) - 2)}; {goal}"


def state_word(session: Session, practice: Practice, now: datetime) -> str:
    """Where a session stands in one or two words, what blocks or ages it first: `clearance ended`, `draft 10:41`."""
    match session.state:
        case "signed":
            return "signed"
        case "no_show":
            return "no-show"
        case "cancelled":
            return "cancelled"
        case "open":
            return f"draft {hour(session.updated_at, practice.zone)}" if session.updated_at else "draft"
    episode = practice.episode_of(session)
    if episode is None:
        return "no referral"
    if session.at and _ended(episode, session, practice):
        return "clearance ended"
    if session.at and (wanted := _assessment_due(session, session.at, practice)):
        return wanted
    return "not logged" if session.at and session.at + GRACE <= now else "planned"


def _logged(day_rows: list[Row]) -> int:
    return sum(row.state in LOGGED for row in day_rows)


def _row(session: Session, at: datetime, practice: Practice, day: date, now: datetime) -> Row:
    client = practice.clients.get(session.client_id)
    episode = practice.episode_of(session)
    return Row(
        session_id=session.id,
        client_id=session.client_id,
        at=at,
        time=hour(at, practice.zone),
        client=client.name if client else "unknown client",
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
    return episode.visits_authorised is not None and visits_used(episode, practice) >= episode.visits_authorised


def _assessment_due(session: Session, at: datetime, practice: Practice) -> str:
    """`reassess due` from 30 days after the last assessment on, `baseline due` from the third visit without one."""
    following = next_assessment(practice, session.client_id, local_day(at, practice.zone))
    if following is None:
        return ""
    if following.kind == "baseline":
        return "baseline due" if following.state != "later" else ""
    return "reassess due" if following.due_on and local_day(at, practice.zone) >= following.due_on else ""
