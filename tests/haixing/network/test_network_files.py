"""A network file: sites are found by code, every bad entry is named with its line, the good ones load."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from haixing.accounts import queries as people
from haixing.accounts.models import User
from haixing.audit.models import Event
from haixing.lib.rows import Change, Loaded, RowUnreadable
from haixing.network import commands, facts, queries
from haixing.network.models import Site
from tests import cast

GOOD: dict[str, Any] = {
    "code": "sunflower-xuhui",
    "group": "向日葵儿科",
    "name": "徐汇诊所",
    "class": "private",
    "city": "上海",
    "district": "徐汇区",
    "address": "上海市徐汇区启明路18号（示例地址）",
    "phone": "400-000-0016",
    "departments": [{"label": "儿科全科", "code": "07"}],
    "hours_raw": "周一至周五 8:30-19:30 周末 9:00-17:00",
    "hours": {"outpatient": "Mo-Fr 08:30-19:30; Sa-Su 09:00-17:00"},
    "latitude": 31.19,
    "longitude": 121.44,
    "coordinates": "gcj-02",
    "is_invented": True,
    "contracts": [{"plans": ["growth-2021"], "starts": "2026-01-01", "care": ["outpatient"]}],
}
CONTRACT = GOOD["contracts"][0]


def load(folder: Path, *sites: dict[str, Any]) -> Loaded:
    path = folder / "network.yaml"
    content = {"groups": [{"name": "向日葵儿科", "name_en": "Sunflower"}], "sites": list(sites)}
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return commands.load_sites(path=path, now=cast.NOW)


def problems_of(**changes: Any) -> list[str]:
    values = {key: value for key, value in (GOOD | changes).items() if value is not None}
    try:
        facts.read_site(values, now=cast.NOW)
    except RowUnreadable as error:
        return list(error.problems)
    return []


BAD_ENTRIES: list[tuple[dict[str, Any], str]] = [
    ({"code": None}, "缺少“code”：请补上。"),
    ({"code": "向日葵"}, "code 只能用小写字母、数字和“-”，例如 sunflower-xuhui。"),
    ({"city": None}, "缺少“city”：请补上。"),
    ({"name": "长" * 81}, "“name”超过 80 个字：请写短一些。"),
    ({"class": "clinic"}, "“class”只能写：private、public。"),
    ({"class": "public"}, "公立医院缺少“level”：条款只认二级及以上，请写 1、2 或 3。"),
    ({"level": 4}, "“level”只能写 1、2 或 3（一级、二级、三级）。"),
    ({"level": True}, "“level”只能写 1、2 或 3（一级、二级、三级）。"),
    (
        {"latitude": 121.44, "longitude": 31.19},
        "坐标不在中国境内：请检查纬度（latitude）和经度（longitude）是否写反或写错。",
    ),
    ({"latitude": "北"}, "坐标不在中国境内：请检查纬度（latitude）和经度（longitude）是否写反或写错。"),
    ({"longitude": None}, "坐标不在中国境内：请检查纬度（latitude）和经度（longitude）是否写反或写错。"),
    ({"coordinates": "wgs84"}, "写了坐标就要写明坐标系：“coordinates”只能写 gcj-02、wgs-84 或 bd-09。"),
    (
        {"address": "上海市黄浦区湖滨路202号企业广场2号楼21…", "is_invented": False},
        "地址是截断的，不能给它定坐标：请去掉坐标，或补全地址。",
    ),
    ({"address": "上海市徐汇区启明路18号"}, "虚构的机构，地址要以“（示例地址）”结尾，免得有人真的去找。"),
    ({"is_invented": False}, "地址写着“（示例地址）”，却没有写 is_invented: true：请补上。"),
    ({"is_invented": "yes"}, "“is_invented”只能写 true 或 false。"),
    ({"departments": [{"label": "儿科"}]}, '科室请写成 {label: 儿科全科, code: "07"}，代码用国家诊疗科目。'),
    ({"departments": ["儿科"]}, '科室请写成 {label: 儿科全科, code: "07"}，代码用国家诊疗科目。'),
    ({"hours": {"dinner": "24/7"}}, "“hours”请按服务写，服务只能是：outpatient、emergency、night、vaccination。"),
    (
        {"hours": {"outpatient": "周一至周日 9:00-18:00"}},
        "“hours”里 outpatient 的写法读不懂：请写成 Mo-Fr 09:00-19:00; Sa-Su 09:00-18:00 这样。",
    ),
    ({"verified_on": "today"}, "“verified_on”不是日期：请写成 2026-11-22 这样。"),
    ({"contracts": "yes"}, "“contracts”应当是列表，每份合同写明 plans、starts 和 care。"),
    ({"contracts": [CONTRACT | {"plans": []}]}, "合同缺少“plans”：请写计划代码的列表，例如 [growth-2021]。"),
    ({"contracts": [CONTRACT | {"starts": "today-30d"}]}, "“starts”不是日期：请写成 2026-11-22 这样。"),
    ({"contracts": [CONTRACT | {"ends": "2025-12-31"}]}, "合同的 ends 早于 starts：请检查两个日期是否写反。"),
    (
        {"contracts": [CONTRACT | {"care": ["dental"]}]},
        "“care”应当是列表，里面只能写：outpatient、emergency、inpatient、day-surgery、special-outpatient。",
    ),
    ({"contracts": [CONTRACT | {"care": []}]}, "缺少“care”：请补上。"),
    ({"contracts": [CONTRACT | {"excludes": ["meals"]}]}, "“excludes”应当是列表，里面只能写：chief-physician-fee。"),
    ({"contracts": [CONTRACT, CONTRACT]}, "计划“growth-2021”有两份合同在 2026-01-01 重叠：请先给前一份写上 ends。"),
]


def test_the_good_entry_has_no_problem() -> None:
    assert problems_of() == []


@pytest.mark.parametrize(("changes", "sentence"), BAD_ENTRIES)
def test_a_bad_entry_is_answered_with_what_to_write(changes: dict[str, Any], sentence: str) -> None:
    assert problems_of(**changes) == [sentence]


def test_a_misspelt_key_is_not_dropped_in_silence() -> None:
    (sentence,) = problems_of(adress="x")

    assert sentence.startswith("不认识“adress”：可以写的有 address、city、")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("07", "07"),
        ("7", "07"),
        ("07.02", "07.02"),
        ("0702", "07.02"),
        ("702", "07.02"),
        ("A07.02", "07.02"),
        ("a0702", "07.02"),
        ("07.99", "07.99"),
        ("儿科", None),
        ("", None),
        ("07.2.1", None),
    ],
)
def test_a_department_code_in_the_wild_is_one_code(written: str, code: str | None) -> None:
    assert facts.normal_department(written) == code


@pytest.mark.django_db
def test_a_site_loads_once_and_the_same_file_changes_nothing(tmp_path: Path) -> None:
    first = load(tmp_path, GOOD)
    events = Event.objects.count()

    again = load(tmp_path, GOOD)

    assert (first.changes, again.changes) == ({Change.NEW: 1}, {Change.SAME: 1})
    assert Event.objects.count() == events == 1
    site = Site.objects.get()
    assert (site.full_name, site.departments) == ("向日葵儿科-徐汇诊所", [{"label": "儿科全科", "code": "07"}])


@pytest.mark.django_db
def test_a_changed_site_or_contract_is_one_change_and_says_which_fields(tmp_path: Path) -> None:
    load(tmp_path, GOOD)

    loaded = load(tmp_path, GOOD | {"phone": "400-000-0099", "contracts": [CONTRACT | {"ends": "2026-12-31"}]})

    assert loaded.changes == {Change.CHANGED: 1}
    assert Event.objects.latest("id").detail == {"fields": ["phone", "contract:growth-2021:2026-01-01"]}


@pytest.mark.django_db
def test_good_sites_load_beside_bad_ones_and_the_line_is_named(tmp_path: Path) -> None:
    loaded = load(
        tmp_path, GOOD | {"class": "clinic"}, GOOD | {"code": "other"}, GOOD | {"code": "third", "group": "无"}
    )

    assert loaded.changes == {Change.NEW: 1}
    assert [str(problem) for problem in loaded.problems] == [
        "network.yaml:5: “class”只能写：private、public。",
        "network.yaml:45: 没有名为“无”的集团：请先写在 groups 一节，或去掉 group。",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        ("groups: []\n\tsites: []\n", ["network.yaml:2: 不是能读懂的 UTF-8 YAML：请检查这一行的缩进和引号。"]),
        (
            "groups: []\n",
            ["network.yaml:1: 缺少“sites:”一节，或者它不是列表：每一条请以“- ”开头。"],
        ),
        ("groups: []\nsites:\n  - 向日葵\n", ["network.yaml:3: 这一条应当是“名称: 值”的形式。"]),
        ("groups: []\nsites:\n  - {code: a, code: b}\n", ["network.yaml:3: 这一条里有一个名称写了两次：只留一个。"]),
        (
            "groups: []\nsites:\n  - {code: !!python/name:os.system }\n",
            ["network.yaml:3: 这一条里有读不懂的值：请只用文字、数字、列表和“名称: 值”。"],
        ),
    ],
)
def test_a_file_that_is_no_network_file_is_refused_in_a_sentence(
    tmp_path: Path, content: str, sentences: list[str]
) -> None:
    path = tmp_path / "network.yaml"
    path.write_text(content, encoding="utf-8")

    loaded = commands.load_sites(path=path, now=cast.NOW)

    assert [str(problem) for problem in loaded.problems] == sentences
    assert Site.objects.count() == 0


@pytest.mark.django_db
def test_staff_are_hired_at_their_site_once(tmp_path: Path) -> None:
    site = cast.sunflower()
    path = tmp_path / "staff.yaml"
    path.write_text(
        "staff:\n"
        "  - {username: fang.yu, name: 方瑜, password: sunflower-desk-2, site: sunflower-xuhui}\n"
        "  - {username: nobody, name: 无名, password: sunflower-desk-3, site: nowhere}\n"
        "  - {username: weak, name: 弱, password: '123', site: sunflower-xuhui}\n",
        encoding="utf-8",
    )

    first = commands.load_staff(path=path, now=cast.NOW)
    again = commands.load_staff(path=path, now=cast.NOW)

    assert (first.changes, again.changes) == ({Change.NEW: 1}, {Change.SAME: 1})
    unknown, weak = map(str, first.problems)
    assert unknown == "staff.yaml:3: 没有代码为“nowhere”的医院：请先导入医院，或检查代码。"
    assert weak.startswith("staff.yaml:4: ")
    assert people.site_ids_of(User.objects.get(username="fang.yu")) == [site.pk]


@pytest.mark.django_db
def test_the_command_exits_1_when_an_entry_was_bad(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load(tmp_path, GOOD | {"class": "clinic"}, GOOD | {"code": "other"})

    with pytest.raises(CommandError, match="有 1 处有误"):
        call_command("load_network", tmp_path / "network.yaml")

    assert capsys.readouterr().out == "新增 0，更新 0，未变 1，有误未收 1\n"


@pytest.mark.django_db
def test_the_class_and_city_that_plan_rules_match_are_kept_as_written() -> None:
    site = cast.hemujia_guangzhou()

    found = queries.site_by_code("hemujia-guangzhou")

    assert found is not None
    assert found.group is not None
    assert (found.group.name, found.city, found.site_class, found.full_name) == (
        "和睦家",
        "广州",
        "private",
        "广州和睦家",
    )
    assert found == site


@pytest.mark.django_db
def test_printed_hours_are_read_where_nobody_wrote_them_by_hand(tmp_path: Path) -> None:
    entry = {key: value for key, value in GOOD.items() if key != "hours"}

    load(tmp_path, entry | {"hours_raw": "24小时急诊 门诊 周一至周五 8:00-17:00"})
    site = Site.objects.get()

    assert site.hours == {"emergency": "24/7", "outpatient": "Mo-Fr 08:00-17:00"}
    assert site.hours_status == "read"


@pytest.mark.django_db
def test_hours_that_cannot_be_read_stand_as_printed(tmp_path: Path) -> None:
    entry = {key: value for key, value in GOOD.items() if key != "hours"}

    load(tmp_path, entry | {"hours_raw": "以医院公告为准"})
    site = Site.objects.get()

    assert (site.hours, site.hours_status, site.hours_raw) == ({}, "unread", "以医院公告为准")


def test_coordinates_of_another_system_are_converted() -> None:
    kept = facts.read_site(GOOD | {"coordinates": "wgs-84"}, now=cast.NOW)

    assert kept.latitude is not None
    assert abs(kept.latitude - GOOD["latitude"]) > 0.001
