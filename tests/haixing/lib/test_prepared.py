"""Queries and inserts whose SQL is written once answer and write as Django's own would."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from haixing.accounts.models import Membership, User
from haixing.audit.models import Event
from haixing.lib.prepared import Prepared, PreparedInsert, Slot
from tests import cast

pytestmark = pytest.mark.django_db


def test_the_same_query_is_asked_with_other_values() -> None:
    fang, su = cast.sunflower_desk(), cast.dandelion_desk()
    by_name = Prepared(lambda: User.objects.filter(username=Slot("username")))

    assert [by_name.rows(username=name) for name in ("fang.yu", "su.he", "nobody")] == [[fang], [su], []]


def test_related_rows_come_along_in_the_one_statement() -> None:
    cast.sunflower_desk()
    by_user = Prepared(lambda: Membership.objects.select_related("user").filter(user__username=Slot("username")))

    with CaptureQueriesContext(connection) as captured:
        [membership] = by_user.rows(username="fang.yu")
        name = membership.user.name
    assert (name, len(captured)) == ("方瑜", 1)


@pytest.mark.parametrize("moment", [cast.NOW, cast.NOW.astimezone(datetime.UTC)])
def test_a_moment_is_the_same_in_every_zone(moment: datetime.datetime) -> None:
    event = _event(cast.NOW)
    event.save()
    at = Prepared(lambda: Event.objects.filter(at=Slot("at")))

    assert at.rows(at=moment) == [event]
    assert at.rows(at=moment + datetime.timedelta(microseconds=1)) == []


def test_an_inserted_row_reads_back_as_it_was() -> None:
    events: PreparedInsert[Event] = PreparedInsert(Event)
    added = [events.add(_event(cast.NOW, detail={"lines": number})) for number in (1, 2)]

    read = list(Event.objects.order_by("id"))
    assert read == added
    assert [(event.at, event.detail, event.seal_id) for event in read] == [
        (cast.NOW, {"lines": number}, None) for number in (1, 2)
    ]


def test_an_inserted_row_is_saved_as_an_update() -> None:
    membership = PreparedInsert(Membership).add(Membership(user=cast.sunflower_desk(), site_id=77))
    membership.ended_at = cast.NOW
    membership.save()

    assert Membership.objects.filter(site_id=77).values_list("pk", "ended_at").get() == (membership.pk, cast.NOW)


def test_a_constraint_still_refuses() -> None:
    memberships: PreparedInsert[Membership] = PreparedInsert(Membership)
    user = cast.sunflower_desk()
    memberships.add(Membership(user=user, site_id=77))

    with pytest.raises(IntegrityError), transaction.atomic():
        memberships.add(Membership(user=user, site_id=77))
    assert Membership.objects.filter(site_id=77).count() == 1


def _event(at: datetime.datetime, **changes: Any) -> Event:
    return Event(**{"at": at, "actor": "system", "action": "tried", "subject": "it", "digest": "0" * 64} | changes)
