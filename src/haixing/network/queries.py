"""What others may ask about hospitals and their contracts."""

import datetime
import functools
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast

from haixing.accounts.models import Membership, User
from haixing.lib import geo, opening
from haixing.lib.geo import Place
from haixing.lib.opening import State
from haixing.lib.prepared import Prepared, Slot
from haixing.network.models import Contract, Site


def site_by_code(code: str) -> Site | None:
    """Return the site with this code, or None."""
    return sites().filter(code=code).first()


def site_by_ref(ref: str) -> Site | None:
    """Return the site with this reference, or None."""
    return sites().filter(ref=ref).first()


def sites() -> QuerySet[Site]:
    """Return all sites with their groups, by city and district."""
    return Site.objects.select_related("group")


def sites_of(user: User | AnonymousUser) -> list[Site]:
    """Return the sites at which a person works now, with their groups. One statement; none for a closed account."""
    return _SITES_OF.rows(user_id=user.pk) if user.is_authenticated and user.is_active else []


def contract_on(*, site_id: int, plan: str, day: datetime.date) -> Contract | None:
    """Return the contract under which a plan's child is billed at a site on ``day``, or None.

    A contract holds on its first day, on its last day, and between them: both
    dates are inclusive, as contracts are written, and no end is open. A
    suspended contract holds on no day. ``day`` is the day of service, in Shanghai.
    """
    holding = _CONTRACT.rows(site_id=site_id, plan=plan, day=day)
    return holding[0] if holding else None


def sites_in_network(*, plan: str, day: datetime.date) -> QuerySet[Site]:
    """Return the sites where a plan's children are billed directly on ``day``, as ``contract_on`` says."""
    return sites().filter(Exists(_holding_on(day).filter(site=OuterRef("pk"), plan=plan)))


def contracts_on(*, plan: str, day: datetime.date, site_ids: Iterable[int]) -> dict[int, Contract]:
    """Return the contracts of many sites by site, each as ``contract_on`` would find it. One statement."""
    holding = _holding_on(day).filter(plan=plan, site_id__in=list(site_ids)).order_by("starts")
    return {contract.site_id: contract for contract in holding}


def cities_in_network(*, plan: str, day: datetime.date) -> list[str]:
    """Return the cities with sites where a plan bills directly, the city with most sites first. One statement."""
    counted = sites_in_network(plan=plan, day=day).order_by().values_list("city").annotate(count=Count("pk"))
    return [city for city, _count in sorted(counted, key=lambda row: (-row[1], row[0]))]


NEAR_KM = 50.0
"""How far a family that gave its position and chose no city is shown sites."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a family looks for. Empty is any."""

    plan: str
    day: datetime.date
    city: str = ""
    words: str = ""
    """Characters, pinyin or initials; every word has to be found."""
    care: str = ""
    direct_only: bool = True
    """Only sites where the plan is billed directly; otherwise also those where families pay first."""
    near: Place | None = None
    """The family's position in GCJ-02. Held in memory for this one question."""


class FoundSite(NamedTuple):
    """A site as a search finds it: enough to choose by and to sort by. A tuple, since a search makes thousands."""

    pk: int
    hours: dict[str, str]
    departments: tuple[str, ...]
    km: float | None
    """Distance from the family's position in kilometres, where both are known."""

    def state_for(self, care: str, *, now: datetime.datetime) -> State | None:
        """Open or not for a kind of care; None where the hours of that service are not known."""
        return state_of(self.hours, care=care, now=now)


def find_sites(wanted: Wanted) -> list[FoundSite]:
    """Return every site that a family wants, nearest first where a position was given, else by place. One statement.

    What it reads of a site is small, so that a whole country (5,000 sites) is sorted in memory. JSON comes as
    text and is decoded once for each distinct text: sites share their hours and departments with many others.
    """
    held = FilteredRelation("contracts", condition=_held_by(wanted))
    asked = Site.objects.alias(held=held).filter(*_conditions(wanted)).order_by("city", "district", "code")
    texts = [Cast(name, TextField()) for name in ("hours", "departments", "held__care")]
    rows = asked.values_list("pk", "latitude", "longitude", *texts)
    found = [
        FoundSite(pk, _hours(hours), _labels(departments), _km(wanted.near, latitude, longitude))
        for pk, latitude, longitude, hours, departments, care in rows
        if not (wanted.direct_only and wanted.care) or f'"{wanted.care}"' in (care or "")
    ]
    if wanted.near is None:
        return found
    # Sites whose place is not known come last, in their order.
    return sorted(found, key=lambda site: (site.km is None, site.km or 0.0))


def sites_by_id(ids: Iterable[int]) -> list[Site]:
    """Return sites in the order of ``ids``, with their groups. One statement."""
    wanted = list(ids)
    by_id = {site.pk: site for site in sites().defer("search_text", "introduction").filter(pk__in=wanted)}
    return [by_id[pk] for pk in wanted if pk in by_id]


SERVICES_OF_CARE = {"outpatient": ("outpatient", "night"), "emergency": ("emergency",)}
"""Whose hours count for a kind of care. A stay in hospital is arranged, whatever the hour."""


def state_of(hours: dict[str, str], *, care: str, now: datetime.datetime) -> State | None:
    """Say whether a site is open for a kind of care; None where its hours are not known or do not matter."""
    services = [service for service in SERVICES_OF_CARE.get(care, ()) if service in hours]
    states = {opening.at(hours[service], now).state for service in services}
    return next((state for state in (State.OPEN, State.ASK, State.CLOSED) if state in states), None)


def _conditions(wanted: Wanted) -> list[Q]:
    conditions = [Q(search_text__contains=word) for word in _words(wanted.words)]
    if wanted.city:
        conditions.append(Q(city=wanted.city))
    elif wanted.near:
        box = geo.box_around(wanted.near, km=NEAR_KM)
        conditions.append(
            Q(latitude__range=(box.south, box.north), longitude__range=(box.west, box.east)) | Q(latitude=None)
        )
    if wanted.direct_only:
        conditions.append(Q(held__isnull=False))
    return conditions


def _held_by(wanted: Wanted) -> Q:
    runs = Q(contracts__ends=None) | Q(contracts__ends__gte=wanted.day)
    return runs & Q(contracts__plan=wanted.plan, contracts__starts__lte=wanted.day, contracts__suspended_because="")


@functools.lru_cache(maxsize=4096)
def _hours(text: str) -> dict[str, str]:
    """Decode the hours of a site. Nobody may change what it returns: many sites share it."""
    hours: dict[str, str] = json.loads(text)
    return hours


@functools.lru_cache(maxsize=4096)
def _labels(text: str) -> tuple[str, ...]:
    return tuple(department["label"] for department in json.loads(text))


@functools.lru_cache(maxsize=256)
def _words(text: str) -> tuple[str, ...]:
    """What was typed, in lower case, word by word. Pinyin is often typed syllable by syllable: each must be found."""
    return tuple(re.sub(r"[\s·,，、]+", " ", text.lower()).split())[:6]


def _km(near: Place | None, latitude: float | None, longitude: float | None) -> float | None:
    if near is None or latitude is None or longitude is None:
        return None
    return geo.distance_km(near, Place(latitude, longitude))


def _holding_on(day: datetime.date | Slot) -> QuerySet[Contract]:
    is_open = Q(ends=None) | Q(ends__gte=day)
    return Contract.objects.filter(is_open, starts__lte=day, suspended_because="")


_ON_A_DESK = tuple("ref code name name_en site_class level city district address phone group".split())
"""What every page of a desk prints or decides by. The rest of a site is long, and read when asked for."""
_SITES_OF = Prepared(
    lambda: (
        sites()
        .filter(pk__in=Membership.objects.filter(user_id=Slot("user_id"), ended_at=None).values("site_id"))
        .only(*_ON_A_DESK, "group__name", "group__name_en")
    )
)
_CONTRACT = Prepared(
    lambda: _holding_on(Slot("day")).filter(site_id=Slot("site_id"), plan=Slot("plan")).order_by("-starts")[:1]
)
