import datetime
import re

import time_machine
from django.test import Client
from django.urls import reverse

from haixing.members import commands as members
from haixing.members.models import CardBinding, CardCode
from haixing.policies.models import Policy
from tests import cast
from tests.haixing.card.at_home import page, said


def _shown(html: str) -> str:
    found = re.search(r'class="code-text"[^>]*>([0-9A-Z ]+)<', html)
    assert found is not None
    return found.group(1).strip()


def _since(html: str) -> str:
    found = re.search(r"used/\?since=(\d+)", html)
    assert found is not None
    return found.group(1)


def test_the_code_on_the_screen_is_the_one_the_desk_may_type(mother: Client, card: CardBinding) -> None:
    typed = _shown(page(mother, "code", card.ref))
    staff = cast.sunflower_desk()

    presentation = members.redeem_code(text=typed, site_id=cast.sunflower().pk, staff=staff, now=cast.NOW)

    assert presentation.binding == card


def test_the_page_shows_who_it_is_and_when_it_was_made(mother: Client, card: CardBinding) -> None:
    html = page(mother, "code", card.ref)

    for fact in ("林小满", "2021-05-21", "HX260000000001", "10:00:00"):
        assert fact in said(html)
    assert "<svg" in html
    assert len(_shown(html)) == 12  # three, three and four characters


def test_with_scripts_off_the_page_renews_itself(mother: Client, card: CardBinding) -> None:
    html = page(mother, "code", card.ref)

    assert re.search(r'<noscript>\s*<meta http-equiv="refresh" content="60">\s*</noscript>', html)


def test_htmx_gets_only_the_part_with_a_new_code_and_the_same_beginning(mother: Client, card: CardBinding) -> None:
    first = page(mother, "code", card.ref)

    with time_machine.travel(cast.NOW + datetime.timedelta(seconds=60), tick=False):
        address = reverse("card:code", args=[card.ref])
        html = mother.get(address, {"since": _since(first)}, headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in html
    assert _shown(html) != _shown(first)
    assert _since(html) == _since(first)


def test_nothing_is_said_until_the_card_is_read(mother: Client, card: CardBinding) -> None:
    since = _since(page(mother, "code", card.ref))

    assert mother.get(reverse("card:code_used", args=[card.ref]), {"since": since}).status_code == 204


def test_where_the_card_was_read_is_said_once_and_the_asking_stops(mother: Client, card: CardBinding) -> None:
    since = _since(page(mother, "code", card.ref))
    cast.presented(card, site=cast.sunflower(), staff=cast.sunflower_desk())

    response = mother.get(reverse("card:code_used", args=[card.ref]), {"since": since})

    assert response.status_code == 286
    assert "已出示给 向日葵儿科-徐汇诊所" in said(response.content.decode())


def test_a_reading_before_the_page_was_opened_is_not_news(mother: Client, card: CardBinding) -> None:
    earlier = cast.NOW - datetime.timedelta(minutes=5)
    cast.presented(card, site=cast.sunflower(), staff=cast.sunflower_desk(), at=earlier)
    since = _since(page(mother, "code", card.ref))

    assert mother.get(reverse("card:code_used", args=[card.ref]), {"since": since}).status_code == 204


def test_nonsense_for_a_moment_is_no_news(mother: Client, card: CardBinding) -> None:
    for since in ("", "-1", "１２３", "99999999999999999999", "now"):
        assert mother.get(reverse("card:code_used", args=[card.ref]), {"since": since}).status_code == 204


def test_a_card_that_does_not_work_today_makes_no_code(mother: Client, card: CardBinding) -> None:
    Policy.objects.update(expires=cast.TODAY - datetime.timedelta(days=1))

    words = said(page(mother, "code", card.ref))

    assert "保单已不在保障期内" in words
    assert not CardCode.objects.exists()
