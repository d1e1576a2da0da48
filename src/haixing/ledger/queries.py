"""Reading what a policy has used, and proving it from the entries."""

from __future__ import annotations

from collections.abc import Iterator

from benefits.adjudication import Posting, Tally, ordinals, post
from haixing.ledger.models import Account, Entry


def accounts_of(policy_id: int) -> dict[str, Account]:
    """Return a policy's accounts by benefit. A benefit that was never used has none. One statement."""
    return {account.benefit: account for account in Account.objects.filter(policy_id=policy_id)}


def tally_of(account: Account | None) -> Tally:
    """Return an account as the engine reads it; without an account nothing was used."""
    if account is None:
        return Tally()
    return Tally(account.limit_used_fen, account.deductible_used_fen, ordinals.from_ranges(account.counted))


def all_accounts() -> Iterator[Account]:
    """Go through every account, with its policy and plan version, a few at a time."""
    return Account.objects.select_related("policy__plan_version").order_by("id").iterator(chunk_size=200)


def entries_of(account: Account) -> list[Entry]:
    """Return the entries of an account in the order in which they were posted."""
    return list(Entry.objects.filter(account=account).order_by("number"))


def disagreements(account: Account, entries: list[Entry]) -> list[str]:
    """Re-add an account from its entries, and describe everything that does not agree (invariants I2, I5)."""
    name = f"account {account.pk} ({account.benefit} of policy {account.policy_id})"
    found: list[str] = []
    tally = Tally()
    for expected, entry in enumerate(entries, start=1):
        if entry.number != expected:
            found.append(f"{name}: entry {expected} is missing, the next is {entry.number}")
            break
        if entry.takes_ordinal is not None and tally.counted >> (entry.takes_ordinal - 1) & 1:
            found.append(f"{name}: entry {expected} takes visit {entry.takes_ordinal}, which was taken")
        tally = post(tally, posting_of(entry))
    if account.entries_posted != len(entries):
        found.append(f"{name}: {account.entries_posted} entries were posted, {len(entries)} are there")
    for what, kept, added in (
        ("limit used", account.limit_used_fen, tally.limit_used),
        ("deductible used", account.deductible_used_fen, tally.deductible_used),
        ("visits counted", account.counted, ordinals.to_ranges(tally.counted)),
    ):
        if kept != added:
            found.append(f"{name}: {what} is {kept}, its entries add up to {added}")
    return found


def posting_of(entry: Entry) -> Posting:
    """Return what an entry changed."""
    return Posting(entry.limit_fen, entry.deductible_fen, entry.takes_ordinal, entry.frees_ordinal)
