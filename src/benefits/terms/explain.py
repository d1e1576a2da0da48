"""Plan → sentences that a parent understands, rule by rule with the clause, in both languages.

sentences(plan, benefit)    what the card shows of a benefit
exclusions(plan)            what no benefit pays for
first_tier(benefit)         the N of "visit n of N"
explain(plan, language)     the whole plan as a page: explained.zh.md, explained.en.md
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from benefits.terms import rule_sentences as say
from benefits.terms.plan import Benefit, Plan
from benefits.terms.rule_sentences import Sentence
from benefits.terms.vocabulary import Spoken

Language: TypeAlias = Literal["zh", "en"]


class Section(StrEnum):
    """The parts of an explained plan, in the order in which a parent asks."""

    WHERE = "where"
    SHARE = "share"
    PLACES = "places"
    WAITS = "waits"
    DEDUCTIBLE = "deductible"
    AUTHORISATION = "authorisation"
    EXCLUDED = "excluded"
    OPEN = "open"


def sentences(plan: Plan, benefit: Benefit) -> tuple[Sentence, ...]:  # noqa: ARG001  # a later rule of the plan may speak here too
    """Say every rule of a benefit: (text in both languages, printed clause), in the order in which a parent asks."""
    return tuple(sentence for section in Section for sentence in _said(section, benefit))


def exclusions(plan: Plan) -> tuple[Spoken, ...]:
    """Name what no benefit of the plan pays for, in the words that it prints; contract carve-outs last."""
    carve_outs = (sentence.text for sentence in say.carve_out_list(plan.exclusions))
    return (*say.nature_list(plan.exclusions), *carve_outs)


def first_tier(benefit: Benefit) -> int | None:
    """Return the last visit of the first tier at hospitals without an entry of their own.

    None where nothing changes with the count: no tiers, or one without end.
    """
    anywhere = next((place for place in benefit.share if place.group is None and place.city is None), None)
    return anywhere.tiers[0].last if anywhere and anywhere.tiers else None


def explain(plan: Plan, language: Language) -> str:
    """Write the whole plan as a Markdown page in one language."""
    lines = [f"# {getattr(plan.name, language)}", "", getattr(_PREFACE, language)]
    for section in Section:
        body = [line for benefit in plan.benefits for line in _benefit_lines(section, plan, benefit, language)]
        if section is Section.EXCLUDED:
            body = _exclusion_lines(plan, language)
        if body:
            lines += ["", f"## {getattr(_title(section, plan), language)}", *body]
    return "\n".join(lines) + "\n"


def _said(section: Section, benefit: Benefit) -> Iterator[Sentence]:
    if not benefit.silent:
        yield from _SPEAKERS[section](benefit)
    elif section is Section.OPEN:
        yield say.silent_benefit_sentence(benefit)
        yield from _notes(benefit)


def _where(benefit: Benefit) -> Iterator[Sentence]:
    yield say.care_sentence(benefit)
    if benefit.limit:
        yield say.limit_sentence(benefit.limit)
    yield from say.site_sentences(benefit.sites, unset=False)


def _share(benefit: Benefit) -> Iterator[Sentence]:
    yield from say.anywhere_sentences(benefit)
    yield from say.counting_sentences(benefit)


def _open(benefit: Benefit) -> Iterator[Sentence]:
    yield from say.site_sentences(benefit.sites, unset=True)
    yield from say.silent_place_sentences(benefit)
    yield from say.no_limit_sentences(benefit)
    yield from _notes(benefit)


def _notes(benefit: Benefit) -> Iterator[Sentence]:
    return (Sentence(note, "") for note in benefit.notes)


_SPEAKERS: Final[dict[Section, Callable[[Benefit], Iterator[Sentence]]]] = {
    Section.WHERE: _where,
    Section.SHARE: _share,
    Section.PLACES: say.place_sentences,
    Section.WAITS: say.wait_sentences,
    Section.DEDUCTIBLE: say.deductible_sentences,
    Section.AUTHORISATION: say.authorisation_sentences,
    Section.EXCLUDED: lambda _benefit: iter(()),  # of the whole plan, not of a benefit: see ``exclusions``
    Section.OPEN: _open,
}


# -- the page --

_PREFACE: Final = Spoken(
    "这一页用家长的话讲这份计划，每句话下面是它依据的条款。由 plan.yaml 生成，请不要直接修改。",
    "This page tells the plan in a parent's words; below each sentence stands the clause it comes from. "
    "It is made from plan.yaml: please do not edit it.",
)
_TITLES: Final = {
    Section.WHERE: Spoken("保什么，去哪里", "What is covered, and where"),
    Section.SHARE: Spoken("每次就诊您付多少", "What you pay at each visit"),
    Section.PLACES: Spoken("单独约定的医院", "Hospitals with their own rules"),
    Section.WAITS: Spoken("等待期", "Waiting periods"),
    Section.DEDUCTIBLE: Spoken("免赔额", "Deductible"),
    Section.AUTHORISATION: Spoken("先问一声：预授权", "Asking first"),
    Section.EXCLUDED: Spoken("不保什么", "What is not covered"),
    Section.OPEN: Spoken("条款没有写明的：去之前先问", "What the terms leave open: ask before you go"),
}


def _title(section: Section, plan: Plan) -> Spoken:
    if section is not Section.PLACES:
        return _TITLES[section]
    groups = {place.group for benefit in plan.benefits for place in benefit.share if place.group or place.city}
    group = groups.pop() if len(groups) == 1 else None
    return Spoken(f"去{group}", f"At {say.english_place(group)}") if group else _TITLES[section]


def _benefit_lines(section: Section, plan: Plan, benefit: Benefit, language: Language) -> list[str]:
    said = list(_said(section, benefit))
    if not said:
        return []
    heading = ["", f"**{getattr(benefit.name, language)}**"] if len(plan.benefits) > 1 else []
    return [*heading, "", *(line for sentence in said for line in _sentence_lines(sentence, language))]


def _sentence_lines(sentence: Sentence, language: Language) -> Iterator[str]:
    yield f"- {getattr(sentence.text, language)}"
    if sentence.clause:
        yield f"  > {sentence.clause}"


def _exclusion_lines(plan: Plan, language: Language) -> list[str]:
    rules = plan.exclusions
    if not rules.natures and not rules.carve_outs:
        return []
    lines = ["", *(f"- {getattr(name, language)}" for name in (*say.nature_list(rules), *say.category_list(rules)))]
    lines += ["", f"> {rules.clause}"] if rules.clause else []
    carve_outs = [line for sentence in say.carve_out_list(rules) for line in _sentence_lines(sentence, language)]
    return [*lines, "", *carve_outs] if carve_outs else lines
