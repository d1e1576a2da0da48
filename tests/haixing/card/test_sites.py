"""S07 to S10 and S18: where to go, whether it is open, what it would cost, and the whole list to take along."""

import io
import zipfile
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from haixing.members.models import CardBinding
from haixing.network.models import Site
from tests import cast
from tests.haixing.card.at_home import billed, family, page, said

POSITION = {"latitude": "31.2004", "longitude": "121.4401"}


def clinic(code: str, **changes: Any) -> Site:
    return cast.site(code, **{"contracts": cast.contracts()} | changes)


def asked_with(client: Client, card: CardBinding, *, htmx: bool = True, **body: str) -> Any:
    headers = {"HX-Request": "true"} if htmx else {}
    response = client.post(reverse("card:sites", args=[card.ref]), body, headers=headers)
    assert response.status_code == 200
    return response


def test_a_row_has_name_address_hours_remark_and_this_childs_price(mother: Client, card: CardBinding) -> None:
    billed(card)
    clinic(
        "pb",
        group="浦滨儿童医院",
        name="上海浦滨儿童医院",
        contracts=cast.contracts(excludes=("chief-physician-fee",), note="保险不包括主任及主任级别以上费用"),
    )

    words = said(page(mother, "sites", card.ref, q="浦滨"))

    assert "上海浦滨儿童医院 上海市徐汇区启明路18号（示例地址） 现在开着 门诊 今天 9:00-18:00" in words
    assert "保险不包括主任及主任级别以上费用 本次预计自付 0.00 元 按 1,000.00 元的账单估算 · 第 2 次" in words
    assert "以医院前台登记时的答复为准" in words


def test_the_price_is_of_the_care_that_is_chosen(mother: Client, card: CardBinding) -> None:
    cast.site("sh", group="和睦家", name="上海和睦家", contracts=cast.contracts())

    assert "本次预计自付 400.00 元" in said(page(mother, "sites", card.ref, care="emergency"))
    assert "本次预计自付 0.00 元" in said(page(mother, "sites", card.ref, care="outpatient"))


def test_where_the_terms_are_silent_the_family_is_told_to_ask(mother: Client, card: CardBinding) -> None:
    cast.site("bj", group="和睦家", name="北京和睦家", city="北京", contracts=cast.contracts())

    assert "条款没有写明，就诊前先问一下" in said(page(mother, "sites", card.ref, city="北京"))


def test_an_emergency_without_printed_hours_is_no_promise(mother: Client, card: CardBinding) -> None:
    clinic("one")

    assert "没有写急诊时间，先打电话" in said(page(mother, "sites", card.ref, care="emergency"))


def test_open_now_leaves_out_what_is_closed_and_what_nobody_knows(mother: Client, card: CardBinding) -> None:
    clinic("open", name="开着的")
    clinic("closed", name="关着的", hours={"outpatient": "Mo-Fr 09:00-18:00"})
    clinic("unread", name="读不懂的", hours={}, hours_raw="以公告为准")

    words = said(page(mother, "sites", card.ref, open="1"))

    assert "开着的" in words
    assert "关着的" not in words
    assert "读不懂的" not in words


def test_hours_that_nobody_could_read_are_shown_as_printed(mother: Client, card: CardBinding) -> None:
    clinic("unread", name="读不懂的", hours={}, hours_raw="以公告为准")

    assert "服务时间：以公告为准" in said(page(mother, "sites", card.ref))


def test_on_a_public_holiday_the_family_is_told_to_call_first(card: CardBinding) -> None:
    clinic("one")
    with time_machine.travel("2026-10-02T02:00:00Z", tick=False):
        words = said(page(family(card.guardian), "sites", card.ref))

    assert "今天是法定节假日，时间可能不同，先打电话。" in words


def test_departments_and_cities_are_those_of_the_network(mother: Client, card: CardBinding) -> None:
    clinic("one", name="皮肤好的", departments=({"label": "皮肤科", "code": "13"},))
    clinic("two", name="全科的")
    clinic("three", name="北京的", city="北京")

    html = page(mother, "sites", card.ref, department="皮肤科")

    assert "皮肤好的" in html
    assert "全科的" not in html
    assert 'value="北京"' in html


def test_what_is_not_billed_directly_is_shown_only_when_asked_for_and_says_so(
    mother: Client, card: CardBinding
) -> None:
    clinic("one")
    cast.maple()

    assert "枫叶" not in page(mother, "sites", card.ref)
    assert "枫叶儿科诊所" in said(page(mother, "sites", card.ref, any="1"))
    assert "不能直付，先自己付钱" in said(page(mother, "sites", card.ref, any="1"))


def test_with_a_position_the_nearest_comes_first_in_kilometres_with_one_decimal(
    mother: Client, card: CardBinding
) -> None:
    clinic("far", name="远的", latitude=31.30, longitude=121.50)
    clinic("near", name="近的", latitude=31.21, longitude=121.44)

    words = said(asked_with(mother, card, **POSITION).content.decode())

    assert words.index("近的 1.4 千米") < words.index("远的 12.4 千米")
    assert "位置只用于这一次排序，没有保存" in words


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"latitude": "31.2"},
        {"latitude": "x", "longitude": "y"},
        {"latitude": "nan", "longitude": "inf"},
        {"latitude": "99", "longitude": "121"},
    ],
)
def test_without_a_position_that_can_be_one_sites_come_by_district(
    mother: Client, card: CardBinding, body: dict[str, str]
) -> None:
    clinic("one", latitude=31.2, longitude=121.4)

    assert "按区县排列" in asked_with(mother, card, **body).content.decode()


def test_a_position_sent_without_scripts_of_ours_is_answered_with_the_whole_page(
    mother: Client, card: CardBinding
) -> None:
    clinic("one", latitude=31.2, longitude=121.4)

    response = asked_with(mother, card, htmx=False, **POSITION)

    assert "由近到远" in response.content.decode()
    assert "<h1" in response.content.decode()
    assert "HX-Replace-Url" not in response.headers


def test_a_position_in_an_address_is_not_used(mother: Client, card: CardBinding) -> None:
    clinic("one", latitude=31.2, longitude=121.4)

    assert "按区县排列" in page(mother, "sites", card.ref, **POSITION)


def test_a_position_leaves_no_trace(mother: Client, card: CardBinding, caplog: pytest.LogCaptureFixture) -> None:
    clinic("one", latitude=31.2, longitude=121.4)

    response = asked_with(mother, card, q="one", **POSITION)

    kept = " ".join([response.content.decode(), str(response.headers), str(dict(mother.session)), caplog.text])
    assert "31.2004" not in kept
    assert response.headers["HX-Replace-Url"].endswith("/sites/?city=%E4%B8%8A%E6%B5%B7&care=outpatient&q=one")


def test_the_list_comes_twenty_to_a_page(mother: Client, card: CardBinding) -> None:
    for number in range(21):
        clinic(f"site-{number:02d}")

    pages = [page(mother, "sites", card.ref, page=number) for number in ("1", "2", "99", "x")]

    assert [html.count('class="site-row"') for html in pages] == [20, 1, 1, 20]


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_list_costs_the_same_however_many_sites(
    mother: Client, card: CardBinding, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        clinic(f"site-{number}", latitude=31.2, longitude=121.4)
    page(mother, "sites", card.ref)  # the plan is compiled once in a process

    # session, sign-in, card, cities, search, the page's sites, contracts, balances, one event
    with django_assert_num_queries(9):
        html = page(mother, "sites", card.ref)

    assert html.count('class="site-row"') == min(count, 20)


def test_nothing_found_says_what_to_try_and_whom_to_ask(mother: Client, card: CardBinding) -> None:
    words = said(page(mother, "sites", card.ref, q="没有这家"))

    assert "没有找到合适的医院" in words
    assert "400-000-9001" in words


@pytest.mark.parametrize("query", [{"q": "\x00"}, {"city": "没有"}, {"care": "x"}, {"q": "a" * 500}, {"q": "%' OR 1"}])
def test_a_filter_that_makes_no_sense_is_no_error(mother: Client, card: CardBinding, query: dict[str, str]) -> None:
    response = mother.get(reverse("card:sites", args=[card.ref]), query)

    assert response.status_code in {200, 400}


def test_another_childs_visits_are_not_counted_in_the_price(
    mother: Client, card: CardBinding, other_card: CardBinding
) -> None:
    billed(other_card)

    assert "第 1 次" in said(page(mother, "sites", card.ref))


def test_outside_the_policy_the_list_is_shown_without_a_price(mother: Client, card: CardBinding) -> None:
    clinic("one")
    with time_machine.travel("2027-06-01T02:00:00Z", tick=False):
        words = said(page(family(card.guardian), "sites", card.ref))

    assert "今天不在保障期内" in words
    assert "本次预计自付" not in words


# -- one site


def test_a_site_says_how_to_get_there_and_how_old_that_is(mother: Client, card: CardBinding) -> None:
    site = clinic("one", latitude=31.2, longitude=121.4, verified_on=cast.TODAY)

    html = page(mother, "site", card.ref, site.ref)

    assert 'href="tel:400-000-0016"' in html
    assert "https://uri.amap.com/marker?position=121.400000%2C31.200000" in html
    assert "https://apis.map.qq.com/uri/v1/marker?marker=coord%3A31.200000%2C121.400000" in html
    assert "信息核实于 2026-11-22" in said(html)
    assert "这是示例数据，地址不是真的" in said(html)


def test_a_site_whose_place_is_not_known_has_no_map(mother: Client, card: CardBinding) -> None:
    html = page(mother, "site", card.ref, clinic("one").ref)

    assert "amap" not in html
    assert "还没有核实过" in html


def test_a_site_gives_each_care_its_price_its_clause_and_what_comes_after(mother: Client, card: CardBinding) -> None:
    words = said(page(mother, "site", card.ref, cast.hemujia_guangzhou().ref))

    assert "门诊 本次预计自付 300.00 元" in words
    assert "急诊 本次预计自付 800.00 元" in words
    assert "住院 本次预计自付 10,000.00 元 按 11,000.00 元的账单估算" in words
    assert "前5次就诊,门诊就诊每次自付300元" in words
    assert "第 6 次起：以 1000 元的账单为例：第 6 次就诊，保障内的费用家庭自付 50%" in words
    assert "需要预授权" in words


def test_a_department_that_the_plan_leaves_out_is_marked_with_the_clause(mother: Client, card: CardBinding) -> None:
    site = clinic("one", departments=({"label": "儿童保健", "code": "09"}, {"label": "呼吸科", "code": "07.04"}))

    words = said(page(mother, "site", card.ref, site.ref))

    assert "儿童保健 本计划不承担 条款：“不承担既往症" in words
    assert "呼吸科 本计划不承担" not in words


def test_every_service_says_its_hours_today_beside_the_printed_text(mother: Client, card: CardBinding) -> None:
    printed = "24小时急诊 周一至周日：9：00-18：00 夜门诊 18:00之后"
    hours = {"emergency": "24/7", "outpatient": "Mo-Su 09:00-18:00", "night": "Mo-Su 18:00+"}

    words = said(page(mother, "site", card.ref, clinic("one", hours_raw=printed, hours=hours).ref))

    assert "现在开着 急诊 24 小时" in words
    assert "现在不开 夜门诊 今天 18:00 起，结束时间没有写明 （18:00 开）" in words
    assert f"医院公布的原文：{printed}" in words


def test_a_mistake_can_be_told_to_the_hotline(mother: Client, card: CardBinding) -> None:
    words = said(page(mother, "site", card.ref, cast.sunflower().ref))

    assert "打客户服务热线，说“向日葵儿科-徐汇诊所”" in words


def test_a_site_costs_the_same_statements_each_time(
    mother: Client, card: CardBinding, django_assert_num_queries: Any
) -> None:
    site = cast.hemujia_guangzhou()
    page(mother, "site", card.ref, site.ref)

    with django_assert_num_queries(7):  # session, sign-in, card, site, contract, balances, one event
        page(mother, "site", card.ref, site.ref)


def test_no_such_site_is_nothing_there(mother: Client, card: CardBinding) -> None:
    assert mother.get(reverse("card:site", args=[card.ref, "nosuch"])).status_code == 404


def test_another_familys_card_opens_no_list(mother: Client, card: CardBinding, other_card: CardBinding) -> None:
    site = cast.sunflower()
    addresses = [reverse(f"card:{name}", args=[other_card.ref]) for name in ("sites", "network", "network_sheet")]
    addresses.append(reverse("card:site", args=[other_card.ref, site.ref]))

    assert [mother.get(address).status_code for address in addresses] == [404] * 4


# -- the whole network


def test_the_list_to_print_holds_every_site_of_the_plan_and_its_date(mother: Client, card: CardBinding) -> None:
    clinic("one", name="徐汇一家", hours_raw="每天 9:00-18:00")
    clinic("two", name="北京一家", city="北京", contracts=cast.contracts(care=("inpatient",), inpatient=True))
    clinic("three", name="别的计划", contracts=(cast.contract("premier-2021"),))

    words = said(page(mother, "network", card.ref))

    assert "2026-11-22 的名单，共 2 家" in words
    assert "徐汇一家 徐汇区 · 上海市徐汇区启明路18号（示例地址） 电话 400-000-0016 每天 9:00-18:00" in words
    assert "直付项目：住院（指定私立住院）" in words
    assert "别的计划" not in words


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_to_print_costs_the_same_however_many_sites(
    mother: Client, card: CardBinding, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        clinic(f"site-{number}")

    with django_assert_num_queries(6):  # session, sign-in, card, sites, contracts, one event
        html = page(mother, "network", card.ref)

    assert html.count("<li>") == count


def test_the_sheet_holds_texts_and_no_formula(mother: Client, card: CardBinding) -> None:
    clinic("one", name="=HYPERLINK(1)", address="+86 上海（示例地址）")

    response = mother.get(reverse("card:network_sheet", args=[card.ref]))

    book = zipfile.ZipFile(io.BytesIO(response.content))
    texts, cells = (book.read(f"xl/{name}").decode() for name in ("sharedStrings.xml", "worksheets/sheet1.xml"))
    assert response.headers["Content-Disposition"] == 'attachment; filename="haixing-network-2026-11-22.xlsx"'
    assert "=HYPERLINK(1)" in texts
    assert "2026-11-22 的名单" in texts
    assert "<f>" not in cells
