"""Who works where."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from haixing.accounts.models import Membership, User


def site_ids_of(user: User | AnonymousUser) -> list[int]:
    """Return the sites at which a person works now, oldest first. An unknown or closed account has none."""
    if not user.is_authenticated or not user.is_active:
        return []
    live = Membership.objects.filter(user_id=user.pk, ended_at=None)
    return list(live.order_by("id").values_list("site_id", flat=True))


def staff_at(site_id: int) -> QuerySet[User]:
    """Return the people who work at a site now, by name."""
    return User.objects.filter(memberships__site_id=site_id, memberships__ended_at=None, is_active=True).order_by(
        "name"
    )
