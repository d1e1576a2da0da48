"""What nobody types by accident: the desk answers it like any other slip."""

import struct
import zlib

import pytest
from django.test import Client
from django.urls import reverse

from haixing.claims.models import Bill
from haixing.members.models import Presentation
from tests.haixing.clinic.at_desk import Post, bill, line


def png(width: int, height: int) -> bytes:
    """A few bytes that say they are a picture of this size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def test_the_first_day_there_is_has_no_day_before(desk: Client) -> None:
    answer = desk.get(reverse("clinic:start"), {"day": "0001-01-01"})

    assert answer.status_code == 200
    assert "前一天" not in answer.content.decode()


@pytest.mark.parametrize(("width", "height"), [(30_000, 30_000), (2**31 - 1, 2**31 - 1), (100, 100), (0, 0)])
def test_a_picture_that_is_not_what_it_says_gives_no_text(desk: Client, width: int, height: int) -> None:
    answer = desk.post(reverse("clinic:scan"), data=png(width, height), content_type="image/png")

    assert answer.json() == {"text": ""}


@pytest.mark.parametrize("quantity", ["1_0", "1e1", "+10", " 10", "NaN", "sNaN", "Infinity", "1e999999999999", "１０"])
def test_a_number_that_only_a_computer_reads_is_no_quantity(
    desk: Client, shown: Presentation, post: Post, quantity: str
) -> None:
    answer = post(desk, "send", shown.ref, bill(lines=[line(quantity=quantity, amount="3000.00")]))

    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["problems"]] == ["quantity"]
    assert Bill.objects.count() == 0


def test_a_bill_of_nothing_is_refused_in_a_sentence(desk: Client, shown: Presentation, post: Post) -> None:
    free = line(unit_price="0.00", amount="0.00")

    answer = post(desk, "send", shown.ref, bill(lines=[free, free]))

    assert answer.status_code == 422
    assert [(each["line"], each["field"]) for each in answer.json()["problems"]] == [(None, "lines")]
    assert "合计是 0 元" in answer.json()["problems"][0]["text"]
    assert post(desk, "send", shown.ref, bill(lines=[free, line()])).status_code == 201


def test_a_desks_page_answers_head_as_it_answers_get(desk: Client, shown: Presentation, billed: str) -> None:
    pages = [reverse("clinic:start"), reverse("clinic:card", args=[shown.ref]), reverse("clinic:visit", args=[billed])]

    assert [desk.head(page).status_code for page in pages] == [200, 200, 200]
