"""Step 1, gate: the visit's day lies within the policy (保险期间, both printed dates inclusive; reading A2)."""

from __future__ import annotations

from benefits.adjudication.decision import Ground
from benefits.adjudication.facts import Setting, Usage, Visit
from benefits.adjudication.sheet import Sheet, Step
from benefits.terms.plan import Benefit, Plan

_OUTSIDE = Ground(
    "in-force",
    "in-force",
    "保险期间为1年",
    "就诊日期 {detail[0]} 不在这张保单的保障期内（{detail[1]} 至 {detail[2]}），{amount} 元由家庭承担。",
    (
        "The visit on {detail[0]} is outside this policy's dates ({detail[1]} to {detail[2]}): the "
        "family pays {amount} yuan."
    ),
)


def compile_step(_plan: Plan, _benefit: Benefit | None, _setting: Setting) -> Step | None:
    def in_force(sheet: Sheet, visit: Visit, _usage: Usage) -> bool:
        cover, day = visit.cover, visit.day
        if cover.effective <= day <= cover.expires:
            return False
        return sheet.refuse(_OUTSIDE, (day, cover.effective, cover.expires))

    return in_force
