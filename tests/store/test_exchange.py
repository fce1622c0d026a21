"""The practice can leave any day, comes back byte for byte, and never comes in by halves."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Communication, Document, Waiver
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import Client, Practitioner, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Policy, Settings
from medex_tui.domain.records.tables import KINDS
from medex_tui.domain.records.visits import Session, Vitals
from medex_tui.sample import sample_practice
from medex_tui.store import NotSaved, Saved, Store
from medex_tui.store.codec import raw_of
from medex_tui.store.exchange import ImportRefused, export_json, read_import

AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
LATER = datetime(2027, 1, 1, tzinfo=UTC)
EMPTY = Practice()


def opened(folder: Path) -> Store:
    return Store.open(
        folder / "practice.json", by="kim", host="clinic", pid=os.getpid(), create=True
    )


def records() -> list[Record]:
    return [
        Practitioner(id="u", login="kim", name="Kim"),
        Provider(id="p", name="O'Neil [L] =1+1", role="physician"),
        Client(
            id="c", given_name="\u202eJo\x1b[0m", family_name="Hicks", birth_date=date(1950, 2, 28)
        ),
        Referral(id="r", client_id="c", provider_id="p", copies_to=["p"]),
        Goal(id="g", referral_id="r", text="Stairs"),
        Session(
            id="s2", client_id="c", referral_id="r", started_at=AT, vitals=[Vitals(weight_kg=80)]
        ),
        Session(id="s1", client_id="c", note="x" * 10_000),
        Assessment(
            id="a", client_id="c", taken_at=AT, readings=[Reading(measure="tug", trials=[12, 11.5])]
        ),
        Document(id="d", kind="visit_note", client_id="c", to=["p"], about=["s1"]),
        Communication(id="m", client_id="c", provider_id="p", document_id="d", method="fax", at=AT),
        Waiver(id="w", obligation="intro_letter:s2", reason="r", by="kim", at=AT),
        Settings(id="settings", policies=[Policy(from_="2026-01-01")]),
    ]


def imported(folder: Path, data: bytes) -> Store:
    store = opened(folder)
    read = read_import(data, store.everything())
    assert isinstance(read, list), read
    assert isinstance(store.load(read, at=LATER), Saved)
    return store


def refused(data: bytes | dict[str, Any], present: Practice = EMPTY) -> list[str]:
    if isinstance(data, dict):
        data = json.dumps({"format": "medex-practice", "version": 1, **data}).encode()
    read = read_import(data, present)
    assert isinstance(read, ImportRefused)
    return [str(fault) for fault in read.faults]


def test_out_and_in_and_out_again_is_the_same_file(tmp_path: Path) -> None:
    store = opened(tmp_path / "one")
    assert isinstance(store.save(records(), at=AT), Saved)
    first = export_json(store.everything(), AT)
    second = imported(tmp_path / "two", first)
    assert export_json(second.everything(), AT) == first
    moved = export_json(second.everything(), LATER)
    stamp = b'"exported_at":"%b"'
    assert moved == first.replace(
        stamp % b"2026-11-22T14:05:00+00:00", stamp % b"2027-01-01T00:00:00+00:00"
    )
    second.close()
    assert export_json(opened(tmp_path / "two").everything(), AT) == first


def test_the_file_has_every_table_every_field_in_order(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.save(records(), at=AT)
    text = export_json(store.everything(), AT).decode()
    file = json.loads(text)
    assert list(file) == sorted(file)
    assert (file["format"], file["version"], file["exported_at"]) == (
        "medex-practice",
        1,
        "2026-11-22T14:05:00+00:00",
    )
    assert [s["id"] for s in file["sessions"]] == ["s1", "s2"]
    assert list(file["sessions"][0]) == sorted(file["sessions"][0])
    assert file["sessions"][1]["started_at"] == "2026-11-22T14:05:00+00:00"
    assert file["settings"][0]["policies"][0]["from"] == "2026-01-01"


def test_only_what_is_needed_must_be_there_and_offsets_become_utc(tmp_path: Path) -> None:
    data = {"clients": [{"id": "c", "given_name": "", "family_name": "x"}]}
    data["sessions"] = [{"id": "s", "client_id": "c", "started_at": "2026-11-22T09:05:00.7-05:00"}]  # type: ignore[dict-item]
    store = imported(
        tmp_path, json.dumps({"format": "medex-practice", "version": 1, **data}).encode()
    )
    visit = store.practice.sessions["s"]
    assert (visit.rev, visit.started_at, visit.created_at) == (1, AT, None)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON"),
        (b'{"format":', "not JSON"),
        (b'\xff\xfe{"a":1}', "not JSON"),
        (b'{"format":"medex-practice","version":1,"clients":[{"id":NaN}]}', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "not a medex export"),
        (b'{"_default":{}}', "not a medex export"),
        (b'{"format":"medex-practice"}', "version None"),
        (b'{"format":"medex-practice","version":2}', "version 2"),
    ],
)
def test_what_is_no_export_is_told_in_one_sentence(data: bytes, said: str) -> None:
    [fault] = refused(data)
    assert said in fault


def test_every_fault_is_named_by_record_and_field() -> None:
    said = refused(
        {
            "session": [],
            "sessions": [
                {"id": "ok", "client_id": "c"},
                {
                    "id": "abc",
                    "client_id": "c",
                    "started_at": "2026-11-22T09:05:00",
                    "statee": "open",
                    "state": "gone",
                },
                {
                    "id": "abc",
                    "client_id": 5,
                    "vitals": [{"sbp": -1}],
                    "exercises": [{"name": "a", "laod_kg": 1}],
                },
                {"client_id": "c", "note": 1},
                7,
            ],
            "clients": {},
        }
    )
    for part in (
        "field session: there is no such table; did you mean sessions?",
        "sessions[1] id abc: field started_at: expected datetime with an offset from UTC.",
        "sessions[1] id abc: field statee: there is no such field; did you mean state?",
        "sessions[1] id abc: field state: invalid enum value 'gone'.",
        "sessions[2] id abc: field client_id: expected str, got int.",
        "sessions[2] id abc: field vitals: [0].sbp: expected int >= 0.",
        "sessions[2] id abc: field exercises: [0].laod_kg: there is no such field; did you mean load_kg?",
        "sessions[2] id abc: field id: this id is there twice.",
        "sessions[3] id missing: field id: this field is needed.",
        "sessions[3] id missing: field note: expected str | null, got int.",
        "sessions[4] id missing: expected a record, got int.",
        "field clients: expected a list of records.",
    ):
        assert part in said
    assert len(said) == 12


def test_faults_in_fields_and_faults_between_records_are_told_together() -> None:
    file = {
        "format": "medex-practice",
        "version": 1,
        "clients": [
            {"id": "c", "family_name": 7, "given_name": ""},
            {"id": "d", "family_name": "D", "given_name": ""},
        ],
        "sessions": [
            {"id": "s", "client_id": "c", "state": "gone"},
            {"id": "t", "client_id": "nobody"},
        ],
        "settings": [{"id": "mine"}],
    }
    there = Practice([Settings(id="theirs")])
    told = read_import(json.dumps(file).encode(), there)
    assert isinstance(told, ImportRefused)
    assert [(f.record, f.field) for f in told.faults] == [
        ("clients[0] id c", "family_name"),
        ("sessions[0] id s", "state"),
        ("sessions[1] id t", "client_id"),
        ("settings[0] id mine", "id"),
    ]


def test_what_is_said_twice_is_refused_and_not_half_dropped() -> None:
    client = b'{"id":"c1","given_name":"Jo","family_name":"Hicks","phone":"1","phone":"2"}'
    file = (
        b'{"format":"medex-practice","version":1,"clients":[%b],"providers":[],"providers":[]}'
        % client
    )
    refused = read_import(file, Practice())
    assert isinstance(refused, ImportRefused)
    assert [str(one) for one in refused.faults] == [
        "id c1: field phone: this name stands twice in one object.",
        "field providers: this name stands twice in one object.",
    ]


def test_references_must_lead_somewhere_in_the_file_or_in_the_practice() -> None:
    data = {
        "referrals": [{"id": "r", "client_id": "c", "provider_id": "p", "copies_to": ["q"]}],
        "goals": [{"id": "g", "referral_id": "zz", "text": "t"}],
        "sessions": [
            {
                "id": "s",
                "client_id": "d",
                "referral_id": "r",
                "exercises": [{"name": "a", "goal_id": "h"}],
            }
        ],
        "documents": [{"id": "d", "kind": "visit_note", "to": ["x"], "about": ["s", "nothing"]}],
        "communications": [
            {"id": "m", "method": "fax", "at": "2026-11-22T14:05:00Z", "document_id": "e"}
        ],
    }
    present = Practice(
        [Client(id="c", given_name="", family_name="x"), Provider(id="p", name="x", role="nurse")]
    )
    said = refused(data, present)
    assert [fault.split(": ")[1] for fault in said] == [
        "field copies_to",
        "field referral_id",
        "field client_id",
        "field exercises",
        "field referral_id",
        "field to",
        "field about",
        "field document_id",
    ]
    assert "documents[0] id d: field about: there is no record with the id nothing." in said
    assert "sessions[0] id s: field referral_id: that referral is of another client (c)." in said


def test_the_same_file_twice_changes_nothing_and_another_version_is_refused_by_id(
    tmp_path: Path,
) -> None:
    store = opened(tmp_path)
    store.save(records(), at=AT)
    data = export_json(store.everything(), AT)
    same = read_import(data, store.everything())
    assert isinstance(same, list)
    seq = store.state.journal.seq
    assert isinstance(store.load(same, at=LATER), Saved)
    assert store.state.journal.seq == seq
    other = read_import(data.replace(b"Hicks", b"Dicks").replace(b"Stairs", b"Steps"), EMPTY)
    assert isinstance(other, list)
    outcome = store.load([*other, Client(id="new", given_name="", family_name="n")], at=LATER)
    assert isinstance(outcome, NotSaved)
    assert "clients c, goals g" in outcome.reason
    assert set(store.practice.clients) == {"c"}


WRONG = {"no": "such value"}
"""An object where a field wants something else; 7 where it wants an object."""


@pytest.mark.parametrize("table", KINDS)
def test_any_broken_field_of_any_kind_is_refused_by_record_and_field(table: str) -> None:
    practice = Practice(sample_practice(AT))
    record = raw_of(max(practice.tables[table].values(), key=lambda kept: len(str(kept))))
    for field, value in record.items():
        for wrong in (
            7 if isinstance(value, dict) and field != "reply" else WRONG,
            [[]],
            *SO_WRONG.get(field, ()),
        ):
            broken = {**record, field: wrong}
            file = {"format": "medex-practice", "version": 1, table: [broken]}
            told = read_import(json.dumps(file).encode(), practice)
            assert isinstance(told, ImportRefused), (table, field, wrong)
            where = f"{table}[0] id {'missing' if field == 'id' else record['id']}"
            assert {(f.record, f.field) for f in told.faults} == {(where, field)}, (
                field,
                wrong,
                told.faults,
            )
    for field in (f.encode_name for f in msgspec.structs.fields(KINDS[table]) if f.required):
        rest = {name: value for name, value in record.items() if name != field}
        told = read_import(
            json.dumps({"format": "medex-practice", "version": 1, table: [rest]}).encode(), practice
        )
        assert isinstance(told, ImportRefused) and [f.field for f in told.faults] == [field]


SO_WRONG: dict[str, tuple[Any, ...]] = {
    "birth_date": ("1970-02-30", "11 Feb 1970", 1970),
    "sex": ("f", ""),
    "started_at": ("2026-11-22T14:05:00", "2026-11-22", "yesterday", 1763820300),
    "taken_at": (None, "2026-11-22 14:05"),
    "at": (None, "2026-13-01T00:00:00Z"),
    "state": ("done", None),
    "status": ("gone", None),
    "role": ("doctor",),
    "method": ("pigeon", None),
    "kind": ("letter", None),
    "rev": (-1, 1.5, "1", None),
    "visits_authorised": (-1, 1.5, "12"),
    "vitals": ([{"sbp": -1}], [{"sbp": "120"}], [{"phase": "later"}], [{"sbpp": 120}], [7]),
    "exercises": ([{"name": ""}], [{"reps": 3}], [{"name": "row", "origin": "made up"}]),
    "services": ([{"code": "97110"}], [{"code": "97110", "minutes": 7.5}]),
    "readings": (
        [{"measure": "tug", "trials": ["12"]}],
        [{"trials": [1]}],
        [{"measure": "tug", "side": "left"}],
    ),
    "amendments": ([{"kind": "note", "text": "x", "at": "2026-11-22T14:05:00Z", "by": "ao"}],),
    "client_id": (7, ""),
    "obligation": ("", None),
    "reason": (7,),
    "text": ("",),
    "policies": (
        [{"preset": "meti"}],
        [{"from": "someday"}],
        [{"from": "2026-13-01"}],
        [{"from": "2026-01-01", "preset": "x"}],
    ),
    "timezone": (None, "", "Mars/Olympus", "../../etc/passwd"),
    "id": ("", None, 7),
}
"""Field -> more values that it may not hold, whatever kind it belongs to."""
