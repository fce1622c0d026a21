"""The screens as they were looked at and agreed, at 80x24 and 60x20.

After a change that is meant: MEDEX_WRITE_SNAPSHOTS=1 pytest tests/app/test_snapshots.py, then read the difference.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from driving import Desk, driving

KEPT = Path(__file__).parent / "snapshots"
WALKS: dict[str, tuple[str, ...]] = {
    "today": (),
    "overdue": ("o",),
    "letter": ("o", "p"),
    "mark-sent": ("o", "m"),
    "client": ("c",),
    "help": ("question_mark",),
    "add": ("plus",),
}


def kept_as(name: str, desk: Desk) -> None:
    path = KEPT / f"{name}.txt"
    if os.environ.get("MEDEX_WRITE_SNAPSHOTS"):
        KEPT.mkdir(exist_ok=True)
        path.write_text(desk.text + "\n", encoding="utf-8")
    assert desk.text + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("size", [(80, 24), (60, 20)], ids=["80x24", "60x20"])
@pytest.mark.parametrize("name", WALKS)
async def test_as_agreed(
    name: str, size: tuple[int, int], sample_path: Path, now: datetime, new_id: Callable[[], str]
) -> None:
    async with driving(sample_path, now, new_id, size=size) as desk:
        await desk.press(*WALKS[name])
        kept_as(f"{name}-{size[0]}x{size[1]}", desk)


@pytest.mark.parametrize("size", [(80, 24), (60, 20)], ids=["80x24", "60x20"])
async def test_a_line_being_typed(
    size: tuple[int, int], sample_path: Path, now: datetime, new_id: Callable[[], str]
) -> None:
    async with driving(sample_path, now, new_id, size=size) as desk:
        await desk.press("slash", "c", "h", "e", "n", "enter", "l")
        await desk.type("= 152/88 72 o97 p3 r5 ; ,tol")
        kept_as(f"log-{size[0]}x{size[1]}", desk)


@pytest.mark.parametrize("size", [(80, 24), (60, 20)], ids=["80x24", "60x20"])
async def test_numbers_being_typed(
    size: tuple[int, int], sample_path: Path, now: datetime, new_id: Callable[[], str]
) -> None:
    async with driving(sample_path, now, new_id, size=size) as desk:
        await desk.press("slash", "c", "h", "e", "n", "enter", "a")
        await desk.type("6")
        await desk.press("enter")
        await desk.type("7")
        kept_as(f"assess-{size[0]}x{size[1]}", desk)
