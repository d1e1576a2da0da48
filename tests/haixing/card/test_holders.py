from django.test import Client
from django.urls import reverse

from haixing.members.models import CardBinding, Guardian
from tests import cast
from tests.haixing.card.at_home import family, page, said


def _grandfathers(card: CardBinding) -> CardBinding:
    grandfather = Guardian.objects.create(called="外公", joined_at=cast.NOW)
    return CardBinding.objects.create(guardian=grandfather, policy=card.policy, bound_at=cast.NOW)


def _remove(client: Client, card: CardBinding, holder: CardBinding) -> object:
    return client.post(reverse("card:holder_remove", args=[card.ref, holder.ref]))


def test_everyone_who_holds_the_card_is_listed_with_their_time(mother: Client, card: CardBinding) -> None:
    _grandfathers(card)

    words = said(page(mother, "holders", card.ref))

    assert "妈妈 本机 投保人 2026-10-23 10:00 关联" in words
    assert "外公 2026-11-22 10:00 关联" in words


def test_the_policyholder_is_asked_once_more_before_removing(mother: Client, card: CardBinding) -> None:
    holder = _grandfathers(card)

    words = said(page(mother, "holder_remove", card.ref, holder.ref))

    assert "移除后，“外公”的手机不再能打开林小满的卡" in words
    holder.refresh_from_db()
    assert holder.ended_at is None


def test_a_removed_phone_cannot_open_the_card_any_more(mother: Client, card: CardBinding) -> None:
    holder = _grandfathers(card)
    phone = family(holder.guardian)
    assert page(phone, "card", holder.ref)

    _remove(mother, card, holder)

    assert phone.get(reverse("card:card", args=[holder.ref])).status_code == 404


def test_a_relative_cannot_remove_the_policyholder(card: CardBinding) -> None:
    holder = _grandfathers(card)
    phone = family(holder.guardian)

    response = phone.post(reverse("card:holder_remove", args=[holder.ref, card.ref]))

    assert response.status_code == 404
    card.refresh_from_db()
    assert card.ended_at is None
    assert "移除</a>" not in page(phone, "holders", holder.ref).replace("\n", "").replace(" ", "")


def test_everyone_may_let_go_of_their_own_card(card: CardBinding) -> None:
    holder = _grandfathers(card)
    phone = family(holder.guardian)

    response = phone.post(reverse("card:holder_remove", args=[holder.ref, holder.ref]))

    assert response.headers["Location"] == "/cards/"
    assert "林小满" not in page(phone, "cards").replace("解除", "")


def test_a_holder_of_another_card_is_not_found_here(mother: Client, card: CardBinding, other_card: CardBinding) -> None:
    response = mother.post(reverse("card:holder_remove", args=[card.ref, other_card.ref]))

    assert response.status_code == 404
    other_card.refresh_from_db()
    assert other_card.ended_at is None
