"""The checks name what is wrong, each on its own line."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from medex_tui.domain.records.communications import Document
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.seal import seal_of
from medex_tui.domain.records.visits import Session
from medex_tui.store import NotSaved, Saved, Store, StoreProblem
from medex_tui.store import files as files_module
from medex_tui.store import lock as lock_module
from medex_tui.store.check import check
from medex_tui.store.journal import JournalRead, chained, walk
from medex_tui.store.salvage import salvage
from medex_tui.store.sent_files import keep_sent

AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)


def opened(folder: Path) -> Store:
    return Store.open(
        folder / "practice.json", by="kim", host="clinic", pid=os.getpid(), create=True
    )


def wrong(folder: Path) -> dict[str, str]:
    return {one.name: one.detail for one in check(folder / "practice.json") if not one.ok}


def filled(folder: Path, **forged: object) -> Path:
    store = opened(folder)
    visit = Session(
        id="s", client_id="c", state="signed", started_at=AT, signed_at=AT, signed_by="kim"
    )
    visit = msgspec.structs.replace(visit, seal=seal_of(visit))
    letter = Document(
        id="d",
        kind="visit_note",
        body="text",
        sha256=hashlib.sha256(b"text").hexdigest(),
        signed_at=AT,
    )
    client = Client(id="c", given_name="", family_name="x")
    kept = [
        msgspec.structs.replace(r, **{k: v for k, v in forged.items() if k in r.__struct_fields__})
        for r in (visit, letter)
    ]
    assert isinstance(store.save([client, *kept], at=AT), Saved)
    store.close()
    return folder / "practice.json"


def test_a_sound_practice_passes_every_check(tmp_path: Path) -> None:
    filled(tmp_path)
    found = check(tmp_path / "practice.json")
    assert all(one.ok for one in found), found
    assert [one.name for one in found] == [
        "journal",
        "snapshot",
        "snapshot equals journal",
        "history",
        "records",
        "values",
        "references",
        "seals",
        "documents",
        "deadlines",
        "permissions",
        "disk",
        "space",
        "file system",
    ]
    assert not [one for one in found if "\n" in one.detail]


def test_what_others_save_while_it_looks_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path)
    calls = []

    def busy(folder: Path) -> list[JournalRead]:
        """The journal with half a line at its end at first, and a save and a new snapshot behind the reader's back."""
        calls.append(folder)
        reads = list(walk(folder))
        if len(calls) == 1:
            return [
                *reads,
                JournalRead(1, reads[-1].end, reads[-1].end + 9, None, "is not a whole line"),
            ]
        store = opened(tmp_path)
        assert isinstance(
            store.save([Client(id="late", given_name="", family_name="x")], at=AT), Saved
        )
        store.close()
        return reads

    monkeypatch.setattr("medex_tui.store.check.walk", busy)
    monkeypatch.setattr("medex_tui.store.check.PAUSE_S", 0)
    monkeypatch.setattr("medex_tui.store.check._being_written", lambda folder: True)
    assert wrong(tmp_path) == {}
    assert len(calls) == 2


def rewritten(path: Path, old: bytes, new: bytes) -> None:
    """The journal with these bytes changed, and every sum from there on made anew: what nobody does by accident."""
    journal = path.parent / "practice.journal/000001.jsonl"
    total, lines = "0" * 64, []
    for raw in journal.read_bytes().rstrip(b"\n").replace(old, new, 1).split(b"\n"):
        lines.append(chained(total, raw[: raw.rindex(b',"sum":"')]))
        total = lines[-1][-66:-2].decode()
    journal.write_bytes(b"\n".join(lines) + b"\n")


def test_a_journal_rewritten_with_new_sums_is_told_by_the_snapshots_made_before(
    tmp_path: Path,
) -> None:
    path = filled(tmp_path)
    rewritten(path, b'"by":"kim"', b'"by":"lee"')
    told = "another sum than the journal: the journal was rewritten"
    assert told in wrong(tmp_path)["history"]
    store = opened(tmp_path)
    assert "the journal was rewritten" in store.notices[0]
    store.close()
    assert told in wrong(tmp_path)["history"], "the witness was set aside and not asked any more"


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (b'"at":"2026-11-22T14:05:00"', "timezone"),
        (b'"at":"2026-11-22T14:05:00+00:00","x":' + b"[" * 5000 + b"]" * 5000, "recursion"),
        (b'"at":NaN', "malformed"),
    ],
)
def test_a_line_that_nobody_could_have_written_is_damage_and_no_fault_of_the_program(
    tmp_path: Path, new: bytes, said: str
) -> None:
    path = filled(tmp_path)
    rewritten(path, b'"at":"2026-11-22T14:05:00+00:00"', new)
    assert said in wrong(tmp_path)["journal"]
    store = opened(tmp_path)
    refused = store.save([Client(id="n", given_name="", family_name="x")], at=AT)
    assert isinstance(refused, NotSaved) and said in refused.reason
    assert salvage(path).faults


def test_a_practice_without_a_snapshot_passes(tmp_path: Path) -> None:
    filled(tmp_path).unlink()
    assert wrong(tmp_path) == {}


def test_signed_records_that_were_changed_are_named(tmp_path: Path) -> None:
    filled(tmp_path, note="forged", body="forged")
    found = wrong(tmp_path)
    assert found["seals"] == "Session s is not as it was signed."
    assert found["documents"] == "Document d is not as it was signed."


def test_a_seal_made_before_the_first_save_holds_after_it(tmp_path: Path) -> None:
    filled(tmp_path)
    assert "seals" not in wrong(tmp_path)


def test_a_reference_to_nothing_is_named(tmp_path: Path) -> None:
    store = opened(tmp_path)
    store.save([Referral(id=f"r{n}", client_id="nobody") for n in range(7)], at=AT)
    store.close()
    said = wrong(tmp_path)["references"]
    assert "referrals[0] id r0: field client_id: there is no client with the id nobody." in said
    assert said.endswith("(and 2 more)")


def test_a_file_open_to_others_is_named_with_the_remedy(tmp_path: Path) -> None:
    path = filled(tmp_path)
    path.chmod(0o644)
    assert (
        wrong(tmp_path)["permissions"]
        == "practice.json is open to other users (mode 644): chmod 0600 it."
    )
    path.chmod(0o640)
    assert "open to its group (mode 640)" in wrong(tmp_path)["permissions"]
    path.chmod(0o600)
    (tmp_path / "practice.journal").chmod(0o755)
    assert "practice.journal is open to other users" in wrong(tmp_path)["permissions"]
    (tmp_path / "practice.journal").chmod(0o700)
    keep_sent(path, b"a letter")
    next((tmp_path / "practice.sent").iterdir()).chmod(0o604)
    assert "is open to other users (mode 604)" in wrong(tmp_path)["permissions"]


def test_files_shared_by_a_group_are_as_they_should_be(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o2770)
    path = filled(shared)
    assert wrong(shared) == {}
    path.chmod(0o664)
    assert "open to other users (mode 664)" in wrong(shared)["permissions"]


def test_a_deadline_before_its_event_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path)
    early = SimpleNamespace(
        key="progress_report:r", event_at=AT, target_at=AT - timedelta(1), limit_at=AT
    )
    monkeypatch.setattr("medex_tui.domain.obligations.obligations", lambda practice, now: [early])
    assert wrong(tmp_path) == {"deadlines": "progress_report:r is due before it happened."}


def test_a_disk_that_failed_is_named_until_the_machine_was_restarted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(tmp_path)
    store = opened(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", lambda fd: os.close(-1))
        store.save([Client(id="d", given_name="", family_name="x")], at=AT)
    assert "middle of save 3: restart this machine" in wrong(tmp_path)["disk"]
    (tmp_path / "boot").write_text("another")
    monkeypatch.setattr(lock_module, "BOOT", tmp_path / "boot")
    assert wrong(tmp_path) == {}


def test_a_network_disk_is_told_and_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "the clinic"
    filled(folder)
    mounts = tmp_path / "mountinfo"
    point = str(folder).replace(" ", "\\040")
    mounts.write_text(
        f"1 0 0:1 / / rw - ext4 /dev/a rw\n2 1 0:2 / {point} rw shared:1 - nfs4 server:/x rw\n"
    )
    monkeypatch.setattr(files_module, "MOUNTS", mounts)
    assert wrong(folder) == {"file system": "nfs4: saves are not safe over a network."}
    store = opened(folder)
    refused = store.save([Client(id="d", given_name="", family_name="x")], at=AT)
    assert isinstance(refused, NotSaved)
    assert "on a network file system (nfs4)" in refused.reason
    store.close()
    with pytest.raises(StoreProblem, match="name a local disk"):
        Store.open(folder / "new.json", by="kim", host="h", pid=1, create=True)
