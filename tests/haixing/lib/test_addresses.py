"""Whose address counts, and whose word is believed."""

import pytest
from django.test import RequestFactory, override_settings

from haixing.lib.addresses import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "10.0.0.1"),
        (0, "203.0.113.9", "10.0.0.1"),  # nobody vouches for it
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "8.8.8.8, 203.0.113.9", "203.0.113.9"),  # the client wrote the first itself
        (2, "8.8.8.8, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),  # a proxy was passed by: believe the connection
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(proxies: int, forwarded: str, address: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": forwarded})

    with override_settings(TRUSTED_PROXIES=proxies):
        assert client_address(request) == address
