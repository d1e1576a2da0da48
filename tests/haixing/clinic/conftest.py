"""The desk of Sunflower Clinic on a Sunday morning, with Xiaoman's card shown there, and Dandelion's next door."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from haixing.members.models import Presentation
from tests import cast
from tests.haixing.clinic.at_desk import KEY, Post, bill, signed_in


@pytest.fixture(autouse=True)
def _sunday_morning(request: pytest.FixtureRequest) -> Iterator[None]:
    """The cast's moment. It stands still, except where a browser waits for things to happen."""
    with time_machine.travel(cast.NOW, tick=request.node.get_closest_marker("browser") is not None):
        yield


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Hiring the cast for each test need not cost an attacker's price."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def desk(db: None) -> Client:
    """方瑜 at Sunflower."""
    return signed_in(cast.sunflower_desk())


@pytest.fixture
def other_desk(db: None) -> Client:
    """苏禾 at Dandelion: she must see nothing of Sunflower's."""
    return signed_in(cast.dandelion_desk())


@pytest.fixture
def shown(db: None) -> Presentation:
    """Xiaoman's card, shown at Sunflower this morning."""
    return cast.presented(cast.lin_card(), site=cast.sunflower(), staff=cast.sunflower_desk())


@pytest.fixture
def post() -> Post:
    """Post JSON as the page's script does; the answer keeps its status."""

    def send(client: Client, name: str, ref: str, body: Any, *, key: str = KEY) -> Any:
        return client.post(
            reverse(f"clinic:{name}", args=[ref]),
            data=body if isinstance(body, str) else json.dumps(body, ensure_ascii=False),
            content_type="application/json",
            headers={"Accept": "application/json", "Idempotency-Key": key},
        )

    return send


@pytest.fixture
def billed(desk: Client, shown: Presentation, post: Post) -> str:
    """The reference of a visit that Sunflower billed today: one line of 300 yuan."""
    visit: str = post(desk, "send", shown.ref, bill()).json()["visit"]
    return visit


@pytest.fixture
def form_page(chromium: Any, live_server: Any, settings: Any) -> Iterator[Any]:
    """The bill form of Xiaoman's card in 方瑜's browser; every error of a script fails the test."""
    desk = signed_in(cast.sunflower_desk())
    shown = cast.presented(cast.lin_card(), site=cast.sunflower(), staff=cast.sunflower_desk())
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": desk.cookies[settings.SESSION_COOKIE_NAME].value,
                "url": live_server.url,
            }
        ]
    )
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(live_server.url + reverse("clinic:card", args=[shown.ref]))
    yield page
    context.close()
    assert broken == []
