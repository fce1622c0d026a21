"""The sixteen people of the sample practice, each a short story that ends around `now`."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Literal

from medex_tui.domain.records import (
    Client,
    Diagnosis,
    Exercise,
    Goal,
    Limit,
    Referral,
    Service,
    Side,
    Vitals,
)
from medex_tui.sample.clinic import COLLEAGUE
from medex_tui.sample.diary import Diary, Ids, moved
from medex_tui.sample.story import TOLERATED, Resting, Story, Test, Work, reading

AHEAD = timedelta(days=7)


class Desk:
    """Writes clients, referrals and goals with their ids, dated as a front desk would."""

    def __init__(self, diary: Diary, ids: Ids, owner: str) -> None:
        self.diary = diary
        self.ids = ids
        self.owner = owner

    def client(
        self, since: date, given: str, family: str, born: date, sex: Literal["F", "M"] | None, **more: Any
    ) -> Client:
        made = self.diary.at(since, "09:20")
        return Client(
            id=self.ids.at(made),
            given_name=given,
            family_name=family,
            birth_date=born,
            sex=sex,
            created_at=made,
            created_by=self.owner,
            **more,
        )

    def referral(
        self, client: Client, received: datetime, provider: str | None, reason: str, icd10: str, text: str, **more: Any
    ) -> Referral:
        """A complete referral: signed the day before, good for a year; `more` takes away or changes."""
        day = self.diary.day_of(received)
        fields: dict[str, Any] = {
            "signed_on": day - timedelta(days=1),
            "names_met": True,
            "out_of_treatment": True,
            "visits_authorised": 24,
            "valid_through": day + timedelta(days=365),
            "consent_on": day,
            "diagnoses": [Diagnosis(icd10=icd10, text=text)],
        }
        return Referral(
            id=self.ids.at(received),
            client_id=client.id,
            provider_id=provider,
            received_at=received,
            reason=reason,
            created_at=received,
            created_by=self.owner,
            **{**fields, **more},
        )

    def goal(self, referral: Referral, set_at: datetime, days: int, text: str, **more: Any) -> Goal:
        day = self.diary.day_of(set_at)
        return Goal(
            id=self.ids.at(set_at),
            referral_id=referral.id,
            text=text,
            term_days=days,
            set_on=day,
            due_on=day + timedelta(days=days),
            created_at=set_at,
            created_by=self.owner,
            **more,
        )


def move(
    name: str,
    sets: int | None = None,
    reps: int | None = None,
    load: float | None = None,
    *,
    hold: float | None = None,
    minutes: float | None = None,
    side: Side | None = None,
    rpe: float | None = None,
    step: float = 0.0,
    more_reps: int = 0,
    every: int = 4,
) -> Work:
    """One line of a programme."""
    start = Exercise(name=name, sets=sets, reps=reps, load_kg=load, hold_s=hold, minutes=minutes, side=side, rpe=rpe)
    return Work(start, step, more_reps, every)


def before(visit: datetime) -> datetime:
    """When the tests of a visit were taken: three quarters of an hour ahead of it."""
    return visit - timedelta(minutes=45)


def stories(diary: Diary, ids: Ids, owner: str) -> list[Story]:
    """Everyone, in the order of today's list and then the rest; `owner` is the login of who sees most of them."""
    desk = Desk(diary, ids, owner)
    tellers = (
        hicks, ramos, chen, abara, novak, smith, haddad, bell,
        nguyen, oneil, fischer, lindqvist, okonkwo, washington, petrov, kim,
    )  # fmt: skip
    return [tell(desk) for tell in tellers]


def hicks(desk: Desk) -> Story:
    """Her first visits; the summary of her assessment is overdue."""
    diary = desk.diary
    tested = diary.slot(73 + 24, 73)
    received = diary.at(diary.ago((diary.today - diary.day_of(tested)).days + 6), "11:15")
    client = desk.client(
        diary.day_of(received), "Jodie", "Hicks", date(1970, 2, 11), "F",
        phone="555-0111", precautions=["no load above shoulder height until Dr Patel's next note"],
    )  # fmt: skip
    episode = desk.referral(
        client, received, "patel",
        "R shoulder after cuff repair; discharged from PT",
        "M75.121", "Complete rotator cuff tear, right shoulder, s/p repair", visits_authorised=12,
    )  # fmt: skip
    first = tested + timedelta(minutes=45)
    later = diary.visits(
        diary.day_of(tested) + timedelta(days=1), "Mon Wed Fri", "09:00", until=diary.today + AHEAD, today=True
    )
    return Story(
        client=client,
        referral=episode,
        by=desk.owner,
        visits=[first, *later],
        programme=[
            move("leg press", 3, 12, 60.0),
            move("row", 3, 10, 20.0),
            move("step-up", 2, 10, side="B", rpe=4),
            move("wall slide", 2, 10, side="R"),
            move("external rotation", 2, 12, 1.0, side="R"),
        ],
        resting=Resting(128, 80, 72, 97, (4, 2)),
        notes=[TOLERATED, "Reached eye level without hitching by the last set."],
        tests=[
            Test(
                tested,
                "initial",
                [
                    reading("psfs", 3, 4, 4, labels=["wash hair", "put a plate on the shelf", "fasten a seat belt"]),
                    reading("quickdash", 43.2, unit="points"),
                    reading("rom_shoulder_flexion", 128, side="R", unit="deg", position="supine, active"),
                    reading("rom_shoulder_flexion", 168, side="L", unit="deg", position="supine, active"),
                    reading("grip_strength", 22.0, 21.4, 21.8, side="R", unit="kg", device="hydraulic"),
                    reading("grip_strength", 25.2, 25.0, 24.6, side="L", unit="kg", device="hydraulic"),
                    reading("nprs", 4),
                ],
                "Cannot reach a shelf above eye level with the right arm or wash her hair without help.",
            )
        ],
        goals=[
            desk.goal(
                episode,
                tested,
                30,
                "Wash and dry my hair without help",
                measure="psfs",
                baseline=3.7,
                target=7.0,
            ),
            desk.goal(
                episode,
                tested,
                90,
                "Put plates on the shelf above my head with my right arm",
                measure="rom_shoulder_flexion",
                side="R",
                baseline=128.0,
                target=155.0,
            ),
        ],
        left={"assessment_summary": "owed"},
    )


def ramos(desk: Desk) -> Story:
    """Knee replacement, doing well; his reassessment is past the 48 hours and not past the 72."""
    diary = desk.diary
    since = diary.ago(84)
    received = diary.at(since, "10:40")
    client = desk.client(
        since, "Luis", "Ramos", date(1965, 6, 2), "M", phone="555-0112", precautions=["no kneeling on the left knee"]
    )
    episode = desk.referral(
        client, received, "lee", "TKA left; discharged from PT, stairs still limited",
        "Z96.652", "Presence of left artificial knee joint", visits_authorised=48,
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=3), "Mon Wed Fri", "10:00", until=diary.today + AHEAD, today=True)
    latest = diary.slot(71, 49)
    visits = moved(visits, latest + timedelta(minutes=45), diary)
    middle = [v for v in visits if v < diary.now - timedelta(days=40)][-1]
    readings = [
        ((3, 3, 4), 4.2, [9.0], 0.81, 9, [14.6, 14.2], 96, [24.0]),
        ((5, 5, 5), 3.1, [11.0], 1.0, 11, [11.9, 11.6], 108, [17.5]),
        ((7, 6, 7), 2.0, [13.0], 1.06, 13, [9.8, 9.6], 116, [12.8]),
    ]

    def taken(row: int) -> list[Any]:
        psfs, pain, _, gait, stands, tug, flexion, stairs = readings[row]
        return [
            reading(
                "psfs", *psfs, labels=["climb stairs without the rail", "walk to the market", "get out of the car"]
            ),
            reading("custom_timed", *stairs, unit="s", labels=["one flight of stairs"]),
            reading("chair_stand_30s", stands, unit="reps"),
            reading("tug", *tug, unit="s"),
            reading("gait_speed_4m", gait, unit="m/s"),
            reading("rom_knee_flexion", flexion, side="L", unit="deg", position="supine, active"),
            reading("nprs", round(pain)),
        ]

    return Story(
        client=client,
        referral=episode,
        by=desk.owner,
        visits=visits,
        programme=[
            move("leg press", 3, 10, 40.0, step=5.0, every=6),
            move("step-up", 3, 8, side="B", rpe=4, more_reps=1, every=14),
            move("knee extension", 3, 10, 10.0, side="L", step=1.0, every=5),
            move("tandem stand", 4, hold=30.0, side="L"),
            move("bike", minutes=10),
        ],
        resting=Resting(134, 82, 74, 97, (4, 2)),
        services=[Service(code="97110", minutes=25), Service(code="97112", minutes=15)],
        notes=[TOLERATED, "Stairs step over step with the rail.", "Left knee stiff at the start, easy after the bike."],
        tests=[
            Test(before(visits[0]), "initial", taken(0), "Stairs one step at a time with the rail; walks 200 m."),
            Test(before(middle), "reassessment", taken(1), "Stairs step over step with the rail."),
            Test(latest, "reassessment", taken(2), "Walks to the market; stairs without the rail on a good day."),
        ],
        goals=[
            desk.goal(
                episode,
                visits[0],
                30,
                "Walk to the market and back without stopping",
                measure="gait_speed_4m",
                baseline=0.81,
                target=1.05,
                status="met",
                met_on=diary.day_of(latest),
            ),
            desk.goal(
                episode,
                visits[0],
                90,
                "Go up and down my stairs without the rail",
                measure="custom_timed",
                baseline=24.0,
                target=14.0,
            ),
        ],
        changes={v: {"state": "open"} for v in visits if diary.day_of(v) == diary.today},
        left={"reassessment_update": "owed"},
    )


def chen(desk: Desk) -> Story:
    """Falls; a blood pressure limit from her physician, whom she sees the day after tomorrow."""
    diary = desk.diary
    since = diary.ago(52)
    received = diary.at(since, "14:05")
    limit_on = diary.ago(19)
    client = desk.client(
        since, "Mei", "Chen", date(1952, 3, 14), "F",
        phone="555-0113",
        precautions=["no breath holding"],
        limits=[
            Limit(what="bp", value="150/95", said_by="Dr Esther Osei", on=limit_on),
        ],
    )  # fmt: skip
    episode = desk.referral(
        client, received, "osei", "Falls; balance and leg strength",
        "R29.6", "Repeated falls", visits_authorised=30, follow_up_on=diary.today + timedelta(days=2),
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=2), "Mon Wed Fri", "11:00", until=diary.today + AHEAD, today=True)
    middle = [v for v in visits if v < diary.now - timedelta(days=21)][-1]
    return Story(
        client=client,
        referral=episode,
        by=desk.owner,
        visits=visits,
        programme=[
            move("leg press", 3, 12, 45.0, step=2.5, every=4),
            move("row", 3, 10, 12.0, step=1.0, every=6),
            move("step-up", 2, 10, side="B", rpe=4),
            move("tandem stand", 4, hold=30.0),
            move("march", 2, 20),
        ],
        resting=Resting(134, 80, 72, 97, (1, 0)),
        notes=[TOLERATED, "Counted aloud through every set.", "Tandem stand without the rail for 20 s of the 30."],
        tests=[
            Test(
                before(visits[0]),
                "initial",
                [
                    reading("tug", 15.2, unit="s", aid="none"),
                    reading("chair_stand_30s", 8, unit="reps"),
                    reading("four_stage_balance", 2, unit="stage"),
                    reading("single_leg_stance", 3.1, 4.0, 3.6, side="R", unit="s"),
                    reading("single_leg_stance", 2.4, 2.9, 3.3, side="L", unit="s"),
                    reading("gait_speed_4m", 0.74, 0.78, unit="m/s"),
                ],
                "Holds on to furniture at home; has not walked to the shop alone since the second fall.",
            ),
            Test(
                before(middle),
                "reassessment",
                [
                    reading("tug", 12.4, unit="s", aid="none"),
                    reading("chair_stand_30s", 11, unit="reps"),
                    reading("four_stage_balance", 3, unit="stage"),
                    reading("single_leg_stance", 5.8, 6.4, 6.1, side="R", unit="s"),
                    reading("single_leg_stance", 4.9, 5.2, 5.6, side="L", unit="s"),
                    reading("gait_speed_4m", 0.88, 0.91, unit="m/s"),
                ],
                "Walks to the corner alone; rises from the chair without hands.",
            ),
        ],
        goals=[
            desk.goal(
                episode,
                visits[0],
                30,
                "Get up from my chair without using my hands",
                measure="chair_stand_30s",
                baseline=8.0,
                target=10.0,
                status="met",
                met_on=diary.day_of(middle),
            ),
            desk.goal(
                episode,
                visits[0],
                90,
                "Walk to the shop alone and carry the bag home",
                measure="gait_speed_4m",
                baseline=0.78,
                target=1.0,
            ),
        ],
        left={"progress_report": "owed"},
        replies={
            "reassessment_update": ("Pleased with the progress. Keep pressures below 150/95.", "BP limit 150/95"),
        },
    )


def abara(desk: Desk) -> Story:
    """Low back pain; letters by post to the chiropractor, one of them late."""
    diary = desk.diary
    since = diary.ago(54)
    client = desk.client(since, "Chidi", "Abara", date(1978, 8, 30), "M", phone="555-0114")
    episode = desk.referral(
        client, diary.at(since, "09:50"), "brandt", "Low back; lifting and sitting",
        "M54.50", "Low back pain, unspecified",
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=4), "Tue Thu", "11:00", until=diary.today + AHEAD, today=True)
    middle = [v for v in visits if v < diary.now - timedelta(days=20)][-1]
    return Story(
        client=client,
        referral=episode,
        by=COLLEAGUE,
        visits=visits,
        programme=[
            move("hip hinge", 3, 8, 8.0, step=2.0, every=3),
            move("bridge", 3, 10, more_reps=1, every=5),
            move("bird dog", 3, 8, side="B"),
            move("pallof press", 3, 10, 5.0, side="B", step=1.0, every=5),
            move("carry", 4, load=10.0, minutes=1, step=2.0, every=4),
        ],
        resting=Resting(131, 84, 76, 98, (5, 2)),
        services=[Service(code="97110", minutes=25), Service(code="97530", minutes=15)],
        notes=[TOLERATED, "Lifts from knee height without guarding.", "Sat through a two-hour meeting this week."],
        tests=[
            Test(
                before(visits[0]),
                "initial",
                [
                    reading("psfs", 3, 4, 3, labels=["lift my grandchild", "sit for an hour", "tie my shoes"]),
                    reading("odi", 38.0),
                    reading("sts_5x", 15.8, 15.1, unit="s"),
                    reading("nprs", 5),
                ],
                "Does not lift from the floor; sits 20 minutes at most.",
            ),
            Test(
                before(middle),
                "reassessment",
                [
                    reading("psfs", 5, 6, 6, labels=["lift my grandchild", "sit for an hour", "tie my shoes"]),
                    reading("odi", 24.0),
                    reading("sts_5x", 12.2, 11.7, unit="s"),
                    reading("nprs", 3),
                ],
                "Lifts 10 kg from knee height; sits 45 minutes.",
            ),
        ],
        goals=[
            desk.goal(episode, visits[0], 30, "Sit through a meeting without standing up"),
            desk.goal(
                episode, visits[0], 90, "Lift my grandchild from the floor", measure="psfs", baseline=3.3, target=7.0
            ),
        ],
        answered={"assessment_summary": "late"},
    )


def novak(desk: Desk) -> Story:
    """Hands; the fax with her reassessment did not go through."""
    diary = desk.diary
    since = diary.ago(47)
    client = desk.client(since, "Petra", "Novak", date(1959, 5, 20), "F", phone="555-0115")
    episode = desk.referral(
        client, diary.at(since, "13:10"), "whitcomb", "Grip, jars; hands stiff in the morning",
        "M19.041", "Primary osteoarthritis, right hand",
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=3), "Mon Thu", "13:30", until=diary.today + AHEAD, today=True)
    latest = diary.slot(46, 26)
    visits = moved(visits, latest + timedelta(minutes=45), diary)
    visits = [v for v in visits if v <= diary.now or diary.day_of(v) >= diary.today]

    def taken(right: list[float], left: list[float], psfs: list[int], pain: int, device: str) -> list[Any]:
        return [
            reading("grip_strength", *right, side="R", unit="kg", device=device),
            reading("grip_strength", *left, side="L", unit="kg", device=device),
            reading("psfs", *psfs, labels=["open a new jar", "cut a loaf of bread", "carry a full pan"]),
            reading("nprs", pain),
        ]

    return Story(
        client=client,
        referral=episode,
        by=COLLEAGUE,
        visits=visits,
        programme=[
            move("grip squeeze", 3, 10, 8.0, side="B", step=1.0, every=4),
            move("pinch hold", 3, hold=15.0, side="B"),
            move("jar twist", 2, 8, side="B"),
            move("carry", 3, load=6.0, minutes=1, step=1.0, every=5),
            move("row", 3, 10, 14.0, step=1.0, every=4),
        ],
        resting=Resting(129, 77, 70, 98, (3, 1)),
        notes=[TOLERATED, "Opened the training jar at the second try.", "Morning stiffness shorter by her account."],
        tests=[
            Test(
                before(visits[0]),
                "initial",
                taken([16.2, 16.8, 16.0], [15.0, 14.6, 15.2], [3, 5, 4], 4, "hydraulic"),
                "Cannot open a new jar; carries pans with both hands.",
            ),
            Test(
                latest,
                "reassessment",
                taken([21.0, 23.6, 22.9], [18.8, 19.4, 19.0], [6, 7, 6], 2, "hydraulic"),
                "Opens most jars with a cloth; cooks for four again.",
            ),
        ],
        goals=[
            desk.goal(
                episode,
                visits[0],
                30,
                "Open a new jar by myself",
                measure="grip_strength",
                side="R",
                baseline=16.8,
                target=22.0,
            ),
            desk.goal(episode, visits[0], 90, "Cook Sunday dinner for the family again"),
        ],
        left={"reassessment_update": "failed"},
    )


def smith(desk: Desk) -> Story:
    """Right shoulder; the referral ran out last week and is still to be renewed."""
    diary = desk.diary
    since = diary.ago(92)
    client = desk.client(since, "Jordan", "Smith", date(1974, 9, 9), None, phone="555-0116")
    episode = desk.referral(
        client, diary.at(since, "15:30"), "patel", "R shoulder strain; dressing and reaching",
        "S46.011D", "Strain of right rotator cuff, subsequent encounter",
        visits_authorised=36, valid_through=diary.today - timedelta(days=6),
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=4), "Tue Fri", "15:00", until=diary.today + AHEAD, today=True)
    middle = [v for v in visits if v < diary.now - timedelta(days=50)][-1]
    recent = [v for v in visits if v < diary.now - timedelta(days=18)][-1]
    labels = ["put on a coat", "reach the back seat", "sleep on my right side"]

    def taken(psfs: list[int], flexion: int, dash: float, pain: int) -> list[Any]:
        return [
            reading("psfs", *psfs, labels=labels),
            reading("quickdash", dash, unit="points"),
            reading("rom_shoulder_flexion", flexion, side="R", unit="deg", position="supine, active"),
            reading("nprs", pain),
        ]

    return Story(
        client=client,
        referral=episode,
        by=COLLEAGUE,
        visits=visits,
        programme=[
            move("wall slide", 2, 12, side="R"),
            move("external rotation", 3, 12, 1.0, side="R", step=0.5, every=6),
            move("row", 3, 10, 15.0, step=2.0, every=5),
            move("chest press", 3, 10, 10.0, step=1.0, every=6),
            move("arm ergometer", minutes=8),
        ],
        resting=Resting(124, 79, 68, 98, (5, 1)),
        notes=[TOLERATED, "Put on the coat without help after the session."],
        tests=[
            Test(before(visits[0]), "initial", taken([2, 3, 1], 118, 52.3, 5), "Dresses with help; sleeps badly."),
            Test(before(middle), "reassessment", taken([5, 5, 3], 139, 36.4, 3), "Dresses alone, slowly."),
            Test(before(recent), "reassessment", taken([7, 6, 6], 157, 20.5, 1), "Dresses alone; reaches the seat."),
        ],
        goals=[
            desk.goal(
                episode,
                visits[0],
                30,
                "Dress alone",
                measure="psfs",
                baseline=2.0,
                target=6.0,
                status="met",
                met_on=diary.day_of(recent),
            ),
            desk.goal(episode, visits[0], 90, "Swim ten lengths", status="open"),
        ],
        answered={"assessment_summary": "late", "reassessment_update": "failed_first"},
    )


def haddad(desk: Desk) -> Story:
    """Weak after pneumonia; felt dizzy in a session last week: stopped, called, reported."""
    diary = desk.diary
    since = diary.ago(60)
    client = desk.client(
        since, "Samir", "Haddad", date(1956, 1, 23), "M", phone="555-0117",
        precautions=["sits down at the first sign of light-headedness"],
    )  # fmt: skip
    episode = desk.referral(
        client, diary.at(since, "11:45"), "osei", "After pneumonia; walking and stairs",
        "R53.81", "Other malaise, deconditioning", visits_authorised=36,
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=3), "Mon Wed Fri", "16:00", until=diary.today + AHEAD, today=True)
    dizzy = [v for v in visits if v < diary.now - timedelta(days=9)][-1]
    middle = [v for v in visits if v < diary.now - timedelta(days=26)][-1]
    stopped = {
        "symptoms": ["dizziness"],
        "vitals": [
            Vitals(phase="pre", sbp=118, dbp=72, hr=78, spo2=95, pain=0),
            Vitals(phase="during", sbp=104, dbp=66, hr=92, spo2=95),
            Vitals(phase="post", sbp=116, dbp=72, hr=80, spo2=96, rpe=4),
        ],
        "exercises": [Exercise(name="walk", minutes=6), Exercise(name="chair stand", sets=1, reps=8)],
        "services": [],
        "ended_at": dizzy + timedelta(minutes=30),
        "signed_at": dizzy + timedelta(minutes=45),
        "response": "Light-headed on rising from the chair. Sat, fluids, settled in 10 min; no further exercise.",
        "plan": "No session until Dr Osei has replied.",
    }
    return Story(
        client=client,
        referral=episode,
        by=desk.owner,
        visits=visits,
        programme=[
            move("walk", minutes=10),
            move("chair stand", 3, 8, more_reps=1, every=6),
            move("leg press", 3, 12, 35.0, step=2.5, every=5),
            move("heel raise", 3, 12),
        ],
        resting=Resting(118, 73, 78, 95),
        notes=[TOLERATED, "Walked the full time without a stop.", "Recovered breath within two minutes."],
        tests=[
            Test(
                before(visits[0]),
                "initial",
                [
                    reading("six_mwt", 285, unit="m", aid="none"),
                    reading("chair_stand_30s", 8, unit="reps"),
                    reading("gait_speed_4m", 0.86, 0.89, unit="m/s"),
                ],
                "Rests twice on the way to the bus stop.",
            ),
            Test(
                before(middle),
                "reassessment",
                [
                    reading("six_mwt", 342, unit="m", aid="none"),
                    reading("chair_stand_30s", 11, unit="reps"),
                    reading("gait_speed_4m", 1.01, 1.04, unit="m/s"),
                ],
                "Walks to the bus stop without a rest.",
            ),
        ],
        goals=[
            desk.goal(
                episode,
                visits[0],
                30,
                "Walk to the bus stop without a rest",
                measure="six_mwt",
                baseline=285.0,
                target=335.0,
                status="met",
                met_on=diary.day_of(middle),
            ),
            desk.goal(episode, visits[0], 90, "Take the stairs to my sister's flat on the third floor"),
        ],
        changes={
            dizzy: stopped,
            **{v: {"state": "planned"} for v in visits if diary.day_of(v) == diary.today},
        },
        replies={
            "red_flag_written": (
                "Seen the next day; blood pressure tablets adjusted. May go on.",
                "Resume exercise; sit 2 min before standing; report any repeat.",
            )
        },
    )


def bell(desk: Desk) -> Story:
    """A year after a stroke; gait and balance, last visit of the day."""
    diary = desk.diary
    since = diary.ago(75)
    client = desk.client(
        since, "Thomas", "Bell", date(1960, 4, 17), "M", phone="555-0118", precautions=["stand on his right side"]
    )
    episode = desk.referral(
        client, diary.at(since, "10:10"), "osei", "Gait, one year after a stroke",
        "I69.351", "Hemiplegia following cerebral infarction, right side", visits_authorised=36,
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=5), "Tue Thu", "17:30", until=diary.today + AHEAD, today=True)
    middle = [v for v in visits if v < diary.now - timedelta(days=38)][-1]
    recent = [v for v in visits if v < diary.now - timedelta(days=11)][-1]
    away = [v for v in visits if v < diary.now - timedelta(days=20)][-1]

    def taken(gait: float, tug: float, berg: int, aid: str) -> list[Any]:
        return [
            reading("gait_speed_10m", gait, round(gait + 0.02, 2), unit="m/s", aid=aid),
            reading("tug", tug, unit="s", aid=aid),
            reading("berg", berg, unit="points"),
        ]

    return Story(
        client=client,
        referral=episode,
        by=desk.owner,
        visits=visits,
        programme=[
            move("walk", minutes=12),
            move("step-up", 2, 8, side="R", more_reps=1, every=8),
            move("chair stand", 3, 8),
            move("tandem stand", 4, hold=20.0),
            move("calf stretch", 3, hold=30.0, side="R"),
        ],
        resting=Resting(132, 78, 70, 97),
        notes=[TOLERATED, "Right foot cleared the kerb block every time.", "Walked the last lap without the stick."],
        tests=[
            Test(before(visits[0]), "initial", taken(0.62, 19.8, 41, "stick"), "Walks indoors only, with a stick."),
            Test(before(middle), "reassessment", taken(0.74, 16.9, 46, "stick"), "Walks to the gate with a stick."),
            Test(before(recent), "reassessment", taken(0.83, 14.9, 49, "none"), "First test without the stick."),
        ],
        goals=[
            desk.goal(
                episode,
                visits[0],
                90,
                "Walk round the park with my wife",
                measure="gait_speed_10m",
                baseline=0.63,
                target=0.9,
            )
        ],
        changes={
            away: {"state": "cancelled", "reason": "family visit; cancelled two days ahead"},
            **{v: {"state": "planned"} for v in visits if diary.day_of(v) == diary.today},
        },
        replies={"reassessment_update": ("Thank you, very useful.", "")},
    )


def nguyen(desk: Desk) -> Story:
    """Neck; missed two visits in a row, told her naturopath, came back."""
    diary = desk.diary
    since = diary.ago(40)
    client = desk.client(since, "Linh", "Nguyen", date(1982, 12, 1), "F", phone="555-0119")
    episode = desk.referral(
        client, diary.at(since, "12:00"), "moreau", "Neck stiffness at the desk", "M54.2", "Cervicalgia",
        names_met=None, signed_on=None,
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=5), "Tue Thu", "12:30", until=diary.today + AHEAD)
    missed = [v for v in visits if v < diary.now - timedelta(days=12)][-2:]
    labels = ["look over my shoulder in the car", "work two hours at the desk", "read in bed"]
    return Story(
        client=client,
        referral=episode,
        by=COLLEAGUE,
        visits=visits,
        programme=[
            move("chin tuck", 3, 10),
            move("row", 3, 12, 10.0, step=1.0, every=3),
            move("lat pulldown", 3, 10, 15.0, step=2.5, every=4),
            move("bird dog", 2, 8, side="B"),
        ],
        resting=Resting(114, 72, 66, 99, (4, 2)),
        tests=[
            Test(
                before(visits[0]),
                "initial",
                [
                    reading("psfs", 4, 3, 5, labels=labels),
                    reading("ndi", 32.0),
                    reading("rom_cervical_rotation", 52, side="R", unit="deg"),
                    reading("rom_cervical_rotation", 61, side="L", unit="deg"),
                ],
                "Turns the whole trunk to look behind when driving.",
            )
        ],
        goals=[desk.goal(episode, visits[0], 30, "Look over my shoulder when I change lanes")],
        changes={v: {"state": "no_show", "reason": "phone not answered"} for v in missed},
    )


def oneil(desk: Desk) -> Story:
    """Knee ligament; back to running, seen twice a week by J. Alvarez."""
    diary = desk.diary
    since = diary.ago(70)
    client = desk.client(since, "Rory", "O'Neil", date(1987, 3, 3), "M", phone="555-0120")
    episode = desk.referral(
        client, diary.at(since, "16:20"), "lee", "R knee after ligament repair; discharged from PT",
        "S83.511D", "Sprain of anterior cruciate ligament of right knee, subsequent encounter",
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=2), "Mon Wed", "08:00", until=diary.today + AHEAD)
    middle = [v for v in visits if v < diary.now - timedelta(days=33)][-1]
    return Story(
        client=client,
        referral=episode,
        by=COLLEAGUE,
        visits=visits,
        programme=[
            move("leg press", 4, 8, 80.0, step=5.0, every=3),
            move("hamstring curl", 3, 10, 25.0, step=2.5, every=4),
            move("step-up", 3, 10, 10.0, side="R", step=2.0, every=4),
            move("single-leg stand", 3, hold=40.0, side="R"),
            move("bike", minutes=12),
        ],
        resting=Resting(122, 74, 60, 99, (2, 0)),
        services=[Service(code="97110", minutes=30), Service(code="97530", minutes=10)],
        tests=[
            Test(
                before(visits[0]),
                "initial",
                [
                    reading("lefs", 48, unit="points"),
                    reading("single_leg_stance", 18.0, 21.5, 20.1, side="R", unit="s"),
                    reading("single_leg_stance", 44.0, 45.0, 45.0, side="L", unit="s"),
                ],
                "Does not trust the right knee on uneven ground.",
            ),
            Test(
                before(middle),
                "reassessment",
                [
                    reading("lefs", 63, unit="points"),
                    reading("single_leg_stance", 36.2, 39.0, 41.4, side="R", unit="s"),
                    reading("single_leg_stance", 45.0, 45.0, 45.0, side="L", unit="s"),
                ],
                "Jogs on the treadmill for ten minutes.",
            ),
        ],
        goals=[desk.goal(episode, visits[0], 90, "Run five kilometres with my brother")],
    )


def fischer(desk: Desk) -> Story:
    """Came by herself, without a provider: nobody to write to, and a standing notice."""
    diary = desk.diary
    since = diary.ago(38)
    client = desk.client(since, "Hannah", "Fischer", date(1945, 11, 5), "F", phone="555-0121")
    episode = desk.referral(
        client, diary.at(since, "09:30"), None, "Self-referred; wants to stay steady on her feet", "", "",
        diagnoses=[], signed_on=None, names_met=None, out_of_treatment=None, visits_authorised=None,
        valid_through=None, consent_on=None,
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=3), "Wed Fri", "14:00", until=diary.today + AHEAD)
    return Story(
        client=client,
        referral=episode,
        by=desk.owner,
        visits=visits,
        programme=[
            move("chair stand", 2, 8, more_reps=1, every=5),
            move("tandem stand", 3, hold=20.0),
            move("march", 2, 20),
            move("heel raise", 2, 12),
        ],
        resting=Resting(136, 76, 70, 97),
        tests=[
            Test(
                before(visits[0]),
                "initial",
                [
                    reading("tug", 11.9, unit="s", aid="none"),
                    reading("chair_stand_30s", 9, unit="reps"),
                    reading("four_stage_balance", 3, unit="stage"),
                ],
                "Lives alone; walks every day and wants to keep it so.",
            )
        ],
        goals=[desk.goal(episode, visits[0], 90, "Keep walking to church on my own")],
    )


def lindqvist(desk: Desk) -> Story:
    """Referred by a massage therapist, who may not refer everywhere: the checklist says so."""
    diary = desk.diary
    since = diary.ago(33)
    client = desk.client(since, "Astrid", "Lindqvist", date(1991, 7, 19), "F", phone="555-0122")
    episode = desk.referral(
        client, diary.at(since, "10:00"), "dahl", "Back feels weak since the second child", "", "",
        diagnoses=[], out_of_treatment=None,
    )  # fmt: skip
    visits = diary.visits(since + timedelta(days=4), "Tue Fri", "09:30", until=diary.today + AHEAD)
    labels = ["lift the pram into the car", "sit on the floor and play", "run for the bus"]
    return Story(
        client=client,
        referral=episode,
        by=COLLEAGUE,
        visits=visits,
        programme=[
            move("bridge", 3, 10, more_reps=1, every=4),
            move("bird dog", 3, 8, side="B"),
            move("clamshell", 2, 12, side="B"),
            move("hip hinge", 3, 8, 6.0, step=2.0, every=3),
        ],
        resting=Resting(112, 70, 66, 99, (3, 1)),
        tests=[
            Test(
                before(visits[0]),
                "initial",
                [
                    reading("psfs", 4, 5, 3, labels=labels),
                    reading("custom_timed", 41.0, unit="s", labels=["plank on knees"]),
                    reading("nprs", 3),
                ],
                "Lifts the pram with help.",
            )
        ],
        goals=[desk.goal(episode, visits[0], 30, "Lift the pram into the car")],
        answered={"intro_letter": "waived"},
    )


def okonkwo(desk: Desk) -> Story:
    """Hip replacement; goals reached, discharged three weeks ago with a summary."""
    return _discharged(
        desk,
        since=100,
        left_days_ago=22,
        given="Grace",
        family="Okonkwo",
        born=date(1967, 10, 10),
        provider="patel",
        reason="Hip replacement, right; walking and stairs",
        diagnosis=("Z96.641", "Presence of right artificial hip joint"),
        phone="555-0123",
        goal="Walk two miles with the dog",
    )


def washington(desk: Desk) -> Story:
    """Arm function after surgery; discharged seven weeks ago."""
    return _discharged(
        desk,
        since=120,
        left_days_ago=49,
        given="Ella",
        family="Washington",
        born=date(1963, 2, 27),
        provider="whitcomb",
        reason="Left arm function after breast surgery",
        diagnosis=("Z90.12", "Acquired absence of left breast and nipple"),
        phone="555-0124",
        goal="Hang the washing without stopping",
    )


def _discharged(
    desk: Desk,
    *,
    since: int,
    left_days_ago: int,
    given: str,
    family: str,
    born: date,
    provider: str,
    reason: str,
    diagnosis: tuple[str, str],
    phone: str,
    goal: str,
) -> Story:
    """An episode from referral to discharge, measured at both ends and in between."""
    diary = desk.diary
    start = diary.ago(since)
    last = diary.ago(left_days_ago)
    ended = diary.at(last, "16:30")
    client = desk.client(
        start, given, family, born, "F", phone=phone, status="discharged", status_at=ended, status_reason="goals met"
    )
    episode = desk.referral(
        client, diary.at(start, "11:00"), provider, reason, *diagnosis,
        status="discharged", discharged_at=ended, discharge_reason="Goals met; home programme given.",
    )  # fmt: skip
    visits = [v for v in diary.visits(start + timedelta(days=4), "Tue Thu", "10:30", until=last) if v < ended]
    middle = visits[len(visits) // 2]

    def taken(six: int, stands: int, psfs: list[int]) -> list[Any]:
        return [
            reading("six_mwt", six, unit="m", aid="none"),
            reading("chair_stand_30s", stands, unit="reps"),
            reading("psfs", *psfs, labels=[goal.lower(), "carry shopping", "climb stairs"]),
        ]

    return Story(
        client=client,
        referral=episode,
        by=desk.owner,
        visits=visits,
        programme=[
            move("leg press", 3, 10, 40.0, step=5.0, every=5),
            move("step-up", 2, 10, side="B"),
            move("row", 3, 10, 15.0, step=1.0, every=4),
            move("walk", minutes=15),
        ],
        resting=Resting(128, 78, 70, 98, (4, 1)),
        tests=[
            Test(before(visits[0]), "initial", taken(348, 10, [3, 4, 4]), "Function limited outdoors and on stairs."),
            Test(before(middle), "reassessment", taken(402, 12, [5, 6, 6]), "Half way to the goal."),
            Test(before(visits[-1]), "discharge", taken(451, 15, [8, 8, 9]), "Independent; home programme agreed."),
        ],
        goals=[desk.goal(episode, visits[0], 90, goal, status="met", met_on=last)],
    )


def petrov(desk: Desk) -> Story:
    """A referral of yesterday, without a release of information on file: nothing may be sent yet."""
    diary = desk.diary
    received = diary.slot(46, 25)
    client = desk.client(diary.day_of(received), "Dmitri", "Petrov", date(1971, 1, 8), "M", phone="555-0125")
    episode = desk.referral(
        client, received, "whitcomb", "Start regular exercise; type 2 diabetes under review", "E11.9",
        "Type 2 diabetes mellitus without complications", consent_on=None,
    )  # fmt: skip
    return Story(client=client, referral=episode, by=desk.owner)


def kim(desk: Desk) -> Story:
    """A referral that came to nothing."""
    diary = desk.diary
    received = diary.at(diary.ago(26), "15:15")
    client = desk.client(
        diary.day_of(received), "Min-jun", "Kim", date(1997, 4, 4), "M", phone="555-0126",
        status="discharged", status_at=received + timedelta(days=5), status_reason="chose a clinic nearer home",
    )  # fmt: skip
    episode = desk.referral(
        client, received, "brandt", "Ankle sprain, back to sport", "S93.401D",
        "Sprain of unspecified ligament of right ankle, subsequent encounter", status="declined",
    )  # fmt: skip
    return Story(client=client, referral=episode, by=desk.owner)
