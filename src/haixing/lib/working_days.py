"""Which days China rests on and works on: public holidays, and the weekends worked to make up for them (调休).

The dates are those of the State Council's yearly notice, as the ``holidays`` package carries them. A year
whose notice is not out yet knows only the days that the law fixes.
"""

from __future__ import annotations

import datetime
import functools
from enum import StrEnum

_DAY = datetime.timedelta(days=1)
_LONGEST_RUN = 10


class DayKind(StrEnum):
    """What kind of day it is to somebody who plans a visit."""

    WORKING = "working"
    WEEKEND = "weekend"
    MAKE_UP = "make-up"
    """A Saturday or Sunday that is worked."""
    HOLIDAY = "holiday"
    """A day of a public holiday, with the weekend that it takes in."""


@functools.lru_cache(maxsize=1024)
def kind_of(day: datetime.date) -> DayKind:
    """Return the kind of a Shanghai day."""
    resting, made_up = _year(day.year)
    if day in made_up:
        return DayKind.MAKE_UP
    if _is_of_a_holiday(day, resting, made_up):
        return DayKind.HOLIDAY
    return DayKind.WEEKEND if day.weekday() >= 5 else DayKind.WORKING


def _is_of_a_holiday(day: datetime.date, resting: frozenset[datetime.date], made_up: frozenset[datetime.date]) -> bool:
    """A weekend that touches a holiday belongs to it, as the notices count: 1 to 7 October is one holiday."""
    if day in resting:
        return True
    if day.weekday() < 5:
        return False
    for step in (_DAY, -_DAY):
        near = day + step
        for _ in range(_LONGEST_RUN):
            if near in resting:
                return True
            if near in made_up or near.weekday() < 5:
                break
            near += step
    return False


@functools.lru_cache(maxsize=8)
def _year(year: int) -> tuple[frozenset[datetime.date], frozenset[datetime.date]]:
    """Return the holidays and the worked weekends around a year."""
    # An optional heavy part: most processes ask no calendar, and the package takes half a second to load.
    from holidays.countries.china import China  # noqa: PLC0415

    calendar = China(years=[year - 1, year, year + 1])  # type: ignore[no-untyped-call]  # its __init__ has no types
    resting = frozenset(calendar)
    return resting, frozenset(day for day in calendar.weekend_workdays if abs(day.year - year) <= 1)
