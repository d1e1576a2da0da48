import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from haixing.audit.models import Event
from haixing.members.models import CardBinding
from haixing.notices import commands as notices
from tests import cast
from tests.haixing.card.at_home import family, page, said

DAY = datetime.timedelta(days=1)


def _another(number: int, **changes: Any) -> CardBinding:
    """One more policy of the Lin family, in the mother's hands."""
    policy = cast.policy(member_number=f"HX2600000009{number:02}", **changes)
    return CardBinding.objects.create(
        guardian=cast.lin_mother(), policy=policy, is_policyholder=True, bound_at=cast.NOW
    )


def test_a_card_prints_the_manuals_fields_under_the_manuals_labels(mother: Client) -> None:
    words = said(page(mother, "cards"))

    for field in (
        "被保险人 林小满",
        "出生日期 / D.O.B 2021-05-21",
        "会员号 / Member# HX260000000001",
        "保险计划 / Policy Plan 成长优享全国版（2021）成长计划",
        "有效期 / Effective Date 2026-05-10 至 2027-05-09",
        "客户服务热线: 400-000-9001",
        "Customer Service: service@starfish.example.com",
        "医疗机构服务热线: 400-000-9002",
        "Healthcare Providers: providers@starfish.example.com",
    ):
        assert field in words


@pytest.mark.parametrize(
    ("dates", "badge"),
    [
        ({"effective": cast.TODAY, "expires": cast.TODAY + 364 * DAY}, "保障中"),
        ({"effective": cast.TODAY - 364 * DAY, "expires": cast.TODAY}, "保障中"),
        ({"effective": cast.TODAY + DAY, "expires": cast.TODAY + 365 * DAY}, "未生效"),
        ({"effective": cast.TODAY - 365 * DAY, "expires": cast.TODAY - DAY}, "已过期"),
        ({"effective": cast.TODAY - 99 * DAY, "expires": cast.TODAY + DAY, "ended_on": cast.TODAY - DAY}, "已终止"),
    ],
    ids=["first day", "last day", "tomorrow", "yesterday", "ended early"],
)
def test_a_card_says_whether_it_works_today(db: None, dates: dict[str, Any], badge: str) -> None:
    card = _another(1, first_effective=dates["effective"], **dates)

    html = page(family(card.guardian), "cards")

    assert badge in said(html)
    assert ("出示卡片" in said(html)) == (badge == "保障中")


def test_cards_that_work_today_lie_on_top(mother: Client) -> None:
    expired = {"effective": cast.TODAY - 365 * DAY, "expires": cast.TODAY - DAY}
    _another(1, first_effective=expired["effective"], **expired)
    CardBinding.objects.filter(policy__member_number="HX260000000001").update(bound_at=cast.NOW + DAY)

    words = said(page(mother, "cards"))

    assert words.index("HX260000000001") < words.index("HX260000000901")


@pytest.mark.parametrize("more", [0, 2])
def test_one_card_and_three_cost_the_same_and_each_is_in_the_trail(
    mother: Client, django_assert_num_queries: Any, more: int
) -> None:
    for number in range(more):
        _another(number + 1)

    with django_assert_num_queries(6):  # session, sign-in, cards, their events, vaccines, notices
        page(mother, "cards")

    assert Event.objects.filter(action="card.seen").count() == 1 + more


def test_a_guardian_without_cards_is_shown_the_way_to_one(db: None) -> None:
    words = said(page(family(cast.lin_mother()), "cards"))

    assert "这里还没有卡" in words


def test_a_notice_waits_until_it_is_put_away(mother: Client, card: CardBinding) -> None:
    notices.tell_card(
        guardian=card.guardian, template="card-bound", text="外公关联了林小满的电子保险卡。", now=cast.NOW
    )
    assert "外公关联了林小满的电子保险卡。" in said(page(mother, "cards"))

    mother.post(reverse("card:notices_read"))

    assert "外公" not in said(page(mother, "cards"))


def test_another_familys_notices_stay_with_them(mother: Client, father: Client, other_card: CardBinding) -> None:
    notices.tell_card(guardian=other_card.guardian, template="x", text="给陈家的消息", now=cast.NOW)

    mother.post(reverse("card:notices_read"))

    assert "给陈家的消息" not in page(mother, "cards")
    assert "给陈家的消息" in page(father, "cards")


def test_only_features_that_exist_have_a_row(mother: Client, card: CardBinding) -> None:
    words = said(page(mother, "card", card.ref))

    there = ("保险福利", "适用医院", "就诊记录", "疫苗知识", "持卡人")
    assert [row for row in there if row in words] == list(there)
    assert [row for row in ("在线客服", "投诉管理") if row in words] == []
