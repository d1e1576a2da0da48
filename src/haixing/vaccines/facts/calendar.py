"""A child's own calendar: what was given, what is due, and the next possible day. No clock: the day is told.

How a dose finds its rules (domain: "chosen by due date or administration date, not by birth date"):

1. A dose that was given counts, and is never judged again.
2. A dose falls due on the first day on which the schedule then in force says that its age is
   reached. A new schedule that lowers an age makes it due on that schedule's first day.
3. When it can be given is asked of the schedule in force on that later day.

Missed doses are completed, never restarted: doses fill the slots of a series in their order.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from haixing.vaccines.facts.ages import Span
from haixing.vaccines.facts.schedules import GIRLS, Schedule, Series, Slot, Vaccine

Timeline = tuple[Schedule, ...]
# What follows from the schedules alone is asked for every child of every card: it is worked out once for each timeline.
_once = functools.lru_cache(maxsize=2048)

LIVE_APART = Span(days=28)
"""Two injected live vaccines: the same day, or at least so long apart (general rules of the programme)."""
MOST_HIB = 4
_COMBINED_HIB = ("penta", "tetra", "ac-hib")


class State(StrEnum):
    """Where a dose stands on the day."""

    DONE = "done"
    COVERED = "covered"
    """Completed by another vaccine that holds the same."""
    OVERDUE = "overdue"
    DUE = "due"
    UPCOMING = "upcoming"
    LATER = "later"
    """After an earlier dose of the same series."""
    ASK = "ask"
    """Too old for the usual rule: the clinic decides whether and how."""


class Remark(StrEnum):
    """What a family should ask about."""

    DOUBLE_HIB = "double-hib"
    MIXED_ROUTES = "mixed-routes"
    PENTA_AGES = "penta-ages"
    MENING_PRODUCT = "mening-product"
    HPV_LATE = "hpv-late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A dose as the family recorded it."""

    ref: str
    vaccine: str
    day: datetime.date
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One dose of the child's calendar."""

    series: str
    number: int
    """Its place in the route, from 1."""
    printed: int
    """Its number as the schedule prints it."""
    vaccine: str
    """What it is, or was, to be given."""
    state: State
    due_on: datetime.date
    before: datetime.date | None
    """To be completed before this day."""
    possible_on: datetime.date | None
    """The first day on which it may be given, from today on; None once given, and where the clinic decides."""
    given: Given | None
    edition: str
    """The schedule by which it fell due, or which was in force when it was given."""

    @property
    def is_open(self) -> bool:
        """It is still to be given."""
        return self.possible_on is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Everything about one child on one day."""

    day: datetime.date
    entries: tuple[Entry, ...]
    others: tuple[Given, ...]
    """Doses that fill no place of the free schedule: paid vaccines, and what was given beyond."""
    remarks: tuple[Remark, ...]

    @property
    def next_day(self) -> datetime.date | None:
        """The first day on which something can be given."""
        return min((entry.possible_on for entry in self.entries if entry.possible_on), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a card reminds of."""

    has_records: bool
    overdue: int
    due: int
    soon: int
    """Becomes possible within the fortnight."""

    @property
    def count(self) -> int:
        return self.overdue + self.due + self.soon


def calendar_of(
    *,
    born: datetime.date,
    is_girl: bool,
    given: Sequence[Given],
    day: datetime.date,
    timeline: Timeline,
    vaccines: Mapping[str, Vaccine],
) -> Calendar:
    """Lay out a child's doses on ``day``. ``given`` may stand in any order; later ones than ``day`` are refused.

    Raises ValueError on a dose that was given after ``day`` or before birth.
    """
    if any(dose.day > day or dose.day < born for dose in given):
        raise ValueError("a dose was given before birth, or has not been given yet")
    child = _Child(
        born=born,
        is_girl=is_girl,
        given=tuple(sorted(given, key=lambda dose: dose.day)),
        day=day,
        timeline=timeline,
        vaccines=vaccines,
    )
    entries: list[Entry] = []
    used: set[str] = set()
    remarks = set(child.remarks_on_products())
    for code in _series_codes(timeline):
        filled = child.fill(code)
        if child.is_meant(code):
            entries += child.entries(code, filled)
            used |= {dose.ref for dose in filled.doses if dose}
            remarks |= {Remark.MIXED_ROUTES} if filled.is_mixed else set()
    if any(entry.series == "hpv" and entry.state == State.OVERDUE for entry in entries):
        remarks.add(Remark.HPV_LATE)
    return Calendar(
        day=day,
        entries=tuple(entries),
        others=tuple(dose for dose in child.given if dose.ref not in used),
        remarks=tuple(remark for remark in Remark if remark in remarks),
    )


def waiting(calendar: Calendar, *, within: datetime.timedelta) -> Waiting:
    """Count what waits on the calendar's day and shortly after."""
    states = [entry.state for entry in calendar.entries]
    soon = [
        entry
        for entry in calendar.entries
        if entry.state == State.UPCOMING and entry.possible_on and entry.possible_on <= calendar.day + within
    ]
    return Waiting(
        has_records=bool(calendar.others) or any(entry.given for entry in calendar.entries),
        overdue=states.count(State.OVERDUE),
        due=states.count(State.DUE),
        soon=len(soon),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filled:
    """A series of one child: its route, and the dose in each of its places."""

    route: str
    doses: tuple[Given | None, ...]
    is_mixed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Child:
    born: datetime.date
    is_girl: bool
    given: tuple[Given, ...]
    day: datetime.date
    timeline: Timeline
    vaccines: Mapping[str, Vaccine]

    def is_meant(self, code: str) -> bool:
        """The series is for this child at all."""
        series = _latest(self.timeline, code)
        if series.only == GIRLS and not self.is_girl:
            return False
        return series.born_after is None or self.born > series.born_after

    def fill(self, code: str) -> _Filled:
        """Put the doses into the places of the series, in their order."""
        route = self._route(code)
        accepted = [_accepted(self.timeline, code, route, n) for n in range(_length(self.timeline, code, route))]
        places: list[Given | None] = [None] * len(accepted)
        elsewhere = _all_accepted(self.timeline, code) - frozenset().union(*accepted)
        for dose in self.given:
            free = (n for n, vaccines in enumerate(accepted) if places[n] is None and dose.vaccine in vaccines)
            n = next(free, None)
            if n is not None:
                places[n] = dose
        is_mixed = any(dose.vaccine in elsewhere for dose in self.given)
        return _Filled(route=route, doses=tuple(places), is_mixed=is_mixed)

    def entries(self, code: str, filled: _Filled) -> list[Entry]:
        """Every dose of the series, given or open, in order."""
        found: list[Entry] = []
        # An open dose keeps its distance from every dose given, also from one that stands later in the series.
        last = max((dose.day for dose in filled.doses if dose), default=None)
        is_first_open = True
        for n, dose in enumerate(filled.doses):
            entry = self._entry(code, filled.route, n, dose, last=last, is_first_open=is_first_open)
            if entry is None:
                continue
            found.append(entry)
            if entry.possible_on:
                last = max(filter(None, (last, entry.possible_on)))
                is_first_open = False
        return found

    def remarks_on_products(self) -> list[Remark]:
        """What the mixture of products should be asked about."""
        codes = [dose.vaccine for dose in self.given]
        found: list[Remark] = []
        combined = {code for code in codes if code in _COMBINED_HIB}
        has_hib = [code for code in codes if code in self.vaccines and self.vaccines[code].has_hib]
        if len(combined) > 1 or len(has_hib) > MOST_HIB:
            found.append(Remark.DOUBLE_HIB)
        if 0 < codes.count("penta") < MOST_HIB:
            found.append(Remark.PENTA_AGES)
        if {"mcv4", "mpsv-acyw"} & set(codes):
            found.append(Remark.MENING_PRODUCT)
        return found

    def _route(self, code: str) -> str:
        routes = list(_latest(self.timeline, code).routes)
        for dose in self.given:
            for route in routes:
                if dose.vaccine in _accepted_anywhere(self.timeline, code, route):
                    return route
        return routes[0]

    def _entry(
        self, code: str, route: str, n: int, dose: Given | None, *, last: datetime.date | None, is_first_open: bool
    ) -> Entry | None:
        fallen = self._falls_due(code, route, n)
        if fallen is None:
            return None
        due_on, schedule, slot = fallen
        before = self._before(schedule, code, route, n, last)
        printed = slot.printed or n + 1
        if dose:
            edition = _in_force(self.timeline, dose.day)
            meant = frozenset().union(*(one.vaccines for one in _slots(self.timeline, code, route, n)))
            state = State.DONE if dose.vaccine in meant else State.COVERED
            vaccine, possible_on, edition_code = slot.vaccine, None, edition.code
            if state == State.DONE:
                vaccine = dose.vaccine
                printed = next((one.printed for one in _slots(self.timeline, code, route, n)
                                if one.vaccine == vaccine), None) or n + 1  # fmt: skip
        else:
            possible_on, vaccine, at = self._possible(code, route, n, last)
            # DT in the place of a late DTaP 5 is its own first dose, as it was printed before 2025.
            printed = at.printed or (n + 1 if vaccine == at.vaccine else 1)
            state = self._state(possible_on, before, is_first_open=is_first_open)
            edition_code = schedule.code
        return Entry(
            series=code,
            number=n + 1,
            printed=printed,
            vaccine=vaccine,
            state=state,
            due_on=due_on,
            before=before,
            possible_on=possible_on,
            given=dose,
            edition=edition_code,
        )

    def _state(self, possible_on: datetime.date | None, before: datetime.date | None, *, is_first_open: bool) -> State:
        if possible_on is None:
            return State.ASK
        if not is_first_open:
            return State.LATER
        if possible_on > self.day:
            return State.UPCOMING
        return State.OVERDUE if before and self.day >= before else State.DUE

    def _falls_due(self, code: str, route: str, n: int) -> tuple[datetime.date, Schedule, Slot] | None:
        """The first day on which the schedule then in force says that the age is reached."""
        for schedule, slot in _places(self.timeline, code, route, n):
            due_on = max(slot.age.after(self.born), schedule.since)
            if due_on < schedule.until:
                return due_on, schedule, slot
        return None

    def _before(
        self, schedule: Schedule, code: str, route: str, n: int, last: datetime.date | None
    ) -> datetime.date | None:
        """The dose's own limit; without one, that of the next dose that has one, which it cannot outlast."""
        slots = schedule.series[code].routes[route]
        if (within := slots[n].within) and last:
            return within.after(last) + datetime.timedelta(days=1)
        return next((slot.before.after(self.born) for slot in slots[n:] if slot.before), None)

    def _possible(
        self, code: str, route: str, n: int, last: datetime.date | None
    ) -> tuple[datetime.date | None, str, Slot]:
        """The first day from today on which it may be given, by the schedule in force on that day, and what."""
        places = [place for place in _places(self.timeline, code, route, n) if place[0].until > self.day]
        for schedule, slot in places:
            earliest = [self.day, schedule.since, slot.age.after(self.born)]
            if slot.after and last:
                earliest.append(slot.after.after(last))
            day = max(earliest)
            vaccine = slot.vaccine
            if slot.late_from and day >= slot.late_from.after(self.born):
                vaccine = slot.late_vaccine
            day = self._away_from_live(vaccine, day)
            if slot.last and day >= slot.last.after(self.born):
                return None, slot.vaccine, slot
            if day < schedule.until:
                return day, vaccine, slot
        return None, places[-1][1].vaccine, places[-1][1]

    def _away_from_live(self, vaccine: str, day: datetime.date) -> datetime.date:
        """Move a live vaccine away from other live ones, and from immunoglobulin."""
        if not self.vaccines[vaccine].is_live_injected:
            return day
        for dose in self.given:  # in the order of their days, so that one pass is enough
            other = self.vaccines.get(dose.vaccine)
            if other is None:
                continue
            if other.is_live_injected and dose.day != day:
                day = max(day, LIVE_APART.after(dose.day))
            if other.holds_live_back:
                day = max(day, other.holds_live_back.after(dose.day))
        return day


@_once
def _series_codes(timeline: Timeline) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for schedule in timeline for code in schedule.series))


@_once
def _latest(timeline: Timeline, code: str) -> Series:
    return next(schedule.series[code] for schedule in reversed(timeline) if code in schedule.series)


@_once
def _length(timeline: Timeline, code: str, route: str) -> int:
    return max(len(schedule.series[code].routes.get(route, ())) for schedule in timeline if code in schedule.series)


@_once
def _places(timeline: Timeline, code: str, route: str, n: int) -> tuple[tuple[Schedule, Slot], ...]:
    """The same dose in each schedule that has it."""
    return tuple(
        (schedule, schedule.series[code].routes[route][n])
        for schedule in timeline
        if code in schedule.series and n < len(schedule.series[code].routes.get(route, ()))
    )


@_once
def _slots(timeline: Timeline, code: str, route: str, n: int) -> tuple[Slot, ...]:
    return tuple(slot for _schedule, slot in _places(timeline, code, route, n))


@_once
def _accepted(timeline: Timeline, code: str, route: str, n: int) -> frozenset[str]:
    """What completes a place in any schedule: a dose counts, whichever schedule stood when it was given."""
    return frozenset(
        vaccine for slot in _slots(timeline, code, route, n) for vaccine in (*slot.vaccines, *slot.instead)
    )


@_once
def _accepted_anywhere(timeline: Timeline, code: str, route: str) -> frozenset[str]:
    places = range(_length(timeline, code, route))
    return frozenset().union(*(_accepted(timeline, code, route, n) for n in places))


@_once
def _all_accepted(timeline: Timeline, code: str) -> frozenset[str]:
    return frozenset().union(*(_accepted_anywhere(timeline, code, route) for route in _latest(timeline, code).routes))


def _in_force(timeline: Timeline, day: datetime.date) -> Schedule:
    return next(schedule for schedule in reversed(timeline) if schedule.since <= day)
