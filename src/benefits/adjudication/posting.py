"""A bill or a reversal against an account: what it changes, and what it leaves. Pure bookkeeping.

A visit's bills are decided as one, and the newest posts the difference (readings
A3 to A5). The desk, the office and the ``adjudicate`` command all go through here,
so there is one answer to "what does this bill cost this family now?".

    Tally     what a policy period has used of one benefit
    Standing  what one visit holds of it: its live bills, and what they were paid
    Answer    the decision on one bill or reversal, and the Posting that it makes
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import NamedTuple

from benefits.adjudication import ordinals
from benefits.adjudication._pipeline import adjudicate
from benefits.adjudication.decision import NOT_COVERED, PAID, REVIEW, Decision, Ground, Move
from benefits.adjudication.facts import Usage, Visit
from benefits.terms.plan import Plan
from benefits.terms.vocabulary import COUNTED_CARES


class Tally(NamedTuple):
    """What a policy period has used of one benefit, in fen; ``counted`` holds the taken ordinals as bits."""

    limit_used: int = 0
    deductible_used: int = 0
    counted: int = 0


class Posting(NamedTuple):
    """What changes on the account, in fen. The entries of a ledger are these."""

    limit: int = 0
    deductible: int = 0
    takes: int | None = None
    frees: int | None = None


class Standing(NamedTuple):
    """A visit so far. ``bills`` are those that joined and were not reversed, oldest first."""

    bills: tuple[Visit, ...] = ()
    ordinal: int | None = None
    """The slot it holds on the counter; None while the plan pays nothing for it."""
    decided_as: int | None = None
    """The ordinal under which it was last priced: its own, or the one it would have taken."""
    eligible: int = 0
    plan_pays: int = 0
    deductible: int = 0
    moves: tuple[Move, ...] = ()
    """Where the family's part comes from, summed over the bills."""


NOTHING = Standing()

_SETTLED = Ground(
    "reversal",
    "reversal:settled",
    "",
    "这次就诊已经理算过，冲正其他账单不会再多赔：{amount} 元由家庭承担。",
    "This visit was settled, and undoing another bill of it adds nothing to it: the family pays {amount} yuan.",
)


class Answer(NamedTuple):
    """The decision on one bill, in fen: of a further bill, the difference that it makes to its visit."""

    outcome: str
    benefit: str | None
    visit: int | None
    counted: bool
    billed: int
    eligible: int
    plan_pays: int
    moves: tuple[Move, ...]
    limit_left: int | None
    deductible_left: int | None
    joins: bool
    posting: Posting
    standing: Standing

    @property
    def member_pays(self) -> int:
        """The family's part of this bill; of a review it is not known, and this means nothing."""
        return self.billed - self.plan_pays


def decide_bill(bill: Visit, *, plan: Plan, tally: Tally, standing: Standing = NOTHING, held: int = 0) -> Answer:
    """Decide a bill of a visit that stands as ``standing``. ``held``: fen promised to other visits."""
    bills = (*standing.bills, bill)
    usage = _usage(tally, standing, held)
    decision = adjudicate(join(bills) if standing.bills else bill, plan, usage)
    if not decision.joins:
        # The bill did not pass the gates, so it is answered alone and the visit stays as it was.
        if standing.bills:
            decision = adjudicate(bill, plan, usage)
        return _answer(plan, bill, decision, tally, standing, standing, decision.trace)
    after = _standing(bills, decision)
    return _answer(plan, bill, decision, tally, standing, after, _difference(decision.trace, standing.moves))


def decide_reversal(
    bill: Visit, *, plan: Plan, tally: Tally, standing: Standing, index: int | None, billed: int
) -> Answer:
    """Decide a visit again without one of its bills.

    ``index`` is the bill's place in ``standing.bills``; None for a bill that never
    joined its visit, whose reversal moves no money of the plan. ``billed``: fen that the bill was
    decided for, 0 if it still waited for a person. The rest of the visit keeps its
    ordinal, and is never paid more than before: a reversal only gives back.
    """
    if index is None:
        return _reversed(plan, bill, -billed, 0, tally, standing, standing)
    rest = standing.bills[:index] + standing.bills[index + 1 :]
    after = NOTHING
    if rest:
        usage = _usage(tally, standing, 0)._replace(visit=standing.decided_as or 1)
        decision = adjudicate(join(rest), plan, usage)
        after = _standing(rest, _without_gain(decision, most=standing.plan_pays))
    return _reversed(plan, bill, -billed, after.eligible - standing.eligible, tally, standing, after)


def post(tally: Tally, posting: Posting) -> Tally:
    """Return the tally after a posting."""
    counted = tally.counted
    if posting.frees is not None:
        counted = ordinals.with_freed(counted, posting.frees)
    if posting.takes is not None:
        counted = ordinals.with_taken(counted, posting.takes)
    return Tally(tally.limit_used + posting.limit, tally.deductible_used + posting.deductible, counted)


def join(bills: tuple[Visit, ...]) -> Visit:
    """Return the bills of a visit as one: the newest bill's facts, and everybody's lines."""
    if len(bills) == 1:
        return bills[0]
    return bills[-1]._replace(lines=tuple(line for bill in bills for line in bill.lines))


def sum_moves(moves: Iterable[Move]) -> tuple[Move, ...]:
    """Add up moves with the same ground, in the order in which the grounds appear; the last detail stays."""
    totals: dict[str, Move] = {}
    for move in moves:
        earlier = totals.get(move.ground.key)
        totals[move.ground.key] = move._replace(amount=earlier.amount + move.amount) if earlier else move
    return tuple(totals.values())


def _usage(tally: Tally, standing: Standing, held: int) -> Usage:
    """Look at the account without this visit: what it holds is its own to use again."""
    limit_used, deductible_used, counted = tally
    ordinal = standing.ordinal or ordinals.lowest_free(counted)
    return tuple.__new__(Usage, (ordinal, limit_used - standing.plan_pays, deductible_used - standing.deductible, held))


def _without_gain(decision: Decision, *, most: int) -> Decision:
    """Keep what is left of a visit from being paid more than the whole of it was: room may have come free since."""
    gain = decision.plan_pays - most
    if gain <= 0:
        return decision
    return decision._replace(plan_pays=most, trace=(*decision.trace, Move(_SETTLED, gain)))


def _standing(bills: tuple[Visit, ...], decision: Decision) -> Standing:
    _, _, visit, _, eligible, plan_pays, deductible, trace, _ = decision
    ordinal = visit if plan_pays > 0 else None  # A3: a visit that the plan pays nothing for holds no slot
    return tuple.__new__(Standing, (bills, ordinal, visit, eligible, plan_pays, deductible, trace))


def _difference(moves: tuple[Move, ...], earlier: tuple[Move, ...]) -> tuple[Move, ...]:
    """Return what the newest bill adds to the family's reasons. Grounds that add nothing fall away."""
    if not earlier:
        return moves
    before = {move.ground.key: move.amount for move in earlier}
    added = [move._replace(amount=move.amount - before.pop(move.ground.key, 0)) for move in moves]
    gone = [move._replace(amount=-before[move.ground.key]) for move in earlier if move.ground.key in before]
    changed = tuple(move for move in (*added, *gone) if move.amount)
    return changed or tuple(move for move in added if move.ground.step == "share")


def _posting(before: Standing, after: Standing) -> Posting:
    if before is NOTHING:
        return tuple.__new__(Posting, (after.plan_pays, after.deductible, after.ordinal, None))
    moved = before.ordinal != after.ordinal
    return Posting(
        after.plan_pays - before.plan_pays,
        after.deductible - before.deductible,
        after.ordinal if moved else None,
        before.ordinal if moved else None,
    )


def _answer(
    plan: Plan,
    bill: Visit,
    decision: Decision,
    tally: Tally,
    before: Standing,
    after: Standing,
    moves: tuple[Move, ...],
) -> Answer:
    posting = _posting(before, after)
    joins = decision.joins
    plan_pays = posting.limit if joins else 0
    limit_left, deductible_left = _left(plan, bill, tally, posting)
    return tuple.__new__(
        Answer,
        (
            REVIEW if decision.outcome is REVIEW else PAID if plan_pays > 0 else NOT_COVERED,
            decision.benefit,
            decision.visit,
            after.ordinal is not None,
            sum([line.amount for line in bill.lines]) if before.bills else decision.billed,
            after.eligible - before.eligible if joins else 0,
            plan_pays,
            moves,
            limit_left,
            deductible_left,
            joins,
            posting,
            after,
        ),
    )


def _reversed(
    plan: Plan, bill: Visit, billed: int, eligible: int, tally: Tally, before: Standing, after: Standing
) -> Answer:
    posting = _posting(before, after)
    found = plan.benefit_for(bill.care)
    return Answer(
        "reversed",
        found.code if found else None,
        _ordinal_it_had(bill, tally, before),
        after.ordinal is not None,
        billed,
        eligible,
        posting.limit,
        (),
        *_left(plan, bill, tally, posting),
        False,
        posting,
        after,
    )


def _ordinal_it_had(bill: Visit, tally: Tally, before: Standing) -> int | None:
    if bill.care not in COUNTED_CARES:
        return None
    return before.ordinal or before.decided_as or ordinals.lowest_free(tally.counted)


def _left(plan: Plan, bill: Visit, tally: Tally, posting: Posting) -> tuple[int | None, int | None]:
    """Return what is left of the limit and of the deductible once this is posted; None where the plan sets none."""
    limit, deductible = _amounts_of(plan, bill.care)
    return (
        None if limit is None else limit - tally.limit_used - posting.limit,
        None if deductible is None else deductible - tally.deductible_used - posting.deductible,
    )


@functools.lru_cache(maxsize=2048)
def _amounts_of(plan: Plan, care: str) -> tuple[int | None, int | None]:
    """Return the limit and the deductible of the benefit for a kind of care, in fen; None where the plan sets none."""
    found = plan.benefit_for(care)
    limit, deductible = (found.limit, found.deductible) if found else (None, None)
    return limit.amount if limit else None, deductible.amount if deductible else None
