"""A schedule that cannot be read should be found at start, not by a family."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from haixing.vaccines.facts import ScheduleUnreadable, timeline


@register()
def schedules_can_be_read(**_options: Any) -> list[CheckMessage]:
    """The files of ``schedules/`` are complete and agree with each other."""
    try:
        timeline()
    except (ScheduleUnreadable, OSError) as error:
        return [Error(f"the vaccine schedules cannot be read: {error}", id="vaccines.E001")]
    return []
