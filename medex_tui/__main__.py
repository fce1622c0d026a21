"""The command `medex`; `python -m medex_tui` is the same."""

from __future__ import annotations

import gc
import sys


def main() -> int | None:
    """Run the command line. Exit status: 0, 1, 2 or 3, as the help says."""
    gc.disable()  # what is loaded at the start stays to the end: collecting it costs time only
    try:
        from medex_tui.cli.main import start
    except ImportError as error:
        sys.stderr.write(
            f"medex is not installed whole: {error.name} is missing. Install it again.\n"
        )
        return 3
    except KeyboardInterrupt:
        return 2
    return start(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
