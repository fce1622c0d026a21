"""Loading a library without parts of its own that nothing here uses."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*names: str) -> Iterator[None]:
    """While this lasts these modules, unless they are loaded already, are as if they were not installed."""
    unknown = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(unknown))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in unknown:
            del sys.modules[name]
