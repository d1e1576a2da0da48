"""The answer in one screen, and the preview of a bill that was not sent."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from haixing.audit.models import Event
from haixing.claims.models import Bill, Visit
from haixing.members.models import Presentation
from tests import cast
from tests.haixing.clinic.at_desk import Post, bill, line, signed_in, tomorrow


def card_page(client: Client, shown: Presentation, **query: str) -> str:
    page = client.get(reverse("clinic:card", args=[shown.ref]), query)
    return " ".join(page.content.decode().split())


def test_the_page_says_whose_card_it_is_and_that_it_is_in_force(desk: Client, shown: Presentation) -> None:
    page = card_page(desk, shown)

    said = [
        "林小满 · 女",
        "2021-05-21",
        "HX260000000001",
        "成长优享全国版（2021）成长计划",
        "2026-05-10 至 2027-05-09",
        "今天在保",
    ]
    assert [text for text in said if text not in page] == []


def test_the_page_answers_for_every_kind_of_care(desk: Client, shown: Presentation) -> None:
    page = card_page(desk, shown)

    answers = page.split('<tr class="answer-')[1:]
    assert [answer.split('"')[0] for answer in answers] == ["paid", "paid", "not-covered"]
    assert "前5次就诊100%赔付" in answers[0]
    assert "第 1 次" in answers[0]
    assert "100,000.00" in answers[0]


def test_a_card_that_ended_says_so_and_answers_nothing(desk: Client) -> None:
    ended = cast.policy(
        member_number="HX260000000077", effective="2024-05-10", expires="2025-05-09", first_effective="2024-05-10"
    )
    shown = cast.presented(cast._card(cast.lin_mother(), ended), site=cast.sunflower(), staff=cast.sunflower_desk())

    page = card_page(desk, shown)

    assert "今天不在保" in page
    assert '<tr class="answer-' not in page


def test_a_site_without_a_contract_hears_that_it_cannot_bill(db: None) -> None:
    shown = cast.presented(cast.lin_card(), site=cast.maple(), staff=cast.maple_desk())

    page = card_page(signed_in(cast.maple_desk()), shown)

    assert 'class="answer-paid"' not in page


def test_seeing_a_card_is_recorded_once_for_the_family_to_read(desk: Client, shown: Presentation) -> None:
    card_page(desk, shown)

    event = Event.objects.get(action="card.seen")
    assert (event.subject, event.policy_id, event.site_id) == (
        f"presentation:{shown.ref}",
        shown.policy_id,
        shown.site_id,
    )


def test_a_further_bill_starts_with_the_visits_care_and_day(desk: Client, shown: Presentation) -> None:
    page = card_page(desk, shown, care="emergency", day="2026-11-20")

    assert '<option value="emergency" selected>' in page
    assert 'value="2026-11-20"' in page


@pytest.mark.parametrize("query", [{"care": "x", "day": "x"}, {"care": "<b>", "day": "2026-99-99"}])
def test_a_doctored_link_starts_with_today(desk: Client, shown: Presentation, query: dict[str, str]) -> None:
    page = card_page(desk, shown, **query)

    assert '<option value="outpatient" selected>' in page
    assert 'value="2026-11-22"' in page


def test_the_preview_is_the_engines_decision_and_writes_nothing(desk: Client, shown: Presentation, post: Post) -> None:
    lines = [
        line(),
        line(category="04", name="过敏原检测", nature="allergy-test", unit_price="420.00", amount="420.00"),
    ]

    answer = post(desk, "preview", shown.ref, bill(lines=lines))

    page = answer.content.decode()
    assert 'data-outcome="paid"' in page
    assert "<dt>计划付</dt><dd>300.00</dd>" in "".join(part.strip() for part in page.splitlines())
    assert "420.00" in page
    assert "前5次就诊100%赔付" in page or "过敏" in page
    assert (Visit.objects.count(), Bill.objects.count()) == (0, 0)


def test_the_preview_is_what_sending_then_decides(desk: Client, shown: Presentation, post: Post) -> None:
    body = bill(care="emergency", lines=[line(nature="tcm"), line(category="06", unit_price="80.55", amount="80.55")])
    page = post(desk, "preview", shown.ref, body).content.decode()

    decision = post(desk, "send", shown.ref, body).json()["decision"]

    assert f"<dd>{decision['plan_pays']}</dd>" in page
    assert f"<dd>{decision['member_pays']}</dd>" in page


def test_a_preview_of_an_unreadable_line_says_which(desk: Client, shown: Presentation, post: Post) -> None:
    answer = post(desk, "preview", shown.ref, bill(lines=[line(), line(unit_price="1.005", amount="1.005")]))

    assert answer.status_code == 422
    assert {problem["line"] for problem in answer.json()["problems"]} == {2}


def test_a_preview_of_tomorrow_is_refused_with_a_sentence(desk: Client, shown: Presentation, post: Post) -> None:
    answer = post(desk, "preview", shown.ref, bill(day=tomorrow()))

    assert answer.status_code == 422
    assert "还没有到" in answer.json()["sentence"]


def test_what_the_page_gives_its_script_is_data_and_no_script(desk: Client, shown: Presentation) -> None:
    page = card_page(desk, shown)

    words = page.split('<script id="bill-words" type="application/json">')[1].split("</script>")[0]
    assert json.loads(words)["no_lines"]
    assert "<script>" not in page
    assert " style=" not in page
