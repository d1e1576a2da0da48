"""S07 to S10 适用医院: where to go, whether it is open now, and what it would cost this child.

The family's position comes in the body of a request, is used in memory for that one answer, and goes
nowhere else: not into an address, a log, the session or a table.
"""

from __future__ import annotations

import datetime
import math
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from benefits.terms.vocabulary import CARES
from haixing.card.context import CardRequest, card_required, standing
from haixing.claims import queries as claims
from haixing.lib import clock, geo, opening
from haixing.lib.geo import Place
from haixing.lib.opening import State
from haixing.network import queries as network
from haixing.network.enums import HoursOf

if TYPE_CHECKING:
    from haixing.network.models import Site
    from haixing.policies.models import Policy

SITES_PER_PAGE = 20
LONGEST_SEARCH = 40
EVERYWHERE = "all"
"""The city filter's value for no city."""


@require_http_methods(["GET", "HEAD", "POST"])
@card_required(action="sites.seen")
def sites(request: CardRequest) -> HttpResponse:
    """The list with its filters. A POST may carry a position; asked by htmx, return the part below the filters."""
    asked = request.POST if request.method == "POST" else request.GET
    now, policy = clock.now(), request.binding.policy
    day = clock.day_of(now)
    plan = policy.plan_version.code
    cities = network.cities_in_network(plan=plan, day=day)
    filters = _filters(asked, cities)
    near = _position(asked) if request.method == "POST" else None
    wanted = network.Wanted(
        plan=plan,
        day=day,
        city=filters["city"],
        words=filters["q"],
        care=filters["care"],
        direct_only=not filters["any"],
        near=near,
    )
    found = network.find_sites(wanted)
    departments = sorted({label for site in found for label in site.departments})
    chosen = [site for site in found if _fits(site, filters, now=now)]
    page = Paginator(chosen, SITES_PER_PAGE).get_page(asked.get("page"))
    context = {
        "ref": request.binding.ref,
        "child": policy.child.name,
        "hotline": policy.insurer.hotline,
        "hotline_hours": policy.insurer.hotline_hours,
        "standing": standing(policy, day=day),
        "filters": filters,
        "cities": cities,
        "departments": departments,
        "cares": CARES,
        "near": near is not None,
        "page": page,
        "rows": _rows(policy, [(site.pk, site.km) for site in page], care=filters["care"], now=now),
    }
    if request.headers.get("HX-Request") is None:
        return render(request, "card/sites.html", context)
    response = render(request, "card/_sites_found.html", context)
    # The address keeps the filters, so that coming back shows the same list; never the position.
    response.headers["HX-Replace-Url"] = f"{request.path}?{_query(filters)}"
    return response


@require_safe
@card_required(action="site.seen")
def site(request: CardRequest, site_ref: str) -> HttpResponse:
    """One site: what it is, its departments, its hours, the way there, and what each kind of care would cost."""
    found = network.site_by_ref(site_ref)
    if found is None:
        raise Http404
    now, policy = clock.now(), request.binding.policy
    day = clock.day_of(now)
    estimates = claims.estimates_of_cares(policy=policy, site=found, day=day)
    context = {
        "ref": request.binding.ref,
        "child": policy.child.name,
        "hotline": policy.insurer.hotline,
        "hotline_hours": policy.insurer.hotline_hours,
        "standing": standing(policy, day=day),
        "site": _printed(found),
        "introduction": found.introduction,
        "departments": claims.departments_of(policy=policy, departments=found.departments),
        "services": _services(found.hours, now=now),
        "estimates": estimates,
        "note": next((estimate.note for estimate in estimates), ""),
        "maps": _maps(found),
    }
    return render(request, "card/site.html", context)


def _filters(asked: QueryDict, cities: list[str]) -> dict[str, str]:
    """What was chosen, with only values that exist. Without a choice: the city with most sites, and outpatient care."""
    city = asked.get("city", cities[0] if cities else "")
    care = asked.get("care", "outpatient")
    return {
        "city": "" if city == EVERYWHERE else city if city in cities else (cities[0] if cities else ""),
        "care": care if care in CARES else "outpatient",
        "department": asked.get("department", "")[:LONGEST_SEARCH],
        "q": asked.get("q", "").replace("\x00", "")[:LONGEST_SEARCH],
        "open": "1" if asked.get("open") else "",
        "any": "1" if asked.get("any") else "",
    }


def _query(filters: dict[str, str]) -> str:
    kept = {name: value for name, value in filters.items() if value and name != "city"}
    return urlencode({"city": filters["city"] or EVERYWHERE} | kept)


def _fits(found: network.FoundSite, filters: dict[str, str], *, now: datetime.datetime) -> bool:
    if filters["department"] and filters["department"] not in found.departments:
        return False
    return not filters["open"] or found.state_for(filters["care"], now=now) in {State.OPEN, State.ASK}


def _position(asked: QueryDict) -> Place | None:
    """The position that a browser gave (WGS-84), in GCJ-02; None for nothing that could be a position."""
    try:
        place = Place(float(asked.get("latitude", "")), float(asked.get("longitude", "")))
    except ValueError:
        return None
    is_on_earth = math.isfinite(place.latitude) and math.isfinite(place.longitude)
    if not is_on_earth or abs(place.latitude) > 90 or abs(place.longitude) > 180:
        return None
    return geo.from_wgs84(place)


def _rows(
    policy: Policy, wanted: list[tuple[int, float | None]], *, care: str, now: datetime.datetime
) -> list[dict[str, Any]]:
    shown = network.sites_by_id(pk for pk, _km in wanted)
    estimates = claims.estimates_at(policy=policy, sites=shown, care=care, day=clock.day_of(now))
    km_of = dict(wanted)
    return [
        {
            "site": _printed(site),
            "km": _kilometres(km_of[site.pk]),
            "services": _services(site.hours, now=now),
            "state": network.state_of(site.hours, care=care, now=now),
            "estimate": estimates.get(site.pk),
        }
        for site in shown
    ]


def _kilometres(km: float | None) -> str:
    """One decimal, as everywhere (contradiction C18)."""
    return "" if km is None else f"{km:.1f}"


def _printed(site: Site) -> dict[str, Any]:
    """A site as plain values."""
    return {
        "ref": site.ref,
        "name": {"zh": site.full_name, "en": site.name_en or site.full_name},
        "zh_name": site.full_name,
        "city": site.city,
        "district": site.district,
        "address": site.address,
        "phone": site.phone,
        "is_private": site.site_class == "private",
        "hours_raw": site.hours_raw,
        "hours_status": site.hours_status,
        "is_invented": site.is_invented,
        "verified_on": site.verified_on,
    }


def _services(hours: dict[str, str], *, now: datetime.datetime) -> list[dict[str, Any]]:
    """Today at each service whose hours are known, in the order in which a family asks."""
    return [
        {
            "name": HoursOf(service).label,
            "code": service,
            "now": opening.at(hours[service], now),
            "week": hours[service],
        }
        for service in HoursOf.values
        if service in hours
    ]


_TENCENT: Final = "https://apis.map.qq.com/uri/v1/marker"
_AMAP: Final = "https://uri.amap.com/marker"


def _maps(site: Site) -> list[dict[str, str]]:
    """Links to map services, which take GCJ-02. They say where the clinic is, and nothing of the family."""
    if site.latitude is None or site.longitude is None:
        return []
    name, address = (part.translate(_NOT_IN_A_MARKER) for part in (site.full_name, site.address))
    marker = f"coord:{site.latitude:.6f},{site.longitude:.6f};title:{name};addr:{address}"
    position = f"{site.longitude:.6f},{site.latitude:.6f}"
    return [
        {"code": "amap", "url": f"{_AMAP}?{urlencode({'position': position, 'name': name, 'coordinate': 'gaode'})}"},
        {"code": "tencent", "url": f"{_TENCENT}?marker={quote(marker)}&referer=haixing"},
    ]


_NOT_IN_A_MARKER: Final = str.maketrans(dict.fromkeys(";:", " "))
