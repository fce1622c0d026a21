"""The log screen by real keys: quick, forgiving, and never letting a copied value pass for a measured one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Input

from driving import Desk, driving
from medex_tui.app.screens.log_batch import LogBatchScreen
from medex_tui.app.screens.log_session import LogSessionScreen
from medex_tui.app.widgets.lists import RowList, StyledLines
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session
from medex_tui.store import Drafts, Store

NewId = Callable[[], str]


async def open_log(desk: Desk, name: str) -> LogSessionScreen:
    """The log screen of a client found by name."""
    await desk.press("slash")
    await desk.type(name)
    await desk.press("enter")
    await desk.press("l")
    page = desk.app.top_screen
    assert isinstance(page, LogSessionScreen)
    return page


def under(desk: Desk) -> str:
    """The line right below the entry."""
    page = desk.app.top_screen
    assert page is not None
    return "".join(text for line in page.query_one("#under", StyledLines).lines for text, _ in line)


def practice_at(path: Path) -> Practice:
    store = Store.open(path, by="reader", host="test", pid=2)
    practice = store.everything()
    store.close()
    return practice


def last_of(path: Path, family: str) -> Session:
    practice = practice_at(path)
    client = next(c for c in practice.clients.values() if c.family_name == family)
    found = practice.last_session(client.id)
    assert found is not None
    return found


# Help, and what must never be cut off -------------------------------------------------------------------------------


async def test_a_question_mark_in_the_line_explains_it_and_in_a_note_is_typed(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        page = await open_log(desk, "chen")
        await desk.type("= lp@65 ?")
        assert "by example" in desk.text and "the last session again" in desk.text
        await desk.press("escape")
        assert page.entry.value == "= lp@65 "
        await desk.type("; sure?")
        assert page.entry.value == "= lp@65 ; sure?"
    async with driving(sample_path, now, new_id) as desk:
        await open_log(desk, "chen")
        await desk.press("escape", "a", "colon")
        await desk.type("tug 12 ?")
        assert "by example" in desk.text and "grip 24 25 / 22 21.5" in desk.text


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (140, 40)])
async def test_what_to_mind_a_hold_and_what_was_carried_are_seen_whole_in_every_size(
    sample_path: Path, now: datetime, new_id: NewId, size: tuple[int, int]
) -> None:
    async with driving(sample_path, now, new_id, size=size) as desk:
        await open_log(desk, "chen")
        await desk.type("= lp@65 152/98")
        said = " ".join(desk.text.split())
        assert "no breath holding; BP limit 150/95 (Dr Esther Osei, 30 Oct)" in said
        assert "HOLD Systolic 152 is above this client's own limit of 150." in said
        assert "Recheck in 5 min: & and the new reading. ^o: override with a reason." in said
        assert said.count("~ copied") == 4 and "changed" in said
        assert all(len(line) <= size[0] for line in desk.lines)


async def test_the_one_line_assessment_completes_marks_and_undoes_like_the_session_line(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await open_log(desk, "chen")
        await desk.press("escape", "a", "colon")
        await desk.type("gri")
        await desk.press("tab")
        entry = desk.app.screen.query_one("#entry", Input)
        assert entry.value == "grip"
        await desk.type(" 24 / 22 tgu 12")
        assert under(desk).lstrip().startswith("^^^  tug? Tab takes it")
        await desk.press("tab")
        assert entry.value == "grip 24 / 22 tug 12"
        await desk.press("escape")
    async with driving(sample_path, now, new_id) as desk:
        await open_log(desk, "chen")
        await desk.press("escape", "a", "colon")
        entry = desk.app.screen.query_one("#entry", Input)
        assert entry.value == "grip 24 / 22 tug 12"
        await desk.press(*["ctrl+u"] * 20)
        assert entry.value == ""


# Completion, recall, undo --------------------------------------------------------------------------------------------


async def test_tab_goes_through_the_offers_and_shows_them_under_the_line(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        page = await open_log(desk, "chen")
        await desk.type("leg")
        await desk.press("tab")
        first = page.entry.value
        assert f"[{first}]" in under(desk) and len(page.offers.found) > 1
        await desk.press("tab")
        second = page.entry.value
        assert second != first and f"[{second}]" in under(desk)
        await desk.press("shift+tab")
        assert page.entry.value == first
        await desk.type(" 3")
        assert under(desk) == ""


async def test_tab_on_a_new_word_offers_what_usually_comes_next_as_carried(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        page = await open_log(desk, "chen")
        name = last_of(sample_path, "Chen").exercises[0].name
        await desk.type(f"{name} 3x9 ")
        await desk.press("tab")
        assert (
            page.entry.value.startswith(f"{name} 3x9 ~")
            and "~ copied" in desk.text
            and "as on" in under(desk)
        )


async def test_a_fault_has_a_caret_and_tab_takes_the_suggestion(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        page = await open_log(desk, "chen")
        await desk.type("78/132")
        assert "^" not in under(desk), "a word still being typed is given time"
        await desk.press("space")
        assert under(desk).startswith("   ^^^^^^  132/78? Tab takes it")
        await desk.press("tab")
        assert page.entry.value == "132/78 "


async def test_undo_goes_back_word_by_word_and_outlasts_the_app(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await open_log(desk, "chen")
        await desk.type("= row@22 132/78")
        desk.app.context.drafts.flush()
    async with driving(sample_path, now + timedelta(minutes=5), new_id) as desk:
        await desk.press("1")
        page = desk.app.top_screen
        assert isinstance(page, LogSessionScreen) and page.entry.value == "= row@22 132/78"
        seen = []
        for _ in range(5):
            await desk.press("ctrl+u")
            seen.append(page.entry.value)
        assert [text.rstrip() for text in seen] == ["= row@22", "= row@22", "=", "=", ""]
        await desk.press("ctrl+u")
        assert "nothing to undo" in desk.said
        await desk.type("r")
        assert desk.said == ""  # of a line that is gone nothing stands there any more


async def test_leaving_while_a_slow_disk_still_saves_leaves_no_draft_of_what_was_saved(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await open_log(desk, "chen")
        await desk.type("= 132/78 72 ; held up")
        await desk.press_while_saving("enter", "escape", "escape")
        assert "UNSAVED" not in desk.text and desk.app.context.drafts.kept == {}
        assert "saved and signed" in desk.said
    assert last_of(sample_path, "Chen").note == "held up"


async def test_enter_twice_saves_once(sample_path: Path, now: datetime, new_id: NewId) -> None:
    before = len(practice_at(sample_path).sessions)
    async with driving(sample_path, now, new_id) as desk:
        await open_log(desk, "nguyen")
        await desk.type("leg press 3x10 @40 ; twice")
        await desk.press_while_saving("enter", "enter", "enter", "ctrl+d")
        assert "saved and signed" in desk.said and desk.app.context.drafts.kept == {}
    assert len(practice_at(sample_path).sessions) == before + 1
    assert last_of(sample_path, "Nguyen").note == "twice"


async def test_a_visit_of_another_day_is_stamped_a_late_entry_and_one_of_this_morning_is_not(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await open_log(desk, "nguyen")
        await desk.type("leg press 3x10 @9:00 ; early")
        assert "at Fri 20 Nov 09:00" in desk.text and "late entry" not in desk.text
        await desk.press("enter", "l")
        await desk.type("leg press 3x10 @yest14:00 ; late")
        assert "late entry Thu 19 Nov 14:00" in desk.text
        await desk.press("enter")
        assert "saved and signed" in desk.said
    made = {
        s.note: s for s in practice_at(sample_path).sessions.values() if s.note in ("early", "late")
    }
    assert made["early"].amendments == []
    (stamp,) = made["late"].amendments
    assert (stamp.kind, stamp.by, stamp.at) == ("late_entry", "aokafor", now)
    assert (
        stamp.text
        == "Late entry: session of Thu 19 Nov 2026 14:00 EST entered Fri 20 Nov 2026 11:00 EST."
    )
    assert made["late"].started_at == now - timedelta(hours=21) and made["late"].signed_at == now


async def test_undo_held_down_goes_back_to_an_empty_line(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        page = await open_log(desk, "chen")
        await desk.type("= lp@65 row 3x12 132/78 72 ; ,tol")
        for _ in range(30):
            page.action_entry_undo()
        await desk.settle()
        assert page.entry.value == "" and page.undo.states == []


async def test_the_arrow_keys_bring_back_earlier_visits_as_carried_without_their_readings(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        page = await open_log(desk, "chen")
        await desk.type("half a th")
        await desk.press("up")
        assert page.entry.value.startswith("~") and page.reading is not None
        assert {e.origin for e in page.reading.exercises} == {
            "carried"
        } and page.reading.vitals == []
        first = page.entry.value
        await desk.press("up")
        await desk.press("down")
        assert page.entry.value == first
        await desk.press("down")
        assert page.entry.value == "half a th"


# Copy-forward that stays true ----------------------------------------------------------------------------------------


async def test_one_key_accepts_what_was_carried_and_undo_takes_it_back(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        page = await open_log(desk, "chen")
        await desk.type("= ")
        assert desk.text.count("~ copied") >= 3
        await desk.press("ctrl+y")
        assert page.entry.value == "== " and "~ copied" not in desk.text
        await desk.press("ctrl+u")
        assert page.entry.value == "= "
        await desk.press("ctrl+y", "enter")
    assert {e.origin for e in last_of(sample_path, "Chen").exercises} == {"measured"}


async def test_a_note_that_is_the_last_one_word_for_word_is_pointed_out(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    note = "Walked to the shop and back."
    async with driving(sample_path, now - timedelta(minutes=5), new_id) as desk:
        await open_log(desk, "novak")
        await desk.type(f"= ; {note}")
        await desk.press("enter")
    async with driving(sample_path, now, new_id, size=(120, 40)) as desk:
        page = await open_log(desk, "novak")
        page.entry.value = f"= ; {note}"
        await desk.settle()
        assert "SAME NOTE" in desk.text
        await desk.type(" Slept well.")
        assert "SAME NOTE" not in desk.text


# Guards --------------------------------------------------------------------------------------------------------------


async def test_a_recheck_settles_the_hold_and_both_readings_are_signed(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id, size=(80, 40)) as desk:
        await open_log(desk, "chen")
        await desk.type("= 152/88 72")
        assert "Recheck in 5 min: & and the new reading" in desk.text
        await desk.press("enter")
        assert "^o" in desk.said
        await desk.type(" & 138/84")
        assert "settled by the recheck" in desk.text
        await desk.press("enter")
        assert "saved and signed" in desk.said
    saved = last_of(sample_path, "Chen")
    assert [(v.phase, v.sbp) for v in saved.vitals] == [
        ("pre", 152),
        ("pre", 138),
    ] and saved.overrides == []


async def test_what_is_measured_on_standing_and_told_before_the_start_holds_the_session(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id, size=(80, 40)) as desk:
        await open_log(desk, "novak")
        await desk.type("= 132/78 72 s108/70 !dizzy g260 k1.8 !hypo ")
        said = " ".join(desk.text.split())
        assert "HOLD Standing drop above 20 mmHg with symptoms: do not start." in said
        assert "HOLD Glucose above 250 mg/dL with blood ketones 1.5 mmol/L or more" in said
        assert (
            "HOLD Severe low glucose (below 52-54 mg/dL or needing help) in the last 24 h" in said
        )
        assert "BP 132/78 standing 108/70 HR 72 glucose 260 mg/dL ketones 1.8 mmol/L" in said
        await desk.press("enter")
        assert "to go on with a reason" in desk.said
        await desk.press("ctrl+o")
        for why in ("by the plan of his doctor", "seen", "seen", "seen", "seen"):
            if desk.app.screen is desk.app.top_screen:
                break
            await desk.type(why)
            await desk.press("enter")
        await desk.press("enter")
        assert "saved and signed" in desk.said
    saved = last_of(sample_path, "Novak")
    (taken,) = saved.vitals
    assert (taken.sbp_standing, taken.dbp_standing, taken.ketones_mmol) == (108, 70, 1.8)
    assert saved.symptoms == ["dizziness", "hypo_24h"]
    assert {"orthostatic", "glucose_ketones", "hypo_24h"} <= {o.rule for o in saved.overrides}


async def test_clearance_that_ended_and_a_look_alike_stand_over_the_entry(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    from msgspec.structs import replace

    store = Store.open(sample_path, by="aokafor", host="test", pid=3)
    smith = next(c for c in store.practice.clients.values() if c.family_name == "Smith")
    store.save([replace(smith, id=new_id(), given_name="Jordana", rev=0)], at=now)
    store.close()
    async with driving(sample_path, now, new_id) as desk:
        await open_log(desk, "smith 1974 jordan")
        assert "REFERRAL EXPIRED" in desk.text and "LOOK TWICE: also Smith, Jord" in desk.text


async def test_an_unusual_value_is_asked_about_once_also_after_more_typing(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await open_log(desk, "novak")
        await desk.type("= w231")
        await desk.press("enter")
        assert "Enter again to confirm" in desk.said
        await desk.type(" p3")
        await desk.press("enter")
        assert "saved and signed" in desk.said


# Templates and snippets ----------------------------------------------------------------------------------------------


async def test_a_line_becomes_a_template_and_a_digit_begins_with_it(
    sample_path: Path, now: datetime, new_id: NewId, tmp_path: Path
) -> None:
    async with driving(sample_path, now, new_id, config=tmp_path / "own") as desk:
        page = await open_log(desk, "chen")
        await desk.type("leg press 3x12@60 r5 132/78 72 ; hers")
        await desk.press("ctrl+r")
        await desk.type("Falls early, falls, early")
        await desk.press("enter")
        assert "Saved as falls-early.toml: 1 begins with it" in desk.said
        for _ in range(20):
            await desk.press("ctrl+u")
        assert page.entry.value == "" and "Falls early" in desk.text
        await desk.press("1")
        assert page.entry.value == "~leg press 3x12 @60 " and "~ copied" in desk.text
    text = (tmp_path / "own" / "templates" / "falls-early.toml").read_text(encoding="utf-8")
    assert 'line = "leg press 3x12 @60"' in text and "132" not in text and "hers" not in text


async def test_a_digit_without_a_template_is_typed(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        page = await open_log(desk, "chen")
        await desk.type("132/78")
        assert page.entry.value == "132/78"


async def test_a_faulty_template_is_named_by_file_and_reason(
    sample_path: Path, now: datetime, new_id: NewId, tmp_path: Path
) -> None:
    folder = tmp_path / "own" / "templates"
    folder.mkdir(parents=True)
    (folder / "knee.toml").write_text('name = "Knee"\nlin = "row"\n', encoding="utf-8")
    async with driving(sample_path, now, new_id, config=tmp_path / "own") as desk:
        await open_log(desk, "chen")
        named = "Template knee.toml: lin: is not a key of this file; did you mean line?"
        assert desk.said == named


async def test_a_note_becomes_a_snippet(sample_path: Path, now: datetime, new_id: NewId) -> None:
    async with driving(sample_path, now, new_id) as desk:
        page = await open_log(desk, "chen")
        await desk.type("= ; walked without the stick")
        await desk.press("ctrl+f")
        await desk.type("nostick")
        await desk.press("enter")
        assert ",nostick stands for this note" in desk.said
        await desk.press("ctrl+u")
        page.entry.value = "="
        await desk.settle()
        await desk.press("ctrl+f")
        await desk.type("nostick")
        await desk.press("enter")
        assert page.entry.value == "= ; ,nostick" and page.reading is not None
        assert page.reading.note == "walked without the stick"


# The floor -----------------------------------------------------------------------------------------------------------


async def test_two_sessions_are_open_at_once_and_a_digit_goes_to_each(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await open_log(desk, "chen")
        await desk.type("= 128/74")
        await desk.press("escape", "escape")
        await open_log(desk, "ramos")
        await desk.type("= 130/80")
        assert "1 Chen" in desk.lines[0] and "[2 Ramos]" in desk.lines[0]
        await desk.press("ctrl+l")
        page = desk.app.top_screen
        assert (
            isinstance(page, LogSessionScreen)
            and page.entry.value == "= 128/74"
            and "CHEN" in desk.lines[1]
        )
        while len(desk.app.screen_stack) > 2:
            await desk.press("escape")
        await desk.press("2")
        assert "RAMOS" in desk.lines[1]
        await desk.press("enter")
        assert "saved and signed" in desk.text or "^o" in desk.said


@pytest.mark.parametrize("size", [(80, 24), (60, 20)], ids=["80x24", "60x20"])
async def test_nine_sessions_are_open_at_once_each_with_its_own_line_and_a_tenth_is_refused(
    sample_path: Path, now: datetime, new_id: NewId, size: tuple[int, int]
) -> None:
    async with driving(sample_path, now, new_id, size=size) as desk:
        clients = [c for c in desk.app.context.practice.clients.values() if c.status == "active"][
            :10
        ]
        for n, client in enumerate(clients[:9], 1):
            await open_log(desk, f"{client.family_name} {client.given_name}".lower())
            await desk.type(f"= p{n} ; {client.given_name}")
            assert f"[{n} {client.family_name}]" in desk.lines[0] or n == 1
            assert all(str(other) in desk.lines[0] for other in range(1, n)), desk.lines[0]
            assert client.name.upper() in desk.lines[1]
            await desk.press("escape", "escape")
        assert all(f" {n} {c.family_name}" in desk.text for n, c in enumerate(clients[:9], 1))
        assert "LETTERS DUE   1 overdue" in desk.lines[3] and "OVERDUE" in desk.lines[4]
        await desk.press("slash")
        await desk.type(clients[9].family_name[:4].lower())
        await desk.press("enter", "l")
        assert not isinstance(desk.app.top_screen, LogSessionScreen)
        assert " ".join(desk.said.split()).startswith(
            "Nine sessions are open already: save one, or empty its line,"
        )
        await desk.press("escape")
        desk.app.context.drafts.flush()
    async with driving(sample_path, now + timedelta(minutes=3), new_id, size=size) as desk:
        for n, client in [*enumerate(clients[:9], 1)][::-1]:
            await desk.press(str(n))
            page = desk.app.top_screen
            assert isinstance(page, LogSessionScreen) and page.client_id == client.id
            assert page.entry.value == f"= p{n} ; {client.given_name}"
            await desk.press("escape")
        await desk.press("4", "ctrl+l")
        assert (
            isinstance(desk.app.top_screen, LogSessionScreen)
            and desk.app.top_screen.client_id == clients[4].id
        )
        await desk.press("enter")
        assert "saved and signed" in desk.said and "5 " not in desk.lines[1].partition("UNSAVED")[2]
        await open_log(desk, clients[9].family_name[:4].lower())
        await desk.type("p2")
        assert f"[5 {clients[9].family_name}]" in desk.lines[0], "the place that came free is taken"
    assert last_of(sample_path, clients[4].family_name).note == clients[4].given_name


async def test_the_watch_counts_and_times_in_digits_for_two_metres(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    from medex_tui.app.dialogs.stopwatch import StopwatchDialog

    async with driving(sample_path, now, new_id) as desk:
        page = await open_log(desk, "chen")
        await desk.type("leg press 3")
        await desk.press("ctrl+w", "c")
        await desk.press(*["space"] * 12)
        watch = desk.app.screen
        assert isinstance(watch, StopwatchDialog) and watch.shown == "12"
        tall = [line for line in desk.lines if "█" in line]
        assert len(tall) >= 15 and all(len(line) <= 80 for line in desk.lines)
        await desk.press("enter")
        assert page.entry.value == "leg press 3 x12 "
        await desk.press("ctrl+w")
        watch = desk.app.screen
        assert isinstance(watch, StopwatchDialog)
        seconds = [100.0]
        watch.clock = lambda: seconds[0]
        await desk.press("space")
        seconds[0] += 34.4
        watch.tick()
        assert watch.shown == "0:34"
        await desk.press("space", "enter")
        assert page.entry.value == "leg press 3 x12 34s "


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (140, 40)])
async def test_a_rest_that_is_over_is_told_by_a_word(
    sample_path: Path, now: datetime, new_id: NewId, size: tuple[int, int]
) -> None:
    from medex_tui.app.dialogs.stopwatch import StopwatchDialog

    async with driving(sample_path, now, new_id, size=size) as desk:
        await open_log(desk, "chen")
        await desk.press("ctrl+w", "r", "plus")
        watch = desk.app.screen
        assert isinstance(watch, StopwatchDialog) and watch.shown == "1:15"
        seconds = [0.0]
        watch.clock = lambda: seconds[0]
        await desk.press("space")
        seconds[0] = 76.0
        watch.tick()
        await desk.settle()
        assert watch.shown == "0:00" and "REST   GO" in desk.text


# Many lines at once --------------------------------------------------------------------------------------------------


async def paste(desk: Desk, text: str) -> None:
    target = desk.app.focused or desk.app.screen
    target.post_message(Paste(text))
    await desk.settle()


async def test_many_pasted_lines_are_shown_first_and_the_faulty_ones_stay(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    before = len(practice_at(sample_path).sessions)
    async with driving(sample_path, now, new_id) as desk:
        await paste(desk, "novak = @yest8:00 ; one\r\nhic lgp@65\n\nnguyen = @yest9:00 ; two\n")
        page = desk.app.top_screen
        assert isinstance(page, LogBatchScreen)
        rows = ["".join(t for t, _ in row.line) for row in page.query_one("#rows", RowList).rows]
        assert ["ready" in rows[0], "? faulty" in rows[1], "ready" in rows[2]] == [True, True, True]
        assert "Novak, Petra" in rows[0] and len(practice_at(sample_path).sessions) == before
        await desk.press("enter")
        assert "2 saved and signed; 1 left" in desk.said
        assert len(practice_at(sample_path).sessions) == before + 2
        desk.app.context.drafts.flush()
    async with driving(sample_path, now, new_id) as desk:
        assert "1 whole line" in desk.text
        await desk.press("enter", "e")
        await desk.press(*["backspace"] * len("lgp@65"))
        await desk.type("lp@60")
        await desk.press("enter", "enter")
        assert "1 saved and signed" in desk.said and "whole line" not in desk.text


async def test_lines_pasted_into_a_clients_entry_are_that_clients(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await open_log(desk, "novak")
        await paste(desk, "= @yest8:00 ; one\n= @2d8:00 ; two")
        page = desk.app.top_screen
        assert isinstance(page, LogBatchScreen) and desk.text.count("Novak, Petra") == 2
        await desk.press("x", "enter")
        assert "1 saved and signed" in desk.said


async def test_what_medex_log_could_not_save_is_offered_as_a_late_entry(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    kept = now - timedelta(days=1, hours=2)
    Drafts(sample_path).save("aokafor", f"lines:{kept.isoformat()}", {"lines": ["novak = ; late"]})
    async with driving(sample_path, now, new_id) as desk:
        assert "UNSAVED since Thu 09:00" in desk.lines[1]
        await desk.press("enter")
        assert "late entry Thu 19 Nov 09:00" in desk.text
        await desk.press("enter")
    (saved,) = [s for s in practice_at(sample_path).sessions.values() if s.note == "late"]
    assert (saved.state, saved.started_at, saved.amendments[0].kind) == (
        "signed",
        kept,
        "late_entry",
    )


async def test_a_hold_in_a_pasted_line_keeps_it_back_until_there_is_a_reason(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await paste(desk, "chen = 152/88 72\nnovak = w231")
        page = desk.app.top_screen
        assert isinstance(page, LogBatchScreen)
        await desk.press("enter")
        assert "No line is ready" in desk.said
        await desk.press("r")
        await desk.type("rechecked by hand")
        await desk.press("enter", "down", "y", "enter")
        assert "2 saved and signed" in desk.said
    assert [o.reason for o in last_of(sample_path, "Chen").overrides] == ["rechecked by hand"]
