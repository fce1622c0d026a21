"""The pictures of an episode on one sheet: each measure with its SVG, its numbers and the sources of its lines.

It stands beside the letters, which are text that was signed: a sheet carries no signature and changes with the records.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.goals import goal_of
from medex_tui.domain.measures import Outcome, catalogue, outcomes
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.reports.file_names import id_part
from medex_tui.reports.rendering.html import html_page
from medex_tui.reports.rendering.markdown import text
from medex_tui.reports.rendering.measure_chart import as_table, chart_of, svg
from medex_tui.reports.rendering.paper import Paper

Pictured = tuple[Outcome, float | None, str]
"""An outcome with the target of the goal tied to it, in the measure's unit, and the goal in words."""


def of_episode(client: Client, practice: Practice, now: datetime) -> list[Pictured]:
    """Every measure of the client's episode under way, with the goal tied to it."""
    referral = practice.current_episode(client.id)
    goals = practice.goals_of.get(referral.id, []) if referral else []
    taken = [
        a for a in practice.assessments_of.get(client.id, []) if practice.episode_of(a) is referral
    ]
    found = []
    for one in outcomes(taken, client, local_day(now, practice.zone)):
        goal = goal_of(goals, one.measure.id, one.side, one.task)
        found.append((one, goal.target if goal else None, goal.text if goal else ""))
    return found


def sheet_name(client: Client, practice: Practice, at: datetime, form: str = "html") -> str:
    """`2026-11-22_measures_<client id>.html`, by the local day it is made."""
    return f"{at.astimezone(practice.zone).date().isoformat()}_measures_{id_part(client.id)}.{form}"


def markdown(client: Client, found: Sequence[Pictured], zone: ZoneInfo, at: datetime) -> str:
    """Every measure with a score as a heading, a table and what its lines mean; sources at the end."""
    known, ids = catalogue(), dict.fromkeys(i for one, _, _ in found for i in one.sources)
    parts = [
        f"# Measures of {text(client.name)}",
        f"As of {at.astimezone(zone):%Y-%m-%d}. Not a signed document.",
    ]
    for one, target, said in drawn(found):
        chart = chart_of(one, zone, target, said)
        lines = "\n".join(f"- {text(line)}" for line in chart.legend)
        parts += [f"## {text(chart.title)}", as_table(chart), lines]
    cited = [known.source(i) for i in ids]
    sources = [
        f"- {text(s.citation)}{'' if s.basis == 'checked' else ' (unchecked)'}" for s in cited
    ]
    return "\n\n".join([*parts, "Sources:", "\n".join(sources) or "- none"]) + "\n"


def html(
    client: Client,
    found: Sequence[Pictured],
    zone: ZoneInfo,
    at: datetime,
    paper: Paper = "us-letter",
) -> str:
    """The sheet as one page of HTML: under each heading its picture, then the table."""
    before, *sections = html_page(markdown(client, found, zone, at), paper).split("</h2>")
    pairs = zip(pictures(found, zone), sections, strict=True)
    return before + "".join(f"</h2>\n{picture}{section}" for picture, section in pairs)


def pictures(found: Sequence[Pictured], zone: ZoneInfo) -> list[str]:
    """The SVG of every measure with a score."""
    return [svg(one, zone, target, said) for one, target, said in drawn(found)]


def drawn(found: Sequence[Pictured]) -> list[Pictured]:
    """Those that have a score to draw."""
    return [one for one in found if one[0].series]
