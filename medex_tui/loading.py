"""Loading libraries without the parts of them that nothing here uses: a tenth of the time to the first screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

UNUSED_BY_MSGSPEC: Mapping[str, Mapping[str, Any] | None] = {
    "typing_extensions": None,  # all it takes from there is in Python itself
    "platform": {"system": lambda: os.uname().sysname},  # asked by uuid, and once
    "msgspec.inspect": {},
    "msgspec._json_schema": {"schema": None, "schema_components": None},
}
NO_NETWORK: Mapping[str, None] = {"ssl": None}
"""1.5 MB and 4 ms that asyncio does without."""


@contextmanager
def instead(spared: Mapping[str, Mapping[str, Any] | None]) -> Iterator[None]:
    """While this lasts modules that are not loaded yet have only these names in them, or are not there (None)."""
    standing = [name for name in spared if name not in sys.modules]
    for name in standing:
        names = spared[name]
        module = None if names is None else ModuleType(name)
        if module and names:
            module.__dict__.update(names)
        sys.modules[name] = module  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in standing:
            del sys.modules[name]


def load_msgspec() -> None:
    """Import msgspec for the first time, whole where a version of it wants more than it is given."""
    if "msgspec" in sys.modules:
        return
    try:
        with instead(UNUSED_BY_MSGSPEC):
            import msgspec
        del msgspec.inspect
    except (ImportError, AttributeError):
        for name in [one for one in sys.modules if one.partition(".")[0] == "msgspec"]:
            del sys.modules[name]
