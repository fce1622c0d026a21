"""What letters say of one episode of care: attendance, goals, measures and programme, from the records by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from medex_tui.domain.goals import goal_state
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.measures import (
    DOMAINS,
    NoScore,
    Outcome,
    Score,
    bare,
    catalogue,
    outcomes,
    printed,
)
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.communications import Communication
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.domain.referrals.replies import orders_between
from medex_tui.reports import wording
from medex_tui.reports.rendering.markdown import table, text

CONVENTION_LINE = "In brackets: our own convention, not a published threshold."
LINES = {
    "function": "Function",
    "strength": "Strength",
    "flexibility": "Flexibility/ROM",
    "stability": "Stability",
    "endurance": "Endurance",
    "balance": "Balance/coordination",
}
COMBINED = frozenset({"max", "min", "mean"})
"""How trials become a score where a letter has to say so."""

PAIN, PSFS = "nprs", "psfs"
RATED = "own rating; 10 is as well as before"
PACE_DAYS = 14
"""From how many days on a programme line says how many visits that is a week."""
MOST_NAMED = 4
"""How many exercises a programme line names before it says how many more there were."""


class Attendance(Struct, frozen=True):
    """Visits of a period; `attended` and `missed` make up `scheduled`, cancelled and unlogged ones stand beside."""

    attended: int
    missed: int
    cancelled: int
    unlogged: int

    @property
    def scheduled(self) -> int:
        """Visits that were to take place."""
        return self.attended + self.missed

    @property
    def words(self) -> str:
        """`7 of 8 visits; 1 no-show; 1 cancelled`."""
        beside = [
            wording.plural(self.missed, "no-show") if self.missed else "",
            f"{self.cancelled} cancelled" if self.cancelled else "",
            f"{self.unlogged} not yet logged" if self.unlogged else "",
        ]
        visits = wording.plural(self.scheduled, "visit")
        return "; ".join(part for part in (f"{self.attended} of {visits}", *beside) if part)


class Footnotes:
    """Sources in the order in which a letter first names them, each by a number; those of one name share it."""

    def __init__(self) -> None:
        self.tags: list[str] = []

    def mark(self, source_id: str | None) -> str:
        """` [2]` behind what a source says; empty where there is none."""
        if source_id is None:
            return ""
        tag = catalogue().source(source_id).tag
        if tag not in self.tags:
            self.tags.append(tag)
        return f" [{self.tags.index(tag) + 1}]"

    @property
    def line(self) -> str:
        """All sources in short, those nobody has held against a copy marked so; empty where none was named."""
        told = [f"[{i}] {text(tag)}" for i, tag in enumerate(self.tags, 1)]
        return f"Sources: {'; '.join(told)}." if told else ""


# --- visits ---------------------------------------------------------------------------------------------------


def sessions_of(referral: Referral, practice: Practice) -> list[Session]:
    """The episode's sessions that have a time, earliest first."""
    kept = practice.sessions_of.get(referral.client_id, ())
    return [s for s in kept if s.at and practice.episode_of(s) is referral]


def visits(referral: Referral, practice: Practice, first: date, last: date) -> list[Session]:
    """The episode's sessions on local days from `first` to `last`, earliest first."""
    kept = sessions_of(referral, practice)
    return [s for s in kept if s.at and first <= wording.local_day(s.at, practice.zone) <= last]


def attendance(sessions: Iterable[Session], now: datetime) -> Attendance:
    """How many of the visits up to `now` took place."""
    states = Counter(s.state for s in sessions if s.at and s.at <= now)
    came = states["open"] + states["signed"]
    return Attendance(came, states["no_show"], states["cancelled"], states["planned"])


def programme(sessions: Sequence[Session], first: date, last: date) -> str:
    """Frequency, duration, type and intensity as they were, as plain text; empty where nobody came."""
    came = [s for s in sessions if s.attended]
    if not came:
        return ""
    days = (last - first).days + 1
    pace = f", {wording.number(round(7 * len(came) / days, 1))} a week" if days >= PACE_DAYS else ""
    parts = [f"{wording.plural(len(came), 'visit')} in {wording.plural(days, 'day')}{pace}"]
    lengths = [
        (s.ended_at - s.started_at).total_seconds() / 60
        for s in came
        if s.started_at and s.ended_at
    ]
    if lengths:
        parts.append(f"{round(sum(lengths) / len(lengths))} min a visit")
    names = [
        name
        for name, _ in Counter(one_line(e.name) for s in came for e in s.exercises).most_common()
    ]
    if names:
        more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
        parts.append(wording.listed([*names[:MOST_NAMED], *more]))
    efforts = [e.rpe for s in came for e in s.exercises if e.rpe is not None]
    efforts += [v.rpe for s in came for v in s.vitals if v.rpe is not None]
    if efforts:
        low, high = wording.number(min(efforts)), wording.number(max(efforts))
        parts.append(f"RPE {low}" if low == high else f"RPE {low}-{high}")
    return "; ".join(parts)


# --- measures -------------------------------------------------------------------------------------------------


def assessments(referral: Referral, practice: Practice, until: datetime) -> list[Assessment]:
    """The episode's assessments up to an instant, earliest first."""
    kept = practice.assessments_of.get(referral.client_id, ())
    return [a for a in kept if a.taken_at <= until and practice.episode_of(a) is referral]


def measured(
    taken: Sequence[Assessment], client: Client | None, on: date, leave_out: Collection[str]
) -> list[Outcome]:
    """Every measure of the assessments but those left out, function first, context last."""
    if client is None:
        return []
    return [o for o in outcomes(taken, client, on) if o.measure.id not in leave_out]


def change_table(found: Sequence[Outcome], notes: Footnotes) -> str:
    """Start, now, change, threshold and reading of each measure of function; context measures stay out."""
    rows = [
        [
            text(o.cells.name),
            text(o.cells.start) or "-",
            text(o.cells.now) or "-",
            _amount(o) or "-",
            text(o.cells.threshold) or "-",
            _reading(o, notes),
        ]
        for o in found
        if o.domain
    ]
    head = ["Measure", "Start", "Now", "Change", "Threshold", "Reading"]
    return table(head, rows, right=[1, 2, 3, 4]) if rows else ""


def has_convention(found: Iterable[Outcome]) -> bool:
    """Whether any change is held against a convention, which a letter then has to say."""
    return any(
        o.since_baseline and o.since_baseline.threshold_kind == "convention"
        for o in found
        if o.domain
    )


def _amount(one: Outcome) -> str:
    """The change without its unit, which stands in the name already; steps of a scale keep their word."""
    change = text(one.cells.change)
    return change if one.measure.ordinal else change.partition(" ")[0]


def _reading(one: Outcome, notes: Footnotes) -> str:
    """What the change amounts to and what a reference says of the score now, each with the mark of its source."""
    change = one.since_baseline
    score = one.now.score if one.now else None
    beside = f" ({_other_sides(one, score)})" if score and _other_sides(one, score) else ""
    said = [(text(change.reading) + notes.mark(change.source) if change else "baseline") + beside]
    quoted = next((b for b in printed(one.bands) if b.flagged or b.percent is not None), None)
    said += [f"{text(quoted.text)}{notes.mark(quoted.source)}"] if quoted else []
    return "; ".join(said)


def six_lines(found: Sequence[Outcome], notes: Footnotes) -> list[str]:
    """Findings by line, those beyond a published reference first, then what was not measured, as Markdown."""
    by_line = {name: [o for o in found if o.domain == name] for name in DOMAINS}
    flagged = {
        name: any(b.flagged for o in kept for b in o.bands) for name, kept in by_line.items()
    }
    order = sorted((name for name in DOMAINS if by_line[name]), key=lambda name: not flagged[name])
    rows = [
        f"**{LINES[name]}:** {'; '.join(_finding(o, notes) for o in by_line[name])}"
        for name in order
    ]
    absent = not_measured(found)
    return [*rows, absent] if absent else rows


def not_measured(found: Sequence[Outcome]) -> str:
    """Which of the six lines have no measure."""
    absent = [
        f"{LINES[name][0].lower()}{LINES[name][1:]}"
        for name in DOMAINS
        if not any(o.domain == name for o in found)
    ]
    return f"Not measured: {', '.join(absent)}." if absent else ""


def _finding(one: Outcome, notes: Footnotes) -> str:
    """`Grip strength 25.2 kg left, 22.0 right, best of 3 (50th percentile, moderate [4])`."""
    score = one.now.score if one.now else None
    shown = [text(score.printed) if score else ""]
    if isinstance(score, Score):
        side = wording.SIDES[score.side] if score.side and one.side is None else ""
        shown[0] = f"{shown[0]} {side}".rstrip()
        shown += [_other_sides(one, score), _rule(one, score)]
    said = [f"{text(band.text)}{notes.mark(band.source)}" for band in printed(one.bands)]
    value = ", ".join(part for part in shown if part)
    name = f"{text(one.name)}:" if "," in one.name else text(one.name)
    return f"{name} {value}" + (f" ({'; '.join(said)})" if said else "")


def _other_sides(one: Outcome, score: Score | NoScore) -> str:
    """`22.0 right`: the side that the headline of a measure of two sides does not tell."""
    side = score.side if isinstance(score, Score) else None
    return ", ".join(
        f"{bare(one.measure, s.value) if s.value is not None else s.result} {wording.SIDES[s.side]}"
        for s in score.sides
        if s.side and s.side != side and one.side is None
    )


def _rule(one: Outcome, score: Score) -> str:
    """How trials became the score, where the name does not say so: `best of 3`."""
    if one.measure.id == PSFS:
        return text(score.how)
    return text(score.rule) if one.measure.combine in COMBINED else ""


def pain_line(found: Iterable[Outcome]) -> str:
    """The client's own rating, as context and never as a headline; empty where it was not asked."""
    said = [
        f"{text(o.cells.start)} to {text(o.cells.now)}" if o.cells.now else text(o.cells.start)
        for o in found
        if o.measure.id == PAIN
    ]
    return f"**Pain (patient's own rating, context only):** {'; '.join(said)} of 10" if said else ""


def droppable(found: Sequence[Outcome]) -> list[str]:
    """Measures in the order in which they should go when a letter is over a page: within error first, never all."""
    within = [o for o in found if o.domain and o.since_baseline and not o.since_baseline.notable]
    context = [o for o in found if not o.domain]
    ids = dict.fromkeys(o.measure.id for o in (*reversed(within), *context))
    kept = {o.measure.id for o in found if o.domain} - ids.keys()
    return list(ids) if kept else list(ids)[:-1]


# --- goals and limits -----------------------------------------------------------------------------------------


def goal_table(
    goals: Sequence[Goal], taken: Sequence[Assessment], client: Client | None, on: date
) -> str:
    """Term, goal and status of each, the nearest first; empty where there is none."""
    rows = [
        [
            f"{g.term_days}-day" if g.term_days else "-",
            text(g.text),
            goal_status(g, taken, client, on),
        ]
        for g in sorted(goals, key=lambda g: (g.term_days or 1000, g.due_on or date.max, g.id))
    ]
    return table(["Term", "Goal", "Status"], rows) if rows else ""


def goal_status(goal: Goal, taken: Sequence[Assessment], client: Client | None, on: date) -> str:
    """met, at target, on course, behind, changed or dropped; "open" where the records do not tell.

    `domain.goals` says which, and why.
    """
    standing = goal_state(goal, taken, client, on).standing
    if standing == "met":
        return f"**met** {wording.day(goal.met_on)}" if goal.met_on else "**met**"
    if standing in ("changed", "dropped") or (goal.due_on is None and standing != "reached"):
        return standing
    due = f", due {wording.day(goal.due_on)}" if goal.due_on else ""
    if standing == "reached":
        return f"**at target**{due}"
    if goal.due_on and goal.due_on < on:
        return f"behind, was due {wording.day(goal.due_on)}"
    return f"{standing}{due}"


def limits(found: Sequence[Outcome], goals: Sequence[Goal], most: int = 3) -> str:
    """What the client cannot do yet, in the client's words, hardest first: tasks, rated activities, else open goals.

    Plain text, at most `most` of them; empty where nothing is recorded.
    """
    rated: list[tuple[float, str]] = []
    unable: list[str] = []
    for one in found:
        score = one.now.score if one.now else None
        if isinstance(score, Score) and one.measure.id == PSFS:
            rated += [(value, name) for name, value in score.activities.items()]
        elif isinstance(score, NoScore) and one.task and score.result == "unable":
            unable.append(f"{one.task}: unable")
    ratings = [
        f"{name} {wording.number(value)}/10" for value, name in sorted(rated, key=lambda r: r[0])
    ]
    said = [*unable, *ratings] or [g.text for g in goals if g.status == "open"]
    scale = f" ({RATED})" if ratings else ""
    return f"{'; '.join(said[:most])}{scale}" if said else ""


def orders_line(referral: Referral, practice: Practice, until: datetime) -> str:
    """What providers ordered since the last signed letter of an episode, dated and by name, as Markdown; else empty."""
    zone = practice.zone
    written = [
        d.signed_at
        for d in practice.documents_of.get(referral.client_id, ())
        if d.referral_id == referral.id and d.signed_at and d.signed_at < until
    ]
    replies = orders_between(referral.client_id, practice, max(written, default=None), until)
    rows = [
        f"{text(c.reply.orders)} ({text(_said_by(c, practice))}, {wording.day(wording.local_day(c.reply.at, zone))})"
        for c in replies
        if c.reply and c.reply.orders
    ]
    return f"**Orders received and kept to:** {'; '.join(rows)}." if rows else ""


def _said_by(sending: Communication, practice: Practice) -> str:
    """Who answered: as recorded, else the provider it went to."""
    provider = practice.providers.get(sending.provider_id or "")
    return (sending.reply.by if sending.reply else None) or (
        provider.name if provider else "provider"
    )
