"""Who may do what at a desk, as predicates to be combined with ``&`` and ``|``."""

import rules
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AnonymousUser

from haixing.accounts.models import Membership, User


@rules.predicate
def works_at(user: User | AnonymousUser, site_id: int) -> bool:
    """The person works at the site today."""
    if not user.is_authenticated or not user.is_active:
        return False
    return Membership.objects.filter(user=user, site_id=site_id, ended_at=None).exists()


@rules.predicate
def has_second_factor(user: User | AnonymousUser) -> bool:
    """The person has set up a second factor (MLPS level 3; ASVS 6.3.3)."""
    return bool(user.is_authenticated and is_mfa_enabled(user))
