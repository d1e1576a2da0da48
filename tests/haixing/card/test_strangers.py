"""T4: nobody sees another family's card. 子墨's father asks for Xiaoman's pages, which hold much that could leak."""

import pytest
from django.test import Client
from django.urls import reverse

from haixing.audit.models import Event
from haixing.members.models import CardBinding
from tests.haixing.card.at_home import CARD_PAGES, VACCINE_PAGES, billed, dosed, page

SECRETS = ("林小满", "徐汇区社区", "HX260000000001", "13800000001", "2021-05-21", "过敏原检测")


def _addresses(card: CardBinding) -> list[str]:
    bill, dose = billed(card), dosed(card, place="徐汇区社区卫生服务中心")
    return [
        *(reverse(f"card:{name}", args=[card.ref]) for name in CARD_PAGES),
        reverse("card:visit", args=[card.ref, bill.visit.ref]),
        reverse("card:holder_remove", args=[card.ref, card.ref]),
        reverse("card:vaccine", args=[card.ref, "mmr"]),
        reverse("card:vaccine_file", args=[card.ref]),
        reverse("card:dose_remove", args=[card.ref, dose.ref]),
        reverse("card:site", args=[card.ref, bill.visit.site.ref]),
        reverse("card:network_sheet", args=[card.ref]),
    ]


def test_the_list_of_pages_is_complete() -> None:
    from haixing.card.urls import urlpatterns

    about_a_card = {pattern.name for pattern in urlpatterns if "<str:ref>" in str(pattern.pattern)}

    assert about_a_card == {
        *CARD_PAGES,
        "visit",
        "holder_remove",
        "vaccine",
        "vaccine_file",
        "dose_remove",
        "site",
        "network_sheet",
    }


@pytest.mark.parametrize("method", ["get", "post"])
def test_another_familys_card_does_not_exist(card: CardBinding, father: Client, method: str) -> None:
    for address in _addresses(card):
        response = getattr(father, method)(address)

        assert response.status_code in {404, 405}, address
        assert [secret for secret in SECRETS if secret in response.content.decode()] == [], address


def test_another_familys_card_and_no_card_get_the_same_answer(card: CardBinding, father: Client) -> None:
    answers = [father.get(reverse("card:card", args=[ref])) for ref in (card.ref, "000000000000")]

    assert answers[0].content == answers[1].content


def test_a_stranger_is_sent_to_sign_in_whatever_the_card(card: CardBinding, client: Client) -> None:
    for address in [*_addresses(card), reverse("card:cards")]:
        method = client.post if "/doses/" in address else client.get
        assert method(address).headers["Location"] == "/sign-in/", address


def test_each_page_is_one_sight_of_the_childs_data(mother: Client, card: CardBinding) -> None:
    for name in ("card", "code", "benefits", "visits", *VACCINE_PAGES, "holders"):
        before = Event.objects.count()

        page(mother, name, card.ref)

        assert Event.objects.count() == before + 1, name
        event = Event.objects.latest("id")
        assert (event.actor, event.policy_id) == (f"guardian:{card.guardian_id}", card.policy_id)
        assert event.subject == f"card:{card.ref}"


def test_a_page_that_was_refused_leaves_no_sight(card: CardBinding, father: Client) -> None:
    father.get(reverse("card:benefits", args=[card.ref]))

    assert not Event.objects.filter(policy_id=card.policy_id, action="benefits.seen").exists()
