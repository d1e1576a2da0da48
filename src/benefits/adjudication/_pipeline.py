"""The algorithm on one screen: the ordered steps, and how a plan is compiled into them.

A step module has one function, ``compile_step(plan, benefit, setting)``, which answers
None where the plan gives the step nothing to do. So a decision runs only the steps
that matter for its kind of care and hospital, and reads no plan text while it runs.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

from benefits.adjudication.decision import NOT_COVERED, PAID, Decision
from benefits.adjudication.facts import Setting, Usage, Visit
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
from benefits.terms.vocabulary import COUNTED_CARES

STEPS = (in_force, benefit, site, waiting, exclusions, deductible, share, authorisation, limit)
"""In force → benefit → site and channel → waiting → exclusions → deductible → share → authorisation → limit."""


def adjudicate(visit: Visit, plan: Plan, usage: Usage) -> Decision:
    """Decide a visit. Pure: the same facts, terms and usage give the same decision, to the fen."""
    program = program_of(plan, visit.care, visit.channel, visit.site[1:])
    billed = 0
    for line in visit.lines:
        billed += line.amount

    sheet = Sheet(billed)
    for step in program.steps:
        if step(sheet, visit, usage):
            break

    # As quick as a plain tuple, which ``Decision(...)`` is not: a replayed book makes millions.
    return tuple.__new__(
        Decision,
        (
            sheet.outcome or (PAID if sheet.payable > 0 else NOT_COVERED),
            program.benefit,
            usage.visit if program.is_counted else None,
            billed,
            sheet.eligible,
            sheet.payable,
            sheet.deductible_used,
            tuple(sheet.trace),
            not sheet.outcome,
        ),
    )


class Program(NamedTuple):
    """What a plan comes to for one kind of care in one setting."""

    benefit: str | None
    is_counted: bool
    steps: tuple[Step, ...]


@functools.lru_cache(maxsize=2048)
def program_of(plan: Plan, care: str, channel: str, traits: tuple[object, ...]) -> Program:
    """Compile a plan. ``traits`` are the facts of a site without its code, so that alike hospitals share a program."""
    found = plan.benefit_for(care)
    setting = Setting(care, channel, *traits)  # type: ignore[arg-type]  # the fields of Site, in its order
    compiled = (module.compile_step(plan, found, setting) for module in STEPS)
    return Program(
        found.code if found else None,
        care in COUNTED_CARES,
        tuple(step for step in compiled if step is not None),
    )
