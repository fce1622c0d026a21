"""A person's own keys: `keys.toml` in their folder, `"command id" = "key"`. A fault is named and the default stands.

```toml
"session.log" = "s"
"overdue.open" = "f2"
```

`medex keys` lists the ids. A command that works while a line is typed needs a key that types nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from medex_tui.app.commands import (
    COMMANDS,
    arrives,
    key_names,
    shown_key,
    types_text,
    with_custom_keys,
)
from medex_tui.domain.find import nearest
from medex_tui.domain.language.plain import one_line

OVER_ENTRY = ("entry.", "form.", "help.", "palette.", "theme.", "go.", "app.", "names.")
"""Commands that must also work while something is typed, or are read as one where nothing is."""


EDITING = frozenset(("left", "right", "home", "end", "backspace", "delete"))
"""Keys that move and rub out in what is typed."""


class KeyFault(Struct, frozen=True):
    """A line of the keymap that is not used, and why."""

    command: str
    reason: str

    def __str__(self) -> str:
        return f"keys.toml: {self.command}: {self.reason}. The default stands."


def read(path: Path) -> tuple[dict[str, str], list[KeyFault]]:
    """Command id -> key as Textual names it, for the lines that can be used alone; and the faults of the others."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, []
    except OSError as fault:
        return {}, [KeyFault("the file", (fault.strerror or "it cannot be read").lower())]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        return {}, [KeyFault("the file", f"it is not TOML ({one_line(str(fault))})")]
    chosen: dict[str, str] = {}
    faults: list[KeyFault] = []
    for id, key in said.items():
        reason = _refused(id, key)
        if reason:
            faults.append(KeyFault(one_line(id), reason))
        else:
            chosen[id] = key_names(key)
    return chosen, faults


def _refused(id: str, key: object) -> str | None:
    if id not in COMMANDS:
        near = nearest(id, COMMANDS)
        return "there is no such command" + (
            f"; did you mean {near}?" if near else "; `medex keys` lists them"
        )
    if COMMANDS[id].numbered:
        return "its keys are the digits and stay so"
    if not isinstance(key, str) or not key:
        return 'its key is not a text like "l" or "ctrl+g"'
    if not arrives(key_names(key)):
        return (
            f"{one_line(key)} does not arrive from every terminal; `medex keys` lists those that do"
        )
    if (
        id.startswith(OVER_ENTRY)
        and id not in ("app.leave", "help.open", "go.on")
        and types_text(key_names(key))
    ):
        return f"{one_line(key)} would be typed into the line; take a ctrl or function key"
    if id.startswith(OVER_ENTRY) and key_names(key) in EDITING:
        return f"{one_line(key)} edits what is typed; take a ctrl or function key"
    return None


def settled(
    chosen: Mapping[str, str], screens: Iterable[Iterable[str]]
) -> tuple[dict[str, str], list[KeyFault]]:
    """The keys without those that would clash on a screen, given the command ids of each; and the clashes."""
    kept = dict(chosen)
    faults: list[KeyFault] = []
    groups = [list(ids) for ids in screens]
    for id in chosen:
        clash = next((c for ids in groups if id in ids and (c := _clash(id, ids, kept))), None)
        if clash:
            faults.append(KeyFault(id, f"{shown_key(kept[id])} is {clash} on the same screen"))
            del kept[id]
    return kept, faults


def _clash(id: str, ids: Iterable[str], kept: Mapping[str, str]) -> str | None:
    for other in ids:
        keys = with_custom_keys(COMMANDS[other], kept).keys.split(",") if other in COMMANDS else []
        if other != id and kept[id] in keys:
            return other
    return None
