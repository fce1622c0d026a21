"""What became of an episode of care up to an instant, for the letters that look back on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct

from medex_tui.domain.goals import GoalState, goal_state
from medex_tui.domain.measures import Outcome
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.episodes import Goal
from medex_tui.reports import wording
from medex_tui.reports.letters import episode
from medex_tui.reports.letters.letterhead import LetterFrame


class Course(Struct, frozen=True):
    """Measures against their start, goals and where they stand, what is limited; `blocks` are its parts of a letter."""

    taken: list[Assessment]
    found: list[Outcome]
    goals: list[Goal]
    standings: list[GoalState]
    limits: str
    measures: str
    blocks: Mapping[str, str]


def course(frame: LetterFrame, until: datetime, leave_out: Collection[str]) -> Course:
    """The course of a letter's episode up to an instant, without the measures that are left out."""
    practice, referral, client = frame.practice, frame.referral, frame.client
    last = wording.local_day(until, practice.zone)
    taken = episode.assessments(referral, practice, until)
    measured_on = wording.local_day(taken[-1].taken_at, practice.zone) if taken else last
    found = episode.measured(taken, client, measured_on, leave_out)
    goals = practice.goals_of.get(referral.id, [])
    notes = episode.Footnotes()
    measures = episode.change_table(found, notes)
    blocks = {
        "conventions": episode.CONVENTION_LINE if episode.has_convention(found) else "",
        "sources": notes.line,
        "not_measured": episode.not_measured(found) if found else "",
        "pain": episode.pain_line(found),
        "goals": episode.goal_table(goals, taken, client, last),
    }
    standings = [goal_state(goal, taken, client, last) for goal in goals]
    return Course(taken, found, goals, standings, episode.limits(found, goals), measures, blocks)
