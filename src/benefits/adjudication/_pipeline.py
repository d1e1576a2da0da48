"""The algorithm on one screen: the ordered steps, and how a plan is compiled into them.

A step module has one function, ``compile_step(plan, benefit, care)``, which
answers None where the plan gives the step nothing to do. So a decision runs only
the steps that matter for its kind of care, and reads no plan text while it runs.
"""

from __future__ import annotations

import functools
from typing import TypeAlias

from benefits.adjudication.decision import NOT_COVERED, PAID, REVIEW, Decision
from benefits.adjudication.facts import Usage, Visit
from benefits.adjudication.sheet import Sheet, Step
from benefits.adjudication.steps import (
    authorisation,
    benefit,
    deductible,
    exclusions,
    in_force,
    limit,
    share,
    site,
    waiting,
)
from benefits.terms.plan import Plan
from benefits.terms.vocabulary import CARES, COUNTED_CARES

STEPS = (in_force, benefit, site, waiting, exclusions, deductible, share, authorisation, limit)
"""In force → benefit → site and channel → waiting → exclusions → deductible → share → authorisation → limit."""

_Program: TypeAlias = dict[str, tuple[str | None, bool, tuple[Step, ...]]]


def adjudicate(visit: Visit, plan: Plan, usage: Usage) -> Decision:
    """Decide a visit. Pure: the same facts, terms and usage give the same decision, to the fen."""
    benefit_code, counted, steps = _program_of(plan)[visit.care]
    billed = 0
    for line in visit.lines:
        billed += line[1]
    sheet = Sheet(visit, usage, billed)
    for step in steps:
        if step(sheet):
            break
    outcome = sheet.outcome or (PAID if sheet.payable > 0 else NOT_COVERED)
    return Decision(
        outcome,
        benefit_code,
        usage.visit if counted else None,
        billed,
        sheet.eligible,
        sheet.payable,
        sheet.deductible_used if outcome is not REVIEW else 0,
        tuple(sheet.trace),
        not sheet.outcome,
    )


@functools.lru_cache(maxsize=512)
def _program_of(plan: Plan) -> _Program:
    program: _Program = {}
    for care in CARES:
        found = plan.benefit_for(care)
        compiled = (module.compile_step(plan, found, care) for module in STEPS)
        steps = tuple(step for step in compiled if step is not None)
        program[care] = (found.code if found else None, care in COUNTED_CARES, steps)
    return program
