"""Who may do what at a desk, as predicates to be combined with ``&`` and ``|``."""

import rules
from django.contrib.auth.models import AnonymousUser

from haixing.accounts.models import Membership, User


@rules.predicate
def works_at(user: User | AnonymousUser, site_id: int) -> bool:
    """The person works at the site today."""
    if not user.is_authenticated or not user.is_active:
        return False
    return Membership.objects.filter(user=user, site_id=site_id, ended_at=None).exists()
