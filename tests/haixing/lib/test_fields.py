import pytest
from django.db import connection

from haixing.lib import clock
from haixing.lib.secrecy import UnreadableSecret
from haixing.members.models import Guardian

pytestmark = pytest.mark.django_db


def stored(column: str, guardian: Guardian) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM members_guardian WHERE id = %s", [guardian.pk])
        text: str = cursor.fetchone()[0]
    return text


def test_a_sealed_text_is_read_back_and_stored_unreadable() -> None:
    guardian = Guardian.objects.create(phone="+8613800000001", called="𠮷奶奶", joined_at=clock.now())

    assert Guardian.objects.values_list("phone", "called").get(pk=guardian.pk) == ("+8613800000001", "𠮷奶奶")
    assert stored("phone", guardian).startswith("k1:")
    assert "1380000" not in stored("phone", guardian)


def test_an_empty_text_stays_empty() -> None:
    guardian = Guardian.objects.create(joined_at=clock.now())

    guardian.refresh_from_db()

    assert guardian.phone == ""
    assert stored("phone", guardian) == ""


def test_two_cells_swapped_within_a_row_no_longer_open() -> None:
    guardian = Guardian.objects.create(phone="+8613800000001", called="奶奶", joined_at=clock.now())

    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_guardian SET phone = called, called = phone WHERE id = %s", [guardian.pk])

    with pytest.raises(UnreadableSecret, match=r"members\.guardian"):
        Guardian.objects.get(pk=guardian.pk)


@pytest.mark.parametrize("lookup", ["phone", "phone__exact", "phone__in", "phone__contains", "phone__gt"])
def test_a_sealed_column_cannot_be_searched_by_mistake(lookup: str) -> None:
    with pytest.raises(TypeError, match="use its blind index"):
        Guardian.objects.filter(**{lookup: "+8613800000001"}).first()


def test_whether_there_is_a_value_may_be_asked() -> None:
    assert Guardian.objects.filter(phone__isnull=True).count() == 0


def test_a_bulk_update_seals_too() -> None:
    guardian = Guardian.objects.create(called="奶奶", joined_at=clock.now())

    Guardian.objects.filter(pk=guardian.pk).update(called="外婆")

    guardian.refresh_from_db()
    assert guardian.called == "外婆"
    assert stored("called", guardian).startswith("k1:")
