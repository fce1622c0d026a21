"""Meaning of the labeled parts of a session line: how the visit went, ended and continues."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from medex_tui.domain.dates.parse import read_past
from medex_tui.domain.find import NameIndex, Spelling, key, words
from medex_tui.domain.language.problem import Problem
from medex_tui.domain.records.episodes import Goal
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Call, Exercise, Session, Stop
from medex_tui.domain.shorthand.faults import Faults
from medex_tui.domain.shorthand.note_parts import NotePart
from medex_tui.domain.shorthand.scan import QUOTED, quoted, unquoted

VisitOutcome = Literal["completed", "stopped", "held"]
Screening = Literal["none_reported", "reported", "not_screened"]

TITLES: Mapping[str, str] = {
    "since": "since last visit",
    "resp": "response",
    "plan": "plan",
    "goal": "goal served",
    "prog": "progress update",
    "screen": "red flags",
    "stop": "stopped",
    "held": "held",
    "state": "state on leaving",
    "action": "done",
    "called": "called",
}
SCREENINGS: Mapping[str, Screening] = {
    "none": "none_reported",
    "reported": "reported",
    "not": "not_screened",
}
_TEXT_FIELDS = {"since": "since_last", "resp": "response", "plan": "plan"}
_AFTER_STOP = ("state", "action", "called")
_CLOCK = r"\d{1,2}:\d\d(?:am|pm)?"
_TIMED_REASON = re.compile(rf"({_CLOCK}) +(.+)\Z", re.IGNORECASE | re.ASCII | re.DOTALL)
_TIMED_CALL = re.compile(rf"(.+?) +({_CLOCK})\Z", re.IGNORECASE | re.ASCII | re.DOTALL)
_GOAL = re.compile(rf"(?:({QUOTED}|[^\"=,][^=,]*)=)?({QUOTED}|[^\"=,][^=,]*)\Z", re.DOTALL)
_LISTED = re.compile(rf"(?:{QUOTED}|[^,\"])+", re.DOTALL)


class VisitParts(Struct, frozen=True, kw_only=True):
    """What the labeled parts say; `goals` is goal id by key of the exercise, "" for all others."""

    since_last: str | None = None
    response: str | None = None
    plan: str | None = None
    progress_update: bool = False
    screening: Screening | None = None
    outcome: VisitOutcome | None = None
    stop: Stop | None = None
    goals: dict[str, str] = {}

    def with_goals(self, exercises: Sequence[Exercise]) -> list[Exercise]:
        """The exercises, each with the goal that the line names for it or for all."""
        if not self.goals:
            return list(exercises)
        every = self.goals.get("")
        return [
            replace(e, goal_id=self.goals.get(key(e.name), every or e.goal_id)) for e in exercises
        ]


def read_visit_parts(
    parts: Sequence[NotePart],
    faults: Faults,
    *,
    practice: Practice,
    client_id: str | None,
    exercises: Sequence[Exercise],
    names: NameIndex,
    now: datetime,
    visit_at: datetime | None,
) -> VisitParts:
    """Read the labeled parts of a line; problems and questions go to `faults`.

    A time without a day is one of the day of `visit_at`, or the last such time before `now`.
    """
    by_label = _by_label(parts, faults)
    texts = {
        field: by_label[label].text for label, field in _TEXT_FIELDS.items() if label in by_label
    }
    outcome, stop = _stop(by_label, faults, practice, visit_at or now, now)
    if outcome == "held" and exercises:
        faults.refuse(
            by_label["held"].word,
            "A visit that was held before it began has no exercises: leave them out, "
            "or type stop:.",
        )
    goals: dict[str, str] = {}
    if "goal" in by_label:
        open_to = _goals_of(practice, client_id)
        goals = _goals(by_label["goal"], faults, open_to, exercises, names)
    return VisitParts(
        progress_update="prog" in by_label,
        screening=_screening(by_label, faults),
        outcome=outcome,
        stop=stop,
        goals=goals,
        **texts,
    )


def _by_label(parts: Sequence[NotePart], faults: Faults) -> dict[str, NotePart]:
    """Each label's part; refuse labels given twice, and those without a text."""
    found: dict[str, NotePart] = {}
    for part in parts:
        title = TITLES[part.label]
        if part.label in found:
            faults.refuse(part.word, f"`{part.label}:` ({title}) is given twice; keep one.")
        elif not part.text.strip() and part.label != "prog":
            faults.refuse(part.word, f"Nothing follows `{part.label}:` ({title}) yet; type it.")
        else:
            found[part.label] = part
    return found


def _screening(by_label: Mapping[str, NotePart], faults: Faults) -> Screening | None:
    part = by_label.get("screen")
    if part is None:
        return None
    answer = SCREENINGS.get(part.text.strip().lower())
    if answer is None:
        faults.refuse(
            part.word,
            "Red flags are answered with none, reported (name them with !), or not (not screened).",
        )
    return answer


def _stop(
    by_label: Mapping[str, NotePart],
    faults: Faults,
    practice: Practice,
    at: datetime,
    now: datetime,
) -> tuple[VisitOutcome | None, Stop | None]:
    """How the visit ended, where the line says that it was stopped or held."""
    ended = [by_label[label] for label in ("stop", "held") if label in by_label]
    for label in _AFTER_STOP:
        if label in by_label and not ended:
            faults.refuse(
                by_label[label].word,
                f"`{label}:` ({TITLES[label]}) goes with stop: or held:, and why.",
            )
    if len(ended) > 1:
        faults.refuse(ended[1].word, "A visit is stopped or held, not both; keep one.")
    if not ended:
        return None, None
    part = ended[0]
    why, stopped_at = part.text, None
    if match := _TIMED_REASON.match(part.text):
        why, stopped_at = match[2], _time(part, match[1], faults, practice, at, now)
    return ("stopped" if part.label == "stop" else "held"), Stop(
        at=stopped_at,
        why=why,
        state_on_leaving=by_label["state"].text if "state" in by_label else None,
        done=by_label["action"].text if "action" in by_label else None,
        called=_calls(by_label.get("called"), faults, practice, at, now),
    )


def _calls(
    part: NotePart | None, faults: Faults, practice: Practice, at: datetime, now: datetime
) -> list[Call]:
    """Who was called, separated by commas, each with a time behind it or without one."""
    calls = []
    for piece in part.text.split(",") if part else ():
        who = piece.strip()
        if part and (match := _TIMED_CALL.match(who)):
            calls.append(Call(who=match[1], at=_time(part, match[2], faults, practice, at, now)))
        elif who:
            calls.append(Call(who=who))
    return calls


def _time(
    part: NotePart, text: str, faults: Faults, practice: Practice, at: datetime, now: datetime
) -> datetime | None:
    """A time of day on the local day of the visit; one still to come is refused."""
    day = at.astimezone(practice.zone).date().isoformat()
    found = read_past(f"{day} {text}", now=now, zone=practice.zone)
    if isinstance(found, Problem):
        faults.refuse(part.word, found.message)
        return None
    return found


# Goals ----------------------------------------------------------------------------------------


def _goals_of(practice: Practice, client_id: str | None) -> list[Goal]:
    """The goals of the client's current episode in order of date, then of its earlier ones."""
    if client_id is None:
        return []
    episode = practice.current_episode(client_id)
    referrals = [r for r in practice.referrals.values() if r.client_id == client_id]
    referrals.sort(key=lambda r: (r is not episode, r.id))
    return [
        goal
        for referral in referrals
        for goal in sorted(
            practice.goals_of.get(referral.id, ()), key=lambda g: (str(g.set_on or ""), g.id)
        )
    ]


def _goals(
    part: NotePart,
    faults: Faults,
    goals: Sequence[Goal],
    exercises: Sequence[Exercise],
    names: NameIndex,
) -> dict[str, str]:
    """Goal ids by exercise, from `lp=stairs, row=1` or `stairs` for all exercises."""
    found: dict[str, str] = {}
    for piece in _LISTED.findall(part.text):
        match = _GOAL.match(piece.strip())
        if match is None:
            faults.refuse(part.word, f"`{piece.strip()}` is no goal; type it like goal: lp=stairs.")
            continue
        goal = goal_named(match[2].strip(), goals)
        if isinstance(goal, str):
            faults.refuse(part.word, goal)
            continue
        if match[1] is None:
            found[""] = goal.id
            continue
        exercise = _exercise_named(match[1].strip(), exercises, names)
        if exercise is None:
            faults.refuse(part.word, f"`{match[1].strip()}` is no exercise of this line.")
            continue
        found[key(exercise)] = goal.id
    return found


def goal_named(text: str, goals: Sequence[Goal]) -> Goal | str:
    """The goal that a number, the whole text or the beginnings of its words mean, else why none."""
    if not goals:
        return "No goal is set for this client; set one first."
    said = unquoted(text) if text[:1] == '"' else text
    if said is None:
        return "The quotation mark is never closed."
    if said.isascii() and said.isdigit() and len(said) < 4:
        if 1 <= int(said) <= len(goals):
            return goals[int(said) - 1]
        return f"There is no goal {said}; there are {len(goals)}."
    whole = [goal for goal in goals if goal.text == said]
    matches = whole[:1] or [goal for goal in goals if _begins_words(words(said), goal)]
    if still_open := [goal for goal in matches if goal.status == "open"]:
        matches = still_open
    if len(matches) == 1:
        return matches[0]
    listed = "; ".join(f"{n} {goal.text}" for n, goal in enumerate(goals[:5], 1))
    if matches:
        return f"`{said}` can be more than one goal: {listed}; type its number or more of it."
    return f"`{said}` is no goal of this client: {listed}."


def _begins_words(said: Collection[str], goal: Goal) -> bool:
    text = words(goal.text)
    return bool(said) and all(any(word.startswith(begun) for word in text) for begun in said)


def _exercise_named(text: str, exercises: Sequence[Exercise], names: NameIndex) -> str | None:
    """The exercise of the line that a name, alias or beginning means."""
    said = unquoted(text) if text[:1] == '"' else text
    if said is None:
        return None
    inline = {key(e.name): e.name for e in exercises}
    if key(said) in inline:
        return inline[key(said)]
    known = [name for name in names.exactly(key(said)) if key(name) in inline]
    local = NameIndex([Spelling(e.name, e.name) for e in exercises])
    matches = known or local.begun(words(said))
    return matches[0] if len(set(matches)) == 1 else None


# Writing --------------------------------------------------------------------------------------


def written_visit_parts(session: Session, practice: Practice) -> dict[str, str]:
    """The labeled parts of a session, by label; goals that one line cannot state are left out."""
    stop = session.stop
    ended = {"stopped": "stop", "held": "held"}.get(session.outcome or "", "")
    screening = next((w for w, s in SCREENINGS.items() if s == session.screening), "")
    parts = {
        "since": session.since_last,
        "resp": session.response,
        "plan": session.plan,
        "goal": _written_goals(session, practice),
        "screen": screening,
        "prog": "prog" if session.progress_update else "",
    }
    if stop and ended:
        parts |= {
            ended: _at(stop.at, practice) + stop.why,
            "state": stop.state_on_leaving,
            "action": stop.done,
            "called": ", ".join(
                f"{call.who} {_at(call.at, practice)}".rstrip() for call in stop.called
            ),
        }
    return {label: text for label, text in parts.items() if text}


def _at(at: datetime | None, practice: Practice) -> str:
    return f"{at.astimezone(practice.zone):%H:%M} " if at else ""


def _written_goals(session: Session, practice: Practice) -> str:
    by_name: dict[str, set[str | None]] = {}
    spelled: dict[str, str] = {}
    for exercise in session.exercises:
        by_name.setdefault(key(exercise.name), set()).add(exercise.goal_id)
        spelled.setdefault(key(exercise.name), exercise.name)
    goals = _goals_of(practice, session.client_id)
    pieces = []
    for name, ids in by_name.items():
        goal = next((g for g in goals if ids == {g.id}), None)
        if goal is None:
            continue
        same = [g for g in goals if g.text == goal.text]
        said = quoted(goal.text) if same[0] is goal else str(goals.index(goal) + 1)
        pieces.append(f"{quoted(spelled[name])}={said}")
    return ", ".join(pieces)
