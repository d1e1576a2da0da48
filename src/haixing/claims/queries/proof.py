"""Proof: balances re-added from entries, every decision made again, to the fen (invariants I2, I5, I7, I10, I11)."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from benefits.adjudication import Answer, Posting, Standing, Tally, decide_bill, decide_reversal, post
from benefits.terms import Plan
from haixing.claims import facts
from haixing.claims.enums import Outcome
from haixing.claims.models import Bill, Reversal, Visit
from haixing.ledger import queries as ledger
from haixing.policies.models import PlanVersion
from haixing.policies.queries import plan_of_version

if TYPE_CHECKING:
    from haixing.ledger.models import Account


@dataclasses.dataclass
class Proof:
    """What was looked at, and what did not agree."""

    accounts: int = 0
    decisions: int = 0
    visits: int = 0
    differences: list[str] = dataclasses.field(default_factory=list)


def prove() -> Proof:
    """Replay the whole house. Reads one account after the other, so memory stays flat."""
    proof = Proof()
    for version in PlanVersion.objects.iterator():
        if hashlib.sha256(version.text.encode()).hexdigest() != version.sha256:
            proof.differences.append(f"plan {version}: the text is not the one that was published")
    for account in ledger.all_accounts():
        _prove_account(account, proof)
    for visit in Visit.objects.filter(account=None).select_related("policy__plan_version").iterator(chunk_size=200):
        _prove_visit_without_account(visit, proof)
    return proof


def _prove_account(account: Account, proof: Proof) -> None:
    proof.accounts += 1
    entries = ledger.entries_of(account)
    proof.differences += ledger.disagreements(account, entries)
    replay = _Replay(plan_of_version(account.policy.plan_version))
    bills, reversals = _sources(account)
    visits = {visit.pk: visit for visit in Visit.objects.filter(account=account)}
    for entry in entries:
        kind, _, ref = entry.source.partition(":")
        proof.decisions += 1
        if kind == "bill" and (bill := bills.pop(ref, None)):
            proof.differences += replay.bill(bill, ledger.posting_of(entry))
        elif kind == "reversal" and (reversal := reversals.pop(ref, None)):
            proof.differences += replay.reversal(reversal, ledger.posting_of(entry))
        else:
            proof.differences.append(f"entry {entry.pk} of account {account.pk}: {entry.source} does not exist")
    proof.differences += [f"bill {ref} has no entry in the ledger" for ref in bills]
    proof.differences += [f"reversal {ref} has no entry in the ledger" for ref in reversals]
    for visit in visits.values():
        proof.visits += 1
        proof.differences += replay.visit(visit)


def _prove_visit_without_account(visit: Visit, proof: Proof) -> None:
    """Replay a visit for which the plan has no benefit: nothing is posted, but the family was told its share."""
    replay = _Replay(plan_of_version(visit.policy.plan_version))
    # No entries say in which order it all happened; where the plan pays nothing, the order changes nothing.
    for bill in Bill.objects.filter(visit=visit):
        proof.decisions += 1
        proof.differences += replay.bill(bill, Posting())
    for reversal in Reversal.objects.filter(bill__visit=visit).select_related("bill").order_by("id"):
        proof.decisions += 1
        proof.differences += replay.reversal(reversal, Posting())
    proof.visits += 1
    proof.differences += replay.visit(visit)


def _sources(account: Account) -> tuple[dict[str, Bill], dict[str, Reversal]]:
    bills = {bill.ref: bill for bill in Bill.objects.filter(visit__account=account)}
    reversals = Reversal.objects.filter(bill__visit__account=account).select_related("bill")
    return bills, {reversal.ref: reversal for reversal in reversals}


class _Replay:
    """One account decided again from nothing, in the order of its entries."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._tally = Tally()
        self._visits: dict[int, tuple[Standing, list[str]]] = {}
        self._totals: dict[int, tuple[int, int]] = {}
        """Billed and family's fen of each visit."""

    def bill(self, bill: Bill, posted: Posting) -> Iterator[str]:
        standing, joined = self._visits.get(bill.visit_id, (Standing(), []))
        answer = decide_bill(facts.visit_of(bill.facts), plan=self._plan, tally=self._tally, standing=standing)
        self._keep(bill, answer, [*joined, bill.ref] if answer.joins else joined)
        undecided = answer.outcome == Outcome.REVIEW
        self._add(bill.visit_id, answer.billed, 0 if undecided else answer.member_pays)
        stored = (bill.outcome, bill.billed_fen, bill.plan_fen, bill.member_fen)
        shares = (None, None) if undecided else (answer.plan_pays, answer.member_pays)
        yield from _compare(f"bill {bill.ref}", stored, (answer.outcome, answer.billed, *shares))
        yield from _compare(
            f"decision of bill {bill.ref}", _amounts(bill.decision), _amounts(facts.decision_of(bill.ref, answer))
        )
        yield from _compare(f"entry of bill {bill.ref}", posted, answer.posting)

    def reversal(self, reversal: Reversal, posted: Posting) -> Iterator[str]:
        bill = reversal.bill
        standing, joined = self._visits.get(bill.visit_id, (Standing(), []))
        undecided = bill.outcome == Outcome.REVIEW
        answer = decide_reversal(
            facts.visit_of(bill.facts),
            plan=self._plan,
            tally=self._tally,
            standing=standing,
            index=joined.index(bill.ref) if bill.ref in joined else None,
            billed=0 if undecided else bill.billed_fen,
        )
        self._keep(bill, answer, [ref for ref in joined if ref != bill.ref])
        self._add(bill.visit_id, -bill.billed_fen, 0 if undecided else answer.member_pays)
        yield from _compare(f"reversal of bill {bill.ref}", reversal.plan_fen, answer.plan_pays)
        yield from _compare(f"entry of the reversal of bill {bill.ref}", posted, answer.posting)

    def visit(self, visit: Visit) -> Iterator[str]:
        standing, joined = self._visits.get(visit.pk, (Standing(), []))
        billed, member = self._totals.get(visit.pk, (0, 0))
        stored = (
            visit.ordinal,
            visit.plan_fen,
            visit.deductible_fen,
            visit.eligible_fen,
            visit.billed_fen,
            visit.member_fen,
        )
        again = (standing.ordinal, standing.plan_pays, standing.deductible, standing.eligible, billed, member)
        yield from _compare(f"visit {visit.ref}", stored, again)
        yield from _compare(f"what visit {visit.ref} stands for", visit.standing.get("bills", []), joined)

    def _keep(self, bill: Bill, answer: Answer, joined: list[str]) -> None:
        self._tally = post(self._tally, answer.posting)
        self._visits[bill.visit_id] = answer.standing, joined

    def _add(self, visit_id: int, billed: int, member: int) -> None:
        before_billed, before_member = self._totals.get(visit_id, (0, 0))
        self._totals[visit_id] = before_billed + billed, before_member + member


def _amounts(decision: dict[str, Any]) -> dict[str, Any]:
    """Return what must replay to the fen: everything but the sentences, whose wording may improve."""
    reasons = [{key: reason[key] for key in ("code", "amount", "clause")} for reason in decision["reasons"]]
    return {**decision, "reasons": reasons}


def _compare(name: str, stored: object, replayed: object) -> Iterator[str]:
    if stored != replayed:
        yield f"{name}: stored {stored!r}, replayed {replayed!r}"
