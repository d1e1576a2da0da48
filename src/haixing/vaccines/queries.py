"""What families may read: schedules as tables, one vaccine, and their child's own calendar."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from haixing.lib.errors import Refused
from haixing.policies.enums import Gender
from haixing.policies.models import Child
from haixing.vaccines.facts import (
    OPEN,
    Calendar,
    Entry,
    Given,
    Remark,
    Schedule,
    Span,
    Spoken,
    State,
    Vaccine,
    Waiting,
    calendar_of,
    schedule_on,
    timeline,
    vaccines,
    waiting,
)
from haixing.vaccines.models import Dose

__all__ = [
    "AGE_BANDS",
    "OPEN",
    "Calendar",
    "Entry",
    "NoSuchVaccine",
    "Remark",
    "Schedule",
    "Spoken",
    "State",
    "TableGroup",
    "TableRow",
    "Vaccine",
    "Waiting",
    "child_calendar",
    "editions",
    "free_table",
    "paid_table",
    "recordable",
    "series_name",
    "vaccine",
    "waiting_for",
]

REMINDED_WITHIN = datetime.timedelta(days=14)


class NoSuchVaccine(Refused):
    """The list has no such vaccine."""

    code = "no-such-vaccine"
    status = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeBand:
    """One choice of 年龄段: from an age to just before another."""

    code: str
    name: Spoken
    start: Span
    end: Span


def _band(code: str, zh: str, en: str, start: int, end: int) -> AgeBand:
    return AgeBand(code=code, name=Spoken(zh, en), start=Span(months=start), end=Span(months=end))


AGE_BANDS = (
    _band("0-5m", "0–5 月龄", "0 to 5 months", 0, 6),
    _band("6-11m", "6–11 月龄", "6 to 11 months", 6, 12),
    _band("1y", "1 岁", "1 year", 12, 24),
    _band("2-3y", "2–3 岁", "2 to 3 years", 24, 48),
    _band("4-6y", "4–6 岁", "4 to 6 years", 48, 84),
    _band("7y", "7 岁以上", "7 years and older", 84, 1200),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """疫苗名称 and 剂次."""

    code: str
    name: Spoken
    dose: Spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class TableGroup:
    """All rows of one 月龄."""

    label: Spoken
    rows: tuple[TableRow, ...]


def editions() -> tuple[Schedule, ...]:
    """Every schedule, the newest first."""
    return tuple(reversed(timeline()))


def free_table(*, day: datetime.date, edition: str = "", band: str = "") -> tuple[Schedule, tuple[TableGroup, ...]]:
    """Return the free schedule in force on ``day`` (or the edition asked for) in the manual's layout (S11).

    Of a series with two routes the usual one is shown. An unknown edition or band is answered with all.
    """
    schedule = next((one for one in timeline() if one.code == edition), None) or schedule_on(day)
    rows: list[tuple[Span, Spoken, TableRow]] = []
    for series in schedule.series.values():
        for n, slot in enumerate(next(iter(series.routes.values())), start=1):
            label = _age_label(slot.age, is_birth=slot.age == Span())
            row = TableRow(code=slot.vaccine, name=vaccines()[slot.vaccine].name, dose=_dose_label(slot.printed or n))
            rows.append((slot.age, label, row))
    return schedule, _grouped(rows, band)


def paid_table(*, band: str = "") -> tuple[TableGroup, ...]:
    """Return the paid vaccines by the age at which they usually begin, without any price."""
    rows = [
        (
            row.age,
            row.label or _age_label(row.age, is_birth=False),
            TableRow(code=one.code, name=one.name, dose=row.dose),
        )
        for one in vaccines().values()
        for row in one.rows
    ]
    return _grouped(rows, band)


def vaccine(code: str) -> Vaccine:
    """Return one vaccine. Raises NoSuchVaccine."""
    try:
        return vaccines()[code]
    except KeyError as error:
        raise NoSuchVaccine from error


def recordable(*, is_free: bool) -> list[Vaccine]:
    """Return what a family may write down, free or paid."""
    return [one for one in vaccines().values() if one.is_recorded and one.is_free == is_free]


def series_name(code: str) -> Spoken:
    """Return the name of a series of the newest schedule."""
    return timeline()[-1].series[code].name


def child_calendar(*, child: Child, day: datetime.date) -> Calendar:
    """Return the child's own calendar on ``day``. One statement."""
    return _calendar(child, _doses([child])[child.pk], day)


def waiting_for(*, children: Iterable[Child], day: datetime.date) -> dict[int, Waiting]:
    """Return what waits for each child (by its id) on ``day`` and in the fortnight after. One statement for all."""
    kept = {child.pk: child for child in children}
    doses = _doses(kept.values())
    return {pk: waiting(_calendar(child, doses[pk], day), within=REMINDED_WITHIN) for pk, child in kept.items()}


def _doses(children: Iterable[Child]) -> dict[int, list[Dose]]:
    found: dict[int, list[Dose]] = defaultdict(list)
    for dose in Dose.objects.filter(child__in=[child.pk for child in children], removed_at=None):
        found[dose.child_id].append(dose)
    return found


def _calendar(child: Child, doses: list[Dose], day: datetime.date) -> Calendar:
    given = [
        Given(ref=dose.ref, vaccine=dose.vaccine, day=dose.day, place=dose.place)
        for dose in doses
        # An insurer may correct a birthday after doses were written down: those before it stand aside.
        if child.born <= dose.day <= day
    ]
    return calendar_of(
        born=child.born,
        is_girl=child.gender == Gender.GIRL,
        given=given,
        day=max(day, child.born),
        timeline=timeline(),
        vaccines=vaccines(),
    )


def _grouped(rows: list[tuple[Span, Spoken, TableRow]], band: str) -> tuple[TableGroup, ...]:
    wanted = next((one for one in AGE_BANDS if one.code == band), None)
    groups: dict[tuple[int, Spoken], list[TableRow]] = defaultdict(list)
    for age, label, row in rows:
        if wanted is None or wanted.start.rough_days <= age.rough_days < wanted.end.rough_days:
            groups[age.rough_days, label].append(row)
    ordered = sorted(groups.items(), key=lambda group: group[0][0])
    return tuple(TableGroup(label=label, rows=tuple(rows)) for (_days, label), rows in ordered)


def _age_label(age: Span, *, is_birth: bool) -> Spoken:
    """Print an age as the manual does: 24小时内, 8月龄, and years from two on (2周岁)."""
    if is_birth:
        return Spoken("24小时内", "Within 24 h")
    if age.days:
        return Spoken(f"{age.days // 7}周龄", f"{age.days // 7} weeks")
    if age.months < 24 or age.months % 12:
        return Spoken(f"{age.months}月龄", f"{age.months} month{'s' * (age.months > 1)}")
    return Spoken(f"{age.months // 12}周岁", f"{age.months // 12} years")


def _dose_label(number: int) -> Spoken:
    return Spoken(f"第{number}剂", f"Dose {number}")
