"""The grammars by example, as help shows them: something to type, and what it means."""

from __future__ import annotations

SESSION: tuple[tuple[str, str], ...] = (
    ("=", "the last session again; after it only what changed"),
    ("= lp@65 row 3x12", "again, the leg press now with 65, the row 3 sets of 12"),
    ("= -row +bike 12min", "again without the row, and the bike in addition"),
    ("==", "again, and all of it was seen done today: measured, not carried"),
    ("lp 3x12 @65 r5", "leg press, 3 sets of 12, 65 kg (or 46lb), effort 5"),
    ("tandem 4x30s L", "4 holds of 30 s on the left; R right, B both"),
    ("walk 400m bike 12min", "a distance, a time"),
    ("132/78 72 o97 p3", "blood pressure, heart rate, SpO2, pain"),
    ("g110 t36.6 w68", "glucose, temperature, weight; a unit may follow: g5.6mmol t98.6f w150lb"),
    ("132/78 s108/70 k1.8", "the pressure on standing; ketones of blood in mmol/L"),
    ("132/78>128/74 p4>2", "before and after; before>during>after"),
    ("152/88 & 138/84", "a recheck: both stay, and a hold that it settles needs no reason"),
    ("97110:30", "minutes under a service code"),
    ("!dizzy", "a symptom of the checklist; !hypo: a severe low glucose in the last 24 h"),
    ("row 3x12 @yest", "a late entry; also @2d, @tue14:00, @2026-11-20"),
    ("; went well ,tol", "the note; ,tol stands for the snippet of that name"),
    ("; ok / since: no falls", "labeled parts in any order: since, resp, plan; Tab offers them"),
    ("; plan: lp 70 / prog", "the plan; a progress update is owed to the provider"),
    (
        "; goal: lp=1 / screen: none",
        "the goal served, by number or words; red flags: none reported",
    ),
    ("; stop: 9:40 chest pain", "stopped and why; also held:, state:, action:, called: 911 9:42"),
    ('"wall angel" 3x10', "in quotes, an exercise that is not on the list yet"),
)
ASSESSMENT: tuple[tuple[str, str], ...] = (
    (
        "tug 11.8 11.4",
        "a measure and its trials, kept as typed; the score follows the measure's own rule",
    ),
    ("grip 24 25 / 22 21.5", "left of / is the right side, right of it the left"),
    ("grip R 24 25 L 22 21", "the same, side by side"),
    ("rom shoulder flexion R 128", "a measure of several words"),
    ("6mwt 412m", "a unit may follow"),
    ("psfs 3 4 5", "an answer an activity"),
    ("tug unable 6mwt stopped", "no number, and why"),
    ("initial tug 12", "initial, reassess or discharge, where it is not what usually comes next"),
    ("tug 12 @yest", "a late entry"),
    ("tug 12 ; slept badly", "the summary; ,tol stands for the snippet of that name"),
)
