"""The child's own calendar, case by case.

One line each in the files beside this one, so that a nurse can read and add to them.
"""

import datetime
from pathlib import Path

import pytest

from haixing.vaccines.facts import Calendar, Given, Remark, calendar_of, schedule_on, timeline, vaccines


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def doses(text: str) -> list[Given]:
    """``hepb 2026-01-31, bcg 2026-02-01``."""
    found = [one.split() for one in text.split(",") if one.strip()]
    return [Given(ref=f"dose-{n}", vaccine=code, day=day(on)) for n, (code, on) in enumerate(found)]


def laid_out(who: str, given: str, today: str) -> Calendar:
    """``who`` is the day of birth, with ``girl`` or ``boy``."""
    born, sex = who.split()
    return calendar_of(
        born=day(born),
        is_girl=sex == "girl",
        given=doses(given),
        day=day(today),
        timeline=timeline(),
        vaccines=vaccines(),
    )


def told(calendar: Calendar, dose: str) -> str:
    """One dose (``dtp 5``) in words: its vaccine, its state, and the day that matters."""
    series, number = dose.split()
    for entry in calendar.entries:
        if (entry.series, entry.number) == (series, int(number)):
            on = entry.given.day if entry.given else entry.possible_on
            return " ".join(str(part) for part in (entry.vaccine, entry.state, on) if part)
    return "not for this child"


def table(file: str) -> list[object]:
    """The cases of a file beside this one; the first line says what the columns are."""
    lines = (Path(__file__).parent / file).read_text(encoding="utf-8").splitlines()[1:]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


@pytest.mark.parametrize(("who", "given", "today", "dose", "expected"), table("doses.txt"))
def test_a_dose(who: str, given: str, today: str, dose: str, expected: str) -> None:
    assert told(laid_out(who, given, today), dose) == expected


@pytest.mark.parametrize(("who", "today", "dose", "due_on", "edition", "before"), table("due_days.txt"))
def test_the_schedule_is_that_of_the_due_day(
    who: str, today: str, dose: str, due_on: str, edition: str, before: str
) -> None:
    series, number = dose.split()

    entries = laid_out(who, "", today).entries

    found = next(entry for entry in entries if (entry.series, entry.number) == (series, int(number)))
    assert (found.due_on, found.edition, found.before) == (day(due_on), edition, day(before))


@pytest.mark.parametrize(("given", "remarks"), table("remarks.txt"))
def test_what_a_family_should_ask_about(given: str, remarks: str) -> None:
    calendar = laid_out("2026-01-31 boy", given, "2026-11-22")

    assert calendar.remarks == tuple(Remark(remark) for remark in remarks.split())


@pytest.mark.parametrize(
    ("today", "given", "remarks"),
    [
        ("2026-11-21", "", ()),
        ("2026-11-22", "", (Remark.HPV_LATE,)),
        ("2026-11-22", "hpv2 2026-02-01", ()),
        ("2027-02-02", "hpv2 2026-02-01", (Remark.HPV_LATE,)),
    ],
    ids=["the day before 14", "at 14", "begun in time", "a year after the first"],
)
def test_a_girl_who_is_late_for_hpv_asks_whether_it_is_still_free(
    today: str, given: str, remarks: tuple[Remark, ...]
) -> None:
    assert laid_out("2012-11-22 girl", given, today).remarks == remarks


def test_dt_in_the_place_of_dtap_5_is_printed_as_its_first_dose() -> None:
    entries = laid_out("2019-11-22 boy", "", "2026-11-22").entries

    assert [(e.vaccine, e.number, e.printed) for e in entries if e.series == "dtp"][-1] == ("dt", 5, 1)


def test_the_dose_of_the_other_route_is_kept_and_not_counted() -> None:
    calendar = laid_out("2024-01-01 boy", "je-l 2024-09-01, je-i 2026-11-01", "2026-11-22")

    assert [dose.vaccine for dose in calendar.others] == ["je-i"]


def test_the_order_of_writing_down_does_not_matter() -> None:
    one = laid_out("2026-01-01 boy", "hepb 2026-01-01, ipv 2026-03-01, hepb 2026-02-02", "2026-11-22")
    other = laid_out("2026-01-01 boy", "hepb 2026-02-02, hepb 2026-01-01, ipv 2026-03-01", "2026-11-22")

    assert [(e.series, e.number, e.state, e.possible_on) for e in one.entries] == [
        (e.series, e.number, e.state, e.possible_on) for e in other.entries
    ]


def test_recording_a_late_dose_moves_the_next_one() -> None:
    before = laid_out("2025-01-01 girl", "mmr 2025-09-01", "2026-11-22")
    after = laid_out("2025-01-01 girl", "mmr 2025-09-01, varicella 2026-11-20", "2026-11-22")

    assert told(before, "mmr 2") == "mmr due 2026-11-22"
    assert told(after, "mmr 2") == "mmr upcoming 2026-12-18"


def test_a_dose_after_the_day_or_before_birth_is_a_mistake_of_the_caller() -> None:
    for given in ("mmr 2026-11-23", "mmr 2024-12-31"):
        with pytest.raises(ValueError, match="before birth, or has not been given"):
            laid_out("2025-01-01 girl", given, "2026-11-22")


@pytest.mark.parametrize(
    ("on", "code"),
    [
        ("2021-05-01", "nip-2021"),
        ("2024-12-31", "nip-2021"),
        ("2025-01-01", "nip-2021.20250101"),
        ("2025-11-09", "nip-2021.20250101"),
        ("2025-11-10", "nip-2021.20251110"),
        ("2026-06-16", "nip-2021.20251110"),
        ("2026-06-17", "nip-2026.20260617"),
        ("2030-01-01", "nip-2026.20260617"),
    ],
)
def test_each_day_has_one_schedule(on: str, code: str) -> None:
    assert schedule_on(day(on)).code == code
