"""Step 4, gate: the waiting periods are over (等待期; domain 1.4 ``wait.*``, reading A14, vector T9)."""

from __future__ import annotations

from benefits.adjudication.decision import Ground
from benefits.adjudication.facts import Setting, Usage, Visit
from benefits.adjudication.sheet import Sheet, Step
from benefits.period import covered_from
from benefits.terms.plan import Benefit, Plan, Wait


def compile_step(_plan: Plan, benefit: Benefit | None, setting: Setting) -> Step | None:
    waits = [wait for wait in benefit.waits if setting.care in wait.care] if benefit else []
    if not waits:
        return None
    # The longest first: a family should hear the date from which they are really covered.
    grounds = [(wait, _ground(wait)) for wait in sorted(waits, key=lambda wait: -wait.days)]

    def waiting(sheet: Sheet, visit: Visit, _usage: Usage) -> bool:
        for wait, ground in grounds:
            if wait.surgeries is not None and visit.surgery not in wait.surgeries:
                continue
            if (visit.day - visit.cover.first_effective).days < wait.days:
                return sheet.refuse(ground, covered_from(visit.cover.first_effective, wait.days))
        return False

    return waiting


def _ground(wait: Wait) -> Ground:
    return Ground(
        "waiting",
        f"waiting:{wait.days}",
        wait.clause,
        f"还在 {wait.days} 天等待期内，{{amount}} 元由家庭承担；从 {{detail}} 起可以赔付。",
        (
            f"The waiting period of {wait.days} days is not over: the family pays {{amount}} yuan; "
            f"cover starts on {{detail}}."
        ),
    )
