import pytest

from benefits.adjudication import Line, Usage
from benefits.terms.vocabulary import NATURES
from tests.benefits.made import CLINIC, GUANGZHOU, decide, lines, steps_of

CARVED = CLINIC._replace(excludes=("chief-physician-fee",))


@pytest.mark.parametrize("nature", NATURES)
@pytest.mark.parametrize("care", ["outpatient", "emergency", "inpatient", "day-surgery", "special-outpatient"])
def test_the_ten_natures_are_the_familys_under_every_benefit(nature: str, care: str) -> None:
    decision = decide(care=care, site=GUANGZHOU, lines=lines("50", nature=nature), preauthorised=True)

    assert (decision.eligible, steps_of(decision)) == (0, [("excluded", 5_000)])


def test_excluded_lines_come_off_before_the_share() -> None:
    mixed = (Line("09", 50_000), Line("09", 6_700, "vaccine"))

    decision = decide(lines=mixed, usage=Usage(visit=6))

    assert (decision.eligible, decision.plan_pays) == (50_000, 25_000)
    assert steps_of(decision) == [("excluded", 6_700), ("share", 25_000)]


@pytest.mark.parametrize(("care", "pays"), [("outpatient", 0), ("emergency", 30_000)])
@pytest.mark.parametrize("nature", [None, "other-words-do-not-matter"])
def test_surgery_lines_are_outpatient_surgery_on_an_outpatient_bill_only(care: str, pays: int, nature: str) -> None:
    assert decide(care=care, lines=lines("300", category="06", nature=nature)).plan_pays == pays


def test_a_surgery_line_is_outpatient_surgery_whatever_its_nature() -> None:
    decision = decide(lines=lines("300", category="06", nature="tcm"))

    assert [move.ground.key for move in decision.trace if move.amount] == ["excluded:outpatient-surgery"]


@pytest.mark.parametrize("category", ["02", "13"])
def test_a_contract_can_leave_out_the_chief_physicians_fee(category: str) -> None:
    fee = lines("300", category=category, doctor="chief")

    assert decide(site=CARVED, lines=fee).plan_pays == 0
    assert decide(site=CLINIC, lines=fee).plan_pays == 30_000


@pytest.mark.parametrize(("category", "doctor"), [("02", "associate-chief"), ("02", None), ("05", "chief")])
def test_it_leaves_out_nothing_else(category: str, doctor: str | None) -> None:
    assert decide(site=CARVED, lines=lines("300", category=category, doctor=doctor)).plan_pays == 30_000
