"""An episode of care up to an instant, for the letters that look back on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from msgspec import Struct

from medex_tui.domain.goals import GoalState
from medex_tui.domain.measures import Outcome
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.episodes import Goal
from medex_tui.reports import wording
from medex_tui.reports.letters import episode, measure_tables
from medex_tui.reports.letters.frame import LetterFrame
from medex_tui.reports.letters.goal_table import goal_table, judged_goal


class Course(Struct, frozen=True):
    """Measures against their start, goals and their standing; `blocks` are parts of a letter by name."""

    taken: list[Assessment]
    outcomes: list[Outcome]
    goals: list[tuple[Goal, GoalState]]
    limitations: str
    measures: str
    blocks: Mapping[str, str]


def course(frame: LetterFrame, until: datetime, leave_out: Collection[str]) -> Course:
    """The course of a letter's episode up to an instant, without the measures in `leave_out`."""
    practice, referral, client = frame.practice, frame.referral, frame.client
    last = wording.local_day(until, practice.zone)
    taken = episode.assessments(referral, practice, until)
    measured_on = wording.local_day(taken[-1].taken_at, practice.zone) if taken else last
    outcomes = episode.measured(taken, client, measured_on, leave_out)
    goals = practice.goals_of.get(referral.id, [])
    notes = measure_tables.Footnotes()
    measures = measure_tables.change_table(outcomes, notes, practice)
    blocks = {
        "goals": goal_table(goals, taken, client, last, practice),
        "references": measure_tables.domain_lines(outcomes, notes),
        "not_measured": measure_tables.not_measured(outcomes) if outcomes else "",
        "pain": measure_tables.pain_line(outcomes),
        "conventions": "",
        "sources": notes.line,
    }
    standings = [(goal, judged_goal(goal, taken, client, last, practice)) for goal in goals]
    limitations = measure_tables.limitations(outcomes, goals)
    return Course(taken, outcomes, standings, limitations, measures, blocks)
