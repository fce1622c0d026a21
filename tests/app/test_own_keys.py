"""A person's own keys are the ones every screen, window, hint and sentence names: none is written down twice."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from textual.events import Paste

import medex_tui
from driving import NAMES, Desk, driving
from medex_tui.app import keymap
from medex_tui.app.commands import COMMANDS, footer, with_custom_keys
from medex_tui.app.row_keys import AssessmentKey, CommunicationKey, MeasureKey
from medex_tui.app.screens.registry import command_ids, screens
from medex_tui.app.terminal.first_screen import own_keys, today_lines
from medex_tui.app.widgets.lists import StyledLines
from medex_tui.domain.obligations import obligations
from medex_tui.store import Store

NewId = Callable[[], str]

OWN = {
    **{id: c.keys.upper() for id, c in COMMANDS.items() if len(c.keys) == 1 and c.keys.islower()},
    "go.back": "ctrl+e", "go.on": "ctrl+l", "help.open": "f9", "palette.open": "f8", "names.hide": "f5",
    "entry.save": "f10", "entry.complete": "ctrl+l", "entry.undo": "f2", "entry.reason": "f3", "entry.draft": "f4",
    "entry.accept": "f7", "entry.next": "insert", "form.save": "f6",
    "battery.save": "f6", "battery.watch": ">", "battery.add": "z", "battery.kind": "J", "lines.save": "ctrl+l",
    "watch.space": "@", "watch.take": "ctrl+l", "client.find": "y", "add.menu": "z", "overdue.open": "Q",
    "app.leave": "K", "screen.lock": "O", "document.forms": "Z", "wording.accept": "J",
}  # fmt: skip
"""Other keys for nearly everything: capitals for the letters, control and function keys over an entry."""

STALE = re.compile(
    r"\^[dgkopuy]\b|\bEsc\b|\bS-Tab\b|\bSpace\b|(?<![\w'.,/^])[b-gik-pr-x+/?](?=:? (?:(?!is )[a-z]+s\b|go\b|name it))"
)
"""A key that `OWN` took from its command, in a place where a key is named."""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The person's folder with all of `OWN` in it, none of which is refused."""
    folder = tmp_path / "own"
    folder.mkdir()
    text = "".join(f'"{id}" = "{key}"\n' for id, key in OWN.items())
    (folder / "keys.toml").write_text(text, encoding="utf-8")
    chosen, faults = keymap.read(folder / "keys.toml")
    _, clashes = keymap.without_clashes(chosen, command_ids())
    assert [str(f) for f in (*faults, *clashes)] == []
    return folder


class Remapped:
    """A person who knows commands and their own keys, and looks at every screen they come by."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.seen: set[str] = set()

    async def do(self, *ids: str) -> None:
        """Give commands by the keys they have now."""
        for id in ids:
            await self.desk.press(with_custom_keys(COMMANDS[id], OWN).keys.split(",")[0])
            self.look()

    async def type(self, text: str) -> None:
        await self.desk.type(text)
        self.look()

    async def enter(self) -> None:
        await self.desk.press("enter")
        self.look()

    async def home(self) -> None:
        for _ in range(6):
            if len(self.desk.app.screen_stack) <= 2:
                break
            await self.do("go.back")

    def look(self) -> None:
        """No key on the screen that its command does not have any more; the footer is made of the present ones."""
        desk, screen = self.desk, self.desk.app.screen
        self.seen.add(type(screen).__name__)
        stale = [line for line in desk.lines if STALE.search(line)]
        assert stale == [], (type(screen).__name__, stale)
        page = desk.app.top_screen
        if page is screen:
            shown = "".join(
                text for line in page.query_one("#keys", StyledLines).lines for text, _ in line
            )
            wanted = "".join(text for text, _ in footer(page.commands(), desk.app.size.width))
            assert shown == wanted and "Esc" not in shown


async def test_every_screen_and_window_names_the_keys_that_the_person_chose(
    sample_path: Path, now: datetime, new_id: NewId, own: Path
) -> None:
    async with driving(sample_path, now, new_id, config=own) as desk:
        me = Remapped(desk)
        me.look()
        await me.do(
            "help.open",
            "go.back",
            "palette.open",
            "go.back",
            "theme.choose",
            "go.back",
            "names.hide",
        )
        assert "F5 shows them" in desk.said
        await me.do(
            "names.hide",
            "client.open",
            "client.find",
            "go.back",
            "go.back",
            "practice.edit",
            "go.back",
        )
        await me.do(
            "overdue.open",
            "obligation.waive",
            "go.back",
            "sent.mark",
            "go.back",
            "call.made",
            "go.back",
        )
        await me.do(
            "letter.open",
            "document.sign",
            "help.open",
            "go.back",
            "document.fit",
            "letter.hand_over",
        )
        await me.do("go.back", "go.back", "client.find")
        await me.type("chen")
        await me.enter()
        await me.do(
            "goal.edit",
            "go.back",
            "referral.edit",
            "go.back",
            "client.edit",
            "go.back",
            "help.open",
            "go.back",
        )
        await me.do(
            "battery.card",
            "note.open",
            "document.sign",
            "document.forms",
            "go.back",
            "note.amend",
            "go.back",
        )
        await me.do(
            "go.back",
            "session.log",
            "help.open",
            "go.back",
            "entry.next",
            "entry.accept",
            "entry.reason",
        )
        await me.type("= lgp 182/104 72 w 231 ")
        await me.do(
            "entry.save",
            "entry.reason",
            "go.back",
            "entry.complete",
            "entry.undo",
            "entry.snippet",
            "go.back",
        )
        await me.do("entry.watch", "watch.count", "watch.space", "go.back", "go.back")
        await me.do(
            "assessment.take",
            "battery.card",
            "go.back",
            "battery.set",
            "go.back",
            "battery.watch",
            "go.back",
        )
        await me.do("assessment.take", "battery.add")
        await me.type("psfs")
        await me.enter()
        await me.type("5")
        await me.do(
            "battery.device", "go.back", "battery.summary", "go.back", "battery.save", "entry.line"
        )
        await me.type("grip 2400 tgu 12 ")
        await me.do("entry.save", "help.open", "go.back", "go.back")
        for row in (MeasureKey, AssessmentKey, CommunicationKey):
            await at(desk, row)
            await me.do("help.open", "go.back", "go.on", "help.open", "go.back", "go.back")
        await me.home()
        desk.app.screen.post_message(Paste("chen = 182/104\nnovak = w231\nhic lgp@65"))
        await desk.settle()
        me.look()
        await me.do("lines.save", "lines.edit", "go.back", "lines.reason", "go.back")
        for _ in range(3):
            await me.do("lines.drop")
        await me.do("go.back", "add.menu")
        await me.type("intro")
        await me.enter()
        await me.enter()
        me.look()
        parts = {
            "AssessmentScreen",
            "BatteryScreen",
            "TimedBatteryScreen",
            "LineEditorScreen",
            "SessionLineEditor",
            "DocumentScreen",
            "SignedRecordScreen",
            "ConflictDialog",
        }
        assert {s.__name__ for s in screens()} - me.seen - parts == set()


async def at(desk: Desk, kind: type) -> None:
    """Put the cursor on the first row of a kind."""
    from medex_tui.app.widgets.lists import RowList

    rows = desk.app.screen.query_one("#rows", RowList)
    assert rows.select(next(r.key for r in rows.rows if isinstance(r.key, kind)))
    await desk.settle()


async def test_an_empty_practice_leads_by_the_keys_that_the_person_chose(
    tmp_path: Path, now: datetime, new_id: NewId, own: Path
) -> None:
    path = tmp_path / "new.json"
    Store.open(path, by="aokafor", host="test", pid=1, create=True).close()
    async with driving(path, now, new_id, config=own, size=(100, 30)) as desk:
        me = Remapped(desk)
        me.look()
        assert "^l does the one marked >" in desk.text and "for the letters (S)" in desk.text
        await me.do("overdue.open")
        assert "z on Today adds them" in desk.text


def test_the_first_drawing_of_today_names_them_too(
    sample_path: Path, now: datetime, own: Path
) -> None:
    store = Store.open(sample_path, by="aokafor", host="test", pid=2)
    practice = store.practice
    store.close()
    owed = obligations(practice, now)
    lines, _ = today_lines(
        practice, owed, now, "aokafor", {}, (80, 24), demo=False, keymap=own_keys(own)
    )
    text = ["".join(part for part, _ in line) for line in lines]
    assert (
        text[-1].startswith(" L log  A assess  N missed  y find  Q overdue")
        and "F9 help" in text[-1]
    )
    assert not [line for line in text if STALE.search(line)]


async def test_a_dead_key_names_the_keys_of_today_and_not_those_of_the_registry(
    sample_path: Path, now: datetime, new_id: NewId, own: Path
) -> None:
    async with driving(sample_path, now, new_id, config=own) as desk:
        await desk.press("l")
        assert desk.said == "l is not used on this screen. F9 lists the keys."
        await desk.press("W")
        assert desk.said == "W is not used on this screen. F9 lists the keys."
        await desk.press(NAMES["/"])
        assert desk.said.startswith("/ is not used on this screen.")


# What is written in the source ---------------------------------------------------------------------------------------


def texts() -> Iterator[tuple[str, str]]:
    """File and text of every piece of a sentence in the app, without what explains the code."""
    for path in sorted(Path(medex_tui.__file__).parent.glob("app/*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in told
            ):
                yield path.name, node.value


def test_no_sentence_of_the_app_has_a_commands_key_written_into_it() -> None:
    found = [
        (name, text)
        for name, text in texts()
        if name not in ("commands.py", "keys.py") and STALE.search(text)
    ]
    assert found == []
