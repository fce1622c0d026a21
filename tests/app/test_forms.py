"""The first client, provider, referral and visit, by keys alone; a fault is named and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from textual.events import Paste

from driving import Desk, driving
from medex_tui.app.dialogs.form import FieldFault, Form, FormField, chosen
from medex_tui.app.forms.provider import ROLE_WORDS, ROLES, provider_form
from medex_tui.app.row_keys import VisitKey
from medex_tui.domain.records.episodes import Referral
from medex_tui.domain.records.people import Client, Limit, Practitioner, Provider
from medex_tui.domain.records.settings import Settings
from medex_tui.domain.records.visits import Session
from medex_tui.store import Saved, Store

NewId = Callable[[], str]


def empty_practice(path: Path, now: datetime) -> Path:
    store = Store.open(path, by="aokafor", host="test", pid=1, create=True)
    mine = Practitioner(id="me", login="aokafor", name="A. Okafor", credential="MES", role="owner")
    clinic = Settings(id="settings", name="Clinic", timezone="America/New_York")
    assert isinstance(store.save([clinic, mine], at=now), Saved)
    store.close()
    return path


async def fill(desk: Desk, *values: str) -> None:
    """Type a value into each line of a form, Enter between them."""
    for n, value in enumerate(values):
        if n:
            await desk.press("enter")
        await desk.type(value)


async def add(desk: Desk, what: str) -> None:
    await desk.press("plus")
    await desk.type(what)
    await desk.press("enter")


async def test_an_empty_practice_says_what_goes_there(
    tmp_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(empty_practice(tmp_path / "practice.json", now), now, new_id) as desk:
        assert "FIRST STEPS" in desk.text and "1 your practice" in desk.text
        await desk.press("o")
        said = " ".join(desk.text.split())
        assert "makes a letter due; it is listed here" in said and "+ on Today adds them" in said


async def test_from_nothing_to_a_referral_and_a_planned_visit(
    tmp_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(empty_practice(tmp_path / "practice.json", now), now, new_id) as desk:
        await add(desk, "prov")
        await fill(desk, "Dr Anil Patel", "surg", "Lakeside", "", "fax", "555-0141")
        await desk.press("ctrl+g")
        assert "Provider saved" in desk.said
        await add(desk, "cl")
        await fill(desk, "Jodie", "Hicks", "11 Feb 1970", "f")
        await desk.press("ctrl+g")
        assert "New referral: Hicks, Jodie" in desk.text
        await fill(desk, "pat", "", "2026-11-18", "reach a shelf", "m75.121")
        await desk.press("ctrl+g")
        assert "Referral saved" in desk.said
        await desk.press("escape", "escape")
        await add(desk, "ses")
        await desk.type("hic")
        await desk.press("enter")
        await desk.press("ctrl+g")
        assert "Enter a time" in desk.text
        await desk.type("14:30")
        await desk.press("ctrl+g")
        practice = desk.app.context.practice
        assert "14:30" in desk.text and "Hicks, Jodie" in desk.text
    (client,) = practice.clients.values()
    (provider,) = practice.providers.values()
    (referral,) = practice.referrals.values()
    (session,) = practice.sessions.values()
    assert (client.birth_date, client.sex) == (date(1970, 2, 11), "F")
    assert (provider.role, provider.licensed_to_refer, provider.preferred_method) == (
        "surgeon",
        True,
        "fax",
    )
    assert (referral.client_id, referral.provider_id, referral.received_at) == (
        client.id,
        provider.id,
        now,
    )
    assert [d.icd10 for d in referral.diagnoses] == ["M75.121"] and referral.consent_on is None
    assert (
        session.planned_at == datetime(2026, 11, 20, 19, 30, tzinfo=UTC)
        and session.referral_id == referral.id
    )


async def test_a_fault_is_named_at_its_line(tmp_path: Path, now: datetime, new_id: NewId) -> None:
    async with driving(empty_practice(tmp_path / "practice.json", now), now, new_id) as desk:
        await add(desk, "cl")
        await fill(desk, "Jodie", "Hicks", "31 Feb 1970")
        await desk.press("ctrl+g")
        assert "31 Feb" in desk.text and desk.app.screen.is_modal
        assert desk.app.focused is not None and desk.app.focused.id == "f-birth_date"
        assert not desk.app.context.practice.clients


async def test_what_stood_in_a_form_is_offered_again(
    tmp_path: Path, now: datetime, new_id: NewId
) -> None:
    path = empty_practice(tmp_path / "practice.json", now)
    async with driving(path, now, new_id) as desk:
        await add(desk, "cl")
        await fill(desk, "Jodie", "Hicks")
        await desk.press("escape")
        desk.app.context.drafts.flush()
    async with driving(path, now, new_id) as desk:
        await add(desk, "cl")
        assert "Jodie" in desk.text and "Hicks" in desk.text


async def test_limits_keep_their_date_when_nothing_of_them_changed(
    tmp_path: Path, now: datetime, new_id: NewId
) -> None:
    path = empty_practice(tmp_path / "practice.json", now)
    limits = [
        Limit(what="hr", value="120 until echo; then ask", said_by="Dr Osei", on=date(2026, 11, 3))
    ]
    store = Store.open(path, by="aokafor", host="test", pid=1)
    store.save([Client(id="c", given_name="Mei", family_name="Chen", limits=limits)], at=now)
    store.close()
    async with driving(path, now, new_id) as desk:
        await desk.press("slash", "enter", "e", "ctrl+g")
        assert "Client saved" in desk.said
        assert desk.app.context.practice.clients["c"].limits == limits


async def test_two_providers_of_one_name_are_told_apart(
    tmp_path: Path, now: datetime, new_id: NewId
) -> None:
    path = empty_practice(tmp_path / "practice.json", now)
    store = Store.open(path, by="aokafor", host="test", pid=1)
    namesakes = [
        Provider(id="north", name="Dr Ann Smith", role="physician", organisation="North Clinic"),
        Provider(id="south", name="Dr Ann Smith", role="surgeon", organisation="South Clinic"),
        Provider(id="alone", name="Dr Ann Smith", role="other"),
    ]
    referral = Referral(
        id="r", client_id="c", provider_id="north", received_at=now, copies_to=["alone"]
    )
    store.save([*namesakes, Client(id="c", given_name="Mei", family_name="Chen"), referral], at=now)
    store.close()
    async with driving(path, now, new_id) as desk:

        async def saved_with(provider: str) -> Referral:
            await desk.press("end", "ctrl+u")
            await desk.type(provider)
            await desk.press("ctrl+g")
            return desk.app.context.practice.referrals["r"]

        await desk.press("slash", "enter", "r", "ctrl+g")
        kept = desk.app.context.practice.referrals["r"]
        assert (kept.provider_id, kept.copies_to) == ("north", ["alone"])
        await desk.press("r", "up", "up")
        for said in ("smith", "ann smi", "Dr Ann Smith"):
            assert (await saved_with(said)).provider_id == "north"
            assert "(South Clinic)" in desk.text and "(alone)" in desk.text
        assert (await saved_with("Dr Ann Smith (South Clinic)")).provider_id == "south"


async def test_a_planned_visit_is_missed_moved_and_planned_again(
    sample_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(sample_path, now, new_id) as desk:
        practice = desk.app.context.practice
        planned = [s for s in practice.sessions.values() if s.state == "planned" and s.planned_at]
        today = [
            s
            for s in planned
            if desk.app.context.local(s.planned_at or now).date()
            == desk.app.context.local(now).date()
        ]
        visit = max(today, key=lambda s: s.planned_at or now)

        def kept() -> Session:
            return desk.app.context.practice.sessions[visit.id]

        while desk.app.top_screen.row_key() != VisitKey(visit.id):  # type: ignore[union-attr]
            await desk.press("down")
        await desk.press("n")
        assert "Missed visit: " in desk.text
        await desk.type("bus strike")
        await desk.press("enter")
        assert (kept().state, kept().reason) == ("cancelled", "bus strike")
        await desk.press("n")
        assert (kept().state, kept().reason) == ("planned", None)
        await desk.press("n", "tab", *["backspace"] * 9)
        await desk.type("no")
        await desk.press("enter")
        assert "still to come" in desk.text
        await desk.press(*["backspace"] * 2)
        await desk.type("moved")
        await desk.press("tab")
        await desk.type("tomorrow 14:30")
        await desk.press("enter")
        assert f"{desk.app.context.local(kept().planned_at or now):%H:%M}" == "14:30"


@pytest.mark.parametrize(
    ("typed", "choice"),
    [("phys", None), ("physician", "physician"), ("doc", "physician"), ("PT", "physical_therapist"),
     ("surg", "surgeon"),
     ("nurse practitioner", "nurse_practitioner"), ("np", "nurse_practitioner"), ("baker", None)],
)  # fmt: skip
def test_a_profession_is_known_by_the_words_people_use(typed: str, choice: str | None) -> None:
    found = chosen(FormField("role", "Profession", choices=ROLES, said=ROLE_WORDS), typed)
    if choice is None:
        assert (
            isinstance(found, FieldFault)
            and "physician" in found.message
            and "_" not in found.message
        )
    else:
        assert found == choice


def plain_text(desk: Desk) -> str:
    """The text of the screen without frames, wrapped lines joined."""
    return " ".join(desk.text.replace("│", " ").split())


async def paste(desk: Desk, text: str) -> None:
    """Paste a text into the focused field, as a terminal's bracketed paste does."""
    assert desk.app.focused is not None
    desk.app.focused.post_message(Paste(text))
    await desk.settle()


async def test_a_paste_into_a_field_keeps_all_its_lines(
    tmp_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(empty_practice(tmp_path / "practice.json", now), now, new_id) as desk:
        await add(desk, "prov")
        await fill(desk, "Dr Paste", "physician", *[""] * 8)
        await paste(desk, "12 Main St, Suite 4\nSpringfield IL 62701\n")
        await desk.press("enter")
        await paste(desk, "Calls back\nafter 4 PM")
        await desk.press("ctrl+g")
        (provider,) = desk.app.context.practice.providers.values()
    assert provider.postal_address == "12 Main St, Suite 4, Springfield IL 62701"
    assert provider.notes == "Calls back\nafter 4 PM"


async def test_required_fields_are_marked_and_the_understood_value_stands_beside(
    tmp_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(empty_practice(tmp_path / "practice.json", now), now, new_id) as desk:
        await add(desk, "cl")
        assert "Last name *" in desk.text and "* required" in desk.text
        assert "First name *" not in desk.text
        await fill(desk, "Jodie", "Hicks", "11 Feb 1970")
        assert "1970-02-11, age 56" in desk.text
        await desk.press(*["backspace"] * 11)
        await desk.type("31 Feb 1970")
        assert "age" not in desk.text and " ?" in desk.text
        await desk.press("escape")
        await add(desk, "prov")
        await fill(desk, "Dr Who", "doc")
        assert "physician" in desk.text


async def test_typing_replaces_a_prefilled_value_but_adds_to_a_list(
    tmp_path: Path, now: datetime, new_id: NewId
) -> None:
    path = empty_practice(tmp_path / "practice.json", now)
    store = Store.open(path, by="aokafor", host="test", pid=1)
    client = Client(
        id="c", given_name="Mei", family_name="Chen", phone="555-0100", precautions=["no kneeling"]
    )
    store.save([client], at=now)
    store.close()
    async with driving(path, now, new_id) as desk:
        await desk.press("slash", "enter", "e")
        form = desk.app.screen
        assert isinstance(form, Form)
        form.entry("phone").focus()
        await desk.pilot.pause()
        await desk.type("555-0199")
        form.entry("precautions").focus()
        await desk.pilot.pause()
        await desk.type("; blood thinner")
        await desk.press("ctrl+g")
        saved = desk.app.context.practice.clients["c"]
    assert saved.phone == "555-0199" and saved.precautions == ["no kneeling", "blood thinner"]


async def test_a_draft_is_marked_and_can_be_dropped(
    tmp_path: Path, now: datetime, new_id: NewId
) -> None:
    async with driving(empty_practice(tmp_path / "practice.json", now), now, new_id) as desk:
        await add(desk, "cl")
        assert "draft" not in desk.text
        await fill(desk, "Jodie", "Hicks")
        await desk.press("escape")
        await add(desk, "cl")
        assert "draft, not saved" in desk.text and "Jodie" in desk.text
        await desk.press("ctrl+r")
        assert "Jodie" not in desk.text and "draft" not in desk.text
        await desk.press("escape")
        assert "client:new" not in desk.app.context.drafts.kept


async def test_a_client_like_one_on_file_is_asked_about_once(
    tmp_path: Path, now: datetime, new_id: NewId
) -> None:
    path = empty_practice(tmp_path / "practice.json", now)
    store = Store.open(path, by="aokafor", host="test", pid=1)
    client = Client(id="c", given_name="Maria", family_name="Lopez", birth_date=date(1960, 3, 3))
    provider = Provider(id="p", name="Dr. Ann Smith, MD", role="physician", fax="(555) 010-0141")
    store.save([client, provider], at=now)
    store.close()
    async with driving(path, now, new_id) as desk:
        await add(desk, "cl")
        await fill(desk, "Mária", "lopez", "3 Mar 1960")
        await desk.press("ctrl+g")
        assert "already on file (same name and birth date)" in plain_text(desk)
        assert len(desk.app.context.practice.clients) == 1
        await desk.press("ctrl+g")
        assert len(desk.app.context.practice.clients) == 2
        await desk.press("escape")
        await add(desk, "prov")
        await fill(desk, "Ann Smith", "physician")
        await desk.press("ctrl+g")
        assert "already on file (same name)" in plain_text(desk)
        await desk.press("up", "up")
        await desk.press("escape")
        assert len(desk.app.context.practice.providers) == 1


async def test_the_field_that_is_asked_for_has_the_cursor(
    tmp_path: Path, now: datetime, new_id: NewId
) -> None:
    path = empty_practice(tmp_path / "practice.json", now)
    async with driving(path, now, new_id) as desk:
        provider_form(desk.app.context, start="fax")
        await desk.settle()
        assert desk.app.focused is not None and desk.app.focused.id == "f-fax"
