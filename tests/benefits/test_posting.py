"""Several bills of one visit, late bills and reversals, through a book that remembers."""

import json
from typing import Any

import pytest

from benefits.adjudication import Answer
from benefits.exchange.bills import BillUnreadable, read_request
from benefits.exchange.book import Book
from tests.benefits.made import plan

CLINIC = {"code": "WR", "class": "private", "network": True}
GUANGZHOU = {"code": "UG", "group": "和睦家", "city": "广州", "class": "private", "network": True, "inpatient": True}


class Desk:
    """Sends bills to a book; what a test does not say is the same for all of them."""

    def __init__(self) -> None:
        codes = ("growth-2021-national", "premier-2021", "growth-beijing")
        self.book = Book(plans={code: plan(code) for code in codes}, sites={})

    def bill(self, number: str, day: str, amount: str = "100.00", **facts: Any) -> Answer:
        raw = {
            "bill": number,
            "plan": "growth-2021-national",
            "member": "m",
            "policy": {"effective": "2021-06-19", "expires": "2022-06-18"},
            "hospital": CLINIC,
            "date": f"2021-{day}",
            "care": "outpatient",
            "channel": "direct",
            "lines": [{"category": "12", "amount": amount, "nature": facts.pop("nature", None)}],
        }
        return self._send(raw | facts)

    def reverse(self, number: str) -> Answer:
        return self._send({"reverse": number})

    def visits(self, first: int, last: int) -> None:
        for number in range(first, last + 1):
            self.bill(f"v{number}", f"08-{number:02d}")

    def _send(self, raw: dict[str, Any]) -> Answer:
        return self.book.decide(read_request(raw, sites={}), json.dumps(raw).encode())


@pytest.fixture
def desk() -> Desk:
    return Desk()


def _paid(answer: Answer) -> tuple[int | None, bool, int, int]:
    return answer.visit, answer.counted, answer.plan_pays, answer.member_pays


# -- further bills --


def test_a_further_bill_of_a_visit_posts_the_difference(desk: Desk) -> None:
    first = desk.bill("a", "07-01", "200.00", hospital=GUANGZHOU)
    second = desk.bill("b", "07-01", "500.00", hospital=GUANGZHOU)

    assert _paid(first) == (1, False, 0, 20_000)
    assert _paid(second) == (1, True, 40_000, 10_000)
    assert (second.billed, second.eligible, second.limit_left) == (50_000, 50_000, 9_960_000)


def test_two_half_bills_pay_what_one_whole_bill_pays(desk: Desk) -> None:
    desk.visits(1, 5)
    halves = desk.bill("a", "09-01", "0.01").plan_pays + desk.bill("b", "09-01", "0.02").plan_pays
    whole = desk.bill("c", "09-02", "0.03", member="other")
    sixth = Desk()
    sixth.visits(1, 5)

    assert halves == sixth.bill("c", "09-01", "0.03").plan_pays == 1
    assert whole.plan_pays == 3


@pytest.mark.parametrize(
    "facts",
    [{"care": "emergency"}, {"date": "2021-07-02"}, {"hospital": CLINIC | {"code": "other"}}, {"plan": "premier-2021"}],
)
def test_another_care_day_hospital_or_policy_is_another_visit(desk: Desk, facts: dict[str, Any]) -> None:
    desk.bill("a", "07-01")
    answer = desk.bill("b", "07-01", **facts)

    assert answer.standing.bills == (answer.standing.bills[0],)


def test_each_admission_is_its_own_and_shares_the_deductible(desk: Desk) -> None:
    stay = {"care": "inpatient", "hospital": GUANGZHOU, "preauthorised": True}
    first = desk.bill("a", "09-01", "8000.00", **stay)
    second = desk.bill("b", "09-01", "8000.00", **stay)

    assert (_paid(first), _paid(second)) == ((None, False, 0, 800_000), (None, False, 600_000, 200_000))


def test_a_further_bill_that_fails_a_gate_is_answered_alone(desk: Desk) -> None:
    desk.bill("a", "07-01", "200.00")
    alone = desk.bill("b", "07-01", "50.00", channel="claim")
    after = desk.bill("c", "07-01", "10.00")

    assert _paid(alone) == (1, True, 0, 5_000)
    assert _paid(after) == (1, True, 1_000, 0)


def test_a_further_bill_can_take_back_what_the_family_had_to_bear(desk: Desk) -> None:
    desk.bill("big", "07-01", "99900.00")
    desk.bill("a", "07-02", "300.00")
    desk.reverse("big")
    answer = desk.bill("b", "07-02", "10.00")

    assert (answer.plan_pays, answer.member_pays, [move.amount for move in answer.moves]) == (
        21_000,
        -20_000,
        [-20_000],
    )


# -- ordinals --


def test_a_late_bill_takes_the_lowest_free_ordinal_and_renumbers_nobody(desk: Desk) -> None:
    desk.visits(1, 3)
    desk.reverse("v2")
    late = desk.bill("late", "07-01")
    third = desk.bill("v3b", "08-03")

    assert (late.visit, third.visit) == (2, 3)


def test_a_visit_that_the_plan_pays_nothing_for_holds_no_slot(desk: Desk) -> None:
    desk.bill("a", "07-01", "200.00", hospital=GUANGZHOU)
    desk.bill("b", "07-02", nature="vaccine")

    assert desk.bill("c", "07-03").visit == 1


def test_outpatient_and_emergency_visits_share_one_counter(desk: Desk) -> None:
    assert [desk.bill(care, "07-01", care=care).visit for care in ("outpatient", "emergency")] == [1, 2]


@pytest.mark.parametrize("facts", [{"plan": "growth-beijing"}, {"hospital": CLINIC | {"network": False}}])
def test_the_ordinal_it_would_take_is_always_said_for_counted_care(desk: Desk, facts: dict[str, Any]) -> None:
    assert (desk.bill("a", "07-01", **facts).visit, desk.reverse("a").visit) == (1, 1)


# -- reversals --


def test_a_reversal_gives_everything_back(desk: Desk) -> None:
    desk.bill("a", "07-01", "200.00")
    answer = desk.reverse("a")

    assert _paid(answer) == (1, False, -20_000, 0)
    assert (answer.outcome, answer.billed, answer.limit_left) == ("reversed", -20_000, 10_000_000)
    assert desk.bill("b", "07-02").visit == 1


def test_reversing_one_of_two_bills_leaves_the_visit_and_its_ordinal(desk: Desk) -> None:
    desk.bill("a", "07-01", "400.00", hospital=GUANGZHOU)
    desk.bill("b", "07-01", "500.00", hospital=GUANGZHOU)
    answer = desk.reverse("a")

    assert _paid(answer) == (1, True, -40_000, 0)
    assert answer.standing.plan_pays == 20_000


def test_a_visit_left_with_too_little_gives_its_slot_back(desk: Desk) -> None:
    desk.bill("a", "07-01", "250.00", hospital=GUANGZHOU)
    desk.bill("b", "07-01", "500.00", hospital=GUANGZHOU)
    answer = desk.reverse("b")

    assert _paid(answer) == (1, False, -45_000, -5_000)
    assert desk.bill("c", "07-02").visit == 1


def test_a_reversal_never_pays_more_although_room_came_free(desk: Desk) -> None:
    desk.bill("big", "07-01", "99900.00")
    desk.bill("a", "07-02", "200.00")
    desk.bill("b", "07-02", "200.00")
    desk.reverse("big")
    answer = desk.reverse("a")

    assert (answer.plan_pays, answer.standing.plan_pays, answer.limit_left) == (0, 10_000, 9_990_000)


def test_reversing_a_bill_that_waits_for_a_person_moves_nothing(desk: Desk) -> None:
    desk.bill("a", "07-01", plan="growth-beijing")

    assert desk.reverse("a")[4:7] == (0, 0, 0)


def test_bills_are_reversed_once_and_only_if_they_are_known(desk: Desk) -> None:
    desk.bill("a", "07-01")
    desk.reverse("a")

    for number in ("a", "nobody's"):
        with pytest.raises(BillUnreadable):
            desk.reverse(number)
    with pytest.raises(BillUnreadable):
        desk.bill("a", "07-02")
