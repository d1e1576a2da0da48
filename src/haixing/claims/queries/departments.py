"""Which departments of a site are for care that the plan does not pay for (contradiction C9: shown, and marked)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from benefits.terms.vocabulary import NATURES, Spoken
from haixing.claims.facts import spoken
from haixing.policies.models import Policy
from haixing.policies.queries import plan_of

# By the whole code of 国家诊疗科目: a subspecialty (09.02 儿童营养) may treat an illness, so it is not marked.
_NATURE_OF_CODE: Final = {"09": "well-child", "12": "dental", "15": "mental", "50": "tcm"}
_NATURE_OF_WORD: Final = {
    "儿童保健": "well-child",
    "儿保": "well-child",
    "疫苗": "vaccine",
    "预防接种": "vaccine",
    "中医": "tcm",
    "口腔": "dental",
    "齿科": "dental",
    "牙科": "dental",
    "视光": "vision",
    "心理": "mental",
    "精神": "mental",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A department as a site calls it, and what the plan says about its kind of care."""

    label: str
    excluded_as: dict[str, str] | None
    """The exclusion in the plan's printed words; None where the plan excludes nothing of the kind."""
    clause: str


def departments_of(*, policy: Policy, departments: Iterable[dict[str, str]]) -> tuple[Department, ...]:
    """Mark the departments of a site (``Site.departments``) that a policy's plan pays nothing for."""
    exclusions = plan_of(policy).exclusions
    marked = []
    for department in departments:
        nature = _nature(department)
        printed = exclusions.natures.get(nature) if nature else None
        named = spoken(Spoken(printed, NATURES[nature].en)) if nature and printed else None
        marked.append(
            Department(label=department["label"], excluded_as=named, clause=exclusions.clause if named else "")
        )
    return tuple(marked)


def _nature(department: dict[str, str]) -> str | None:
    by_word = next((nature for word, nature in _NATURE_OF_WORD.items() if word in department["label"]), None)
    return by_word or _NATURE_OF_CODE.get(department.get("code", ""))
