"""The one writer of the ledger: lock an account, post to it, and never anything else."""

from __future__ import annotations

import datetime

from django.db import transaction

from benefits.adjudication import Posting, ordinals, post
from benefits.terms.plan import Benefit
from haixing.ledger.models import Account, Entry
from haixing.ledger.queries import tally_of
from haixing.lib.prepared import Prepared, PreparedInsert, Slot


def lock_account(*, policy_id: int, benefit: Benefit) -> Account:
    """Return a benefit's account with its row locked until the transaction ends. One statement once it exists.

    Everything that decides about the benefit happens after this (decision D1), so two
    desks take turns here.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an account is locked inside the transaction that posts to it")
    locked = _locked(policy_id, benefit)
    if not locked:
        _open_account(policy_id, benefit)
        locked = _locked(policy_id, benefit)
    return locked[0]


def post_entry(*, account: Account, posting: Posting, source: str, now: datetime.datetime) -> Entry:
    """Write what one bill or reversal changed, and bring the balances up to date. Two statements.

    ``account`` is one that this transaction has locked. An entry that changes nothing
    is written too: the numbers 1, 2, 3… are the order in which an account was decided.
    The database refuses to overspend a limit or to take an ordinal twice (IntegrityError).
    """
    after = post(tally_of(account), posting)
    entry = _ENTRIES.add(
        Entry(
            account=account,
            number=account.entries_posted + 1,
            source=source,
            limit_fen=posting.limit,
            deductible_fen=posting.deductible,
            takes_ordinal=posting.takes,
            frees_ordinal=posting.frees,
            at=now,
        )
    )
    account.limit_used_fen = after.limit_used
    account.deductible_used_fen = after.deductible_used
    account.counted = ordinals.to_ranges(after.counted)
    account.entries_posted = entry.number
    account.save(update_fields=["limit_used_fen", "deductible_used_fen", "counted", "entries_posted"])
    return entry


def _locked(policy_id: int, benefit: Benefit) -> list[Account]:
    """Return the account, locked, or nothing."""
    return _LOCKED.rows(policy_id=policy_id, benefit=benefit.code)


_ENTRIES = PreparedInsert(Entry)
_LOCKED = Prepared(
    lambda: Account.objects.select_for_update().filter(policy_id=Slot("policy_id"), benefit=Slot("benefit"))
)


def _open_account(policy_id: int, benefit: Benefit) -> None:
    Account.objects.bulk_create(
        [
            Account(
                policy_id=policy_id,
                benefit=benefit.code,
                limit_fen=benefit.limit.amount if benefit.limit else None,
                deductible_fen=benefit.deductible.amount if benefit.deductible else None,
            )
        ],
        ignore_conflicts=True,  # another desk may open it at the same moment: either row will do
    )
