"""Words of a line with their spans; quoted texts and notes with their escapes.

Escapes in quotes and notes: `\\n` a line break, `\\uXXXX` a character by number, `\\\\` a
backslash, `\\,` a comma that begins no snippet, `\\"` a quotation mark. Any other backslash is
itself.
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
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_UNPRINTED = frozenset({"Cc", "Cs", "Zl", "Zp"})


class ScannedWord(Struct, frozen=True):
    """A run of characters without spaces, or with them in quotes, and its span in the line."""

    start: int
    end: int
    text: str

    def problem(self, message: str, suggestion: str | None = None) -> Problem:
        """A problem with this word."""
        return Problem(self.start, self.end, message, suggestion)


class ScannedLine(Struct, frozen=True):
    """The words of a line, and where its note begins, if it has one."""

    words: list[ScannedWord]
    note_start: int | None


LONGEST_LINE = 20_000
"""The most characters of a line."""


def unreadable(text: str) -> Problem | None:
    """Why a line is not read at all: too long, or with half a surrogate pair; else None."""
    if len(text) > LONGEST_LINE:
        message = (
            f"The line has {len(text):,} characters and may have {LONGEST_LINE:,}: "
            "shorten it, or put the rest into an addendum."
        )
        return Problem(LONGEST_LINE, len(text), message)
    if match := _HALF_PAIR.search(text):
        message = "Here stands half a character that cannot be kept: delete it and type it again."
        return Problem(match.start(), match.end(), message)
    return None


def scan(text: str) -> ScannedLine:
    """Split a line into words.

    A glued `@65` is a word of its own, so is a leading `=`; text after `;` is not split.
    """
    found: list[ScannedWord] = []
    for match in _WORD.finditer(text):
        if match[0] == ";":
            return ScannedLine(found, match.end())
        found.append(ScannedWord(match.start(), match.end(), match[0]))
    return ScannedLine(found, None)


def unquoted(text: str) -> str | None:
    """The content of a quoted text; None where the text is not one whole quotation."""
    return unescaped(text[1:-1]) if re.fullmatch(QUOTED, text, re.DOTALL) else None


def quoted(text: str) -> str:
    """A text in quotes that `unquoted` reads back exactly."""
    return '"' + escaped(text).replace('"', '\\"') + '"'


def unescaped(text: str) -> str:
    """Text with its escapes resolved; half a surrogate pair is no character and stays as typed."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(escape: re.Match[str]) -> str:
    if escape[1]:
        number = int(escape[1], 16)
        return escape[0] if 0xD800 <= number <= 0xDFFF else chr(number)
    return "\n" if escape[2] == "n" else escape[2]


def escaped(text: str) -> str:
    """Text on one line, without invisible characters, that `unescaped` reads back exactly."""
    pieces = []
    for char in text:
        if char == "\\":
            pieces.append("\\\\")
        elif char == "\n":
            pieces.append("\\n")
        elif ord(char) <= 0xFFFF and (
            unicodedata.category(char) in _UNPRINTED or UNSEEN.match(char)
        ):
            pieces.append(f"\\u{ord(char):04x}")
        else:
            pieces.append(char)
    return "".join(pieces)


class ScannedNote(Struct, frozen=True):
    """A note with its snippets expanded, its span in the line, and questions about it."""

    text: str | None
    start: int
    end: int
    questions: list[Question] = []


class NoteChunk(Struct, frozen=True):
    """A piece of a note in its escaped form: typed text, or the body of a snippet."""

    text: str
    start: int
    end: int
    snippet: bool = False


def expand_snippets(
    text: str, start: int, snippets: Mapping[str, str]
) -> tuple[list[NoteChunk], list[Question]]:
    """The note from character `start` to the end of the line, with its snippets expanded.

    `,word` at the start of a word is a snippet. One that is not known stays as typed, with a
    question. Spaces around the note are not part of it. There is always one chunk.
    """
    typed = text[start:].strip(" ")
    begin = start + len(text[start:]) - len(text[start:].lstrip(" "))
    bodies = {name.lstrip(",").casefold(): body for name, body in snippets.items()}
    chunks: list[NoteChunk] = []
    questions: list[Question] = []
    done = 0
    for match in _SNIPPET.finditer(typed):
        first, last = begin + match.start(), begin + match.end()
        body = bodies.get(match[1].casefold())
        if body is None:
            near = nearest(match[1].casefold(), bodies)
            message = f"There is no snippet `{match[1]}`; it is kept as typed."
            suggestion = f",{near}" if near else None
            questions.append(Question(first, last, message, suggestion, f"snippet {match[1]}"))
            continue
        chunks.append(NoteChunk(typed[done : match.start()], begin + done, first))
        chunks.append(NoteChunk(escaped(body), first, last, snippet=True))
        done = match.end()
    chunks.append(NoteChunk(typed[done:], begin + done, begin + len(typed)))
    return chunks, questions


def read_note(text: str, start: int, snippets: Mapping[str, str]) -> ScannedNote:
    """The note from character `start` to the end of the line, without labeled parts."""
    chunks, questions = expand_snippets(text, start, snippets)
    note = unescaped("".join(chunk.text for chunk in chunks))
    return ScannedNote(note or None, chunks[0].start, chunks[-1].end, questions)


def written_note(note: str) -> str:
    """A note as text behind ` ; ` that `read_note` reads back as exactly this note."""
    text = _SNIPPET.sub(r"\\,\1", escaped(note))
    lead = len(text) - len(text.lstrip(" "))
    tail = len(text) - len(text.rstrip(" ")) if lead < len(text) else 0
    return "\\u0020" * lead + text[lead : len(text) - tail] + "\\u0020" * tail
