"""Completion of the word under the cursor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from medex_tui.domain.dates.clock import spoken
from medex_tui.domain.find import (
    NameIndex,
    exercise_names,
    find_clients,
    key,
    named_in_full,
    words,
)
from medex_tui.domain.measures import catalogue
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.shorthand.lookup import codes, symptom_names, symptoms
from medex_tui.domain.shorthand.measures import measure_names
from medex_tui.domain.shorthand.note_parts import LABELS, PROGRESS
from medex_tui.domain.shorthand.repeat import likely_next
from medex_tui.domain.shorthand.scan import ScannedWord, scan, unreadable
from medex_tui.domain.shorthand.session import read_session
from medex_tui.domain.shorthand.write import exercise_text, written_exercise

MOST = 12
"""Offers at a time."""


class Completion(Struct, frozen=True):
    """Put `text` in place of characters `start` to `end`; `meaning` says what it stands for."""

    start: int
    end: int
    text: str
    meaning: str


def complete(
    text: str, cursor: int, *, practice: Practice, now: datetime, client: Client | None = None
) -> list[Completion]:
    """Offers for the word before the cursor of a session line.

    A client, exercise, code, symptom, label or snippet. Where no word is begun: what the most
    similar earlier session held beyond the line, marked as carried.
    """
    if unreadable(text):
        return []
    line = scan(text)
    if line.note_start is not None and cursor >= line.note_start:
        return _labels(text, line.note_start, cursor) or _snippets(
            text, line.note_start, cursor, practice
        )
    word = _under(line.words, cursor)
    if client is None and _first(line.words, word, cursor):
        return _clients(word or ScannedWord(cursor, cursor, ""), practice, now)
    if word is None:
        return _usual_next(text, cursor, practice, now, client)
    said = word.text[: cursor - word.start]
    if said[:1] == "!":
        found = _begun(symptom_names(), said[1:])
        return [Completion(word.start, word.end, f"!{id}", symptoms()[id]) for id in found]
    if said[:1].isdigit():
        known = [
            (code, phrase)
            for code, phrase in codes().items()
            if code.lower().startswith(said.lower())
        ]
        return [
            Completion(word.start, word.end, f"{code}:", phrase) for code, phrase in known[:MOST]
        ]
    mark = said[:1] if said[:1] in ("-", "+") else ""
    names = exercise_names(practice)
    return [
        Completion(
            word.start,
            word.end,
            mark + exercise_text(name, practice),
            ", ".join(names.said.get(name, ())),
        )
        for name in _begun(names, said[len(mark) :])
    ]


def complete_assessment(
    text: str, cursor: int, *, practice: Practice, now: datetime, client: Client | None = None
) -> list[Completion]:
    """Offers for the word before the cursor of an assessment line: client, measure or snippet."""
    if unreadable(text):
        return []
    line = scan(text)
    if line.note_start is not None and cursor >= line.note_start:
        return _snippets(text, line.note_start, cursor, practice)
    word = _under(line.words, cursor)
    if client is None and _first(line.words, word, cursor):
        return _clients(word or ScannedWord(cursor, cursor, ""), practice, now)
    if word is None:
        return []
    found = _begun(measure_names(), word.text[: cursor - word.start])
    kept = catalogue().measures
    return [
        Completion(word.start, word.end, (kept[id].aliases or [id])[0], kept[id].name)
        for id in found
    ]


def _usual_next(
    text: str, cursor: int, practice: Practice, now: datetime, client: Client | None
) -> list[Completion]:
    reading = read_session(text, practice=practice, now=now, client=client)
    dropped = [item.name for item in reading.items if item.kind == "dropped"]
    found = likely_next(reading.exercises, dropped, reading.earlier)
    if found is None or not found[0].at:
        return []
    as_on = f"as on {spoken(found[0].at, practice.zone)[:-6]}"
    return [
        Completion(cursor, cursor, written_exercise(each, practice), as_on)
        for each in found[1][:MOST]
    ]


def _under(line: list[ScannedWord], cursor: int) -> ScannedWord | None:
    return next((word for word in line if word.start < cursor <= word.end), None)


def _first(line: list[ScannedWord], word: ScannedWord | None, cursor: int) -> bool:
    return word == line[0] if word and line else all(each.start >= cursor for each in line)


def _begun(names: NameIndex, said: str) -> list[str]:
    """Names that an unfinished word can become, those of the practice's own list first."""
    if not said.strip('"'):
        return []
    wanted = key(said)
    ranked = [(names.exact[wanted][0][0], name) for name in names.exactly(wanted)]
    ranked += [
        (tier, name) for tier, found in names.beginning(words(said), 1).items() for name in found
    ]
    for name, known in names.said.items():
        if any(key(alias).startswith(wanted) for alias in known):
            ranked.append((names.tier[name], name))
    return list(dict.fromkeys(name for _, name in sorted(ranked, key=lambda each: each[0])))[:MOST]


def _clients(word: ScannedWord, practice: Practice, now: datetime) -> list[Completion]:
    found = find_clients(word.text, practice, now)[:MOST] if word.text else []
    return [
        Completion(word.start, word.end, _sure_text(each, practice, now), _about(each))
        for each in found
    ]


def _about(client: Client) -> str:
    parts: Iterable[str] = (
        client.name,
        str(client.birth_date or ""),
        "" if client.status == "active" else client.status,
    )
    return "  ".join(part for part in parts if part)


def _sure_text(client: Client, practice: Practice, now: datetime) -> str:
    """The shortest way to name a client that means nobody else; at worst the family name."""
    family, given = (
        "-".join(client.family_name.lower().split()),
        "-".join(client.given_name.lower().split()),
    )
    born = client.birth_date.isoformat() if client.birth_date else ""
    for said in (family, f"{family} {given}", f"{family} {given} {born}", f"{family} {born}"):
        found = find_clients(said.strip(), practice, now)
        if [each.id for each in found] == [client.id]:
            return said.strip()
        if [each.id for each in found if named_in_full(said, each)] == [client.id]:
            return said.strip()
    return family


def _labels(text: str, start: int, cursor: int) -> list[Completion]:
    """Labels of parts, where a part begins: behind `;` or `/`; none where other text is begun."""
    part = text[start:cursor].rpartition("/")[2]
    begun = part.strip(" ").lower()
    begin = cursor - len(part.lstrip(" "))
    return [
        Completion(begin, cursor, label if label == PROGRESS else f"{label}: ", meaning)
        for label, meaning in LABELS.items()
        if label.startswith(begun)
    ][:MOST]


def _snippets(text: str, start: int, cursor: int, practice: Practice) -> list[Completion]:
    begin = max(text.rfind(" ", start, cursor), text.rfind("\n", start, cursor), start - 1) + 1
    said = text[begin:cursor]
    if said[:1] != ",":
        return []
    known = practice.settings.snippets.items()
    return [
        Completion(begin, cursor, f",{name.lstrip(',')}", body)
        for name, body in sorted(known)
        if name.lstrip(",").casefold().startswith(said[1:].casefold())
    ][:MOST]
