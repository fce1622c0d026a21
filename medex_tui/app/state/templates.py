"""Session templates: a line to begin with, by problem and phase, one small TOML file each.

```toml
name = "Knee, early"
problem = "knee"          # a word of the referral's reason, a diagnosis or a goal; empty: for everybody
phase = "early"           # free text, shown beside the name
key = 1                   # 1 to 9, if it should always be the same
line = "bike 8min  leg press 3x10 @40  step-up 2x10"
```

They live in the person's own folder, `templates/`. A template holds nothing of a client: what it puts into a line is
marked as carried until it is changed or accepted.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from medex_tui.domain.find import words
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice

MOST = 9


class LineTemplate(Struct, frozen=True):
    """A line to begin with."""

    name: str
    line: str
    problem: str = ""
    phase: str = ""
    key: int | None = None


class LineTemplateFault(Struct, frozen=True):
    """A file that is not used, and why."""

    file: str
    reason: str

    def __str__(self) -> str:
        return f"Template {self.file}: {self.reason}."


def load(folder: Path) -> tuple[list[LineTemplate], list[LineTemplateFault]]:
    """The templates of a folder by file name, and the files that hold none."""
    found: list[LineTemplate] = []
    faults: list[LineTemplateFault] = []
    for path in sorted(folder.glob("*.toml")):
        made = _read(path)
        if isinstance(made, LineTemplate):
            found.append(made)
        else:
            faults.append(LineTemplateFault(path.name, made))
    return found, faults


def _read(path: Path) -> LineTemplate | str:
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        return (fault.strerror or "it cannot be read").lower()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        return f"not TOML ({one_line(str(fault))})"
    unknown = sorted(set(said) - {"name", "problem", "phase", "key", "line"})
    if unknown:
        return f"`{unknown[0]}` is no key of a template"
    for field in ("name", "line"):
        if not isinstance(said.get(field), str) or not said[field].strip():
            return f"`{field}` is missing"
    for field in ("problem", "phase"):
        if not isinstance(said.get(field, ""), str):
            return f"`{field}` is not a text"
    key = said.get("key")
    if key is not None and (
        isinstance(key, bool) or not isinstance(key, int) or not 1 <= key <= MOST
    ):
        return "`key` is not a number from 1 to 9"
    return LineTemplate(
        one_line(said["name"]),
        one_line(said["line"]),
        said.get("problem", ""),
        one_line(said.get("phase", "")),
        key,
    )


def fitting(
    templates: Iterable[LineTemplate], client: Client, practice: Practice
) -> dict[int, LineTemplate]:
    """Number key -> template, for a client: those for the client's problem first, then those for everybody."""
    referral = practice.current_episode(client.id)
    goals = practice.goals_of.get(referral.id, ()) if referral else ()
    diagnoses = referral.diagnoses if referral else ()
    texts = [
        referral.reason or "" if referral else "",
        *(d.text or "" for d in diagnoses),
        *(g.text for g in goals),
    ]
    about = {word for text in texts for word in words(text)}
    suited = [t for t in templates if not t.problem or about & set(words(t.problem))]
    ranked = sorted(suited, key=lambda t: (not t.problem, t.phase, t.name))
    return _numbered(ranked)


def _numbered(ranked: Sequence[LineTemplate]) -> dict[int, LineTemplate]:
    placed: dict[int, LineTemplate] = {}
    for template in ranked:
        if template.key and template.key not in placed:
            placed[template.key] = template
    for template in ranked:
        if template not in placed.values():
            free = next((n for n in range(1, MOST + 1) if n not in placed), None)
            if free is None:
                break
            placed[free] = template
    return dict(sorted(placed.items()))


def save(folder: Path, template: LineTemplate) -> Path:
    """Write a template to a file of its own, named after it. OSError where the disk refuses."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^a-z0-9]+", "-", " ".join(words(template.name))).strip("-")[:40] or "template"
    path = folder / f"{stem}.toml"
    number = 2
    while path.exists() and not _same_name(path, template):
        path = folder / f"{stem}-{number}.toml"
        number += 1
    fields = {
        "name": template.name,
        "problem": template.problem,
        "phase": template.phase,
        "line": template.line,
    }
    path.write_text(
        "".join(f"{field} = {_toml(text)}\n" for field, text in fields.items()), encoding="utf-8"
    )
    return path


def _same_name(path: Path, template: LineTemplate) -> bool:
    there = _read(path)
    return isinstance(there, LineTemplate) and there.name == one_line(template.name)


def _toml(text: str) -> str:
    return json.dumps(one_line(text), ensure_ascii=False)
