"""What a word of a session line can look like, before anybody asks what it means."""

from __future__ import annotations

import re

from medex_tui.domain.shorthand.scan import NUMBER, QUOTED

REPEATS = ("=", "==")
"""Same as last time: carried until accepted, and accepted at once."""

LOAD = re.compile(rf"@({NUMBER})(kg|lbs?)?\Z", re.IGNORECASE)
COUNTS = re.compile(r"(?=[0-9]|[x×][0-9])([0-9]{1,9})?[x×]([0-9]{1,9})?\Z", re.IGNORECASE)
AMOUNT = re.compile(
    rf"(?:([0-9]{{1,9}})?[x×])?(?:([0-9]{{1,9}})[x×])?({NUMBER})(s|sec|min|m|km|yd|ft|mi)\Z", re.IGNORECASE
)
SERVICE = re.compile(r"([0-9A-Za-z]{5}):(\d{1,9})\Z", re.ASCII)
PRESSURE = re.compile(r"[\d/>]*\d/\d[\d/>]*\Z", re.ASCII)
VITAL = re.compile(r"(hr|[oprgtw])(>{0,2}\d[\d.>a-z/%°]*)\Z", re.IGNORECASE | re.ASCII)
READING = re.compile(rf"({NUMBER})([a-z/%°]*)\Z", re.IGNORECASE)
"""The number of a vital and its unit."""

BARE = re.compile(r"[\d.>]*\d[\d.>]*\Z", re.ASCII)
"""A number alone, or a before and an after."""

NAME = re.compile(rf"([-+~*]?)({QUOTED}|[^\"].*)\Z", re.DOTALL)
TIME = re.compile(r"\d{1,2}:\d\d\Z", re.ASCII)
COMMA = re.compile(r"(@?[a-z]{0,2}[0-9]+),([0-9]+[a-z]*)\Z", re.IGNORECASE)
"""A number with a decimal comma."""

_VALUES = (PRESSURE, VITAL, SERVICE, COUNTS, AMOUNT)


def is_value(word: str) -> bool:
    """Whether a word is a value or begins with a mark of its own, and so is no part of a name."""
    return any(shape.match(word) for shape in _VALUES) or word[0] in "@!=;"


def is_dose(word: str) -> bool:
    """Whether a word says how much of an exercise was done."""
    return bool(LOAD.match(word) or COUNTS.match(word) or AMOUNT.match(word))
