"""Session templates: a line to begin with, by problem and phase, one small TOML file each.

```toml
name = "Knee, early"
problem = "knee"          # a word of the referral's reason, a diagnosis, a goal; empty: everybody
phase = "early"           # free text, shown beside the name
key = 1                   # 1 to 9, if it should always be the same
line = "bike 8min  leg press 3x10 @40  step-up 2x10"
```

They are in the person's own folder, `templates/`. A template holds nothing of a client: what it puts
into a line is marked as carried until it is changed or accepted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from medex_tui.app.state.config_file import FILE, ConfigFault, convert, read_table
from medex_tui.domain.find import words
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice

MOST = 9


class LineTemplate(Struct, frozen=True, forbid_unknown_fields=True):
    """A session line to begin with; the keys of a template file."""

    name: str
    line: str
    problem: str = ""
    phase: str = ""
    key: Annotated[int, Meta(ge=1, le=MOST)] | None = None


def load(folder: Path) -> tuple[list[LineTemplate], list[ConfigFault]]:
    """The templates of a folder by file name, and the faults of files that hold none."""
    templates: list[LineTemplate] = []
    faults: list[ConfigFault] = []
    for path in sorted(folder.glob("*.toml")):
        template = _read(path)
        if isinstance(template, LineTemplate):
            templates.append(template)
        else:
            faults.append(ConfigFault(path.name, *template, kind="Template"))
    return templates, faults


def _read(path: Path) -> LineTemplate | tuple[str, str]:
    """A template, its texts on one line each; else key and reason of the first fault."""
    content = read_table(path)
    if isinstance(content, str):
        return FILE, content
    template = convert(content, LineTemplate)
    if isinstance(template, tuple):
        return template
    for key in ("name", "line"):
        if not getattr(template, key).strip():
            return key, "is empty"
    return replace(
        template,
        name=one_line(template.name),
        line=one_line(template.line),
        phase=one_line(template.phase),
    )


def fitting(
    templates: Iterable[LineTemplate], client: Client, practice: Practice
) -> dict[int, LineTemplate]:
    """Number key -> template for a client: those for the client's problem, then those for all."""
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
