"""Before there is a client: a letter of introduction to a provider, and the one-page overview of what is offered.

Both hold what a practice does and nothing of anybody it serves. The words by profession stand here; order and further
words come from the templates `outreach` and `overview`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from medex_tui.domain.obligations import rules
from medex_tui.domain.records.people import Provider
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.seal import with_foot
from medex_tui.reports import wording
from medex_tui.reports.documents.letter import Judgement, Letter, Missing
from medex_tui.reports.documents.letterhead import (
    SCOPE_LINE,
    address,
    addressed,
    letterhead,
    practice_words,
    sender_missing,
    signature,
    signer_missing,
)
from medex_tui.reports.rendering.markdown import bullets, field, text
from medex_tui.reports.templates import LetterTemplate, fill, filled_line, shipped

FOLLOW_UP = "We will call in 5 to 7 days; the next page says how it works."
"""METI: follow an introduction up by phone or e-mail after 5 to 7 days (DOMAIN 1.4)."""


class Version(Struct, frozen=True):
    """What a letter of introduction says to one profession."""

    opening: str
    refer_when: str
    ask: str
    begun: str
    """What a note on a first visit tells this profession."""


VERSIONS: Mapping[str, Version] = {
    "physician": Version(
        "When therapy ends, some of your patients still cannot climb their stairs or reach a shelf. We continue from there: "
        "supervised exercise toward one functional goal at a time, with measures you can follow.",
        "A patient fits when medical treatment has ended, the condition is stable, and a functional limit is left.",
        "May we send you one sample report, so that you can see what would reach your chart?",
        "A one-page summary of the assessment follows, then a report every 30 days or before your follow-up visit.",
    ),
    "physical_therapist": Version(
        "When your plan of care ends, some of your patients still have a way to go, or stop exercising. We carry on "
        "from your discharge note: your limits, your home program, and the functional goal that is left.",
        "A patient fits at discharge, when skilled therapy has ended and supervised exercise still helps. "
        "Anyone who needs therapy again is referred back to you.",
        "Which of your discharge measures would you like us to repeat, so that our numbers continue yours?",
        "We continue from your discharge note and keep its limits; anyone who needs therapy again is referred back to you.",
    ),
    "chiropractor": Version(
        "Between or after your visits, some of your patients need to regain strength and endurance for daily work. We "
        "supervise that exercise toward a functional goal and measure it. Hands-on care stays with you.",
        "A patient fits when you see no reason against exercise and a functional limit is left: lifting, sitting, "
        "walking, reaching.",
        "Which positions or loads should your patients avoid? We follow your limits and document them.",
        "Hands-on care stays with you; we avoid the positions and loads you specify.",
    ),
    "massage_therapist": Version(
        "Some of your clients ask what they can do themselves to get back to stairs, garden or work. We offer "
        "supervised, measured exercise toward one such task. Hands-on work stays with you.",
        "A client fits when daily tasks are limited and a physician, therapist or chiropractor has agreed to exercise; "
        "if you may not refer yourself, we ask that provider for the written referral.",
        "May we tell you, with the client's consent, how it goes?",
        "Hands-on work stays with you; we share results as the release of information allows.",
    ),
    "naturopath": Version(
        "Some of your patients need exercise that is supervised and measured, not advice alone. We take one functional "
        "goal at a time, with vital signs before and after each session.",
        "A patient fits when the condition is stable and a functional limit is left; where your licence does not cover "
        "referral, we ask a provider whose licence does.",
        "Which limits for blood pressure, glucose or load would you set for your patients?",
        "Vital signs are read before and after each visit; we follow the limits you set.",
    ),
}
"""Version -> its words; other professions get the physician's."""

ROLES: Mapping[str, str] = {
    "physical_therapist": "physical_therapist",
    "occupational_therapist": "physical_therapist",
    "chiropractor": "chiropractor",
    "massage_therapist": "massage_therapist",
    "naturopath": "naturopath",
}


def version_for(provider: Provider) -> str:
    """Which version a provider's profession asks for."""
    return ROLES.get(provider.role, "physician")


def introduction(
    provider: Provider,
    practice: Practice,
    written_at: datetime,
    by: str,
    version: str | None = None,
    *,
    signed_at: datetime | None = None,
    templates: Mapping[str, LetterTemplate] = {},
) -> Letter:
    """The letter of introduction, in the version of the provider's profession or another one. KeyError for none."""
    said = VERSIONS[version or version_for(provider)]
    title = "Introducing medical exercise"
    order = templates.get("outreach") or shipped("outreach")
    words = _words(provider, practice, written_at)
    body = fill(
        order,
        {
            **words,
            "title": filled_line(order.title, words) if order.title else title,
            "sender": letterhead(practice, templates.get("letterhead"), words),
            "written": f"**Written:** {words['today']}",
            "to": addressed(provider),
            "opening": said.opening,
            "offers": bullets(_offers()),
            "refer_when": said.refer_when,
            "ask": field("For you", said.ask),
            "follow_up": FOLLOW_UP,
            "scope": SCOPE_LINE,
            "signature": signature(practice, by, signed_at),
        },
    )
    missing = [*sender_missing(practice), *signer_missing(practice, by)]
    if not address(provider):
        what = "The provider has no fax, Direct, e-mail or postal address."
        missing.append(Missing("provider.fax", what, "Enter how the provider can be reached."))
    body = with_foot(body) if signed_at else body
    return Letter("outreach", None, [provider.id], [provider.id], title, body, missing, Judgement())


def overview(practice: Practice, templates: Mapping[str, LetterTemplate] = {}) -> str:
    """The service overview as Markdown: one page, the same for everybody."""
    order = templates.get("overview") or shipped("overview")
    words = practice_words(practice)
    title = filled_line(order.title, words) if order.title else "Service overview"
    return fill(
        order,
        {
            **words,
            "title": title,
            "sender": letterhead(practice, templates.get("letterhead"), words),
            "hours": _hours("assessment_summary"),
            "scope": SCOPE_LINE,
        },
    )


def _offers() -> list[str]:
    return [
        f"an acknowledgement of the referral, {_hours('referral_ack')};",
        f"one page on every assessment, {_hours('assessment_summary')}: numbers, start and now, with the published "
        "reference;",
        "a progress report every 30 days, or before your follow-up visit;",
        "your limits followed, and a same-day call when a red flag is reported.",
    ]


def _hours(kind: str) -> str:
    """What the practice holds itself to, from the same rules that its own alerts come from."""
    rule = rules()[kind]  # type: ignore[index]
    return f"within {rule.target_h:g} hours ({rule.limit_h:g} at most)"


def _words(provider: Provider, practice: Practice, at: datetime) -> dict[str, str]:
    return {
        **practice_words(practice),
        "provider": text(provider.name),
        "today": wording.day_of(at, practice),
    }
