import dataclasses

from benefits.adjudication import Usage, adjudicate
from tests.benefits.made import COVER, decide, plan, steps_of, visit


def test_silent_terms_go_to_a_person_and_use_nothing_up() -> None:
    decision = decide("100", code="growth-beijing")

    assert (decision.outcome, decision.eligible, decision.plan_pays, decision.joins) == ("review", 0, 0, False)


def test_care_that_no_benefit_covers_is_the_familys() -> None:
    whole = plan()
    without = dataclasses.replace(whole, benefits=whole.benefits[1:])

    decision = adjudicate(visit("100"), without, Usage())

    assert (decision.outcome, decision.benefit, steps_of(decision)) == ("not-covered", None, [("benefit", 10_000)])


def test_a_day_outside_the_policy_comes_before_silent_terms() -> None:
    assert decide("100", code="growth-beijing", day=COVER.expires.replace(year=2023)).outcome == "not-covered"
