"""What the tests of the desk say again and again: who is signed in, and a bill as the page sends it."""

import datetime
from collections.abc import Callable
from typing import Any

from django.test import Client

from haixing.accounts.models import User
from tests import cast

KEY = "11111111-2222-4333-8444-555555555555"
Post = Callable[..., Any]
"""``post(client, "send", presentation_ref, body, key=KEY)``: JSON, as the page's script sends it."""


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def line(**changes: Any) -> dict[str, Any]:
    """One line as the page sends it."""
    usual = {
        "category": "02",
        "name": "儿科诊察",
        "quantity": "1",
        "unit_price": "300.00",
        "amount": "300.00",
        "doctor": "attending",
        "nature": None,
    }
    return usual | changes


def bill(**changes: Any) -> dict[str, Any]:
    """One bill as the page sends it."""
    usual = {
        "care": "outpatient",
        "day": cast.TODAY.isoformat(),
        "surgery": None,
        "preauthorised": False,
        "emergency_notified": False,
        "lines": [line()],
    }
    return usual | changes


def tomorrow() -> str:
    return (cast.TODAY + datetime.timedelta(days=1)).isoformat()
