"""A practice carried away, brought back, mended and brought up to date under the shim, and what must be true then.

Run as `LD_PRELOAD=shim.so python carrying.py SHIM`: reads a case a line (`{"folder":…,"what":…,"at":…,"fault":…}`) and
answers with a line of JSON, as `day.py` does.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from medex_tui.domain.records.base import Raw
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.visits import Session
from medex_tui.store import OlderPractice, Saved, Store, StoreProblem, schema
from medex_tui.store import journal as journal_module
from medex_tui.store.backup import (
    Actor,
    CutOff,
    backup,
    migrate_practice,
    plan,
    practice_in,
    restore,
)
from medex_tui.store.check import check
from medex_tui.store.salvage import CannotRebuild

AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=900)
SEGMENT, RESERVE = 3000, 2048

Phones = dict[str, str | None]
"""Client id -> the phone, which says which version of the client this is."""


def hand(days: int) -> Actor:
    """Whose hand it is, so many days later."""
    return Actor("kim", "clinic", os.getpid(), AT + timedelta(days=days))


def found(path: Path) -> Phones:
    """What the practice holds."""
    store = Store.open(path, by="kim", host="clinic", pid=os.getpid())
    try:
        return {id: client.phone for id, client in store.everything().clients.items()}
    finally:
        store.close()


def begun(folder: Path, what: str) -> None:
    """A practice of several segments with a record filed, a copy of it, and two saves that the copy does not have."""
    path = folder / "practice.json"
    store = Store.open(path, by="kim", host="clinic", pid=os.getpid(), create=True)
    gone = Referral(
        id="r", client_id="old", status="discharged", received_at=LONG_AGO, discharged_at=LONG_AGO
    )
    visit = Session(id="v", client_id="old", referral_id="r", state="signed", started_at=LONG_AGO)
    clients = [
        Client(id=f"c{n}", given_name="", family_name="x" * 300, phone="1") for n in range(6)
    ]
    former = Client(id="old", given_name="", family_name="Old", status="discharged", phone="1")
    for records in ([client] for client in clients):
        assert isinstance(store.save(records, at=AT), Saved)
    assert isinstance(store.save([former, gone, visit], at=AT), Saved)
    store.close()
    backup(path, folder / "copies", hand(0), keep=3)
    store = Store.open(path, by="kim", host="clinic", pid=os.getpid())
    changed = msgspec.structs.replace(store.practice.clients["c1"], phone="2")
    assert isinstance(store.save([changed], at=AT), Saved)
    assert isinstance(
        store.save([Client(id="new", given_name="", family_name="New", phone="1")], at=AT), Saved
    )
    store.close()
    if what == "mend":
        first = folder / "practice.journal/000001.jsonl"
        first.write_bytes(first.read_bytes().replace(b'"phone":"1"', b'"phone":"7"', 1))


COPIED: Phones = {**{f"c{n}": "1" for n in range(6)}, "old": "1"}
KEPT: Phones = {**COPIED, "c1": "2", "new": "1"}
LIFTED: Phones = {id: f"+{phone}" for id, phone in KEPT.items()}


@contextmanager
def medex_of(what: str) -> Iterator[None]:
    """The medex that a practice is lifted by keeps phones with a plus."""

    def plus(table: str, document: Raw) -> Raw:
        return {**document, "phone": f"+{document['phone']}"} if table == "clients" else document

    if what == "lift":
        schema.CURRENT = 2
        schema.STEPS[1] = plus
    try:
        yield
    finally:
        schema.CURRENT = 1
        schema.STEPS.clear()


def do(what: str, path: Path) -> None:
    """Carry away, bring the copy back, mend in place, or bring up to date."""
    if what == "backup":
        backup(path, path.parent / "copies", hand(1), keep=1)
    elif what == "copy":
        (copy,) = (path.parent / "copies").iterdir()
        restore(plan(practice_in(copy), path), path, hand(1))
    elif what == "mend":
        restore(plan(path, path), path, hand(1))
    else:
        migrate_practice(path, hand(1))


def wrong_with(what: str, path: Path, came: str) -> Iterator[str]:
    """Everything that breaks a promise. Does what a person is told to do where a restore was cut off."""
    whole = {"lift": LIFTED}.get(what, KEPT)
    allowed = (
        {"done": [COPIED], "refused": [KEPT]}.get(came, [KEPT, COPIED])
        if what == "copy"
        else [whole]
    )
    try:
        now = found(path)
    except OlderPractice:
        if came == "done":
            yield "it was done, and yet it is older"
        migrate_practice(path, hand(2))
        now = found(path)
    except StoreProblem as problem:
        told = re.search("a restore was cut off; `medex restore (.*)` undoes it", str(problem))
        if not told or came in ("done", "refused"):
            yield f"cannot be opened: {problem}"
            return
        restore(plan(practice_in(Path(told[1])), path), path, hand(2))
        now, allowed = found(path), [whole]
    if now not in allowed:
        yield f"holds {now}, not {' or '.join(map(str, allowed))}"
    yield from (
        f"check: {one.name}: {one.detail}"
        for one in check(path)
        if not one.ok and not _expected(what, one.name)
    )
    copies = [one for one in (path.parent / "copies").iterdir() if one.suffix != ".part"]
    if not copies:
        yield "no copy is left"
    for copy in copies if what != "lift" else ():
        if found(copy / "practice.json") not in (COPIED, KEPT) or any(
            not one.ok
            for one in check(copy / "practice.json")
            if one.name not in ("space", "references")
        ):
            yield f"{copy.name} is no whole copy"
    if now == COPIED and KEPT not in [
        found(practice_in(one)) for one in path.parent.glob("practice-before-*")
    ]:
        yield "what was there before is not kept"


def _expected(what: str, name: str) -> bool:
    return name in ("space", "references") or (
        what == "mend" and name in ("journal", "snapshot equals journal")
    )


@cache
def prepared(folder: Path, what: str) -> Path:
    """The folder each case of a kind begins from."""
    made = folder / f"begun-{what}"
    made.mkdir()
    begun(made, what)
    return made


def tried(shim: Any, folder: Path, what: str, at: int, fault: str) -> tuple[str, int]:
    """It, in a child of this process under one fault: what came of it, and how many calls it made."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        came = "fell"
        try:
            shim.shim_arm(str(folder).encode(), at, fault.encode(), b"")
            do(what, folder / "practice.json")
            came = "done"
        except CutOff:
            came = "cut off"
        except (CannotRebuild, OSError):
            came = "refused"
        except BaseException as problem:
            came = f"fell over {problem!r}"
        finally:
            shim.shim_rest()
            os.write(into, json.dumps([came, shim.shim_calls()]).encode())
            os._exit(0)
    os.close(into)
    with open(out, "rb") as stream:  # noqa: PTH123 a pipe
        said = stream.read()
    os.waitpid(child, 0)
    came, calls = json.loads(said) if said else ("killed", 0)
    return came, calls


def main() -> None:
    """Cases from stdin, answers to stdout."""
    shim = ctypes.CDLL(sys.argv[1])
    journal_module.SEGMENT, journal_module.RESERVE = SEGMENT, RESERVE
    for line in sys.stdin:
        case = json.loads(line)
        folder, what = Path(case["folder"]), case["what"]
        shutil.copytree(prepared(folder.parent, what), folder)
        with medex_of(what):
            came, calls = tried(shim, folder, what, case["at"], case["fault"])
            wrong = (
                [came]
                if came.startswith("fell")
                else list(wrong_with(what, folder / "practice.json", came))
            )
        shutil.rmtree(folder)
        sys.stdout.write(json.dumps({"calls": calls, "came": came, "wrong": wrong}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
