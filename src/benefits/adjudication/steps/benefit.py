"""Step 2, gate: the plan has a benefit for this kind of care, and its terms are known (domain 1.3)."""

from __future__ import annotations

from benefits.adjudication.decision import Ground
from benefits.adjudication.facts import Setting
from benefits.adjudication.sheet import Step
from benefits.terms.plan import Benefit, Plan
from benefits.terms.vocabulary import CARES


def compile_step(_plan: Plan, benefit: Benefit | None, setting: Setting) -> Step | None:
    name = CARES[setting.care]
    if benefit is None:
        none = Ground(
            "benefit",
            "benefit:none",
            "",
            f"这份计划没有包含{name.zh}，{{amount}} 元由家庭承担。",
            f"This plan has no benefit for this kind of care ({name.en.lower()}): the family pays {{amount}} yuan.",
        )
        return lambda sheet, _visit, _usage: sheet.refuse(none)
    if benefit.silent:
        silent = Ground(
            "benefit",
            "benefit:silent",
            benefit.clause,
            f"这份计划的{benefit.name.zh}条款还没有写明，不会自动拒绝：已转人工审核，请先致电客服热线。",
            (
                f"The terms of this plan for {benefit.name.en.lower()} care are not known. This is not a no: "
                "a person will decide, please call the hotline."
            ),
        )
        return lambda sheet, _visit, _usage: sheet.ask(silent)
    return None
