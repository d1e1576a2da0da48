"""A plan as values. Made by ``reading`` from a plan file; never changed after.

All amounts are fen, all percentages basis points (50 % is 5000). Each rule
carries its clause: the sentence of the printed terms that it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from benefits.terms.vocabulary import Spoken

Verdict = Literal["covered", "refused", "unset"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRule:
    """Which hospitals, billed in which way, and whether the benefit pays there. None means any."""

    site_class: str
    network: bool | None
    inpatient: bool | None
    levels: frozenset[int] | None
    channel: str | None
    verdict: Verdict
    clause: str

    def matches(self, *, site_class: str, network: bool, inpatient: bool, level: int | None, channel: str) -> bool:
        return (
            self.site_class == site_class
            and self.channel in (None, channel)
            and self.network in (None, network)
            and self.inpatient in (None, inpatient)
            and (self.levels is None or level in self.levels)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """What the family pays of a visit whose ordinal is from ``first`` to ``last`` (inclusive; None is no end)."""

    first: int
    last: int | None
    coinsurance: int | None
    """Basis points of the eligible amount, or None for a copay."""
    copay: MappingProxyType[str, int] | None
    """Fen per visit by kind of care, or None for a percentage."""
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceShare:
    """The tiers of one place. ``group`` and ``city`` None mean any; no tiers mean that the terms are silent."""

    group: str | None
    city: str | None
    tiers: tuple[Tier, ...]
    clause: str

    def includes(self, *, group: str | None, city: str | None) -> bool:
        return self.group in (None, group) and self.city in (None, city)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most the plan pays in a policy period."""

    amount: int
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deductible:
    """What the family bears first in a policy period."""

    amount: int
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """No cover on days 1 to ``days`` for these kinds of care, and, where named, only for these surgeries."""

    days: int
    care: frozenset[str]
    surgeries: frozenset[str] | None
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoWait:
    """The terms say in print that these kinds of care do not wait. Families are told; no decision needs it."""

    care: frozenset[str]
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """What it costs to be treated without asking first: basis points of the eligible amount."""

    care: frozenset[str]
    missing: int
    emergency_notified_exempts: bool
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarveOut:
    """What a site's own contract leaves out (reading A17)."""

    categories: frozenset[str]
    doctors: frozenset[str]
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """What no benefit pays for. ``natures`` maps a code to the words this plan prints for it."""

    natures: MappingProxyType[str, str]
    by_category: MappingProxyType[tuple[str, str], str]
    """(kind of care, charge category) → nature: lines that are excluded whatever they are called (A14)."""
    carve_outs: MappingProxyType[str, CarveOut]
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit:
    """福利项目: kinds of care that share a limit, a deductible and a counter."""

    code: str
    name: Spoken
    care: tuple[str, ...]
    silent: bool
    """The terms of this benefit are not known: every bill goes to a person."""
    clause: str
    limit: Limit | None
    sites: tuple[SiteRule, ...]
    share: tuple[PlaceShare, ...]
    deductible: Deductible | None
    waits: tuple[Wait, ...]
    authorisation: Authorisation | None
    notes: tuple[Spoken, ...]
    limit_is_unset: bool = False
    """The terms print no limit, and the plan file says so."""
    no_wait: NoWait | None = None
    no_deductible: str = ""
    """The clause that says in print that there is none."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """A plan version. Equal only to itself, so that looking up its compiled program costs nothing."""

    code: str
    name: Spoken
    benefits: tuple[Benefit, ...]
    exclusions: Exclusions
    sha256: str
    """Of the plan file's text."""

    def benefit_for(self, care: str) -> Benefit | None:
        """Return the benefit that this kind of care belongs to, if any."""
        return next((benefit for benefit in self.benefits if care in benefit.care), None)
