"""The sheet of paper that a decision is worked out on: made, filled by the steps, and thrown away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from benefits.adjudication.decision import NOT_COVERED, REVIEW, Ground, Move
from benefits.adjudication.facts import Usage, Visit


class Sheet:
    """The state between steps. ``payable`` starts as the whole bill and only shrinks."""

    __slots__ = ("deductible_used", "eligible", "outcome", "payable", "rounded_off", "trace")

    def __init__(self, billed: int) -> None:
        self.eligible = billed
        self.payable = billed
        self.deductible_used = 0
        self.rounded_off = 0
        """What a percentage came to beyond the fen moved for it, in 1/10000 fen: rounding happens once."""
        self.outcome = ""
        """Set by a gate that ends the decision."""
        self.trace: list[Move] = []

    def refuse(self, ground: Ground, detail: object = None) -> bool:
        """End here: the plan pays nothing, and the whole bill is the family's."""
        self.trace.append(Move(ground, self.payable, detail))
        self.outcome = NOT_COVERED
        self.eligible = self.payable = 0
        return True

    def ask(self, ground: Ground) -> bool:
        """End here: the terms are silent, and a person must decide. Nothing is used up."""
        self.trace = [Move(ground, 0)]
        self.outcome = REVIEW
        self.eligible = self.payable = self.deductible_used = 0
        return True

    def move(self, ground: Ground, amount: int, detail: object = None) -> None:
        """Give an amount to the family."""
        self.trace.append(tuple.__new__(Move, (ground, amount, detail)))  # as in _pipeline: no slower than a tuple
        self.payable -= amount


Step: TypeAlias = Callable[[Sheet, Visit, Usage], object]
"""Reads the visit and the usage, writes the sheet. Answers something true to end the decision."""
