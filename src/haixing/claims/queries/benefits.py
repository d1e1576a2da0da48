"""What a policy covers and what is left of it, as the card shows it (S05)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from benefits.adjudication import Tally, ordinals
from benefits.period import covered_from
from benefits.terms import Plan, explain
from benefits.terms.plan import Benefit, Wait
from benefits.terms.vocabulary import CARES, COUNTED_CARES, SURGERIES, Spoken
from haixing.claims.facts import spoken
from haixing.ledger import queries as ledger
from haixing.policies.models import Policy
from haixing.policies.queries import plan_of


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitLine:
    """A waiting period with this child's date."""

    label: dict[str, str]
    covered_from: datetime.date
    is_over: bool
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One rule in plain words, with the clause it comes from."""

    text: dict[str, str]
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitSummary:
    """福利项目 / 初始 / 剩余 / 备注, and what stands behind them. Amounts in fen, None where the plan sets none."""

    code: str
    name: dict[str, str]
    silent: bool
    limit_fen: int | None
    left_fen: int | None
    deductible_fen: int | None
    deductible_used_fen: int | None
    visits_counted: int | None
    next_visit: int | None
    first_tier: int | None
    """The last visit of the first tier: N of "visit n of N"."""
    waits: tuple[WaitLine, ...]
    sentences: tuple[Sentence, ...]
    exclusions: tuple[dict[str, str], ...]
    exclusion_clause: str


def benefits_of(*, policy: Policy, day: datetime.date) -> tuple[BenefitSummary, ...]:
    """Return what a policy's plan covers, and what is left of it. One statement."""
    plan = plan_of(policy)
    accounts = ledger.accounts_of(policy.pk)
    return tuple(
        _summary(plan, benefit, ledger.tally_of(accounts.get(benefit.code)), policy, day) for benefit in plan.benefits
    )


def _summary(plan: Plan, benefit: Benefit, tally: Tally, policy: Policy, day: datetime.date) -> BenefitSummary:
    counts = not benefit.silent and bool(COUNTED_CARES & set(benefit.care))
    limit, deductible = benefit.limit, benefit.deductible
    return BenefitSummary(
        code=benefit.code,
        name=spoken(benefit.name),
        silent=benefit.silent,
        limit_fen=limit.amount if limit else None,
        left_fen=limit.amount - tally.limit_used if limit else None,
        deductible_fen=deductible.amount if deductible else None,
        deductible_used_fen=tally.deductible_used if deductible else None,
        visits_counted=tally.counted.bit_count() if counts else None,
        next_visit=ordinals.lowest_free(tally.counted) if counts else None,
        first_tier=explain.first_tier(benefit) if counts else None,
        waits=tuple(_wait_line(wait, policy, day) for wait in benefit.waits),
        sentences=tuple(
            Sentence(text=spoken(text), clause=clause) for text, clause in explain.sentences(plan, benefit)
        ),
        exclusions=() if benefit.silent else tuple(map(spoken, explain.exclusions(plan))),
        exclusion_clause="" if benefit.silent else plan.exclusions.clause,
    )


def _wait_line(wait: Wait, policy: Policy, day: datetime.date) -> WaitLine:
    first = covered_from(policy.first_effective, wait.days)
    if wait.surgeries is None:
        names = [CARES[care] for care in CARES if care in wait.care]
    else:
        names = [SURGERIES[code] for code in SURGERIES if code in wait.surgeries]
    label = Spoken("、".join(name.zh for name in names), ", ".join(name.en for name in names))
    return WaitLine(label=spoken(label), covered_from=first, is_over=day >= first, clause=wait.clause)
