"""A book of bills, decided one after the other: usage is kept per member and policy period.

The book remembers every visit and bill, because a later line may add to the visit
or undo the bill. What it remembers are plain tuples in two mappings that the caller
gives, so that a long book can be kept on disk and memory stays flat.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, MutableMapping
from typing import NamedTuple, TypeAlias

from benefits.adjudication import NOTHING, Answer, Ground, Move, Standing, Tally, Visit, decide_bill, decide_reversal, post
from benefits.adjudication import Site as SiteFacts
from benefits.exchange.bills import BillRequest, BillUnreadable, ReversalRequest, read_request
from benefits.terms.plan import Plan
from benefits.terms.vocabulary import COUNTED_CARES, Spoken

VisitMemory: TypeAlias = MutableMapping[str, tuple[object, ...]]
BillMemory: TypeAlias = MutableMapping[str, tuple[object, ...]]


class _Bill(NamedTuple):
    """What is remembered of a bill."""

    visit_key: str
    """Empty for a bill that did not join its visit."""
    billed: int
    """Fen that it was decided for; 0 while it waits for a person."""
    source: bytes
    """The line as it came: read again when the bill's visit is decided again."""
    is_reversed: bool = False


class Book:
    """Decides requests in the order in which they come."""

    def __init__(
        self, *, plans: Mapping[str, Plan], sites: Mapping[str, SiteFacts], visits: VisitMemory, bills: BillMemory
    ) -> None:
        self._plans = plans
        self._sites = sites
        self._visits = visits
        self._bills = bills
        self._tallies: dict[tuple[object, ...], Tally] = {}

    def decide(self, request: BillRequest | ReversalRequest, source: bytes) -> Answer:
        """Decide one request. Raises BillUnreadable for what contradicts the book; nothing is used up then."""
        if isinstance(request, ReversalRequest):
            return self._reverse(request)
        return self._decide_bill(request, source)

    def _decide_bill(self, request: BillRequest, source: bytes) -> Answer:
        plan = self._plans.get(request.plan)
        if plan is None:
            known = ", ".join(sorted(self._plans))
            raise _refused(f"没有计划 {request.plan!r}：可用的是 {known}", f"there is no plan {request.plan!r}: known are {known}")
        if request.bill in self._bills:
            raise _refused(
                f"账单号 {request.bill!r} 前面已经用过：请给每张账单一个自己的号",
                f"bill {request.bill!r} stands in the book already: give each bill a number of its own",
            )
        account = _account_key(plan, request)
        key = _visit_key(account, request)
        standing, numbers = self._standing(key)
        tally = self._tallies.get(account, _UNUSED)
        answer = decide_bill(request.visit, plan=plan, tally=tally, standing=standing)
        if answer.joins:
            self._tallies[account] = post(tally, answer.posting)
            self._visits[key] = _packed(answer.standing, (*numbers, request.bill))
        billed = 0 if answer.outcome == "review" else answer.billed
        self._bills[request.bill] = (key if answer.joins else "", billed, source, False)
        return answer

    def _reverse(self, request: ReversalRequest) -> Answer:
        found = self._bills.get(request.bill)
        bill = _Bill._make(found) if found else None  # type: ignore[arg-type]  # stored as the tuple it is
        if bill is None:
            raise _refused(
                f"要冲正的账单 {request.bill!r} 前面没有出现过：请写已经理算的账单号",
                f"the bill {request.bill!r} to undo was not decided before: write the number of an earlier bill",
            )
        if bill.is_reversed:
            raise _refused(
                f"账单 {request.bill!r} 已经冲正过，不用再冲正一次", f"the bill {request.bill!r} was undone already: once is enough"
            )
        original = self._read_again(bill.source)
        plan = self._plans[original.plan]
        account = _account_key(plan, original)
        standing, numbers = self._standing(bill.visit_key)
        index = numbers.index(request.bill) if bill.visit_key else None
        tally = self._tallies.get(account, _UNUSED)
        answer = decide_reversal(
            original.visit, plan=plan, tally=tally, standing=standing, index=index, billed=bill.billed
        )
        if index is not None:
            self._tallies[account] = post(tally, answer.posting)
            self._visits[bill.visit_key] = _packed(answer.standing, numbers[:index] + numbers[index + 1 :])
        self._bills[request.bill] = tuple(bill._replace(is_reversed=True))
        return answer

    def _standing(self, key: str) -> tuple[Standing, tuple[str, ...]]:
        packed = self._visits.get(key)
        if not packed or not packed[-1]:
            return NOTHING, ()
        *amounts, moves, numbers = packed
        bills = tuple(self._read_again(_Bill._make(self._bills[number]).source).visit for number in numbers)  # type: ignore[attr-defined,arg-type]
        standing = Standing(bills, *amounts, tuple(Move(Ground(*ground, "", ""), amount) for *ground, amount in moves))  # type: ignore[arg-type,attr-defined]
        return standing, numbers  # type: ignore[return-value]

    def _read_again(self, source: bytes) -> BillRequest:
        request = read_request(json.loads(source), sites=self._sites)
        assert isinstance(request, BillRequest)
        return request


_UNUSED = Tally()


def _refused(zh: str, en: str) -> BillUnreadable:
    return BillUnreadable((Spoken(zh, en),))


def _account_key(plan: Plan, request: BillRequest) -> tuple[object, ...]:
    benefit = plan.benefit_for(request.visit.care)
    cover = request.visit.cover
    return (plan.code, request.member, cover.effective, cover.expires, benefit.code if benefit else None)


def _visit_key(account: tuple[object, ...], request: BillRequest) -> str:
    """Name the visit: bills of one site, day and kind of care are one, but each admission is its own (reading A4)."""
    visit: Visit = request.visit
    if visit.care not in COUNTED_CARES:
        return f"bill {request.bill}"
    return f"{account} {visit.site.code} {visit.day} {visit.care}"


def _packed(standing: Standing, numbers: tuple[str, ...]) -> tuple[object, ...]:
    moves = tuple((move.ground.step, move.ground.key, move.ground.clause, move.amount) for move in standing.moves)
    return (standing.ordinal, standing.decided_as, standing.eligible, standing.plan_pays, standing.deductible, moves, numbers)
