"""Who may open what: every address of the site, for everyone who might ask (promise T4, harness H6).

An address without a row here fails the build. Xiaoman's card was shown at Sunflower this morning, and
Sunflower billed a visit: there is much that could leak.
"""

import datetime
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from haixing.accounts import commands as accounts
from haixing.members import commands as members
from haixing.members.models import CardBinding, Guardian, SignIn
from haixing.vaccines import commands as vaccines
from tests import cast
from tests.haixing.card.at_home import billed, family
from tests.haixing.clinic.at_desk import bill, signed_in

IN, HOME, DESK, NONE = "let in", "to the family's sign-in", "to the desk's sign-in", "nothing there"
SECRETS = ("林小满", "HX260000000001", "13800000001", "2021-05-21", "过敏原检测")

STRANGER, SIGNED_OUT, REMOVED, OTHER_FAMILY = "a stranger", "signed out elsewhere", "a removed relative", "other family"
DISMISSED, OTHER_CLINIC, TOO_LATE = "dismissed this morning", "other clinic", "shown too long ago"
MOTHER, CLINIC = "the mother", "the clinic"

# What each kind of address answers; whoever is not named gets ``others``.
ANYONE: dict[str, str] = {"others": IN}
NOBODY: dict[str, str] = {"others": NONE}
FAMILIES = {"others": HOME, MOTHER: IN, OTHER_FAMILY: IN, REMOVED: IN}
THE_FAMILY = {"others": HOME, MOTHER: IN, OTHER_FAMILY: NONE, REMOVED: NONE}
STAFF = {"others": DESK, CLINIC: IN, TOO_LATE: IN, OTHER_CLINIC: IN}
THE_CLINIC = {"others": DESK, CLINIC: IN, TOO_LATE: IN, OTHER_CLINIC: NONE}
WHILE_SHOWN = {"others": DESK, CLINIC: IN, TOO_LATE: NONE, OTHER_CLINIC: NONE}
# Nobody here has set one up.
WITH_A_SECOND_FACTOR = {"others": DESK, CLINIC: NONE, TOO_LATE: NONE, OTHER_CLINIC: NONE}


class Row(NamedTuple):
    """How an address is asked, and who gets what. ``refs`` names the references in it."""

    who: dict[str, str]
    refs: tuple[str, ...] = ()
    post: dict[str, Any] | None = None


ROWS = {
    "health": Row(ANYONE),
    "set_language": Row(ANYONE, post={"language": "en", "next": "/"}),
    "card:guide": Row(ANYONE),
    "card:sign_in": Row(ANYONE),
    "card:sign_out": Row(ANYONE, post={}),
    "card:bind": Row(ANYONE),
    "card:demo_messages": Row(ANYONE),
    "card:notices_read": Row(FAMILIES, post={}),
    "card:cards": Row(FAMILIES),
    "card:card": Row(THE_FAMILY, ("card",)),
    "card:code": Row(THE_FAMILY, ("card",)),
    "card:code_used": Row(THE_FAMILY, ("card",)),
    "card:benefits": Row(THE_FAMILY, ("card",)),
    "card:visits": Row(THE_FAMILY, ("card",)),
    "card:visit": Row(THE_FAMILY, ("card", "visit")),
    "card:sites": Row(THE_FAMILY, ("card",)),
    "card:site": Row(THE_FAMILY, ("card", "site")),
    "card:network": Row(THE_FAMILY, ("card",)),
    "card:network_sheet": Row(THE_FAMILY, ("card",)),
    "card:vaccines": Row(THE_FAMILY, ("card",)),
    "card:vaccine": Row(THE_FAMILY, ("card", "vaccine")),
    "card:vaccine_calendar": Row(THE_FAMILY, ("card",)),
    "card:vaccine_file": Row(THE_FAMILY, ("card",)),
    "card:vaccine_record": Row(THE_FAMILY, ("card",)),
    "card:dose_remove": Row(THE_FAMILY, ("card", "dose"), post={}),
    "card:holders": Row(THE_FAMILY, ("card",)),
    "card:holder_remove": Row(THE_FAMILY, ("card", "card"), post={}),
    "clinic:start": Row(STAFF),
    "clinic:sites": Row(STAFF),
    "clinic:read": Row(STAFF, post={"code": "0000000000"}),
    "clinic:scan": Row(STAFF, post={}),
    "clinic:token": Row(STAFF),
    "clinic:card": Row(WHILE_SHOWN, ("shown",)),
    "clinic:preview": Row(WHILE_SHOWN, ("shown",), post=bill()),
    "clinic:send": Row(WHILE_SHOWN, ("shown",), post=bill()),
    "clinic:visit": Row(THE_CLINIC, ("visit",)),
    "clinic:reverse": Row(THE_CLINIC, ("visit", "bill"), post={"reason": "重复录入"}),
    "account_login": Row(ANYONE),
    "account_logout": Row(STAFF),
    "account_inactive": Row(ANYONE),
    "account_reauthenticate": Row(STAFF),
    "account_change_password": Row(STAFF),
    "account_signup": Row(NOBODY),
    "account_reset_password": Row(NOBODY),
    "account_set_password": Row(NOBODY),
    "account_email": Row(NOBODY),
    "mfa_index": Row(STAFF),
    "mfa_authenticate": Row(STAFF),
    "mfa_reauthenticate": Row(STAFF),
    "mfa_activate_totp": Row(STAFF),
    "mfa_deactivate_totp": Row(WITH_A_SECOND_FACTOR),
    "mfa_view_recovery_codes": Row(WITH_A_SECOND_FACTOR),
    "mfa_generate_recovery_codes": Row(STAFF),
    "mfa_download_recovery_codes": Row(WITH_A_SECOND_FACTOR),
}


def every_name(of: URLResolver | None = None, space: str = "") -> Iterator[str]:
    for pattern in (of or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}:{pattern.name}" if space else str(pattern.name)
        else:
            yield from every_name(pattern, pattern.namespace or space)


@pytest.fixture(autouse=True)
def _sunday_morning(settings: Any) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def refs(db: None) -> dict[str, str]:
    """The references an outsider may have seen over a shoulder."""
    card, staff = cast.lin_card(), cast.sunflower_desk()
    recorded = billed(card)
    shown = cast.presented(card, site=cast.sunflower(), staff=staff)
    late = cast.presented(
        card, site=cast.sunflower(), staff=staff, at=cast.NOW - datetime.timedelta(hours=20), hours=12
    )
    dose = vaccines.record_dose(
        policy=card.policy,
        guardian=card.guardian,
        vaccine="hepb",
        day=cast.TODAY,
        place="",
        now=cast.NOW,
        today=cast.TODAY,
    )
    return {
        "dose": dose.ref,
        "vaccine": dose.vaccine,
        "card": card.ref,
        "visit": recorded.visit.ref,
        "site": recorded.visit.site.ref,
        "bill": recorded.ref,
        "shown": shown.ref,
        "shown too long ago": late.ref,
    }


def signed_out() -> Client:
    client = family(cast.lin_mother())
    members.sign_out(sign_in=SignIn.objects.latest("id"), now=cast.NOW)
    return client


def removed_relative() -> Client:
    grandmother = Guardian.objects.create(joined_at=cast.NOW)
    binding = CardBinding.objects.create(guardian=grandmother, policy=cast.lin_policy(), bound_at=cast.NOW)
    client = family(grandmother)
    members.end_binding(binding_ref=binding.ref, by=cast.lin_mother(), now=cast.NOW)
    return client


def dismissed() -> Client:
    site = cast.sunflower()
    person = accounts.hire(username="gone", name="离职", password=cast.PASSWORD, site_id=site.pk, now=cast.NOW)
    client = signed_in(person)
    accounts.dismiss(user=person, site_id=site.pk, now=cast.NOW)
    return client


BROWSERS: dict[str, Callable[[], Client]] = {
    STRANGER: Client,
    SIGNED_OUT: signed_out,
    REMOVED: removed_relative,
    OTHER_FAMILY: lambda: family(cast.chen_card().guardian),
    DISMISSED: dismissed,
    OTHER_CLINIC: lambda: signed_in(cast.dandelion_desk()),
    TOO_LATE: lambda: signed_in(cast.sunflower_desk()),
    CLINIC: lambda: signed_in(cast.sunflower_desk()),
    MOTHER: lambda: family(cast.lin_mother()),
}


def ask(client: Client, name: str, refs: dict[str, str]) -> HttpResponse:
    """Ask for an address, and take back what it wrote: the next one finds the same morning."""
    row = ROWS[name]
    address = reverse(name, args=[refs[ref] for ref in row.refs])
    headers = {"Idempotency-Key": "a-key-of-the-matrix-1"}
    with transaction.atomic():
        if row.post is None:
            answer: Any = client.get(address)
        elif "lines" in row.post:
            answer = client.post(address, json.dumps(row.post), content_type="application/json", headers=headers)
        else:
            answer = client.post(address, row.post)
        transaction.set_rollback(True)
    assert isinstance(answer, HttpResponse)
    return answer


def outcome(answer: HttpResponse) -> str:
    """Say in a word what came back. A slip that is answered with a sentence (422, 413) was let in as well."""
    if answer.status_code in (301, 302):
        if answer["Location"].startswith(reverse("card:sign_in")):
            return HOME
        return DESK if answer["Location"].startswith(reverse("account_login")) else IN
    if answer.status_code == 404:
        return NONE
    return IN if answer.status_code < 400 or answer.status_code in (413, 422) else str(answer.status_code)


def test_every_address_has_a_row() -> None:
    assert set(every_name()) == set(ROWS)


@pytest.mark.parametrize("who", BROWSERS)
def test_what_everyone_may_open(who: str, refs: dict[str, str]) -> None:
    asked = refs | {"shown": refs["shown too long ago"]} if who == TOO_LATE else refs
    cookies = BROWSERS[who]().cookies
    answers = {}
    for name in ROWS:
        client = Client()
        client.cookies.load({key: morsel.value for key, morsel in cookies.items()})
        answers[name] = ask(client, name, asked)

    assert {name: outcome(answer) for name, answer in answers.items()} == {
        name: row.who.get(who, row.who["others"]) for name, row in ROWS.items()
    }
    if who not in {MOTHER, CLINIC, TOO_LATE}:
        leaks = [
            (name, word) for name, answer in answers.items() for word in SECRETS if word in answer.content.decode()
        ]
        assert leaks == []
