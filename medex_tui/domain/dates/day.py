"""Days as people type them: relative, weekdays, dates with or without a year, days of a month."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias

from msgspec import Struct

from medex_tui.domain.language.problem import Problem

if TYPE_CHECKING:
    from arrow import Arrow

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
Direction: TypeAlias = Literal["past", "future", "any"]
FIRST_YEAR, LAST_YEAR = 1900, 2200
LONGEST_DAYS = 36600
EXAMPLES = "type for example yest, tue 14:00, 2d ago, 14:00 or 2026-11-22 14:00"
AGO = re.compile(
    r"(?P<n>\d{1,9})\s*(?P<unit>min|mins|minutes?|h|hours?|hrs?|d|days?|w|wks?|weeks?)(?P<ago>\s+ago)?\Z",
    re.ASCII,
)
_IN = re.compile(r"in\s+(?P<n>\d{1,9})\s*(?P<unit>d|days?|w|wks?|weeks?)\Z", re.ASCII)
_ISO = re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)\Z", re.ASCII)
SPELLED = re.compile(
    r"(?:in )?(?P<n>an?|\d{1,4}) (?P<unit>minute|hour|day|week|month|year)s?(?: ago)?\Z", re.ASCII
)
_NUMERIC = re.compile(r"(?P<a>\d{1,2})([/.])(?P<b>\d{1,2})(?:\2(?P<y>\d{4}|\d\d))?\Z", re.ASCII)
DAY_OF_MONTH = re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?\Z", re.ASCII)
_ORDINAL = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_DAY_MONTH = re.compile(_ORDINAL + r"\s*(?P<m>[a-z]{3,9})\.?,?(?:\s+(?P<y>\d{4}))?\Z", re.ASCII)
_MONTH_DAY = re.compile(
    r"(?P<m>[a-z]{3,9})\.?\s*" + _ORDINAL + r"(?:,?\s+(?P<y>\d{4}))?\Z", re.ASCII
)


class DayReader(Struct, frozen=True):
    """Reads the local day named by `text`, as seen from `today`, in one direction."""

    text: str
    today: date
    direction: Direction
    month_first: bool | None

    def read(self, said: str) -> date | Problem:
        """The day named by `said`: case-folded text with single spaces, without a time of day."""
        text, today = self.text, self.today
        relative = self._relative(said)
        if relative is not None:
            return relative
        if iso := _ISO.match(said):
            return _date(text, int(iso["y"]), int(iso["m"]), int(iso["d"]))
        if numeric := _NUMERIC.match(said):
            return self._numeric(numeric["a"], numeric["b"], numeric["y"])
        named = _DAY_MONTH.match(said) or _MONTH_DAY.match(said)
        if named and (month := month_number(named["m"])):
            if named["y"]:
                day = _written(f"{named['d']} {MONTHS[month - 1]} {named['y']}", "D MMMM YYYY")
                return _in_reach(text, day, f"{named['y']}-{month:02}-{int(named['d']):02}")
            return self._without_year(month, named["d"]) or whole_text(
                text, f"There is no such day in {today.year}; give the year."
            )
        if self.direction != "any" and (number := DAY_OF_MONTH.match(said)):
            return self._day_of_month(int(number["d"]))
        noon = datetime.combine(today, time(12), UTC)
        if SPELLED.match(said) and (spelled := from_span(said, noon)):
            return _in_reach(text, spelled.date(), said)
        return whole_text(text, f"`{text.strip()}` is not a day or time; {EXAMPLES}.")

    def _relative(self, said: str) -> date | Problem | None:
        """`tomorrow`, `3d`, `in 2w`, `fri`, `next fri`, `last fri`; None for any other text."""
        today = self.today
        fixed = {"today": 0, "now": 0, "yesterday": -1, "yest": -1, "tomorrow": 1, "tom": 1}
        if said in fixed:
            return today + timedelta(days=fixed[said])
        span = AGO.match(said) or _IN.match(said)
        if span and span["unit"].startswith(("d", "w")):
            days = int(span["n"]) * (7 if span["unit"].startswith("w") else 1)
            if days > LONGEST_DAYS:
                return whole_text(
                    self.text, f"`{self.text.strip()}` is too far away; type a date instead."
                )
            return today + timedelta(days=days if said.startswith("in ") else -days)
        last, upcoming = said.startswith("last "), said.startswith("next ")
        weekday = weekday_number(said.removeprefix("last ").removeprefix("next "))
        if weekday is None:
            return None
        if upcoming or (self.direction == "future" and not last):
            ahead = (weekday - today.weekday()) % 7
            return today + timedelta(days=ahead or (7 if upcoming else 0))
        back = (today.weekday() - weekday) % 7
        return today - timedelta(days=back or (7 if last else 0))

    def _numeric(self, a: str, b: str, year: str | None) -> date | Problem:
        """Read `2/11/1970`; a Problem where both orders are possible and `month_first` is None."""
        month_first, day_first = self._in_order(a, b, year), self._in_order(b, a, year)
        shown = self.text.strip()
        if year and len(year) == 2 and self.direction == "any":
            return whole_text(self.text, f"`{shown}` needs a year of four digits.")
        if month_first and day_first and month_first != day_first and self.month_first is None:
            return whole_text(
                self.text, f"`{shown}` can be {month_first} or {day_first}: type it that way."
            )
        first, second = month_first, day_first
        if self.month_first is False:
            first, second = second, first
        return _in_reach(self.text, first or second, shown)

    def _in_order(self, month: str, day: str, year: str | None) -> date | None:
        """The day with these numbers; None where the calendar has none."""
        if year is None:
            return self._without_year(int(month), day)
        if len(year) == 4:
            return _written(f"{month}/{day}/{year}", "M/D/YYYY")
        century = self.today.year // 100
        days = [
            found
            for each in (century - 1, century, century + 1)
            if (found := _calendar_day(each * 100 + int(year), int(month), int(day)))
        ]
        return self._nearest(days)

    def _without_year(self, month: int, day: str) -> date | None:
        """The day of that number and month, of the year the direction asks for."""
        if not 1 <= month <= 12:
            return None
        near = range(self.today.year - 8, self.today.year + 9)
        if self.direction == "any":
            near = range(self.today.year - 1, self.today.year + 2)
        days = (_calendar_day(year, month, int(day)) for year in near)
        return self._nearest([each for each in days if each])

    def _day_of_month(self, number: int) -> date | Problem:
        """The next or last day of that number."""
        first = self.today.replace(day=1)
        months = [(first + timedelta(days=31 * n)).replace(day=1) for n in range(-3, 4)]
        days = [_calendar_day(month.year, month.month, number) for month in months]
        found = self._nearest([day for day in days if day])
        return found or whole_text(self.text, f"No month has a day {number}.")

    def _nearest(self, days: list[date]) -> date | None:
        """Of several days the one the direction asks for: today counts both ways."""
        today = self.today
        if self.direction == "future":
            return min((day for day in days if day >= today), default=None)
        if self.direction == "past":
            return max((day for day in days if day <= today), default=None)
        return min(days, key=lambda day: (abs((day - today).days), day), default=None)


def weekday_number(said: str) -> int | None:
    if len(said) < 3:
        return None
    starts = [i for i, name in enumerate(WEEKDAYS) if name.startswith(said)]
    if not starts and said in ("tues", "weds", "thur", "thurs"):
        starts = [{"tu": 1, "we": 2, "th": 3}[said[:2]]]
    return starts[0] if len(starts) == 1 else None


def month_number(said: str) -> int | None:
    starts = [i for i, name in enumerate(MONTHS, 1) if name.startswith(said)] or (
        [9] if said == "sept" else []
    )
    return starts[0] if len(starts) == 1 else None


def _date(text: str, year: int, month: int, day: int) -> date | Problem:
    return _in_reach(text, _calendar_day(year, month, day), f"{year:04}-{month:02}-{day:02}")


def _calendar_day(year: int, month: int, day: int) -> date | None:
    """The day with these numbers; None where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _in_reach(text: str, day: date | None, shown: str) -> date | Problem:
    """The day, unless the calendar has none called `shown` or it lies out of all reach."""
    if day is None:
        return whole_text(text, f"There is no day {shown} in the calendar.")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return whole_text(text, f"The year {day.year} is outside {FIRST_YEAR} to {LAST_YEAR}.")
    return day


def _written(said: str, form: str) -> date | None:
    """A date in one of arrow's formats; None where the calendar has no such day."""
    import arrow

    try:
        return arrow.get(said, form).date()
    except ValueError:
        return None


def from_span(said: str, now: datetime) -> datetime | None:
    """`a week ago`, `in 2 months` from an instant; None where that leaves the calendar."""
    import arrow

    here: Arrow = arrow.get(now)
    try:
        return here.dehumanize(said).datetime
    except (ValueError, OverflowError):
        return None


def whole_text(text: str, message: str, suggestion: str | None = None) -> Problem:
    return Problem(0, len(text), message, suggestion)
