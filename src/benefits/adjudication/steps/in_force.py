"""Step 1, gate: the visit's day lies within the policy (保险期间, both printed dates inclusive; reading A2)."""

from __future__ import annotations

from benefits.adjudication.decision import Ground
from benefits.adjudication.sheet import Sheet, Step
from benefits.terms.plan import Benefit, Plan


def compile_step(_plan: Plan, _benefit: Benefit | None, _care: str) -> Step | None:
    ground = Ground(
        "in-force",
        "in-force",
        "保险期间为1年",
        "就诊日期 {detail[0]} 不在这张保单的保障期内（{detail[1]} 至 {detail[2]}），{amount} 元由家庭承担。",
        "The visit on {detail[0]} is outside this policy's dates ({detail[1]} to {detail[2]}): the family pays {amount} yuan.",
    )

    def in_force(sheet: Sheet) -> bool:
        effective, expires, _ = sheet.visit.cover
        day = sheet.visit.day
        return False if effective <= day <= expires else sheet.refuse(ground, (day, effective, expires))

    return in_force
