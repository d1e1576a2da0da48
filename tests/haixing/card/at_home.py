"""What the tests of the card say again and again: a family at home with a phone in hand."""

import datetime
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from haixing.claims import commands as claims
from haixing.claims.facts import read_entry
from haixing.claims.models import Bill
from haixing.members.models import CardBinding, Guardian, SignIn
from haixing.notices.models import Message
from haixing.vaccines import commands as vaccines
from haixing.vaccines.models import Dose
from tests import cast

VACCINE_PAGES = ("vaccines", "vaccine_calendar", "vaccine_record")
CARD_PAGES = ("card", "code", "code_used", "benefits", "visits", *VACCINE_PAGES, "sites", "network", "holders")
"""Every page about one card whose address is the card's reference alone."""


def family(guardian: Guardian) -> Client:
    """A phone on which the guardian is signed in."""
    client = Client()
    session = client.session
    session["sign_in"] = SignIn.objects.create(guardian=guardian, started_at=cast.NOW).pk
    session.save()
    return client


def page(client: Client, name: str, *refs: str, **query: str) -> str:
    """The text of a page that must be there."""
    response = client.get(reverse(f"card:{name}", args=refs), query)
    assert response.status_code == 200, response
    return response.content.decode()


def said(html: str) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def last_code() -> str:
    """The six digits of the newest SMS."""
    found = re.search(r"\d{6}", Message.objects.filter(channel="sms", is_decoy=False).latest("id").text)
    assert found is not None
    return found.group()


def dosed(card: CardBinding, vaccine: str = "mmr", day: str = "2022-01-25", place: str = "") -> Dose:
    """A dose that the card's holder wrote down."""
    return vaccines.record_dose(
        policy=card.policy,
        guardian=card.guardian,
        vaccine=vaccine,
        day=datetime.date.fromisoformat(day),
        place=place,
        now=cast.NOW,
        today=cast.TODAY,
    )


def billed(card: CardBinding, *, key: str = "key-1", **changes: Any) -> Bill:
    """Sunflower billed a visit of the card's child today: 300 yuan for the doctor, 200 for an allergy test."""
    lines = [
        {"category": "02", "name": "儿科诊察", "quantity": "1", "unit_price": "300.00", "amount": "300.00"},
        {
            "category": "04",
            "name": "过敏原检测",
            "quantity": "2",
            "unit_price": "100.00",
            "amount": "200.00",
            "nature": "allergy-test",
        },
    ]
    raw = {"care": "outpatient", "day": cast.TODAY.isoformat(), "lines": lines} | changes
    staff = cast.sunflower_desk()
    shown = cast.presented(card, site=cast.sunflower(), staff=staff)
    return claims.submit_bill(presentation=shown, staff=staff, key=key, entry=read_entry(raw), now=cast.NOW)
