"""What a score comes to, in words and in a role of color."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from medex_tui.app.styled_lines import Role
from medex_tui.app.views.phrases import day
from medex_tui.domain.measures import NoScore, Outcome, Score


def unscored(found: Outcome) -> bool:
    """Whether what was entered makes no score yet, which is neither a number nor a result like unable."""
    score = found.now.score if found.now else None
    return isinstance(score, NoScore) and score.result == "measured"


def said_of(found: Outcome, zone: ZoneInfo) -> list[str]:
    """What may be said of a result: how it was scored, both changes with thresholds, each reference with its source."""
    said = []
    score = found.now.score if found.now else None
    if isinstance(score, Score):
        said.append(f"{score.printed}" + (f" ({score.how})" if score.how else ""))
    elif score:
        said.append(score.reason)
    for since, then, word in (
        (found.since_baseline, found.baseline, "baseline"), (found.since_last, found.previous, "last time"),
    ):  # fmt: skip
        if since and then and not unscored(found):
            # Better or worse is said only of a notable change; below the threshold none is known.
            way = ""
            if since.notable and since.better is not None:
                way = " better" if since.better else " worse"
            moved = f"{since.printed}{way}, " if since.printed else ""
            said.append(f"Since {word} {day(then.at, zone)}: {moved}{since.why}")
    return [*said, *found.row.references, *(["; ".join(found.notes)] if found.notes else [])]


def found_role(found: Outcome) -> Role:
    """The role of a gain: past measurement error, an important change reached, or none."""
    since = found.since_baseline
    if since is None or not since.better:
        return ""
    return {"past measurement error": "good", "important change reached": "accent"}.get(
        since.verdict, ""
    )  # type: ignore[return-value]
