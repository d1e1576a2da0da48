"""Answers → JSON objects, in the words of the ``adjudicate`` contract."""

from __future__ import annotations

from typing import Any

from benefits.adjudication import REVIEW, Answer, Move
from benefits.money import yuan
from benefits.terms.vocabulary import Spoken


def write_answer(bill: str, answer: Answer) -> dict[str, Any]:
    """Write the answer to a bill or a reversal. Amounts are yuan with two decimals."""
    undecided = answer.outcome == REVIEW
    reversal = answer.outcome == "reversed"
    return {
        "bill": bill,
        "outcome": answer.outcome,
        "benefit": answer.benefit,
        "visit": answer.visit,
        "counted": answer.counted,
        "billed": yuan(answer.billed),
        "eligible": None if undecided else yuan(answer.eligible),
        "plan_pays": None if undecided else yuan(answer.plan_pays),
        "member_pays": None if undecided else yuan(answer.member_pays),
        "reasons": [_reversal_reason(answer)]
        if reversal
        else [_reason(move, answer.visit) for move in told_moves(answer.moves)],
        "remaining": {
            "limit": None if answer.limit_left is None else yuan(answer.limit_left),
            "deductible": None if answer.deductible_left is None else yuan(answer.deductible_left),
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
    told = tuple([move for move in moves if move.amount])
    return told or tuple([move for move in moves if move.ground.step == "share"]) or moves


def _reason(move: Move, visit: int | None) -> dict[str, Any]:
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
