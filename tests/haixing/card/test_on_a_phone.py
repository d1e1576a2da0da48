"""The family's pages in a real browser, as narrow and as large-lettered as phones get."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse

from haixing.lib import clock
from haixing.members import commands as members
from haixing.members.models import CardBinding
from tests import cast
from tests.haixing.card.at_home import VACCINE_PAGES, dosed, family

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, summary, input")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 2 && box.height > 4 && box.height < 43.5 && !one.closest("label");
}).map((one) => one.outerHTML)"""


@pytest.fixture
def card(transactional_db: None) -> CardBinding:
    """Xiaoman's card, in force on the browser's real day, with doses of hers."""
    today = clock.today()
    first, last = today - datetime.timedelta(days=100), today + datetime.timedelta(days=264)
    policy = cast.lin_policy(effective=first, expires=last, first_effective=first)
    held = CardBinding.objects.create(
        guardian=cast.lin_mother(), policy=policy, is_policyholder=True, bound_at=clock.now()
    )
    dosed(held, place="徐汇区天平街道社区卫生服务中心预防接种门诊")
    dosed(held, "penta", "2021-07-21")
    return held


@pytest.fixture
def phone(chromium: Any, live_server: Any, settings: Any, card: CardBinding) -> Iterator[Any]:
    """The mother's phone: every script error, and every request to another host, fails the test."""
    cookie = family(card.guardian).cookies[settings.SESSION_COOKIE_NAME].value
    context = chromium.new_context(viewport={"width": 375, "height": 812}, locale="zh-CN", base_url=live_server.url)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page, broken = context.new_page(), []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda line: broken.append(line.text) if line.type == "error" else None)
    page.on("request", lambda ask: None if ask.url.startswith((live_server.url, "data:")) else broken.append(ask.url))
    yield page
    context.close()
    assert broken == []


def _addresses(card: CardBinding) -> list[str]:
    names = ("card", "code", "benefits", "visits", *VACCINE_PAGES, "sites", "network", "holders")
    own = [reverse(f"card:{name}", args=[card.ref]) for name in names]
    own += [reverse("card:site", args=[card.ref, cast.sunflower().ref])]
    own += [f"{reverse('card:vaccines', args=[card.ref])}?tab=paid", reverse("card:vaccine", args=[card.ref, "dtap"])]
    return ["/?guide", "/sign-in/", "/bind/", "/cards/", "/demo/messages/", *own]


@pytest.mark.parametrize("width", [320, 430])
def test_no_page_is_wider_than_the_phone_and_every_target_fits_a_thumb(
    phone: Any, card: CardBinding, width: int
) -> None:
    phone.set_viewport_size({"width": width, "height": 812})
    for address in _addresses(card):
        phone.goto(address)
        assert not phone.evaluate(TOO_WIDE), address
        assert phone.evaluate(SMALL_TARGETS) == [], address


def test_letters_of_twice_the_size_still_fit_the_narrowest_phone(phone: Any, card: CardBinding) -> None:
    phone.set_viewport_size({"width": 320, "height": 812})
    for address in _addresses(card):
        phone.goto(address)
        phone.evaluate("document.documentElement.style.fontSize = '200%'")
        assert not phone.evaluate(TOO_WIDE), address


def test_a_tap_sorts_clinics_by_distance_and_no_address_or_storage_holds_the_position(
    phone: Any, card: CardBinding
) -> None:
    cast.site("far", name="远的", contracts=cast.contracts(), latitude=31.30, longitude=121.50)
    cast.site("near", name="近的", contracts=cast.contracts(), latitude=31.21, longitude=121.44, district="徐汇区")
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation({"latitude": 31.2004, "longitude": 121.4401})
    phone.goto(reverse("card:sites", args=[card.ref]))

    phone.get_by_role("button", name="离我最近的").click()
    phone.get_by_text("由近到远").wait_for()

    assert phone.locator(".site-km").all_inner_texts() == ["1.4 千米", "12.4 千米"]
    kept = phone.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, history.state, document.cookie])")
    assert [text for text in [*asked, phone.url, kept] if "31.2" in text or "121.4" in text] == []

    phone.get_by_label("项目").select_option("emergency")
    phone.wait_for_url("**care=emergency*")
    assert phone.locator(".site-km").count() == 2


def test_the_code_renews_by_itself_and_says_where_it_was_read(phone: Any, card: CardBinding) -> None:
    desk, site = cast.sunflower_desk(), cast.sunflower()
    phone.clock.install()
    phone.goto(reverse("card:code", args=[card.ref]))
    phone.clock.resume()
    first = phone.inner_text(".code-text")

    phone.clock.fast_forward(61_000)
    phone.wait_for_function("(first) => document.querySelector('.code-text').innerText !== first", arg=first)
    members.redeem_code(text=phone.inner_text(".code-text"), site_id=site.pk, staff=desk, now=clock.now())
    phone.clock.fast_forward(5_000)

    phone.get_by_text("已出示给 向日葵儿科-徐汇诊所").wait_for()
    assert phone.locator(".code-text").count() == 0
