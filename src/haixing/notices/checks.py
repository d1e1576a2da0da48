"""Misconfiguration that should be found at start, not with the first SMS."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.module_loading import import_string


@register()
def sms_backend_can_send(**_options: Any) -> list[CheckMessage]:
    """SMS_BACKEND names a class with a ``send`` method, or is empty."""
    path = settings.SMS_BACKEND
    if not path:
        return []
    try:
        backend = import_string(path)
    except ImportError as error:
        return [
            Error(
                f"SMS_BACKEND cannot be imported: {error}", hint="Give the dotted path of a class.", id="notices.E001"
            )
        ]
    if not callable(getattr(backend, "send", None)):
        hint = "See SmsBackend in haixing/notices/commands.py."
        return [Error(f"SMS_BACKEND {path} has no method send(phone, text)", hint=hint, id="notices.E002")]
    return []
