"""SHA-256 as the store sums its bytes.

Python has one of its own. OpenSSL's is four times as fast, and takes 3 ms and 3.5 MB to load: so it comes with the
first save or the first long read, and not with every start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash

LONG = 128 * 1024
"""Bytes from which on loading OpenSSL pays."""

try:
    from _sha2 import sha256 as _own  # type: ignore[import-not-found]  # from Python 3.12 on
except ImportError:
    try:
        from _sha256 import sha256 as _own  # type: ignore[import-not-found]
    except ImportError:
        from hashlib import sha256 as _own

_made: Callable[[bytes], _Hash] = _own


def use_fast_sha256() -> None:
    """From now on OpenSSL's."""
    global _made  # noqa: PLW0603
    if _made is _own:
        from hashlib import sha256

        _made = sha256


def sha256(data: bytes = b"") -> _Hash:
    """A SHA-256 over these bytes, to which more can be added."""
    if len(data) > LONG:
        use_fast_sha256()
    return _made(data)
