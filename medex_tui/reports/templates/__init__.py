"""Letters as files: a front matter and Markdown with named blanks, shipped here, replaced by a practice's own.

A template says in which order the parts of a letter stand and adds words of the practice's; it holds no code. In a
paragraph each line stands for itself, and a line whose blanks are all empty is left out.

    ---
    letter: progress_report
    title: Progress report for {{client}}
    ---
    # {{title}}
    ...
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from msgspec import Struct

from medex_tui.domain.language.plain import terminal_safe
from medex_tui.domain.language.suggestion import closest_name
from medex_tui.reports.rendering.markdown import document

BLANK = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
KEYS = ("letter", "title")
LARGEST = 64_000

EVERYWHERE = frozenset(
    {
        "practice_name",
        "practice_address",
        "practice_phone",
        "practice_fax",
        "client",
        "provider",
        "today",
    }
)
"""Blanks that every letter fills with a few words, also inside a line."""

HEAD = frozenset(
    {"sender", "written", "to", "about", "diagnosis", "question", "scope", "signature"}
)
NEEDED: Mapping[str, frozenset[str]] = {
    "referral_ack": HEAD - {"scope"} | {"received"},
    "intro_letter": HEAD - {"diagnosis"} | {"screen", "orders"},
    "assessment_summary": HEAD
    | {
        "orders",
        "late_entry",
        "seal_broken",
        "why_referred",
        "limits",
        "goals",
        "findings",
        "sources",
        "screen",
        "next",
        "amendments",
    },
    "progress_report": HEAD
    | {
        "safety",
        "on_file",
        "attendance",
        "goals",
        "measures",
        "sources",
        "not_measured",
        "programme",
        "orders",
        "next",
    },
    "change_in_status": HEAD
    | {"bottom_line", "orders", "findings", "vitals", "overrides", "response", "next", "call_back"},
    "on_hold": HEAD | {"bottom_line", "orders", "reason", "next", "call_back"},
    "missed_visits": HEAD - {"diagnosis"} | {"bottom_line", "orders", "last_visit", "attendance"},
    "discharge_summary": HEAD
    | {
        "reason",
        "safety",
        "on_file",
        "orders",
        "attendance",
        "measures",
        "sources",
        "not_measured",
        "goals",
        "limits",
        "next",
    },
    "outreach": frozenset({"sender", "written", "to", "scope", "signature"}),
    "overview": frozenset({"sender", "scope"}),
    "letterhead": frozenset({"practice_name", "practice_phone", "practice_fax"}),
}
"""Letter -> blanks it may not be without: what DOMAIN 5.3 requires of it, and what keeps it honest."""

ALONE = frozenset(
    {"goals", "measures", "findings", "vitals", "overrides", "visits", "amendments", "offers"}
)
"""Blanks that hold tables or lists and need a paragraph of their own; a list of goals in an introduction is a line."""


class LetterTemplate(Struct, frozen=True):
    """A letter's own order and words. `title` is Markdown with blanks, or None for the letter's own."""

    letter: str
    text: str
    title: str | None = None


class LetterTemplateFault(Struct, frozen=True):
    """What is wrong in a template, and in which line, from 1."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


@cache
def shipped(letter: str) -> LetterTemplate:
    """The template that comes with the program. KeyError for a letter there is none of."""
    raw = pkgutil.get_data(__name__, f"{letter}.md") if letter in NEEDED else None
    if raw is None:
        raise KeyError(letter)
    head, _, text = raw.decode().removeprefix("---\n").partition("---\n")
    title = next((line[7:] for line in head.splitlines() if line.startswith("title: ")), None)
    return LetterTemplate(letter, text, title)


def source(letter: str) -> str:
    """The shipped file of a letter, for a practice to begin from. KeyError for a letter there is none of."""
    if letter == "letterhead":
        return LETTERHEAD
    raw = pkgutil.get_data(__name__, f"{letter}.md") if letter in NEEDED else None
    if raw is None:
        raise KeyError(letter)
    return raw.decode()


LETTERHEAD = (
    "---\nletter: letterhead\n---\n**{{practice_name}}**, {{practice_address}}\n"
    "Phone {{practice_phone}}, Fax {{practice_fax}}\n"
)
"""A letterhead to begin from: it stands where `{{sender}}` stands."""


def blanks_of(letter: str) -> frozenset[str]:
    """Every blank a letter can fill."""
    if letter in ("letterhead", "overview", "outreach"):
        own = (
            frozenset()
            if letter == "letterhead"
            else frozenset(BLANK.findall(shipped(letter).text))
        )
        return own | (
            EVERYWHERE - {"client", "provider"} if letter != "outreach" else EVERYWHERE - {"client"}
        )
    return frozenset(BLANK.findall(shipped(letter).text)) | EVERYWHERE


def read_template(
    typed: str, snippets: Iterable[str] = ()
) -> LetterTemplate | list[LetterTemplateFault]:
    """A template as written by a practice, or everything that is wrong with it in the order of its lines."""
    if len(typed) > LARGEST:
        return [
            LetterTemplateFault(
                1, f"A template has at most {LARGEST} characters; this one has {len(typed)}."
            )
        ]
    lines = typed.replace("\r\n", "\n").removeprefix("\ufeff").split("\n")
    if lines[0].strip() != "---" or "---" not in (line.strip() for line in lines[1:]):
        return [
            LetterTemplateFault(1, "A template begins with `---`, then `letter: KIND`, then `---`.")
        ]
    end = next(i for i, line in enumerate(lines[1:], 1) if line.strip() == "---")
    head, faults = _front(lines[1:end])
    letter = head.get("letter", "")
    if letter not in NEEDED:
        near = _near(letter, NEEDED)
        return [
            *faults,
            LetterTemplateFault(
                1,
                f"`letter: {letter}` is no letter here.{near or ' There are: ' + ', '.join(NEEDED)}",
            ),
        ]
    text = "\n".join(lines[end + 1 :])
    title = head.get("title")
    faults += [
        LetterTemplateFault(number, "This line holds a control character; take it out.")
        for number, line in enumerate(lines, 1)
        if terminal_safe(line) != line.replace("\t", " ")
    ]
    faults += _blank_faults(letter, [title or "", *[""] * end, *lines[end + 1 :]], snippets)
    used = set(BLANK.findall(text))
    for name in sorted(NEEDED[letter] - used):
        faults.append(
            LetterTemplateFault(
                end + 1,
                f"The blank {{{{{name}}}}} is missing; a {letter.replace('_', ' ')} needs it.",
            )
        )
    return sorted(faults, key=lambda f: f.line) or LetterTemplate(letter, text, title)


def read_file(
    path: Path, snippets: Iterable[str] = ()
) -> LetterTemplate | list[LetterTemplateFault]:
    """The template in a file, or everything that is wrong with it; a file that is no text is a fault too."""
    try:
        with path.open("rb") as file:
            typed = file.read(4 * LARGEST + 1).decode()
    except OSError as fault:
        return [
            LetterTemplateFault(
                1, f"The file cannot be read: {(fault.strerror or type(fault).__name__).lower()}."
            )
        ]
    except UnicodeDecodeError as fault:
        return [
            LetterTemplateFault(
                fault.object.count(b"\n", 0, fault.start) + 1,
                "This is not text in UTF-8; save it as that.",
            )
        ]
    return read_template(typed, snippets)


def _front(lines: list[str]) -> tuple[dict[str, str], list[LetterTemplateFault]]:
    head: dict[str, str] = {}
    faults: list[LetterTemplateFault] = []
    for number, line in enumerate(lines, 2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        key, colon, value = line.partition(":")
        key = key.strip()
        if not colon or key not in KEYS:
            faults.append(
                LetterTemplateFault(
                    number,
                    f"`{key}` is no key of a template.{_near(key, KEYS) or ' Keys: letter, title.'}",
                )
            )
        elif key in head:
            faults.append(LetterTemplateFault(number, f"`{key}` is given twice; keep one."))
        else:
            head[key] = value.strip()
    return head, faults


def _blank_faults(
    letter: str, lines: list[str], snippets: Iterable[str]
) -> list[LetterTemplateFault]:
    """Blanks that are not known, or that hold a table and do not stand alone."""
    known = blanks_of(letter) | {f"snippet.{name}" for name in snippets}
    faults: list[LetterTemplateFault] = []
    for number, line in enumerate(lines, 1):
        for name in BLANK.findall(line):
            if name not in known:
                faults.append(
                    LetterTemplateFault(
                        number, f"There is no blank {{{{{name}}}}}.{_near(name, known)}"
                    )
                )
            elif name in ALONE and name not in _inline(letter) and not _alone(lines, number - 1):
                faults.append(
                    LetterTemplateFault(
                        number,
                        f"{{{{{name}}}}} holds a table or a list: put blank lines around it.",
                    )
                )
        if "{{" in BLANK.sub("", line) or "}}" in BLANK.sub("", line):
            faults.append(
                LetterTemplateFault(
                    number, "A blank is opened or closed only once; write {{name}}."
                )
            )
    return faults


def _inline(letter: str) -> frozenset[str]:
    return frozenset({"goals"}) if letter == "intro_letter" else frozenset()


def _alone(lines: list[str], at: int) -> bool:
    around = [lines[i] if 0 <= i < len(lines) else "" for i in (at - 1, at + 1)]
    return not any(line.strip() for line in around) and BLANK.sub("", lines[at]).strip() == ""


def _near(name: str, known: Iterable[str]) -> str:
    near = closest_name(name, known)
    return f" Did you mean {near}?" if near else ""


def fill(template: LetterTemplate, values: Mapping[str, str]) -> str:
    """The letter's Markdown: blanks filled, lines without anything to say left out."""
    return document(_paragraphs(template.text, values))


def filled_line(line: str, values: Mapping[str, str]) -> str:
    """One line with its blanks filled; empty where all of them are."""
    names = BLANK.findall(line)
    if names and not any(values.get(name) for name in names):
        return ""
    return BLANK.sub(lambda found: values.get(found[1], ""), line).strip()


def _paragraphs(text: str, values: Mapping[str, str]) -> Iterator[str]:
    for block in re.split(r"\n[ \t]*\n", text.strip("\n")):
        kept = [
            filled
            for line in block.split("\n")
            if (filled := filled_line(line.rstrip("\\ \t"), values))
        ]
        plain = all(re.match(r"[|#]|[-*+] |\d+[.)] ", line) for line in kept)
        yield ("\n" if plain else "\\\n").join(kept)


def folders(store: Path, config: Path) -> list[Path]:
    """Where templates of a practice's own lie: beside its file, shared by all, and in a person's config folder."""
    return [store.with_suffix(".templates"), config / "templates"]


def load(
    folders: Iterable[Path], snippets: Iterable[str] = ()
) -> tuple[dict[str, LetterTemplate], list[str]]:
    """The templates of the folders, the first that has a letter winning, and what is wrong with the others.

    A broken template is told, with its file and line, and the shipped one stands in for it.
    """
    found: dict[str, LetterTemplate] = {}
    told: list[str] = []
    names = list(snippets)
    for folder in folders:
        for path in sorted(folder.glob("*.md")) if folder.is_dir() else []:
            read = read_file(path, names)
            if isinstance(read, LetterTemplate):
                found.setdefault(read.letter, read)
            else:
                told.append(
                    f"{path}: {read[0]} The shipped template is used; `medex template check` lists all."
                )
    return found, told
