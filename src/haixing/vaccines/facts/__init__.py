"""Schedules as values, and the calendar that follows from them."""

from haixing.vaccines.facts.ages import Span, read_span
from haixing.vaccines.facts.calendar import Calendar, Entry, Given, Remark, State, Waiting, calendar_of, waiting
from haixing.vaccines.facts.schedules import (
    OPEN,
    Row,
    Schedule,
    ScheduleUnreadable,
    Slot,
    Source,
    Spoken,
    Vaccine,
    schedule_on,
    timeline,
    vaccines,
)

__all__ = [
    "OPEN",
    "Calendar",
    "Entry",
    "Given",
    "Remark",
    "Row",
    "Schedule",
    "ScheduleUnreadable",
    "Slot",
    "Source",
    "Span",
    "Spoken",
    "State",
    "Vaccine",
    "Waiting",
    "calendar_of",
    "read_span",
    "schedule_on",
    "timeline",
    "vaccines",
    "waiting",
]
