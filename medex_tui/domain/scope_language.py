"""Lint of wording outside the scope of practice; each finding has a reason and a better wording.

The words are data (`catalogue/language.json`): words that diagnose, treat, promise, bill or boast.
A false alarm costs more trust than a missed word, so these are no finding: a rule's own exceptions
("out of treatment"), a sentence that names its speaker (the client, a provider, the referral), and
a condition that the referral itself names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Literal, TypeAlias

from msgspec import Struct

from medex_tui.domain.catalogue import read
from medex_tui.domain.language.plain import one_line
from medex_tui.domain.records.corrections import Acceptance
from medex_tui.domain.records.practice import Practice
from medex_tui.domain.records.visits import Session

Kind: TypeAlias = Literal["diagnosing", "treating", "promising", "billing", "gym-speak"]

SENTENCE_END = re.compile(
    r"(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bSt)(?<!\bapprox)[.!?](?=\s)|[\n;]"
)

NAMED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof)\.? [A-Z][\w'-]+(?: [A-Z][\w'-]+)?")
"""Somebody's name, whatever it means as a word."""


class LanguageRule(Struct, frozen=True):
    """Words of one kind: patterns matched as whole words in any case, and their exceptions.

    `attributed`: allowed in a sentence that names its speaker. `quotable`: allowed where the
    referral uses the word.
    """

    id: str
    kind: Kind
    match: list[str]
    unless: list[str]
    attributed: bool
    reason: str
    instead: str
    quotable: bool = False


class Wording(Struct, frozen=True):
    """The shipped rules, and the words that attribute a sentence to somebody."""

    attributed: str
    rules: list[LanguageRule]


class LanguageFinding(Struct, frozen=True):
    """One finding in a text: characters `start` to `end`, word, reason, better wording."""

    start: int
    end: int
    word: str
    kind: Kind
    reason: str
    instead: str

    @property
    def told(self) -> str:
        """The finding as a sentence or two for a person."""
        return f"`{one_line(self.word)}` ({self.kind}): {self.reason} Write: {self.instead}."


class LintedText(Struct, frozen=True):
    """A piece of typed text and its place; `reported` marks the client's own account."""

    place: str
    text: str
    reported: bool = False


@cache
def wording() -> Wording:
    """The shipped rules, read on first use."""
    return read("language.json", Wording)


def findings(
    text: str, quoted: Iterable[str] = (), *, reported: bool = False
) -> list[LanguageFinding]:
    """Find wording outside the scope of practice, in the order of the text; one finding per place.

    `quoted` are texts that may be repeated, such as the referral's diagnosis; `reported` marks a
    text that is the client's own account throughout.
    """
    quotes = [q for q in map(one_line, quoted) if q]
    attributed = _attributed(text)
    text = re.sub(r"\s", " ", text)
    named = [m.span() for m in NAMED.finditer(text)]
    repeated = named + [
        m.span() for q in quotes for m in re.finditer(_spaced(q), text, re.IGNORECASE)
    ]
    found: list[LanguageFinding] = []
    for rule, words, exceptions in _compiled():
        fine = repeated + ([m.span() for m in exceptions.finditer(text)] if exceptions else [])
        for match in words.finditer(text):
            start, end = match.span()
            if any(a <= start and end <= b for a, b in fine):
                continue
            if rule.attributed and (reported or attributed(start)):
                continue
            if rule.quotable and any(
                re.search(rf"(?<!\w){_spaced(match[0])}(?!\w)", q, re.IGNORECASE) for q in quotes
            ):
                continue
            found.append(
                LanguageFinding(start, end, match[0], rule.kind, rule.reason, rule.instead)
            )
    return list(_apart(sorted(found, key=lambda f: (f.start, -f.end))))


def standing(
    found: Iterable[LanguageFinding], accepted: Sequence[Acceptance]
) -> list[LanguageFinding]:
    """The findings that nobody has accepted with a reason."""
    words = {one_line(a.word).casefold() for a in accepted}
    return [f for f in found if one_line(f.word).casefold() not in words]


def quotes(practice: Practice, client_id: str | None) -> list[str]:
    """Texts that may be repeated about a client: the name and everything providers wrote."""
    if client_id is None:
        return []
    said: list[str | None] = []
    for referral in practice.referrals_of.get(client_id, ()):
        said += [referral.reason, *(d.text for d in referral.diagnoses)]
    client = practice.clients.get(client_id)
    if client:
        said += [*client.precautions, f"{client.given_name} {client.family_name}", client.name]
    for reply in (c.reply for c in practice.communications_of.get(client_id, ()) if c.reply):
        said += [reply.text, reply.orders]
    return [one for one in said if one]


def session_texts(session: Session) -> list[LintedText]:
    """Texts typed at a visit with their places; `since last visit` is the client's own account."""
    kept = [
        LintedText("since last visit", session.since_last or "", reported=True),
        LintedText("response", session.response or ""),
        LintedText("plan", session.plan or ""),
        LintedText("note", session.note or ""),
        LintedText("reason", session.reason or ""),
        *(LintedText(f"amendment {n}", a.text) for n, a in enumerate(session.amendments, 1)),
    ]
    return [one for one in kept if one.text]


def session_findings(
    session: Session, practice: Practice
) -> list[tuple[LintedText, LanguageFinding]]:
    """Findings in the texts of a visit that nobody has accepted yet, each with its text."""
    allowed = quotes(practice, session.client_id)
    return [
        (one, found)
        for one in session_texts(session)
        for found in standing(findings(one.text, allowed, reported=one.reported), session.accepted)
    ]


@cache
def _compiled() -> list[tuple[LanguageRule, re.Pattern[str], re.Pattern[str] | None]]:
    return [
        (rule, _any(rule.match), _any(rule.unless) if rule.unless else None)
        for rule in wording().rules
    ]


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    """Any of the patterns as whole words, in any case; for text whose white space is all spaces."""
    return re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


def _spaced(words: str) -> str:
    """Pattern of the words that allows any white space and Markdown escapes between and in them."""
    return r"\s+".join(r"\\?".join(re.escape(char) for char in word) for word in words.split())


def _attributed(text: str) -> _Attribution:
    ends = [m.end() for m in SENTENCE_END.finditer(text)]
    speakers = [m.start() for m in re.finditer(wording().attributed, text, re.IGNORECASE)]
    return _Attribution(ends, {bisect_right(ends, at) for at in speakers})


class _Attribution(Struct, frozen=True):
    """Which sentences of a text name who said them."""

    ends: list[int]
    sentences: set[int]

    def __call__(self, at: int) -> bool:
        return bisect_right(self.ends, at) in self.sentences


def _apart(found: Iterable[LanguageFinding]) -> Iterator[LanguageFinding]:
    """The findings without those that begin inside an earlier one."""
    reached = -1
    for one in found:
        if one.start >= reached:
            reached = one.end
            yield one
