"""What others may ask about hospitals and their contracts."""

import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from haixing.accounts.models import Membership, User
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
