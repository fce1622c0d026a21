"""An assessment by real keys: as fast as the stopwatch is read, every kind of measure, in a small window too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from driving import Desk, driving
from medex_tui.app.state import box_timer
from medex_tui.app.state.battery import (
    BatteryRow,
    battery_of,
    has_parts,
    order,
    readings_of,
    rows_for,
    typed,
)
from medex_tui.app.state.battery_presets import batteries, measure_choices
from medex_tui.app.views.battery import parts_line
from medex_tui.domain.measures import Score, catalogue, score
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.store import Store

NewId = Callable[[], str]


async def at_boxes(desk: Desk, client: str = "chen") -> Any:
    await desk.press("slash")
    await desk.type(client)
    await desk.press("enter", "a")
    return desk.app.screen


def store_of(path: Path) -> Store:
    return Store.open(path, by="aokafor", host="test", pid=7)


def last_of(path: Path, family: str) -> Assessment:
    store = store_of(path)
    try:
        client = next(c for c in store.practice.clients.values() if c.family_name == family)
        return store.practice.assessments_of[client.id][-1]
    finally:
        store.close()


def store_practice(path: Path) -> list[Assessment]:
    """Every assessment of the practice."""
    store = store_of(path)
    try:
        return list(store.practice.assessments.values())
    finally:
        store.close()


def measured_before(path: Path, family: str, at: datetime, *readings: Reading) -> None:
    """An assessment of an hour ago, so that the battery is this one."""
    store = store_of(path)
    client = next(c for c in store.practice.clients.values() if c.family_name == family)
    episode = store.practice.current_episode(client.id)
    made = Assessment(
        id="before", client_id=client.id, referral_id=episode.id if episode else None,
        taken_at=at - timedelta(hours=1), readings=list(readings),
    )  # fmt: skip
    store.save([made], at=at)
    store.close()


class Clock:
    """A monotonic clock that moves only when told."""

    def __init__(self) -> None:
        self.at = 100.0

    def monotonic(self) -> float:
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(box_timer, "time", clock)
    return clock


async def test_forty_keys_for_grip_three_by_two_tug_twice_and_the_chair_stand(
    sample_path: Path, now: datetime, new_id: NewId, clock: Clock
) -> None:
    hands = [
        Reading(measure="grip_strength", side=s, trials=[20, 21, 22], unit="kg") for s in ("R", "L")
    ]  # type: ignore[arg-type]
    tug = Reading(measure="tug", trials=[13.0, 12.8], unit="s")
    chair = Reading(measure="chair_stand_30s", trials=[11], unit="reps")
    measured_before(sample_path, "Chen", now, *hands, tug, chair)
    async with driving(sample_path, now, new_id) as desk:
        await at_boxes(desk)
        desk.pressed = 0
        for kilos in ("24.1", "22.0", "25.3", "21.5", "23.8", "22.5"):
            await desk.type(kilos)
            await desk.press("enter")
        for seconds in (11.8, 11.5):
            await desk.press("space")
            clock.at += seconds
            await desk.press("space", "enter")
        await desk.type("12")
        await desk.press("enter")
        assert desk.pressed <= 40
        assert "assessment saved and signed" in desk.said
    taken = {(r.measure, r.side): r.trials for r in last_of(sample_path, "Chen").readings}
    assert taken == {
        ("grip_strength", "R"): [24.1, 25.3, 23.8],
        ("grip_strength", "L"): [22.0, 21.5, 22.5],
        ("tug", None): [11.8, 11.5],
        ("chair_stand_30s", None): [12.0],
    }


async def test_the_same_in_one_line(sample_path: Path, now: datetime, new_id: NewId) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await at_boxes(desk)
        await desk.press("colon")
        await desk.type("grip 24 25 24/22 21 22 tug 12.1 cst 12")
        assert "Timed Up and Go" in desk.text and "past error" in desk.text
        await desk.press("enter")
        assert "assessment saved and signed" in desk.said
    assert {r.measure for r in last_of(sample_path, "Chen").readings} == {
        "grip_strength",
        "tug",
        "chair_stand_30s",
    }


async def test_saving_twice_saves_one_assessment(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    for keys in (("colon", *"tug", "space", *"12", "enter"), (*"12", "ctrl+g")):
        store = store_of(sample_path)
        before = len(store.practice.assessments)
        store.close()
        async with driving(sample_path, now, new_id) as desk:
            await at_boxes(desk)
            await desk.press(*keys[:-1])
            await desk.press_while_saving(keys[-1], keys[-1], keys[-1])
            assert "assessment saved and signed" in desk.said and desk.app.context.drafts.kept == {}
        store = store_of(sample_path)
        assert len(store.practice.assessments) == before + 1
        store.close()


async def test_an_assessment_of_another_day_shows_and_keeps_that_it_was_entered_late(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await at_boxes(desk, "hicks")
        await desk.press("colon")
        await desk.type("tug 12 @yest9:30")
        assert "late entry Thu 19 Nov 09:30" in desk.text
        await desk.press("enter")
        assert "assessment saved and signed" in desk.said
    made = next(
        a
        for a in store_practice(sample_path)
        if a.taken_at == now - timedelta(hours=25, minutes=30)
    )
    (stamp,) = made.amendments
    assert (stamp.kind, stamp.by, stamp.at) == ("late_entry", "aokafor", now)
    assert (
        stamp.text
        == "Late entry: assessment of Thu 19 Nov 2026 09:30 EST entered Fri 20 Nov 2026 11:00 EST."
    )
    assert made.signed_at == now and made.kind == "reassessment"


async def test_a_decimal_comma_in_a_box_is_a_decimal_point(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    measured_before(sample_path, "Chen", now, Reading(measure="tug", trials=[9.2], unit="s"))
    async with driving(sample_path, now, new_id) as desk:
        page = await at_boxes(desk)
        await desk.type("8,9")
        assert page.rows[0].boxes[0] == "8.9"


async def test_a_questionnaire_takes_one_key_an_item_and_no_answer_it_does_not_have(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    measured_before(sample_path, "Chen", now, Reading(measure="odi", trials=[40.0], unit="%"))
    async with driving(sample_path, now, new_id) as desk:
        page = await at_boxes(desk)
        await desk.type("32")
        await desk.press("9")
        assert "outside 0 to 5" in desk.said and page.box == 2
        await desk.press("enter")  # the third item stays unanswered
        await desk.type("1")
        await desk.press("backspace", "backspace")
        assert page.rows[0].boxes[:4] == ("3", "2", "", "")
        await desk.press("right")
        await desk.type("1111111")
        assert "9 of 10 items" in desk.text and "26.7 %" in desk.text
        await desk.press("ctrl+g")
        if "Enter again" in desk.said or "again" in desk.said:
            await desk.press("ctrl+g")
        assert "saved" in desk.said
    (reading,) = last_of(sample_path, "Chen").readings
    assert reading.trials == [3, 2, 1, 1, 1, 1, 1, 1, 1] and reading.labels == [
        "1",
        "2",
        *map(str, range(4, 11)),
    ]
    found = score(catalogue().measure("odi"), [reading])
    assert isinstance(found, Score) and found.value == pytest.approx(100 * 12 / 45)


async def test_derived_measures_by_named_boxes(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    measured_before(
        sample_path,
        "Chen",
        now,
        Reading(measure="bmi", trials=[160, 70], labels=["height_cm", "weight_kg"]),
    )
    async with driving(sample_path, now, new_id) as desk:
        await at_boxes(desk)
        assert "height cm" in desk.text and "weight kg" in desk.text
        await desk.type("16")
        await desk.press("enter")
        assert "outside the usual" in desk.said
        await desk.type("0")
        await desk.press("enter")
        await desk.type("64")
        assert "25.0" in desk.text and "overweight" in desk.text
        await desk.press("enter")
        assert "saved" in desk.said
    (reading,) = last_of(sample_path, "Chen").readings
    assert (reading.trials, reading.labels) == ([160, 64], ["height_cm", "weight_kg"])


async def test_parts_that_could_not_be_done_are_results(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    measured_before(sample_path, "Chen", now, Reading(measure="sppb", trials=[7], unit="points"))
    async with driving(sample_path, now, new_id) as desk:
        await at_boxes(desk)
        for seconds in ("10", "10", "4"):
            await desk.type(seconds)
            await desk.press("enter")
        await desk.press("u", "enter")
        await desk.type("13")
        assert "balance 3, gait 0, chair 3" in desk.text
        await desk.press("enter")
        assert "saved" in desk.said
    (reading,) = last_of(sample_path, "Chen").readings
    assert reading.labels == [
        "side_by_side_s",
        "semi_tandem_s",
        "tandem_s",
        "chair_5x_s",
        "walk unable",
    ]


async def test_what_was_done_before_a_test_was_stopped_is_kept_beside_it(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    walk, tug = (
        Reading(measure="six_mwt", trials=[300], unit="m"),
        Reading(measure="tug", trials=[12.0], unit="s"),
    )
    measured_before(sample_path, "Chen", now, walk, tug)
    async with driving(sample_path, now, new_id) as desk:
        await at_boxes(desk)
        await desk.type("220")
        await desk.press("u", "u", "u")
        assert "[220_" in desk.text and "stopped  not comparable" in desk.text
        await desk.press("enter", "u")
        assert "[unable]" in desk.text
        await desk.press("ctrl+g")
        assert "saved" in desk.said
    taken = {r.measure: (r.result, r.trials) for r in last_of(sample_path, "Chen").readings}
    assert taken == {"six_mwt": ("stopped", [220]), "tug": ("unable", [])}


async def test_space_counts_what_is_counted(
    sample_path: Path, now: datetime, new_id: NewId, clock: Clock
) -> None:
    measured_before(
        sample_path, "Chen", now, Reading(measure="chair_stand_30s", trials=[9], unit="reps")
    )
    async with driving(sample_path, now, new_id) as desk:
        page = await at_boxes(desk)
        await desk.press("space")
        assert "0 counted" in desk.said
        for _ in range(11):
            await desk.press("space")
        clock.at += 31
        page.tick()
        assert desk.said.startswith("TIME. 11 counted")
        await desk.press("space", "enter")
        assert "saved" in desk.said
    assert last_of(sample_path, "Chen").readings[0].trials == [12]


async def test_time_is_called_and_esc_drops_what_runs_without_leaving(
    sample_path: Path, now: datetime, new_id: NewId, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stance = [
        Reading(measure="single_leg_stance", side=s, trials=[9.0], unit="s") for s in ("R", "L")
    ]  # type: ignore[arg-type]
    walk = Reading(measure="six_mwt", trials=[300], unit="m")
    measured_before(sample_path, "Chen", now, *stance, walk)
    async with driving(sample_path, now, new_id) as desk:
        page = await at_boxes(desk)
        rung: list[float] = []
        monkeypatch.setattr(desk.app, "bell", lambda: rung.append(clock.at))
        await desk.press("space")
        for _ in range(3):
            clock.at += 23
            page.tick()
        assert rung == [146.0], "the bell rings once, at the 45 s a stance is capped at"
        await desk.press("escape")
        assert "nothing was taken" in desk.said and page.rows[0].empty
        page.place(2, 0)
        await desk.press("space")
        clock.at += 361
        page.tick()
        assert "TIME" in desk.said and len(rung) == 2
        await desk.press("space")
        assert page.rows[2].boxes == ("",), "six minutes ran; the box takes metres"
        await desk.type("320")
        await desk.press("enter")
        assert "saved" in desk.said


async def test_a_long_time_is_kept_as_finely_as_its_box_holds(
    sample_path: Path, now: datetime, new_id: NewId, clock: Clock
) -> None:
    measured_before(
        sample_path, "Chen", now, Reading(measure="sts_5x", trials=[14.0, 15.0], unit="s")
    )
    async with driving(sample_path, now, new_id) as desk:
        page = await at_boxes(desk)
        for at, (seconds, shown) in enumerate([(13.456, "13.46"), (1234.5, "1234")]):
            page.place(0, at)
            await desk.press("space")
            clock.at += seconds
            await desk.press("space")
            assert page.rows[0].boxes[at] == shown


async def test_a_course_a_weight_and_a_variant_of_the_protocol_are_keyed_in(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    sppb = Reading(measure="sppb", trials=[7], unit="points")
    walk = Reading(measure="gait_speed_10m", trials=[9.0, 9.1], unit="s")
    measured_before(sample_path, "Chen", now, sppb, walk, Reading(measure="gas_t", trials=[0, 0]))
    async with driving(sample_path, now, new_id) as desk:
        page = await at_boxes(desk)
        await desk.press("y")
        assert "typed in s over 3 m" in desk.said and "walk 3m" in desk.text
        for seconds in ("10", "10", "10", "3.62", "16.7"):
            await desk.type(seconds)
            await desk.press("enter")
        await desk.press("y")
        await desk.type("4.8")
        assert "1.25 m/s" in desk.text and "the course was 10 m, now 6 m" in desk.text
        await desk.press("d")
        await desk.type("; ; ; usual pace")
        await desk.press("enter")
        assert "protocol usual pace" in desk.text
        page.place(2, 0)
        for goal in ("1x2", "0", "-1"):
            await desk.type(goal)
            await desk.press("right")
        assert "3 goals, weighted" in desk.text
        await desk.press("ctrl+g")
        while "again" in desk.said:
            await desk.press("ctrl+g")
        assert "saved" in desk.said
    taken = {r.measure: r for r in last_of(sample_path, "Chen").readings}
    assert taken["sppb"].labels == [
        "side_by_side_s",
        "semi_tandem_s",
        "tandem_s",
        "walk_3m_s",
        "chair_5x_s",
    ]
    assert (taken["gait_speed_10m"].course_m, taken["gait_speed_10m"].protocol) == (6, "usual pace")
    assert (taken["gas_t"].trials, taken["gas_t"].weights) == ([1, 0, -1], [2, 1, 1])
    shaped = rows_for(catalogue().measure("sppb"), [taken["sppb"]])[0]
    assert shaped.inputs[3] == "walk_3m_s", "next time begins as this time ended"


async def test_a_key_works_out_the_score_it_changes_and_no_other(
    sample_path: Path, now: datetime, new_id: NewId, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        page = await at_boxes(desk)
        for seconds in ("11.9", "12", "10"):
            await desk.type(seconds)
            await desk.press("enter")
        worked: list[str] = []
        whole = page.outcome_of
        monkeypatch.setattr(
            page, "outcome_of", lambda m, *a, **k: (worked.append(m), whole(m, *a, **k))[1]
        )
        await desk.type("10")
        await desk.press("up", "down")
        assert worked == ["four_stage_balance"] * 2


async def test_which_way_a_task_is_better_is_keyed_in_and_kept(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    measured_before(
        sample_path,
        "Chen",
        now,
        Reading(measure="custom_timed", trials=[30], unit="s", labels=["stairs"]),
    )
    async with driving(sample_path, now, new_id) as desk:
        await at_boxes(desk)
        assert "s: which way is better" in desk.text
        await desk.press("s")
        assert desk.said == "less is better in this task." and "less is better" in desk.text
        await desk.type("24")
        await desk.press("enter")
        assert "saved" in desk.said
    taken = last_of(sample_path, "Chen").readings[0]
    assert (
        taken.better == "less"
        and rows_for(catalogue().measure("custom_timed"), [taken])[0].better == "less"
    )


async def test_a_wide_window_holds_a_reference_with_its_source_beside_every_row(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id, size=(140, 40)) as desk:
        await at_boxes(desk)
        await desk.type("12.5")
        (row,) = (line for line in desk.lines if "[12.5" in line)
        assert "at or above 12 s: STEADI" in row and row.rstrip().endswith(
            "  STEADI 2017, unchecked"
        )
        assert "past error (MDC95 1.14 s)" in row


def test_a_measure_is_found_by_its_domain() -> None:
    assert all(
        catalogue().measure(c.key).domain == "endurance" for c in measure_choices("endurance")
    )
    assert len(measure_choices("endurance")) == 6


async def test_both_changes_are_told_and_an_unlike_device_gets_no_verdict(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await at_boxes(desk)
        await desk.type("11.9")
        assert "Since baseline Fri 2 Oct: -3.3 s better, past measurement error" in desk.text
        assert "Since last time Fri 30 Oct: -0.5 s, within measurement error" in desk.text
        assert (
            "under 12 s: no STEADI fall-risk flag" in desk.text
            and "worse than average for age" in desk.text
        )
        await desk.press("d")
        for _ in range(12):
            await desk.press("backspace")
        await desk.type("; ; rollator")
        await desk.press("enter")
        assert "not comparable: aid was none, now rollator" in desk.text.replace("\n", " ").replace(
            "  ", " "
        )


async def test_a_battery_is_changed_kept_offered_again_and_reset(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        page = await at_boxes(desk)
        await desk.press("b")
        await desk.type("shoulder")
        await desk.press("enter")
        assert "QuickDASH" in desk.text and "Shoulder flexion" in desk.text
        await desk.press("r")  # the activities of the PSFS
        await desk.press("plus")
        await desk.type("arm curl")
        await desk.press("enter")
        measures = list(dict.fromkeys(r.measure for r in page.rows))
        assert "psfs" not in measures and "arm_curl_30s" in measures
        await desk.press("b")
        await desk.type("keep these")
        await desk.press("enter")
        for _ in range(40):
            await desk.press("backspace")
        await desk.type("Shoulder")
        await desk.press("enter")
        kept = desk.app.context.practice.settings.batteries
        assert kept == {"shoulder": measures}
        assert next(b for b in batteries(kept) if b.id == "shoulder").measures == measures
        await desk.press("b")
        await desk.type("reset")
        await desk.press("enter")
        assert desk.app.context.practice.settings.batteries == {}


async def test_a_reference_is_switched_off_for_the_practice_and_its_numbers_stay(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await at_boxes(desk)
        await desk.type("11.9")
        assert "Bohannon 2006" in desk.text
        await desk.press("f")
        await desk.type("bohannon")
        await desk.press("enter")
        assert desk.app.context.practice.settings.references_off == ["tug/bohannon2006"]
        assert "Bohannon 2006" not in desk.text and "STEADI" in desk.text
        await desk.press("i")
        assert "Timed Up and Go" in desk.text
        await desk.press("escape", "f")
        await desk.type("bohannon")
        await desk.press("enter")
        assert "Bohannon 2006" in desk.text


async def test_a_reference_that_is_off_by_default_is_switched_on(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    measured_before(
        sample_path, "Chen", now, Reading(measure="sts_5x", trials=[13.0, 13.0], unit="s")
    )
    async with driving(sample_path, now, new_id) as desk:
        await at_boxes(desk)
        await desk.type("12.5")
        assert "AWGS" not in desk.text
        await desk.press("f")
        assert "OFF awgs2019 slow" in desk.text and "on ewgsop2 slow" in desk.text
        await desk.type("awgs")
        await desk.press("enter")
        assert desk.app.context.practice.settings.references_on == ["sts_5x/awgs2019_slow"]
        assert "at or above 12 s: AWGS slow-rise flag  AWGS 2019" in desk.text
        await desk.press("f")
        await desk.type("awgs")
        await desk.press("enter")
        assert desk.app.context.practice.settings.references_on == [] and "AWGS" not in desk.text


async def test_the_evidence_card_says_what_is_not_concluded(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    from medex_tui.app.dialogs.evidence_card import evidence

    for measure in catalogue().measures.values():
        said = evidence(measure)
        assert any(line.startswith("Protocol: ") for line in said)
        assert any(line.startswith("What medex does not conclude: ") for line in said)
        cited = {
            catalogue().source(p.source).citation
            for p in (*measure.norms, *measure.cutoffs, *measure.change)
        }
        assert cited <= {
            line.removeprefix("- ").removesuffix(" [source not verified]") for line in said
        }
    grip = " ".join(evidence(catalogue().measure("grip_strength")))
    assert "never a personal risk" in grip
    async with driving(sample_path, now, new_id, size=(60, 20)) as desk:
        await at_boxes(desk)
        await desk.press("i")
        assert "Protocol" in desk.text and max(len(line.rstrip()) for line in desk.lines) <= 60


async def test_grades_trials_units_and_sides_by_keys(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    measured_before(
        sample_path, "Chen", now,
        Reading(measure="mmt", side="R", trials=[3.0], unit="grade", labels=["knee extension"]),
        Reading(measure="grip_strength", side="R", trials=[20], unit="lb"),
        Reading(measure="arm_curl_30s", side="R", trials=[9], unit="reps"),
    )  # fmt: skip
    async with driving(sample_path, now, new_id) as desk:
        page = await at_boxes(desk)
        assert [r.side for r in page.rows] == ["R", "L", "R", "L", "R"]
        await desk.type("4-")
        assert "+2 steps" in desk.text
        await desk.press("enter")
        await desk.press("4", "plus", "enter")
        assert page.rows[2].unit == "lb"
        await desk.press("y")
        assert page.rows[2].unit is None and page.rows[3].unit is None
        await desk.press("n")
        assert [len(r.boxes) for r in page.rows] == [1, 1, 4, 4, 1]
        await desk.press("down", "down", "s")
        await desk.type("10")
        await desk.press("enter")
        assert "saved" in desk.said
    by = {(r.measure, r.side): r.trials for r in last_of(sample_path, "Chen").readings}
    assert by == {("mmt", "R"): [3.7], ("mmt", "L"): [4.3], ("arm_curl_30s", "L"): [10]}


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_every_ready_measure_fits_the_boxes_of_a_small_window(
    sample_path: Path, now: datetime, new_id: NewId, size: tuple[int, int]
) -> None:
    async with driving(sample_path, now, new_id, size=size) as desk:
        page = await at_boxes(desk)
        for id in catalogue().ready:
            page.rows = rows_for(catalogue().measure(id))
            page.place(0, 0)
            for n in range(len(page.rows)):
                page.place(n, 99)
                assert page.row == n
                for line in (
                    page.row_line(n, size[0])[0],
                    *(
                        [parts_line(page.rows[n], page.box, "", size[0])]
                        if has_parts(page.rows[n].of)
                        else []
                    ),
                ):
                    assert sum(len(text) for text, _ in line) <= size[0], id
        await desk.settle()
        assert len(desk.text.splitlines()) == size[1]


async def test_a_summary_is_kept_with_the_numbers(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await at_boxes(desk)
        await desk.type("11.9")
        await desk.press("semicolon")
        await desk.type("Walks to the shop [L] =1+1")
        await desk.press("enter", "k")
        assert "Assessment: discharge" in desk.text
        await desk.press("ctrl+g")
        assert "saved" in desk.said
    kept = last_of(sample_path, "Chen")
    assert (kept.kind, kept.summary) == ("discharge", "Walks to the shop [L] =1+1")


async def test_numbers_typed_are_offered_again(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        await at_boxes(desk)
        await desk.type("12.5")
        desk.app.context.drafts.flush()
    async with driving(sample_path, now, new_id) as desk:
        page = await at_boxes(desk)
        assert "Your unsaved numbers are back." in desk.said and page.rows[0].boxes == ("12.5",)


async def test_a_faulty_file_of_own_measures_is_named_and_the_good_one_is_offered(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    good = (
        '[[measure]]\nid="floor"\nname="Floor to stand"\ncategory="function"\ndomain="function"\nunit="s"\n'
        'direction="lower"\nvalue_type="float"\ndecimals=1\ntrials=1\nvalid_min=1\nvalid_max=300\nprotocol="p"\n'
        'sources=["convention"]\n'
    )
    file = sample_path.parent / "measures.toml"
    file.write_text(good + good.replace('"floor"', '"bad"').replace("decimals=1", 'decimals="x"'))
    async with driving(sample_path, now, new_id, size=(200, 24)) as desk:
        await at_boxes(desk)
        assert str(file) in desk.said and "bad: decimals" in desk.said
        await desk.press("plus")
        await desk.type("floor")
        await desk.press("enter")
        await desk.type("8.5")
        assert "Floor to stand" in desk.text and "8.5 s" in desk.text


# --- the rows themselves ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", catalogue().ready)
def test_every_ready_measure_has_rows_that_make_a_reading_that_scores(id: str) -> None:
    measure = catalogue().measure(id)
    filled = []
    for row in rows_for(measure):
        answer = f"{measure.item_min:g}"
        text = {
            "items": answer, "activities": answer, "goals": "0", "stages": "10", "sppb": "9",
        }.get(measure.combine, "")  # fmt: skip
        number = (
            measure.enum[3]
            if measure.ordinal
            else text or f"{max(measure.warn_below or 0, measure.valid_min, 12):g}"
        )
        boxes = {"height_cm": "170", "weight_kg": "70", "weight_lb": "150", "hr_bpm": "120", "time_min": "15",
                 "speed_mph": "3", "speed_m_min": "80", "grade": "0.05"}  # fmt: skip
        texts = (
            [boxes[i] for i in measure.inputs]
            if measure.combine == "equation"
            else [number] * len(row.boxes)
        )
        if id == "nprs" or (id.startswith("rpe") and float(number) > measure.valid_max):
            texts = ["7"]
        if id == "spo2":
            texts = ["97"]
        if id in ("bp_systolic", "bp_diastolic", "hr_rest", "glucose", "waist"):
            texts = ["90"] * len(row.boxes)
        if id == "temperature":
            texts = ["36.6"]
        filled.append(
            msgspec.structs.replace(
                row, boxes=tuple(texts), label=row.label or ("a" if id == "psfs" else "")
            )
        )
    if measure.sides == "LR" and measure.by_side:
        filled = filled[:1]
    found = score(measure, readings_of(filled), age=40, sex="F")
    assert isinstance(found, Score), (id, found)
    again = rows_for(measure, readings_of(filled))
    assert [r.measure for r in again] and all(r.empty for r in again)


def test_hands_take_turns_and_single_trials_do_not() -> None:
    grip, tug = (rows_for(catalogue().measure(m)) for m in ("grip_strength", "tug"))
    assert order([*grip, *tug]) == [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 0)]


def test_the_battery_is_what_was_measured_last_time() -> None:
    past = Assessment(
        id="a", client_id="c", taken_at=datetime.fromisoformat("2026-11-01T10:00:00+00:00"),
        readings=[Reading(measure="berg", trials=[40]), Reading(measure="gone", trials=[1])],
    )  # fmt: skip
    assert [r.measure for r in battery_of([past], ["tug"])] == ["berg"]
    assert [r.measure for r in battery_of([], ["tug"])] == ["tug"]


def test_a_box_holds_a_number_or_nothing() -> None:
    berg, mmt = catalogue().measure("berg"), catalogue().measure("mmt")
    assert (typed(berg, "40"), typed(berg, "-"), typed(berg, ""), typed(berg, "4.")) == (
        40,
        None,
        None,
        4.0,
    )
    assert (typed(mmt, "3+"), typed(mmt, "3.5"), typed(mmt, "5+")) == (3.3, None, None)
    assert BatteryRow("berg").empty and not BatteryRow("berg", result="unable").empty
