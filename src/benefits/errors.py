"""What can be wrong with a text given to the core, and where.

BenefitsError
├── MoneyUnreadable     an amount is not yuan with at most two decimals
├── PlanUnreadable      a plan file has problems: all of them, with line and column
└── BillUnreadable      a bill has problems: all of them, with the field
"""

from __future__ import annotations

from typing import NamedTuple


class BenefitsError(Exception):
    """Anything the core refuses to read."""


class Problem(NamedTuple):
    """One thing to mend: where, what is wrong, and what to write instead."""

    file: str
    line: int
    """Counted from 1."""
    column: int
    """Counted from 1."""
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


class PlanUnreadable(BenefitsError):
    """A plan or its cases cannot be used. Carries every problem, in the order of the file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
