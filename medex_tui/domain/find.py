"""Search of people and exercises by prefixes of words, initials, aliases and time slots.

Case, accents, apostrophes and hyphens do not matter. Two matches are two results: the caller
decides. Indexes are built once for a practice and kept as long as it exists.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import TypeVar
from weakref import WeakKeyDictionary

from msgspec import Struct

from medex_tui.domain.catalogue import read
from medex_tui.domain.dates.clock import local_day
from medex_tui.domain.records.people import Client, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import KnownExercise
from medex_tui.domain.records.visits import Session

T = TypeVar("T")

SHORTEST_PREFIX = 3
"""Letters that a word needs to stand for a longer one of an exercise or a measure."""

_UNDECOMPOSED = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "'": "",
        "’": "",
        "ʼ": "",
    }
)
_WORD = re.compile(r"[^\W_]+")
SLOT = re.compile(r"(\d{1,2}):(\d\d)\Z", re.ASCII)
BORN = re.compile(r"\d{4}(-\d\d-\d\d)?\Z", re.ASCII)


def per_practice(build: Callable[[Practice], T]) -> Callable[[Practice], T]:
    """Cache a value derived from a practice for as long as the practice exists."""
    kept: WeakKeyDictionary[Practice, T] = WeakKeyDictionary()

    def derived(practice: Practice) -> T:
        found = kept.get(practice)
        if found is None:
            found = kept[practice] = build(practice)
        return found

    return derived


@cache
def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_UNDECOMPOSED)


def fold(text: str) -> str:
    """Text for comparison: lower case, without accents and apostrophes."""
    if text.isascii():
        return text.lower().replace("'", "")
    return _folded(text) if len(text) < 100 else _folded.__wrapped__(text)


def words(text: str) -> tuple[str, ...]:
    """The words of a text for comparison."""
    return tuple(_WORD.findall(fold(text)))


def key(text: str) -> str:
    """What two spellings of one name have in common; never empty for a text that is not."""
    return " ".join(words(text)) or text.casefold().strip()


class Spelling(Struct, frozen=True):
    """One way to spell a name.

    A lower `tier` counts first; an alias is matched whole, a name by prefixes too.
    """

    name: str
    text: str
    tier: int = 0
    alias: bool = False


class NameIndex:
    """Names with aliases, found exactly or by unique prefix."""

    def __init__(self, spellings: Iterable[Spelling]) -> None:
        self.canonical: dict[str, str] = {}
        """Key of a name -> the name, as the first list that has it spells it."""
        self.said: dict[str, list[str]] = {}
        """Name -> its aliases, for completion."""
        self.tier: dict[str, int] = {}
        """Name -> the first list that has it."""
        self.exact: dict[str, tuple[tuple[int, bool], dict[str, None]]] = {}
        starts: set[tuple[str, int, str, tuple[str, ...]]] = set()
        for spelling in spellings:
            name = self.canonical.setdefault(key(spelling.name), spelling.name)
            self.said.setdefault(name, [])
            self.tier[name] = min(self.tier.get(name, spelling.tier), spelling.tier)
            if spelling.alias and spelling.text not in self.said[name]:
                self.said[name].append(spelling.text)
            rank = (spelling.tier, not spelling.alias)
            kept = self.exact.get(key(spelling.text))
            if kept is None or rank < kept[0]:
                self.exact[key(spelling.text)] = (rank, {name: None})
            elif rank == kept[0]:
                kept[1][name] = None
            if not spelling.alias:
                parts = words(spelling.text)
                starts.update((word, spelling.tier, name, parts) for word in parts)
        self.starts = sorted(starts)
        self.nearby: dict[str, str | None] = {}

    def exactly(self, said: str) -> tuple[str, ...]:
        """The names that a text spells in full: aliases before names, lower tiers first."""
        found = self.exact.get(said)
        return tuple(found[1]) if found else ()

    def begun(self, said: Sequence[str], prefer: Collection[str] = ()) -> list[str]:
        """Names whose words the given ones begin, in order; those of the first tier with any.

        Names in `prefer` decide where exactly one of them matches.
        """
        tiers = self.beginning(said)
        preferred = {name for found in tiers.values() for name in found if name in prefer}
        if len(preferred) == 1:
            return list(preferred)
        return tiers[min(tiers)] if tiers else []

    def beginning(
        self, said: Sequence[str], shortest: int = SHORTEST_PREFIX
    ) -> dict[int, list[str]]:
        """Tier -> names whose words the given ones begin, each of `shortest` letters or whole."""
        tiers: dict[int, dict[str, None]] = {}
        if not said or (len(said) == 1 and len(said[0]) < shortest):
            return {}
        at = bisect_left(self.starts, (said[0],))
        while at < len(self.starts) and self.starts[at][0].startswith(said[0]):
            _, tier, name, parts = self.starts[at]
            at += 1
            if _in_order(said, parts, shortest):
                tiers.setdefault(tier, {})[name] = None
        return {tier: list(found) for tier, found in tiers.items()}

    def nearest(self, said: str) -> str | None:
        """The known spelling closest to a mistyped one, if any is close."""
        if said not in self.nearby:
            self.nearby[said] = nearest(said, self.exact)
        return self.nearby[said]


def _in_order(said: Sequence[str], parts: Sequence[str], shortest: int) -> bool:
    at = 0
    for word in said:
        while at < len(parts) and not (
            parts[at] == word or (len(word) >= shortest and parts[at].startswith(word))
        ):
            at += 1
        if at == len(parts):
            return False
        at += 1
    return True


def nearest(said: str, known: Iterable[str]) -> str | None:
    """The known text with the fewest typos from a given one, if any is close."""
    if not 3 <= len(said) <= 40:
        return None
    allowed = 1 if len(said) < 5 else 2
    best: tuple[int, str] | None = None
    letters = set(said)
    for candidate in known:
        if abs(len(candidate) - len(said)) > allowed or len(letters ^ set(candidate)) > 2 * allowed:
            continue
        made = slips(said, candidate)
        if made <= allowed and (best is None or (made, candidate) < best):
            best = (made, candidate)
    return best[1] if best else None


def slips(a: str, b: str) -> int:
    """Number of typos between two texts: optimal string alignment distance."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, last, row = row, before, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]


# People ---------------------------------------------------------------------------------------


class _Person(Struct, frozen=True):
    client: Client
    family: tuple[str, ...]
    given: tuple[str, ...]
    initials: frozenset[str]
    order: tuple[bool, str]


def _name_words(name: str) -> tuple[str, ...]:
    """The words of a name, with and without its apostrophe: O'Neil is oneil and neil."""
    apart = tuple(_WORD.findall(fold(re.sub("['’ʼ]", " ", name))))
    return tuple(dict.fromkeys(words(name) + apart))


def _person(client: Client) -> _Person:
    family, given = words(client.family_name), words(client.given_name)
    initials = {a[0] + b[0] for a in family[:1] for b in given[:1]} | {
        b[0] + a[0] for a in family[:1] for b in given[:1]
    }
    every = "".join(word[0] for word in given + family)
    return _Person(
        client,
        _name_words(client.family_name),
        _name_words(client.given_name),
        frozenset(initials | ({every} if len(every) > 2 else set())),
        (client.status == "discharged", key(client.name) + " " + client.id),
    )


class _People:
    def __init__(self, practice: Practice) -> None:
        people = [_person(client) for client in practice.clients.values()]
        self.by_id = {person.client.id: person for person in people}
        self.starts = sorted((w, p.client.id) for p in people for w in set(p.family + p.given))
        self.initials: dict[str, list[_Person]] = {}
        for person in people:
            for letters in person.initials:
                self.initials.setdefault(letters, []).append(person)

    def starting(self, word: str) -> Iterable[_Person]:
        at = bisect_left(self.starts, (word,))
        while at < len(self.starts) and self.starts[at][0].startswith(word):
            yield self.by_id[self.starts[at][1]]
            at += 1


_people = per_practice(_People)


def _fits(said: Sequence[str], person: _Person) -> int | None:
    """How well words fit a name, 0 best; None where one of them begins no word of it."""
    free = list(person.family) + list(person.given)
    cost = 0
    for at, word in enumerate(said):
        if word in free:
            taken = word
        else:
            taken = next((each for each in free if each.startswith(word)), "")
            if not taken:
                return None
            cost += 1
        if at == 0 and taken not in person.family:
            cost += 2
        free.remove(taken)
    return cost


def find_clients(query: str, practice: Practice, now: datetime) -> list[Client]:
    """Clients that a text can mean, best first; discharged ones last.

    By prefixes of name words in any order, initials, a birth year or date among them, or a time
    slot of today's plan (`11:00`).
    """
    if slot := SLOT.match(query.strip()):
        return _at_slot(practice, now, int(slot[1]), int(slot[2]))
    people = _people(practice)
    parts = query.split()
    born = [part for part in parts if BORN.match(part)]
    said = words(" ".join(part for part in parts if not BORN.match(part)))
    found: dict[str, tuple[int, bool, str]] = {}
    if said:
        longest = max(said, key=len)
        for person in people.starting(longest):
            cost = _fits(said, person)
            if cost is not None:
                found[person.client.id] = (cost, *person.order)
        if len(said) == 1 and len(said[0]) in (2, 3, 4):
            for person in people.initials.get(said[0], ()):
                found.setdefault(person.client.id, (9, *person.order))
    ranked = [people.by_id[each].client for each in sorted(found, key=lambda each: found[each])]
    return [
        c
        for c in ranked
        if all((c.birth_date.isoformat() if c.birth_date else "").startswith(b) for b in born)
    ]


def nearest_name(said: str, practice: Practice) -> str | None:
    """The word of a client's name closest to a mistyped one, if any is close."""
    return nearest(fold(said), (word for word, _ in _people(practice).starts))


def named_in_full(query: str, client: Client) -> bool:
    """Whether the words are a client's whole name: it tells Smith from Smithson."""
    said = sorted(word for part in query.split() if not BORN.match(part) for word in words(part))
    return len(said) > 1 and said == sorted(words(client.family_name) + words(client.given_name))


def _at_slot(practice: Practice, now: datetime, hour: int, minute: int) -> list[Client]:
    today = local_day(now, practice.zone)
    found: dict[str, Client] = {}
    for session in practice.counted(Session):
        planned = session.planned_at and session.planned_at.astimezone(practice.zone)
        if (
            planned
            and session.state in ("planned", "open")
            and (planned.date(), planned.hour, planned.minute) == (today, hour, minute)
            and session.client_id in practice.clients
        ):
            found[session.client_id] = practice.clients[session.client_id]
    return sorted(found.values(), key=lambda client: (key(client.name), client.id))


def find_providers(query: str, practice: Practice) -> list[Provider]:
    """Providers whose name has a word for each word of the query, by name; all for none."""
    said = words(query)
    if query.strip() and not said:
        return []
    known = sorted(practice.providers.values(), key=lambda p: (p.name, p.id))
    return [
        p
        for p in known
        if all(any(word.startswith(begun) for word in words(p.name)) for begun in said)
    ]


def provider_labels(practice: Practice) -> dict[str, str]:
    """Id -> name; with the organization or id behind it where others have the name too."""
    everyone = practice.providers.values()
    names = Counter(p.name for p in everyone)
    places = Counter((p.name, p.organisation) for p in everyone)

    def label(one: Provider) -> str:
        if names[one.name] == 1:
            return one.name
        alone = one.organisation and places[one.name, one.organisation] == 1
        return f"{one.name} ({one.organisation if alone else one.id})"

    return {one.id: label(one) for one in everyone}


# Exercises ------------------------------------------------------------------------------------


@cache
def starter_list() -> tuple[KnownExercise, ...]:
    """The exercises that every practice can name before it has a list of its own."""
    return tuple(read("exercises.json", list[KnownExercise]))


def _spellings(practice: Practice) -> Iterable[Spelling]:
    for tier, known in ((0, practice.settings.exercises), (2, starter_list())):
        for exercise in known:
            yield Spelling(exercise.name, exercise.name, tier)
            yield from (Spelling(exercise.name, alias, tier, True) for alias in exercise.aliases)
        if tier == 0:
            used = {
                exercise.name
                for session in practice.counted(Session)
                for exercise in session.exercises
            }
            yield from (Spelling(name, name, 1) for name in sorted(used))


exercise_names: Callable[[Practice], NameIndex] = per_practice(
    lambda practice: NameIndex(_spellings(practice))
)
"""Exercises that a practice can name: its own list, names used earlier, the starter list."""
