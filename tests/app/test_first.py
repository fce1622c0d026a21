"""The first minutes: an empty practice leads by the hand, and the first screen stands before Textual does."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pyte
import pytest

from driving import driving
from medex_tui.app.state.preferences import DEFAULT_THEME as DEFAULT
from medex_tui.app.state.preferences import shipped_folder
from medex_tui.app.terminal import first_screen
from medex_tui.domain.obligations import obligations
from medex_tui.domain.records.people import Practitioner
from medex_tui.domain.records.settings import Settings
from medex_tui.store import Drafts, Store

NewId = Callable[[], str]


@pytest.fixture
def empty_path(tmp_path: Path, now: datetime, new_id: NewId) -> Path:
    """What `medex init` leaves."""
    path = tmp_path / "practice.json"
    store = Store.open(path, by="aokafor", host="test", pid=1, create=True)
    settings = Settings(id=new_id(), name="Oak Street Movement", timezone="America/New_York")
    store.save(
        [settings, Practitioner(id=new_id(), login="aokafor", name="Ada Okafor", credential="MES")],
        at=now,
    )
    store.close()
    return path


async def test_enter_alone_leads_from_an_empty_practice_to_the_first_letter(
    empty_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(empty_path, now, new_id) as desk:
        assert "> 1 your practice" in desk.text
        await desk.press("enter")
        for value in ("555-0100", "555-0101"):
            await desk.type(value)
            await desk.press("tab")
        await desk.press("ctrl+g")
        assert "> 2 referring provider" in desk.text
        await desk.press("enter")
        for value in ("Dr Anil Patel", "physician", "Oak Clinic", "yes", "fax", "555-0199"):
            await desk.type(value)
            await desk.press("tab")
        await desk.press("ctrl+g")
        assert "> 3 the first client" in desk.text
        await desk.press("enter")
        for value in ("Jodie", "Hicks", "11 Feb 1970", "f"):
            await desk.type(value)
            await desk.press("tab")
        await desk.press("ctrl+g")
        for value in (
            "patel",
            "",
            "today",
            "R shoulder",
            "",
            "Rotator cuff",
            "",
            "",
            "12",
            "in 8 weeks",
            "",
            "today",
        ):
            if value:
                await desk.type(value)
            await desk.press("tab")
        await desk.press("ctrl+g")
        assert "> 5 the first session" in desk.text
        await desk.press("enter")
        await desk.type("leg press 3x10 @40 132/78 72 ; First visit")
        await desk.press("enter")
        assert "> 6 the first letter" in desk.text
        await desk.press("enter", "p", "g")
        assert "Signed. " in desk.said
        await desk.press("m", "enter")
        assert "Recorded" in desk.said
        await desk.press("escape", "escape")
        assert "FIRST STEPS" not in desk.text and "nothing now" in desk.text


async def test_every_empty_list_says_what_goes_there_and_which_key_begins_it(
    empty_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(empty_path, now, new_id) as desk:
        await desk.press("slash")
        assert "+ on Today adds one" in desk.text
        await desk.press("escape", "o")
        assert "No letters yet" in desk.text


# The screen before the app ---------------------------------------------------------------------------------------


def shown(
    path: Path, now: datetime, size: tuple[int, int], environment: dict[str, str]
) -> pyte.Screen:
    """What a terminal shows of the first screen."""
    store = Store.open(path, by="aokafor", host="test", pid=1)
    owed = obligations(store.practice, now)
    lines, cursor = first_screen.today_lines(
        store.practice, owed, now, "aokafor", Drafts(path).load("aokafor"), size, demo=False
    )
    store.close()
    colours = first_screen.theme_of(path.parent, shipped_folder(), DEFAULT)
    screen = pyte.Screen(*size)
    pyte.Stream(screen).feed(
        first_screen.drawn(lines, cursor, size[0], first_screen.styles(colours, environment))
    )
    return screen


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (140, 40)])
async def test_the_app_draws_the_same_screen_over_the_first_one(
    sample_path: Path, now: datetime, new_id: NewId, size: tuple[int, int]
) -> None:
    before = [
        line.rstrip() for line in shown(sample_path, now, size, {"TERM": "xterm-256color"}).display
    ]
    async with driving(sample_path, now, new_id, size=size) as desk:
        assert [re.sub(r"[▁-█▔]+$", "", line).rstrip() for line in desk.lines] == before


@pytest.mark.parametrize(
    "environment",
    [{"TERM": "xterm"}, {"TERM": "linux"}, {"TERM": "xterm-256color", "NO_COLOR": "1"}],
)
def test_without_colours_the_first_screen_sends_none(
    sample_path: Path, now: datetime, environment: dict[str, str]
) -> None:
    screen = shown(sample_path, now, (80, 24), environment)
    cells = [screen.buffer[y][x] for y in range(24) for x in range(80)]
    assert {cell.fg for cell in cells} == {"default"} and {cell.bg for cell in cells} == {"default"}
    assert "OVERDUE" in screen.display[2]


def test_text_from_people_steers_nothing_on_the_first_screen(tmp_path: Path) -> None:
    sent = first_screen.drawn(
        [[("a\x1b[2Jb\u202ec" * 30, "bad")], []], -1, 20, first_screen.styles({}, {"TERM": "linux"})
    )
    assert "\x1b[2J" not in sent and "\u202e" not in sent
    screen = pyte.Screen(20, 2)
    pyte.Stream(screen).feed(sent)
    assert screen.display[0].startswith("a[2Jbca[2Jb") and screen.display[1].strip() == ""


def test_a_signal_swallowed_while_starting_is_not_forgotten() -> None:
    screen = first_screen.FirstScreen(1)
    assert not screen.taken()
    with pytest.raises(SystemExit):
        screen.leave(15, None)
    assert screen.taken()


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """In the place of a terminal: where what is written can be read, and where to write it. Signals are as before."""
    before = {sign: signal.getsignal(sign) for sign in (signal.SIGHUP, signal.SIGTERM)}
    ends = os.pipe()
    yield ends
    for sign, handler in before.items():
        signal.signal(sign, handler)
    for end in ends:
        os.close(end)


def test_asked_to_end_while_a_class_is_being_made_it_ends_as_asked_and_not_with_a_fault(
    pipe: tuple[int, int],
) -> None:
    # Python makes a RuntimeError of whatever is raised there, also of the end that a signal asks for.
    class Named:
        def __set_name__(self, owner: type, name: str) -> None:
            os.kill(os.getpid(), signal.SIGTERM)

    reading, writing = pipe
    with pytest.raises(SystemExit) as ended, first_screen.shown_until_taken(writing) as screen:
        screen.show("Today")
        type("Loaded", (), {"named": Named()})
    assert ended.value.code == 0
    assert os.read(reading, 100).decode() == "Today" + first_screen.END


def test_a_fault_of_its_own_before_the_app_is_up_stays_one(pipe: tuple[int, int]) -> None:
    with pytest.raises(ZeroDivisionError), first_screen.shown_until_taken(pipe[1]):
        raise ZeroDivisionError
