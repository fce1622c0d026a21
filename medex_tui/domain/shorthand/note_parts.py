"""Labeled parts behind the `;` of a session line, in any order.

```
parts := [note] { "/" label ":" text }     ; tolerated well / since: no falls / plan: lp 70
```

A slash parts only where a label and a colon follow; any other slash is text. `note:` begins the
free note where it does not come first, `prog` needs no colon. A snippet may hold such parts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from medex_tui.domain.shorthand.scan import (
    ScannedNote,
    ScannedWord,
    expand_snippets,
    unescaped,
    written_note,
)

PROGRESS = "prog"
LABELS: Mapping[str, str] = {
    "since": "since the last visit, as the client reports",
    "resp": "response to the session",
    "plan": "plan for the next session",
    "goal": "goal served: goal: lp=stairs, or one for all exercises",
    "note": "the free note",
    "prog": "a progress update is owed to the referring provider",
    "screen": "red flags asked: none, reported or not (not screened)",
    "stop": "stopped early, and why: stop: 9:40 chest pain",
    "held": "held before exercise, and why",
    "state": "state on leaving, after stop or held",
    "action": "what was done, after stop or held",
    "called": "who was called and when: called: 911 9:42, Dr Patel 9:50",
}
"""Label -> what follows it, as completion offers it."""

_ALIASES = {"response": "resp", "goals": "goal"}
_NAMES = "|".join((*LABELS, *_ALIASES))
_LABEL = re.compile(rf"(?:\A|(?<! ) */) *(?:({_NAMES}) *:|({PROGRESS})(?= */| *\Z))", re.IGNORECASE)
_BEGINS_WITH_LABEL = re.compile(rf" *(?:(?:{_NAMES}) *:|{PROGRESS} *(?:/|\Z))", re.IGNORECASE)
_SEPARATOR = re.compile(rf"/(?= *(?:(?:{_NAMES}) *:|{PROGRESS} *(?:/|\Z)))", re.IGNORECASE)


class NotePart(Struct, frozen=True):
    """One labeled part and its span in the line."""

    label: str
    text: str
    start: int
    end: int

    @property
    def word(self) -> ScannedWord:
        """The part as a word that problems can point at."""
        return ScannedWord(self.start, self.end, self.text)


def read_parts(
    text: str, start: int, snippets: Mapping[str, str]
) -> tuple[ScannedNote, list[NotePart], str]:
    """The free note and the labeled parts from character `start` to the end of the line.

    The third value is all of it with its snippets expanded, as a snippet would hold it.
    """
    chunks, questions = expand_snippets(text, start, snippets)
    raw, spans = "", []
    for chunk in chunks:
        # A snippet that begins with a label begins a part of its own.
        joins = chunk.snippet and _BEGINS_WITH_LABEL.match(chunk.text) and raw.strip(" /")
        raw += " / " if joins else ""
        spans.append((len(raw), chunk))
        raw += chunk.text

    def position(at: int, *, end: bool = False) -> int:
        """The place in the line of a place in the expanded text."""
        begin, chunk = next(
            ((b, c) for b, c in reversed(spans) if b < at or (b <= at and not end)), spans[0]
        )
        if chunk.snippet:
            return chunk.end if end else chunk.start
        return min(chunk.start + at - begin, chunk.end)

    parts: list[NotePart] = []
    for label, begin, end in _split(raw):
        body = raw[begin:end].strip(" ")
        if not label and not body:
            continue
        first = position(begin)
        parts.append(NotePart(label, unescaped(body), first, max(first, position(end, end=True))))
    notes = [part for part in parts if part.label in ("", "note")]
    labeled = [part for part in parts if part.label not in ("", "note")]
    note_text = " / ".join(part.text for part in notes) or None
    place = (notes[0].start, notes[-1].end) if notes else (start, len(text))
    return ScannedNote(note_text, *place, questions), labeled, unescaped(raw).strip(" ")


def _split(raw: str) -> list[tuple[str, int, int]]:
    """Label, begin and end of each part of the expanded text; the label is empty for the note."""
    found = list(_LABEL.finditer(raw))
    parts = [("", 0, found[0].start() if found else len(raw))]
    for n, match in enumerate(found):
        name = (match[1] or match[2]).lower()
        end = found[n + 1].start() if n + 1 < len(found) else len(raw)
        label = _ALIASES.get(name, name)
        if label == PROGRESS:
            parts.append((label, match.start(2 if match[2] else 1), match.end()))
            begin = match.end()
            if raw[begin:end].strip(" /"):
                parts.append(
                    ("", begin + len(raw[begin:end]) - len(raw[begin:end].lstrip(" /")), end)
                )
            continue
        parts.append((label, match.end(), end))
    return parts


def written_parts(note: str | None, parts: Mapping[str, str]) -> str:
    """Note and labeled parts as the text behind ` ; ` that reads back as exactly these."""
    pieces = []
    if note:
        text = _without_separators(written_note(note))
        pieces.append(f"note: {text}" if _BEGINS_WITH_LABEL.match(text) else text)
    for label, value in parts.items():
        if label == PROGRESS:
            pieces.append(PROGRESS)
        else:
            pieces.append(f"{label}: {_without_separators(written_note(value))}")
    return " / ".join(pieces)


def _without_separators(text: str) -> str:
    """Escaped text in which no slash begins a part."""
    return _SEPARATOR.sub(r"\\u002f", text)
