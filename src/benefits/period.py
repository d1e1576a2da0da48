"""Days: printed dates are inclusive at both edges, and a waiting period counts from day 1."""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_ONE_DAY = datetime.timedelta(days=1)


class Cover(NamedTuple):
    """The days of a policy as printed on its card: both dates inclusive (reading A2: as issued, never recomputed)."""

    effective: datetime.date
    expires: datetime.date
    first_effective: datetime.date
    """Start of continuous cover: waiting periods count from here (domain 1.4 ``wait.start``)."""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, datetime.date) and self.effective <= day <= self.expires


def covered_from(first_effective: datetime.date, days: int) -> datetime.date:
    """Return the first day after an N-day wait. Day 1 is ``first_effective``; day N still waits (vector T9).

    A wait that outlasts the calendar ends on its last day.
    """
    if (datetime.date.max - first_effective).days < days:
        return datetime.date.max
    return first_effective + _ONE_DAY * days


def read_date(text: object) -> datetime.date | None:
    """Read ``YYYY-MM-DD``; anything else, also a day that no calendar has, is None."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None
