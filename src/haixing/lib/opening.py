"""Opening hours in OSM syntax, asked about a moment: open, closed, and what to say about today.

The syntax is the part of OSM's that ``chinese_hours`` writes and network files may hold: days, times,
``PH`` for public holidays, ``off``, ``18:00+`` for an open end, ``24/7``; later rules win, as in OSM.

Public holidays follow the State Council's calendar. Hours that close on holidays follow the working
calendar, so a worked weekend (调休) has the hours of a Monday. Hours that say nothing of holidays are
taken as printed, and marked as uncertain on a holiday or a worked weekend: the family should call first.
"""

from __future__ import annotations

import datetime
import functools
import re
from enum import StrEnum
from typing import Final, NamedTuple

from haixing.lib.clock import SHANGHAI
from haixing.lib.working_days import DayKind, kind_of

_DAY_NAMES: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_HOLIDAY: Final = 7
_ALL_WEEK: Final = frozenset(range(7))
_DAY_MINUTES: Final = 24 * 60
_RULE: Final = re.compile(r"(?:(?P<days>[A-Z][A-Za-z,-]*) )?(?P<times>off|[\d:,+-]+)")


class Span(NamedTuple):
    """An opening: minutes after the day's midnight. It may end on the next day, or at a time that nobody printed."""

    opens: int
    closes: int | None

    @property
    def from_time(self) -> str:
        return _clock(self.opens)

    @property
    def to_time(self) -> str:
        return "" if self.closes is None else _clock(self.closes)

    @property
    def is_past_midnight(self) -> bool:
        return self.closes is not None and self.closes > _DAY_MINUTES


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    ASK = "ask"
    """It opened, and when it closes is not printed."""


class Now(NamedTuple):
    """What holds at a moment."""

    state: State
    spans: tuple[Span, ...]
    """Today's openings."""
    always: bool
    """Around the clock."""
    until: str
    """When an open service closes, ``18:00``; empty where unknown or around the clock."""
    next_opening: str
    """When a closed service opens later today; empty where it does not."""
    kind: DayKind
    is_uncertain: bool
    """A holiday or a worked weekend, and the hours say nothing about such days."""


def at(hours: str, moment: datetime.datetime) -> Now:
    """Say what holds at ``moment``. ``hours`` in OSM syntax, as checked when they were loaded."""
    local = moment.astimezone(SHANGHAI)
    return _at(hours, local.date(), local.hour * 60 + local.minute)


@functools.lru_cache(maxsize=4096)
def _at(hours: str, day: datetime.date, minute: int) -> Now:
    spans, kind = spans_on(hours, day), kind_of(day)
    yesterday = spans_on(hours, day - datetime.timedelta(days=1))
    always = hours == "24/7"
    current = next((span for span in spans if _holds(span, minute)), None) or next(
        (span for span in yesterday if span.is_past_midnight and _holds(span, minute + _DAY_MINUTES)), None
    )
    if current is None:
        state, until = State.CLOSED, ""
    elif current.closes is None:
        state, until = State.ASK, ""
    else:
        state, until = State.OPEN, "" if always else current.to_time
    later = [span.from_time for span in spans if span.opens > minute]
    return Now(
        state=state,
        spans=spans,
        always=always,
        until=until,
        next_opening=later[0] if later and current is None else "",
        kind=kind,
        is_uncertain=not always and kind in {DayKind.HOLIDAY, DayKind.MAKE_UP} and "PH" not in hours,
    )


def _holds(span: Span, minute: int) -> bool:
    return span.opens <= minute and (span.closes is None or minute < span.closes)


@functools.lru_cache(maxsize=4096)
def spans_on(hours: str, day: datetime.date) -> tuple[Span, ...]:
    """Return the openings that begin on ``day``."""
    if hours == "24/7":
        return (Span(0, _DAY_MINUTES),)
    kind, rules = kind_of(day), _rules(hours)
    if kind == DayKind.HOLIDAY:
        for days, spans in reversed(rules):
            if _HOLIDAY in days:
                return spans
    weekday = 0 if kind == DayKind.MAKE_UP and (frozenset({_HOLIDAY}), ()) in rules else day.weekday()
    return next((spans for days, spans in reversed(rules) if weekday in days), ())


@functools.lru_cache(maxsize=1024)
def _rules(hours: str) -> tuple[tuple[frozenset[int], tuple[Span, ...]], ...]:
    rules = []
    for text in hours.split("; "):
        found = _RULE.fullmatch(text)
        if found is None:
            return ()
        days = _days(found["days"]) if found["days"] else _ALL_WEEK
        rules.append((days, () if found["times"] == "off" else tuple(map(_span, found["times"].split(",")))))
    return tuple(rules)


def _days(text: str) -> frozenset[int]:
    days: set[int] = set()
    for part in text.split(","):
        first, _dash, last = part.partition("-")
        if first == "PH":
            days.add(_HOLIDAY)
            continue
        start, end = _DAY_NAMES.index(first), _DAY_NAMES.index(last or first)
        days |= set(range(start, end + 1)) if start <= end else {*range(start, 7), *range(end + 1)}
    return frozenset(days)


def _span(text: str) -> Span:
    if text.endswith("+"):
        return Span(_minutes(text[:-1]), None)
    opens, closes = map(_minutes, text.split("-"))
    return Span(opens, closes if closes > opens else closes + _DAY_MINUTES)


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def _clock(minutes: int) -> str:
    minutes = minutes if minutes <= _DAY_MINUTES else minutes - _DAY_MINUTES
    return f"{minutes // 60}:{minutes % 60:02d}"
