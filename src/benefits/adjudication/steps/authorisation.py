"""Step 8, amounts: the penalty for being treated without asking first (预授权; domain 1.4 ``preauth``, A12, A13)."""

from __future__ import annotations

from benefits.adjudication.decision import Ground
from benefits.adjudication.facts import Setting, Usage, Visit
from benefits.adjudication.sheet import Sheet, Step
from benefits.money import split_fen
from benefits.terms.plan import Benefit, Plan


def compile_step(_plan: Plan, benefit: Benefit | None, setting: Setting) -> Step | None:
    rule = benefit.authorisation if benefit else None
    if rule is None or setting.care not in rule.care:
        return None
    points, told_exempts = rule.missing, rule.emergency_notified_exempts
    percent = f"{points / 100:g}%"
    ground = Ground(
        "authorisation",
        "authorisation",
        rule.clause,
        f"治疗前没有申请预授权，按条款家庭多承担 {percent}，即 {{amount}} 元。下次请先致电客服热线申请。",
        (
            f"The treatment was not authorised beforehand: the family pays {percent} more, {{amount}} yuan. "
            "Please call the hotline first next time."
        ),
    )

    def authorisation(sheet: Sheet, visit: Visit, _usage: Usage) -> None:
        if visit.preauthorised or (told_exempts and visit.emergency_notified):
            return
        # A12: of the episode's eligible charges, never below zero. Rounded together with the share, so once.
        penalty, _ = split_fen(sheet.eligible * points + sheet.rounded_off)
        if sheet.payable > 0 < penalty:
            sheet.move(ground, penalty if penalty < sheet.payable else sheet.payable)

    return authorisation
