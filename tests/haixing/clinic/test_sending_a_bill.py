"""A bill is sent once for its key, and what cannot be taken gets a sentence."""

import datetime
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from haixing.claims.models import Bill, Visit
from haixing.members.models import Presentation
from tests import cast
from tests.haixing.clinic.at_desk import KEY, Post, bill, line, signed_in, tomorrow


def test_a_bill_is_decided_and_leads_to_its_receipt(desk: Client, shown: Presentation, post: Post) -> None:
    answer = post(desk, "send", shown.ref, bill())

    assert answer.status_code == 201
    assert answer.json()["url"] == reverse("clinic:visit", args=[answer.json()["visit"]])
    assert answer.json()["decision"]["plan_pays"] == "300.00"


def test_the_same_key_gets_the_same_answer_and_one_bill(desk: Client, shown: Presentation, post: Post) -> None:
    first, second, third = (post(desk, "send", shown.ref, bill()) for _ in range(3))

    assert first.content == second.content == third.content
    assert Bill.objects.count() == 1


def test_a_retry_after_the_weekend_hears_what_was_recorded(desk: Client, shown: Presentation, post: Post) -> None:
    first = post(desk, "send", shown.ref, bill())
    Presentation.objects.filter(pk=shown.pk).update(expires_at=cast.NOW - datetime.timedelta(days=3))

    assert post(desk, "send", shown.ref, bill()).content == first.content
    assert post(desk, "send", shown.ref, bill(), key="a-new-key-for-a-new-bill").status_code == 404


def test_another_bill_under_the_same_key_is_refused(desk: Client, shown: Presentation, post: Post) -> None:
    post(desk, "send", shown.ref, bill())

    answer = post(desk, "send", shown.ref, bill(lines=[line(unit_price="500.00", amount="500.00")]))

    assert (answer.status_code, answer.json()["code"]) == (409, "key-used-for-another-bill")
    assert answer.json()["sentence"]
    assert Bill.objects.get().billed_fen == 300_00


def test_another_site_may_use_the_same_key(desk: Client, other_desk: Client, shown: Presentation, post: Post) -> None:
    there = cast.presented(cast.lin_card(), site=cast.dandelion(), staff=cast.dandelion_desk())

    assert post(desk, "send", shown.ref, bill()).status_code == 201
    assert post(other_desk, "send", there.ref, bill()).status_code == 201


def test_two_bills_of_a_day_are_one_visit(desk: Client, shown: Presentation, post: Post) -> None:
    first = post(desk, "send", shown.ref, bill(), key="key-number-one-of-two")
    second = post(desk, "send", shown.ref, bill(), key="key-number-two-of-two")

    assert first.json()["visit"] == second.json()["visit"]
    assert Visit.objects.get().billed_fen == 600_00


@pytest.mark.parametrize("key", ["", "short", "with spaces in the key here", "k" * 65, "é" * 20])
def test_a_bill_without_a_proper_key_is_not_taken(desk: Client, shown: Presentation, post: Post, key: str) -> None:
    answer = post(desk, "send", shown.ref, bill(), key=key.encode("latin-1").decode("latin-1"))

    assert (answer.status_code, answer.json()["code"]) == (400, "key-missing")


BAD = {
    "no lines": (bill(lines=[]), None, "lines"),
    "lines of another shape": (bill(lines="all of them"), None, "lines"),
    "ten thousand lines": (bill(lines=[line()] * 10_000), None, "lines"),
    "a negative amount": (bill(lines=[line(unit_price="-300.00", amount="-300.00")]), 1, "unit_price"),
    "three decimals": (bill(lines=[line(), line(unit_price="1.005", amount="1.005")]), 2, "unit_price"),
    "an amount that is no number": (bill(lines=[line(unit_price="三百")]), 1, "unit_price"),
    "a number instead of a text": (bill(lines=[line(unit_price=300)]), 1, "unit_price"),
    "no quantity": (bill(lines=[line(quantity="0")]), 1, "quantity"),
    "an amount that is not quantity times price": (bill(lines=[line(amount="30.00")]), 1, "amount"),
    "no name": (bill(lines=[line(name="  ")]), 1, "name"),
    "an unknown category": (bill(lines=[line(category="99")]), 1, "category"),
    "an unknown kind of care": (bill(care="spa"), None, "care"),
    "no such day": (bill(day="2026-02-30"), None, "day"),
}


@pytest.mark.parametrize(("body", "number", "field"), BAD.values(), ids=BAD.keys())
def test_a_bad_bill_is_answered_beside_its_line(
    desk: Client, shown: Presentation, post: Post, body: Any, number: int | None, field: str
) -> None:
    answer = post(desk, "send", shown.ref, body)

    problem = answer.json()["problems"][0]
    assert (answer.status_code, problem["line"], problem["field"]) == (422, number, field)
    assert problem["text"]
    assert Bill.objects.count() == 0


def test_a_mended_bill_goes_out_under_the_key_of_the_bad_one(desk: Client, shown: Presentation, post: Post) -> None:
    post(desk, "send", shown.ref, bill(lines=[line(unit_price="1.005", amount="1.005")]))

    assert post(desk, "send", shown.ref, bill()).status_code == 201


@pytest.mark.parametrize(("day", "code"), [(tomorrow(), "future-service"), ("2025-01-01", "outside-the-policy")])
def test_a_day_that_cannot_be_billed_gets_a_sentence(
    desk: Client, shown: Presentation, post: Post, day: str, code: str
) -> None:
    answer = post(desk, "send", shown.ref, bill(day=day))

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert day in answer.json()["sentence"]


def test_a_site_without_a_contract_cannot_bill(db: None, post: Post) -> None:
    shown = cast.presented(cast.lin_card(), site=cast.maple(), staff=cast.maple_desk())

    answer = post(signed_in(cast.maple_desk()), "send", shown.ref, bill())

    assert (answer.status_code, answer.json()["code"]) == (422, "no-contract")


def test_emoji_and_four_byte_characters_come_back_as_typed(desk: Client, shown: Presentation, post: Post) -> None:
    visit = post(desk, "send", shown.ref, bill(lines=[line(name="布洛芬 𠮷牌 😀")])).json()["visit"]

    assert "布洛芬 𠮷牌 😀" in desk.get(reverse("clinic:visit", args=[visit])).content.decode()


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", '"bill"', "[" * 100_000], ids=["empty", "cut", "list", "null", "text", "deep"]
)
def test_a_body_that_is_no_bill_is_not_taken(desk: Client, shown: Presentation, post: Post, body: str) -> None:
    answer = post(desk, "send", shown.ref, body)

    assert (answer.status_code, answer.json()["code"]) == (400, "body-unreadable")


def test_a_body_of_many_megabytes_is_refused_with_a_sentence(desk: Client, shown: Presentation, post: Post) -> None:
    answer = post(desk, "send", shown.ref, json.dumps(bill(lines=[line(name="长" * 100)] * 20_000), ensure_ascii=False))

    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-big")


def test_a_card_shown_too_long_ago_must_be_shown_again(desk: Client, post: Post) -> None:
    shown = cast.presented(cast.lin_card(), site=cast.sunflower(), staff=cast.sunflower_desk(), hours=0)

    answer = post(desk, "send", shown.ref, bill())

    assert (answer.status_code, answer.json()["code"]) == (404, "not-presented")
    assert "请家长" in answer.json()["sentence"]


def test_who_was_signed_out_is_told_so_in_json_and_keeps_the_page(shown: Presentation, post: Post) -> None:
    answer = post(Client(), "send", shown.ref, bill())

    assert (answer.status_code, answer.json()["code"]) == (401, "signed-out")
    assert answer.json()["sign_in"] == reverse("account_login")


def test_a_page_may_renew_its_token(desk: Client) -> None:
    assert len(desk.get(reverse("clinic:token")).json()["token"]) == 64


def test_the_key_is_the_sites_own(desk: Client, shown: Presentation, post: Post) -> None:
    post(desk, "send", shown.ref, bill())

    stored = Bill.objects.get()
    assert (stored.site_id, stored.key, stored.staff) == (shown.site_id, KEY, cast.sunflower_desk())


def test_sending_takes_eight_statements_after_the_sign_in_checks_and_the_card(
    desk: Client, shown: Presentation, post: Post, django_assert_num_queries: Any
) -> None:
    post(desk, "send", shown.ref, bill(), key="key-of-the-first-bill-ever")

    # 3: session, person, sites. 1: the card as shown. 8: the bill. 2: the transaction's own.
    with django_assert_num_queries(3 + 1 + 8 + 2):
        post(desk, "send", shown.ref, bill(), key="key-of-the-bill-after-that")
