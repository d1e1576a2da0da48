import datetime

import pytest

from benefits.period import Cover
from tests.benefits.made import COVER, FIRST_DAY, GUANGZHOU, decide, steps_of


def _on_day(number: int, care: str, surgery: str | None = None) -> str:
    day = FIRST_DAY + datetime.timedelta(days=number - 1)
    return decide("30000", care=care, site=GUANGZHOU, day=day, surgery=surgery, preauthorised=True).outcome


@pytest.mark.parametrize("care", ["inpatient", "day-surgery"])
def test_admissions_wait_thirty_days(care: str) -> None:
    assert (_on_day(30, care), _on_day(31, care)) == ("not-covered", "paid")


@pytest.mark.parametrize("surgery", ["tonsils", "adenoids", "otitis-media", "hernia"])
@pytest.mark.parametrize("care", ["inpatient", "day-surgery"])
def test_four_surgeries_wait_120_days(care: str, surgery: str) -> None:
    assert (_on_day(120, care, surgery), _on_day(121, care, surgery)) == ("not-covered", "paid")


def test_other_surgery_waits_like_an_admission() -> None:
    assert (_on_day(30, "inpatient", "other"), _on_day(31, "inpatient", "other")) == ("not-covered", "paid")


@pytest.mark.parametrize("care", ["outpatient", "emergency", "special-outpatient"])
def test_other_care_never_waits_whatever_the_surgery(care: str) -> None:
    assert _on_day(1, care, "tonsils") == "paid"


def test_a_wait_counts_from_the_first_day_of_continuous_cover() -> None:
    renewed = Cover(COVER.effective, COVER.expires, datetime.date(2020, 6, 19))

    decision = decide("30000", care="inpatient", site=GUANGZHOU, day=FIRST_DAY, cover=renewed, preauthorised=True)

    assert decision.outcome == "paid"


def test_the_family_hears_the_day_from_which_they_are_really_covered() -> None:
    decision = decide("300", care="inpatient", site=GUANGZHOU, day=FIRST_DAY, surgery="hernia")

    assert steps_of(decision) == [("waiting", 30_000)]
    assert decision.trace[0].detail == datetime.date(2021, 10, 17)


def test_a_wait_at_the_end_of_the_calendar_is_still_a_wait() -> None:
    last = datetime.date(9999, 12, 31)

    decision = decide("300", care="inpatient", site=GUANGZHOU, day=last, cover=Cover(last, last, last))

    assert steps_of(decision) == [("waiting", 30_000)]
