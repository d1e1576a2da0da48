"""Headers of every page."""

import pytest
from django.test import Client

POLICY = {
    "default-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/health/", "/desk/accounts/login/", "/nowhere/"])
def test_every_page_comes_with_the_strict_policy_and_is_kept_by_nobody(address: str) -> None:
    answer = Client().get(address)

    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Permissions-Policy"].startswith("camera=(self)")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["signup", "password/reset", "email"])
def test_nobody_signs_up_at_a_desk(name: str) -> None:
    assert Client().get(f"/desk/accounts/{name}/").status_code == 404
