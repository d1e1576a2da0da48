"""What holds for every child, whenever born and whatever was given."""

import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from haixing.vaccines.facts import Calendar, Given, State, calendar_of, timeline, vaccines

DAY = datetime.timedelta(days=1)
BORN = st.dates(datetime.date(2010, 1, 1), datetime.date(2028, 12, 31))
CODES = st.sampled_from(sorted(vaccines()))
RECORDS = st.lists(st.tuples(CODES, st.integers(0, 5500)), max_size=25)


def laid_out(born: datetime.date, doses: list[Given], day: datetime.date) -> Calendar:
    return calendar_of(born=born, is_girl=True, given=doses, day=day, timeline=timeline(), vaccines=vaccines())


def records(born: datetime.date, drawn: list[tuple[str, int]]) -> list[Given]:
    return [Given(ref=str(n), vaccine=code, day=born + age * DAY) for n, (code, age) in enumerate(drawn)]


@settings(max_examples=60, deadline=None)
@given(born=st.dates(datetime.date(2026, 6, 17), datetime.date(2032, 12, 31)))
def test_a_family_that_follows_its_calendar_is_never_late_and_completes_everything(born: datetime.date) -> None:
    day, doses = born, []
    for _visit in range(60):
        calendar = laid_out(born, doses, day)
        waiting = [entry for entry in calendar.entries if entry.is_open]
        assert [entry for entry in waiting if entry.state in {State.OVERDUE, State.ASK}] == []
        if not waiting:
            break
        for entry in waiting:
            if entry.state == State.DUE:
                doses.append(Given(ref=str(len(doses)), vaccine=entry.vaccine, day=day))
        day = laid_out(born, doses, day).next_day or day

    assert {entry.state for entry in laid_out(born, doses, day).entries} == {State.DONE}
    assert len(doses) == 24  # the 2026 table, with HPV for a girl


@settings(max_examples=150, deadline=None)
@given(born=BORN, drawn=RECORDS, age=st.integers(0, 6500))
def test_no_open_dose_is_possible_too_early(born: datetime.date, drawn: list[tuple[str, int]], age: int) -> None:
    day = born + age * DAY
    doses = [dose for dose in records(born, drawn) if dose.day <= day]

    for entry in laid_out(born, doses, day).entries:
        if entry.possible_on is None:
            continue
        assert entry.possible_on >= day
        if vaccines()[entry.vaccine].is_live_injected:
            gaps = [(entry.possible_on - dose.day).days for dose in doses if vaccines()[dose.vaccine].is_live_injected]
            assert [gap for gap in gaps if 0 < gap < 28] == []


@settings(max_examples=150, deadline=None)
@given(born=BORN, drawn=RECORDS, age=st.integers(0, 6500))
def test_every_record_is_shown_and_fills_at_most_one_place_of_a_series(
    born: datetime.date, drawn: list[tuple[str, int]], age: int
) -> None:
    day = born + age * DAY
    doses = [dose for dose in records(born, drawn) if dose.day <= day]

    calendar = laid_out(born, doses, day)

    filled = [(entry.series, entry.given.ref) for entry in calendar.entries if entry.given]
    assert len(filled) == len(set(filled))
    assert {ref for _series, ref in filled} | {dose.ref for dose in calendar.others} == {dose.ref for dose in doses}


@settings(max_examples=100, deadline=None)
@given(born=BORN, drawn=RECORDS, age=st.integers(0, 6000), later=st.integers(0, 500))
def test_time_alone_takes_no_dose_away(born: datetime.date, drawn: list[tuple[str, int]], age: int, later: int) -> None:
    day = born + age * DAY
    doses = [dose for dose in records(born, drawn) if dose.day <= day]

    def done(on: datetime.date) -> list[tuple[str, int, State]]:
        return [(e.series, e.number, e.state) for e in laid_out(born, doses, on).entries if e.given]

    assert done(day) == done(day + later * DAY)
