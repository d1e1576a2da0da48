"""A desk undoes a bill: what it used is given back, and nobody else's visit changes."""

import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from haixing.claims import commands
from haixing.claims.models import Visit
from haixing.ledger import queries as ledger
from tests import cast
from tests.haixing.claims import desk

pytestmark = pytest.mark.django_db


def account() -> tuple[int, list[list[int]]]:
    found = ledger.accounts_of(cast.lin_policy().pk)["outpatient"]
    return found.limit_used_fen, found.counted


def on(number: int) -> datetime.date:
    return cast.TODAY - datetime.timedelta(days=number)


def test_a_reversal_gives_back_the_amount_and_the_slot() -> None:
    bill = desk.submit("800.00")

    reversal = desk.reverse(bill)

    assert reversal.plan_fen == -80000
    assert account() == (0, [])
    visit = Visit.objects.get()
    assert (visit.outcome, visit.billed_fen, visit.plan_fen, visit.member_fen, visit.ordinal) == (
        "reversed",
        0,
        0,
        0,
        None,
    )


def test_the_next_visit_takes_the_freed_slot_and_nobody_is_renumbered() -> None:
    bills = [desk.submit("100.00", day=on(number)) for number in (3, 2, 1)]
    desk.reverse(bills[1])

    later = desk.submit("100.00")

    assert later.decision["visit"] == 2
    assert sorted(Visit.objects.exclude(ordinal=None).values_list("day", "ordinal")) == [
        (on(3), 1),
        (on(1), 3),
        (on(0), 2),
    ]


def test_undoing_one_of_two_bills_decides_the_visit_again() -> None:
    hemujia = desk.presentation(cast.hemujia_guangzhou(), cast.hemujia_desk())
    first = desk.submit("500.00", shown=hemujia, care="emergency")
    desk.submit("1000.00", shown=hemujia, care="emergency")

    reversal = desk.reverse(first)

    visit = Visit.objects.get()
    assert reversal.plan_fen == -50000
    assert (visit.billed_fen, visit.plan_fen, visit.member_fen, visit.ordinal) == (100000, 20000, 80000, 1)
    assert account() == (20000, [[1, 1]])


def test_a_visit_can_be_billed_again_after_its_reversal() -> None:
    desk.reverse(desk.submit("800.00"))

    desk.submit("700.00")

    assert account() == (70000, [[1, 1]])
    assert Visit.objects.get().outcome == "paid"


def test_a_bill_is_undone_once() -> None:
    bill = desk.submit("800.00")
    desk.reverse(bill)

    with pytest.raises(commands.AlreadyReversed):
        desk.reverse(bill)
    assert account() == (0, [])


def test_another_site_finds_no_such_bill() -> None:
    bill = desk.submit("800.00")

    with pytest.raises(commands.NoSuchBill):
        desk.reverse(bill, site=cast.dandelion())
    assert account() == (80000, [[1, 1]])


def test_a_reversal_says_why() -> None:
    bill = desk.submit("800.00")

    with pytest.raises(commands.ReasonMissing):
        desk.reverse(bill, reason="  ")
    assert account() == (80000, [[1, 1]])


@pytest.mark.parametrize("table", ["claims_bill", "claims_reversal", "ledger_entry"])
@pytest.mark.parametrize("change", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_what_was_decided_cannot_be_changed_in_the_database(table: str, change: str) -> None:
    desk.reverse(desk.submit("800.00"))

    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table))
