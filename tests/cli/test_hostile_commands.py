"""Text from people is data in every command and every format: it steers no terminal, no spreadsheet and no path."""

from __future__ import annotations

import csv
import io
import json
import os
import pwd
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from medex_tui.cli.main import start
from medex_tui.domain.language.plain import FORMULA_STARTS
from medex_tui.domain.records.assessments import Assessment
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.seal import seal_of
from medex_tui.domain.records.visits import Session
from medex_tui.sample import sample_practice
from medex_tui.store import Saved, Store

TEXTS = {
    "marks": "=1+1 O'Neil [L] [/x] <b> | `x` \x1b[31mred\x1b]0;t\x07 \x9b2J \u202etxt\u2066 \u200b\U0001f600 e\u0301漢",
    "long": "../../etc/passwd\nsecond line\r\n# heading\t" + "x" * 10_000,
}
TYPED = {
    "name", "given_name", "family_name", "organisation", "phone", "fax", "email", "direct_address", "postal_address",
    "notes", "precautions", "said_by", "reason", "text", "discharge_reason", "since_last", "response", "plan", "note",
    "summary", "status_reason", "confirmation", "address", "credential", "orders",
}  # fmt: skip
"""Fields a person types freely."""

ACTS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b]")
"""What acts on a terminal or on the reading order; a form feed parts pages."""


def typed(value: Any, text: str, field: str = "") -> Any:
    """A record's plain values with this text wherever somebody may type."""
    if isinstance(value, dict):
        return {name: typed(part, text, name) for name, part in value.items()}
    if isinstance(value, list):
        return [typed(part, text, field) for part in value]
    return text if isinstance(value, str) and field in TYPED else value


def hostile(record: Record, text: str) -> Record:
    made = msgspec.convert(typed(msgspec.to_builtins(record), text), type(record))
    sealed = isinstance(made, Session | Assessment) and made.seal
    return replace(made, seal=seal_of(made)) if sealed else made


Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture(params=TEXTS)
def ask(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Ask:
    """What asks a command, in this process, about a store with the text in every field; exit status, stdout, stderr."""
    login, now = pwd.getpwuid(os.geteuid()).pw_name, datetime.now(UTC).replace(microsecond=0)
    path = tmp_path / "practice.json"
    store = Store.open(path, by=login, host="test", pid=1, create=True)
    records = [
        hostile(record, TEXTS[request.param]) for record in sample_practice(now, owner=login)
    ]
    assert isinstance(store.load(records, at=now), Saved)
    store.close()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def asked(*words: str, stdin: str = "") -> tuple[int, str, str]:
        with monkeypatch.context() as here:
            here.setattr(
                "sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
            )
            status = start(["--store", str(path), *words])
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return asked


def test_no_command_lets_typed_text_act(ask: Ask, tmp_path: Path) -> None:
    found = json.loads(ask("overdue", "--within", "8784", "--json")[1])["items"]
    client, key, provider = found[0]["client_id"], found[0]["key"], found[0]["provider_id"]
    practice = json.loads(ask("export")[1])
    signed = next(
        s["id"] for s in practice["sessions"] if s["state"] == "signed" and s["client_id"] == client
    )
    letter = next(d["id"] for d in practice["documents"])
    went = next(c["id"] for c in practice["communications"] if c["direction"] == "out")
    text = next(iter(TEXTS.values()))
    commands = [
        *(["overdue", "--format", form] for form in ("text", "markdown", "csv", "json")),
        ["today"], ["today", "--json"], ["why", key], ["on-time"], ["on-time", "--by", "provider"],
        ["numbers"], ["waiting"],
        ["log", "--client", client, "--dry-run"], ["log", "--client", client], ["assess", "--client", client],
        ["log", "--client", text], ["client", "show", text], ["why", text], ["sent", text, "--by", "fax"],
        *(["note", "--session", signed, "--form", form] for form in ("form", "soap", "dap")),
        *(["note", "--session", signed, "--format", form] for form in ("html", "text")),
        *(["report", "assessment_summary", "--client", client, "--format", f] for f in ("markdown", "html", "text")),
        ["report", "--document", letter, "--format", "text"], ["lint", "--session", signed],
        *([who, "list"] for who in ("client", "provider", "referral", "practitioner")),
        ["client", "show", client], ["provider", "show", provider], ["settings", "show"],
        ["outreach", provider], ["waive", key, "--reason", text, "--until", "+2d"],
        ["amend", "--session", signed, "--reason", text], ["outcome", went, "delivered", "--confirmation", text],
        ["audit", "--client", client], ["check"], ["export", "--format", "ics", "--names"],
        *(["export", "--format", form, "--client", client] for form in ("csv", "markdown", "fhir")),
    ]  # fmt: skip
    for words in commands:
        status, out, err = ask(*words, stdin=f"lp 3x10 ; {text}\n")
        assert status in (0, 1, 2), (words, err)
        assert "fault of its own" not in err, (words, err)
        assert not ACTS.search(err), words
        assert not ACTS.search(out), (words, ACTS.search(out))
    assert ask("check")[0] == 0, ask("check")[1]
    assert {p.name for p in tmp_path.iterdir()} >= {"practice.json"} and not (
        tmp_path.parent / "etc"
    ).exists()


def test_no_cell_is_a_formula_and_no_file_is_named_by_a_client(ask: Ask, tmp_path: Path) -> None:
    csv.field_size_limit(10_000_000)
    tables = tmp_path / "tables"
    assert ask("export", "--format", "csv", "-o", str(tables))[0] == 0
    _, listed, _ = ask("overdue", "--within", "8784", "--format", "csv")
    for text in (listed, *(file.read_text(encoding="utf-8") for file in tables.iterdir())):
        for row in csv.reader(io.StringIO(text)):
            for cell in row:
                assert not cell.startswith(FORMULA_STARTS) or re.fullmatch(
                    r"-?\d+(\.\d+)?", cell
                ), cell
    for words in (
        ["note", "--since", "7d ago", "-o", str(tmp_path / "notes")],
        ["export", "--format", "markdown", "-o", str(tmp_path / "charts")],
        ["report", "--due", "--sign", "-o", str(tmp_path / "due")],
    ):
        status, _, err = ask(*words)
        assert status in (0, 1), err
        assert all(
            re.fullmatch(r"[\w.-]+", file.name, re.ASCII) for file in Path(words[-1]).iterdir()
        )
