"""The words screens share: who somebody is, how late something is, what state a visit is in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from medex_tui.app.styled_lines import Line, Role, Span, fit, length, spread, wrap
from medex_tui.domain.dates.clock import age_on, local_day
from medex_tui.domain.obligations import Obligation, group_of
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.referrals.referral import days_left, visits_used
from medex_tui.reports.wording import METHODS, OWED, provider_short

APART = 3
"""Columns that keep two sentences on one line from being read as one."""

STATE_ROLES: dict[str, Role] = {
    "signed": "good",
    "no-show": "warn",
    "referral expired": "warn",
    "no referral": "warn",
    "reassess due": "accent",
    "to log": "accent",
    "cancelled": "dim",
}
"""How a visit's state word is coloured; other words stay plain."""


def clock_words(practice: Practice, now: datetime, signature: str, width: int) -> str:
    """Date, time and who, for the top line; the year only where there is room."""
    local = now.astimezone(practice.zone)
    year = f" {local.year}" if width >= 100 else ""
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}   {signature}"


def day(at: datetime, zone: ZoneInfo) -> str:
    """`Fri 20 Nov`."""
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b}"


def seen_words(at: datetime, practice: Practice, now: datetime, width: int) -> str:
    """`2 days ago`; with room `Fri 20 Nov, 2 days ago`: what to mind stands beside it and goes first."""
    from medex_tui.domain.dates.parse import ago

    zone = practice.zone
    words = ago(at.astimezone(zone).date(), now.astimezone(zone).date())
    return f"{day(at, zone)}, {words}" if width >= 100 else words


def span(hours: float) -> str:
    """A length of time in the largest unit that tells enough: `40 min`, `6 h`, `3 d`."""
    size = abs(hours)
    if size < 1:
        return f"{int(size * 60)} min"
    return f"{int(size)} h" if size < 72 else f"{int(size // 24)} d"


def person(client: Client, practice: Practice, now: datetime) -> str:
    """Age and sex: `56 F`; a dash for what is not recorded."""
    born = client.birth_date
    age = f"{age_on(born, now.astimezone(practice.zone).date())}" if born else "-"
    return f"{age} {client.sex or '-'}"


def provider_name(provider: Provider | None) -> str:
    """The name as lists show it; who came by themselves have none."""
    if provider is None:
        return "self-referred"
    return provider_short(provider)


def urgency(owed: Obligation, now: datetime) -> tuple[str, str, Role]:
    """Mark, words and role for how an obligation stands."""
    to_limit = (owed.limit_at - now).total_seconds() / 3600
    if owed.state == "waived":
        return "w", "waived", "dim"
    if owed.status == "met":
        return "✓", "sent", "good"
    if owed.status == "overdue":
        return "!", f"OVERDUE {span(to_limit)}", "bad"
    if owed.status == "late_soon":
        return "~", f"{span(to_limit)} left", "warn"
    if group_of(owed, now) == "closing":
        return "·", "send today", "warn"
    return "·", f"due in {span((owed.target_at - now).total_seconds() / 3600)}", ""


STATES = {"drafted": "drafted", "signed": "signed", "failed": "FAILED", "called": "called"}


def how(owed: Obligation) -> tuple[str, Role]:
    """How far it is and how the provider wants it, or what is missing before anything may be sent."""
    if owed.blocked_by:
        return "no release" if owed.blocked_by == "consent_on" else owed.blocked_by, "warn"
    done = STATES.get(owed.state, "")
    wish = (
        "secure mail"
        if owed.method == "secure_email"
        else METHODS.get(owed.method or "", "no wish")
    )
    role: Role = "good" if done else ""
    return f"{done} {wish}".strip(), "bad" if owed.state == "failed" else role


def between(
    mark: str,
    state: str,
    role: Role,
    client: str,
    what: str,
    provider: str,
    width: int,
    beside: Span = ("", ""),
) -> Line:
    """One row of what is between us and a provider: how it stands, about whom, what, to whom, and a word beside it."""
    roomy = max(0, width - 80)
    names = 16 + min(10, roomy // 4)
    kinds = 19 + min(5, roomy // 8)
    providers = 12 + min(8, roomy // 6)
    if width < 74:  # how it stands goes before to whom: help and the letter name the provider
        names, providers = 14, 0
        kinds = width - 22 - names - 12
    line: Line = [
        (f" {mark} ", role),
        (fit(state, 15), role),
        (fit(client, names), "strong"),
        (" ", ""),
        (fit(what, kinds), ""),
        (" ", ""),
    ]
    if providers:
        line += [(fit(provider, providers), ""), (" ", "")]
    return [*line, (fit(beside[0], min(24, width - 1 - length(line))), beside[1])]


def obligation_line(owed: Obligation, practice: Practice, now: datetime, width: int) -> Line:
    """One row of what is owed."""
    client = practice.clients.get(owed.client_id)
    to = provider_name(practice.providers.get(owed.provider_id))
    line = between(
        *urgency(owed, now), client.name if client else "-", OWED[owed.kind], to, width, how(owed)
    )
    left = width - length(line) - 1
    return [*line, (" ", ""), (fit(owed.why, left), "dim")] if left > 24 else line


def problem(client: Client, practice: Practice) -> str:
    """What this person is here for, in a few words: the referral's reason, else the first open goal."""
    referral = practice.current_episode(client.id)
    if referral is None:
        return "no referral on file"
    goal = next((g.text for g in practice.goals_of.get(referral.id, ()) if g.status == "open"), "")
    parts = [part for part in (referral.reason, goal) if part]
    return "; ".join(parts)


def referral_words(referral: Referral | None, practice: Practice, now: datetime) -> list[str]:
    """Who referred, visits used, days left: the parts that are known."""
    if referral is None:
        return ["no referral on file"]
    provider = practice.providers.get(referral.provider_id or "")
    parts = [f"referral {provider_name(provider)}" if provider else "self-referred"]
    used = visits_used(referral, practice)
    parts.append(
        f"visit {used + 1} of {referral.visits_authorised}"
        if referral.visits_authorised
        else f"{used} visits"
    )
    left = days_left(referral, local_day(now, practice.zone))
    if left is not None:
        parts.append(f"{left} d left" if left >= 0 else f"REFERRAL EXPIRED {-left} d ago")
    return parts


def client_header(client: Client, practice: Practice, now: datetime, width: int) -> list[Line]:
    """What stands over everything that concerns a client: a line who it is, and what to mind, never cut short."""
    born = client.birth_date.isoformat() if client.birth_date else "birth date not recorded"
    referral = practice.current_episode(client.id)
    words = referral_words(referral, practice, now)
    name: Line = [
        (f" {client.name.upper()}", "title"),
        (f"   {person(client, practice, now)}   {born}", "strong"),
    ]
    room = width - length(name) - 2
    while words and len("   ".join(words)) > room:
        words = words[1:]
    ended = any("EXPIRED" in w for w in words)
    first = spread(name, [("   ".join(words) + " ", "warn" if ended else "")], width)
    mind = "; ".join([*client.precautions, *(limit_words(client))])
    last = practice.last_session(client.id)
    seen = (
        f"last seen {seen_words(last.at, practice, now, width)} "
        if last and last.at
        else "first visit "
    )
    if not mind:
        return [first, spread([("", "")], [(seen, "dim")], width)]
    minded: Line = [(f" ! {mind}", "warn")]
    if length(minded) + len(seen) + APART <= width:
        return [first, spread(minded, [(seen, "dim")], width)]
    lines = [first]
    for n, piece in enumerate(wrap(mind, width - 4)):
        lines.append([(" ! " if n == 0 else "   ", "warn"), (piece, "warn")])
    return lines


def limit_words(client: Client) -> Sequence[str]:
    """A client's own limits with who said them and when."""
    made = []
    for limit in client.limits:
        said = ", ".join(
            part
            for part in (limit.said_by, f"{limit.on.day} {limit.on:%b}" if limit.on else None)
            if part
        )
        made.append(
            f"{limit.what.replace('_', ' ').upper()} limit {limit.value}"
            + (f" ({said})" if said else "")
        )
    return made
