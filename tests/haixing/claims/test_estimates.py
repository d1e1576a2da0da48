"""What a visit would cost at home in the list of sites, and what a desk says: one engine, one answer."""

import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benefits.terms.vocabulary import CARES
from haixing.claims import queries
from haixing.claims.queries import Estimate
from haixing.ledger.models import Account
from haixing.network.models import Site
from haixing.policies.models import Policy
from tests import cast
from tests.haixing.claims import desk

pytestmark = pytest.mark.django_db


def estimate(site: Site, care: str = "outpatient", *, policy: Policy | None = None) -> Estimate:
    asked = policy or cast.lin_policy()
    return queries.estimates_at(policy=asked, sites=[site], care=care, day=cast.TODAY)[site.pk]


def hemujia_shanghai() -> Site:
    return cast.site("hemujia-shanghai", group="和睦家", name="上海和睦家", contracts=cast.contracts())


def test_a_visit_in_the_first_tier_says_what_it_costs_and_what_comes_after_it() -> None:
    found = estimate(cast.sunflower())

    assert (found.answer.visit, found.member_fen, found.is_direct) == (1, 0, True)
    assert found.after is not None
    assert (found.after.visit, found.after.member_fen) == (6, 500_00)
    assert found.after.clause == "其后就诊每次自付账单总金额50%"


def test_a_copay_by_place_and_care_is_that_of_the_plan() -> None:
    prices = [estimate(site, "emergency").member_fen for site in (hemujia_shanghai(), cast.hemujia_guangzhou())]

    assert prices == [400_00, 800_00]


def test_in_the_last_tier_nothing_comes_after() -> None:
    for number in range(1, 6):
        desk.submit("100.00", day=cast.TODAY - datetime.timedelta(days=number))

    found = estimate(cast.sunflower())

    assert (found.answer.visit, found.member_fen, found.after) == (6, 500_00, None)


def test_where_the_terms_are_silent_no_price_is_guessed() -> None:
    elsewhere = cast.site("hemujia-beijing", group="和睦家", name="北京和睦家", city="北京", contracts=cast.contracts())

    found = estimate(elsewhere)

    assert (found.answer.outcome, found.member_fen, found.after, found.changes) == ("review", None, None, ())


def test_without_a_contract_the_family_pays_all_of_it() -> None:
    found = estimate(cast.maple())

    assert (found.answer.outcome, found.member_fen, found.is_direct) == ("not-covered", found.billed_fen, False)


def test_care_that_the_contract_does_not_name_is_not_billed_directly() -> None:
    visits_only = cast.site("visits", contracts=cast.contracts())

    assert [estimate(visits_only, care).is_direct for care in ("outpatient", "inpatient")] == [True, False]


def test_what_would_change_the_price_is_said_with_its_clause() -> None:
    carved = cast.site("PB", contracts=cast.contracts(excludes=("chief-physician-fee",)))

    changes = estimate(carved).changes

    assert [change.text["zh"] for change in changes] == [
        "主任及主任级别以上费用不在保障内，由家庭自付。",
        "账单里计划不承担的项目（如既往症、疫苗、中医）由家庭自付。",
        "超过剩余额度 100000 元的部分由家庭自付。",
    ]
    assert changes[0].clause == "保险不包括主任及主任级别以上费用"
    assert all(change.clause for change in changes)


def test_a_stay_says_that_it_needs_authorisation() -> None:
    named = cast.site("IP", contracts=cast.contracts(care=("inpatient",), inpatient=True))

    found = estimate(named, "inpatient")

    assert found.answer.asks_authorisation
    assert any("需要预授权" in change.text["zh"] for change in found.changes)


@pytest.mark.parametrize("day", ["2026-05-09", "2027-05-10"])
def test_outside_the_policy_there_is_no_estimate(day: str) -> None:
    on = datetime.date.fromisoformat(day)

    assert queries.estimates_at(policy=cast.lin_policy(), sites=[cast.sunflower()], care="outpatient", day=on) == {}


def test_a_childs_estimate_counts_its_own_visits_only() -> None:
    desk.submit("100.00")

    assert estimate(cast.sunflower(), policy=cast.chen_policy()).answer.visit == 1


@pytest.fixture
def kept(db: None) -> tuple[dict[str, Policy], list[Site]]:
    """Two families and four kinds of site, kept once for all that Hypothesis tries."""
    sites = [cast.sunflower(), cast.hemujia_guangzhou(), hemujia_shanghai(), cast.maple()]
    return {"lin": cast.lin_policy(), "chen": cast.chen_policy()}, sites


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    slots=st.sets(st.integers(min_value=1, max_value=9), max_size=7),
    used=st.integers(min_value=0, max_value=100_000_00),
    deductible=st.integers(min_value=0, max_value=10_000_00),
    care=st.sampled_from(list(CARES)),
    whose=st.sampled_from(["lin", "chen"]),
)
def test_at_home_and_at_the_desk_the_answer_is_the_same(
    slots: set[int], used: int, deductible: int, care: str, whose: str, kept: tuple[dict[str, Policy], list[Site]]
) -> None:
    policy, sites = kept[0][whose], kept[1]
    for benefit, values in (
        ("outpatient", {"counted": [[slot, slot] for slot in sorted(slots)]}),
        ("inpatient", {"deductible_used_fen": deductible}),
    ):
        Account.objects.update_or_create(policy=policy, benefit=benefit, defaults=values | {"limit_used_fen": used})

    at_home = queries.estimates_at(policy=policy, sites=sites, care=care, day=cast.TODAY)

    for site in sites:
        at_the_desk = queries.desk_answer(policy=policy, site=site, day=cast.TODAY)
        assert at_home[site.pk].answer == next(answer for answer in at_the_desk.cares if answer.care == care)


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_sites_costs_two_statements(count: int, django_assert_num_queries: Any) -> None:
    policy = cast.lin_policy()
    sites = [cast.site(f"site-{number}", contracts=cast.contracts()) for number in range(count)]
    estimate(sites[0])  # the plan is compiled once in a process

    with django_assert_num_queries(2):  # contracts, balances
        found = queries.estimates_at(policy=policy, sites=sites, care="outpatient", day=cast.TODAY)

    assert len(found) == count


def test_a_department_that_the_plan_does_not_pay_for_is_marked_with_the_clause() -> None:
    departments = [
        {"label": "儿科全科", "code": "07"},
        {"label": "儿童保健", "code": "09"},
        {"label": "营养科", "code": "09.02"},
        {"label": "口腔科", "code": "12"},
    ]

    marked = queries.departments_of(policy=cast.lin_policy(), departments=departments)

    assert [department.label for department in marked if department.excluded_as] == ["儿童保健", "口腔科"]
    assert marked[1].excluded_as == {"zh": "儿童保健", "en": "Well-child care"}
    assert "儿童保健" in marked[1].clause


def test_a_plan_whose_terms_are_silent_marks_no_department() -> None:
    policy = cast.policy(member_number="HX260000000777", plan="growth-beijing")

    marked = queries.departments_of(policy=policy, departments=[{"label": "儿童保健", "code": "09"}])

    assert [department.excluded_as for department in marked] == [None]
