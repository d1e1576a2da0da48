"""What holds for every page of the family's door, whatever it shows."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from haixing.members.models import CardBinding
from tests import cast
from tests.canaries import CANARIES, Cage
from tests.haixing.card.at_home import VACCINE_PAGES, billed, dosed, last_code

PERSONAL = ("林小满", "妈妈", "13800000001", "HX260000000001", "2021-05-21", "%E6%9E%97")


class _Tags(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.script_text = ""
        self._in_script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_script = tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._in_script = self._in_script and tag not in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.script_text += data.strip()


@pytest.fixture
def pages(mother: Client, card: CardBinding) -> dict[str, str]:
    """Every page of the door by its address, as Xiaoman's mother (or a newcomer) sees it."""
    visit = billed(card).visit
    dosed(card, place="徐汇区社区卫生服务中心")
    about_a_card = ("card", "code", "benefits", "visits", *VACCINE_PAGES, "sites", "network", "holders")
    own = [
        reverse("card:cards"),
        *(reverse(f"card:{name}", args=[card.ref]) for name in about_a_card),
        reverse("card:visit", args=[card.ref, visit.ref]),
        reverse("card:vaccine", args=[card.ref, "penta"]),
        reverse("card:site", args=[card.ref, visit.site.ref]),
        reverse("card:vaccines", args=[card.ref]) + "?tab=paid",
        reverse("card:holder_remove", args=[card.ref, card.ref]),
    ]
    newcomers = [reverse(f"card:{name}") for name in ("guide", "sign_in", "bind", "demo_messages")]
    shown = {address: mother.get(address) for address in own} | {
        address: Client().get(address) for address in newcomers
    }
    shown["/no-such-page/"] = mother.get("/no-such-page/")
    for address, response in shown.items():
        assert response.status_code == (404 if address == "/no-such-page/" else 200), address
        policy = response.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy, address
        assert "unsafe" not in policy, address
        assert response.headers["Cache-Control"] == "no-store, private", address
    return {address: response.content.decode() for address, response in shown.items()}


def test_no_page_has_an_inline_script_or_style(pages: dict[str, str]) -> None:
    for address, html in pages.items():
        seen = _Tags(html)
        assert seen.script_text == "", address
        loud = [(tag, name) for tag, attrs in seen.tags for name in attrs if name == "style" or name.startswith("on")]
        assert loud == [], address
        assert [attrs for tag, attrs in seen.tags if tag == "script" and not attrs.get("src")] == [], address


def test_no_page_asks_another_host(pages: dict[str, str]) -> None:
    for address, html in pages.items():
        fetched = [attrs.get("src") or attrs.get("href") or "" for tag, attrs in _Tags(html).tags if tag != "a"]
        assert [url for url in fetched if re.match(r"(https?:)?//", url)] == [], address


def test_no_address_holds_personal_data(pages: dict[str, str]) -> None:
    for address, html in pages.items():
        tags = _Tags(html).tags
        links = [
            value or "" for _tag, attrs in tags for name, value in attrs.items() if name in {"href", "hx-get", "action"}
        ]
        assert [link for link in [address, *links] for word in PERSONAL if word in link] == [], address


def test_every_page_names_its_language_and_lets_people_zoom(pages: dict[str, str]) -> None:
    for address, html in pages.items():
        assert '<html lang="zh-Hans">' in html, address
        assert "user-scalable" not in html, address
        assert "maximum-scale" not in html, address


def test_every_page_but_an_error_offers_the_other_language(pages: dict[str, str]) -> None:
    without = [address for address, html in pages.items() if 'name="language"' not in html]

    assert without == ["/no-such-page/"]


def test_every_box_on_every_page_has_a_label(pages: dict[str, str]) -> None:
    for address, html in pages.items():
        tags = _Tags(html).tags
        named = {attrs.get("for") for tag, attrs in tags if tag == "label"}
        boxes = [attrs.get("id") for tag, attrs in tags if tag == "input" and attrs.get("type") != "hidden"]
        assert [box for box in boxes if box not in named] == [], address


def test_every_page_has_one_heading_of_the_first_level(pages: dict[str, str]) -> None:
    for address, html in pages.items():
        assert [tag for tag, _attrs in _Tags(html).tags].count("h1") == 1, address


def test_the_language_can_be_switched_from_any_page(mother: Client) -> None:
    response = mother.post("/language/", {"language": "en", "next": "/cards/"})

    assert response.headers["Location"] == "/cards/"
    assert '<html lang="en">' in mother.get("/cards/").content.decode()


def test_a_familys_whole_visit_leaves_nothing_personal_in_logs_or_tables(db: None, canaries: Cage) -> None:
    cast.policy(member_number="HX260000000990", child_name=CANARIES.name, phone=f"+86{CANARIES.phone}")
    typed = {
        "name": CANARIES.name,
        "gender": "F",
        "phone": CANARIES.phone,
        "whose": "family",
        "called": CANARIES.called,
        "consent": "on",
    }
    client = Client()
    client.post("/bind/", typed | {"send_code": "1"})
    client.post("/bind/", typed | {"code": "000000"})
    answers = [client.post("/bind/", typed | {"code": last_code()})]
    ref = CardBinding.objects.get().ref
    about_a_card = ("card", "code", "benefits", "visits", "holders")

    answers += [client.get(reverse(f"card:{name}", args=[ref])) for name in about_a_card]
    answers += [client.get("/cards/"), client.get("/cards/none/"), client.post("/sign-out/")]

    canaries.assert_silent(*(str(answer.headers) for answer in answers))
