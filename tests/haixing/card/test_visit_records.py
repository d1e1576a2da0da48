import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from haixing.claims import commands as claims
from haixing.claims.models import Visit
from haixing.members.models import CardBinding
from tests import cast
from tests.haixing.card.at_home import billed, page, said


def _visits(card: CardBinding, count: int) -> None:
    site = cast.sunflower()
    Visit.objects.bulk_create(
        Visit(
            policy=card.policy,
            site=site,
            day=cast.TODAY - datetime.timedelta(days=n),
            care="outpatient",
            outcome="paid",
            billed_fen=80_000,
            plan_fen=80_000,
        )
        for n in range(count)
    )


def test_a_row_has_the_date_the_clinic_the_item_and_who_paid(mother: Client, card: CardBinding) -> None:
    billed(card)

    words = said(page(mother, "visits", card.ref))

    assert "2026-11-22 已赔付 向日葵儿科-徐汇诊所 门诊 · 第 1 次" in words
    assert "金额 500.00 计划付 300.00 自付 200.00" in words


def test_no_visits_yet_is_said_kindly(mother: Client, card: CardBinding) -> None:
    assert "还没有就诊记录" in said(page(mother, "visits", card.ref))


@pytest.mark.parametrize("count", [1, 3, 300])
def test_the_list_costs_the_same_with_one_three_and_three_hundred_visits(
    mother: Client, card: CardBinding, count: int, django_assert_num_queries: Any
) -> None:
    _visits(card, count)

    with django_assert_num_queries(6):  # session, sign-in, card, how many visits, those of the page, one event
        html = page(mother, "visits", card.ref)

    assert f"共 {count} 次" in said(html)


def test_a_long_history_comes_twenty_to_a_page(mother: Client, card: CardBinding) -> None:
    _visits(card, 41)

    pages = [page(mother, "visits", card.ref, page=number) for number in ("1", "2", "3", "99", "x")]

    assert [html.count('class="visit"') for html in pages] == [20, 20, 1, 1, 20]
    listed = [day for html in pages[:3] for day in re.findall(r'<time datetime="([^"]+)"', html)]
    assert listed == [(cast.TODAY - datetime.timedelta(days=n)).isoformat() for n in range(41)]


def test_a_visit_shows_every_line_and_the_reason_for_every_yuan(mother: Client, card: CardBinding) -> None:
    bill = billed(card)

    words = said(page(mother, "visit", card.ref, bill.visit.ref))

    assert "儿科诊察 诊察 300.00" in words
    assert "过敏原检测 化验 · 100.00 × 2 · 过敏原检测 200.00" in words
    assert "计划付 300.00 家庭自付 200.00" in words
    for reason in bill.decision["reasons"]:
        assert reason["text"]["zh"] in words
        assert reason["clause"] in words
    assert "结算后额度剩余 99,700.00 元" in words


def test_a_reversed_bill_is_marked_with_its_reason(mother: Client, card: CardBinding) -> None:
    bill = billed(card)
    staff = cast.sunflower_desk()
    claims.reverse_bill(site_id=cast.sunflower().pk, bill_ref=bill.ref, staff=staff, reason="录入重复", now=cast.NOW)

    words = said(page(mother, "visit", card.ref, bill.visit.ref))

    assert "冲正了这张账单：录入重复" in words
    assert "有 200.00 元不用您付了：付过的，诊所应退给您" in words
    assert "结算后额度剩余" not in words


def test_a_visit_is_found_only_under_its_own_card(
    mother: Client, card: CardBinding, father: Client, other_card: CardBinding
) -> None:
    theirs = billed(other_card)

    assert page(father, "visit", other_card.ref, theirs.visit.ref)
    assert mother.get(reverse("card:visit", args=[card.ref, theirs.visit.ref])).status_code == 404
