import pytest

from benefits.adjudication import Usage
from tests.benefits.made import GUANGZHOU, decide, steps_of


@pytest.mark.parametrize(
    ("amount", "used", "takes", "pays"),
    [
        ("30000", 0, 1_000_000, 2_000_000),
        ("30000", 400_000, 600_000, 2_400_000),
        ("30000", 1_000_000, 0, 3_000_000),
        ("8000", 0, 800_000, 0),
        ("10000", 0, 1_000_000, 0),
        ("10000.01", 0, 1_000_000, 1),
    ],
)
def test_the_family_bears_the_first_ten_thousand_of_a_year(amount: str, used: int, takes: int, pays: int) -> None:
    decision = decide(amount, care="special-outpatient", site=GUANGZHOU, usage=Usage(deductible_used=used))

    assert (decision.deductible_used, decision.plan_pays) == (takes, pays)


@pytest.mark.parametrize("care", ["inpatient", "day-surgery", "special-outpatient"])
def test_all_inpatient_care_shares_it(care: str) -> None:
    assert decide("100", care=care, site=GUANGZHOU, preauthorised=True).deductible_used == 10_000


def test_the_sentence_says_what_is_left_of_it() -> None:
    decision = decide("4000", care="special-outpatient", site=GUANGZHOU, usage=Usage(deductible_used=100_000))

    assert decision.trace[0].text(None).en == (
        "The yearly deductible is 10000 yuan: 4000 yuan of it are used now, 5000 yuan are left."
    )


def test_premier_has_none() -> None:
    decision = decide("300", code="premier-2021", care="special-outpatient", site=GUANGZHOU)

    assert (decision.deductible_used, steps_of(decision)) == (0, [])
