"""Open or closed, asked on ordinary days, public holidays and worked weekends."""

import datetime

import pytest

from haixing.lib import opening
from haixing.lib.clock import SHANGHAI
from haixing.lib.opening import State
from haixing.lib.working_days import DayKind, kind_of

WEEK = "Mo-Fr 09:00-19:00; Sa-Su 09:00-17:00"
OFFICE = "Mo-Fr 08:00-17:00; PH off"


def at(hours: str, moment: str) -> opening.Now:
    return opening.at(hours, datetime.datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI))


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-11-20", DayKind.WORKING),
        ("2026-11-22", DayKind.WEEKEND),
        ("2026-10-01", DayKind.HOLIDAY),
        ("2026-10-02", DayKind.HOLIDAY),  # the one that the hours library misses
        ("2026-10-04", DayKind.HOLIDAY),  # a Sunday inside the holiday
        ("2026-01-03", DayKind.HOLIDAY),  # a Saturday that the notice counts in
        ("2026-01-04", DayKind.MAKE_UP),
        ("2026-10-10", DayKind.MAKE_UP),
        ("2026-10-11", DayKind.WEEKEND),
        ("2026-02-14", DayKind.MAKE_UP),
        ("2026-02-15", DayKind.HOLIDAY),
    ],
)
def test_a_day_is_what_the_state_council_says(day: str, kind: DayKind) -> None:
    assert kind_of(datetime.date.fromisoformat(day)) == kind


@pytest.mark.parametrize(
    ("hours", "moment", "state"),
    [
        (WEEK, "2026-11-20T08:59", State.CLOSED),
        (WEEK, "2026-11-20T09:00", State.OPEN),
        (WEEK, "2026-11-20T18:59", State.OPEN),
        (WEEK, "2026-11-20T19:00", State.CLOSED),
        (WEEK, "2026-11-22T18:00", State.CLOSED),
        ("24/7", "2026-10-01T03:00", State.OPEN),
        ("Mo-Su 18:00+", "2026-11-20T17:59", State.CLOSED),
        ("Mo-Su 18:00+", "2026-11-20T23:00", State.ASK),
        ("Mo-Su 18:00-02:00", "2026-11-20T01:59", State.OPEN),
        ("Mo-Su 18:00-02:00", "2026-11-20T02:00", State.CLOSED),
        ("Fr 18:00-02:00", "2026-11-21T01:00", State.OPEN),
        ("Fr 18:00-02:00", "2026-11-20T01:00", State.CLOSED),
        ("Mo-Sa 09:00-12:00,13:30-18:00; Su off", "2026-11-20T12:30", State.CLOSED),
        ("Mo-Sa 09:00-12:00,13:30-18:00; Su off", "2026-11-22T10:00", State.CLOSED),
        (OFFICE, "2026-10-02T10:00", State.CLOSED),
        (OFFICE, "2026-10-10T10:00", State.OPEN),  # a Saturday that is worked
        (OFFICE, "2026-10-17T10:00", State.CLOSED),
        ("Mo-Fr 09:00-18:00; Sa-Su,PH 09:00-12:00", "2026-10-02T13:00", State.CLOSED),
        ("Mo-Fr 09:00-18:00; Sa-Su,PH 09:00-12:00", "2026-10-02T11:00", State.OPEN),
    ],
)
def test_open_or_closed(hours: str, moment: str, state: State) -> None:
    assert at(hours, moment).state == state


def test_hours_that_say_nothing_of_holidays_are_uncertain_on_one() -> None:
    days = ("2026-10-02T10:00", "2026-10-10T10:00", "2026-11-20T10:00")

    assert [at(WEEK, day).is_uncertain for day in days] == [True, True, False]
    assert [at(OFFICE, day).is_uncertain for day in days] == [False, False, False]
    assert [at("24/7", day).is_uncertain for day in days] == [False, False, False]


def test_an_open_service_says_until_when_and_a_closed_one_says_from_when() -> None:
    lunch = "Mo-Sa 09:00-12:00,13:30-18:00"

    assert (at(lunch, "2026-11-20T10:00").until, at(lunch, "2026-11-20T10:00").next_opening) == ("12:00", "")
    assert (at(lunch, "2026-11-20T12:30").until, at(lunch, "2026-11-20T12:30").next_opening) == ("", "13:30")


def test_the_moment_is_read_in_shanghai() -> None:
    in_utc = datetime.datetime(2026, 11, 20, 1, 0, tzinfo=datetime.UTC)

    assert opening.at(WEEK, in_utc).state == State.OPEN
