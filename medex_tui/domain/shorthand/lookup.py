"""Reference data of the lines: clients, service codes and symptoms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache

from msgspec import Struct

from medex_tui.domain import catalogue
from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.find import (
    BORN,
    SLOT,
    NameIndex,
    Spelling,
    find_clients,
    named_in_full,
    nearest_name,
)
from medex_tui.domain.language.problem import Problem
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.domain.safety.rules import reportable
from medex_tui.domain.shorthand.scan import ScannedWord

BEGIN = "Begin with the client: letters of the name, initials, or the time of the visit."
CLIENT_WORDS = 6
"""The most words a client is named in: names of several words, and a birth date."""


class _Code(Struct, frozen=True):
    code: str
    phrase: str


@cache
def codes() -> Mapping[str, str]:
    """Service code -> our own short phrase."""
    return {each.code: each.phrase for each in catalogue.read("codes.json", list[_Code])}


@cache
def symptoms() -> Mapping[str, str]:
    """Rule id of what a client may report -> its label."""
    return reportable()


@cache
def symptom_names() -> NameIndex:
    """Symptom rules by id, and by the plain words people say."""
    said = catalogue.read("symptom_words.json", dict[str, list[str]])
    return NameIndex(
        [Spelling(each, each.replace("_", " ")) for each in symptoms()]
        + [
            Spelling(each, word, 0, True)
            for each, known in said.items()
            if each in symptoms()
            for word in known
        ]
    )


def client_in(
    line: Sequence[ScannedWord], practice: Practice, now: datetime, is_item: Callable[[int], bool]
) -> tuple[int, list[Client], Problem | None]:
    """The client that the first words of a line name: word count, candidates, problem.

    The longest run of words that fits one client only. `is_item(at)` tells whether a word reads as
    something else than more of the name; a birth year or date is always more of it.
    """
    if (
        not line
        or line[0].text[:1] in "=@!;&"
        or (line[0].text[:1].isdigit() and not SLOT.match(line[0].text))
    ):
        start, end = (line[0].start, line[0].end) if line else (0, 0)
        return 0, [], Problem(start, end, BEGIN)
    runs: list[tuple[int, list[Client]]] = []
    for count in range(1, min(CLIENT_WORDS, len(line)) + 1):
        last = line[count - 1].text
        if count > 1 and (
            (is_item(count - 1) and not BORN.match(last)) or line[0].text[:1].isdigit()
        ):
            break
        said = " ".join(word.text for word in line[:count])
        found = find_clients(said, practice, now)
        full = [each for each in found if named_in_full(said, each)]
        runs.append((count, full if len(full) == 1 else found))
        if not found:
            if count > 1 and BORN.match(last):
                return _born_otherwise(line[: count - 1], line[count - 1], runs[-2][1])
            break
    for count, found in reversed(runs):
        if len(found) == 1:
            return count, found, None
    count, found = next(((count, found) for count, found in reversed(runs) if found), (1, []))
    said = " ".join(word.text for word in line[:count])
    if not found:
        return 1, [], _nobody(line[0], practice)
    listed = "; ".join(f"{c.name} {c.birth_date or ''}".rstrip() for c in found[:5]) + (
        "; ..." if len(found) > 5 else ""
    )
    return (
        count,
        found,
        Problem(line[0].start, line[count - 1].end, f"`{said}` can be {listed}: type more."),
    )


def _nobody(word: ScannedWord, practice: Practice) -> Problem:
    """Why the first word names no client."""
    if SLOT.match(word.text):
        return word.problem(
            f"Nobody has an unlogged visit at {word.text} today; type letters of the name."
        )
    return word.problem(
        f"No client is found for `{word.text}`; type letters of the name or initials.",
        nearest_name(word.text, practice),
    )


def _born_otherwise(
    name: Sequence[ScannedWord], born: ScannedWord, found: Sequence[Client]
) -> tuple[int, list[Client], Problem]:
    """A name that fits with a birth date that does not: perhaps the wrong person."""
    said = " ".join(word.text for word in name)
    known = "; ".join(f"{c.name} {c.birth_date or '(no birth date on file)'}" for c in found[:5])
    message = f"Nobody found for `{said}` was born {born.text}: {known}."
    return len(name) + 1, list(found), Problem(name[0].start, born.end, message)


def planned_on(practice: Practice, client_id: str, at: datetime) -> list[Session]:
    """A client's planned and still unlogged visits on the local day of an instant."""
    day = local_day(at, practice.zone)
    return [
        session
        for session in practice.sessions_of.get(client_id, ())
        if session.state == "planned"
        and session.planned_at
        and local_day(session.planned_at, practice.zone) == day
    ]


def planned_nearest(practice: Practice, client_id: str, at: datetime) -> Session | None:
    """The planned visit of that day nearest in time, which the entry fills; else None."""
    visits = planned_on(practice, client_id, at)
    return min(visits, key=lambda s: abs((s.planned_at or at) - at), default=None)
