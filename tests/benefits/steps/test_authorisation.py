import dataclasses

import pytest

from benefits.adjudication import Usage, Visit, adjudicate
from benefits.terms import Plan
from tests.benefits.made import GUANGZHOU, decide, plan, steps_of, visit


@pytest.mark.parametrize("care", ["inpatient", "day-surgery"])
def test_an_admission_without_it_costs_forty_percent_of_what_is_eligible(care: str) -> None:
    decision = decide("30000", care=care, site=GUANGZHOU)

    assert steps_of(decision) == [("deductible", 1_000_000), ("authorisation", 1_200_000)]
    assert decision.plan_pays == 800_000


@pytest.mark.parametrize("fact", ["preauthorised", "emergency_notified"])
def test_asking_first_or_telling_in_time_costs_nothing(fact: str) -> None:
    assert decide("30000", care="inpatient", site=GUANGZHOU, **{fact: True}).plan_pays == 2_000_000


def test_special_outpatient_care_needs_none() -> None:
    assert decide("30000", care="special-outpatient", site=GUANGZHOU).plan_pays == 2_000_000


def test_the_penalty_takes_no_more_than_the_plan_would_pay() -> None:
    decision = decide("11000", care="inpatient", site=GUANGZHOU)

    assert steps_of(decision) == [("deductible", 1_000_000), ("authorisation", 100_000)]


def test_share_and_penalty_are_rounded_together_once() -> None:
    """50 % and 40 % of 1.01 yuan are 50.5 and 40.4 fen: 91 together, where two roundings would say 51 + 40 or 41."""
    decision = adjudicate(_admission("1.01"), _with_half_share(), Usage())
    exact = adjudicate(_admission("1.03"), _with_half_share(), Usage())  # 51.5 + 41.2 = 92.7

    assert (decision.member_pays, exact.member_pays) == (91, 93)


def _admission(amount: str) -> Visit:
    return visit(amount, care="inpatient", site=GUANGZHOU)


def _with_half_share() -> Plan:
    whole = plan("premier-2021")
    inpatient = whole.benefits[1]
    tier = dataclasses.replace(inpatient.share[0].tiers[0], coinsurance=5_000, copay=None)
    halved = dataclasses.replace(inpatient, share=(dataclasses.replace(inpatient.share[0], tiers=(tier,)),))
    return dataclasses.replace(whole, benefits=(whole.benefits[0], halved))
