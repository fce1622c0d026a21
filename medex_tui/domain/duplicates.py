"""Records on file that a new one may repeat: the same person, the same provider."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from medex_tui.domain.find import fold
from medex_tui.domain.records.people import Client, Provider
from medex_tui.domain.records.practice import Practice

T = TypeVar("T", Client, Provider)

LEAST_DIGITS = 7
"""Digits of a telephone number at least, without an extension."""


def same_person(client: Client, practice: Practice) -> list[tuple[Client, str]]:
    """Clients on file who may be this new one, each with the reason, the likeliest first."""
    return _similar(
        (other, _client_reason(client, other))
        for other in practice.clients.values()
        if other.id != client.id
    )


def similar_providers(provider: Provider, practice: Practice) -> list[tuple[Provider, str]]:
    """Providers on file who may be this new one, each with the reason, the likeliest first."""
    return _similar(
        (other, _provider_reason(provider, other))
        for other in practice.providers.values()
        if other.id != provider.id
    )


REASONS = (
    "same name and birth date",
    "same name",
    "same birth date and last name",
    "same birth date and first name",
    "same phone number",
    "same fax number",
    "same Direct address",
)
"""Every reason, the likeliest duplicate first."""


def _similar(pairs: Iterable[tuple[T, str]]) -> list[tuple[T, str]]:
    """The pairs with a reason, the likeliest duplicate first."""
    return sorted((pair for pair in pairs if pair[1]), key=lambda pair: REASONS.index(pair[1]))


def _client_reason(a: Client, b: Client) -> str:
    """Why two charts may be of one person; empty where nothing says so."""
    last = fold(a.family_name) == fold(b.family_name)
    first = fold(a.given_name) == fold(b.given_name)
    swapped = (fold(a.family_name), fold(a.given_name)) == (fold(b.given_name), fold(b.family_name))
    born = a.birth_date is not None and a.birth_date == b.birth_date
    if (last and first) or swapped:
        return "same name and birth date" if born else "same name"
    if born and (last or first):
        return f"same birth date and {'last' if last else 'first'} name"
    return "same phone number" if _same_number(a.phone, b.phone) else ""


def _provider_reason(a: Provider, b: Provider) -> str:
    """Why two entries may be of one provider; empty where nothing says so."""
    if _plain_name(a.name) == _plain_name(b.name):
        return "same name"
    if _same_number(a.fax, b.fax):
        return "same fax number"
    if a.direct_address and b.direct_address and fold(a.direct_address) == fold(b.direct_address):
        return "same Direct address"
    return ""


def _plain_name(name: str) -> str:
    """A name without title and credentials: `Dr. Anil Patel, MD` as `anil patel`."""
    words = fold(name.split(",")[0]).replace(".", " ").split()
    return " ".join(word for word in words if word not in ("dr", "doctor", "prof", "md", "do"))


def _same_number(a: str | None, b: str | None) -> bool:
    """Whether two telephone numbers have the same digits, a leading country code 1 aside."""
    digits = ["".join(char for char in text or "" if char.isdigit()) for text in (a, b)]
    first, second = (
        number[1:] if len(number) == 11 and number[0] == "1" else number for number in digits
    )
    return len(first) >= LEAST_DIGITS and first == second
