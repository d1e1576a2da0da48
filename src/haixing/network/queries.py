"""What others may ask about hospitals and their contracts."""

import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

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


def contract_on(*, site_id: int, plan: str, day: datetime.date) -> Contract | None:
    """Return the contract under which a plan's child is billed at a site on ``day``, or None.

    A contract holds on its first day, on its last day, and between them: both
    dates are inclusive, as contracts are written, and no end is open. A
    suspended contract holds on no day. ``day`` is the day of service, in Shanghai.
    """
    return _holding_on(day).filter(site_id=site_id, plan=plan).order_by("-starts").first()


def sites_in_network(*, plan: str, day: datetime.date) -> QuerySet[Site]:
    """Return the sites where a plan's children are billed directly on ``day``, as ``contract_on`` says."""
    return sites().filter(Exists(_holding_on(day).filter(site=OuterRef("pk"), plan=plan)))


def _holding_on(day: datetime.date) -> QuerySet[Contract]:
    is_open = Q(ends=None) | Q(ends__gte=day)
    return Contract.objects.filter(is_open, starts__lte=day, suspended_because="")
