"""The command `medex`; `python -m medex_tui` is the same."""

from __future__ import annotations

import sys


def main() -> int | None:
    """Run the command line; the exit status is 0, 1, 2 or 3 as the help says."""
    from medex_tui.cli.start import start

    return start(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
