"""What a production server sends and refuses. Settings are read once, so production's are read by another process."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.test import override_settings

from haixing.config import checks

PRODUCTION = {
    "SECRET_KEY": "one-of-three-secrets-for-this-test-kf83hd72ksl10xm39vnq84ht5",
    "INDEX_KEY": "two-of-three-secrets-for-this-test-zq7p1mc05bd9wlt36rjy28gn",
    "ENCRYPTION_KEY": "three-of-three-secrets-for-this-test-x4ne8uo51cva0ik79fhs",
    "ALLOWED_HOSTS": "haixing.example",
    "TRUSTED_PROXIES": "1",
}
READ = (
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_NAME",
    "CSRF_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "DEBUG",
    "DEMO",
)


def python(code: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    inherited = {name: value for name, value in os.environ.items() if name not in {"HAIXING_DEMO", "DEBUG"}}
    settled = {"DJANGO_SETTINGS_MODULE": "haixing.config.settings"}
    return subprocess.run(
        [sys.executable, "-c", code], env=inherited | settled | environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def production() -> dict[str, Any]:
    read = f"{{name: getattr(settings, name) for name in {READ!r}}}"
    done = python(f"import json; from django.conf import settings; print(json.dumps({read}))", **PRODUCTION)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_cookies_are_for_this_host_over_https_only(production: dict[str, Any]) -> None:
    assert (production["SESSION_COOKIE_NAME"], production["SESSION_COOKIE_SECURE"]) == ("__Host-haixing-session", True)
    assert (production["CSRF_COOKIE_NAME"], production["CSRF_COOKIE_SECURE"]) == ("__Host-haixing-csrf", True)


def test_browsers_are_told_to_come_by_https_for_a_year(production: dict[str, Any]) -> None:
    names = ("SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS")

    assert [production[name] for name in names] == [True, 31_536_000, True]


def test_debug_and_demo_must_be_asked_for(production: dict[str, Any]) -> None:
    assert (production["DEBUG"], production["DEMO"]) == (False, False)


@pytest.mark.parametrize("secret", ["SECRET_KEY", "INDEX_KEY", "ENCRYPTION_KEY"])
def test_production_does_not_start_without_a_secret(secret: str) -> None:
    done = python("from django.conf import settings; settings.DEBUG", **{**PRODUCTION, secret: ""})

    assert done.returncode != 0
    assert f"{secret} is not set" in done.stderr


def test_secrets_of_their_own_pass() -> None:
    with override_settings(SECRET_KEY="a" * 40, INDEX_KEY="b" * 40, ENCRYPTION_KEYS={"k1": "c" * 40}):
        assert checks.secrets_are_our_own() == []


@pytest.mark.parametrize(
    ("index_key", "problem"),
    [
        ("short", "haixing.E001"),
        ("published-default-of-INDEX_KEY-" + "0" * 40, "haixing.E001"),
        ("a" * 40, "haixing.E002"),
    ],
)
def test_a_secret_that_protects_nothing_is_found(index_key: str, problem: str) -> None:
    with override_settings(SECRET_KEY="a" * 40, INDEX_KEY=index_key, ENCRYPTION_KEYS={"k1": "c" * 40}):
        assert [found.id for found in checks.secrets_are_our_own()] == [problem]


@pytest.mark.parametrize(("demo", "problems"), [(True, ["haixing.E003"]), (False, [])])
def test_the_demo_never_meets_real_families(demo: bool, problems: list[str]) -> None:
    with override_settings(DEMO=demo):
        assert [found.id for found in checks.the_demo_is_off()] == problems


@pytest.mark.parametrize(("backend", "problems"), [("", ["haixing.W001"]), ("some.Sender", [])])
def test_a_server_that_sends_no_sms_is_told_so(backend: str, problems: list[str]) -> None:
    with override_settings(SMS_BACKEND=backend):
        assert [found.id for found in checks.sms_are_sent()] == problems
