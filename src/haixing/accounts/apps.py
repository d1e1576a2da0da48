"""Staff accounts, and the ear that writes their sign-ins into the audit trail.

Signing in happens inside allauth, which tells of it by Django's signals: the only place
where we listen to any. A wrong password is not written here but counted by axes: the trail
is for what was done, and a stranger could fill it.
"""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out

from haixing.lib import clock


class AccountsConfig(AppConfig):
    name = "haixing.accounts"

    def ready(self) -> None:
        """Listen for what staff do to their own accounts."""
        from allauth.mfa.signals import authenticator_added, authenticator_removed  # noqa: PLC0415  # it imports models

        for signal, action in (
            (user_logged_in, "staff.signed-in"),
            (user_logged_out, "staff.signed-out"),
            (authenticator_added, "staff.second-factor-added"),
            (authenticator_removed, "staff.second-factor-removed"),
        ):
            signal.connect(_listener(action), weak=False, dispatch_uid=f"haixing.accounts {action}")


def _listener(action: str) -> Any:
    def write_down(user: Any = None, **_told: Any) -> None:
        from haixing.audit import commands as audit  # noqa: PLC0415  # models exist only when the apps are ready

        if user is not None:
            me = f"staff:{user.pk}"
            audit.record(actor=me, action=action, subject=me, now=clock.now())

    return write_down
