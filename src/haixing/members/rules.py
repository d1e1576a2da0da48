"""Who may do what with a card, as predicates to be combined with ``&`` and ``|``."""

import rules

from haixing.members.models import CardBinding, Guardian
from haixing.policies.models import Policy


@rules.predicate
def is_policyholder_of(guardian: Guardian, policy: Policy) -> bool:
    """The guardian signed in with the phone that bought the policy (投保时手机号)."""
    return guardian.phone_index is not None and guardian.phone_index == policy.phone_index


@rules.predicate
def holds(guardian: Guardian, binding: CardBinding) -> bool:
    """The guardian holds this very card now."""
    return binding.guardian_id == guardian.pk and binding.ended_at is None


@rules.predicate
def may_end(guardian: Guardian, binding: CardBinding) -> bool:
    """A card is given back by its holder, or taken back by the policyholder."""
    return binding.guardian_id == guardian.pk or is_policyholder_of(guardian, binding.policy)
