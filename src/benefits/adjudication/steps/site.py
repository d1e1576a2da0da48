"""Step 3, gate: the benefit pays at this hospital, billed in this way (domain 1.4 ``op.channel``, ``ip.sites``; A15, A16)."""

from __future__ import annotations

from benefits.adjudication.decision import Ground
from benefits.adjudication.sheet import Sheet, Step
from benefits.terms.plan import Benefit, Plan, SiteRule


def compile_step(_plan: Plan, benefit: Benefit | None, _care: str) -> Step | None:
    if benefit is None or benefit.silent:
        return None
    rules = tuple((rule, _ground(number, rule)) for number, rule in enumerate(benefit.sites, start=1))
    answers: dict[tuple[str, bool, bool, int | None, str], tuple[str, Ground]] = {}

    def site(sheet: Sheet) -> bool:
        place = sheet.visit.site
        case = (place.site_class, place.network, place.inpatient, place.level, sheet.visit.channel)
        answer = answers.get(case)
        if answer is None:  # few kinds of hospital exist, so this is filled once and stays small
            answer = answers[case] = next((rule.verdict, ground) for rule, ground in rules if rule.matches(**_named(case)))
        verdict, ground = answer
        if verdict == "covered":
            return False
        return sheet.ask(ground) if verdict == "unset" else sheet.refuse(ground)

    return site


def _named(case: tuple[str, bool, bool, int | None, str]) -> dict[str, object]:
    return dict(zip(("site_class", "network", "inpatient", "level", "channel"), case, strict=True))


def _ground(number: int, rule: SiteRule) -> Ground:
    zh, en = _SILENT if rule.verdict == "unset" else _refusal(rule)
    return Ground("site", f"site:{number}", rule.clause, zh, en)


_SILENT = (
    "条款没有写明这类医院怎样赔付，不会自动拒绝：已转人工审核，请先致电客服热线。",
    "The terms do not say what is paid at this kind of hospital. This is not a no: a person will decide, please call the hotline.",
)


def _refusal(rule: SiteRule) -> tuple[str, str]:
    if rule.site_class == "public" and rule.channel == "direct":
        return (
            "公立医院不能直赔直付：这 {amount} 元请先自行支付，再带上发票和病历申请理赔。",
            "Public hospitals cannot be billed directly: please pay these {amount} yuan first, then claim with the invoice and the record.",
        )
    if rule.site_class == "public":
        return (
            "计划只保障二级及以上的公立医院，{amount} 元由家庭承担。下次就诊前请先查一查医院等级。",
            "The plan covers public hospitals of level 2 and above: the family pays {amount} yuan. Please check the level before the next visit.",
        )
    if rule.network is False:
        return (
            "这家医院不在合作网络内，{amount} 元由家庭承担。下次就诊前请先在“适用医院”里查一查。",
            "This hospital is not in the network: the family pays {amount} yuan. Please look it up under Hospitals before the next visit.",
        )
    if rule.channel == "claim":
        return (
            "网络内私立医院只能直赔直付，自行支付后不能再理赔，{amount} 元由家庭承担。下次请先出示电子保险卡。",
            "Network hospitals are billed directly and a bill paid there cannot be claimed: the family pays {amount} yuan. "
            "Please show the card first next time.",
        )
    return (
        "这家医院没有被指定为住院医院，{amount} 元由家庭承担。住院前请先致电客服热线，选一家指定医院。",
        "This hospital is not named for inpatient care: the family pays {amount} yuan. Please call the hotline before an admission.",
    )
