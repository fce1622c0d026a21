"""The practice's own measures as files: beside the practice file, and in the person's config folder."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from medex_tui.domain.measures.own import FILE, MeasureFault, Own, read_own
from medex_tui.domain.measures.tables import Additions

LARGEST = 2_000_000
"""Bytes of a file that is still read; the whole packaged catalogue takes a tenth of it."""


def own_measures(
    practice: Path, config: Path | None, off: Collection[str] = (), on: Collection[str] = ()
) -> Own:
    """What `measures.toml` in the two folders adds, the practice's file first; with none, nothing is parsed."""
    found: list[tuple[str, str]] = []
    faults: list[MeasureFault] = []
    for folder in dict.fromkeys(f for f in (practice.parent, config) if f):
        path = folder / FILE
        try:
            if not path.is_file():
                continue
            if path.stat().st_size > LARGEST:
                faults.append(
                    MeasureFault(str(path), "", "", "is too large to be a list of measures")
                )
                continue
            found.append((str(path), path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as problem:
            faults.append(MeasureFault(str(path), "", "", f"cannot be read ({problem})"))
    if not found:
        return Own(Additions(off=frozenset(off), on=frozenset(on)), tuple(faults))
    read = read_own(found, off, on)
    return Own(read.additions, (*faults, *read.faults))
