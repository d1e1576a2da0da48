"""A kind of care for which the plan has no benefit: nothing to use up, no account, and still no fen lost."""

import re

import pytest
from django.db import connection

from benefits.terms import read_plan
from haixing.claims import queries
from haixing.claims.models import Bill, Visit
from haixing.lib.append_only import lifted
from haixing.members.models import Presentation
from haixing.policies.models import PlanVersion, Policy
from tests import cast
from tests.cast import NOW
from tests.haixing.claims import desk
from tests.together import kinds_of, together


@pytest.fixture
def shown(db: None) -> Presentation:
    """Xiaoman's card, on a version of her plan from which the outpatient benefit was taken away."""
    text = re.sub(r"(?ms)^  outpatient:$.*?(?=^  inpatient:$)", "", cast.plan_version().text)
    text = re.sub(r"(?m)^  by-category:\n.*\n", "", text)
    plan = read_plan(text, file="plan.yaml")
    version = PlanVersion.objects.create(
        code=plan.code,
        version=2,
        name=plan.name.zh,
        name_en="",
        text=text,
        cases="",
        sha256=plan.sha256,
        published_at=NOW,
    )
    Policy.objects.filter(pk=cast.lin_policy().pk).update(plan_version=version)
    return cast.presented(cast.lin_card(), site=cast.sunflower(), staff=cast.sunflower_desk())


@pytest.mark.django_db(transaction=True)
def test_desks_that_bill_one_visit_at_once_take_turns(shown: Presentation) -> None:
    answers = [
        together(*[lambda number=number: desk.submit("1.00", shown=shown) for number in range(3)])
        for _round in range(3)
    ]

    assert [kinds_of(answer) for answer in answers] == [["Bill", "Bill", "Bill"]] * 3
    visit = Visit.objects.get()
    assert (visit.account, visit.outcome, visit.billed_fen, visit.member_fen) == (None, "not-covered", 900, 900)


@pytest.mark.django_db
def test_its_visits_are_proven_as_well(shown: Presentation) -> None:
    desk.submit("1.00", shown=shown)
    desk.reverse(desk.submit("2.00", shown=shown))
    desk.submit("4.00", shown=shown)

    proof = queries.prove()

    assert (proof.differences, proof.visits, proof.decisions) == ([], 1, 4)


@pytest.mark.django_db
def test_one_altered_fen_of_them_is_found(shown: Presentation) -> None:
    desk.submit("1.00", shown=shown)
    with lifted(connection):
        Bill.objects.update(billed_fen=101, member_fen=101)

    assert queries.prove().differences != []
