"""``haixing prove``: clean after everything that a desk can do, and red after anything that it cannot."""

import datetime

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from haixing.claims import queries
from haixing.claims.models import Bill, Visit
from haixing.ledger.models import Account, Entry
from haixing.lib.append_only import lifted
from tests import cast
from tests.haixing.claims import desk

pytestmark = pytest.mark.django_db


def on(number: int) -> datetime.date:
    return cast.TODAY - datetime.timedelta(days=number)


@pytest.fixture
def history() -> None:
    """A bit of everything: further bills, reversals, uncounted visits, an admission, a question for a person."""
    hemujia = desk.presentation(cast.hemujia_guangzhou(), cast.hemujia_desk())
    bills = [desk.submit("300.10", day=on(number)) for number in range(1, 8)]
    desk.submit("250.00", shown=hemujia)
    desk.submit("600.55", shown=hemujia)
    desk.reverse(bills[2])
    desk.submit("77.77", day=on(9))
    desk.reverse(desk.submit("88.88", day=on(9)))
    named = cast.site("IP", contracts=cast.contracts(inpatient=True))
    desk.submit("30000.00", shown=desk.presentation(named, cast.staff("li.zhu", "李住", named)), care="inpatient")
    beijing = cast.site("UB", group="和睦家", city="北京", contracts=cast.contracts())
    desk.reverse(desk.submit("10.00", shown=desk.presentation(beijing, cast.staff("li.bei", "李北", beijing))))


@pytest.mark.usefixtures("history")
def test_an_honest_history_is_proven() -> None:
    proof = queries.prove()

    assert proof.differences == []
    assert (proof.accounts, proof.visits, proof.decisions) == (2, 11, 16)


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("ledger_account", "limit_used_fen = limit_used_fen + 1"),
        ("ledger_account", "counted = '[]'"),
        ("ledger_entry", "limit_fen = limit_fen - 1"),
        ("claims_bill", "plan_fen = plan_fen - 1, member_fen = member_fen + 1"),
        ("claims_visit", "plan_fen = plan_fen + 1, member_fen = member_fen - 1"),
        ("policies_planversion", "text = text || ' '"),
    ],
)
def test_one_altered_fen_is_found(table: str, change: str) -> None:
    edit_behind_the_back(table, change)

    assert queries.prove().differences != []


def edit_behind_the_back(table: str, change: str) -> None:
    """Change the largest row as someone with the database's own keys could: triggers off."""
    column = {"ledger_account": "entries_posted", "ledger_entry": "limit_fen", "policies_planversion": "id"}.get(
        table, "plan_fen"
    )
    largest = f"SELECT id FROM {table} WHERE {column} = (SELECT MAX({column}) FROM {table}) LIMIT 1"
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change} WHERE id IN ({largest})")
        assert cursor.rowcount == 1


@pytest.mark.usefixtures("history")
def test_a_missing_entry_is_found() -> None:
    last = Entry.objects.order_by("-number").first()
    assert last is not None
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_entry WHERE id = %s", [last.pk])

    assert queries.prove().differences != []


@pytest.mark.usefixtures("history")
def test_the_command_exits_with_one_and_names_the_account(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("prove")
    account = Account.objects.get(benefit="outpatient")
    Account.objects.filter(pk=account.pk).update(limit_used_fen=account.limit_used_fen + 1)

    with pytest.raises(SystemExit) as stopped:
        call_command("prove")
    assert stopped.value.code == 1
    assert f"account {account.pk}" in capsys.readouterr().err


def test_the_database_itself_refuses_to_overspend_and_to_number_twice() -> None:
    desk.submit("800.00")
    desk.submit("800.00", day=on(1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.update(limit_used_fen=100_000_01_00)
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.update(ordinal=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Visit.objects.update(plan_fen=0)
    assert Bill.objects.count() == 2
