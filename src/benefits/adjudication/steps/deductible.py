"""Step 6, amounts: what the family bears first in a policy period (年度累计免赔额; ``ip.deductible``, A19)."""

from __future__ import annotations

from benefits.adjudication.decision import Ground
from benefits.adjudication.facts import Setting, Usage, Visit
from benefits.adjudication.sheet import Sheet, Step
from benefits.money import short_yuan
from benefits.terms.plan import Benefit, Plan


def compile_step(_plan: Plan, benefit: Benefit | None, _setting: Setting) -> Step | None:
    rule = benefit.deductible if benefit else None
    if rule is None:
        return None
    whole = rule.amount
    ground = Ground(
        "deductible",
        "deductible",
        rule.clause,
        f"年度累计免赔额 {short_yuan(whole)} 元：本次抵扣 {{amount}} 元，之后还剩 {{detail}} 元。",
        (
            f"The yearly deductible is {short_yuan(whole)} yuan: {{amount}} yuan of it are used now, "
            f"{{detail}} yuan are left."
        ),
    )

    def deductible(sheet: Sheet, _visit: Visit, usage: Usage) -> None:
        left = whole - usage.deductible_used
        used = left if left < sheet.payable else sheet.payable
        if used > 0:
            sheet.deductible_used = used
            sheet.move(ground, used, short_yuan(left - used))

    return deductible
