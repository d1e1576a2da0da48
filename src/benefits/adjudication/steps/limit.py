"""Step 9, amounts: the plan never pays more than the room that is left (年度限额; domain 1.4 ``op.limit``, A8, T8)."""

from __future__ import annotations

from benefits.adjudication.decision import Ground
from benefits.adjudication.facts import Setting, Usage, Visit
from benefits.adjudication.sheet import Sheet, Step
from benefits.money import short_yuan
from benefits.terms.plan import Benefit, Plan


def compile_step(_plan: Plan, benefit: Benefit | None, _setting: Setting) -> Step | None:
    rule = benefit.limit if benefit else None
    if rule is None:
        return None
    whole = rule.amount
    ground = Ground(
        "limit",
        "limit",
        rule.clause,
        f"本保单年度限额 {short_yuan(whole)} 元，这次之前还剩 {{detail}} 元，超出的 {{amount}} 元由家庭承担。",
        (
            f"The limit of this policy year is {short_yuan(whole)} yuan and {{detail}} yuan were "
            f"left: the family pays the other {{amount}} yuan."
        ),
    )

    def limit(sheet: Sheet, _visit: Visit, usage: Usage) -> None:
        room = whole - usage.limit_used - usage.held
        if sheet.payable > room:
            room = max(room, 0)
            sheet.move(ground, sheet.payable - room, short_yuan(room))

    return limit
