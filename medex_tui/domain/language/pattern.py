"""Regular expressions compiled when they are first used: a start uses few of those there are."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Late:
    def __init__(self, source: Any, flags: int) -> None:
        self._said = source, flags

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._said), name)
        setattr(self, name, found)
        return found


def lazy_regex(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """A pattern to be used like `re.compile(source, flags)`."""
    return cast("re.Pattern[AnyStr]", _Late(source, flags))
