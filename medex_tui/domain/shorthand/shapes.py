"""Patterns of the words of a session line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from medex_tui.domain.shorthand.scan import NUMBER, QUOTED, ScannedWord

REPEATS = ("=", "==")
"""Repeat the last session: carried until accepted, or accepted at once."""

LOAD = re.compile(rf"@({NUMBER})(kg|lbs?)?\Z", re.IGNORECASE)
GLUED_LOAD = re.compile(rf"(@{NUMBER}(?:kg|lbs?)?)([rxLRB]\S*|[0-9]*x\S*)\Z")
"""A load with what belongs behind it and no space between."""

COUNTS = re.compile(r"(?=[0-9]|[x×][0-9])([0-9]{1,9})?[x×]([0-9]{1,9})?\Z", re.IGNORECASE)
AMOUNT = re.compile(
    rf"(?:([0-9]{{1,9}})?[x×])?(?:([0-9]{{1,9}})[x×])?({NUMBER})(s|sec|min|m|km|yd|ft|mi)\Z",
    re.IGNORECASE,
)
SERVICE = re.compile(r"([0-9A-Za-z]{5}):(\d{1,9})\Z", re.ASCII)
REST = re.compile(rf"rest({NUMBER})(?:min)?\Z", re.IGNORECASE)
"""Minutes of rest within the visit: `rest6`."""

PRESSURE = re.compile(r"[\d/>]*\d/\d[\d/>]*\Z", re.ASCII)
STANDING = re.compile(r"s([\d/>]*\d/\d[\d/>]*)\Z", re.IGNORECASE | re.ASCII)
"""A blood pressure taken on standing."""

VITAL = re.compile(r"(hr|[okprgtw])(>{0,2}\d[\d.>a-z/%°]*)\Z", re.IGNORECASE | re.ASCII)
READING = re.compile(rf"({NUMBER})([a-z/%°]*)\Z", re.IGNORECASE)
"""The number of a vital and its unit."""

BARE = re.compile(r"[\d.>]*\d[\d.>]*\Z", re.ASCII)
"""A number alone, or a before and an after."""

NAME = re.compile(rf"([-+~*]?)({QUOTED}|[^\"].*)\Z", re.DOTALL)
TIME = re.compile(r"\d{1,2}:\d\d\Z", re.ASCII)
CLOCK = re.compile(
    r"(?:\d{1,2}:\d\d(?::\d\d)?(?:am|pm)?|\d{1,2}(?:am|pm)|ago)\Z", re.ASCII | re.IGNORECASE
)
"""What may follow a day as a word of its own: `@tue 14:00`, `@2d ago`."""

CODE = re.compile(r"(?=.*[0-9]{3})[0-9A-Z][0-9]{3}[0-9A-Z]\Z", re.ASCII | re.IGNORECASE)
"""A service code without its minutes."""

DECIMAL_COMMA = re.compile(r"(@?[a-z]{0,2}[0-9]+),([0-9]+[a-z]*)\Z", re.IGNORECASE)
"""A number with a decimal comma."""

SLIPPED = re.compile(r"(hr|[okprgtw])[-+]?\d", re.IGNORECASE | re.ASCII)
"""The beginning of a vital sign whose rest is not understood."""

_VALUES = (PRESSURE, STANDING, VITAL, SERVICE, COUNTS, AMOUNT)
_APART = (
    re.compile(r"(hr|[okprgtw])\d[\d.]*(kg|lbs?|mmol|mg|bpm|[cf%])?\Z", re.IGNORECASE | re.ASCII),
    COUNTS,
    AMOUNT,
    SERVICE,
)


def is_value(word: str) -> bool:
    """Whether a word is a value or begins with a mark, and so is no part of a name."""
    return any(shape.match(word) for shape in _VALUES) or word[0] in "@!=;"


def is_dose(word: str) -> bool:
    """Whether a word states how much of an exercise was done."""
    return bool(LOAD.match(word) or COUNTS.match(word) or AMOUNT.match(word))


def with_clock(line: Sequence[ScannedWord]) -> list[ScannedWord]:
    """The words of a line, each time of day joined to the day before it."""
    found: list[ScannedWord] = []
    for word in line:
        day = found[-1] if found else None
        if (
            day
            and day.text[0] == "@"
            and len(day.text) > 1
            and not LOAD.match(day.text)
            and CLOCK.match(word.text)
        ):
            found[-1] = ScannedWord(day.start, word.end, f"{day.text} {word.text}")
        else:
            found.append(word)
    return found


def together(line: Sequence[ScannedWord], at: int) -> ScannedWord | None:
    """The value that words typed apart make together, as `3 x 12` or `10 min`; else None."""
    for count in (3, 2):
        run = line[at : at + count]
        text = (":" if CODE.match(run[0].text) else "").join(word.text for word in run)
        if len(run) == count and any(shape.match(text) for shape in _APART):
            return ScannedWord(run[0].start, run[-1].end, text)
    return None
