"""From the words after `medex` to an exit status: which command, and what becomes of its faults."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from medex_tui.cli.context import BAD_INPUT, STORE, CommandContext, CommandError, print_error
from medex_tui.domain.language.plain import one_line


def start(words: Sequence[str]) -> int:
    """Run one command; its exit status. Every fault ends as a plain sentence on stderr."""
    _streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status = _run(words)
        sys.stdout.flush()
        return status
    except CommandError as refused:
        print_error(*refused.sentences)
        return refused.status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return STORE
    except KeyboardInterrupt:
        return _stopped()
    except Exception as fault:  # the last resort: a sentence without data in place of a traceback
        if isinstance(
            fault.__cause__, KeyboardInterrupt
        ):  # Python wraps what comes while a class is made
            return _stopped()
        print_error(_told(fault))
        return STORE


def _stopped() -> int:
    print_error("Stopped; what was answered with `saved` is kept, nothing else was written.")
    return BAD_INPUT


def _told(fault: Exception) -> str:
    if not isinstance(fault, OSError) or fault.errno is None:
        return (
            f"medex met a fault of its own ({type(fault).__name__} in {_place(fault)}) and stopped."
        )
    from medex_tui.store.files import cause

    what, why = str(fault.filename or "A file"), cause(fault)
    return one_line(why if why.startswith(what) else f"{what} could not be read or written: {why}")


def _streams() -> None:
    """Give a closed stdin, stdout or stderr the null device, before a file of the store gets its number."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))  # noqa: PTH123, SIM115
            if getattr(sys, name).fileno() != number:
                os.dup2(getattr(sys, name).fileno(), number)


def _run(words: Sequence[str]) -> int:
    match list(words):
        case []:
            return _app(None)
        case ["--store", path] if not path.startswith("-"):
            return _app(path)
    from medex_tui.cli.parser import parse_args

    given = parse_args(words)
    gc.freeze()
    gc.enable()
    if given.command is None:
        return _app(given.store)
    with CommandContext(given.store) as context:
        return int(given.run(context, given))


def _app(store: str | None) -> int:
    """The app, which needs no parser: what is asked for most should be there first."""
    from medex_tui.cli.full_screen import open_app

    with CommandContext(store) as context:
        return open_app(context)


def _place(fault: BaseException) -> str:
    """File and line where it happened: of the program, never of the data."""
    trace = fault.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)} line {trace.tb_lineno}"  # noqa: PTH119 light import
