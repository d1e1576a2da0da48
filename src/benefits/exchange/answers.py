"""Answers → JSON objects, in the words of the ``adjudicate`` contract."""

from __future__ import annotations

import functools
from typing import Any

from benefits.adjudication import REVIEW, Answer, Move
from benefits.money import yuan
from benefits.terms.vocabulary import Spoken


def write_answer(bill: str, answer: Answer) -> dict[str, Any]:
    """Write the answer to a bill or a reversal. Amounts are yuan with two decimals."""
    outcome, benefit, visit, counted, billed, eligible, plan_pays, moves, limit_left, deductible_left, *_ = answer
    undecided = outcome == REVIEW
    whole = yuan(billed)  # what is eligible, and what the plan pays, is the whole bill more often than not
    return {
        "bill": bill,
        "outcome": outcome,
        "benefit": benefit,
        "visit": visit,
        "counted": counted,
        "billed": whole,
        "eligible": None if undecided else whole if eligible == billed else yuan(eligible),
        "plan_pays": None if undecided else whole if plan_pays == billed else yuan(plan_pays),
        "member_pays": None if undecided else yuan(billed - plan_pays),
        "reasons": [_reversal_reason(answer)]
        if outcome == "reversed"
        else [_reason(move, visit) for move in told_moves(moves)],
        "remaining": {
            "limit": None if limit_left is None else yuan(limit_left),
            "deductible": None if deductible_left is None else yuan(deductible_left),
        },
    }


def write_invalid(bill: str | None, problems: tuple[Spoken, ...]) -> dict[str, Any]:
    """Write the answer to a line that could not be decided."""
    return {
        "bill": bill,
        "outcome": "invalid",
        "benefit": None,
        "visit": None,
        "counted": False,
        "billed": None,
        "eligible": None,
        "plan_pays": None,
        "member_pays": None,
        "reasons": [
            {"code": "invalid", "amount": None, "clause": None, "text": {"zh": problem.zh, "en": problem.en}}
            for problem in problems
        ],
        "remaining": {"limit": None, "deductible": None},
    }


def told_moves(moves: tuple[Move, ...]) -> tuple[Move, ...]:
    """Choose what to say: every yuan that the plan does not pay, or the clause that leaves nothing to the family."""
    if len(moves) == 1:
        return moves
    told = tuple([move for move in moves if move.amount])
    return told or tuple([move for move in moves if move.ground.step == "share"]) or moves


@functools.lru_cache(maxsize=8192)
def _reason(move: Move, visit: int | None) -> dict[str, Any]:
    """Write a reason. Round amounts come again and again, so the same dictionary may stand in many answers."""
    zh, en = move.text(visit)
    ground = move.ground
    return {"code": ground.step, "amount": yuan(move.amount), "clause": ground.clause, "text": {"zh": zh, "en": en}}


def _reversal_reason(answer: Answer) -> dict[str, Any]:
    gone = yuan(-answer.plan_pays)
    return {
        "code": "reversed",
        "amount": yuan(answer.member_pays),
        "clause": "",
        "text": {
            "zh": f"这张账单已冲正：计划少付 {gone} 元，占用的额度和次数已退回，其他就诊不受影响。",
            "en": (
                f"This bill was undone: the plan pays {gone} yuan less, what it used is given back, "
                f"and no other visit changes."
            ),
        },
    }
