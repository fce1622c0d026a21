"""The outcome of a measure in sentences, and its role of color."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from medex_tui.app.styled_lines import Role
from medex_tui.app.views.phrases import day
from medex_tui.domain.measures import NoScore, Outcome, Score


def unscored(outcome: Outcome) -> bool:
    """Whether the entries make no score yet: neither a number nor a result such as unable."""
    score = outcome.now.score if outcome.now else None
    return isinstance(score, NoScore) and score.result == "measured"


def outcome_sentences(outcome: Outcome, zone: ZoneInfo) -> list[str]:
    """The score, the changes since baseline and last time, references with sources, notes."""
    sentences = []
    score = outcome.now.score if outcome.now else None
    if isinstance(score, Score):
        sentences.append(f"{score.printed}" + (f" ({score.how})" if score.how else ""))
    elif score:
        sentences.append(score.reason)
    changes = (
        (outcome.since_baseline, outcome.baseline, "baseline"),
        (outcome.since_last, outcome.previous, "last time"),
    )
    for since, then, word in changes:
        if since and then and not unscored(outcome):
            # Better or worse is said only of a notable change; below the threshold none is known.
            way = ""
            if since.notable and since.better is not None:
                way = " better" if since.better else " worse"
            moved = f"{since.printed}{way}, " if since.printed else ""
            sentences.append(f"Since {word} {day(then.at, zone)}: {moved}{since.why}")
    notes = ["; ".join(outcome.notes)] if outcome.notes else []
    return [*sentences, *outcome.row.references, *notes]


GAIN_ROLES: dict[str, Role] = {
    "past measurement error": "good",
    "important change reached": "accent",
}
"""Verdict of a gain -> its role of color."""


def outcome_role(outcome: Outcome) -> Role:
    """The role of a gain since baseline; none for other changes."""
    since = outcome.since_baseline
    return GAIN_ROLES.get(since.verdict, "") if since and since.better else ""
