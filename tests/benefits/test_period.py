import datetime

import pytest

from benefits.period import Cover, covered_from, read_date

D = datetime.date


@pytest.mark.parametrize(
    "text", ["2021-7-1", "2021-02-30", "20210701", "２０２１-07-01", "2021-07-01 ", "", None, 20210701]
)
def test_only_whole_dates_that_exist_are_read(text: object) -> None:
    assert read_date(text) is None


def test_a_leap_day_exists_every_fourth_year() -> None:
    assert (read_date("2024-02-29"), read_date("2023-02-29")) == (D(2024, 2, 29), None)


def test_day_n_of_an_n_day_wait_still_waits() -> None:
    assert covered_from(D(2021, 6, 19), 30) == D(2021, 7, 19)


def test_a_wait_ends_with_the_calendar_at_the_latest() -> None:
    assert covered_from(D(9999, 12, 30), 120) == D.max


def test_a_cover_holds_both_its_dates() -> None:
    cover = Cover(D(2021, 1, 1), D(2021, 1, 2), D(2021, 1, 1))

    assert [day in cover for day in (D(2020, 12, 31), *cover, D(2021, 1, 3))] == [False, True, True, True, False]
