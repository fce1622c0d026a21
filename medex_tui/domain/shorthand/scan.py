"""A line cut into words with their places, and the text that stands between quotes or after the semicolon.

Escapes, in quotes and in notes: `\\n` a line break, `\\uXXXX` a character by number, `\\\\` a backslash, `\\,` a comma
that starts no snippet, `\\"` a quotation mark. Any other backslash is itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from msgspec import Struct

from medex_tui.domain.find import nearest
from medex_tui.domain.language.plain import UNSEEN
from medex_tui.domain.language.problem import Problem, Question

QUOTED = r'"(?:[^"\\]|\\.)*"'
NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,30})?"

_WORD = re.compile(
    rf";|(?<!\S)={{1,2}}(?![\s=])|@?(?:(?:(?<![^\s:=+\-~*!]){QUOTED})|[^\s;@])+|@", re.DOTALL
)
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|([n,"\\]))')
_SNIPPET = re.compile(r"(?<!\S),(\w[\w-]*)")
_UNPRINTED = frozenset({"Cc", "Cs", "Zl", "Zp"})


class ScannedWord(Struct, frozen=True):
    """A run of characters without spaces, or with them in quotes, and where it stands in the line."""

    start: int
    end: int
    text: str

    def problem(self, message: str, suggestion: str | None = None) -> Problem:
        """A problem with this word."""
        return Problem(self.start, self.end, message, suggestion)


class ScannedLine(Struct, frozen=True):
    """The words of a line and where its note begins, if it has one."""

    words: list[ScannedWord]
    note_start: int | None


def scan(text: str) -> ScannedLine:
    """Cut a line into words; a glued `@65` is a word of its own, so is a leading `=`; nothing after `;` is cut."""
    found: list[ScannedWord] = []
    for match in _WORD.finditer(text):
        if match[0] == ";":
            return ScannedLine(found, match.end())
        found.append(ScannedWord(match.start(), match.end(), match[0]))
    return ScannedLine(found, None)


def unquoted(text: str) -> str | None:
    """What a quoted text says; None where the text is not one whole quotation."""
    return unescaped(text[1:-1]) if re.fullmatch(QUOTED, text, re.DOTALL) else None


def quoted(text: str) -> str:
    """A text in quotes that `unquoted` reads back exactly."""
    return '"' + _escaped(text).replace('"', '\\"') + '"'


def unescaped(text: str) -> str:
    """Text with its escapes resolved."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(
        lambda m: chr(int(m[1], 16)) if m[1] else "\n" if m[2] == "n" else m[2], text
    )


def _escaped(text: str) -> str:
    shown = []
    for char in text:
        if char == "\\":
            shown.append("\\\\")
        elif char == "\n":
            shown.append("\\n")
        elif ord(char) <= 0xFFFF and (
            unicodedata.category(char) in _UNPRINTED or UNSEEN.match(char)
        ):
            shown.append(f"\\u{ord(char):04x}")
        else:
            shown.append(char)
    return "".join(shown)


class ScannedNote(Struct, frozen=True):
    """A note with its snippets expanded, as typed, and what to ask about it."""

    text: str | None
    typed: str
    start: int
    end: int
    questions: list[Question] = []


def read_note(text: str, start: int, snippets: Mapping[str, str]) -> ScannedNote:
    """The note from character `start` to the end; `,word` at the start of a word stands for a snippet.

    Spaces around the note are not part of it. A `,word` that is no snippet stays as typed and is asked about.
    """
    typed = text[start:].strip(" ")
    begin = start + len(text[start:]) - len(text[start:].lstrip(" "))
    known = {name.lstrip(",").casefold(): body for name, body in snippets.items()}
    questions: list[Question] = []
    parts: list[str] = []
    at = 0
    for match in _SNIPPET.finditer(typed):
        body = known.get(match[1].casefold())
        if body is None:
            near = nearest(match[1].casefold(), known)
            questions.append(
                Question(
                    begin + match.start(),
                    begin + match.end(),
                    f"There is no snippet `{match[1]}`; it is kept as typed.",
                    f",{near}" if near else None,
                    f"snippet {match[1]}",
                )
            )
            continue
        parts += [unescaped(typed[at : match.start()]), body]
        at = match.end()
    parts.append(unescaped(typed[at:]))
    return ScannedNote("".join(parts) or None, typed, begin, begin + len(typed), questions)


def written_note(note: str) -> str:
    """A note as text after ` ; ` that reads back as exactly this note, whatever it holds."""
    shown = _SNIPPET.sub(r"\\,\1", _escaped(note))
    lead = len(shown) - len(shown.lstrip(" "))
    tail = len(shown) - len(shown.rstrip(" ")) if lead < len(shown) else 0
    return "\\u0020" * lead + shown[lead : len(shown) - tail] + "\\u0020" * tail
