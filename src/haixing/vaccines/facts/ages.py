"""Ages and intervals as the schedules write them: ``28 d``, ``6 m``, ``4 y``."""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

_WRITTEN = re.compile(r"(0|[1-9][0-9]{0,2}) ([dwmy])")
_MONTHS_IN_A_YEAR = 12
_DAYS_IN_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Span:
    """A length of calendar time: whole days, or whole months."""

    days: int = 0
    months: int = 0

    def after(self, day: datetime.date) -> datetime.date:
        """Return the day this long after ``day``. A month that is too short ends on its last day.

        A child born on 31 January is one month old on 28 (or 29) February: the schedules name no
        other day, and clinics count so.
        """
        if self.months == 0:
            return day + datetime.timedelta(days=self.days)
        years, month = divmod(day.month - 1 + self.months, _MONTHS_IN_A_YEAR)
        year, month = day.year + years, month + 1
        return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))

    @property
    def rough_days(self) -> int:
        """For ordering ages only."""
        return self.days + self.months * 30


def read_span(written: str) -> Span:
    """Read ``28 d``, ``6 w``, ``18 m`` or ``4 y``. Raises ValueError."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        raise ValueError(f"{written!r} is no length of time: write a number and d, w, m or y, such as 18 m")
    count, unit = int(found[1]), found[2]
    if unit in "dw":
        return Span(days=count * (_DAYS_IN_A_WEEK if unit == "w" else 1))
    return Span(months=count * (_MONTHS_IN_A_YEAR if unit == "y" else 1))
