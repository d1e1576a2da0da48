"""Where to go: what a search finds, in which order, and at what cost."""

import datetime
from typing import Any

import pytest

from haixing.lib.geo import Place
from haixing.lib.opening import State
from haixing.network import queries
from haixing.network.models import Site
from haixing.network.queries import FoundSite, Wanted
from tests import cast

pytestmark = pytest.mark.django_db
PLAN = "growth-2021-national"
HOME = Place(31.20, 121.44)


def find(**wanted: Any) -> list[FoundSite]:
    return queries.find_sites(Wanted(plan=PLAN, day=cast.TODAY, **wanted))


def names(found: list[FoundSite]) -> list[str]:
    return [site.code for site in queries.sites_by_id(site.pk for site in found)]


def clinic(code: str, **changes: Any) -> Site:
    return cast.site(code, **{"contracts": cast.contracts()} | changes)


@pytest.mark.parametrize(
    "typed",
    ["长宁", "changning", "chang ning", "CNQ", "cnq", "枫叶", "fengye", "fyek", "枫叶 长宁", "fengyeerke", "Maple"],
)
def test_a_clinic_is_found_by_characters_pinyin_and_initials(typed: str) -> None:
    clinic("maple", name="枫叶儿科诊所", name_en="Maple Pediatrics", district="长宁区")
    clinic("other", name="别的诊所")

    assert names(find(words=typed)) == ["maple"]


@pytest.mark.parametrize("typed", ["%", "_", "枫叶 徐汇", "xyz", "'"])
def test_what_is_not_there_is_not_found(typed: str) -> None:
    clinic("maple", name="枫叶儿科诊所", district="长宁区", address="上海市长宁区枫叶路1号（示例地址）")

    assert find(words=typed) == []


def test_only_sites_with_a_contract_that_holds_today_bill_directly() -> None:
    clinic("holds")
    clinic("ended", contracts=cast.contracts(ends=cast.TODAY - datetime.timedelta(days=1)))
    clinic("suspended", contracts=cast.contracts(suspended_because="装修"))
    clinic("other-plan", contracts=(cast.contract("premier-2021"),))
    clinic("no-contract", contracts=())

    assert names(find()) == ["holds"]
    assert len(find(direct_only=False)) == 5


def test_a_site_is_found_for_the_care_of_its_contract() -> None:
    clinic("visits")
    clinic("stays", contracts=cast.contracts(care=("inpatient",), inpatient=True))

    assert names(find(care="emergency")) == ["visits"]
    assert names(find(care="inpatient")) == ["stays"]


def test_the_nearest_comes_first_and_an_unknown_place_last() -> None:
    clinic("unknown", district="A区")
    clinic("far", latitude=31.30, longitude=121.50)
    clinic("near", latitude=31.201, longitude=121.441)

    found = find(near=HOME)

    assert names(found) == ["near", "far", "unknown"]
    assert [site.km and round(site.km, 1) for site in found] == [0.1, 12.5, None]


def test_without_a_position_sites_come_by_district() -> None:
    clinic("one", district="浦东新区")
    clinic("two", district="徐汇区", latitude=31.2, longitude=121.4)

    assert [site.km for site in find()] == [None, None]
    assert sorted(names(find())) == ["one", "two"]


def test_a_position_without_a_city_shows_what_is_near() -> None:
    clinic("shanghai", latitude=31.20, longitude=121.44)
    clinic("beijing", city="北京", latitude=39.90, longitude=116.40)

    assert names(find(near=HOME)) == ["shanghai"]
    assert names(find(near=HOME, city="北京")) == ["beijing"]


def test_a_city_is_chosen_from_those_with_sites_the_largest_first() -> None:
    clinic("one", city="北京")
    clinic("two")
    clinic("three")
    clinic("none", city="广州", contracts=())

    assert queries.cities_in_network(plan=PLAN, day=cast.TODAY) == ["上海", "北京"]


def test_open_now_looks_at_the_hours_of_the_care_that_is_wanted() -> None:
    night = datetime.datetime(2026, 11, 22, 21, 0, tzinfo=cast.NOW.tzinfo)
    hours = {"outpatient": "Mo-Su 09:00-18:00", "emergency": "24/7"}

    states = [queries.state_of(hours, care=care, now=night) for care in ("outpatient", "emergency", "inpatient")]

    assert states == [State.CLOSED, State.OPEN, None]


def test_a_night_clinic_counts_for_outpatient_care() -> None:
    night = datetime.datetime(2026, 11, 22, 21, 0, tzinfo=cast.NOW.tzinfo)
    hours = {"outpatient": "Mo-Su 09:00-18:00", "night": "Mo-Su 18:00+"}

    assert queries.state_of(hours, care="outpatient", now=night) == State.ASK


def test_many_contracts_are_found_as_one_by_one(django_assert_num_queries: Any) -> None:
    kept = [clinic("one"), clinic("two", contracts=()), clinic("three", contracts=cast.contracts(note="x"))]

    with django_assert_num_queries(1):
        found = queries.contracts_on(plan=PLAN, day=cast.TODAY, site_ids=[site.pk for site in kept])

    one_by_one = {site.pk: queries.contract_on(site_id=site.pk, plan=PLAN, day=cast.TODAY) for site in kept}
    assert found == {pk: contract for pk, contract in one_by_one.items() if contract}


@pytest.mark.parametrize("count", [1, 3])
def test_a_search_is_one_statement_however_many_sites_there_are(count: int, django_assert_num_queries: Any) -> None:
    for number in range(count):
        clinic(f"site-{number}", latitude=31.2, longitude=121.4)

    with django_assert_num_queries(1):
        found = find(words="sh", near=HOME)

    assert len(found) == count
