"""One rule of a plan → one sentence that a parent understands, in both languages, with its clause.

Each function takes the rules of one kind and says them in the order of the plan.
``explain`` puts the sentences together, for the card and for the explained files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from benefits.money import short_yuan
from benefits.terms.plan import Benefit, Exclusions, Limit, PlaceShare, SiteRule, Tier, Wait
from benefits.terms.vocabulary import CARES, CARVE_OUTS, CATEGORIES, COUNTED_CARES, NATURES, SURGERIES, Spoken


class Sentence(NamedTuple):
    """What a rule means, and the clause that prints it (empty where the terms print none)."""

    text: Spoken
    clause: str


_CARE_IN_ENGLISH: Final = {
    "outpatient": "outpatient visits",
    "emergency": "emergency visits",
    "inpatient": "inpatient stays",
    "day-surgery": "day surgery",
    "special-outpatient": "special outpatient care",
}
_A_CARE_IN_ENGLISH: Final = {
    "outpatient": "an outpatient visit",
    "emergency": "an emergency visit",
    "inpatient": "an inpatient stay",
    "day-surgery": "a day surgery",
    "special-outpatient": "a special outpatient visit",
}
_SURGERY_SITES_IN_ENGLISH: Final = {
    "tonsils": "the tonsils",
    "adenoids": "the adenoids",
    "otitis-media": "the middle ear",
    "hernia": "a hernia",
    "other": "any other kind",
}
_PLACES_IN_ENGLISH: Final = {
    "和睦家": "和睦家 (United Family)",
    "北京": "Beijing",
    "上海": "Shanghai",
    "广州": "Guangzhou",
    "深圳": "Shenzhen",
    "天津": "Tianjin",
    "杭州": "Hangzhou",
    "青岛": "Qingdao",
}
_LEVELS_IN_CHINESE: Final = ("一级", "二级", "三级")
_OUR_READING: Final = Spoken("这是我们对条款的理解。", "This is how we read the terms.")
_ASK_FIRST: Final = Spoken("去之前请先致电客服热线", "please call the hotline before you go")


# -- where --


def care_sentence(benefit: Benefit) -> Sentence:
    """Say what kinds of care the benefit is for."""
    zh, en = care_list(benefit.care)
    return Sentence(Spoken(f"保障{zh}。", f"For {en}."), "")


def limit_sentence(limit: Limit) -> Sentence:
    zh, en = _whole_yuan(limit.amount)
    text = Spoken(f"每个保单年度，计划最多赔付 {zh}。", f"The plan pays at most {en} in a policy year.")
    return Sentence(text, limit.clause)


def no_limit_sentences(benefit: Benefit) -> Iterator[Sentence]:
    """Say that the terms print no limit, where the plan marks it so."""
    if benefit.limit_is_unset:
        text = Spoken(
            "条款没有写明年度限额，所以这里不设限额。", "The terms print no yearly limit, so none is applied here."
        )
        yield Sentence(text, "")


def site_sentences(rules: Sequence[SiteRule], *, unset: bool) -> Iterator[Sentence]:
    """Say where the benefit pays and where not, or (``unset``) where the terms are silent."""
    for number, rule in enumerate(rules):
        if (rule.verdict == "unset") == unset:
            yield Sentence(_site(rule, _hospitals(rule, rules[:number]), rules), rule.clause)


def _site(rule: SiteRule, where: Spoken, rules: Sequence[SiteRule]) -> Spoken:
    if rule.verdict == "unset":
        way = _SILENT_WAYS[rule.channel]
        return Spoken(
            f"{where.zh}{way.zh}：条款没有写明赔付多少，{_ASK_FIRST.zh}。",
            f"{_capital(where.en)}{way.en}: the terms do not say how much is paid, {_ASK_FIRST.en}.",
        )
    if rule.verdict == "covered":
        way = _COVERED_WAYS[rule.channel]
        return Spoken(f"可以去{where.zh}：{way.zh}。", f"You can go to {where.en}: {way.en}.")
    if rule.channel == "direct" and _may_be_claimed(rule, rules):
        return Spoken(
            f"{where.zh}不能直赔直付，费用请先自己付，再申请理赔。",
            f"{_capital(where.en)} cannot be billed directly: please pay first, and claim after.",
        )
    if rule.channel == "direct":
        return Spoken(f"{where.zh}不能直赔直付。", f"{_capital(where.en)} cannot be billed directly.")
    if rule.channel == "claim":
        return Spoken(
            f"在{where.zh}请不要自己先付全款，付了就不能再申请理赔。",
            f"At {where.en}, please do not pay the whole bill yourself: it cannot be claimed afterwards.",
        )
    return Spoken(f"{where.zh}不在保障范围内。", f"{_capital(where.en)} are not covered.")


_SILENT_WAYS: Final = {
    None: Spoken("", ""),
    "direct": Spoken("直赔直付", ", billed directly"),
    "claim": Spoken("先付后赔", ", paid first and claimed after"),
}
_COVERED_WAYS: Final = {
    None: Spoken("直赔直付，或先付后赔", "billed directly, or paid first and claimed after"),
    "direct": Spoken("出示电子保险卡，直赔直付", "show the card, and the hospital bills the plan directly"),
    "claim": Spoken("费用先自己付，再申请理赔", "pay first, and claim after"),
}


def _may_be_claimed(rule: SiteRule, rules: Sequence[SiteRule]) -> bool:
    claims = (other for other in rules if other.site_class == rule.site_class and other.channel in (None, "claim"))
    return any(other.verdict != "refused" and other.levels == rule.levels for other in claims)


def _hospitals(rule: SiteRule, earlier: Sequence[SiteRule]) -> Spoken:
    alike = [other for other in earlier if other.site_class == rule.site_class]
    is_rest = not _is_narrow(rule) and any(map(_is_narrow, alike))
    other = Spoken("其他", "other ") if is_rest else Spoken("", "")
    if rule.site_class == "public":
        levels = sorted(rule.levels or ())
        zh = "、".join(_LEVELS_IN_CHINESE[level - 1] for level in levels)
        en = f" of level {' or '.join(map(str, levels))}" if levels else ""
        return Spoken(f"{other.zh}{zh}公立医院", f"{other.en}public hospitals{en}")
    if rule.network is False:
        return Spoken("网络外的私立医院", "private hospitals outside the network")
    inside = Spoken("网络内", "network ") if rule.network else Spoken("", "")
    named = _NAMED[rule.inpatient]
    return Spoken(f"{other.zh}{inside.zh}{named.zh}的私立医院", f"{other.en}private {inside.en}hospitals{named.en}")


def _is_narrow(rule: SiteRule) -> bool:
    return not (rule.network is None and rule.inpatient is None and rule.levels is None)


_NAMED: Final = {
    None: Spoken("", ""),
    True: Spoken("指定可住院", " named for inpatient care"),
    False: Spoken("没有指定可住院", " not named for inpatient care"),
}


# -- what the family pays --


def anywhere_sentences(benefit: Benefit) -> Iterator[Sentence]:
    """Say the tiers that hold at all hospitals without an entry of their own."""
    groups = list(dict.fromkeys(place.group for place in benefit.share if place.group))
    except_zh = f"除{'、'.join(groups)}外，" if groups else ""
    except_en = f", except at {_and([english_place(group) for group in groups])}" if groups else ""
    for place in benefit.share:
        if place.group is None and place.city is None:
            for tier in place.tiers:
                yield Sentence(_tier(tier, benefit, Spoken(except_zh, except_en)), tier.clause)


def place_sentences(benefit: Benefit) -> Iterator[Sentence]:
    """Say the tiers of places with an entry of their own."""
    for place in benefit.share:
        if place.group or place.city:
            zh, en = _place(place)
            for tier in place.tiers:
                yield Sentence(_tier(tier, benefit, Spoken(f"{zh}：", f" at {en}")), tier.clause)


def silent_place_sentences(benefit: Benefit) -> Iterator[Sentence]:
    """Name the places for which the terms print no share."""
    for number, place in enumerate(benefit.share):
        if not place.tiers:
            zh, en = _place(place)
            if place.city is None and any(place.group == other.group for other in benefit.share[:number]):
                zh, en = f"其他城市的{zh}", f"{en} in any other city"
            text = Spoken(
                f"{zh}：条款没有写明自己要付多少，{_ASK_FIRST.zh}。",
                f"{en}: the terms do not say what you pay, {_ASK_FIRST.en}.",
            )
            yield Sentence(text, place.clause)


def counting_sentences(benefit: Benefit) -> Iterator[Sentence]:
    """Say how visits are counted where that matters. The terms do not print it: these are our readings."""
    tiers = [tier for place in benefit.share for tier in place.tiers]
    if any(tier.last for tier in tiers):
        yield Sentence(_HOW_VISITS_COUNT, "")
    if any(amount for tier in tiers for amount in (tier.copay or {}).values()):
        yield Sentence(_NEVER_MORE_THAN_THE_BILL, "")


_HOW_VISITS_COUNT: Final = Spoken(
    "次数在一张保单内合并计算，所有医院一起数。计划付了钱的才算一次；"
    f"同一天、同一家医院的门诊（或急诊）不论几张账单，都算一次。{_OUR_READING.zh}",
    "Visits are counted together for the whole policy, at all hospitals. Only a visit that the plan pays for counts; "
    f"all outpatient (or emergency) bills of one day at one hospital are one visit. {_OUR_READING.en}",
)
_NEVER_MORE_THAN_THE_BILL: Final = Spoken(
    f"定额自付不会超过这次保障内的费用。{_OUR_READING.zh}",
    f"A fixed amount is never more than the visit's covered charges. {_OUR_READING.en}",
)


def _tier(tier: Tier, benefit: Benefit, where: Spoken) -> Spoken:
    zh, en = _price(tier, benefit)
    visits = _visits(tier) if COUNTED_CARES & set(benefit.care) else Spoken("", "Each time" if where.en else "")
    when = f"{visits.en}{where.en}"
    return Spoken(f"{where.zh}{visits.zh}{zh}。", f"{when}: {en}." if when else f"{_capital(en)}.")


def _visits(tier: Tier) -> Spoken:
    if tier.last is None:
        if tier.first == 1:
            return Spoken("每次就诊，", "Each visit")
        return Spoken(f"第 {tier.first} 次就诊起，每次", f"From visit {tier.first} on")
    if tier.first == tier.last:
        return Spoken(f"第 {tier.first} 次就诊，", f"Visit {tier.first}")
    return Spoken(f"第 {tier.first}–{tier.last} 次就诊，", f"Visits {tier.first} to {tier.last}")


def _price(tier: Tier, benefit: Benefit) -> tuple[str, str]:
    if tier.copay is not None:
        return _copay(tier.copay)
    after = bool(benefit.deductible)
    if not tier.coinsurance:
        return (
            f"保障内的费用{'超过免赔额的部分' if after else ''}由计划全额赔付",
            f"the plan pays all that is covered{' beyond the deductible' if after else ''}",
        )
    percent = f"{tier.coinsurance / 100:g}%"
    return (
        f"保障内的费用{'超过免赔额的部分' if after else ''}您付 {percent}",
        f"you pay {percent} of what is covered{' beyond the deductible' if after else ''}",
    )


def _copay(amounts: Mapping[str, int]) -> tuple[str, str]:
    different = set(amounts.values())
    if different == {0}:
        return "您不用付", "nothing to pay"
    if len(different) == 1:
        shown = short_yuan(different.pop())
        return f"您付 {shown} 元", f"you pay {shown} yuan a visit"
    zh = [f"{CARES[care].zh}{f'您付 {short_yuan(fen)} 元' if fen else '您不用付'}" for care, fen in amounts.items()]
    en = [f"{_yuan_or_nothing(fen)} for {_A_CARE_IN_ENGLISH[care]}" for care, fen in amounts.items()]
    return "，".join(zh), f"you pay {_and(en)}"


def _yuan_or_nothing(fen: int) -> str:
    return f"{short_yuan(fen)} yuan" if fen else "nothing"


def _place(place: PlaceShare) -> Spoken:
    if place.group is None and place.city is None:
        return Spoken("所有医院", "All hospitals")
    if place.group is None:
        return Spoken(f"{place.city}的医院", f"Hospitals in {english_place(place.city or '')}")
    city = f" in {english_place(place.city)}" if place.city else ""
    return Spoken(f"{place.city or ''}{place.group}", f"{english_place(place.group)}{city}")


# -- waiting, deductible, asking first --


def wait_sentences(benefit: Benefit) -> Iterator[Sentence]:
    if benefit.no_wait:
        zh, en = care_list(tuple(care for care in benefit.care if care in benefit.no_wait.care))
        but = any(wait.care & benefit.no_wait.care for wait in benefit.waits)
        text = Spoken(
            f"{'除下面的手术外，' if but else ''}{zh}没有等待期。",
            f"No waiting period for {en}{', but for the surgery below' if but else ''}.",
        )
        yield Sentence(text, benefit.no_wait.clause)
    for wait in benefit.waits:
        yield Sentence(_wait(wait, benefit), wait.clause)


def _wait(wait: Wait, benefit: Benefit) -> Spoken:
    care = care_list(tuple(care for care in benefit.care if care in wait.care))
    if wait.surgeries is None:
        what = care
    else:
        surgeries = [code for code in SURGERIES if code in wait.surgeries]
        what = Spoken(
            f"{'、'.join(SURGERIES[code].zh for code in surgeries)}（{care.zh}）",
            f"surgery on {_or([_SURGERY_SITES_IN_ENGLISH[code] for code in surgeries])} ({care.en})",
        )
    return Spoken(
        f"{what.zh}有 {wait.days} 天等待期：从首次生效日算起，第 {wait.days + 1} 天开始保障；连续投保不重新等。",
        f"{_capital(what.en)}: a waiting period of {wait.days} days from the first day of cover, "
        f"paid from day {wait.days + 1} on; continuous cover does not wait again.",
    )


def deductible_sentences(benefit: Benefit) -> Iterator[Sentence]:
    if benefit.deductible:
        zh, en = _whole_yuan(benefit.deductible.amount)
        text = Spoken(
            f"每个保单年度，保障内的费用先由您承担 {zh}，超过的部分再由计划赔付。",
            f"In a policy year you bear the first {en} of what is covered; the plan pays beyond that.",
        )
        yield Sentence(text, benefit.deductible.clause)
    if benefit.no_deductible:
        yield Sentence(Spoken("没有免赔额。", "No deductible."), benefit.no_deductible)


def authorisation_sentences(benefit: Benefit) -> Iterator[Sentence]:
    rule = benefit.authorisation
    if rule is None:
        return
    zh, en = care_list(tuple(care for care in benefit.care if care in rule.care))
    percent = f"{rule.missing / 100:g}%"
    text = Spoken(
        f"{zh}之前，请先致电客服热线申请预授权；没有申请，您要多付保障内费用的 {percent}。",
        f"Before {en}, please call the hotline and ask for authorisation; "
        f"without it you pay {percent} more of what is covered.",
    )
    yield Sentence(text, rule.clause)
    if rule.emergency_notified_exempts:
        yield Sentence(_TOLD_IN_TIME, "")


_TOLD_IN_TIME: Final = Spoken(
    f"紧急入院来不及申请的，及时通知我们就不多付。{_OUR_READING.zh}",
    "In an emergency there may be no time to ask: tell us soon after the admission and you pay no more. "
    f"{_OUR_READING.en}",
)


# -- what is not covered, what is not known --


def nature_list(exclusions: Exclusions) -> tuple[Spoken, ...]:
    """Name what the plan does not pay for, in the words it prints."""
    return tuple(Spoken(printed, NATURES[nature].en) for nature, printed in exclusions.natures.items())


def category_list(exclusions: Exclusions) -> Iterator[Spoken]:
    """Name the charge categories that are excluded whatever the line is called."""
    for (care, category), nature in exclusions.by_category.items():
        charge, name = CATEGORIES[category], NATURES[nature]
        printed = exclusions.natures.get(nature, name.zh)
        yield Spoken(
            f"{CARES[care].zh}账单里的{charge.zh}费，算作{printed}",
            f"{charge.en} charges on a bill for {_A_CARE_IN_ENGLISH[care]}, as {_small(name.en)}",
        )


def carve_out_list(exclusions: Exclusions) -> Iterator[Sentence]:
    """Name what single hospitals' contracts leave out."""
    for code, rule in exclusions.carve_outs.items():
        charges = [CATEGORIES[category] for category in CATEGORIES if category in rule.categories]
        name = CARVE_OUTS[code]
        yield Sentence(
            Spoken(
                f"部分医院的合同不包括{name.zh}（{'、'.join(f'{charge.zh}费' for charge in charges)}）",
                f"At some hospitals: {_small(name.en)} ({_and([_small(charge.en) for charge in charges])})",
            ),
            rule.clause,
        )


def silent_benefit_sentence(benefit: Benefit) -> Sentence:
    zh, en = care_list(benefit.care)
    return Sentence(
        Spoken(
            f"{zh}：条款没有写明，不会自动赔付，也不会自动拒绝，{_ASK_FIRST.zh}。",
            f"{_capital(en)}: the terms are not printed. "
            f"Nothing is paid or refused before a person has looked: {_ASK_FIRST.en}.",
        ),
        benefit.clause,
    )


# -- words --


def care_list(care: Sequence[str]) -> Spoken:
    """Name kinds of care: 门诊和急诊, outpatient visits and emergency visits."""
    names = [CARES[code].zh for code in care]
    zh = "、".join(names[:-1]) + "和" + names[-1] if len(names) > 1 else "".join(names)
    return Spoken(zh, _and([_CARE_IN_ENGLISH[code] for code in care]))


def english_place(name: str) -> str:
    """Return a place's name as an English sentence says it; unknown names stay Chinese."""
    return _PLACES_IN_ENGLISH.get(name, name)


def _whole_yuan(fen: int) -> Spoken:
    """Say an amount as people do: 10 万元, 100,000 yuan."""
    if fen and fen % 10_000_00 == 0:
        return Spoken(f"{fen // 10_000_00} 万元", f"{fen // 100:,} yuan")
    shown = short_yuan(fen)
    return Spoken(f"{shown} 元", f"{fen // 100:,}{shown[len(str(fen // 100)) :]} yuan")


def _and(names: Sequence[str]) -> str:
    return _joined(names, "and")


def _or(names: Sequence[str]) -> str:
    return _joined(names, "or")


def _joined(names: Sequence[str], word: str) -> str:
    return f"{', '.join(names[:-1])} {word} {names[-1]}" if len(names) > 1 else "".join(names)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
