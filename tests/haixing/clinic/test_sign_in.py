"""Who may sit at the desk."""

import pytest
from django.test import Client
from django.urls import reverse

from haixing.accounts import commands as accounts
from haixing.accounts.models import Membership
from tests import cast
from tests.haixing.clinic.at_desk import signed_in

pytestmark = pytest.mark.django_db
START = "/desk/"


def test_a_stranger_is_asked_to_sign_in_and_comes_back_to_the_page() -> None:
    answer = Client().get("/desk/visits/ABCDEFGHJKMN/")

    assert answer.status_code == 302
    assert answer.url == "/desk/accounts/login/?next=%2Fdesk%2Fvisits%2FABCDEFGHJKMN%2F"


def test_signing_in_opens_the_desk_of_the_persons_site() -> None:
    user = cast.sunflower_desk()

    page = Client().post(reverse("account_login"), {"login": user.username, "password": cast.PASSWORD}, follow=True)

    assert page.request["PATH_INFO"] == START
    assert "向日葵儿科-徐汇诊所" in page.content.decode()


def test_a_wrong_password_is_answered_with_a_sentence() -> None:
    user = cast.sunflower_desk()

    page = Client().post(reverse("account_login"), {"login": user.username, "password": "not-her-password"})

    assert "用户名或密码不对，请再输一次。" in page.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_logout",
        "account_change_password",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
    ],
)
def test_the_sign_in_pages_are_dressed_like_the_desk(desk: Client, name: str) -> None:
    client = Client() if name == "account_login" else desk

    page = client.get(reverse(name), follow=True)

    assert page.status_code == 200
    assert "clinic/clinic.css" in page.content.decode()


def test_a_person_of_two_sites_chooses_one_first() -> None:
    user = cast.sunflower_desk()
    Membership.objects.create(user=user, site_id=cast.dandelion().pk)
    client = signed_in(user)

    assert client.get(START).url == reverse("clinic:sites")
    choice = client.get(reverse("clinic:sites")).content.decode()
    assert "徐汇诊所" in choice
    assert "静安诊所" in choice

    client.post(reverse("clinic:sites"), {"site": cast.dandelion().pk})
    assert "蒲公英儿科-静安诊所" in client.get(START).content.decode()


@pytest.mark.parametrize("site", ["", "x", "-1", "99999999", "9" * 5000, "²"])
def test_a_site_that_is_not_theirs_cannot_be_chosen(site: str) -> None:
    user = cast.sunflower_desk()
    Membership.objects.create(user=user, site_id=cast.dandelion().pk)
    client = signed_in(user)

    client.post(reverse("clinic:sites"), {"site": site or str(cast.maple().pk)})

    assert "site" not in client.session


def test_who_is_dismissed_is_out_at_the_next_request(desk: Client) -> None:
    assert desk.get(START).status_code == 200

    accounts.dismiss(user=cast.sunflower_desk(), site_id=cast.sunflower().pk, now=cast.NOW)

    assert desk.get(START).url.startswith(reverse("account_login"))


def test_who_left_the_chosen_site_is_asked_to_choose_again_or_led_to_the_other(desk: Client) -> None:
    user = cast.sunflower_desk()
    desk.get(START)
    Membership.objects.create(user=user, site_id=cast.dandelion().pk)

    accounts.dismiss(user=user, site_id=cast.sunflower().pk, now=cast.NOW)

    page = desk.get(START).content.decode()
    assert "蒲公英儿科-静安诊所" in page
    assert "向日葵儿科-徐汇诊所" not in page


def test_a_person_of_no_site_hears_why(desk: Client) -> None:
    Membership.objects.filter(user=cast.sunflower_desk()).update(ended_at=cast.NOW)

    page = desk.get(START, follow=True).content.decode()

    assert "您的账号已不在任何诊所名下" in page
    assert "_auth_user_id" not in desk.session
