"""The made-up clinic itself: settings, staff and the providers it writes to."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from medex_tui.domain.dates.clock import us_federal_holidays
from medex_tui.domain.records.people import Practitioner, Provider
from medex_tui.domain.records.settings import KnownExercise, Policy, Settings
from medex_tui.sample.diary import Ids
from medex_tui.sample.letters import SampleHouse
from medex_tui.sample.story import TOLERATED

EXERCISES = [
    KnownExercise(name="leg press", aliases=["lp"], scope="resistance"),
    KnownExercise(name="row", aliases=["seated row"], scope="resistance"),
    KnownExercise(name="step-up", aliases=["step", "su"], scope="function"),
    KnownExercise(name="tandem stand", aliases=["balance", "tandem"], scope="balance"),
    KnownExercise(name="single-leg stand", aliases=["sls"], scope="balance"),
    KnownExercise(name="chair stand", aliases=["cs", "sit to stand"], scope="function"),
    KnownExercise(name="heel raise", aliases=["heel"], scope="resistance"),
    KnownExercise(name="knee extension", aliases=["ke"], scope="resistance"),
    KnownExercise(name="hamstring curl", aliases=["hc"], scope="resistance"),
    KnownExercise(name="hip hinge", aliases=["hinge"], scope="resistance"),
    KnownExercise(name="bridge", aliases=["br"], scope="resistance"),
    KnownExercise(name="bird dog", aliases=["bd"], scope="balance"),
    KnownExercise(name="clamshell", aliases=["clam"], scope="resistance"),
    KnownExercise(name="pallof press", aliases=["pallof"], scope="resistance"),
    KnownExercise(name="chest press", aliases=["cp"], scope="resistance"),
    KnownExercise(name="lat pulldown", aliases=["lat"], scope="resistance"),
    KnownExercise(name="wall slide", aliases=["ws"], scope="flexibility"),
    KnownExercise(name="external rotation", aliases=["er"], scope="resistance"),
    KnownExercise(name="shelf reach", aliases=["shelf"], scope="function"),
    KnownExercise(name="carry", aliases=["farmer carry"], scope="function"),
    KnownExercise(name="grip squeeze", aliases=["squeeze"], scope="resistance"),
    KnownExercise(name="pinch hold", aliases=["pinch"], scope="resistance"),
    KnownExercise(name="jar twist", aliases=["jar"], scope="function"),
    KnownExercise(name="march", aliases=["marching"], scope="balance"),
    KnownExercise(name="walk", aliases=["treadmill", "tm"], scope="cardio"),
    KnownExercise(name="bike", aliases=["cycle"], scope="cardio"),
    KnownExercise(name="arm ergometer", aliases=["ube"], scope="cardio"),
    KnownExercise(name="calf stretch", aliases=["calf"], scope="flexibility"),
    KnownExercise(name="chin tuck", aliases=["chin"], scope="flexibility"),
    KnownExercise(name="floor transfer", aliases=["floor"], scope="function"),
]

SNIPPETS = {
    "tol": TOLERATED,
    "home": "Home program done as agreed since the last visit.",
    "rest": "Needed one extra rest; settled within two minutes.",
    "cue": "Needed verbal cues for posture; none by the last set.",
}

OWNER, COLLEAGUE = "aokafor", "jalvarez"

PROVIDERS: dict[str, Provider] = {
    "patel": Provider(
        id="patel",
        name="Dr Anil Patel",
        role="surgeon",
        organisation="Lakeside Orthopaedics",
        licensed_to_refer=True,
        phone="555-0140",
        fax="555-0141",
        postal_address="40 Lakeside Drive, Northfield",
        preferred_method="fax",
        notes="Fax before clinic days, Tuesday and Thursday.",
    ),
    "lee": Provider(
        id="lee",
        name="K. Lee PT",
        role="physical_therapist",
        organisation="Riverbend Physical Therapy",
        licensed_to_refer=True,
        phone="555-0150",
        direct_address="klee@direct.riverbend.example",
        preferred_method="direct",
    ),
    "osei": Provider(
        id="osei",
        name="Dr Esther Osei",
        role="physician",
        organisation="Harbor Family Medicine",
        licensed_to_refer=True,
        phone="555-0160",
        fax="555-0161",
        preferred_method="portal",
        notes="Reads the portal the same day; wants one page.",
    ),
    "brandt": Provider(
        id="brandt",
        name="Dr Maria Brandt DC",
        role="chiropractor",
        organisation="Brandt Chiropractic",
        licensed_to_refer=True,
        phone="555-0170",
        postal_address="7 Mill Street, Northfield",
        preferred_method="letter",
    ),
    "whitcomb": Provider(
        id="whitcomb",
        name="S. Whitcomb NP",
        role="nurse_practitioner",
        organisation="Northfield Primary Care",
        licensed_to_refer=True,
        phone="555-0180",
        fax="555-0181",
        preferred_method="fax",
    ),
    "dahl": Provider(
        id="dahl",
        name="Inga Dahl LMT",
        role="massage_therapist",
        organisation="Stillwater Massage",
        phone="555-0190",
        email="inga@stillwater.example",
        preferred_method="secure_email",
        notes="Agreed to encrypted email.",
    ),
    "moreau": Provider(
        id="moreau",
        name="Dr Claire Moreau ND",
        role="naturopath",
        organisation="Moreau Natural Health",
        phone="555-0195",
        fax="555-0196",
        preferred_method="fax",
    ),
}


def house(
    now: datetime, zone: ZoneInfo, ids: Ids, *, owner: str = OWNER, years: int = 1
) -> SampleHouse:
    """Settings, two practitioners and seven providers, on file since `years` before now."""
    opened = now - timedelta(days=365 * years + 30)
    local = now.astimezone(zone).year
    settings = Settings(
        id=ids.at(opened),
        name="Northside Medical Exercise",
        address="12 Depot Square, Northfield",
        phone="555-0100",
        fax="555-0101",
        timezone=zone.key,
        holidays=[
            day for year in range(local - years, local + 2) for day in us_federal_holidays(year)
        ],
        policies=[Policy(from_="2000-01-01", preset="meti", clock="elapsed")],
        retention_years=10,
        units={"load": "kg"},
        idle_lock_min=10,
        exercises=EXERCISES,
        snippets=SNIPPETS,
        created_at=opened,
        created_by=owner,
    )
    staff = [
        Practitioner(
            id=ids.at(opened), login=owner, name="A. Okafor", credential="MES", role="owner"
        ),
        Practitioner(id=ids.at(opened), login=COLLEAGUE, name="J. Alvarez", credential="MES"),
    ]
    return SampleHouse(settings, dict(PROVIDERS), {person.login: person for person in staff})
