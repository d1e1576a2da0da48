"""The desk's one screen: what counts here today, from the same engine that will decide the bill."""

import datetime

import pytest

from haixing.claims import queries
from haixing.claims.queries import CareAnswer, DeskAnswer
from haixing.network.models import Site
from tests import cast
from tests.haixing.claims import desk

pytestmark = pytest.mark.django_db


def answer(site: Site, day: datetime.date = cast.TODAY) -> DeskAnswer:
    return queries.desk_answer(policy=cast.lin_policy(), site=site, day=day)


def for_care(site: Site, care: str) -> CareAnswer:
    return next(found for found in answer(site).cares if found.care == care)


def test_the_sixth_visit_is_announced_before_it_is_billed() -> None:
    for number in range(1, 6):
        desk.submit("100.00", day=cast.TODAY - datetime.timedelta(days=number))

    found = for_care(cast.sunflower(), "outpatient")

    assert (found.outcome, found.visit, found.limit_left_fen) == ("paid", 6, 99_500_00)
    assert found.clause == "其后就诊每次自付账单总金额50%"
    assert "自付 50%，本次自付 500 元" in found.sentence["zh"]


def test_a_deductible_does_not_look_like_a_no() -> None:
    named = cast.site("IP", contracts=cast.contracts(inpatient=True))

    found = for_care(named, "inpatient")

    assert (found.outcome, found.deductible_left_fen, found.asks_authorisation) == ("paid", 10_000_00, True)
    assert "11000 元的账单" in found.sentence["zh"]


def test_a_site_without_a_contract_is_told_no_with_the_clause() -> None:
    found = for_care(cast.maple(), "outpatient")

    assert found.outcome == "not-covered"
    assert found.clause == "适用网络内私立医院就诊为直赔直付,不接受事后理赔"


@pytest.mark.parametrize(("day", "word"), [("2026-05-09", "还没有生效"), ("2027-05-10", "到期")])
def test_a_policy_that_is_not_in_force_says_so_and_nothing_else(day: str, word: str) -> None:
    found = answer(cast.sunflower(), datetime.date.fromisoformat(day))

    assert (found.in_force, found.cares) == (False, ())
    assert found.sentence is not None
    assert word in found.sentence["zh"]


def test_the_first_and_the_last_day_are_in_force() -> None:
    policy = cast.lin_policy()

    assert [answer(cast.sunflower(), day).in_force for day in (policy.effective, policy.expires)] == [True, True]


def test_the_card_counts_down_from_the_ledger() -> None:
    desk.submit("800.00")

    outpatient, inpatient = queries.benefits_of(policy=cast.lin_policy(), day=cast.TODAY)

    assert (outpatient.limit_fen, outpatient.left_fen) == (100_000_00, 99_200_00)
    assert (outpatient.visits_counted, outpatient.next_visit, outpatient.first_tier) == (1, 2, 5)
    assert (inpatient.limit_fen, inpatient.deductible_fen, inpatient.deductible_used_fen) == (None, 10_000_00, 0)
    assert [wait.covered_from for wait in inpatient.waits] == [datetime.date(2026, 6, 9), datetime.date(2026, 9, 7)]
