"""Worked cases: a right answer says nothing, a wrong one says what was expected and what came, at its line."""

from pathlib import Path

import pytest

from benefits.errors import PlanUnreadable
from benefits.exchange.cases import run_cases
from benefits.terms import Plan, read_plan

LITTLE = Path(__file__).resolve().parents[1] / "terms" / "little.yaml"
HEAD = """\
plan: little
cover: {effective: 2021-06-19, expires: 2022-06-18}
hospitals:
  sunflower: {name: 向日葵儿科, class: private, network: true}
  outside: {class: private}
cases:
"""
CASE = """\
  - name: 第 6 次起门诊每次自付 10 元
    rule: T2
    given: {visits: 5}
    bills:
      - bill: {at: sunflower, care: outpatient, day: 100, lines: [30, {amount: 20, nature: vaccine}]}
        expect: {outcome: paid, plan: 20, family: 30, visit: 6, limit-left: 980, because: [excluded, share]}
      - reverse: 1
        expect: {gives-back: 20, visit: 6, counted: false, limit-left: 1000, deductible-left: none}
"""


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(LITTLE.read_text(encoding="utf-8"), file="plan.yaml")


def failures(plan: Plan, text: str) -> list[str]:
    return [str(failure) for failure in run_cases(plan, HEAD + text, file="c")]


def problems(plan: Plan, text: str) -> list[str]:
    with pytest.raises(PlanUnreadable) as caught:
        run_cases(plan, text, file="c")
    return [f"{problem.line}:{problem.column}: {problem.text}" for problem in caught.value.problems]


def test_a_case_that_holds_says_nothing(plan: Plan) -> None:
    assert failures(plan, CASE) == []


def test_a_case_that_does_not_hold_says_what_was_expected_and_what_came(plan: Plan) -> None:
    wrong = CASE.replace("plan: 20, family: 30", "plan: 25, family: 25").replace("limit-left: 980", "limit-left: 975")

    assert failures(plan, wrong) == [
        (
            "c:11: 第 6 次起门诊每次自付 10 元: bill 1: expected plan 25.00, family 25.00, limit-left 975.00, "
            "got plan 20.00, family 30.00, limit-left 980.00"
        )
    ]


def test_reasons_and_reversals_are_compared_too(plan: Plan) -> None:
    wrong = CASE.replace("[excluded, share]", "[share]").replace("gives-back: 20", "gives-back: 19")

    assert failures(plan, wrong) == [
        "c:11: 第 6 次起门诊每次自付 10 元: bill 1: expected because [share], got because [excluded, share]",
        "c:13: 第 6 次起门诊每次自付 10 元: bill 2: expected gives-back 19.00, got gives-back 20.00",
    ]


@pytest.mark.parametrize(
    ("was", "becomes", "problem"),
    [
        ("family: 30", "family: 31", "12:17: plan and family make 51.00, and the bill is 50.00: they must add up"),
        (", family: 30", "", "12:17: say both parts of the bill: plan: and family:, in yuan"),
        ("outcome: paid", "outcome: payed", "12:27: unknown outcome 'payed': did you mean paid?"),
        (
            "outcome: paid",
            "outcome: review",
            "12:17: a review moves no money until a person has decided: leave plan and family out",
        ),
        (
            "outcome: paid",
            "outcome: reversed",
            "12:27: only a reversal is reversed: write paid, not-covered or review",
        ),
        ("at: sunflower", "at: sunflour", "11:20: unknown hospital 'sunflour': did you mean sunflower?"),
        (
            "day: 100",
            "day: soon",
            "11:54: 'soon' is not a day: write a date such as 2021-07-01, or 120 for day 120 of the policy",
        ),
        (
            "day: 100",
            "day: 2021-02-30",
            "11:54: '2021-02-30' is not a day: write a date such as 2021-07-01, or 120 for day 120 of the policy",
        ),
        (
            "reverse: 1",
            "reverse: 2",
            "13:18: '2' is not a whole number from 1 to 1",
        ),
        ("visits: 5", "visits: five", "9:21: 'five' is not a whole number from 0 to 999"),
        (
            "because: [excluded, share]",
            "because: [vaccine]",
            "12:92: unknown step 'vaccine': write one of in-force, benefit,",
        ),
        ("rule: T2", "rulle: T2", "7:5: the key 'rule' is missing: write rule: … here"),
        (
            "lines: [30,",
            "amount: 50, lines: [30,",
            "11:15: say what is billed in one way: either amount: (yuan, one plain line) or lines: (a list)",
        ),
    ],
)
def test_a_mistake_in_a_case_is_reported_at_its_place(plan: Plan, was: str, becomes: str, problem: str) -> None:
    assert was in CASE

    assert problems(plan, HEAD + CASE.replace(was, becomes, 1))[0].startswith(problem)


def test_two_cases_have_two_names(plan: Plan) -> None:
    assert problems(plan, HEAD + CASE + CASE) == [
        "15:11: another case has this name: a name says one rule, so make it tell them apart"
    ]


def test_a_policy_ends_after_it_begins(plan: Plan) -> None:
    head = HEAD.replace("expires: 2022-06-18", "expires: 2020-06-18, first-effective: 2021-07-01")

    assert problems(plan, head + CASE) == [
        "2:41: 2020-06-18 is before the effective date 2021-06-19: check both dates",
        "2:70: 2021-07-01 is after the effective date 2021-06-19: continuous cover began before it",
    ]
