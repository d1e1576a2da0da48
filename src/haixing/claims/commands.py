"""Every write of a claim: a bill submitted, a bill reversed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from benefits.adjudication import Answer, Posting, Standing, decide_bill, decide_reversal
from benefits.terms import Plan
from haixing.accounts.models import User
from haixing.audit import commands as audit
from haixing.claims import facts, queries
from haixing.claims.enums import Outcome
from haixing.claims.facts import Entry
from haixing.claims.models import Bill, Reversal, Visit
from haixing.ledger import commands as ledger
from haixing.ledger import queries as balances
from haixing.lib.errors import Refused
from haixing.lib.prepared import PreparedInsert
from haixing.lib.refs import new_ref
from haixing.members.models import Presentation
from haixing.network.models import Contract
from haixing.policies.models import Policy
from haixing.policies.queries import plan_of

if TYPE_CHECKING:
    from haixing.ledger.models import Account


_VISITS = PreparedInsert(Visit)
_BILLS = PreparedInsert(Bill)


class KeyUsedForAnotherBill(Refused):
    """The idempotency key came before, with another bill."""

    code = "key-used-for-another-bill"
    status = 409


class NoSuchBill(Refused):
    """There is no such bill at this site."""

    code = "no-such-bill"
    status = 404


class AlreadyReversed(Refused):
    """The bill was undone before."""

    code = "already-reversed"
    status = 409


class ReasonMissing(Refused):
    """A reversal must say why."""

    code = "reason-missing"


@dataclass(frozen=True, slots=True)
class _Case:
    """What stands before a bill is decided: the account is locked, and everything below was read after."""

    policy: Policy
    plan: Plan
    account: Account | None
    visit: Visit | None
    bills: list[Bill]


def submit_bill(*, presentation: Presentation, staff: User, key: str, entry: Entry, now: datetime.datetime) -> Bill:
    """Decide a bill and write it down, once for each key of a site. The same key gives the same answer forever.

    ``presentation`` is live and belongs to the site at which ``staff`` works: the door has
    checked both. Eight statements, however long the history: the account (locked), the
    contract, the visit's bills, the visit, the bill, the entry, the account's balances, the trail.

    Raises FutureService, OutsideThePolicy, NoContract, KeyUsedForAnotherBill.
    """
    policy, plan = presentation.policy, plan_of(presentation.policy)
    queries.check_day(policy, entry, now=now)
    try:
        with transaction.atomic():
            account = _lock(policy, plan, entry.care)
            bills = queries.bills_of_visit(presentation, entry)
            earlier = next((bill for bill in bills if bill.key == key), None)
            if earlier:
                return _same_answer(earlier, entry, staff=staff, now=now)
            contract = queries.contract_for(policy, site_id=presentation.site_id, entry=entry)
            visit = queries.visit_joined_by(bills, entry)
            case = _Case(policy, plan, account, visit, bills)
            return _decide_and_write(case, presentation, contract, staff=staff, key=key, entry=entry, now=now)
    except IntegrityError:
        # The key belongs to a bill of another visit, which another account's lock does not guard.
        earlier = Bill.objects.filter(site_id=presentation.site_id, key=key).first()
        if earlier is None:
            raise
        return _same_answer(earlier, entry, staff=staff, now=now)


def repeat_bill(*, site_id: int, staff: User, key: str, entry: Entry, now: datetime.datetime) -> Bill | None:
    """Answer a key that this site has used before, or return None.

    For a desk that retries after the card's presentation has run out (decision D4: after a
    weekend, say): what was recorded then is still the site's own. Raises KeyUsedForAnotherBill.
    """
    earlier = Bill.objects.select_related("visit").filter(site_id=site_id, key=key).first()
    return _same_answer(earlier, entry, staff=staff, now=now) if earlier else None


def reverse_bill(*, site_id: int, bill_ref: str, staff: User, reason: str, now: datetime.datetime) -> Reversal:
    """Undo a bill: its visit is decided again without it, and what it used is given back (reading A5).

    No other visit changes. Raises NoSuchBill (also for another site's bill), AlreadyReversed, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing(_("请写明为什么冲正，例如“重复录入”，家长会看到账单已冲正。"))
    with transaction.atomic():
        found = Bill.objects.select_related("visit__policy__plan_version").filter(site_id=site_id, ref=bill_ref).first()
        if found is None:
            raise NoSuchBill(_("没有找到这张账单：可能不是本院区的，请在“今天的就诊”里查找。"))
        policy = found.visit.policy
        plan = plan_of(policy)
        account = _lock(policy, plan, found.visit.care)
        visit = Visit.objects.get(pk=found.visit_id)
        bills = list(Bill.objects.filter(visit=visit).select_related("reversal"))
        bill = next(bill for bill in bills if bill.pk == found.pk)
        if queries.is_reversed(bill):
            raise AlreadyReversed(_("这张账单已经冲正过，不用再冲正一次。"))
        case = _Case(policy, plan, account, visit, bills)
        return _reverse_and_write(case, bill, staff=staff, reason=reason.strip(), now=now)


# -- before the decision --


def _lock(policy: Policy, plan: Plan, care: str) -> Account | None:
    """Take the lock that everything after depends on.

    A plan without the benefit has no account, for there is nothing to use up. But the bills of its visits
    add up as well: there the policy's own row is the lock.
    """
    benefit = plan.benefit_for(care)
    if benefit is not None:
        return ledger.lock_account(policy_id=policy.pk, benefit=benefit)
    Policy.objects.select_for_update(no_key=True).only("pk").get(pk=policy.pk)
    return None


def _same_answer(bill: Bill, entry: Entry, *, staff: User, now: datetime.datetime) -> Bill:
    """Answer a repeated key. The small write makes sure that what we repeat is itself durable (decision D6)."""
    if bill.body_sha256 != entry.digest:
        text = _("这次发送的编号已经用在另一张账单上，所以没有重复记账：请刷新页面后重新录入。")
        raise KeyUsedForAnotherBill(text)
    _record("bill-repeated", bill, staff=staff, now=now)
    return bill


# -- after the decision --


def _decide_and_write(
    case: _Case,
    presentation: Presentation,
    contract: Contract,
    *,
    staff: User,
    key: str,
    entry: Entry,
    now: datetime.datetime,
) -> Bill:
    ref = new_ref()
    stated = facts.bill_facts(number=ref, policy=case.policy, site=presentation.site, contract=contract, entry=entry)
    standing, joined = facts.standing_of(case.visit, case.bills)
    tally = balances.tally_of(case.account)
    answer = decide_bill(facts.visit_of(stated), plan=case.plan, tally=tally, standing=standing)

    visit = case.visit or _new_visit(case, presentation, entry)
    undecided = answer.outcome == Outcome.REVIEW
    visit.billed_fen += answer.billed
    visit.member_fen += 0 if undecided else answer.member_pays
    outcomes = {*_live_outcomes(visit, case.bills), answer.outcome}
    _save_visit(visit, answer.standing, [*joined, ref] if answer.joins else joined, outcomes=outcomes)
    bill = _BILLS.add(
        Bill(
            ref=ref,
            visit=visit,
            site=presentation.site,
            staff=staff,
            key=key,
            body_sha256=entry.digest,
            at=now,
            outcome=answer.outcome,
            billed_fen=answer.billed,
            plan_fen=None if undecided else answer.plan_pays,
            member_fen=None if undecided else answer.member_pays,
            lines=facts.entered_lines(entry),
            facts=stated,
            decision=facts.decision_of(ref, answer),
        )
    )
    _post(case.account, answer.posting, f"bill:{ref}", now=now)
    _record("bill-submitted", bill, staff=staff, now=now)
    return bill


def _new_visit(case: _Case, presentation: Presentation, entry: Entry) -> Visit:
    site = presentation.site
    return Visit(account=case.account, policy=case.policy, site=site, day=entry.day, care=entry.care)


def _live_outcomes(visit: Visit, bills: list[Bill]) -> set[str]:
    """Return how the visit's bills that stand were decided. A visit that is not written yet has none."""
    if not visit.pk:
        return set()
    return {bill.outcome for bill in bills if bill.visit_id == visit.pk and not queries.is_reversed(bill)}


def _reverse_and_write(case: _Case, bill: Bill, *, staff: User, reason: str, now: datetime.datetime) -> Reversal:
    visit = bill.visit if case.visit is None else case.visit
    answer, joined = decide_undoing(case.plan, case.account, visit, case.bills, bill)
    rest = [other for other in case.bills if other.pk != bill.pk and not queries.is_reversed(other)]
    visit.billed_fen -= bill.billed_fen
    visit.member_fen += 0 if bill.outcome == Outcome.REVIEW else answer.member_pays
    _save_visit(visit, answer.standing, joined, outcomes={other.outcome for other in rest})
    reversal = Reversal.objects.create(
        bill=bill,
        staff=staff,
        reason=reason,
        at=now,
        plan_fen=answer.plan_pays,
        decision=facts.decision_of(bill.ref, answer),
    )
    _post(case.account, answer.posting, f"reversal:{reversal.ref}", now=now)
    _record("bill-reversed", bill, staff=staff, now=now)
    return reversal


def decide_undoing(
    plan: Plan, account: Account | None, visit: Visit, bills: list[Bill], bill: Bill
) -> tuple[Answer, list[str]]:
    """Decide a visit again without one of its bills; return the answer and the bills that stay joined."""
    standing, joined = facts.standing_of(visit, bills)
    index = joined.index(bill.ref) if bill.ref in joined else None
    answer = decide_reversal(
        facts.visit_of(bill.facts),
        plan=plan,
        tally=balances.tally_of(account),
        standing=standing,
        index=index,
        billed=0 if bill.outcome == Outcome.REVIEW else bill.billed_fen,
    )
    return answer, [ref for ref in joined if ref != bill.ref]


def _save_visit(visit: Visit, standing: Standing, joined: list[str], *, outcomes: set[str]) -> None:
    visit.ordinal = standing.ordinal
    visit.eligible_fen = standing.eligible
    visit.plan_fen = standing.plan_pays
    visit.deductible_fen = standing.deductible
    visit.standing = facts.packed_standing(standing, joined)
    visit.outcome = _outcome_of_visit(standing.plan_pays, outcomes)
    if visit.pk:
        visit.save()
    else:
        _VISITS.add(visit)


def _outcome_of_visit(plan_pays: int, outcomes: set[str]) -> Outcome:
    if Outcome.REVIEW in outcomes:
        return Outcome.REVIEW
    if not outcomes:
        return Outcome.REVERSED
    return Outcome.PAID if plan_pays > 0 else Outcome.NOT_COVERED


def _post(account: Account | None, posting: Posting, source: str, *, now: datetime.datetime) -> None:
    if account is not None:
        ledger.post_entry(account=account, posting=posting, source=source, now=now)


def _record(action: str, bill: Bill, *, staff: User, now: datetime.datetime) -> None:
    audit.record(
        actor=f"staff:{staff.pk}",
        action=action,
        subject=f"bill:{bill.ref}",
        policy_id=bill.visit.policy_id,
        site_id=bill.site_id,
        now=now,
    )
