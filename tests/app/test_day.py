"""A day in the app by real keys: see what needs doing, log, assess, write, sign, send, watch the alert go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from driving import Desk, driving
from medex_tui.app.row_keys import ObligationKey, VisitKey
from medex_tui.app.views.today import visit_line
from medex_tui.app.widgets.lists import RowList
from medex_tui.domain.obligations import owed
from medex_tui.domain.records.seal import seal_holds
from medex_tui.reports.lists.today import VisitRow as Visit
from medex_tui.store import Store

NewId = Callable[[], str]


def select(desk: Desk, words: str) -> None:
    """Put the cursor on the row that reads so."""
    rows = desk.app.screen.query_one("#rows", RowList)
    for row in rows.rows:
        if row.key and words in "".join(text for text, _ in row.line):
            assert rows.select(row.key)
            return
    raise AssertionError(f"no row says {words!r}")


def reopened(path: Path) -> Store:
    return Store.open(path, by="reader", host="test", pid=2)


def test_a_long_name_does_not_run_into_the_age(now: datetime) -> None:
    who = "Baptisteson, Kira-Maria"
    visit = Visit(
        "v", "c", now, "10:00", who, 57, "M", "Falls", "Walk to the shop", "planned", "planned"
    )
    for width in (60, 80, 140):
        line = "".join(text for text, _ in visit_line(visit, width, None))
        assert "… 57 M" in line or f"{who} " in line
        assert len(line) <= width


async def test_it_opens_on_what_needs_doing(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        lines = desk.text.splitlines()
        assert lines[1].startswith(" LETTERS DUE   1 overdue")
        assert (
            "OVERDUE" in lines[2]
            and "Hicks, Jodie" in lines[2]
            and "Dr Patel" in lines[2]
            and "fax" in lines[2]
        )
        assert any(line.startswith(" TODAY") for line in lines)
        assert len(lines) == 24 and all(len(line) <= 80 for line in lines)


async def test_a_session_is_logged_in_a_line_and_signed(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        select(desk, "planned")
        session = desk.app.screen.selected_session()  # type: ignore[attr-defined]
        await desk.press("l")
        await desk.type("= 132/78 72 o97 ; ,tol")
        assert (
            "copied" in desk.text
            and "BP 132/78" in desk.text
            and "Tolerated session well" in desk.text
        )
        await desk.press("enter")
        assert "saved and signed" in desk.said
    practice = (store := reopened(sample_path)).practice
    store.close()
    saved = practice.sessions[session.id]
    assert (saved.state, saved.signed_by, saved.planned_at) == (
        "signed",
        "aokafor",
        session.planned_at,
    )
    assert seal_holds(saved) and {e.origin for e in saved.exercises} == {"carried"}


async def test_an_unknown_word_is_marked_and_nothing_is_saved(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        select(desk, "planned")
        await desk.press("l")
        await desk.type("= xyzzy 3x10")
        await desk.press("enter")
        assert "Not saved yet" in desk.said and "xyzzy" in desk.said
        assert desk.app.screen.entry.value == "= xyzzy 3x10"  # type: ignore[attr-defined]


async def test_above_the_clients_own_limit_going_on_needs_a_reason(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await desk.press("slash")
        await desk.type("chen")
        await desk.press("enter")
        await desk.press("l")
        await desk.type("= 152/88 72")
        assert "HOLD" in desk.text and "150/95" in desk.text
        await desk.press("enter")
        assert "^o" in desk.said
        await desk.press("ctrl+o")
        await desk.type("rechecked 138/84")
        await desk.press("enter")
        await desk.press("enter")
        assert "saved and signed" in desk.said
    store = reopened(sample_path)
    chen = next(c for c in store.practice.clients.values() if c.family_name == "Chen")
    last = store.practice.last_session(chen.id)
    store.close()
    assert last is not None and [o.reason for o in last.overrides] == ["rechecked 138/84"]


async def test_what_is_typed_is_on_disk_and_offered_again(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        select(desk, "planned")
        await desk.press("l")
        await desk.type("= lp@65 132/7")
        await desk.press("left", "left")
        await desk.type("8")
        desk.app.context.drafts.flush()
    async with driving(sample_path, now + timedelta(minutes=5), new_id) as desk:
        assert "UNSAVED" in desk.lines[1]
        await desk.press("enter")
        entry = desk.app.screen.entry  # type: ignore[attr-defined]
        assert (entry.value, entry.cursor_position) == (
            "= lp@65 132/7"[:-2] + "8" + "/7",
            len("= lp@65 132/7") - 1,
        )


async def test_the_whole_day(sample_path: Path, now: datetime, new_id: NewId) -> None:
    async with driving(sample_path, now, new_id) as desk:
        # An assessment by digits and Enter.
        select(desk, "Hicks, Jodie")
        await desk.press("a")
        await desk.type("7")
        await desk.press("enter")
        await desk.type("6")
        await desk.press("enter")
        await desk.type("6")
        assert (
            "past" in desk.text
            and "MDC90 2" in desk.text
            and "Stratford 1995, unchecked" in desk.text
        )
        await desk.press("ctrl+g")
        assert "assessment saved and signed" in desk.said
        # What is owed, its letter, its signature, its sending.
        await desk.press("o")
        select(desk, "assessment summary")
        key = desk.app.screen.selected_obligation().key  # type: ignore[attr-defined]
        await desk.press("p")
        assert "Assessment summary (draft)" in desk.lines[0]
        await desk.press("g")
        assert "Signed. " in desk.said
        await desk.press("m")
        await desk.press("enter")
        assert "Recorded" in desk.said
        await desk.press("escape")
        assert ObligationKey(key) not in [
            row.key for row in desk.app.screen.query_one("#rows", RowList).rows
        ]
        assert "assessment summary" not in desk.text
    store = reopened(sample_path)
    practice = store.practice
    store.close()
    sent = next(
        c for c in practice.communications.values() if key in c.answers and c.result == "sent"
    )
    letter = practice.documents[sent.document_id or ""]
    assert (sent.method, sent.by, letter.signed_by) == ("fax", "aokafor", "aokafor")
    assert key not in [o.key for o in owed(practice, now)]


async def test_sent_in_three_keys(sample_path: Path, now: datetime, new_id: NewId) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await desk.press("o")
        before, desk.pressed = desk.text, 0
        await desk.press("m")
        await desk.press("enter")
        assert desk.pressed <= 3
        assert "Hicks" in before and "OVERDUE" in before and "OVERDUE" not in desk.text


async def test_without_consent_nothing_is_sent(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await desk.press("o")
        select(desk, "no release")
        await desk.press("m")
        assert "no release of information" in desk.said and not desk.app.screen.is_modal


async def test_a_waiver_needs_a_reason_and_stays_on_the_list(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await desk.press("o")
        select(desk, "OVERDUE")
        await desk.press("w")
        await desk.press("enter")
        assert "needs a reason" in desk.text
        await desk.type("sent by the surgeon's office")
        await desk.press("enter")
        assert "WAIVED" in desk.text and "OVERDUE" not in desk.text


async def test_a_save_made_elsewhere_shows_and_the_cursor_stays(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    import msgspec

    async with driving(sample_path, now, new_id) as desk:
        select(desk, "planned")
        rows = desk.app.screen.query_one("#rows", RowList)
        key = rows.key
        other = Store.open(sample_path, by="jalvarez", host="test", pid=3)
        planned = [
            s
            for s in other.practice.sessions.values()
            if s.state == "planned" and VisitKey(s.id) != key
        ]
        today = [
            s for s in planned if s.planned_at and abs(s.planned_at - now) < timedelta(hours=7)
        ]
        other.save([msgspec.structs.replace(today[0], state="no_show")], at=now)
        other.close()
        desk.app.follow()
        await desk.settle()
        assert "no-show" in desk.text and rows.key == key


async def test_two_versions_are_shown_and_none_is_lost(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    import msgspec

    async with driving(sample_path, now, new_id) as desk:
        select(desk, "planned")
        session = desk.app.screen.selected_session()  # type: ignore[attr-defined]
        await desk.press("l")
        await desk.type("= 128/74 70")
        other = Store.open(sample_path, by="jalvarez", host="test", pid=3)
        other.save([msgspec.structs.replace(session, since_last="slept badly")], at=now)
        other.close()
        await desk.press("enter")
        assert (
            "Two versions" in desk.text and "slept badly" in desk.text and "jalvarez" in desk.text
        )
        await desk.press("escape")
        assert desk.app.screen.entry.value == "= 128/74 70"  # type: ignore[attr-defined]


async def test_q_leaves_and_escape_does_not(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await desk.press("escape")
        assert desk.app.is_running and desk.app.return_code is None
        await desk.press("q")
        assert desk.app.return_code == 0


async def test_every_command_of_every_page_has_somebody_to_do_it(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        for keys in (("o",), ("end", "l"), ("end", "a"), ("end", "c"), ("o", "p"), ("c", "v")):
            for key in keys:
                await desk.press(key)
            page = desk.app.top_screen
            assert page is not None
            for command in page.commands():
                place = desk.app if command.of_app else page
                assert hasattr(place, f"action_{command.action.removeprefix('app.')}"), command.id
            for _ in range(4):
                if len(desk.app.screen_stack) > 2:
                    await desk.press("escape")


async def test_what_the_fax_report_says_is_kept_and_a_returned_one_stays_owed(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await desk.press("o")
        select(desk, "OVERDUE")
        key = desk.app.screen.selected_obligation().key  # type: ignore[attr-defined]
        await desk.press("m", "tab", "tab", "tab")
        await desk.type("2")
        await desk.press("tab")
        await desk.type("R 4711")
        await desk.press("tab", "end", *["backspace"] * 4)
        await desk.type("ret")
        await desk.press("enter")
        assert "due again" in desk.said and "OVERDUE" in desk.text
        made = desk.app.context.practice.communications_for[key][-1]
        assert (made.pages, made.confirmation, made.result) == (2, "R 4711", "returned")
