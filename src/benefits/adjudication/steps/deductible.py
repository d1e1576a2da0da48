"""Step 6, amounts: what the family bears first in a policy period (年度累计免赔额; domain 1.4 ``ip.deductible``, A19)."""

from __future__ import annotations

from benefits.adjudication.decision import Ground
from benefits.adjudication.sheet import Sheet, Step
from benefits.money import short_yuan
from benefits.terms.plan import Benefit, Plan


def compile_step(_plan: Plan, benefit: Benefit | None, _care: str) -> Step | None:
    rule = benefit.deductible if benefit else None
    if rule is None:
        return None
    whole = rule.amount
    ground = Ground(
        "deductible",
        "deductible",
        rule.clause,
        f"年度累计免赔额 {short_yuan(whole)} 元：本次抵扣 {{amount}} 元，之后还剩 {{detail}} 元。",
        f"The yearly deductible is {short_yuan(whole)} yuan: {{amount}} yuan of it are used now, {{detail}} yuan are left.",
    )

    def deductible(sheet: Sheet) -> None:
        left = whole - sheet.usage.deductible_used
        used = left if left < sheet.payable else sheet.payable
        if used > 0:
            sheet.deductible_used = used
            sheet.move(ground, used, short_yuan(left - used))

    return deductible
