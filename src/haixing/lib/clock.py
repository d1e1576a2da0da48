"""The one clock. Doors and tasks ask it; commands and the engine are told.

A policy day is a Shanghai day everywhere, whatever the server's zone (promise T12).
"""

import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime.datetime:
    """Return the present moment, aware, in UTC."""
    return timezone.now()


def day_of(moment: datetime.datetime) -> datetime.date:
    """Return the Shanghai calendar day on which ``moment`` falls."""
    return moment.astimezone(SHANGHAI).date()


def today() -> datetime.date:
    """Return today's date in Shanghai."""
    return day_of(now())
