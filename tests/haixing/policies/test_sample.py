"""The demo's world loads by the commands that real feeds use, once and again."""

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from haixing.accounts.models import Membership, User
from haixing.audit.models import Event
from haixing.network.facts import INVENTED_MARK
from haixing.network.models import Contract, HospitalGroup, Site
from haixing.policies.models import Child, Insurer, PlanVersion, Policy
from tests import cast

pytestmark = pytest.mark.django_db
SAMPLE = Path(__file__).parents[3] / "sample"
TABLES = (PlanVersion, HospitalGroup, Site, Contract, Insurer, Child, Policy, User, Membership, Event)


def contents() -> list[object]:
    return [list(table.objects.order_by("pk").values()) for table in TABLES]


def test_every_file_loads_whole_and_loading_again_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_sample", SAMPLE)
    first = capsys.readouterr()
    after_first = contents()

    call_command("load_sample", SAMPLE)
    again = capsys.readouterr()

    assert contents() == after_first
    assert first.out.splitlines()[:5] == [
        "计划: 新增 4，更新 0，未变 0，有误未收 0",
        "医院: 新增 57，更新 0，未变 0，有误未收 0",
        "保险公司: 新增 2，更新 0，未变 0，有误未收 0",
        "保单: 新增 14，更新 0，未变 0，有误未收 0",
        "前台: 新增 6，更新 0，未变 0，有误未收 0",
    ]
    assert re.findall("新增 [1-9]|更新 [1-9]|未收 [1-9]", again.out) == []


@override_settings(DEMO=False)
def test_a_server_that_is_no_demo_refuses_public_passwords() -> None:
    with pytest.raises(CommandError, match="只能装进演示环境"):
        call_command("load_sample", SAMPLE)

    assert User.objects.count() == 0


def test_each_of_the_four_cities_has_a_dozen_hospitals() -> None:
    call_command("load_network", SAMPLE / "network.yaml")

    counts = {city: Site.objects.filter(city=city).count() for city in ("北京", "广州", "深圳", "上海")}
    assert min(counts.values()) >= 12, counts


def test_an_invented_hospital_says_so_and_no_number_is_a_real_one() -> None:
    call_command("load_network", SAMPLE / "network.yaml")

    for site in Site.objects.all():
        assert site.is_invented == site.address.endswith(INVENTED_MARK), site.code
        assert re.fullmatch("400-000-[0-9]{4}", site.phone), site.code
        assert site.is_invented or site.latitude is None, site.code


def test_no_number_or_address_of_the_manual_is_in_the_sample() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in SAMPLE.iterdir())

    digits = re.sub(r"[-\s]", "", text)
    assert "4008002020" not in digits
    assert "80209058" not in digits
    assert (
        re.findall(r"@(?!example\.com)[a-z.]+\.(?:com|cn)", text.replace("starfish.", "").replace("lighthouse.", ""))
        == []
    )


def test_printed_names_read_as_in_the_manual() -> None:
    call_command("load_network", SAMPLE / "network.yaml")

    printed = [site.full_name for site in Site.objects.filter(is_invented=False)]
    assert sorted(printed) == sorted(
        [
            "唯儿诺儿科-上海古北门诊中心",
            "唯儿诺儿科-上海嘉宁门诊中心",
            "唯儿诺儿科-上海新天地门诊中心",
            "唯儿诺儿科-上海陆家嘴门诊部",
            "唯儿诺儿科-上海新江湾门诊",
            "唯儿诺儿科-上海金桥门诊中心",
            "浦滨儿童医院-上海浦滨儿童医院",
            "美华医疗集团-沃德医疗中心",
            "览海医疗-上海览海门诊部",
            "全康医疗-浦东诊所",
            "百汇医疗-上海汇星金浦门诊部",
            "上海美华医疗集团-美华妇儿医院",
        ]
    )


def test_every_contract_names_a_plan_that_exists() -> None:
    call_command("load_network", SAMPLE / "network.yaml")

    assert set(Contract.objects.values_list("plan", flat=True)) == set(cast.ALL_PLANS)
