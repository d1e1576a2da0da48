import pytest

from benefits.adjudication import Site, Usage
from tests.benefits.made import BEIJING, CLINIC, GUANGZHOU, SHANGHAI, decide, steps_of

GROWTH, PREMIER = "growth-2021-national", "premier-2021"
# plan, hospital, care, visit, bill in yuan → the family's fen
TABLE = [
    (GROWTH, CLINIC, "outpatient", 1, "800", 0),
    (GROWTH, CLINIC, "outpatient", 5, "800", 0),
    (GROWTH, CLINIC, "outpatient", 6, "800", 40_000),
    (GROWTH, CLINIC, "emergency", 99, "800", 40_000),
    (GROWTH, GUANGZHOU, "outpatient", 5, "1500", 30_000),
    (GROWTH, GUANGZHOU, "emergency", 5, "1500", 80_000),
    (GROWTH, GUANGZHOU, "outpatient", 6, "1500", 75_000),
    (GROWTH, GUANGZHOU, "emergency", 6, "1500", 75_000),
    (GROWTH, SHANGHAI, "outpatient", 5, "900", 0),
    (GROWTH, SHANGHAI, "emergency", 5, "900", 40_000),
    (GROWTH, SHANGHAI, "emergency", 6, "900", 45_000),
    (PREMIER, CLINIC, "outpatient", 10, "900", 0),
    (PREMIER, CLINIC, "outpatient", 11, "900", 20_000),
    (PREMIER, GUANGZHOU, "outpatient", 11, "900", 30_000),
    (PREMIER, GUANGZHOU, "emergency", 11, "900", 80_000),
    (PREMIER, SHANGHAI, "outpatient", 10, "900", 0),
    (PREMIER, SHANGHAI, "outpatient", 11, "900", 20_000),
    (PREMIER, SHANGHAI, "emergency", 10, "900", 40_000),
    (PREMIER, SHANGHAI, "emergency", 11, "900", 40_000),
]


@pytest.mark.parametrize(("code", "site", "care", "ordinal", "amount", "share"), TABLE)
def test_the_familys_part_depends_on_place_and_ordinal(
    code: str, site: Site, care: str, ordinal: int, amount: str, share: int
) -> None:
    assert decide(amount, code=code, site=site, care=care, usage=Usage(visit=ordinal)).member_pays == share


def test_a_copay_is_never_more_than_the_bill_and_then_uses_no_slot() -> None:
    decision = decide("250", site=GUANGZHOU)

    assert (decision.outcome, decision.member_pays, decision.counted) == ("not-covered", 25_000, False)


@pytest.mark.parametrize(("amount", "share"), [("0.01", 1), ("0.03", 2), ("0.02", 1), ("100.01", 5_001)])
def test_half_a_fen_is_the_familys(amount: str, share: int) -> None:
    assert decide(amount, usage=Usage(visit=6)).member_pays == share


@pytest.mark.parametrize("code", [GROWTH, PREMIER])
def test_cities_that_are_not_printed_go_to_a_person(code: str) -> None:
    decision = decide(code=code, site=BEIJING)

    assert (decision.outcome, steps_of(decision)) == ("review", [])


def test_a_paid_visit_with_nothing_left_still_has_its_clause() -> None:
    (move,) = decide("800").trace

    assert (move.ground.clause, move.text(3).en) == ("前5次就诊100%赔付", "Visit 3: the plan pays all that is covered.")
