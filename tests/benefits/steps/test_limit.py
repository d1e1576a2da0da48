import pytest

from benefits.adjudication import Usage
from tests.benefits.made import GUANGZHOU, decide, steps_of


@pytest.mark.parametrize(
    ("usage", "pays"),
    [
        (Usage(limit_used=9_970_000), 30_000),
        (Usage(limit_used=9_920_000), 80_000),
        (Usage(limit_used=10_000_000), 0),
        (Usage(limit_used=9_900_000, held=70_000), 30_000),
        (Usage(limit_used=9_990_000, held=70_000), 0),
    ],
)
def test_the_plan_pays_no_more_than_the_room_left(usage: Usage, pays: int) -> None:
    assert decide("800", usage=usage).plan_pays == pays


def test_what_the_family_bears_anyway_does_not_use_the_limit() -> None:
    decision = decide("1500", site=GUANGZHOU, usage=Usage(limit_used=9_930_000))

    assert steps_of(decision) == [("share", 30_000), ("limit", 50_000)]


def test_without_room_the_visit_takes_no_slot() -> None:
    decision = decide("800", usage=Usage(limit_used=10_000_000))

    assert (decision.outcome, decision.counted) == ("not-covered", False)


def test_inpatient_care_has_no_limit() -> None:
    assert decide("999999", care="special-outpatient", site=GUANGZHOU).plan_pays == 99_999_900 - 1_000_000
