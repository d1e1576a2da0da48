"""Forgetting codes that can no longer be used."""

import datetime

from haixing.members.models import CardCode, OneTimeCode

KEPT_FOR = datetime.timedelta(days=2)
"""One-time codes are counted over a day (T2), so they stay a little longer than that; card codes need not."""


def forget_old_codes(*, now: datetime.datetime) -> int:
    """Delete card codes a day over, and one-time codes two days old. Return how many."""
    shown, _each = CardCode.objects.filter(expires_at__lt=now - datetime.timedelta(days=1)).delete()
    sent, _each = OneTimeCode.objects.filter(made_at__lt=now - KEPT_FOR).delete()
    return shown + sent
