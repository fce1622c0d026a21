"""The command `medex`; `python -m medex_tui` is the same."""

from __future__ import annotations

import gc
import sys

from medex_tui.loading import load_libraries


def main() -> int | None:
    """Run the command line; the exit status is 0, 1, 2 or 3 as the help says."""
    gc.disable()  # until what is loaded at the start is there: it stays to the end
    try:
        load_libraries()
        from medex_tui.cli.main import start
    except ImportError as fault:
        sys.stderr.write(
            f"medex is not installed whole: {fault.name} is missing. Install it again.\n"
        )
        return 3
    except KeyboardInterrupt:
        return 2
    return start(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
