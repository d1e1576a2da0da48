"""Promises T7, T8, T9: one visit one bill, never over the limit, every ordinal once, under concurrency."""

import pytest

from haixing.ledger import commands as ledger
from haixing.ledger.models import Account
from tests.drills import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_racing_desks_never_overspend_bill_twice_or_number_twice() -> None:
    report = race.storm(policies=4, submissions=120, clients=8, seed=1)

    assert report.is_clean, report


@pytest.mark.drill
def test_five_thousand_racing_submissions_keep_every_promise(capsys: pytest.CaptureFixture[str]) -> None:
    report = race.storm(policies=100, submissions=5000, clients=16, seed=2026)

    with capsys.disabled():
        print(f"\n{report}")
    assert report.is_clean, report


def test_without_the_lock_the_storm_would_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    if not race.uses_row_locks():
        pytest.skip("SQLite has no row lock to remove: its transactions take turns by the file")

    def unlocked(policy_id: int, benefit: object) -> object:
        return Account.objects.filter(policy_id=policy_id, benefit=benefit.code)  # type: ignore[attr-defined]

    monkeypatch.setattr(ledger, "_locked", unlocked)
    report = race.storm(policies=1, submissions=120, clients=8, seed=1)

    assert not report.is_clean
