"""What was closed long ago is filed: not read at every start, yet found, shown, changed and exported like the rest."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tinydb import TinyDB

from medex_tui.domain.caseload import filed, unsettled
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Communication, Document, Waiver
from medex_tui.domain.records.episodes import Goal, Referral
from medex_tui.domain.records.people import Client, Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.store import Conflict, Saved, Store
from medex_tui.store.check import check
from medex_tui.store.snapshot import ArchiveBatch, Snapshot, key_of, line_of, write_snapshot
from properties import examples

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
OLD = NOW - timedelta(days=400)


def opened(folder: Path) -> Store:
    return Store.open(
        folder / "practice.json", by="kim", host="clinic", pid=os.getpid(), create=True
    )


def episode(client: str, number: int, ended: bool) -> list[Record]:
    """An episode without a recipient, so that nothing is owed for it."""
    id = f"{client}-{number}"
    return [
        Referral(
            id=f"r-{id}",
            client_id=client,
            received_at=OLD,
            status="discharged" if ended else "open",
            discharged_at=OLD + timedelta(days=60) if ended else None,
        ),
        Goal(id=f"g-{id}", referral_id=f"r-{id}", text="Climb stairs"),
        Session(
            id=f"s-{id}",
            client_id=client,
            referral_id=f"r-{id}",
            state="signed",
            started_at=OLD,
            note="n",
        ),
        Assessment(id=f"a-{id}", client_id=client, referral_id=f"r-{id}", taken_at=OLD),
        Document(id=f"d-{id}", client_id=client, referral_id=f"r-{id}", kind="visit_note"),
        Communication(id=f"m-{id}", client_id=client, referral_id=f"r-{id}", method="fax", at=OLD),
    ]


def person(id: str) -> Client:
    return Client(id=id, given_name="Jo", family_name="Hicks")


def clinic() -> list[Record]:
    """`old` is gone, `both` came back, `new` is here, `bare` never had a referral."""
    people = [person(id) for id in ("old", "both", "new", "bare")]
    return [
        Provider(id="p", name="Dr Patel", role="physician"),
        *people,
        *episode("old", 1, True),
        *episode("both", 1, True),
        *episode("both", 2, False),
        *episode("new", 1, False),
        Session(id="s-loose", client_id="old", state="signed", started_at=OLD),
        Session(id="s-bare", client_id="bare", state="signed", started_at=OLD),
    ]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    first = opened(tmp_path)
    assert isinstance(first.save(clinic(), at=NOW), Saved)
    first.close()
    return opened(tmp_path)


def ids(practice: Practice) -> set[str]:
    return {id for table in practice.tables.values() for id in table}


def test_the_desk_holds_the_open_caseload_only(store: Store) -> None:
    desk = ids(store.practice)
    assert desk >= {"p", "both", "new", "bare", "r-both-2", "s-both-2", "s-bare"}
    assert not {id for id in desk if "old" in id or id.endswith("both-1") or id == "s-loose"}
    assert [c.id for c in store.former_clients()] == ["old"]
    assert ids(store.everything()) == {r.id for r in clinic()}
    assert ids(store.practice) == desk


def test_history_brings_back_all_of_a_client(store: Store) -> None:
    store.history("old")
    assert ids(store.practice) >= {id for id in ids(store.everything()) if "old" in id} | {
        "s-loose"
    }
    assert "r-both-1" not in store.practice.referrals
    store.history("both")
    assert {"r-both-1", "g-both-1", "m-both-1"} <= ids(store.practice)
    store.history("nobody")


def test_a_filed_record_can_be_changed_and_its_client_comes_back_with_it(
    store: Store, tmp_path: Path
) -> None:
    visit = store.everything().sessions["s-old-1"]
    assert isinstance(store.save([msgspec.structs.replace(visit, rev=0)], at=NOW), Conflict)
    outcome = store.save([msgspec.structs.replace(visit, response="late")], at=NOW)
    assert isinstance(outcome, Saved)
    assert outcome.records[0].rev == 2
    assert {"old", "r-old-1", "g-old-1", "s-loose"} <= ids(store.practice)
    store.close()
    again = opened(tmp_path)
    assert "s-old-1" not in again.practice.sessions
    assert again.everything().sessions["s-old-1"].response == "late"
    assert len(ids(again.everything())) == len(clinic())
    assert all(one.ok for one in check(tmp_path / "practice.json"))


def test_a_new_referral_brings_the_former_client_back_for_every_login(
    store: Store, tmp_path: Path
) -> None:
    lee = opened(tmp_path)
    assert "old" not in lee.practice.clients
    back = Referral(id="r-old-2", client_id="old", received_at=NOW)
    assert isinstance(store.save([back], at=NOW), Saved)
    assert lee.refresh()
    for one in (store, lee):
        assert {"old", "r-old-1", "r-old-2", "s-loose"} <= ids(one.practice)
    lee.close()
    store.close()
    third = opened(tmp_path)
    assert {"old", "r-old-2"} <= ids(third.practice)
    assert not {"r-old-1", "s-old-1"} & ids(third.practice)
    assert ids(third.everything()) == {r.id for r in clinic()} | {"r-old-2"}


def test_plain_tinydb_sees_filed_and_live_alike(store: Store, tmp_path: Path) -> None:
    store.close()
    with TinyDB(tmp_path / "practice.json") as db:
        assert {doc["id"] for doc in db.table("sessions")} == {
            r.id for r in clinic() if isinstance(r, Session)
        }
        assert db.table("clients").get(lambda doc: doc["id"] == "old")["family_name"] == "Hicks"  # type: ignore[index,call-overload]


def test_a_changed_cabinet_is_not_believed(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "practice.json"
    raw = path.read_bytes()
    os.pwrite(fd := os.open(path, os.O_RDWR), b"M", raw.index(b'"n"') + 1)
    os.close(fd)
    assert store.everything().sessions["s-old-1"].note == "n"
    assert "was changed by another program" in store.notices[0]
    assert ids(store.practice) == ids(store.everything())
    store.close()
    assert all(one.ok for one in check(path))


@pytest.mark.parametrize("id", ["g-old-1", "g-new-1", "g-another"])
def test_a_record_is_saved_right_after_another_program_wrote_over_the_file(
    store: Store, tmp_path: Path, id: str
) -> None:
    path = tmp_path / "practice.json"
    before = store.everything()
    goal = before.goals.get(id) or Goal(id=id, referral_id="r-new-1", text="Climb")
    fd = os.open(path, os.O_RDWR)
    os.pwrite(fd, b" " * path.stat().st_size, 0)
    os.close(fd)
    outcome = store.save([msgspec.structs.replace(goal, text="Walk")], at=NOW)
    assert isinstance(outcome, Saved) and outcome.records[0].rev == goal.rev + 1
    store.close()
    again = opened(tmp_path)
    assert ids(again.everything()) == ids(before) | {id}
    assert again.everything().goals[id].text == "Walk"
    again.close()
    assert all(one.ok for one in check(path))


def test_what_is_owed_unsigned_or_recent_keeps_an_episode_on_the_desk() -> None:
    records = [*episode("c", 1, True), person("c")]
    assert filed(Practice(records), NOW, ())["clients"] == {"c"}
    assert filed(Practice(records), NOW, {"r-c-1"})["referrals"] == set()
    assert filed(Practice(records), OLD + timedelta(days=100), ())["referrals"] == set()
    unsigned = Session(id="s-c-1", client_id="c", referral_id="r-c-1", state="open")
    assert filed(Practice([*records, unsigned]), NOW, ())["sessions"] == set()
    declined = Referral(id="r", client_id="c", status="declined", received_at=OLD)
    assert filed(Practice([declined, person("c")]), NOW, ())["clients"] == {"c"}


def test_a_snoozed_obligation_is_unsettled_and_one_waived_for_good_is_not() -> None:
    owed = [
        person("c"),
        Provider(id="p", name="Dr Patel", role="physician", fax="1"),
        Referral(
            id="r",
            client_id="c",
            provider_id="p",
            received_at=OLD,
            status="declined",
            consent_on=OLD.date(),
        ),
    ]
    assert unsettled(Practice(owed), NOW) == {"r"}

    def waived(until: datetime | None) -> Waiver:
        return Waiver(
            id="w", obligation="referral_ack:r", reason="x", by="kim", at=OLD, until=until
        )

    assert unsettled(Practice([*owed, waived(NOW + timedelta(days=9))]), NOW) == {"r"}
    assert unsettled(Practice([*owed, waived(None)]), NOW) == set()


KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)


@examples(60)
@given(
    st.dictionaries(KEYS, st.integers(0, 9000), max_size=25),
    st.sets(KEYS, max_size=5),
    st.data(),
)
def test_the_cabinet_finds_every_record_and_no_other_through_any_edits(
    sizes: dict[str, int], strangers: set[str], data: st.DataObject
) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.json"
        kept = {
            id: msgspec.json.encode({"id": id, "note": "x" * size}) for id, size in sizes.items()
        }
        numbers = {
            id: n for n, id in enumerate(random.Random(1).sample(sorted(sizes), len(sizes)), 1)
        }
        lines = {key_of(id): line_of(numbers[id], doc) for id, doc in kept.items()}
        base = written(path, None, dict(lines), [], len(kept))
        gone = (
            set(data.draw(st.lists(st.sampled_from(sorted(kept)), unique=True))) if kept else set()
        )
        added = strangers - kept.keys()
        for n, id in enumerate(sorted(added), 100):
            numbers[id], kept[id] = n, msgspec.json.encode({"id": id})
        edits: dict[bytes, bytes | None] = {key_of(id): None for id in gone}
        edits |= {key_of(id): line_of(numbers[id], kept[id]) for id in added}
        live = [line_of(999, b'{"id":"live"}')] if data.draw(st.booleans()) else []
        left = kept.keys() - gone
        final = written(Path(folder) / "t.json", base, edits, live, len(left) + len(live))
        final = written(path, final, {}, live, len(left) + len(live))
        for id in kept | dict.fromkeys(strangers):
            found = final.find("t", key_of(id))
            assert (found.document if found else None) == (kept[id] if id in left else None)
        assert {one.doc_id for one in final.search("t", b"")} == {numbers[id] for id in left}
        assert final.seal_holds()
        with TinyDB(path) as db:
            assert len(db.table("t")) == len(left) + len(live)
        final.close()


def written(
    path: Path,
    base: Snapshot | None,
    edits: dict[bytes, bytes | None],
    live: list[bytes],
    count: int,
) -> Snapshot:
    beside = path.with_suffix(".new")
    place = {"seq": 1, "chain": "0" * 64, "segment": 1, "offset": 0}
    assert (
        write_snapshot(beside, base, {"t": ArchiveBatch(edits, live, count, 1)}, **place, at=NOW)
        is None
    )  # type: ignore[arg-type]
    beside.replace(path)
    if base:
        base.close()
    return Snapshot(path)


def test_a_snapshot_that_would_lose_a_document_is_not_put_in_place(
    store: Store, tmp_path: Path
) -> None:
    before = (tmp_path / "practice.json").read_bytes()
    assert isinstance(store.save([person("more")], at=NOW), Saved)
    store.state.count["clients"] += 1
    store.close()
    assert "would not hold as many records" in store.notices[-1]
    assert (tmp_path / "practice.json").read_bytes() == before
    assert "more" in opened(tmp_path).practice.clients
