"""A bill that is as it should be, read in one look; for any other the answer is None, and ``bills`` says why.

Nearly every line of a book is good, and msgspec checks one against its shape in the time
that Python needs for one of its fields. This module may refuse what ``bills`` takes,
never take what ``bills`` refuses: ``bills`` has the last word, and a test holds the two together.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from benefits.adjudication import Line, Site, Visit
from benefits.exchange.bills import BillRequest
from benefits.money import MoneyUnreadable, to_fen
from benefits.period import Cover
from benefits.terms.vocabulary import (
    CARES,
    CARVE_OUTS,
    CATEGORIES,
    CHANNELS,
    DOCTOR_GRADES,
    LEVELS,
    NATURES,
    SITE_CLASSES,
    SURGERIES,
)


def _one_of(codes: Any) -> Any:
    """Return the type that has exactly these codes as its values."""
    return Literal[tuple(codes)]


_Text = Annotated[str, Meta(min_length=1)]


class _Line(Struct, frozen=True, forbid_unknown_fields=True):
    category: _one_of(CATEGORIES)  # type: ignore[valid-type]  # the vocabulary is data, so its type is made of it
    amount: str
    nature: _one_of(NATURES) | None = None  # type: ignore[valid-type]
    doctor: _one_of(DOCTOR_GRADES) | None = None  # type: ignore[valid-type]


class _Hospital(Struct, frozen=True, forbid_unknown_fields=True):
    code: _Text
    site_class: _one_of(SITE_CLASSES) = msgspec.field(name="class")  # type: ignore[valid-type]
    group: str | None = None
    city: str | None = None
    network: bool | None = None
    inpatient: bool | None = None
    level: _one_of(LEVELS) | None = None  # type: ignore[valid-type]
    excludes: tuple[_one_of(CARVE_OUTS), ...] | None = None  # type: ignore[valid-type]


class _Policy(Struct, frozen=True, forbid_unknown_fields=True):
    effective: datetime.date
    expires: datetime.date
    first_effective: datetime.date | None = None


class _Bill(Struct, frozen=True, forbid_unknown_fields=True):
    bill: _Text
    plan: _Text
    member: _Text
    policy: _Policy
    hospital: _Hospital | str
    date: datetime.date
    care: _one_of(CARES)  # type: ignore[valid-type]
    channel: _one_of(CHANNELS)  # type: ignore[valid-type]
    lines: Annotated[list[_Line], Meta(min_length=1)]
    preauthorised: bool | None = None
    emergency_notified: bool | None = None
    surgery: _one_of(SURGERIES) | None = None  # type: ignore[valid-type]


_DECODER: Final = msgspec.json.Decoder(_Bill)
_NOT_GOOD: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, MoneyUnreadable)


def read_good_bill(source: bytes, *, sites: Mapping[str, Site]) -> BillRequest | None:
    """Read a line of a bills file if it is a good bill, or answer None for ``read_request`` to look closer."""
    try:
        bill = _DECODER.decode(source)
        lines = tuple(
            [tuple.__new__(Line, (one.category, to_fen(one.amount), one.nature, one.doctor)) for one in bill.lines]
        )
    except _NOT_GOOD:
        return None
    hospital = bill.hospital
    site = _site(hospital) if isinstance(hospital, _Hospital) else sites.get(hospital)
    cover = _cover(bill.policy)
    if site is None or cover is None or bill.bill.isspace() or bill.plan.isspace() or bill.member.isspace():
        return None
    visit = tuple.__new__(
        Visit,
        (
            bill.care,
            bill.date,
            bill.channel,
            site,
            cover,
            lines,
            bill.preauthorised is True,
            bill.emergency_notified is True,
            bill.surgery,
        ),
    )
    return tuple.__new__(BillRequest, (bill.bill, bill.plan, bill.member, visit))


@functools.lru_cache(maxsize=4096)
def _site(raw: _Hospital) -> Site | None:
    if raw.code.isspace():
        return None
    return Site(
        raw.code,
        raw.group or None,
        raw.city or None,
        raw.site_class,
        raw.network is True,
        raw.inpatient is True,
        raw.level,
        raw.excludes or (),
    )


@functools.lru_cache(maxsize=4096)
def _cover(raw: _Policy) -> Cover | None:
    first = raw.first_effective or raw.effective
    return Cover(raw.effective, raw.expires, first) if first <= raw.effective <= raw.expires else None
