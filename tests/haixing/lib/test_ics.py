"""Calendar files as RFC 5545 wants them."""

import datetime

from haixing.lib.ics import AllDay, calendar_file

AT = datetime.datetime(2026, 11, 22, 2, 0, tzinfo=datetime.UTC)


def made(*events: AllDay) -> bytes:
    return calendar_file(events, name="疫苗日历", made_at=AT)


def test_an_event_lasts_one_day_and_keeps_its_name() -> None:
    event = AllDay(uid="a@haixing", day=datetime.date(2026, 12, 31), summary="麻腮风疫苗 第 2 剂")

    text = made(event).decode()

    assert "UID:a@haixing\r\nDTSTAMP:20261122T020000Z\r\n" in text
    assert "DTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n" in text
    assert "SUMMARY:麻腮风疫苗 第 2 剂\r\n" in text
    assert "X-WR-TIMEZONE:Asia/Shanghai\r\n" in text
    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert text.endswith("END:VCALENDAR\r\n")


def test_every_line_ends_with_crlf_and_fits_75_octets() -> None:
    event = AllDay(uid="a", day=datetime.date(2026, 12, 31), summary="长" * 200, description="a" * 200)

    body = made(event)

    assert body.count(b"\n") == body.count(b"\r\n")
    assert max(len(line) for line in body.split(b"\r\n")) == 75
    assert "长" * 200 in body.decode().replace("\r\n ", "")


def test_text_is_escaped() -> None:
    event = AllDay(uid="a", day=datetime.date(2026, 12, 31), summary="a,b;c\\d\r\ne\nf")

    assert "SUMMARY:a\\,b\\;c\\\\d\\ne\\nf\r\n" in made(event).decode()
