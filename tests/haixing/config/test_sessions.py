"""How long a sign-in lasts."""

import datetime

import pytest
from django.test import Client

from haixing.accounts import commands as accounts

DAY = datetime.timedelta(hours=12)


@pytest.mark.django_db
def test_a_desks_session_ends_with_the_working_day() -> None:
    accounts.hire(username="lin.qian", name="林倩", password="sunflower-desk-1", site_id=1)
    client = Client()

    answer = client.post("/desk/accounts/login/", {"login": "lin.qian", "password": "sunflower-desk-1"})

    assert answer.status_code == 302
    assert client.session.get_expiry_age() == DAY.total_seconds()


@pytest.mark.django_db
def test_five_wrong_passwords_close_a_name_for_an_address() -> None:
    accounts.hire(username="lin.qian", name="林倩", password="sunflower-desk-1", site_id=1)
    wrong = {"login": "lin.qian", "password": "wrong"}

    answers = [Client().post("/desk/accounts/login/", wrong, REMOTE_ADDR="10.0.0.9").status_code for _ in range(5)]

    assert answers == [200, 200, 200, 200, 429]
