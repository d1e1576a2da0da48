"""Staff sign in by name and password, with a second factor if they set one up. Nobody learns which names exist."""

import datetime
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from haixing.accounts import commands as accounts
from haixing.accounts.models import User
from haixing.audit.models import Event

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 22, 2, 0, tzinfo=datetime.UTC)
PASSWORD = "sunflower-desk-2026"
LOGIN = "/desk/accounts/login/"
ACTIVATE = "/desk/accounts/2fa/totp/activate/"


@pytest.fixture(autouse=True)
def _the_clock_stands_still() -> Iterator[None]:
    """Or the half minute of a code could end between making and typing it."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _no_tries_left_over_from_other_tests() -> None:
    cache.clear()


@pytest.fixture
def nurse() -> User:
    return accounts.hire(username="wang.min", name="王敏", password=PASSWORD, site_id=7, now=NOW)


def log_in(client: Client, username: str = "wang.min", password: str = PASSWORD) -> HttpResponse:
    response: HttpResponse = client.post(LOGIN, {"login": username, "password": password})  # type: ignore[assignment]
    return response


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up_second_factor(client: Client) -> str:
    """Activate TOTP as a person would, the password asked again before it, and return the secret."""
    asked = client.get(ACTIVATE)
    assert (asked.status_code, asked["Location"]) == (302, f"/desk/accounts/reauthenticate/?next={quote(ACTIVATE, '')}")
    again = client.post(asked["Location"], {"password": PASSWORD})
    assert (again.status_code, again["Location"]) == (302, ACTIVATE)
    page = client.get(ACTIVATE)
    assert page.status_code == 200
    secret: str = client.session["mfa.totp.secret"]
    assert secret in page.content.decode()
    client.post(ACTIVATE, {"code": code_now(secret)})
    return secret


def test_the_right_password_opens_the_desk(client: Client, nurse: User) -> None:
    response = log_in(client)

    assert (response.status_code, response["Location"], is_signed_in(client)) == (302, "/desk/", True)


def test_signing_out_ends_it(client: Client, nurse: User) -> None:
    log_in(client)

    client.post("/desk/accounts/logout/")

    assert not is_signed_in(client)


def test_a_dismissed_person_cannot_sign_in(client: Client, nurse: User) -> None:
    accounts.dismiss(user=nurse, site_id=7, now=NOW)

    log_in(client)

    assert not is_signed_in(client)


def bare(response: HttpResponse) -> str:
    """Return a page without what differs every time, and without the name that was typed."""
    text = response.content.decode().replace("wang.min", "NAME").replace("no.body", "NAME")
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)


def test_a_wrong_password_and_an_unknown_name_look_alike(nurse: User) -> None:
    pages = []
    for username in ("wang.min", "no.body"):
        client = Client(REMOTE_ADDR=f"198.51.100.{len(pages)}")
        response = log_in(client, username, "a wrong password")
        pages.append((response.status_code, bare(response), sorted(response.headers)))

    assert pages[0] == pages[1]
    assert "登录名" in pages[0][1] or "用户名" in pages[0][1]


def test_a_wrong_password_and_an_unknown_name_hash_a_password_each(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hashing takes most of the time of a sign-in, so skipping it would tell an unknown name by the clock."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    accounts.hire(username="wang.min", name="王敏", password=PASSWORD, site_id=7, now=NOW)
    hashed: list[str] = []
    for method in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, method)

        def counted(*args: Any, _real: Any = real, _method: str = method) -> Any:
            hashed.append(_method)
            return _real(*args)

        monkeypatch.setattr(Argon2PasswordHasher, method, counted)

    counts = []
    for username in ("wang.min", "no.body"):
        hashed.clear()
        log_in(Client(REMOTE_ADDR=f"198.51.100.{len(counts)}"), username, "a wrong password")
        counts.append(len(hashed))

    assert counts == [1, 1]


def test_too_many_wrong_passwords_close_the_name_from_there_with_a_clear_sentence(nurse: User) -> None:
    here, elsewhere = Client(REMOTE_ADDR="198.51.100.1"), Client(REMOTE_ADDR="198.51.100.2")
    for _ in range(4):
        assert log_in(here, password="a wrong password").status_code == 200

    response = log_in(here, password="a wrong password")
    assert response.status_code == 429
    assert "请过十五分钟再试" in response.content.decode()
    late = log_in(here)  # the right one comes too late: now allauth answers, which counts by name
    assert "登录失败次数过多，请稍后重试。" in late.content.decode()
    cache.clear()
    assert log_in(here).status_code == 429
    assert not is_signed_in(here)

    assert log_in(elsewhere).status_code == 302


def test_an_unknown_name_is_closed_just_the_same(nurse: User) -> None:
    pages = []
    for number, username in enumerate(("wang.min", "no.body")):
        cache.clear()
        client = Client(REMOTE_ADDR=f"198.51.100.{number}")
        answers = [log_in(client, username, "a wrong password") for _ in range(6)]
        pages.append([(answer.status_code, bare(answer)) for answer in answers])

    assert [status for status, _page in pages[0]] == [200, 200, 200, 200, 429, 200]
    assert pages[0] == pages[1]


def test_a_second_factor_is_set_up_and_asked_for(client: Client, nurse: User) -> None:
    log_in(client)
    assert not is_mfa_enabled(nurse)
    secret = set_up_second_factor(client)
    assert is_mfa_enabled(nurse)

    later = Client()
    response = log_in(later)
    assert (response.status_code, response["Location"]) == (302, "/desk/accounts/2fa/authenticate/")
    assert not is_signed_in(later)
    assert later.get("/desk/accounts/2fa/authenticate/").status_code == 200

    later.post("/desk/accounts/2fa/authenticate/", {"code": "000000"})
    assert not is_signed_in(later)
    cache.clear()  # the code of this half minute was used to set it up
    later.post("/desk/accounts/2fa/authenticate/", {"code": code_now(secret)})
    assert is_signed_in(later)


def test_a_code_of_the_second_factor_is_good_once(client: Client, nurse: User) -> None:
    log_in(client)
    secret = set_up_second_factor(client)
    cache.clear()  # as if the half minute in which it was set up were over
    code = code_now(secret)
    outcomes = []
    for _ in range(2):
        fresh = Client()
        log_in(fresh)
        fresh.post("/desk/accounts/2fa/authenticate/", {"code": code})
        outcomes.append(is_signed_in(fresh))

    assert outcomes == [True, False]


def test_a_recovery_code_opens_once_when_the_phone_is_lost(client: Client, nurse: User) -> None:
    log_in(client)
    set_up_second_factor(client)
    recovery = Authenticator.objects.get(user=nurse, type=Authenticator.Type.RECOVERY_CODES).wrap()
    code = recovery.get_unused_codes()[0]
    outcomes = []
    for _ in range(2):
        fresh = Client()
        log_in(fresh)
        fresh.post("/desk/accounts/2fa/authenticate/", {"code": code})
        outcomes.append(is_signed_in(fresh))

    assert outcomes == [True, False]


def test_the_secret_of_the_second_factor_is_sealed(client: Client, nurse: User) -> None:
    log_in(client)
    secret = set_up_second_factor(client)

    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        kept = " ".join(str(row[0]) for row in cursor.fetchall())
    assert secret not in kept


@pytest.mark.parametrize("address", ["signup/", "password/reset/", "email/", "password/set/"])
def test_what_a_desk_does_not_need_is_not_there(client: Client, nurse: User, address: str) -> None:
    assert client.get(f"/desk/accounts/{address}").status_code == 404
    log_in(client)
    assert client.get(f"/desk/accounts/{address}").status_code == 404


def test_signing_in_gives_a_new_session(client: Client, nurse: User) -> None:
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    before = session.session_key

    log_in(client)

    assert client.session.session_key != before


def test_the_password_reaches_no_table_but_its_own(nurse: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        log_in(Client(), password="a wrong password, mistyped")

    assert not [query["sql"] for query in queries if "mistyped" in query["sql"]]


def test_sign_ins_and_second_factors_are_in_the_audit_trail(
    client: Client, nurse: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    log_in(client, password="a wrong password")
    log_in(client)
    with django_capture_on_commit_callbacks(execute=True):
        set_up_second_factor(client)
    client.post("/desk/accounts/logout/")

    told = list(Event.objects.exclude(action="staff.hired").values_list("actor", "action", "subject", "at"))
    me = f"staff:{nurse.pk}"
    actions = ["staff.signed-in", "staff.second-factor-added", "staff.second-factor-added", "staff.signed-out"]
    assert told == [(me, action, me, NOW) for action in actions]  # the app, and its recovery codes
