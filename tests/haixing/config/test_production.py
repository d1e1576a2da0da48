"""What a production server sends and refuses, read in a process of its own: settings are read once."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

PRODUCTION = {
    "SECRET_KEY": "one-of-three-secrets-for-this-test-kf83hd72ksl10xm39vnq84ht5",
    "INDEX_KEY": "two-of-three-secrets-for-this-test-zq7p1mc05bd9wlt36rjy28gn",
    "ENCRYPTION_KEY": "three-of-three-secrets-for-this-test-x4ne8uo51cva0ik79fhs",
    "ALLOWED_HOSTS": "haixing.example",
    "TRUSTED_PROXIES": "1",
    "SMS_BACKEND": "haixing.notices.commands.Outbox",
}


def python(code: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    inherited = {name: value for name, value in os.environ.items() if name not in {"HAIXING_DEMO", "DEBUG"}}
    settled = {"DJANGO_SETTINGS_MODULE": "haixing.config.settings", "TASKS_BACKEND": "django_tasks_db.DatabaseBackend"}
    return subprocess.run(
        [sys.executable, "-c", code], env=inherited | settled | environment, capture_output=True, text=True, check=False
    )


def settings(*names: str, **environment: str) -> dict[str, Any]:
    read = f"{{name: getattr(settings, name) for name in {names!r}}}"
    done = python(f"import json; from django.conf import settings; print(json.dumps({read}))", **environment)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_cookies_are_for_this_host_over_https_only() -> None:
    names = ("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE")

    assert settings(*names, **PRODUCTION) == {
        "SESSION_COOKIE_NAME": "__Host-haixing-session",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_NAME": "__Host-haixing-csrf",
        "CSRF_COOKIE_SECURE": True,
    }


def test_browsers_are_told_to_come_by_https_for_a_year() -> None:
    names = ("SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS")

    assert list(settings(*names, **PRODUCTION).values()) == [True, 31_536_000, True]


@pytest.mark.parametrize("secret", ["SECRET_KEY", "INDEX_KEY", "ENCRYPTION_KEY"])
def test_production_does_not_start_without_a_secret(secret: str) -> None:
    done = python("from django.conf import settings; settings.DEBUG", **{**PRODUCTION, secret: ""})

    assert done.returncode != 0
    assert f"{secret} is not set" in done.stderr


@pytest.mark.parametrize(
    ("environment", "problem"),
    [
        ({"HAIXING_DEMO": "1"}, "haixing.E003"),
        ({"INDEX_KEY": "short"}, "haixing.E001"),
        ({"INDEX_KEY": PRODUCTION["SECRET_KEY"]}, "haixing.E002"),
        ({"SMS_BACKEND": ""}, "haixing.W001"),
    ],
)
def test_a_misconfigured_server_is_told_so(environment: dict[str, str], problem: str) -> None:
    done = python(
        "import sys; from django.core.management import execute_from_command_line as run;"
        "run(['haixing', 'check', '--deploy', '--fail-level', 'WARNING'])",
        **{**PRODUCTION, **environment},
    )

    assert done.returncode != 0
    assert problem in done.stderr
