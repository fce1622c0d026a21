"""Coverage-guided fuzzing of the one-line grammars: any text is read or faulted, never crashes, and reads back alike.

    pip install atheris
    python benchmarks/fuzz.py -max_total_time=3600 [CORPUS FOLDER]

What holds for every text: reading ends without an exception, each fault's place lies in the text, a line without
faults makes a record, and that record, written as a line, reads back as the same session.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import atheris

with atheris.instrument_imports(include=["medex_tui.domain"]):
    from medex_tui.domain.records.practice import Practice
    from medex_tui.domain.shorthand import (
        complete,
        read_assessment,
        read_session,
        to_session,
        write_session,
    )
    from medex_tui.sample import sample_practice

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
PRACTICE = Practice(sample_practice(NOW))
CLIENTS = sorted(PRACTICE.clients.values(), key=lambda c: c.id)


def one(data: bytes) -> None:
    """One text through the readers."""
    if len(data) < 2 or len(data) > 400:
        return
    client = CLIENTS[data[0] % len(CLIENTS)] if data[0] < 200 else None
    text = (
        data[2:].decode("utf-8", "surrogatepass" if data[1] & 1 else "replace")
        if _decodes(data)
        else ""
    )
    reading = read_session(text, practice=PRACTICE, now=NOW, client=client, by="f")
    for fault in [*reading.problems, *reading.questions]:
        assert 0 <= fault.start <= fault.end <= len(text), (text, fault)
    complete(text, len(text) // 2, practice=PRACTICE, now=NOW, client=client)
    if reading.complete and reading.client is not None:
        session = to_session(reading, None, practice=PRACTICE, id="x", now=NOW, by="f", sign=False)
        line = write_session(session, PRACTICE)
        again = read_session(line, practice=PRACTICE, now=NOW, client=reading.client, by="f")
        confirmed = frozenset(q.id for q in again.questions)
        again = read_session(
            line, practice=PRACTICE, now=NOW, client=reading.client, by="f", confirmed=confirmed
        )
        assert not again.problems, (text, line, again.problems)
        assert again.exercises == reading.exercises, (text, line)
        assert again.vitals == reading.vitals, (text, line)
        assert again.note == reading.note, (text, line)
    assessed = read_assessment(text, practice=PRACTICE, now=NOW, client=client)
    for fault in [*assessed.problems, *assessed.questions]:
        assert 0 <= fault.start <= fault.end <= len(text), (text, fault)


def _decodes(data: bytes) -> bool:
    try:
        data[2:].decode("utf-8", "surrogatepass" if data[1] & 1 else "replace")
    except UnicodeDecodeError:
        return False
    return True


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
