"""Calendar files (RFC 5545): all-day events that any phone's calendar reads.

An all-day event is a date and floats: it stays on its day wherever the phone is. The file
names Asia/Shanghai for calendars that ask.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

_LONGEST_LINE = 75
"""Octets, without the line break (RFC 5545, 3.1)."""
_REMIND_BEFORE = "-PT15H"
"""Nine in the morning of the day before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllDay:
    """An event that lasts one day. ``uid`` stays the same when the file is made anew, so that it replaces itself."""

    uid: str
    day: datetime.date
    summary: str
    description: str = ""


def calendar_file(events: Iterable[AllDay], *, name: str, made_at: datetime.datetime) -> bytes:
    """Return the file, in UTF-8 with CRLF. ``made_at`` is an aware moment."""
    stamp = made_at.astimezone(datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Haixing//Card//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        "X-WR-TIMEZONE:Asia/Shanghai",
    ]
    for event in events:
        lines += _event(event, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _event(event: AllDay, stamp: str) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{event.day + datetime.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_text(event.summary)}",
        *([f"DESCRIPTION:{_text(event.description)}"] if event.description else []),
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(event.summary)}",
        f"TRIGGER:{_REMIND_BEFORE}",
        "END:VALARM",
        "END:VEVENT",
    ]


def _text(value: str) -> str:
    """Escape a text value (RFC 5545, 3.3.11)."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Break a long line between characters, never inside one: each part of at most 75 octets."""
    parts, width = [""], 0
    for character in line:
        size = len(character.encode())
        if width + size > _LONGEST_LINE:
            parts.append(" ")  # a continuation begins with a space, which counts
            width = 1
        parts[-1] += character
        width += size
    return "\r\n".join(parts)
