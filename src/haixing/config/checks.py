"""Misconfiguration, found when the server starts rather than when a family meets it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004  Django's own name

_SECRET_LENGTH = 32


@register(Tags.security, deploy=True)
def secrets_are_our_own(**_: Any) -> Sequence[CheckMessage]:
    """Secrets are long, secret, and different from each other."""
    held = {"SECRET_KEY": settings.SECRET_KEY, "INDEX_KEY": settings.INDEX_KEY}
    held |= {f"ENCRYPTION_KEYS[{key}]": value for key, value in settings.ENCRYPTION_KEYS.items()}
    problems: list[CheckMessage] = [
        Error(
            f"{name} is {'published with the source' if settings.PUBLISHED_SECRET in value else 'short'}.",
            hint=f"Give {name} at least {_SECRET_LENGTH} random characters of its own.",
            id="haixing.E001",
        )
        for name, value in held.items()
        if settings.PUBLISHED_SECRET in value or len(value) < _SECRET_LENGTH
    ]
    if len(set(held.values())) < len(held):
        problems.append(
            Error(
                "Two secrets are the same.",
                hint="SECRET_KEY, INDEX_KEY and each encryption key protect different things: make each one anew.",
                id="haixing.E002",
            )
        )
    return problems


@register(Tags.security, deploy=True)
def the_demo_is_off(**_: Any) -> Sequence[CheckMessage]:
    """The demo shows every SMS on a page, so it never meets real families."""
    if not settings.DEMO:
        return []
    return [Error("HAIXING_DEMO is on.", hint="Unset HAIXING_DEMO: the demo shows one-time codes.", id="haixing.E003")]


@register(Tags.security, deploy=True)
def sms_are_sent(**_: Any) -> Sequence[CheckMessage]:
    """Without a sender no family can sign in."""
    if settings.SMS_BACKEND:
        return []
    return [
        Warning(
            "SMS_BACKEND is not set: one-time codes stay in the outbox.",
            hint="Name the class that sends SMS (docs/operations.md).",
            id="haixing.W001",
        )
    ]


@register(Tags.translation)
def english_is_compiled(**_: Any) -> Sequence[CheckMessage]:
    """A message catalogue that is not compiled shows Chinese to everyone."""
    behind = [
        source
        for folder in settings.LOCALE_PATHS
        for source in Path(folder).glob("*/LC_MESSAGES/*.po")
        if not source.with_suffix(".mo").exists()
    ]
    return [
        Warning(f"{source.parent.parent.name} is not compiled.", hint="Run: make messages", id="haixing.W002")
        for source in behind
    ]
