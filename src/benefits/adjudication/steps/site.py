"""Step 3, gate: the benefit pays at this hospital, billed in this way (``op.channel``, ``ip.sites``; A15, A16)."""

from __future__ import annotations

from typing import Any

from benefits.adjudication.decision import Ground
from benefits.adjudication.facts import Setting
from benefits.adjudication.sheet import Step
from benefits.terms.plan import Benefit, Plan, SiteRule


def compile_step(_plan: Plan, benefit: Benefit | None, setting: Setting) -> Step | None:
    if benefit is None or benefit.silent:
        return None
    facts = _facts_that_rules_know(setting)
    number, rule = next((number, rule) for number, rule in enumerate(benefit.sites, start=1) if rule.matches(**facts))
    if rule.verdict == "covered":
        return None
    ground = _ground(number, rule)
    if rule.verdict == "unset":
        return lambda sheet, _visit, _usage: sheet.ask(ground)
    return lambda sheet, _visit, _usage: sheet.refuse(ground)


def _facts_that_rules_know(setting: Setting) -> dict[str, Any]:
    """Leave out what has no meaning: a plan's rules are proven complete for the rest (terms.completeness)."""
    private = setting.site_class == "private"
    network = private and setting.network
    return {
        "site_class": setting.site_class,
        "network": network,
        "inpatient": network and setting.inpatient,
        "level": None if private else setting.level,
        "channel": setting.channel,
    }


def _ground(number: int, rule: SiteRule) -> Ground:
    zh, en = _SILENT if rule.verdict == "unset" else _refusal(rule)
    return Ground("site", f"site:{number}", rule.clause, zh, en)


_SILENT = (
    "条款没有写明这类医院怎样赔付，不会自动拒绝：已转人工审核，请先致电客服热线。",
    (
        "The terms do not say what is paid at this kind of hospital. This is not a no: a person "
        "will decide, please call the hotline."
    ),
)


def _refusal(rule: SiteRule) -> tuple[str, str]:
    if rule.site_class == "public" and rule.channel == "direct":
        return (
            "公立医院不能直赔直付：这 {amount} 元请先自行支付，再带上发票和病历申请理赔。",
            (
                "Public hospitals cannot be billed directly: please pay these {amount} yuan first, "
                "then claim with the invoice and the record."
            ),
        )
    if rule.site_class == "public":
        return (
            "计划只保障二级及以上的公立医院，{amount} 元由家庭承担。下次就诊前请先查一查医院等级。",
            (
                "The plan covers public hospitals of level 2 and above: the family pays {amount} "
                "yuan. Please check the level before the next visit."
            ),
        )
    if rule.network is False:
        return (
            "这家医院不在合作网络内，{amount} 元由家庭承担。下次就诊前请先在“适用医院”里查一查。",
            (
                "This hospital is not in the network: the family pays {amount} yuan. Please look it "
                "up under Hospitals before the next visit."
            ),
        )
    if rule.channel == "claim":
        return (
            "网络内私立医院只能直赔直付，自行支付后不能再理赔，{amount} 元由家庭承担。下次请先出示电子保险卡。",
            (
                "Network hospitals are billed directly and a bill paid there cannot be claimed: the "
                "family pays {amount} yuan. "
                "Please show the card first next time."
            ),
        )
    return (
        "这家医院没有被指定为住院医院，{amount} 元由家庭承担。住院前请先致电客服热线，选一家指定医院。",
        (
            "This hospital is not named for inpatient care: the family pays {amount} yuan. Please "
            "call the hotline before an admission."
        ),
    )
