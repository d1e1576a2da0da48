"""读卡: the field, the camera's frames, today's cards and a day's visits."""

import io

import pytest
import segno
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from PIL import Image

from haixing.audit.models import Event
from haixing.members import commands as members
from haixing.members.models import Presentation
from tests import cast
from tests.haixing.clinic.at_desk import Post, bill

START = "/desk/"


def read(client: Client, code: str) -> object:
    return client.post(reverse("clinic:read"), {"code": code})


def sentence_of(page: object) -> str:
    content: str = page.content.decode()  # type: ignore[attr-defined]
    return content.split('class="wrong" role="alert">', 1)[1].split("</p>", 1)[0]


@pytest.mark.parametrize("how", ["code", "qr"])
def test_a_typed_or_scanned_code_opens_the_card(desk: Client, how: str) -> None:
    shown = members.show_code(binding=cast.lin_card(), now=cast.NOW)

    answer = read(desk, getattr(shown, how))

    presentation = Presentation.objects.get()
    assert answer.url == reverse("clinic:card", args=[presentation.ref])  # type: ignore[attr-defined]
    assert presentation.site == cast.sunflower()


def test_a_code_works_once(desk: Client, other_desk: Client) -> None:
    code = members.show_code(binding=cast.lin_card(), now=cast.NOW).code
    read(desk, code)

    answer = read(other_desk, code)

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "已经用过" in sentence_of(answer)


def test_a_wrong_code_gets_a_sentence_and_stays_in_the_field(desk: Client) -> None:
    answer = read(desk, "ABC 123")

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert sentence_of(answer)
    assert 'value="ABC 123"' in answer.content.decode()  # type: ignore[attr-defined]


def test_an_empty_field_says_what_to_do(desk: Client) -> None:
    assert sentence_of(read(desk, "")) == "请输入家长手机上的十位卡码，或扫描二维码。"


def frame(text: str) -> bytes:
    picture, jpeg = io.BytesIO(), io.BytesIO()
    segno.make(text).save(picture, kind="png", scale=6, border=4)
    Image.open(picture).convert("RGB").save(jpeg, "JPEG", quality=80)
    return jpeg.getvalue()


def scan(client: Client, body: bytes) -> object:
    return client.post(reverse("clinic:scan"), data=body, content_type="image/jpeg")


def test_a_frame_of_the_camera_gives_the_codes_text_and_redeems_nothing(desk: Client) -> None:
    text = members.show_code(binding=cast.lin_card(), now=cast.NOW).qr

    answer = scan(desk, frame(text))

    assert answer.json() == {"text": text}  # type: ignore[attr-defined]
    assert Presentation.objects.count() == 0


@pytest.mark.parametrize("body", [b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40], ids=["text", "broken picture"])
def test_a_frame_without_a_code_gives_no_text(desk: Client, body: bytes) -> None:
    assert scan(desk, body).json() == {"text": ""}  # type: ignore[attr-defined]


def test_a_picture_larger_than_a_screen_is_not_opened(desk: Client) -> None:
    huge = io.BytesIO()
    Image.new("1", (9000, 9000)).save(huge, "PNG")

    assert scan(desk, huge.getvalue()).json() == {"text": ""}  # type: ignore[attr-defined]


def test_a_frame_of_megabytes_is_refused_unread(desk: Client) -> None:
    assert scan(desk, b"\xff" * 1_000_001).status_code == 413  # type: ignore[attr-defined]


def test_the_desk_lists_todays_cards_and_visits_with_totals(desk: Client, billed: str) -> None:
    page = desk.get(START).content.decode()

    assert "林小满" in page
    assert reverse("clinic:visit", args=[billed]) in page
    assert "合计 1 次就诊" in page
    assert page.count("300.00") == 4  # billed and paid by the plan, in the row and in the totals


def test_another_day_has_its_own_list(desk: Client, billed: str) -> None:
    page = desk.get(START, {"day": "2026-11-21"}).content.decode()

    assert "2026-11-21 的就诊" in page
    assert reverse("clinic:visit", args=[billed]) not in page


@pytest.mark.parametrize("day", ["2026-13-45", "yesterday", "2031-01-01", ""])
def test_a_day_that_cannot_be_listed_shows_today(desk: Client, day: str) -> None:
    assert "今天的就诊" in desk.get(START, {"day": day}).content.decode()


def test_a_list_of_children_is_a_sight_of_their_data(desk: Client, billed: str) -> None:
    Event.objects.filter(action="desk.listed").count()

    desk.get(START)

    event = Event.objects.get(action="desk.listed")
    assert (event.actor, event.subject, event.site_id) == (
        f"staff:{cast.sunflower_desk().pk}",
        f"site:{cast.sunflower().ref}",
        cast.sunflower().pk,
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many_visits(
    desk: Client, post: Post, count: int, django_assert_num_queries: object
) -> None:
    for number in range(count):
        card = cast.lin_card() if not number else _another_card(number)
        shown = cast.presented(card, site=cast.sunflower(), staff=cast.sunflower_desk())
        assert post(desk, "send", shown.ref, bill(), key=f"key-of-the-list-{number}").status_code == 201

    with django_assert_num_queries(6):  # type: ignore[operator]  # session, person, sites, visits, cards, trail
        page = desk.get(START)

    assert page.content.decode().count('class="visit-row"') == count


def _another_card(number: int) -> object:
    policy = cast.policy(member_number=f"HX26000080{number:04}", child_name=f"林小{'一二三'[number]}")
    return cast._card(cast.lin_mother(), policy)


def test_names_with_rare_characters_and_emoji_are_shown_whole(desk: Client) -> None:
    card = cast._card(cast.lin_mother(), cast.policy(member_number="HX260000009999", child_name="欧阳𠮷㛃"))
    shown = cast.presented(card, site=cast.sunflower(), staff=cast.sunflower_desk())

    assert escape("欧阳𠮷㛃") in desk.get(reverse("clinic:card", args=[shown.ref])).content.decode()
