"""A desk submits a bill: decided once, written once, and answered the same for ever."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from haixing.audit.models import Event
from haixing.claims import commands, queries
from haixing.claims.models import Bill, Visit
from haixing.ledger import queries as ledger
from haixing.ledger.models import Entry
from tests import cast
from tests.haixing.claims import desk

pytestmark = pytest.mark.django_db


def shares(bill: Bill) -> tuple[str, int | None, int | None]:
    return bill.outcome, bill.plan_fen, bill.member_fen


def days_before(number: int) -> datetime.date:
    return cast.TODAY - datetime.timedelta(days=number)


def used() -> tuple[int, list[list[int]], int]:
    account = ledger.accounts_of(cast.lin_policy().pk)["outpatient"]
    return account.limit_used_fen, account.counted, account.entries_posted


def test_first_visit_is_paid_in_full_and_takes_the_first_slot() -> None:
    bill = desk.submit("800.00")

    assert shares(bill) == ("paid", 80000, 0)
    assert bill.decision["visit"] == 1
    assert bill.decision["remaining"] == {"limit": "99200.00", "deductible": None}
    assert used() == (80000, [[1, 1]], 1)


def test_sixth_visit_costs_the_family_half() -> None:
    for number in range(5):
        desk.submit("100.00", day=days_before(number + 1))

    assert shares(desk.submit("567.00")) == ("paid", 28350, 28350)


def test_a_further_bill_of_the_day_joins_the_visit_and_posts_the_difference() -> None:
    hemujia = desk.presentation(cast.hemujia_guangzhou(), cast.hemujia_desk())
    first = desk.submit("500.00", shown=hemujia, care="emergency")
    second = desk.submit("1000.00", shown=hemujia, care="emergency")

    visit = Visit.objects.get()
    assert shares(first) == ("not-covered", 0, 50000)
    assert shares(second) == ("paid", 70000, 30000)
    assert (visit.billed_fen, visit.plan_fen, visit.member_fen, visit.ordinal) == (150000, 70000, 80000, 1)
    assert used() == (70000, [[1, 1]], 2)


def test_the_family_pays_beyond_the_limit() -> None:
    desk.submit("99700.00", day=days_before(1))

    assert shares(desk.submit("800.00")) == ("paid", 30000, 50000)


def test_terms_that_are_silent_go_to_a_person_and_use_nothing() -> None:
    beijing = cast.site("UB", group="和睦家", city="北京", contracts=cast.contracts())
    shown = desk.presentation(beijing, cast.staff("li.bei", "李北", beijing))

    bill = desk.submit("800.00", shown=shown)

    assert shares(bill) == ("review", None, None)
    assert used() == (0, [], 1)
    assert Visit.objects.get().outcome == "review"


def test_an_admission_is_a_visit_of_its_own() -> None:
    named = cast.site("IP", contracts=cast.contracts(inpatient=True))
    shown = desk.presentation(named, cast.staff("li.zhu", "李住", named))

    first = desk.submit("30000.00", shown=shown, care="inpatient", preauthorised=True)
    second = desk.submit("30000.00", shown=shown, care="inpatient", preauthorised=False)

    assert shares(first) == ("paid", 2000000, 1000000)
    assert shares(second) == ("paid", 1800000, 1200000)
    assert first.visit_id != second.visit_id


# -- the same key --


def test_the_same_key_gives_the_same_answer_and_bills_once() -> None:
    first = desk.submit("800.00", key="again")
    second = desk.submit("800.00", key="again")

    assert (second.pk, second.decision) == (first.pk, first.decision)
    assert Bill.objects.count() == 1
    assert used() == (80000, [[1, 1]], 1)


def test_the_same_key_with_another_bill_is_refused() -> None:
    desk.submit("800.00", key="again")

    with pytest.raises(commands.KeyUsedForAnotherBill):
        desk.submit("801.00", key="again")
    assert Bill.objects.count() == 1


def test_a_key_of_another_visit_is_refused_too() -> None:
    desk.submit("800.00", key="again")

    with pytest.raises(commands.KeyUsedForAnotherBill):
        desk.submit("800.00", key="again", day=days_before(1))
    assert used() == (80000, [[1, 1]], 1)


def test_two_sites_may_happen_to_make_the_same_key() -> None:
    desk.submit("800.00", key="again")
    elsewhere = desk.presentation(cast.dandelion(), cast.dandelion_desk())

    assert shares(desk.submit("800.00", key="again", shown=elsewhere)) == ("paid", 80000, 0)


# -- what is refused --


def test_tomorrow_cannot_be_billed_today() -> None:
    with pytest.raises(queries.FutureService):
        desk.submit("800.00", day=days_before(-1))


@pytest.mark.parametrize(("now", "is_future"), [("2026-11-22T15:59:59", True), ("2026-11-22T16:00:00", False)])
def test_a_day_begins_at_midnight_in_shanghai(now: str, *, is_future: bool) -> None:
    moment = datetime.datetime.fromisoformat(now).replace(tzinfo=datetime.UTC)
    made = desk.entry("1.00", day=datetime.date(2026, 11, 23))

    if is_future:
        with pytest.raises(queries.FutureService):
            queries.check_day(cast.lin_policy(), made, now=moment)
    else:
        queries.check_day(cast.lin_policy(), made, now=moment)


def test_a_day_outside_the_policy_is_refused_with_its_dates() -> None:
    policy = cast.lin_policy()
    before = policy.effective - datetime.timedelta(days=1)

    with pytest.raises(queries.OutsideThePolicy) as refused:
        desk.submit("800.00", day=before)
    assert str(policy.effective) in refused.value.sentence
    assert Bill.objects.count() == 0


def test_a_site_without_a_contract_cannot_bill() -> None:
    maple = desk.presentation(cast.maple(), cast.maple_desk())

    with pytest.raises(queries.NoContract):
        desk.submit("800.00", shown=maple)
    assert Bill.objects.count() == 0


# -- what stands behind it --


def test_a_bill_costs_eight_statements_however_long_the_history() -> None:
    shown = desk.presentation()
    desk.submit("1.00", shown=shown, day=days_before(1))
    few = statements(lambda: desk.submit("1.00", shown=shown, day=days_before(2)))
    for number in range(3, 40):
        desk.submit("1.00", shown=shown, day=days_before(number))
    many = statements(lambda: desk.submit("1.00", shown=shown, day=days_before(40)))

    assert (few, many) == (8, 8)


def statements(act: object) -> int:
    assert callable(act)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        act()
    control = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return len([query for query in captured if not query["sql"].startswith(control)])


def test_every_bill_leaves_one_mark_in_the_trail() -> None:
    bill = desk.submit("800.00")

    event = Event.objects.get(action="bill-submitted")
    assert (event.subject, event.policy_id, event.site_id) == (f"bill:{bill.ref}", cast.lin_policy().pk, bill.site_id)


def test_lines_and_reasons_are_sealed_at_rest() -> None:
    desk.submit("800.00")

    with connection.cursor() as cursor:
        cursor.execute("SELECT lines, facts, decision FROM claims_bill")
        stored = " ".join(cursor.fetchone())
        cursor.execute("SELECT standing FROM claims_visit")
        stored += cursor.fetchone()[0]
    assert [word for word in ("布洛芬", "80000", "outpatient", "share") if word in stored] == []


def test_a_bill_without_effect_is_an_entry_too() -> None:
    hemujia = desk.presentation(cast.hemujia_guangzhou(), cast.hemujia_desk())
    desk.submit("250.00", shown=hemujia)

    entry = Entry.objects.get()
    assert (entry.number, entry.limit_fen, entry.takes_ordinal) == (1, 0, None)


# -- the preview --


def test_the_preview_is_what_the_bill_will_be_and_writes_nothing() -> None:
    shown = desk.presentation(cast.hemujia_guangzhou(), cast.hemujia_desk())
    made = desk.entry("1500.00", care="emergency")

    seen = queries.preview_bill(presentation=shown, entry=made, now=cast.NOW)

    assert Bill.objects.count() == 0
    bill = desk.submit("1500.00", shown=shown, care="emergency")
    assert {**seen, "bill": bill.ref} == bill.decision
