"""Where the content of a letter comes from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from medex_tui.app.views.phrases import provider_name
from medex_tui.domain.measures import catalogue
from medex_tui.domain.obligations import Obligation
from medex_tui.domain.records.practice import Practice
from medex_tui.reports import wording
from medex_tui.reports.documents import letterhead
from medex_tui.reports.documents.letter import Letter
from medex_tui.reports.letters import episode
from medex_tui.reports.templates import LetterTemplate


def origin_rows(
    letter: Letter,
    obligation: Obligation,
    practice: Practice,
    now: datetime,
    left_out: Collection[str],
    templates: Mapping[str, LetterTemplate],
    edit: str,
) -> list[tuple[str, str]]:
    """What a letter answers, to whom it goes by when, and the records and words it is made from.

    Label and text of each row. `edit` is the key that edits the person's own words.
    """
    referral = practice.referrals[obligation.referral_id]
    attended = episode.attendance(episode.sessions_of(referral, practice), now)
    taken = episode.assessments(referral, practice, now)
    names = dict.fromkeys(r.measure for a in taken for r in a.readings)
    known = catalogue().measures
    measures = [known[name].short for name in names if name in known and name not in left_out]
    goals = practice.goals_of.get(referral.id, [])
    to = [provider_name(practice.providers.get(id)) for id in letter.to]
    how = " ".join(
        part
        for part in (wording.METHODS.get(obligation.method or "", ""), obligation.address or "")
        if part
    )
    return [
        (
            "Answers",
            f"{wording.OWED[obligation.kind]}, limit {wording.moment(obligation.limit_at, practice)}",
        ),
        ("To", f"{'; copy '.join(to)}{f', {how}' if how else ''}"),
        (
            "Referral",
            f"{referral.reason or ''}, {letterhead.referred_on(referral, practice)}".strip(", "),
        ),
        ("Assessed", ", ".join(wording.day_of(a.taken_at, practice) for a in taken[-4:])),
        ("Measures", ", ".join(measures)),
        ("Left out", ", ".join(known[name].short if name in known else name for name in left_out)),
        ("Visits", f"{attended.words} since the referral"),
        ("Goals", "; ".join(f"{g.text} ({g.status})" for g in goals)),
        (
            "Template",
            "the practice's own"
            if letter.kind in templates
            else "as shipped; `medex template` changes it",
        ),
        ("You write", f"{edit}: bottom line, next, question"),
    ]
