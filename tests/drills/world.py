"""A world for a real server: policies, cards shown at one desk, and that desk signed in.

    python -m tests.drills.world 20      prints what a client needs, as JSON

Runs as a process of its own on the server's database, with the server's settings and the real clock.
"""

from __future__ import annotations

import datetime
import json
import os
import sys
from typing import Any


def build(cards: int) -> dict[str, Any]:
    """Make the world and return the session cookie, and the references of the cards that were shown."""
    from django.test import Client

    from haixing.lib import clock
    from haixing.members.models import Presentation
    from tests import cast

    now = clock.now()
    today = clock.today()
    dates = {"effective": today - datetime.timedelta(days=100), "expires": today + datetime.timedelta(days=264)}
    staff, site = cast.sunflower_desk(), cast.sunflower()
    shown = []
    for number in range(cards):
        policy = cast.policy(
            member_number=f"DRILL{number:05}", phone=f"+86137{number:08}", first_effective=dates["effective"], **dates
        )
        until = now + datetime.timedelta(hours=12)
        shown.append(
            Presentation.objects.create(
                policy=policy, site=site, staff=staff, binding=cast.card_of(policy), at=now, expires_at=until
            ).ref
        )
    client = Client()
    client.force_login(staff, backend="allauth.account.auth_backends.AuthenticationBackend")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    return {"cookies": cookies, "cards": shown, "today": today.isoformat()}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haixing.config.settings")
    import django

    django.setup()
    print(json.dumps(build(int(sys.argv[1]))))
