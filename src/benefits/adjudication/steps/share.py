"""Step 7, amounts: the family's copay or percentage, by place and ordinal (``op.*``; A1, A6, A7, A9-A11)."""

from __future__ import annotations

from typing import TypeAlias

from benefits.adjudication.decision import Ground
from benefits.adjudication.facts import Setting, Usage, Visit
from benefits.adjudication.sheet import Sheet, Step
from benefits.money import short_yuan, split_fen
from benefits.terms.plan import Benefit, PlaceShare, Plan, Tier
from benefits.terms.vocabulary import CARES, COUNTED_CARES

_Price: TypeAlias = tuple[Ground, int, int]
"""What one visit costs the family: (why, copay in fen, basis points). The percentage holds where it is not 0."""


def compile_step(_plan: Plan, benefit: Benefit | None, setting: Setting) -> Step | None:
    if benefit is None or benefit.silent:
        return None
    number, place = next(
        (number, place)
        for number, place in enumerate(benefit.share, start=1)
        if place.includes(group=setting.group, city=setting.city)
    )
    if not place.tiers:
        silent = Ground("share", f"share:{number}", place.clause, *_silent(place))
        return lambda sheet, _visit, _usage: sheet.ask(silent)
    prices = _prices(number, place, setting.care)
    last = len(prices) if setting.care in COUNTED_CARES else 1

    def share(sheet: Sheet, _visit: Visit, usage: Usage) -> None:
        visit = usage.visit
        ground, copay, points = prices[(visit if visit < last else last) - 1]
        payable = sheet.payable
        if points:
            copay, sheet.rounded_off = split_fen(payable * points)
        sheet.move(ground, copay if copay < payable else payable)  # A7: never more than the bill

    return share


def _prices(number: int, place: PlaceShare, care: str) -> list[_Price]:
    """Lay the tiers out visit by visit, so that an ordinal is an index; the last entry holds for all later visits."""
    prices: list[_Price] = []
    for tier in place.tiers:
        copay = tier.copay[care] if tier.copay is not None else 0
        price = (_ground(number, tier, care), copay, tier.coinsurance or 0)
        prices += [price] * ((tier.last - tier.first + 1) if tier.last else 1)
    return prices


def _ground(number: int, tier: Tier, care: str) -> Ground:
    zh, en = _sentence(tier, care)
    if care in COUNTED_CARES:
        zh, en = f"第 {{visit}} 次就诊，{zh}", f"Visit {{visit}}: {en}"
    return Ground("share", f"share:{number}.{tier.first}", tier.clause, zh, en)


def _sentence(tier: Tier, care: str) -> tuple[str, str]:
    copay = tier.copay[care] if tier.copay is not None else None
    if copay:
        shown = short_yuan(copay)
        return (
            f"{CARES[care].zh}每次自付 {shown} 元，本次自付 {{amount}} 元。",
            f"the family pays {shown} yuan for each {CARES[care].en.lower()}, here {{amount}} yuan.",
        )
    if tier.coinsurance:
        percent = f"{tier.coinsurance / 100:g}%"
        return (
            f"保障内的费用家庭自付 {percent}，本次自付 {{amount}} 元。",
            f"the family pays {percent} of what is covered, here {{amount}} yuan.",
        )
    return "保障内的费用由计划全额赔付。", "the plan pays all that is covered."


def _silent(place: PlaceShare) -> tuple[str, str]:
    where = f"{place.city or ''}{place.group or ''}" or "这类医院"
    return (
        f"条款没有写明其他城市{where}的自付标准，不会自动拒绝：已转人工审核，请先致电客服热线。"
        if place.group and not place.city
        else f"条款没有写明{where}的自付标准，不会自动拒绝：已转人工审核，请先致电客服热线。",
        (
            f"The terms do not say what the family pays at "
            f"{where if place.group else 'this hospital'} here. This is not a no: "
            "a person will decide, please call the hotline."
        ),
    )
