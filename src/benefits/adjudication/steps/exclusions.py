"""Step 5, amounts: lines that no benefit pays for (不承担…; readings A6, A14, A17). They are the family's, first."""

from __future__ import annotations

import functools
import itertools

from benefits.adjudication.decision import Ground
from benefits.adjudication.facts import Setting, Usage, Visit
from benefits.adjudication.sheet import Sheet, Step
from benefits.terms.plan import Benefit, Plan
from benefits.terms.vocabulary import CARVE_OUTS, NATURES


def compile_step(plan: Plan, benefit: Benefit | None, setting: Setting) -> Step | None:
    if benefit is None or benefit.silent:
        return None
    by_nature = _grounds_by_nature(plan)
    by_category = {
        category: by_nature[nature]
        for (care, category), nature in plan.exclusions.by_category.items()
        if care == setting.care
    }
    by_fee = _carved_out(plan, setting.excludes)

    def exclusions(sheet: Sheet, visit: Visit, _usage: Usage) -> None:
        for line in visit.lines:
            # Most bills have no excluded line: one cheap look at each, and nothing is built.
            if line.nature is not None or line.category in by_category or by_fee:
                break
        else:
            return
        totals: dict[Ground, int] = {}
        for category, amount, nature, doctor in visit.lines:
            ground = by_category.get(category) or by_nature.get(nature) or by_fee.get((category, doctor))
            if ground is not None:
                totals[ground] = totals.get(ground, 0) + amount
        for ground, amount in totals.items():
            sheet.move(ground, amount)
        sheet.eligible = sheet.payable

    return exclusions


@functools.lru_cache(maxsize=512)
def _grounds_by_nature(plan: Plan) -> dict[str | None, Ground]:
    rules = plan.exclusions
    return {nature: _nature_ground(nature, printed, rules.clause) for nature, printed in rules.natures.items()}


@functools.lru_cache(maxsize=512)
def _carved_out(plan: Plan, excludes: tuple[str, ...]) -> dict[tuple[str, str | None], Ground]:
    """Map (charge category, doctor's grade) to the reason why this hospital's contract leaves the fee out."""
    carved: dict[tuple[str, str | None], Ground] = {}
    for code in excludes:
        rule = plan.exclusions.carve_outs.get(code)
        if rule is not None:
            ground = _carve_out_ground(code, rule.clause)
            for fee in itertools.product(rule.categories, rule.doctors):
                carved.setdefault(fee, ground)
    return carved


def _nature_ground(nature: str, printed: str, clause: str) -> Ground:
    return Ground(
        "excluded",
        f"excluded:{nature}",
        clause,
        f"“{printed}”不在保障范围内，这部分 {{amount}} 元由家庭承担。",
        f"{NATURES[nature].en} is not covered by this plan: the family pays these {{amount}} yuan.",
    )


def _carve_out_ground(code: str, clause: str) -> Ground:
    name = CARVE_OUTS[code]
    return Ground(
        "excluded",
        f"excluded:{code}",
        clause,
        f"这家医院的合同不包括{name.zh}，这部分 {{amount}} 元由家庭承担。",
        (
            f"This hospital's contract leaves out {name.en[0].lower()}{name.en[1:]}: the family pays "
            f"these {{amount}} yuan."
        ),
    )
