"""People and exercises are found by what is quickly typed, and two that fit are two."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medex_tui.domain.find import (
    exercise_names,
    find_clients,
    find_providers,
    fold,
    key,
    named_in_full,
    nearest,
    starter_list,
    words,
)
from medex_tui.domain.records.people import Client, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import KnownExercise, Settings
from medex_tui.domain.records.visits import Exercise, Session
from properties import examples


def exercises_named(query: str, practice: Practice) -> list[str]:
    """Names that a text means: whole spellings, else those whose words it begins."""
    names = exercise_names(practice)
    return list(names.exactly(key(query))) or names.begun(words(query))


NOW = datetime(2026, 11, 22, 15, 42, tzinfo=UTC)
PEOPLE = {
    "gina": Client(id="gina", given_name="Gina", family_name="Huber"),
    "hugo": Client(id="hugo", given_name="Hugo", family_name="Huber"),
    "jodie": Client(
        id="jodie", given_name="Jodie", family_name="Hicks", birth_date=date(1970, 2, 11)
    ),
    "twin": Client(id="twin", given_name="Jodie", family_name="Hicks", birth_date=date(1985, 7, 1)),
    "oneil": Client(id="oneil", given_name="Séan", family_name="O'Neil [L] =1+1"),
    "soren": Client(id="soren", given_name="Søren", family_name="Müller-Jörgensen"),
    "li": Client(id="li", given_name="娜", family_name="李"),
    "left": Client(id="left", given_name="Hugh", family_name="Hubbard", status="discharged"),
}
PLANS = [
    Session(id="p1", client_id="gina", planned_at=datetime(2026, 11, 22, 16, 0, tzinfo=UTC)),
    Session(id="p2", client_id="hugo", planned_at=datetime(2026, 11, 22, 16, 0, tzinfo=UTC)),
    Session(id="p3", client_id="li", planned_at=datetime(2026, 11, 22, 17, 0, tzinfo=UTC)),
    Session(id="p4", client_id="li", planned_at=datetime(2026, 11, 23, 18, 0, tzinfo=UTC)),
    Session(
        id="d1", client_id="gina", state="signed", started_at=NOW,
        exercises=[Exercise(name="Leg drive"), Exercise(name="row")],
    ),
]  # fmt: skip
OWN = Settings(
    id="settings",
    timezone="America/New_York",
    exercises=[
        KnownExercise(name="leg press", aliases=["lp"]),
        KnownExercise(name="Seated Row", aliases=["row"]),
    ],
)
PRACTICE = Practice([OWN, *PEOPLE.values(), *PLANS])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("gi hub", ["gina"]),
        ("hub gi", ["gina"]),
        ("hub", ["gina", "hugo", "left"]),
        ("HUGO", ["hugo"]),
        ("hu", ["gina", "hugo", "left"]),
        ("gh", ["gina"]),
        ("hg", ["gina"]),
        ("hicks", ["jodie", "twin"]),
        ("hicks 1985", ["twin"]),
        ("hicks 1970-02-11", ["jodie"]),
        ("Hicks, Jodie", ["jodie", "twin"]),
        ("oneil", ["oneil"]),
        ("o'neil", ["oneil"]),
        ("neil", ["oneil"]),
        ("sean", ["oneil"]),
        ("soren", ["soren"]),
        ("muller", ["soren"]),
        ("jorg mull", ["soren"]),
        ("李", ["li"]),
        ("12:00", ["li"]),
        ("11:00", ["gina", "hugo"]),
        ("13:00", []),
        ("ugo", []),
        ("hub hub", []),
        ("", []),
        ("[", []),
    ],
)
def test_clients_by_prefix_initials_birth_or_time_slot(query: str, found: list[str]) -> None:
    assert [client.id for client in find_clients(query, PRACTICE, NOW)] == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["a", "b"]),
        ("ann smi", ["a"]),
        ("DR", ["a", "b"]),
        ("s a", ["a"]),
        ("mith", []),
        ("--", []),
        ("zoe s", []),
    ],
)
def test_providers_by_the_beginnings_of_words_in_any_order(query: str, found: list[str]) -> None:
    known = [
        Provider(id="b", name="Dr Zoë Keller", role="surgeon"),
        Provider(id="a", name="Dr Ann Smith", role="physician"),
    ]
    assert [provider.id for provider in find_providers(query, Practice(known))] == found


def test_a_whole_name_is_more_than_its_beginning() -> None:
    assert named_in_full("huber gina", PEOPLE["gina"])
    assert not named_in_full("huber gi", PEOPLE["gina"])
    assert not named_in_full("huber", PEOPLE["gina"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lp", ["leg press"]),
        ("leg press", ["leg press"]),
        ("row", ["Seated Row"]),
        ("seat", ["Seated Row"]),
        ("dri", ["Leg drive"]),
        ("leg dri", ["Leg drive"]),
        ("leg dr", []),
        ("plank", ["plank"]),
        ("cat camel", ["cat-camel"]),
        ("quads", ["quadriceps stretch"]),
        ("le", ["leg extension"]),
        ("xx", []),
        ("", []),
    ],
)
def test_exercises_by_alias_then_name_then_prefix_the_practices_own_first(
    query: str, found: list[str]
) -> None:
    assert exercises_named(query, PRACTICE) == found


def test_what_the_client_did_last_settles_a_prefix() -> None:
    names = exercise_names(PRACTICE)
    assert names.begun(("stretch",), {"calf stretch"}) == ["calf stretch"]
    assert len(names.begun(("stretch",))) > 1


def test_every_starter_exercise_is_found_by_its_name_and_aliases() -> None:
    for exercise in starter_list():
        for said in (exercise.name, *exercise.aliases):
            assert exercises_named(said, Practice()) == [exercise.name]
        assert exercise.scope is not None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("sqaut", "squat"),
        ("plnk", "plank"),
        ("tredmill", "treadmill"),
        ("zumba", None),
        ("x", None),
    ],
)
def test_a_slip_is_recognised(said: str, meant: str | None) -> None:
    assert exercise_names(Practice()).nearest(said) == meant
    assert nearest("ab", ["abc"]) is None


@given(st.text(max_size=200))
@examples(200)
def test_any_query_finds_only_those_it_begins(query: str) -> None:
    for client in find_clients(query, PRACTICE, NOW):
        assert client in PEOPLE.values()
    assert fold(fold(query)) == fold(query) or not query.isascii()
    assert all(word for word in words(query))
    exercises_named(query, PRACTICE)
