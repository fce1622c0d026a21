"""A scripted day of saves under the shim, and what must be true of the practice afterwards.

Run as `LD_PRELOAD=shim.so python day.py SHIM`: reads a case a line (`{"folder":…,"at":…,"fault":…}`), lives the day
in a forked child with that fault, looks at what is left in a process without one, and answers with a line of JSON.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Communication
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.tables import TABLES
from medex_tui.domain.records.visits import Session
from medex_tui.store import Conflict, Drafts, NotSaved, Saved, Store, StoreProblem
from medex_tui.store import journal as journal_module
from medex_tui.store.check import check

AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
LONG_AGO = AT - timedelta(days=400)
SEGMENT, RESERVE = 5000, 2048
"""Small enough for the day to fill several segments and to reserve space often."""

FIELDS: dict[type[Record], str] = {
    Client: "phone",
    Session: "note",
    Referral: "reason",
    Communication: "summary",
}
"""The field that says which version of a record this is: `v1`, `v2`, with or without padding after a space."""

Say = Callable[..., None]


def version(record: Record) -> str:
    """The version a record of the day is at."""
    return str(getattr(record, FIELDS[type(record)]) or "").split(" ")[0]


def put(record: Record, tag: str, padding: int = 0) -> Record:
    """The record at another version."""
    import msgspec

    return msgspec.structs.replace(record, **{FIELDS[type(record)]: f"{tag} {'x' * padding}"})


class Desk:
    """One login's store during the day; says before and after each save what it is about to do and what came of it."""

    def __init__(self, path: Path, by: str, say: Say) -> None:
        self.say = say
        self.store = Store.open(path, by=by, host="clinic", pid=os.getpid(), create=True)

    def save(self, *records: Record) -> None:
        """Save, telling `try` before, and `saved`, `refused` or `conflict` after."""
        versions = {record.id: version(record) for record in records}
        self.say("try", versions)
        based = [self._based(record) for record in records]
        outcome = self.store.save(based, at=AT)
        if isinstance(outcome, Saved):
            self.say("saved", {record.id: version(record) for record in outcome.records})
        elif isinstance(outcome, Conflict):
            self.say("conflict", versions)
        else:
            self.say("refused", versions, outcome.reason)

    def _based(self, record: Record) -> Record:
        """The record at the revision this desk has seen last, filed ones too."""
        import msgspec

        for practice in (self.store.practice, self.store.everything()):
            if found := practice.tables[TABLES[type(record)]].get(record.id):
                return msgspec.structs.replace(record, rev=found.rev)
        return record

    def close(self) -> None:
        """The end of this login's day."""
        self.store.close()
        self.say("closed", self.store.notices)


def drafts(path: Path, say: Say, data: str | None) -> None:
    """Keep or drop the draft, telling what came of it."""
    say("draft try", data)
    try:
        if data is None:
            Drafts(path).drop("kim", "log")
        else:
            Drafts(path).save("kim", "log", data)
    except OSError as fault:
        say("draft refused", fault.strerror or "?")
    else:
        say("draft kept", data)


def live(path: Path, say: Say) -> None:
    """The day: new, changed, several at once, drafts, full segments, checkpoints, filing, two logins, a conflict."""
    jo = Client(id="c1", given_name="Jo", family_name="Hicks")
    visit = Session(id="s1", client_id="c1", started_at=AT)
    kim = Desk(path, "kim", say)
    kim.save(put(jo, "v1"))
    drafts(path, say, "v1")
    kim.save(put(jo, "v2", 80))
    kim.save(
        put(visit, "v1", 300),
        put(Communication(id="m1", client_id="c1", method="fax", at=AT), "v1"),
    )
    kim.store.note("view", "c1", at=AT)
    old = Referral(
        id="r2", client_id="c2", status="discharged", received_at=LONG_AGO, discharged_at=LONG_AGO
    )
    kim.save(
        put(Client(id="c2", given_name="", family_name="Old"), "v1"),
        put(old, "v1"),
        put(
            Session(id="s2", client_id="c2", referral_id="r2", state="signed", started_at=LONG_AGO),
            "v1",
            200,
        ),
    )
    drafts(path, say, "v2")
    for number in range(3, 8):
        kim.save(put(Session(id=f"s{number}", client_id="c1", started_at=AT), "v1", 700))
    drafts(path, say, None)
    kim.close()
    kim = Desk(path, "kim", say)
    lee = Desk(path, "lee", say)
    kim.save(put(old, "v2"))
    lee.save(put(jo, "v3"))
    kim.save(put(jo, "v4"))
    kim.store.refresh()
    kim.save(put(jo, "v5"), put(visit, "v2", 900))
    lee.store.note("export", "json", at=AT)
    lee.close()
    kim.save(put(visit, "v3", 900))
    kim.close()


# What must be true afterwards ----------------------------------------------------------------------------------------


def told(
    said: Sequence[Sequence[Any]],
) -> tuple[dict[str, set[str]], list[tuple[dict[str, str], str]]]:
    """What each record may be at, given what was said; and the saves in order with what came of them."""
    saves: list[tuple[dict[str, str], str]] = []
    for word, *rest in said:
        if word == "try":
            saves.append((rest[0], "unanswered"))
        elif word in ("saved", "refused", "conflict"):
            saves[-1] = (rest[0], word)
    allowed: dict[str, set[str]] = {}
    for versions, came in saves:
        for id, tag in versions.items():
            if came == "saved":
                allowed[id] = {tag}
            elif came == "unanswered":
                allowed.setdefault(id, {""}).add(tag)
            else:
                allowed.setdefault(id, {""})
    return allowed, saves


def wrong_with(path: Path, said: Sequence[Sequence[Any]], *, may_refuse: bool) -> Iterator[str]:
    """Everything that breaks a promise, in sentences. Opens the practice, saves once more, closes, opens again."""
    for word, *rest in said:
        sentences = rest[-1:] if word == "refused" else rest[0] if word == "closed" else []
        yield from (f"not a sentence: {s!r}" for s in sentences if not s.endswith(".") or "\n" in s)
    try:
        store = Store.open(path, by="kim", host="clinic", pid=os.getpid(), create=True)
    except StoreProblem as problem:
        yield f"cannot be opened: {problem}"
        return
    allowed, saves = told(said)
    found = {
        r.id: version(r) for table in store.everything().tables.values() for r in table.values()
    }
    for id, tags in allowed.items():
        if found.get(id, "") not in tags:
            yield f"{id} is at {found.get(id, 'nothing')!r}, not at one of {sorted(tags)}"
    yield from (f"{id} was invented" for id in found.keys() - allowed.keys())
    if (
        saves
        and saves[-1][1] == "unanswered"
        and len({found.get(id) == tag for id, tag in saves[-1][0].items()}) > 1
    ):
        yield f"half of one save is there: {saves[-1][0]}, found {found}"
    kept = Drafts(path).load("kim").get("log")
    if kept not in _draft_allowed(said):
        yield f"the draft is {kept!r}, not one of {_draft_allowed(said)}"
    new = store.save([Client(id="c9", given_name="", family_name="New", phone="v1")], at=AT)
    if isinstance(new, NotSaved):
        if not may_refuse:
            yield f"the next save is refused: {new.reason}"
        elif not new.reason.endswith("."):
            yield f"not a sentence: {new.reason!r}"
    store.close()
    yield from (f"not a sentence: {s!r}" for s in store.notices if not s.endswith(".") or "\n" in s)
    again = Store.open(path, by="kim", host="clinic", pid=os.getpid())
    after = {
        r.id: version(r) for table in again.everything().tables.values() for r in table.values()
    }
    if after != found | ({"c9": "v1"} if isinstance(new, Saved) else {}):
        yield f"after closing and opening: {after}"
    again.close()
    if isinstance(new, Saved):
        yield from (
            f"check: {one.name}: {one.detail}"
            for one in check(path)
            if not (one.ok or one.name == "references")
        )


def _draft_allowed(said: Sequence[Sequence[Any]]) -> list[str | None]:
    allowed: list[str | None] = [None]
    for word, *rest in said:
        if word == "draft try":
            allowed.append(rest[0])
        elif word == "draft kept":
            allowed = [rest[0]]
    return allowed


# One case ------------------------------------------------------------------------------------------------------------


def lived(shim: Any, folder: Path, at: int, fault: str, log: str) -> list[list[Any]]:
    """The day in a child of this process under one fault: what it said, in order."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        os.dup2(into, 1)
        status = 1
        try:
            shim.shim_arm(str(folder).encode(), at, fault.encode(), log.encode())
            say = lambda *words: os.write(1, json.dumps(words).encode() + b"\n") and None  # noqa: E731
            try:
                live(folder / "practice.json", say)
            except StoreProblem as problem:
                say("not opened", str(problem))
            shim.shim_rest()
            say("calls", shim.shim_calls())
            status = 0
        except BaseException:
            import traceback

            shim.shim_rest()
            say("fell", traceback.format_exc())
        finally:
            os._exit(status)
    os.close(into)
    with open(out, "rb") as stream:  # noqa: PTH123 a pipe
        lines = stream.read().splitlines()
    os.waitpid(child, 0)
    return [json.loads(line) for line in lines]


def main() -> None:
    """Cases from stdin, answers to stdout."""
    import mutants

    shim = ctypes.CDLL(sys.argv[1])
    journal_module.SEGMENT, journal_module.RESERVE = SEGMENT, RESERVE
    for line in sys.stdin:
        case = json.loads(line)
        folder, fault = Path(case["folder"]), case["fault"]
        folder.mkdir()
        with mutants.broken(case.get("mutant", "")):
            said = lived(shim, folder, case["at"], fault, case.get("log", ""))
        calls = next((rest[0] for word, *rest in said if word == "calls"), 0)
        wrong = [rest[-1] for word, *rest in said if word == "fell"]
        if not case.get("log"):
            gentle = fault in ("", "kill", "torn", "short", "EINTR")
            wrong += wrong_with(folder / "practice.json", said, may_refuse=not gentle)
            shutil.rmtree(folder)
        refused = sum(word == "refused" for word, *_ in said)
        saved = sum(word == "saved" for word, *_ in said)
        answer = {"calls": calls, "wrong": wrong, "saved": saved, "refused": refused, "said": said}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
