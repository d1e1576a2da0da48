from typing import Any

from django.test import Client

from haixing.members.models import CardBinding
from tests import cast
from tests.haixing.card.at_home import billed, family, page, said


def test_what_is_left_is_what_the_bills_left(mother: Client, card: CardBinding) -> None:
    billed(card)

    words = said(page(mother, "benefits", card.ref))

    assert "剩余 99,700.00 元" in words
    assert "初始 100,000.00 元" in words


def test_the_counter_shows_the_next_visit_of_the_first_tier(mother: Client, card: CardBinding) -> None:
    billed(card)

    html = page(mother, "benefits", card.ref)

    assert "已赔付 1 次，下一次是 第 2 次" in said(html)
    assert (html.count('class="dot-used"'), html.count('class="dot-next"')) == (1, 1)


def test_waiting_periods_carry_this_childs_dates(mother: Client, card: CardBinding) -> None:
    words = said(page(mother, "benefits", card.ref))

    assert "已过" in words  # thirty days from 2026-05-10


def test_a_rule_is_a_sentence_with_its_clause(mother: Client, card: CardBinding) -> None:
    words = said(page(mother, "benefits", card.ref))

    assert "前5次就诊100%赔付" in words


def test_where_the_terms_are_silent_the_family_is_told_to_ask_first(db: None) -> None:
    policy = cast.policy(member_number="HX260000000777", plan="growth-beijing", printed_plan_name="成长计划（北京版）")
    card = CardBinding.objects.create(guardian=cast.lin_mother(), policy=policy, bound_at=cast.NOW)

    words = said(page(family(card.guardian), "benefits", card.ref))

    assert "就诊前" in words
    assert "400-000-9001" in words


def test_the_page_costs_the_same_however_long_the_history(
    mother: Client, card: CardBinding, django_assert_num_queries: Any
) -> None:
    page(mother, "benefits", card.ref)
    for _ in range(2):
        with django_assert_num_queries(5):  # session, sign-in, card, balances, one event
            page(mother, "benefits", card.ref)
        billed(card)
