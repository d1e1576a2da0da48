"""The child's calendar in a real browser with scripts off, as narrow as phones get, in both languages."""

import datetime
from typing import Any

import pytest
from django.urls import reverse

from haixing.lib import clock
from tests import cast
from tests.haixing.card.at_home import family

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.parametrize(
    ("language", "open_the_form", "save", "first", "moved"),
    [
        ("zh-hans", "记一剂", "记下", "乙肝疫苗 第 2 剂", "最早"),
        ("en", "Record a dose", "Record", "Hepatitis B vaccine, dose 2", "From"),
    ],
)
def test_recording_a_dose_moves_the_next_date(
    chromium: Any,
    live_server: Any,
    settings: Any,
    transactional_db: None,
    language: str,
    open_the_form: str,
    save: str,
    first: str,
    moved: str,
) -> None:
    today = clock.today()
    born = today - datetime.timedelta(days=70)
    card = cast.card_of(cast.policy(member_number="HX260000000066", child_name="林小夏", born=born))
    cookies = {
        settings.SESSION_COOKIE_NAME: family(card.guardian).cookies[settings.SESSION_COOKIE_NAME].value,
        settings.LANGUAGE_COOKIE_NAME: language,
    }
    context = chromium.new_context(
        viewport={"width": 320, "height": 700}, base_url=live_server.url, java_script_enabled=False
    )
    context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
    page = context.new_page()
    page.goto(reverse("card:vaccine_calendar", args=[card.ref]))

    def line(name: str) -> str:
        return str(page.locator(".doses li", has_text=name).inner_text())

    # Dose 1 today at the earliest, so dose 2 is 28 days away.
    assert f"{moved} {today + datetime.timedelta(days=28)}" in line(first)
    page.get_by_role("link", name=open_the_form, exact=True).click()
    page.locator("#id_vaccine").select_option("hepb")
    page.locator("#id_day").fill((today - datetime.timedelta(days=10)).isoformat())
    page.get_by_role("button", name=save, exact=True).click()
    assert f"{moved} {today + datetime.timedelta(days=18)}" in line(first)
    assert not page.evaluate(TOO_WIDE)
    context.close()
