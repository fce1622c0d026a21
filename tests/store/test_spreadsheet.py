"""A table of another program becomes records by a map; every fault of it is named; ours leaves without a formula."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from medex_tui.domain.records.base import Record
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.tables import KINDS
from medex_tui.domain.records.visits import Session
from medex_tui.sample import sample_practice
from medex_tui.store.exchange import ImportRefused
from medex_tui.store.spreadsheet import (
    CellPlace,
    ColumnMap,
    export_csv,
    plain_map,
    read_csv,
    read_map,
)

NOW = datetime(2026, 11, 22, 15, 42, tzinfo=UTC)
THERE = Practice(
    [
        Client(id="c1", given_name="Jo", family_name="Hicks"),
        Client(id="c2", given_name="Al", family_name="Ito"),
        Client(id="c3", given_name="Al", family_name="Ito"),
        Provider(id="p1", name="Dr Esther Osei", role="physician"),
    ]
)


def place() -> CellPlace:
    numbers = count(1)
    return CellPlace(THERE, NOW, ZoneInfo("America/New_York"), lambda: f"new-{next(numbers)}")


def read(text: str, table: str, **given: object) -> list[Record]:
    found = read_csv(text.encode(), ColumnMap(table, **given), place())  # type: ignore[arg-type]
    assert not isinstance(found, ImportRefused), found
    return found[0]


def told(text: str | bytes, table: str, **given: object) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    found = read_csv(data, ColumnMap(table, **given), place())  # type: ignore[arg-type]
    assert isinstance(found, ImportRefused), found
    return [str(fault) for fault in found.faults]


def test_cells_become_values_of_their_fields() -> None:
    (made,) = read(
        "client_id,provider_id,received_at,signed_on,names_met,visits_authorised,diagnoses,copies_to,status\n"
        '"Hicks, Jo",dr esther osei,2026-11-20 14:00,11 Nov 2026,yes,12,"[{""icd10"": ""M54.50""}]",p1;p1,Open\n',
        "referrals",
    )
    assert isinstance(made, Referral)
    assert (made.client_id, made.provider_id, made.copies_to) == ("c1", "p1", ["p1", "p1"])
    assert made.received_at == datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
    assert (str(made.signed_on), made.names_met, made.visits_authorised, made.status) == (
        "2026-11-11",
        True,
        12,
        "open",
    )
    assert made.diagnoses[0].icd10 == "M54.50" and (made.id, made.status) == ("new-1", "open")


def test_a_map_names_columns_words_and_the_form_of_dates() -> None:
    by = read_map(
        b'table = "clients"\ndates = "%d.%m.%Y"\n[columns]\nName = "family_name"\nBorn = "birth_date"\nG = "sex"\n'
        b'[values.sex]\nweiblich = "F"\n'
    )
    assert isinstance(by, ColumnMap)
    found = read_csv(
        "\ufeffName;Born;G;Locker\nM\u00fcller;14.03.1952;weiblich;7\n;;;\n".encode(), by, place()
    )
    assert not isinstance(found, ImportRefused)
    (made,), passed_over = found
    assert isinstance(made, Client)
    assert (made.family_name, str(made.birth_date), made.sex, passed_over) == (
        "M\u00fcller",
        "1952-03-14",
        "F",
        ["Locker"],
    )


@pytest.mark.parametrize(
    ("text", "table", "said"),
    [
        ("client_id\nnobody\n", "sessions", "no client is called `nobody` here"),
        ('client_id\n"Ito, Al"\n', "sessions", "2 clients are called `Ito, Al` here"),
        ("client_id,planned_at\nc1,someday\n", "sessions", "field planned_at"),
        ("client_id,planned_at\nc1,2026-11-01 01:30\n", "sessions", "comes twice"),
        ("client_id,names_met\nc1,maybe\n", "referrals", "neither yes nor no"),
        ("client_id,visits_authorised\nc1,many\n", "referrals", "is not a number"),
        ("client_id,vitals\nc1,[oops\n", "sessions", "the cell is not JSON"),
        ("family_name,sex\nX,female\n", "clients", "field sex"),
        ("given_name\nX\n", "clients", "field family_name: this field is needed"),
        ("id,family_name\na,X\na,Y\n", "clients", "this id is there twice"),
        ("family_name\nX,Y\n", "clients", "it has 2 cells under 1 headings"),
        ("family_name,family_name\nX,Y\n", "clients", "this column is there twice"),
        ("surname\nX\n", "clients", "no column is a field of clients"),
        ("", "clients", "the file is empty"),
        ('a"b"\n"c"d\n', "clients", "the file is not a CSV table"),
    ],
)
def test_what_is_wrong_is_named_by_row_and_field(text: str, table: str, said: str) -> None:
    faults = told(text, table)
    assert any(said in fault for fault in faults), faults


def test_references_between_rows_and_bytes_that_are_no_text_are_told() -> None:
    assert "save it as CSV UTF-8" in told(b"\xff\xfe", "clients")[0]
    other = told("text,referral_id\nStairs,r9\n", "goals")
    assert "no referral is called `r9` here" in other[0]
    wrong = told(
        "Born\n1.1.1990\n",
        "clients",
        columns={"Born": "birth_date", "Name": "family_name"},
        dates="%d.%m.%Y",
    )
    assert wrong == ["heading: field Name: the file has no such column."]
    assert (
        "is no date written"
        in told("family_name,birth_date\nX,1990\n", "clients", dates="%d.%m.%Y")[0]
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"table = ", "it cannot be read"),
        (b'table = "people"', "there is no table people; did you mean clients?"),
        (b'table = "clients"\n[columns]\nA = "surname"\n', "no such field of clients: surname"),
        (b'table = "clients"\n[columns]\nA = "phone"\nB = "phone"\n', "two columns go to phone"),
        (b'table = "clients"\nday = "x"', "it cannot be read"),
    ],
)
def test_a_faulty_map_is_told(data: bytes, said: str) -> None:
    found = read_map(data)
    assert isinstance(found, ImportRefused)
    assert said.split("; did")[0] in str(found.faults[0])


def test_every_table_leaves_and_a_plain_one_comes_back() -> None:
    practice = Practice(sample_practice(NOW))
    for table, kind in KINDS.items():
        rows = list(
            csv.DictReader(io.StringIO(export_csv(practice.tables[table].values(), kind).decode()))
        )
        assert [row["id"] for row in rows] == sorted(practice.tables[table])
    by = plain_map("sessions")
    assert isinstance(by, ColumnMap)
    data = export_csv(practice.sessions.values(), Session)
    found = read_csv(data, by, CellPlace(practice, NOW, practice.zone, lambda: "new"))
    assert not isinstance(found, ImportRefused), found.faults[:3]
    assert {r.id for r in found[0]} == set(practice.sessions)
    assert [r for r in found[0] if r != practice.sessions[r.id]] == []
