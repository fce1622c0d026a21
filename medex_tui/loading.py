"""Loading libraries without the parts of them that nothing here uses: a tenth of the time to the first screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any, TypeAlias

Parts: TypeAlias = Mapping[str, Mapping[str, Any] | None]


def _quoted(*words: Any) -> Any:
    """What pathlib takes from urllib for `as_uri`, which nothing here asks for."""
    from urllib.parse import quote_from_bytes

    return quote_from_bytes(*words)


class _Stranger:
    """A type that nothing is of."""

    unknown = None


ZONES = "/usr/share/zoneinfo"
UNUSED: Mapping[str, Parts] = {
    "msgspec": {
        "typing_extensions": None,  # all it takes from there is in Python itself
        "decimal": {
            "Decimal": _Stranger
        },  # types that no record has a field of: it asks only whether a value is one
        "uuid": {"UUID": _Stranger, "SafeUUID": _Stranger},
        "msgspec.inspect": {},
        "msgspec._json_schema": {"schema": None, "schema_components": None},
    },
    "pathlib": {"urllib.parse": {"quote_from_bytes": _quoted}},
    "zoneinfo": {"sysconfig": {"get_config_var": lambda name: ZONES}}
    if os.path.isdir(ZONES)  # noqa: PTH112
    else {},
}
"""Library -> modules that it imports and does without, with the few names it takes from them as it loads."""

NO_NETWORK: Mapping[str, None] = {"ssl": None}
"""1.5 MB and 4 ms that asyncio does without."""


@contextmanager
def instead(spared: Parts) -> Iterator[None]:
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


def load_libraries() -> None:
    """Import for the first time what every start needs, whole where a version of it wants more than it is given."""
    for library, spared in UNUSED.items():
        if library in sys.modules:
            continue
        try:
            with instead(spared):
                module = __import__(library)
            for name in spared:
                if name.startswith(f"{library}."):
                    module.__dict__.pop(name.removeprefix(f"{library}."), None)
        except (ImportError, AttributeError):
            for name in [one for one in sys.modules if one.partition(".")[0] == library]:
                del sys.modules[name]
