"""Step 5, amounts: lines that no benefit pays for (不承担…; readings A6, A14, A17). They are the family's, first."""

from __future__ import annotations

from benefits.adjudication.decision import Ground
from benefits.adjudication.facts import Visit
from benefits.adjudication.sheet import Sheet, Step
from benefits.terms.plan import Benefit, Plan
from benefits.terms.vocabulary import CARVE_OUTS, NATURES


def compile_step(plan: Plan, benefit: Benefit | None, care: str) -> Step | None:
    if benefit is None or benefit.silent:
        return None
    rules = plan.exclusions
    by_nature = {nature: _nature_ground(nature, printed, rules.clause) for nature, printed in rules.natures.items()}
    by_category = {
        category: by_nature[nature] for (for_care, category), nature in rules.by_category.items() if for_care == care
    }
    carve_outs = {
        (code, category, doctor): ground
        for code, rule in rules.carve_outs.items()
        for ground in [_carve_out_ground(code, rule.clause)]
        for category in rule.categories
        for doctor in rule.doctors
    }

    def ground_of(category: str, nature: str | None, doctor: str | None, excludes: tuple[str, ...]) -> Ground | None:
        if category in by_category:
            return by_category[category]
        if nature in by_nature:
            return by_nature[nature]
        return next((found for code in excludes if (found := carve_outs.get((code, category, doctor or "")))), None)

    def excluded_lines(visit: Visit) -> dict[Ground, int]:
        totals: dict[Ground, int] = {}
        for category, amount, nature, doctor in visit.lines:
            ground = ground_of(category, nature, doctor, visit.site.excludes)
            if ground is not None:
                totals[ground] = totals.get(ground, 0) + amount
        return totals

    def exclusions(sheet: Sheet) -> None:
        visit = sheet.visit
        for category, _, nature, doctor in visit.lines:
            # Most bills have no excluded line: one cheap look at each, and nothing is built.
            if nature is not None or category in by_category or (doctor is not None and visit.site.excludes):
                for ground, amount in excluded_lines(visit).items():
                    sheet.move(ground, amount)
                sheet.eligible = sheet.payable
                return

    return exclusions


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
        f"This hospital's contract leaves out {name.en[0].lower()}{name.en[1:]}: the family pays these {{amount}} yuan.",
    )
