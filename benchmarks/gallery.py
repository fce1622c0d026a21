"""Writes docs/gallery.md: every screen of measures, goals and pictures as text, from the sample practice.

    python benchmarks/gallery.py            writes docs/gallery.md
    python benchmarks/gallery.py --check    says whether it is as the screens are now

The clock, the ids and the practice are the same at every run, so the same screens give the same file.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from medex_tui.app.app import MedexApp
from medex_tui.app.context import AppContext
from medex_tui.app.state.drafts import DraftKeeper
from medex_tui.app.widgets.lists import RowList
from medex_tui.domain.records.ids import uuid7
from medex_tui.sample import sample_practice
from medex_tui.store import Drafts, Store

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
FILE = Path(__file__).parent.parent / "docs" / "gallery.md"
KEYS = {
    " ": "space",
    ".": "full_stop",
    "/": "slash",
    "-": "minus",
    ":": "colon",
    '"': "quotation_mark",
    "'": "apostrophe",
}
SPPB = (
    "plus",
    "=sppb",
    "enter",
    "=10",
    "enter",
    "=10",
    "enter",
    "=4",
    "enter",
    "u",
    "enter",
    "=13.4",
)
LINE = "=grip 24 25 24/22 21 22 tug 11.9 cst 12"
CHEN, HICKS = ("slash", "=chen", "enter"), ("slash", "=hicks", "enter")

# Title, what is to be seen, size, keys; `=text` is typed, `@words` puts the cursor on the row that reads so.
SCREENS: Sequence[tuple[str, str, tuple[int, int], Sequence[str]]] = (
    ("Today", "Whose assessment is due or overdue stands under the day's visits.", (80, 24), ()),
    ("Client", "Goals with their arithmetic, the loop, the six domains.", (80, 24), CHEN),
    ("Client, further down", "A domain without a measure says so.", (80, 24), (*CHEN, "pagedown")),
    ("A goal", "Tied to a measure, with start, target and date.", (80, 24), (*CHEN, "@Walk to the shop", "enter")),
    ("Assessment", "The battery of last time; digits and Enter.", (80, 24), (*CHEN, "a")),
    (
        "Numbers in", "Both changes with their thresholds; references that disagree stand side by side.",
        (80, 24), (*CHEN, "a", "=11.9"),
    ),
    (
        "Unlike last time", "Another aid than before: no verdict, and why.",
        (80, 24), (*CHEN, "a", "=11.9", "d", *["backspace"] * 12, "=; ; rollator", "enter"),
    ),
    (
        "A questionnaire", "One number key an item, by number only.",
        (80, 24), (*HICKS, "a", "down", "down", "down", "=3233221433"),
    ),
    (
        "Parts by name", "A part that could not be done is a result.",
        (80, 24), (*CHEN, "a", *SPPB),
    ),
    ("The counter", "Space counts what is counted, and times what is timed.", (80, 24), (*CHEN, "a", "down", "space")),
    ("Batteries", "By problem, changed and kept by the practice.", (80, 24), (*CHEN, "a", "b")),
    ("References", "Switched on or off; their numbers stay.", (80, 24), (*CHEN, "a", "f")),
    ("Evidence", "Where every number comes from.", (80, 24), (*HICKS, "a", *["down"] * 6, "i")),
    ("One line", "The same as a line of text.", (80, 24), (*CHEN, "a", "colon", LINE)),
    (
        "Wide window", "With room for them, a reference and its source stand beside every row.",
        (140, 24), (*HICKS, "a", *["down"] * 6, "=24.1", "enter", "=22", "enter", "=25.3"),
    ),
    ("Small window", "The boxes at 60x20.", (60, 20), (*CHEN, "a", "=11.9")),
    ("Chart", "Start, error, references, each with its source.", (80, 24), (*CHEN, "@Timed Up", "enter")),
    ("Chart with a goal", "The target of the goal it is tied to.", (80, 24), (*CHEN, "@Gait speed", "enter")),
    ("Chart of a strength test", "A count of repetitions.", (80, 24), (*CHEN, "@chair stand", "enter")),
    ("Chart of a balance test", "The worse leg leads.", (80, 24), (*CHEN, "@single-leg", "enter")),
    ("Chart at 40 columns", "Half a window is enough.", (40, 20), (*CHEN, "@Timed Up", "enter")),
    (
        "Chart in ASCII", "For TERM=linux, no colour, or a locale without UTF-8.",
        (80, 24), ("!NO_COLOR", *CHEN, "@Timed Up", "enter"),
    ),
)  # fmt: skip


async def captured(size: tuple[int, int], keys: Sequence[str]) -> str:
    """The screen after these keys, on a practice of its own."""
    for name in ("NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG", "TERM"):
        os.environ.pop(name, None)
    if keys[:1] == ("!NO_COLOR",):
        os.environ["NO_COLOR"] = "1"
        keys = keys[1:]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "practice.json"
        numbers = count(1)
        store = Store.open(path, by="aokafor", host="gallery", pid=1, create=True)
        store.load(sample_practice(NOW, owner="aokafor"), at=NOW)
        context = AppContext(
            store, path, login="aokafor", clock=lambda: NOW,
            new_id=lambda: uuid7(NOW, next(numbers).to_bytes(10, "big")),
            drafts=DraftKeeper(Drafts(path), "aokafor"), config=Path(folder) / "config", demo=False,
        )  # fmt: skip
        app = MedexApp(context)
        async with app.run_test(size=size) as pilot:
            for key in keys:
                if key.startswith("@"):
                    for rows in app.screen.query("#rows").results(RowList):
                        wanted = (
                            r.key
                            for r in rows.rows
                            if r.key and key[1:] in "".join(t for t, _ in r.line)
                        )
                        rows.select(next(wanted, "") or "")
                elif key.startswith("="):
                    await pilot.press(*(KEYS.get(c, c) for c in key[1:]))
                else:
                    await pilot.press(key)
                await app.workers.wait_for_complete()
                await pilot.pause()
            strips = app.screen._compositor.render_strips(app.size)
            text = "\n".join(
                "".join(segment.text for segment in strip).rstrip() for strip in strips
            )
        store.close()
        return text


async def written() -> str:
    """The whole gallery."""
    parts = [
        "# Gallery",
        "Text captures of the screens about measures, made by `python benchmarks/gallery.py` from the sample practice. "
        "The people are invented.",
    ]
    for title, about, size, keys in SCREENS:
        text = await captured(size, keys)
        parts += [f"## {title}", f"{about} {size[0]}x{size[1]}.", f"```text\n{text}\n```"]
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Write the file, or with --check compare it."""
    made = asyncio.run(written())
    if "--check" in sys.argv[1:]:
        same = FILE.is_file() and FILE.read_text("utf-8") == made
        print(
            "docs/gallery.md is as the screens are."
            if same
            else "docs/gallery.md is not as the screens are: write it again."
        )
        return 0 if same else 1
    FILE.write_text(made, "utf-8")
    print(f"docs/gallery.md: {len(SCREENS)} screens")
    return 0


if __name__ == "__main__":
    sys.exit(main())
