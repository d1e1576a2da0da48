"""What a family writes down, and takes back."""

import datetime

import pytest
from django.db import connection

from haixing.audit.models import Event
from haixing.members.models import CardBinding
from haixing.vaccines import commands, queries
from haixing.vaccines.models import Dose
from tests import cast
from tests.canaries import CANARIES, Cage, canaries  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def card() -> CardBinding:
    return cast.lin_card()


def recorded(
    card: CardBinding, vaccine: str = "mmr", day: datetime.date = datetime.date(2022, 1, 25), place: str = ""
) -> Dose:
    return commands.record_dose(
        policy=card.policy,
        guardian=card.guardian,
        vaccine=vaccine,
        day=day,
        place=place,
        now=cast.NOW,
        today=cast.TODAY,
    )


def test_a_dose_is_kept_with_who_wrote_it_and_leaves_one_event(card: CardBinding) -> None:
    dose = recorded(card, place="  徐汇区  社区卫生服务中心 ")

    dose.refresh_from_db()
    assert (dose.vaccine, dose.day, dose.place) == ("mmr", datetime.date(2022, 1, 25), "徐汇区 社区卫生服务中心")
    assert (dose.recorded_by, dose.recorded_at) == (card.guardian, cast.NOW)
    event = Event.objects.get(action="dose.recorded")
    assert (event.actor, event.subject) == (f"guardian:{card.guardian_id}", f"dose:{dose.ref}")
    assert (event.policy_id, event.detail) == (card.policy_id, {})


def test_the_place_lies_sealed_and_in_no_log(card: CardBinding, canaries: Cage) -> None:  # noqa: F811
    recorded(card, place=CANARIES.called)

    canaries.assert_silent()
    with connection.cursor() as cursor:
        cursor.execute("SELECT place FROM vaccines_dose")
        assert CANARIES.called not in str(cursor.fetchall())


@pytest.mark.parametrize(
    ("vaccine", "day", "place", "refused"),
    [
        ("mmr", cast.TODAY + DAY, "", commands.DayImpossible),
        ("mmr", datetime.date(2021, 5, 20), "", commands.DayImpossible),
        ("measles", cast.TODAY, "", commands.UnknownVaccine),
        ("mmr", cast.TODAY, "长" * 61, commands.PlaceTooLong),
    ],
    ids=["tomorrow", "the day before birth", "no such vaccine", "a long place"],
)
def test_what_cannot_be_is_refused(
    card: CardBinding, vaccine: str, day: datetime.date, place: str, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        recorded(card, vaccine, day, place)

    assert Dose.objects.count() == 0


@pytest.mark.parametrize("day", [datetime.date(2021, 5, 21), cast.TODAY], ids=["day of birth", "today"])
def test_the_first_and_the_last_possible_day(card: CardBinding, day: datetime.date) -> None:
    assert recorded(card, "hepb", day).day == day


def test_the_same_vaccine_on_the_same_day_is_written_once(card: CardBinding) -> None:
    recorded(card)

    with pytest.raises(commands.AlreadyRecorded):
        recorded(card)

    assert Dose.objects.count() == 1


def test_a_dose_taken_back_stays_in_the_table_and_leaves_the_calendar(card: CardBinding) -> None:
    dose = recorded(card)

    commands.remove_dose(policy=card.policy, guardian=card.guardian, ref=dose.ref, now=cast.NOW)

    dose.refresh_from_db()
    assert (dose.removed_by, dose.removed_at) == (card.guardian, cast.NOW)
    calendar = queries.child_calendar(child=card.policy.child, day=cast.TODAY)
    assert [entry for entry in calendar.entries if entry.given] == []
    assert Event.objects.filter(action="dose.removed", subject=f"dose:{dose.ref}").count() == 1
    assert recorded(card).ref != dose.ref


def test_a_dose_is_taken_back_once(card: CardBinding) -> None:
    dose = recorded(card)
    commands.remove_dose(policy=card.policy, guardian=card.guardian, ref=dose.ref, now=cast.NOW)

    with pytest.raises(commands.NoSuchDose):
        commands.remove_dose(policy=card.policy, guardian=card.guardian, ref=dose.ref, now=cast.NOW)


def test_another_childs_dose_cannot_be_taken_back(card: CardBinding) -> None:
    dose = recorded(card)
    other = cast.chen_card()

    with pytest.raises(commands.NoSuchDose):
        commands.remove_dose(policy=other.policy, guardian=other.guardian, ref=dose.ref, now=cast.NOW)

    dose.refresh_from_db()
    assert dose.removed_at is None


def test_more_doses_than_a_child_is_given_are_refused(card: CardBinding) -> None:
    Dose.objects.bulk_create(
        Dose(
            child=card.policy.child,
            vaccine="influenza",
            day=cast.TODAY - n * DAY,
            recorded_by=card.guardian,
            recorded_at=cast.NOW,
        )
        for n in range(commands.MOST_DOSES)
    )

    with pytest.raises(commands.TooManyDoses):
        recorded(card)


def test_the_next_policy_of_the_same_child_shows_the_same_doses(card: CardBinding) -> None:
    recorded(card)

    renewed = cast.policy(
        member_number="HX270000000001",
        effective=datetime.date(2027, 5, 10),
        expires=datetime.date(2028, 5, 9),
        first_effective=datetime.date(2026, 5, 10),
    )

    calendar = queries.child_calendar(child=renewed.child, day=cast.TODAY)
    assert [entry.vaccine for entry in calendar.entries if entry.given] == ["mmr"]


def test_a_corrected_birthday_leaves_earlier_doses_aside(card: CardBinding) -> None:
    recorded(card, "hepb", datetime.date(2021, 5, 21))
    card.policy.child.born = datetime.date(2021, 6, 21)

    calendar = queries.child_calendar(child=card.policy.child, day=cast.TODAY)

    assert [entry for entry in calendar.entries if entry.given] == []


@pytest.mark.parametrize("count", [1, 3])
def test_what_waits_is_asked_once_for_all_children(django_assert_num_queries: object, count: int) -> None:
    children = [
        cast.policy(member_number=f"HX26000000088{n}", child_name=f"林{'一二三'[n]}", phone=f"+861380000088{n}").child
        for n in range(count)
    ]

    with django_assert_num_queries(1):  # type: ignore[operator]  # a fixture without a type of its own
        found = queries.waiting_for(children=children, day=cast.TODAY)

    assert set(found) == {child.pk for child in children}


def test_what_waits_counts_late_due_and_the_coming_fortnight(db: None) -> None:
    born = datetime.date(2026, 9, 22)  # two months old today
    card = cast.card_of(cast.policy(member_number="HX260000000077", child_name="林小夏", born=born))
    recorded(card, "hepb", born)
    recorded(card, "bcg", born)
    recorded(card, "hepb", cast.TODAY - 20 * DAY)

    found = queries.waiting_for(children=[card.policy.child], day=cast.TODAY)[card.policy.child_id]

    # IPV 1 and DTaP 1 today; nothing else within fourteen days.
    assert (found.has_records, found.overdue, found.due, found.soon) == (True, 0, 2, 0)
    assert queries.waiting_for(children=[card.policy.child], day=cast.TODAY - 14 * DAY)[card.policy.child_id].soon == 2
    assert queries.waiting_for(children=[card.policy.child], day=cast.TODAY - 15 * DAY)[card.policy.child_id].soon == 0
