"""How the fields of a record are typed at the command line: each reader takes what was said and gives its value.

A value that cannot be read is refused in one sentence; the caller puts the field's name before it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from medex_tui.cli.context import CommandContext, CommandError, settled
from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.records.episodes import Diagnosis, Referral
from medex_tui.domain.records.people import Limit, Provider
from medex_tui.domain.referrals.referral import read_diagnosis

Read = Callable[[str, CommandContext], Any]
NOTHING = ("", "none", "-")
"""What clears a field."""


class RecordField(Struct, frozen=True):
    """One field as it is typed: how it is read, what it says, whether a new record is asked for it."""

    read: Read
    told: str
    asked: bool = False
    many: bool = False


def text(said: str, context: CommandContext) -> str:
    """As typed."""
    return said


def date(said: str, context: CommandContext) -> Any:
    """A day; a weekday or a date without a year is the last one."""
    from medex_tui.domain.dates.parse import read_day

    return settled(read_day(said, context.now, context.zone, "past", context.practice.month_first))


def day_to_come(said: str, context: CommandContext) -> Any:
    """A day; a weekday or a date without a year is the next one."""
    from medex_tui.domain.dates.parse import read_day

    return settled(
        read_day(said, context.now, context.zone, "future", context.practice.month_first)
    )


def past_day(said: str, context: CommandContext) -> Any:
    """A day that is not to come."""
    from medex_tui.domain.dates.parse import read_past_day

    return settled(read_past_day(said, context.now, context.zone, context.practice.month_first))


def instant(said: str, context: CommandContext) -> Any:
    """A day and time, as people say it."""
    from medex_tui.domain.dates.parse import read_when

    return settled(
        read_when(
            said, now=context.now, zone=context.zone, month_first=context.practice.month_first
        )
    )


def happened(said: str, context: CommandContext) -> Any:
    """A day and time that is not to come."""
    from medex_tui.domain.dates.parse import read_past

    return settled(
        read_past(
            said, now=context.now, zone=context.zone, month_first=context.practice.month_first
        )
    )


def whole(said: str, context: CommandContext) -> int:
    """A whole number."""
    if not said.isascii() or not said.isdigit() or len(said) > 9:
        raise CommandError(f"`{said}` is not a whole number that can be meant.")
    return int(said)


def yes_no(said: str, context: CommandContext) -> bool:
    """yes or no."""
    answers = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
    if said.lower() not in answers:
        raise CommandError(f"`{said}` is neither yes nor no.")
    return answers[said.lower()]


def number(said: str, context: CommandContext) -> float:
    """A number, with a point or a comma."""
    try:
        value = float(said.replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise CommandError(f"`{said}` is not a number.")
    return value


def episode(said: str, context: CommandContext) -> str:
    """A referral's id; of a client, the episode under way."""
    if kept := context.record(Referral, said):
        return kept.id
    client = context.client(said)
    episode = context.practice.current_episode(client.id)
    if episode is None:
        raise CommandError(
            f"{client.name} has no referral yet: `medex referral add --client {client.id}` adds one."
        )
    return episode.id


def measure(said: str, context: CommandContext) -> str:
    """The id of a measure by its name."""
    from medex_tui.domain.goals import measure_named

    found = measure_named(said)
    if isinstance(found, str):
        raise CommandError(found)
    return found.id


def one_of(*allowed: str) -> Read:
    """One of these words."""

    def read(said: str, context: CommandContext) -> str:
        wanted = next(
            (word for word in allowed if word.lower() == said.lower().replace(" ", "_")), None
        )
        if wanted is None:
            raise CommandError(f"`{said}` is none of: {', '.join(allowed)}.")
        return wanted

    return read


def client(said: str, context: CommandContext) -> str:
    """The id of a client by name, initials or id."""
    return context.client(said).id


def provider(said: str, context: CommandContext) -> str:
    """The id of a provider by words of the name, or id."""
    return provider_record(said, context).id


def diagnosis(said: str, context: CommandContext) -> Diagnosis:
    """A code and words as the provider wrote them, or words alone."""
    return settled(read_diagnosis(said))


def limit(said: str, context: CommandContext) -> Limit:
    """What, value and who said it."""
    what, _, rest = said.partition(" ")
    value, _, by = rest.strip().partition(" ")
    if not value:
        raise CommandError(
            f"`{said}` is not a limit; type what, value and who said it: bp 150/95 Dr Osei."
        )
    return Limit(
        what=what,
        value=value,
        said_by=by.strip() or None,
        on=local_day(context.now, context.zone),
        at=context.now,
    )


def provider_record(said: str, context: CommandContext) -> Provider:
    """The one provider meant, by id or words of the name."""
    from medex_tui.domain.find import find_providers

    providers = context.practice.providers
    if said in providers:
        return providers[said]
    found = find_providers(said, context.practice) if said.strip() else []
    if not found:
        raise CommandError(f"No provider is found for `{said}`: `medex provider list` shows all.")
    if len(found) > 1:
        raise CommandError(
            f"`{said}` can be {'; '.join(f'{p.name} ({p.id})' for p in found[:6])}. Type more, or the id."
        )
    return found[0]
