"""Plan file → Plan. Every problem of the file is reported in one pass."""

from __future__ import annotations

import hashlib
import re
from types import MappingProxyType
from typing import Final

from benefits.errors import PlanUnreadable
from benefits.terms import completeness, vocabulary
from benefits.terms.document import Node, parse, show
from benefits.terms.plan import (
    Authorisation,
    Benefit,
    CarveOut,
    Deductible,
    Exclusions,
    Limit,
    NoWait,
    PlaceShare,
    Plan,
    SiteRule,
    Tier,
    Wait,
)
from benefits.terms.vocabulary import Spoken

_PLAN_CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_VISITS: Final = re.compile(r"([1-9][0-9]{0,3})-([1-9][0-9]{0,3})?", re.ASCII)
_LONGEST_WAIT: Final = 180  # days: 健康保险管理办法 allows no longer waiting period
_NO_EXCLUSIONS: Final = Exclusions(
    natures=MappingProxyType({}), by_category=MappingProxyType({}), carve_outs=MappingProxyType({}), clause=""
)


def read_plan(text: str, *, file: str) -> Plan:
    """Read a plan file. Raises PlanUnreadable with every problem that the text has."""
    root = parse(text, file=file)
    fields = root.fields(required=("plan", "name", "period", "benefits"), optional=("excludes",))
    code = _plan_code(fields["plan"]) if "plan" in fields else None
    name = _spoken(fields.get("name"))
    if "period" in fields:
        fields["period"].one_of(("1 year",), "period")
    noted = len(root.problems)
    benefits = _benefits(fields["benefits"]) if "benefits" in fields else ()
    # Where the benefits have problems, nothing is judged by the care that could be read of them.
    care = (
        {care for benefit in benefits for care in benefit.care}
        if len(root.problems) == noted
        else set(vocabulary.CARES)
    )
    exclusions = _exclusions(fields["excludes"], care) if "excludes" in fields else _NO_EXCLUSIONS
    if "excludes" not in fields and any(not benefit.silent for benefit in benefits):
        root.wrong(
            "the plan pays for care and says nothing of exclusions: write excludes: with the clause and the natures"
        )
    if root.problems:
        raise PlanUnreadable(tuple(sorted(root.problems, key=lambda problem: (problem.line, problem.column))))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Plan(code=code or "", name=name, benefits=benefits, exclusions=exclusions, sha256=digest)


def _plan_code(node: Node) -> str | None:
    code = node.word()
    if code is not None and not _PLAN_CODE.fullmatch(code):
        node.wrong(
            f"{show(code)} is not a plan code: write small letters, digits and single dashes, such as growth-2021"
        )
    return code


def _spoken(node: Node | None) -> Spoken:
    fields = node.fields(required=("zh", "en")) if node else {}
    return Spoken(_text(fields.get("zh")), _text(fields.get("en")))


def _text(node: Node | None) -> str:
    return (node.text() or "") if node else ""


# -- exclusions --


def _exclusions(node: Node, plan_care: set[str]) -> Exclusions:
    fields = node.fields(required=("clause", "natures"), optional=("by-category", "carve-outs"))
    natures: dict[str, str] = {}
    for key, value in fields["natures"].pairs() if "natures" in fields else ():
        if code := key.one_of(vocabulary.NATURES, "exclusion"):
            natures[code] = value.text() or ""
    return Exclusions(
        natures=MappingProxyType(natures),
        by_category=MappingProxyType(
            _by_category(fields["by-category"], natures, plan_care) if "by-category" in fields else {}
        ),
        carve_outs=_carve_outs(fields["carve-outs"]) if "carve-outs" in fields else MappingProxyType({}),
        clause=_text(fields.get("clause")),
    )


def _by_category(node: Node, natures: dict[str, str], plan_care: set[str]) -> dict[tuple[str, str], str]:
    table: dict[tuple[str, str], str] = {}
    for entry in node.entries():
        fields = entry.fields(required=("care", "category", "nature"))
        if len(fields) < 3:
            continue
        nature = fields["nature"].one_of(natures, "exclusion of this plan")
        for care in fields["care"].some_of(vocabulary.CARES, "kind of care"):
            if care not in plan_care:
                entry.wrong(f"no benefit of this plan is for {care}, so this is never reached there: leave {care} out")
            for category in fields["category"].some_of(vocabulary.CATEGORIES, "charge category"):
                if (care, category) in table:
                    entry.wrong(f"category {category} of {care} already has a nature above: keep one of them")
                table[care, category] = nature or ""
    return table


def _carve_outs(node: Node) -> MappingProxyType[str, CarveOut]:
    table: dict[str, CarveOut] = {}
    for key, value in node.pairs():
        code = key.one_of(vocabulary.CARVE_OUTS, "carve-out")
        fields = value.fields(required=("category", "doctor", "clause"))
        if code and len(fields) == 3:
            table[code] = CarveOut(
                categories=frozenset(fields["category"].some_of(vocabulary.CATEGORIES, "charge category")),
                doctors=frozenset(fields["doctor"].some_of(vocabulary.DOCTOR_GRADES, "doctor's grade")),
                clause=_text(fields["clause"]),
            )
    return MappingProxyType(table)


# -- benefits --


def _benefits(node: Node) -> tuple[Benefit, ...]:
    benefits: list[Benefit] = []
    taken: dict[str, str] = {}
    noted = len(node.problems)
    for key, value in node.pairs():
        code = key.word() or ""
        if code and not _PLAN_CODE.fullmatch(code):
            key.wrong(f"{show(code)} is not a code: write small letters, digits and single dashes, such as outpatient")
        benefit = _benefit(code, value)
        for care in benefit.care:
            if care in taken:
                value.wrong(f"{care} already belongs to the benefit {taken[care]!r}: one kind of care has one benefit")
            taken[care] = code
        benefits.append(benefit)
    if not benefits and len(node.problems) == noted:
        node.wrong("the plan has no benefit: write at least one, such as outpatient:")
    return tuple(benefits)


def _benefit(code: str, node: Node) -> Benefit:
    fields = _benefit_fields(node)
    silent = "terms" in fields
    care, is_certain = _care(fields["care"]) if "care" in fields else ((), False)
    known_care = care if is_certain else ()
    limit, limit_is_unset = _limit(fields["limit"]) if "limit" in fields else (None, False)
    waits = _waits(fields["waits"], known_care) if "waits" in fields else ()
    if known_care and not silent:
        _check_counter(node, fields, known_care)
    return Benefit(
        code=code,
        name=_spoken(fields.get("name")),
        care=care,
        silent=silent,
        clause=_text(fields["clause"]) if "clause" in fields else "",
        limit=limit,
        limit_is_unset=limit_is_unset,
        sites=_sites(fields["sites"]) if "sites" in fields else (),
        share=_share(fields["share"], known_care) if "share" in fields else (),
        deductible=_deductible(fields["deductible"]) if "deductible" in fields else None,
        no_deductible=_no_deductible(fields) if "no-deductible" in fields else "",
        waits=waits,
        no_wait=_no_wait(fields["no-wait"], known_care, waits) if "no-wait" in fields else None,
        authorisation=_authorisation(fields["authorisation"], known_care) if "authorisation" in fields else None,
        notes=tuple(_spoken(entry) for entry in fields["notes"].entries()) if "notes" in fields else (),
    )


def _care(node: Node) -> tuple[tuple[str, ...], bool]:
    """Read the kinds of care of a benefit, and whether all could be read: if not, nothing below is judged by them."""
    noted = len(node.problems)
    care = node.some_of(vocabulary.CARES, "kind of care")
    return care, len(node.problems) == noted


_BENEFIT_KEYS: Final = ("name", "care", "limit", "sites", "share")
_MORE_BENEFIT_KEYS: Final = (*("counter", "deductible", "no-deductible", "waits", "no-wait", "authorisation", "notes"),)
_WHEN_NOT_PRINTED: Final = {
    "sites": "does not say at which hospitals it pays: write sites: …, or, if the terms do not print it, terms: unset",
    "share": "does not say what the family pays: write share: …, or, if the terms do not print it, terms: unset",
    "limit": "has no limit: write limit: {amount: …, clause: …}, or limit: unset if the terms print none",
}


def _benefit_fields(node: Node) -> dict[str, Node]:
    """Read the keys of a benefit. What the terms leave open must be marked so: silence is never read as a rule."""
    if node.has("terms"):
        fields = node.fields(required=("name", "care", "terms"), optional=("clause", "notes"))
        fields["terms"].one_of(("unset",), "terms")
        return fields
    fields = node.fields(required=("name", "care"), optional=(*_BENEFIT_KEYS, *_MORE_BENEFIT_KEYS))
    if node.is_mapping():
        for key, what in _WHEN_NOT_PRINTED.items():
            if not node.has(key):
                node.wrong(f"this benefit {what}")
    return fields


def _check_counter(node: Node, fields: dict[str, Node], care: tuple[str, ...]) -> None:
    """Check the readings A1 (one counter for the policy) and A3 (only paid visits count): the only ones in use."""
    is_counted = bool(vocabulary.COUNTED_CARES & set(care))
    if "counter" in fields and not is_counted:
        fields["counter"].wrong("only outpatient and emergency visits are counted: leave counter out")
    elif "counter" in fields:
        _counter(fields["counter"])
    elif is_counted:
        node.wrong("outpatient and emergency visits are counted: write counter: {scope: policy, counts: paid}")


def _counter(node: Node) -> None:
    fields = node.fields(required=("scope", "counts"))
    if "scope" in fields:
        fields["scope"].one_of(("policy",), "scope of a counter")
    if "counts" in fields:
        fields["counts"].one_of(("paid",), "kind of visit to count")


def _limit(node: Node) -> tuple[Limit | None, bool]:
    """Read a limit, or ``unset``: the terms print none, and families are told so."""
    if node.is_word("unset"):
        return None, True
    fields = node.fields(required=("amount", "clause"))
    return Limit(amount=_positive(fields.get("amount"), _NO_LIMIT), clause=_text(fields.get("clause"))), False


def _deductible(node: Node) -> Deductible:
    fields = node.fields(required=("amount", "clause"))
    return Deductible(amount=_positive(fields.get("amount"), _NO_DEDUCTIBLE), clause=_text(fields.get("clause")))


_NO_LIMIT: Final = "a limit of 0 would pay nothing: write the amount, or limit: unset if the terms print none"
_NO_DEDUCTIBLE: Final = "a deductible of 0 is none: write no-deductible: {clause: …} with the sentence that says so"


def _positive(node: Node | None, otherwise: str) -> int:
    amount = node.amount() if node else None
    if node and amount == 0:
        node.wrong(otherwise)
    return amount or 0


def _sites(node: Node) -> tuple[SiteRule, ...]:
    rules: list[SiteRule] = []
    noted = len(node.problems)
    for entry in node.entries():
        before = len(node.problems)
        rule = _site_rule(entry)
        if len(node.problems) > before:
            continue
        if completeness.site_rule_is_shadowed(rule, rules):
            entry.wrong(
                "this rule is never reached: the rules above already answer for every hospital it names; remove it"
            )
        rules.append(rule)
    if len(node.problems) == noted:
        missing = completeness.unanswered_sites(rules)
        if missing:
            node.wrong(f"no rule answers for {'; '.join(missing)}: add one, or mark it terms: unset")
    return tuple(rules)


def _site_rule(node: Node) -> SiteRule:
    silent = node.has("terms")
    fields = node.fields(
        required=("class", "terms") if silent else ("class", "covered", "clause"),
        optional=("network", "inpatient", "level", "channel", "clause", "covered"),
    )
    if "terms" in fields:
        fields["terms"].one_of(("unset",), "terms")
    if silent and "covered" in fields:
        node.wrong("terms: unset and covered: contradict each other: keep the one that the terms print")
    site_class = fields["class"].one_of(vocabulary.SITE_CLASSES, "class of hospital") if "class" in fields else None
    if site_class == "public" and ("network" in fields or "inpatient" in fields):
        node.wrong("network and inpatient describe private hospitals: use level for public ones")
    if site_class == "private" and "level" in fields:
        node.wrong("level describes public hospitals: use network and inpatient for private ones")
    covered = fields["covered"].flag() if "covered" in fields else None
    return SiteRule(
        site_class=site_class or "",
        network=fields["network"].flag() if "network" in fields else None,
        inpatient=fields["inpatient"].flag() if "inpatient" in fields else None,
        levels=_levels(fields["level"]) if "level" in fields else None,
        channel=fields["channel"].one_of(vocabulary.CHANNELS, "channel") if "channel" in fields else None,
        verdict="unset" if silent else "covered" if covered else "refused",
        clause=_text(fields["clause"]) if "clause" in fields else "",
    )


def _levels(node: Node) -> frozenset[int]:
    return frozenset(level for entry in node.entries() if (level := entry.whole(lowest=1, highest=3)) is not None)


# -- share --


def _share(node: Node, care: tuple[str, ...]) -> tuple[PlaceShare, ...]:
    places: list[PlaceShare] = []
    noted = len(node.problems)
    for entry in node.entries():
        place = _place_share(entry, care)
        if place is None:
            continue
        if any(earlier.includes(group=place.group, city=place.city) for earlier in places):
            entry.wrong(
                "this place is never reached: an entry above already includes it; move this one up, or remove it"
            )
        places.append(place)
    if len(node.problems) == noted and (places[-1].group or places[-1].city):
        node.wrong(
            "the list does not end with at: anywhere: say what holds at all other hospitals, or mark it terms: unset"
        )
    return tuple(places)


def _place_share(node: Node, care: tuple[str, ...]) -> PlaceShare | None:
    form = next((form for form in ("terms", "always", "visits") if node.has(form)), None)
    if form is None and node.is_mapping():
        node.wrong("this place does not say what the family pays: write visits: … or always: …, or terms: unset")
    fields = node.fields(
        required=("at",), optional=("terms", "always", "visits", "clause") if form == "terms" else _PAID
    )
    if sum(node.has(other) for other in ("terms", "always", "visits")) > 1:
        node.wrong("a place says what the family pays in one way: keep one of visits, always and terms")
    place = _place(fields["at"]) if "at" in fields else None
    tiers: tuple[Tier, ...] = ()
    if form == "terms":
        fields["terms"].one_of(("unset",), "terms")
    elif form == "always":
        tiers = (_tier(fields["always"], care, first=1, last=None),)
    elif form == "visits":
        tiers = _tiers(fields["visits"], care)
    if place is None:
        return None
    return PlaceShare(
        group=place[0], city=place[1], tiers=tiers, clause=_text(fields["clause"]) if "clause" in fields else ""
    )


_PAID: Final = ("terms", "always", "visits")


def _place(node: Node) -> tuple[str | None, str | None] | None:
    if node.is_word("anywhere"):
        return None, None
    if not node.is_mapping():
        node.wrong("a place is at: anywhere, or a group, a city or both: write at: {group: …, city: …}")
        return None
    noted = len(node.problems)
    fields = node.fields(optional=("group", "city"))
    if not fields and len(node.problems) > noted:
        return None
    if not fields:
        node.wrong("a place needs a group or a city: write at: {group: …, city: …}, or at: anywhere")
        return None
    group = fields["group"].text() if "group" in fields else None
    return group, fields["city"].text() if "city" in fields else None


def _tiers(node: Node, care: tuple[str, ...]) -> tuple[Tier, ...]:
    if care and not vocabulary.COUNTED_CARES & set(care):
        node.wrong(
            "only outpatient and emergency visits are counted, so later visits are never reached: write always: …"
        )
    tiers: list[Tier] = []
    noted = len(node.problems)
    unread = False
    for key, value in node.pairs():
        visits = _range(key)
        if visits is None or unread:  # where one range cannot be read, its neighbours cannot be judged
            unread = True
            continue
        expected = (tiers[-1].last or 0) + 1 if tiers else 1
        for problem in completeness.range_problems(*visits, expected=expected, after_open_end=_ends_open(tiers)):
            key.wrong(problem)
        tiers.append(_tier(value, care, first=visits[0], last=visits[1]))
    if not tiers and len(node.problems) == noted:
        node.wrong("no range of visits is given: write at least one, such as 1-: for every visit")
    if tiers and not unread and not _ends_open(tiers):
        following = (tiers[-1].last or 0) + 1
        node.wrong(f"nothing is said of visit {following} and later: end with a range such as {following}-")
    return tuple(tiers)


def _range(key: Node) -> tuple[int, int | None] | None:
    written = key.word()
    if written is None:
        return None
    match = _VISITS.fullmatch(written)
    if match is None:
        key.wrong(
            f"{show(written)} is no range of visits: write 1-5 for the first five, 6- for the sixth and all after it"
        )
        return None
    return int(match[1]), int(match[2]) if match[2] else None


def _ends_open(tiers: list[Tier]) -> bool:
    return bool(tiers) and tiers[-1].last is None


def _tier(node: Node, care: tuple[str, ...], *, first: int, last: int | None) -> Tier:
    fields = node.fields(required=("clause",), optional=("copay", "coinsurance"))
    if ("copay" in fields) == ("coinsurance" in fields):
        node.wrong("say what the family pays in one way: either copay: (yuan a visit) or coinsurance: (a percentage)")
    return Tier(
        first=first,
        last=last,
        coinsurance=fields["coinsurance"].percent() if "coinsurance" in fields else None,
        copay=_copay(fields["copay"], care) if "copay" in fields else None,
        clause=_text(fields.get("clause")),
    )


def _copay(node: Node, care: tuple[str, ...]) -> MappingProxyType[str, int]:
    amounts: dict[str, int] = {}
    for key, value in node.pairs():
        code = key.one_of(care or vocabulary.CARES, "kind of care of this benefit")
        amount = value.amount()
        if code:
            amounts[code] = amount or 0
    for code in care:
        if code not in amounts:
            node.wrong(f"no copay is given for {code}: write {code}: and the yuan a visit (0 for none)")
    return MappingProxyType(amounts)


# -- waits and authorisation --


def _waits(node: Node, benefit_care: tuple[str, ...]) -> tuple[Wait, ...]:
    waits = [(entry, _wait(entry, benefit_care)) for entry in node.entries()]
    for place, (entry, wait) in enumerate(waits):
        others = ((other, at > place) for at, (_, other) in enumerate(waits) if at != place)
        if any(completeness.wait_is_inside(wait, other, other_is_below=below) for other, below in others):
            entry.wrong("this wait is never reached: a longer one holds for the same care and surgeries; remove it")
    return tuple(wait for _, wait in waits)


def _wait(node: Node, benefit_care: tuple[str, ...]) -> Wait:
    fields = node.fields(required=("days", "care", "clause"), optional=("surgery",))
    surgeries = fields["surgery"].some_of(vocabulary.SURGERIES, "surgery") if "surgery" in fields else None
    return Wait(
        days=(fields["days"].whole(lowest=1, highest=_LONGEST_WAIT) or 0) if "days" in fields else 0,
        care=_care_of(fields, benefit_care),
        surgeries=None if surgeries is None else frozenset(surgeries),
        clause=_text(fields.get("clause")),
    )


def _no_wait(node: Node, benefit_care: tuple[str, ...], waits: tuple[Wait, ...]) -> NoWait:
    fields = node.fields(required=("care", "clause"))
    care = _care_of(fields, benefit_care)
    for wait in waits:
        if wait.surgeries is None and wait.care & care:
            shared = next(code for code in benefit_care if code in wait.care & care)
            node.wrong(
                f"no-wait says that {shared} does not wait, and a wait of {wait.days} days says that it does: keep one"
            )
    return NoWait(care=care, clause=_text(fields.get("clause")))


def _no_deductible(fields: dict[str, Node]) -> str:
    if "deductible" in fields:
        fields["no-deductible"].wrong(
            "deductible and no-deductible contradict each other: keep the one that the terms print"
        )
    return _text(fields["no-deductible"].fields(required=("clause",)).get("clause"))


def _authorisation(node: Node, benefit_care: tuple[str, ...]) -> Authorisation:
    fields = node.fields(required=("care", "missing", "clause"), optional=("emergency-notified",))
    if "emergency-notified" in fields:
        fields["emergency-notified"].one_of(("exempt",), "treatment of an emergency told in time")
    return Authorisation(
        care=_care_of(fields, benefit_care),
        missing=(fields["missing"].percent() or 0) if "missing" in fields else 0,
        emergency_notified_exempts="emergency-notified" in fields,
        clause=_text(fields.get("clause")),
    )


def _care_of(fields: dict[str, Node], benefit_care: tuple[str, ...]) -> frozenset[str]:
    known = benefit_care or tuple(vocabulary.CARES)
    return frozenset(fields["care"].some_of(known, "kind of care of this benefit")) if "care" in fields else frozenset()
