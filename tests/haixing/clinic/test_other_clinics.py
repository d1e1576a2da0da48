"""A site sees only the cards that were shown to it, and only its own visits (promise T4)."""

import json

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from haixing.claims.models import Bill, Reversal
from haixing.members.models import Presentation
from tests import cast
from tests.haixing.clinic.at_desk import Post, bill

SCREENS = ["card", "preview", "send", "visit", "reverse"]
OPEN = ["start", "sites", "read", "scan", "token"]
"""Addresses that name nobody's record."""


def ask(client: Client, screen: str, *, shown: Presentation, visit: str) -> object:
    stored = Bill.objects.get()
    if screen in {"card", "visit"}:
        return client.get(reverse(f"clinic:{screen}", args=[shown.ref if screen == "card" else visit]))
    if screen == "reverse":
        return client.post(reverse("clinic:reverse", args=[visit, stored.ref]), {"reason": "不是我们的"})
    return client.post(
        reverse(f"clinic:{screen}", args=[shown.ref]),
        data=json.dumps(bill()),
        content_type="application/json",
        headers={"Accept": "application/json", "Idempotency-Key": "a-key-of-another-site"},
    )


@pytest.mark.parametrize("screen", SCREENS)
def test_another_site_finds_nothing(other_desk: Client, shown: Presentation, billed: str, screen: str) -> None:
    answer = ask(other_desk, screen, shown=shown, visit=billed)

    assert answer.status_code == 404  # type: ignore[attr-defined]
    assert "林小满" not in answer.content.decode()  # type: ignore[attr-defined]
    assert (Bill.objects.count(), Reversal.objects.count()) == (1, 0)


@pytest.mark.parametrize("screen", SCREENS)
def test_a_stranger_is_turned_away_everywhere(shown: Presentation, billed: str, screen: str) -> None:
    answer = ask(Client(), screen, shown=shown, visit=billed)

    assert answer.status_code in {302, 401}  # type: ignore[attr-defined]
    assert (Bill.objects.count(), Reversal.objects.count()) == (1, 0)


def test_every_address_with_a_record_in_it_is_tried_above() -> None:
    patterns = next(found for found in get_resolver().url_patterns if getattr(found, "namespace", "") == "clinic")

    names = {pattern.name for pattern in patterns.url_patterns}  # type: ignore[union-attr]
    assert names == {*SCREENS, *OPEN}


def test_a_bill_of_another_visit_is_not_reversed_through_ones_own(
    desk: Client, other_desk: Client, shown: Presentation, billed: str, post: Post
) -> None:
    there = cast.presented(cast.chen_card(), site=cast.dandelion(), staff=cast.dandelion_desk())
    theirs = post(other_desk, "send", there.ref, bill(), key="a-key-of-dandelion-clinic").json()

    answer = desk.post(reverse("clinic:reverse", args=[billed, theirs["bill"]]), {"reason": "试试"})

    assert answer.status_code == 404
    assert Reversal.objects.count() == 0


def test_the_lists_show_only_the_sites_own(other_desk: Client, desk: Client, shown: Presentation, billed: str) -> None:
    page = other_desk.get("/desk/").content.decode()

    assert "林小满" not in page
    assert "林小满" in desk.get("/desk/").content.decode()


def test_one_sites_card_is_not_billed_from_another_site_of_the_same_person(
    desk: Client, shown: Presentation, billed: str
) -> None:
    from haixing.accounts.models import Membership

    Membership.objects.create(user=cast.sunflower_desk(), site_id=cast.dandelion().pk)
    desk.post(reverse("clinic:sites"), {"site": cast.dandelion().pk})

    assert desk.get(reverse("clinic:card", args=[shown.ref])).status_code == 404
    assert desk.get(reverse("clinic:visit", args=[billed])).status_code == 404
