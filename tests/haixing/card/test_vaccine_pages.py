"""S11 疫苗知识 on the card: the tables, one vaccine, the child's own calendar, its file."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from haixing.members.models import CardBinding
from haixing.vaccines import queries as vaccines
from haixing.vaccines.models import Dose
from tests import cast
from tests.haixing.card.at_home import dosed, family, page, said


def _post(client: Client, card: CardBinding, **typed: str) -> Any:
    return client.post(reverse("card:vaccine_record", args=[card.ref]), typed)


def _file(client: Client, card: CardBinding, **query: str) -> str:
    response = client.get(reverse("card:vaccine_file", args=[card.ref]), query)
    assert response.status_code == 200
    text: str = response.content.decode().replace("\r\n ", "")
    return text


def _baby(born: str = "2026-09-22", **changes: Any) -> CardBinding:
    """A younger child of the Lin family."""
    usual = {"member_number": "HX260000000055", "child_name": "林小夏", "born": datetime.date.fromisoformat(born)}
    return cast.card_of(cast.policy(**usual | changes))


# -- the tables


def test_the_free_table_is_laid_out_as_in_the_manual(mother: Client, card: CardBinding) -> None:
    words = said(page(mother, "vaccines", card.ref))

    assert (
        "月龄 疫苗名称 剂次 24小时内 卡介苗 第1剂 乙肝疫苗 第1剂 1月龄 乙肝疫苗 第2剂 2月龄 百白破疫苗 第1剂" in words
    )
    assert "国家免疫规划疫苗不收费" in words


def test_the_table_can_be_cut_by_age(mother: Client, card: CardBinding) -> None:
    words = said(page(mother, "vaccines", card.ref, age="4-6y"))

    assert "剂次 4周岁 脊灰减毒活疫苗 第4剂 6周岁 百白破疫苗 第5剂 A群C群流脑多糖疫苗 第4剂 国家" in words


def test_an_earlier_edition_can_be_compared(mother: Client, card: CardBinding) -> None:
    words = said(page(mother, "vaccines", card.ref, edition="nip-2021"))

    assert "3月龄 百白破疫苗 第1剂 脊灰灭活疫苗 第2剂 4月龄 百白破疫苗 第2剂" in words
    assert "这是以前的版本，只供对照。" in words


def test_what_is_not_known_is_answered_with_all_of_today(mother: Client, card: CardBinding) -> None:
    words = said(page(mother, "vaccines", card.ref, age="old", edition="nip-1978", tab="gold"))

    assert words == said(page(mother, "vaccines", card.ref))


def test_the_paid_tab_lists_paid_vaccines_with_the_labels_word(mother: Client, card: CardBinding) -> None:
    words = said(page(mother, "vaccines", card.ref, tab="paid", age="2-3y"))

    assert "剂次 2周岁 乙脑灭活疫苗 第3剂 甲肝灭活疫苗 第2剂" in words
    assert "以疫苗说明书和接种门诊为准" in words


def test_no_page_names_a_price_or_leaves_out_who_decides(mother: Client, card: CardBinding) -> None:
    pages = [page(mother, "vaccines", card.ref), page(mother, "vaccines", card.ref, tab="paid")]
    pages += [page(mother, "vaccine", card.ref, one) for one in ("hepb", "penta", "rabies", "je-i")]
    pages.append(page(mother, "vaccine_calendar", card.ref))

    for html in pages:
        words = said(html)
        assert [sign for sign in ("元", "￥", "¥", "价格") if sign in words] == []
        assert "由接种门诊的医生看过孩子再定" in words


@pytest.mark.parametrize(
    "code", [one.code for is_free in (True, False) for one in vaccines.recordable(is_free=is_free)]
)
def test_every_vaccine_has_a_page_with_its_source(mother: Client, card: CardBinding, code: str) -> None:
    found = vaccines.vaccine(code)

    words = said(page(mother, "vaccine", card.ref, code))

    for text in (found.name.zh, found.prevents.zh, found.doses.zh, found.interval.zh, found.caution.zh):
        assert text in words
    assert found.sources[0].title.zh in words


def test_a_vaccine_that_is_not_in_the_list_has_no_page(mother: Client, card: CardBinding) -> None:
    assert mother.get(reverse("card:vaccine", args=[card.ref, "snake-oil"])).status_code == 404


# -- the child's own calendar


def test_without_records_the_family_is_shown_the_way(mother: Client, card: CardBinding) -> None:
    words = said(page(mother, "vaccine_calendar", card.ref))

    assert "还没有接种记录" in words
    assert "卡介苗 第 1 剂 过了常规年龄，是否补、怎么补，请问接种门诊" in words


def test_a_dose_recorded_moves_the_next_one(db: None) -> None:
    card = _baby()
    phone = family(card.guardian)
    before = said(page(phone, "vaccine_calendar", card.ref))

    response = _post(phone, card, vaccine="hepb", day="2026-11-20", place="徐汇区社区卫生服务中心")

    after = said(page(phone, "vaccine_calendar", card.ref))
    assert response.headers["Location"] == reverse("card:vaccine_calendar", args=[card.ref])
    assert "乙肝疫苗 第 1 剂 应在 2026-09-23 前完成" in before
    assert "乙肝疫苗 第 2 剂 最早 2026-12-20" in before
    assert "乙肝疫苗 第 2 剂 最早 2026-12-18" in after
    assert "乙肝疫苗 第 1 剂 2026-11-20 · 徐汇区社区卫生服务中心" in after


def test_a_dose_can_be_undone(mother: Client, card: CardBinding) -> None:
    dose = dosed(card)

    response = mother.post(reverse("card:dose_remove", args=[card.ref, dose.ref]), follow=True)

    words = said(response.content.decode())
    assert "这条接种记录删掉了" in words
    assert "已接种" not in words


def test_a_dose_is_undone_only_by_asking_for_it(mother: Client, card: CardBinding) -> None:
    dose = dosed(card)

    assert mother.get(reverse("card:dose_remove", args=[card.ref, dose.ref])).status_code == 405
    assert Dose.objects.get().removed_at is None


def test_a_dose_is_undone_only_under_its_own_card(father: Client, other_card: CardBinding, card: CardBinding) -> None:
    dose = dosed(card)

    response = father.post(reverse("card:dose_remove", args=[other_card.ref, dose.ref]))

    assert response.status_code == 404
    assert Dose.objects.get().removed_at is None


def test_another_familys_doses_are_not_in_this_calendar(
    mother: Client, card: CardBinding, other_card: CardBinding
) -> None:
    dosed(other_card, "varicella", "2020-11-03", place="浦东新区某接种门诊")

    html = page(mother, "vaccine_calendar", card.ref)

    assert "浦东新区" not in html
    assert "还没有接种记录" in html


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"vaccine": "", "day": "2026-11-20"}, "请选一种疫苗。"),
        ({"vaccine": "snake-oil", "day": "2026-11-20"}, "请从列表里选一种疫苗。"),
        ({"vaccine": "mmr", "day": ""}, "请填写接种那天的日期。"),
        ({"vaccine": "mmr", "day": "上周"}, "日期看不懂"),
        ({"vaccine": "mmr", "day": "2026-11-23"}, "这一天还没有到。"),
        ({"vaccine": "mmr", "day": "2021-05-20"}, "这一天早于孩子的出生日期"),
    ],
)
def test_what_is_wrong_is_said_under_its_box(
    mother: Client, card: CardBinding, typed: dict[str, str], told: str
) -> None:
    response = _post(mother, card, **typed, place="徐汇")

    html = response.content.decode()
    assert told in said(html)
    assert 'value="徐汇"' in html
    assert Dose.objects.count() == 0


def test_a_whole_book_is_copied_dose_by_dose(mother: Client, card: CardBinding) -> None:
    response = _post(mother, card, vaccine="mmr", day="2022-01-25", place="", again="1")

    assert response.headers["Location"] == reverse("card:vaccine_record", args=[card.ref])


def test_doses_are_listed_newest_first(mother: Client, card: CardBinding) -> None:
    for code, on in (("mmr", "2022-01-25"), ("influenza", "2025-10-01"), ("mmr", "2022-12-01")):
        dosed(card, code, on)

    words = said(page(mother, "vaccine_calendar", card.ref))

    assert words.index("流感疫苗 2025-10-01") < words.index("麻腮风疫苗 第 2 剂 2022-12-01")
    assert words.index("麻腮风疫苗 第 2 剂 2022-12-01") < words.index("麻腮风疫苗 第 1 剂 2022-01-25")


def test_sending_the_same_dose_twice_keeps_one(mother: Client, card: CardBinding) -> None:
    _post(mother, card, vaccine="mmr", day="2022-01-25", place="")

    response = _post(mother, card, vaccine="mmr", day="2022-01-25", place="")

    assert "这一天的这种疫苗已经记过了" in said(response.content.decode())
    assert Dose.objects.count() == 1


def test_what_another_vaccine_completed_is_named(mother: Client, card: CardBinding) -> None:
    dosed(card, "penta", "2021-07-21")

    words = said(page(mother, "vaccine_calendar", card.ref))

    assert "五联疫苗 2021-07-21 算作百白破疫苗 第 1 剂、脊灰灭活疫苗 第 1 剂 撤销" in words
    assert "五联按说明书排，和免费百白破的 2、4、6 月龄不一样。" in words


@pytest.mark.parametrize("count", [1, 3])
def test_the_calendar_costs_the_same_with_one_and_three_doses(
    mother: Client, card: CardBinding, count: int, django_assert_num_queries: Any
) -> None:
    for code in ("hepb", "mmr", "penta")[:count]:
        dosed(card, code)

    with django_assert_num_queries(5):  # session, sign-in, card, doses, one event
        html = page(mother, "vaccine_calendar", card.ref)

    assert html.count("撤销") == count


def test_the_tables_ask_nothing_but_who_is_there(
    mother: Client, card: CardBinding, django_assert_num_queries: Any
) -> None:
    for query in ({}, {"tab": "paid"}):
        with django_assert_num_queries(4):  # session, sign-in, card, one event
            page(mother, "vaccines", card.ref, **query)


# -- reminders


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "照着接种本记一次，疫苗到日子会在这里提醒"),
        ("bcg 2026-09-22", "有 1 剂疫苗过了时限还没有记录"),
        ("bcg 2026-09-22, hepb 2026-09-22, hepb 2026-10-25", "有 2 剂疫苗现在可以打"),
        ("bcg 2026-09-22, hepb 2026-09-22, ipv 2026-11-22, dtap 2026-11-22, hepb 2026-11-01", ""),
    ],
    ids=["nothing written down", "late", "due", "nothing waits"],
)
def test_the_card_reminds_of_what_waits(db: None, given: str, told: str) -> None:
    card = _baby()
    for dose in filter(None, given.split(", ")):
        dosed(card, *dose.split())

    for name, refs in (("card", [card.ref]), ("cards", [])):
        words = said(page(family(card.guardian), name, *refs))

        assert told in words
        assert ("剂疫苗" in words or "接种本" in words) == bool(told)


# -- the calendar's file


def test_the_file_holds_the_coming_days_and_not_the_childs_name(db: None) -> None:
    card = _baby()
    dosed(card, "hepb", "2026-09-22")

    text = _file(family(card.guardian), card)

    assert f"UID:hepb-2.{card.policy.ref}@haixing\r\n" in text
    assert "DTSTART;VALUE=DATE:20261122\r\nDTEND;VALUE=DATE:20261123\r\nSUMMARY:疫苗：乙肝疫苗 第 2 剂\r\n" in text
    assert "SUMMARY:疫苗：麻腮风疫苗 第 1 剂\r\n" in text
    assert "4周岁" not in text
    for secret in ("林小夏", "妈妈", "HX260000000055", "2026-09-22"):
        assert secret not in text


def test_the_name_is_written_when_the_guardian_ticks_so(db: None) -> None:
    card = _baby()

    text = _file(family(card.guardian), card, name="1")

    assert "SUMMARY:林小夏 · 疫苗：乙肝疫苗 第 1 剂\r\n" in text


def test_the_file_reaches_two_years_ahead(db: None) -> None:
    card = _baby()

    text = _file(family(card.guardian), card)

    assert f"UID:hepa-1.{card.policy.ref}@haixing" in text  # 18 months
    assert f"UID:polio-4.{card.policy.ref}@haixing" not in text  # 4 years


def test_the_file_is_a_calendar_that_nobody_keeps(mother: Client, card: CardBinding) -> None:
    response = mother.get(reverse("card:vaccine_file", args=[card.ref]))

    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="vaccines.ics"'
    assert response.headers["Cache-Control"] == "no-store, private"


def test_the_pages_speak_english(mother: Client, card: CardBinding) -> None:
    dosed(card)
    mother.post("/language/", {"language": "en", "next": "/cards/"})

    for name in ("vaccines", "vaccine_calendar", "vaccine_record"):
        words = said(page(mother, name, card.ref)).replace("林小满", "").replace("中文", "")
        assert [character for character in words if "\u4e00" <= character <= "\u9fff"] == [], name


def test_every_remark_has_its_sentence() -> None:
    from haixing.card.views.vaccines import REMARKS

    assert set(REMARKS) == set(vaccines.Remark)
