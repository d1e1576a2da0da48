"""The receipt of a visit, and 冲正."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from haixing.audit.models import Event
from haixing.claims.models import Bill, Reversal
from haixing.ledger.models import Account
from haixing.members.models import Presentation
from tests import cast
from tests.haixing.clinic.at_desk import KEY, Post, bill, line


def receipt(client: Client, visit: str) -> str:
    return client.get(reverse("clinic:visit", args=[visit])).content.decode()


def reversal_page() -> str:
    stored = Bill.objects.get()
    return reverse("clinic:reverse", args=[stored.visit.ref, stored.ref])


def test_the_receipt_shows_lines_reasons_and_what_to_collect(desk: Client, shown: Presentation, post: Post) -> None:
    excluded = line(category="04", name="过敏原检测", nature="allergy-test", unit_price="420.00", amount="420.00")
    visit = post(desk, "send", shown.ref, bill(lines=[line(), excluded])).json()["visit"]

    page = receipt(desk, visit)

    said = ["林小满", "HX260000000001", "向日葵儿科-徐汇诊所", "儿科诊察", "主治医师", "过敏原检测", "方瑜", "第 1 次"]
    assert [text for text in said if text not in page] == []
    assert '<p class="collect-sum"><span class="yuan">¥</span>420.00</p>' in "".join(map(str.strip, page.splitlines()))


def test_reasons_on_a_receipt_are_in_both_languages_with_the_clause(desk: Client, billed: str) -> None:
    page = receipt(desk, billed)

    [reason] = Bill.objects.get().decision["reasons"]
    assert reason["text"]["zh"] in page
    assert reason["text"]["en"] in page.replace("&#x27;", "'")
    assert reason["clause"] in page


def test_seeing_a_receipt_is_recorded_for_the_family_to_read(desk: Client, billed: str) -> None:
    receipt(desk, billed)

    event = Event.objects.get(action="visit.seen")
    assert (event.subject, event.policy_id, event.site_id) == (
        f"visit:{billed}",
        cast.lin_policy().pk,
        cast.sunflower().pk,
    )


def test_a_further_bill_is_offered_while_the_card_is_shown(desk: Client, shown: Presentation, billed: str) -> None:
    link = reverse("clinic:card", args=[shown.ref])
    assert link in receipt(desk, billed)

    Presentation.objects.update(expires_at=cast.NOW)

    page = receipt(desk, billed)
    assert link not in page
    assert "请家长再出示一次卡码" in page


def test_reversing_asks_first_and_changes_nothing(desk: Client, billed: str) -> None:
    page = desk.get(reversal_page()).content.decode()

    assert "冲正这张账单？" in page
    assert Reversal.objects.count() == 0


@pytest.mark.parametrize("reason", ["", "   ", "长" * 201])
def test_reversing_needs_a_reason_of_a_sensible_length(desk: Client, billed: str, reason: str) -> None:
    answer = desk.post(reversal_page(), {"reason": reason})

    assert answer.status_code == 422
    assert 'class="wrong" role="alert"' in answer.content.decode()
    assert reason.strip() in answer.content.decode()
    assert Reversal.objects.count() == 0


def test_a_reversed_bill_stays_on_the_receipt_with_its_reason(desk: Client, billed: str) -> None:
    page = desk.post(reversal_page(), {"reason": "录错了金额"}, follow=True).content.decode()

    assert "录错了金额" in page
    assert "已冲正" in page
    assert reversal_page() not in page
    assert Account.objects.get(benefit="outpatient").limit_used_fen == 0


def test_a_bill_is_reversed_once(desk: Client, billed: str) -> None:
    desk.post(reversal_page(), {"reason": "录错了金额"})

    answer = desk.post(reversal_page(), {"reason": "再来一次"})

    assert answer.status_code == 409
    assert "已经冲正过" in answer.content.decode()
    assert "再来一次" in answer.content.decode()


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_reversal_says_what_to_give_back_and_never_asks_for_nothing(
    desk: Client, shown: Presentation, post: Post
) -> None:
    excluded = line(category="04", name="过敏原检测", nature="allergy-test", unit_price="200.00", amount="200.00")
    visit = post(desk, "send", shown.ref, bill(lines=[line(), excluded])).json()["visit"]
    assert "向家长退" not in receipt(desk, visit)

    desk.post(reversal_page(), {"reason": "录错了金额"})

    words = words_of(receipt(desk, visit))
    assert "向家长退 ¥ 200.00" in words
    assert "账单都已冲正，不向家长收费" in words
    assert "向家长收 ¥" not in words


def test_after_a_reversal_the_bills_that_stay_are_still_due(desk: Client, shown: Presentation, post: Post) -> None:
    excluded = line(category="04", name="过敏原检测", nature="allergy-test", unit_price="200.00", amount="200.00")
    visit = post(desk, "send", shown.ref, bill(lines=[excluded])).json()["visit"]
    page = reversal_page()
    dearer = excluded | {"unit_price": "210.00", "amount": "210.00"}
    post(desk, "send", shown.ref, bill(lines=[dearer]), key=KEY.replace("1", "6"))

    desk.post(page, {"reason": "录错了金额"})

    words = words_of(receipt(desk, visit))
    assert "向家长退 ¥ 200.00" in words
    assert "冲正以后，这次就诊家长一共付 ¥ 210.00" in words
