"""A person's own keys: `keys.toml` in their config folder, `"command id" = "key"`.

```toml
"session.log" = "s"
"overdue.open" = "f2"
```

`medex keys` lists the ids. A faulty line is reported and the command keeps its default key. A
command that works while a line is typed needs a key that types nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from medex_tui.app.commands import COMMANDS, with_custom_keys
from medex_tui.app.keys import arrives, key_names, shown_key, types_text
from medex_tui.app.state.config_file import (
    FILE,
    ConfigFault,
    did_you_mean,
    read_table,
    shown_value,
)
from medex_tui.domain.language.plain import one_line

OVER_ENTRY = ("entry.", "form.", "help.", "palette.", "theme.", "go.", "app.", "names.")
"""Beginnings of the ids of commands that must also work while something is typed."""

NOT_OVER_ENTRY = ("app.leave", "help.open", "go.on")
"""Commands of those groups that are not needed while something is typed."""

EDITING = frozenset(("left", "right", "home", "end", "backspace", "delete"))
"""Keys that move the cursor or delete in a text input."""


def read(path: Path) -> tuple[dict[str, str], list[ConfigFault]]:
    """Command id -> Textual's name of its key, for the lines that can be used; the faults."""
    try:
        content = read_table(path)
    except FileNotFoundError:
        return {}, []
    if isinstance(content, str):
        return {}, [_fault(FILE, content)]
    chosen: dict[str, str] = {}
    faults: list[ConfigFault] = []
    for id, key in content.items():
        reason = _refusal(id, key)
        if reason:
            faults.append(_fault(id, reason))
        else:
            chosen[id] = key_names(key)
    return chosen, faults


def _fault(command: str, reason: str) -> ConfigFault:
    return ConfigFault("keys.toml", command, reason, consequence="The default stands.")


def _refusal(id: str, key: object) -> str | None:
    """Why a line of the keymap cannot be used, or None."""
    if id not in COMMANDS:
        hint = did_you_mean(id, COMMANDS) or "; `medex keys` lists them"
        return f"there is no such command{hint}"
    if COMMANDS[id].numbered:
        return "its keys are the digits and stay so"
    if not isinstance(key, str) or not key:
        return f'{shown_value(key)} is not a key in quotes like "l" or "ctrl+g"'
    name, shown = key_names(key), one_line(key)
    if not arrives(name):
        return f"{shown} does not arrive from every terminal; `medex keys` lists those that do"
    if not id.startswith(OVER_ENTRY):
        return None
    if id not in NOT_OVER_ENTRY and types_text(name):
        return f"{shown} would be typed into the line; take a ctrl or function key"
    if name in EDITING:
        return f"{shown} edits what is typed; take a ctrl or function key"
    return None


def without_clashes(
    chosen: Mapping[str, str], screens: Iterable[Iterable[str]]
) -> tuple[dict[str, str], list[ConfigFault]]:
    """The chosen keys without those that another command of the same screen has; the clashes.

    `screens`: the command ids of each screen.
    """
    accepted = dict(chosen)
    faults: list[ConfigFault] = []
    groups = [list(ids) for ids in screens]
    for id in chosen:
        clashes = (_clash(id, ids, accepted) for ids in groups if id in ids)
        clash = next(filter(None, clashes), None)
        if clash:
            faults.append(_fault(id, f"{shown_key(accepted[id])} is {clash} on the same screen"))
            del accepted[id]
    return accepted, faults


def _clash(id: str, ids: Iterable[str], accepted: Mapping[str, str]) -> str | None:
    """The other command of these with the same key, or None."""
    for other in ids:
        if other != id and other in COMMANDS:
            keys = with_custom_keys(COMMANDS[other], accepted).keys.split(",")
            if accepted[id] in keys:
                return other
    return None
