"""Text from people is data on every screen: it shows as typed, steers nothing and breaks nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from driving import Desk, driving
from medex_tui.domain.records.assessments import Assessment, Reading
from medex_tui.domain.records.base import Record
from medex_tui.domain.records.communications import Waiver
from medex_tui.domain.records.episodes import Diagnosis, Goal, Referral
from medex_tui.domain.records.people import Client, Limit, Practitioner, Provider
from medex_tui.domain.records.seal import seal_of
from medex_tui.domain.records.settings import KnownExercise, Settings
from medex_tui.domain.records.visits import Exercise, Session, Vitals
from medex_tui.store import Saved, Store

HOSTILE = {
    "markup": "O'Neil [L] =1+1 [/x] [red]blue[/red] $variable",
    "control": "\x1b[2J\x1b]0;title\x07\x9b31m abc\u202edef\u2066ghi e\u0301 \U0001f3cb\ufe0f\u200d\u2642\ufe0f 漢字",
    "lines": "../../etc/passwd\nline two\ttabbed " + "x" * 10_000,
    "blank": " ",
}


def practice_of(text: str, now: datetime) -> list[Record]:
    """A small practice in which everything a person can type is this text."""
    provider = Provider(
        id="p",
        name=text,
        role="physician",
        organisation=text,
        fax=text,
        preferred_method="fax",
        notes=text,
    )
    client = Client(
        id="c", given_name=text, family_name=text, birth_date=date(1960, 2, 29), sex="F", precautions=[text],
        limits=[Limit(what="bp", value="150/95", said_by=text, on=date(2026, 11, 3)), Limit(what=text, value=text)],
    )  # fmt: skip
    referral = Referral(
        id="r", client_id="c", provider_id="p", received_at=now - timedelta(days=9), reason=text,
        diagnoses=[Diagnosis(icd10="M75.121", text=text)], consent_on=date(2026, 11, 1), copies_to=[],
    )  # fmt: skip
    done = Session(
        id="s1", client_id="c", referral_id="r", planned_at=now - timedelta(days=3), started_at=now - timedelta(days=3),
        ended_at=now - timedelta(days=3), state="signed", vitals=[Vitals(sbp=120, dbp=80)], since_last=text,
        exercises=[Exercise(name=text, sets=3, reps=10)], symptoms=["dizziness"], response=text, plan=text, note=text,
        signed_at=now - timedelta(days=3), signed_by="aokafor",
    )  # fmt: skip
    return [
        Settings(
            id="settings", name=text, phone=text, fax=text, timezone="America/New_York",
            exercises=[KnownExercise(name=text, aliases=[text])], snippets={"tol": text},
        ),
        Practitioner(id="me", login="aokafor", name=text, credential=text),
        provider, client, referral,
        Goal(id="g", referral_id="r", text=text, term_days=30, due_on=date(2026, 12, 1)),
        replace(done, seal=seal_of(done)),
        Session(id="s2", client_id="c", referral_id="r", planned_at=now),
        Assessment(
            id="a", client_id="c", referral_id="r", taken_at=now - timedelta(days=3), summary=text,
            readings=[
                Reading(measure="psfs", trials=[3, 4], unit="points", labels=[text, "walk"]),
                Reading(measure="custom_timed", trials=[24.5], unit="s", labels=[text], device=text),
                Reading(measure="grip_strength", side="R", trials=[22, 23], unit="kg", device=text),
            ],
        ),
        Waiver(id="w", obligation="intro_letter:s1", reason=text, by=text, at=now - timedelta(days=1)),
    ]  # fmt: skip


def harmless(desk: Desk) -> None:
    """Nothing on the screen could act on a terminal, and it fits."""
    for line in desk.lines:
        assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2066" for c in line), (
            repr(line)
        )
    assert len(desk.lines) == 24


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_through_every_screen(
    text: str, tmp_path: Path, now: datetime, new_id: Callable[[], str]
) -> None:
    path = tmp_path / "practice.json"
    store = Store.open(path, by="aokafor", host="test", pid=1, create=True)
    assert isinstance(store.load(practice_of(text, now), at=now - timedelta(days=2)), Saved)
    store.close()
    async with driving(path, now, new_id) as desk:
        harmless(desk)
        assert "[L] =1+1" not in text or "O'Neil [L] =1" in desk.text
        walks: tuple[tuple[str, ...], ...] = (
            ("slash",), ("question_mark",), ("plus",), ("ctrl+p",), ("ctrl+t",), ("o",), ("o", "question_mark"),
            ("o", "m"), ("o", "w"), ("o", "x"), ("o", "t"), ("o", "p"), ("o", "p", "e"), ("o", "p", "question_mark"),
            ("end", "l"), ("end", "a"), ("end", "a", "i"), ("end", "n"), ("end", "c"), ("end", "c", "e"),
            ("end", "c", "r"), ("end", "c", "v"), ("end", "c", "v", "f"), ("end", "c", "v", "e"), ("end", "c", "end"),
        )  # fmt: skip
        for keys in walks:
            for key in keys:
                await desk.press(key)
                harmless(desk)
            for _ in range(4):
                if len(desk.app.screen_stack) > 2:
                    await desk.press("escape")
        await desk.press("end", "l")
        await desk.type("= 120/80 ; ,tol [L] =1+1")
        harmless(desk)
        await desk.press("enter")
        harmless(desk)
