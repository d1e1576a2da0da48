"""Step 7, amounts: the family's copay or percentage, by place and visit ordinal (domain 1.4 ``op.*``; A1, A6, A7, A9-A11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from benefits.adjudication.decision import Ground
from benefits.adjudication.sheet import Sheet, Step
from benefits.money import percent_of, short_yuan
from benefits.terms.plan import Benefit, PlaceShare, Plan, Tier
from benefits.terms.vocabulary import CARES, COUNTED_CARES

_Price: TypeAlias = Callable[[int], int]
"""From the payable amount to the family's part, in fen."""


def compile_step(_plan: Plan, benefit: Benefit | None, care: str) -> Step | None:
    if benefit is None or benefit.silent:
        return None
    counted = care in COUNTED_CARES
    places = [(place.group, place.city, _schedule(number, place, care)) for number, place in enumerate(benefit.share, 1)]

    def share(sheet: Sheet) -> object:
        site = sheet.visit.site
        for group, city, schedule in places:
            if (group is None or group == site.group) and (city is None or city == site.city):
                break
        if isinstance(schedule, Ground):
            return sheet.ask(schedule)
        visit = sheet.usage.visit if counted else 1
        ground, price = schedule[visit - 1 if visit < len(schedule) else -1]
        sheet.move(ground, price(sheet.payable))
        return None

    return share


def _schedule(number: int, place: PlaceShare, care: str) -> list[tuple[Ground, _Price]] | Ground:
    """Lay the tiers out visit by visit, so that an ordinal is an index; the last entry holds for all later visits."""
    if not place.tiers:
        return Ground("share", f"share:{number}", place.clause, *_silent(place))
    schedule: list[tuple[Ground, _Price]] = []
    for tier in place.tiers:
        priced = (_ground(number, tier, care), _price(tier, care))
        schedule += [priced] * ((tier.last - tier.first + 1) if tier.last else 1)
    return schedule


def _price(tier: Tier, care: str) -> _Price:
    if tier.copay is not None:
        copay = tier.copay[care]
        return lambda payable: copay if copay < payable else payable  # A7: never more than the bill
    points = tier.coinsurance or 0
    if points == 0:
        return lambda _payable: 0
    return lambda payable: percent_of(payable, points)


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
        f"The terms do not say what the family pays at {where if place.group else 'this hospital'} here. This is not a no: "
        "a person will decide, please call the hotline.",
    )
