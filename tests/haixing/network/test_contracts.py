"""On which days a plan's child is billed directly at a site: both written dates count, suspended contracts do not."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from haixing.network import commands, queries
from haixing.network.models import Contract, Site
from tests import cast

pytestmark = pytest.mark.django_db
PLAN = "growth-2021-national"


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def sunflower_with(*contracts: object) -> Site:
    return cast.site("sunflower-xuhui", contracts=contracts)  # type: ignore[arg-type]  # records, made below


def from_to(starts: str, ends: str | None, **changes: object) -> object:
    return cast.contract(PLAN, starts=day(starts), ends=day(ends) if ends else None, **changes)


# starts | ends | day of service | holds
BOUNDARIES = [
    ("2026-01-01", "2026-12-31", "2025-12-31", False),
    ("2026-01-01", "2026-12-31", "2026-01-01", True),
    ("2026-01-01", "2026-12-31", "2026-06-15", True),
    ("2026-01-01", "2026-12-31", "2026-12-31", True),
    ("2026-01-01", "2026-12-31", "2027-01-01", False),
    ("2026-01-01", None, "2025-12-31", False),
    ("2026-01-01", None, "2026-01-01", True),
    ("2026-01-01", None, "2099-12-31", True),
    ("2028-02-29", "2028-02-29", "2028-02-28", False),
    ("2028-02-29", "2028-02-29", "2028-02-29", True),
    ("2028-02-29", "2028-02-29", "2028-03-01", False),
]


@pytest.mark.parametrize(("starts", "ends", "service", "holds"), BOUNDARIES)
def test_a_contract_holds_from_its_first_day_to_its_last(
    starts: str, ends: str | None, service: str, *, holds: bool
) -> None:
    site = sunflower_with(from_to(starts, ends))

    found = queries.contract_on(site_id=site.pk, plan=PLAN, day=day(service))

    assert (found is not None) is holds
    assert list(queries.sites_in_network(plan=PLAN, day=day(service))) == ([site] if holds else [])


def test_a_suspended_contract_holds_on_no_day() -> None:
    site = sunflower_with(from_to("2026-01-01", None, suspended_because="正在核对一批账单"))

    assert queries.contract_on(site_id=site.pk, plan=PLAN, day=cast.TODAY) is None
    assert list(queries.sites_in_network(plan=PLAN, day=cast.TODAY)) == []


def test_a_contract_is_for_its_own_plan_and_site() -> None:
    site = sunflower_with(from_to("2026-01-01", None))
    other = cast.dandelion()

    assert queries.contract_on(site_id=site.pk, plan="premier-2021", day=cast.TODAY) is None
    assert queries.contract_on(site_id=cast.maple().pk, plan=PLAN, day=cast.TODAY) is None
    found = queries.contract_on(site_id=other.pk, plan=PLAN, day=cast.TODAY)
    assert found is not None
    assert found.site_id == other.pk


def test_a_later_contract_takes_over_the_day_after() -> None:
    site = sunflower_with(from_to("2026-01-01", "2026-06-30", note="旧"), from_to("2026-07-01", None, note="新"))

    notes = [
        found.note
        for service in ("2026-06-30", "2026-07-01")
        if (found := queries.contract_on(site_id=site.pk, plan=PLAN, day=day(service)))
    ]
    assert notes == ["旧", "新"]


def test_a_contract_that_would_overlap_an_older_one_is_refused_and_nothing_is_written() -> None:
    site = sunflower_with(from_to("2026-01-01", None))

    with pytest.raises(commands.ContractsOverlap) as refusal:
        cast.site("sunflower-xuhui", name="新名字", contracts=(from_to("2026-07-01", None),))  # type: ignore[arg-type]

    assert str(refusal.value) == f"计划“{PLAN}”有两份合同在 2026-07-01 重叠：请先给前一份写上 ends。"
    site.refresh_from_db()
    assert site.name == "sunflower-xuhui"
    assert Contract.objects.count() == 1


def test_a_contract_left_out_of_a_file_is_not_ended_by_silence() -> None:
    site = sunflower_with(from_to("2026-01-01", None))

    sunflower_with()

    assert queries.contract_on(site_id=site.pk, plan=PLAN, day=cast.TODAY) is not None


def test_the_database_refuses_a_contract_that_ends_before_it_starts() -> None:
    sunflower_with(from_to("2026-01-01", "2026-12-31"))

    with pytest.raises(IntegrityError, match="contract_ends_after_it_starts"), transaction.atomic():
        Contract.objects.update(ends=day("2025-12-31"))


@pytest.mark.parametrize("sites", [1, 3])
def test_the_network_of_a_plan_costs_one_query(sites: int, django_assert_num_queries: pytest.FixtureRequest) -> None:
    for number in range(sites):
        cast.site(f"sunflower-{number}", group="向日葵儿科", contracts=(cast.contract(PLAN),))

    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        names = [site.full_name for site in queries.sites_in_network(plan=PLAN, day=cast.TODAY)]
    assert names == [f"向日葵儿科-sunflower-{number}" for number in range(sites)]


def test_a_site_is_found_by_code_and_by_reference() -> None:
    site = cast.sunflower()

    assert queries.site_by_code("sunflower-xuhui") == site
    assert queries.site_by_ref(site.ref) == site
    assert queries.site_by_code("nowhere") is None
    assert queries.site_by_ref("nowhere") is None
