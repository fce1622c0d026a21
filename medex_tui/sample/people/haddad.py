"""Samir Haddad."""

from __future__ import annotations

from datetime import date, timedelta

from medex_tui.domain.records.visits import Exercise, Stop, Vitals
from medex_tui.sample.people.desk import FrontDesk, before
from medex_tui.sample.story import TOLERATED, Resting, Story, Test, move, reading


def haddad(desk: FrontDesk) -> Story:
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
    visits = diary.visits(since + timedelta(days=3), "Mon Wed Fri", "16:00", today=True)
    dizzy = diary.latest(visits, 9)
    middle = diary.latest(visits, 26)
    stopped = {
        "symptoms": ["dizziness"],
        "vitals": [
            Vitals(phase="pre", sbp=118, dbp=72, hr=78, spo2=95, pain=0),
            Vitals(phase="during", sbp=104, dbp=66, hr=92, spo2=95),
            Vitals(phase="post", sbp=116, dbp=72, hr=80, spo2=96, rpe=4),
        ],
        "exercises": [
            Exercise(name="walk", minutes=6),
            Exercise(name="chair stand", sets=1, reps=8),
        ],
        "services": [],
        "screening": "reported",
        "outcome": "stopped",
        "stop": Stop(
            at=dizzy + timedelta(minutes=12),
            why="light-headedness on rising from the chair",
            done="Sat, fluids, settled in 10 min; no further exercise",
            state_on_leaving="steady, walked out with his daughter",
        ),
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
        notes=[
            TOLERATED,
            "Walked the full time without a stop.",
            "Recovered breath within two minutes.",
        ],
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
            desk.goal(
                episode, visits[0], 90, "Take the stairs to my sister's flat on the third floor"
            ),
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
