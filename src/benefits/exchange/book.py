"""A book of bills, decided one after the other: usage is kept per member and policy period.

The book remembers every account, visit and bill, because a later line may add to a
visit or undo a bill. What it remembers are plain tuples in three mappings that the
caller gives, so that a long book can be kept on disk and memory stays flat.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, NamedTuple, TypeAlias

from benefits.adjudication import NOTHING, Answer, Ground, Move, Standing, Tally, decide_bill, decide_reversal, post
from benefits.adjudication import Site as SiteFacts
from benefits.exchange.bills import BillRequest, BillUnreadable, ReversalRequest, read_request, shown
from benefits.period import Cover
from benefits.terms.plan import Plan
from benefits.terms.vocabulary import COUNTED_CARES, Spoken

Memory: TypeAlias = MutableMapping[str, tuple[Any, ...]]
"""Text → a plain tuple of whole numbers, texts, bytes, truth values, None and such tuples."""


class Memories(NamedTuple):
    """What a book remembers."""

    accounts: Memory
    """Policy period and benefit → Tally."""
    visits: Memory
    """Visit → _Visit."""
    bills: Memory
    """Bill number → _Bill."""

    @classmethod
    def in_memory(cls) -> Memories:
        """Make memories for a short book."""
        return cls({}, {}, {})


class _Bill(NamedTuple):
    """What is remembered of a bill."""

    joined: bool
    """It passed the gates and is part of its visit."""
    billed: int
    """Fen that it was decided for; 0 while it waits for a person."""
    source: bytes
    """The line as it came: read again when the bill's visit is decided again."""
    is_reversed: bool = False


class _Visit(NamedTuple):
    """What is remembered of a visit: its Standing, with names instead of bills and grounds."""

    ordinal: int | None
    decided_as: int | None
    eligible: int
    plan_pays: int
    deductible: int
    moves: tuple[tuple[str, int], ...]
    """(key of the ground, fen)."""
    bills: tuple[str, ...]


class Book:
    """Decides requests in the order in which they come. ``parse`` reads a source line as JSON again."""

    def __init__(
        self,
        *,
        plans: Mapping[str, Plan],
        sites: Mapping[str, SiteFacts],
        memories: Memories | None = None,
        parse: Callable[[bytes], Any] = json.loads,
    ) -> None:
        self._plans = plans
        self._sites = sites
        self._parse = parse
        self._accounts, self._visits, self._bills = memories or Memories.in_memory()
        self._grounds: dict[tuple[str, str], Ground] = {}
        """(plan, key) → the rule behind a move: as many as the plans have rules."""

    def decide(self, request: BillRequest | ReversalRequest, source: bytes) -> Answer:
        """Decide one request. Raises BillUnreadable for what contradicts the book; nothing is used up then."""
        if isinstance(request, ReversalRequest):
            return self._reverse(request)
        return self._decide_bill(request, source)

    def _decide_bill(self, request: BillRequest, source: bytes) -> Answer:
        number, plan_code, _, visit = request
        plan = self._plans.get(plan_code)
        if plan is None:
            known = ", ".join(sorted(self._plans))
            raise _refused(
                f"没有计划 {shown(plan_code)}：可用的是 {known}",
                f"there is no plan {shown(plan_code)}: known are {known}",
            )
        if self._bills.get(number) is not None:
            raise _refused(
                f"账单号 {shown(number)} 前面已经用过：请给每张账单一个自己的号",
                f"bill {shown(number)} stands in the book already: give each bill a number of its own",
            )
        account = _account_key(plan, request)
        key = _visit_key(account, request)
        tally, (standing, numbers) = self._tally(account), self._standing(key, plan_code)

        answer = decide_bill(visit, plan=plan, tally=tally, standing=standing)

        if answer.joins:
            self._keep(account, tally, key, plan_code, answer, (*numbers, number))
        self._bills[number] = (answer.joins, 0 if answer.outcome == "review" else answer.billed, source, False)
        return answer

    def _reverse(self, request: ReversalRequest) -> Answer:
        number = request.bill
        found = self._bills.get(number)
        if found is None:
            raise _refused(
                f"要冲正的账单 {shown(number)} 前面没有出现过：请写已经理算的账单号",
                f"the bill {shown(number)} to undo was not decided before: write the number of an earlier bill",
            )
        bill = _Bill(*found)
        if bill.is_reversed:
            raise _refused(
                f"账单 {shown(number)} 已经冲正过，不用再冲正一次",
                f"the bill {shown(number)} was undone already: once is enough",
            )
        original = self._read_again(bill.source)
        plan = self._plans[original.plan]
        account = _account_key(plan, original)
        key = _visit_key(account, original)
        tally, (standing, numbers) = self._tally(account), self._standing(key, original.plan)
        index = numbers.index(number) if bill.joined else None

        answer = decide_reversal(
            original.visit, plan=plan, tally=tally, standing=standing, index=index, billed=bill.billed
        )

        if index is not None:
            self._keep(account, tally, key, original.plan, answer, numbers[:index] + numbers[index + 1 :])
        self._bills[number] = tuple(bill._replace(is_reversed=True))
        return answer

    # -- memory --

    def _tally(self, account: str) -> Tally:
        found = self._accounts.get(account)
        return _UNUSED if found is None else Tally(*found)

    def _standing(self, key: str, plan: str) -> tuple[Standing, tuple[str, ...]]:
        found = self._visits.get(key)
        if found is None:
            return NOTHING, ()
        visit = _Visit(*found)
        if not visit.bills:
            return NOTHING, ()
        sources = [_Bill(*self._bills[number]).source for number in visit.bills]
        bills = tuple([self._read_again(source).visit for source in sources])
        moves = tuple([Move(self._grounds[plan, ground], amount) for ground, amount in visit.moves])
        return Standing(bills, *visit[:5], moves), visit.bills

    def _keep(self, account: str, tally: Tally, key: str, plan: str, answer: Answer, numbers: tuple[str, ...]) -> None:
        posting, standing = answer.posting, answer.standing
        if posting != _NO_CHANGE:
            self._accounts[account] = tuple(post(tally, posting))
        grounds = [(move.ground, move.amount) for move in standing.moves if move.amount]
        for ground, _ in grounds:
            self._grounds[plan, ground.key] = ground
        moves = tuple([(ground.key, amount) for ground, amount in grounds])
        self._visits[key] = (*standing[1:6], moves, numbers)

    def _read_again(self, source: bytes) -> BillRequest:
        request = read_request(self._parse(source), sites=self._sites)
        assert isinstance(request, BillRequest)  # noqa: S101  # only bills are remembered
        return request


_UNUSED = Tally()
_NO_CHANGE = (0, 0, None, None)


def _refused(zh: str, en: str) -> BillUnreadable:
    return BillUnreadable((Spoken(zh, en),))


def _account_key(plan: Plan, request: BillRequest) -> str:
    """Name the policy period and benefit. What may hold any character, the member number, comes last."""
    visit = request.visit
    return _period_key(plan, visit.care, visit.cover) + request.member


@functools.lru_cache(maxsize=4096)
def _period_key(plan: Plan, care: str, cover: Cover) -> str:
    benefit = plan.benefit_for(care)
    period = f"{cover.effective.toordinal()} {cover.expires.toordinal()}"
    return f"{plan.code} {benefit.code if benefit else ''} {period} "


def _visit_key(account: str, request: BillRequest) -> str:
    """Name the visit: bills of one site, day and kind of care are one, but each admission is its own (reading A4)."""
    visit = request.visit
    if visit.care not in COUNTED_CARES:
        return f"bill {request.bill}"
    code = visit.site.code
    return f"{visit.care} {visit.day.toordinal()} {len(code)} {code} {account}"
