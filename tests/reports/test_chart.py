"""One client's chart as a document: every number that was taken stands under its own name."""

from __future__ import annotations

from datetime import UTC, datetime

from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.people import Client
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.settings import Settings
from medex_tui.reports.exchange.client_chart import client_chart

NOW = datetime(2026, 11, 20, 16, tzinfo=UTC)


def test_readings_keep_their_names_their_conditions_and_their_results() -> None:
    readings = [
        Reading(measure="psfs", trials=[3, 4], labels=["wash [hair]", "stairs"]),
        Reading(
            measure="custom_timed", trials=[24.5, 23], unit="s", labels=["12 stairs"], better="less"
        ),
        Reading(measure="gas_t", trials=[1, 0], weights=[2, 1]),
        Reading(
            measure="gait_speed_10m", trials=[4.8], unit="s", course_m=6, protocol="usual pace"
        ),
        Reading(measure="sppb", trials=[10], labels=["side_by_side_s", "walk unable"]),
        Reading(measure="six_mwt", trials=[220], unit="m", result="stopped", aid="cane"),
    ]
    client = Client(id="c", given_name="Mei", family_name="Chen")
    taken = Assessment(id="a", client_id="c", taken_at=NOW, readings=readings)
    said = client_chart(
        client, Practice([Settings(id="settings", timezone="America/New_York"), client, taken]), NOW
    )
    for cell in (
        r"wash \[hair\]: 3, stairs: 4", "12 stairs: 24.5 23", "1 x2 0 x1", "usual pace, 6 m",
        "walk unable", "220, stopped", "cane",
    ):  # fmt: skip
        assert cell in said, cell
