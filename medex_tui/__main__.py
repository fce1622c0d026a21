"""The command `medex`; `python -m medex_tui` is the same."""

from __future__ import annotations

import gc
import sys


def main() -> int | None:
    """Run the command line; the exit status is 0, 1, 2 or 3 as the help says."""
    gc.disable()  # until what is loaded at the start is there: it stays to the end
    try:
        _load_msgspec()
        from medex_tui.cli.start import start
    except ImportError as fault:
        sys.stderr.write(f"medex is not installed whole: {fault.name} is missing. Install it again.\n")
        return 3
    return start(sys.argv[1:])


def _load_msgspec() -> None:
    """Import msgspec without typing_extensions, a third of its cost: all it takes from there is in Python itself."""
    unknown = "typing_extensions" not in sys.modules
    if unknown:
        sys.modules["typing_extensions"] = None  # type: ignore[assignment]
    try:
        import msgspec  # noqa: F401
    finally:
        if unknown:
            del sys.modules["typing_extensions"]


if __name__ == "__main__":
    sys.exit(main())
