"""What is known of a visit before it is decided. Amounts in fen.

These are tuples with names: as immutable as frozen dataclasses, and several times
faster to make, which a replay of a whole book feels (docs/performance.md).
"""

from __future__ import annotations

import datetime
from typing import NamedTuple

from benefits.period import Cover


class Line(NamedTuple):
    """One line of a bill."""

    category: str
    amount: int
    nature: str | None = None
    """An exclusion code that a person put on the line, or None."""
    doctor: str | None = None


class Site(NamedTuple):
    """The hospital, as plan rules see it."""

    code: str
    group: str | None
    city: str | None
    site_class: str
    network: bool = False
    inpatient: bool = False
    level: int | None = None
    excludes: tuple[str, ...] = ()


class Setting(NamedTuple):
    """Where and how a visit takes place: what a plan's rules are compiled for."""

    care: str
    channel: str
    group: str | None
    city: str | None
    site_class: str
    network: bool
    inpatient: bool
    level: int | None
    excludes: tuple[str, ...]


class Visit(NamedTuple):
    """What is to be decided: one bill, or all the bills of a visit joined into one."""

    care: str
    day: datetime.date
    channel: str
    site: Site
    cover: Cover
    lines: tuple[Line, ...]
    preauthorised: bool = False
    emergency_notified: bool = False
    surgery: str | None = None


class Usage(NamedTuple):
    """What the policy period has used of the visit's benefit, apart from this visit."""

    visit: int = 1
    """The ordinal that this visit holds, or would take: the lowest free one (reading A5)."""
    limit_used: int = 0
    deductible_used: int = 0
    held: int = 0
    """Promised to other visits and not to be used here. Room = limit − used − held."""
