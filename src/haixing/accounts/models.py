"""Who signs in at a desk, and the limits on trying. Families sign in through ``members``."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person at a desk. Holds personal data: a name at work, no private contact."""

    first_name = None  # type: ignore[assignment]  # one display name suits Chinese names
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.name or self.username


class Membership(models.Model):
    """A person works at a site. Ended rows stay, so that old acts keep their context."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    # A plain number and not a foreign key: accounts stand below the network in the map of imports.
    site_id = models.BigIntegerField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "site_id"], condition=models.Q(ended_at=None), name="one_live_membership_per_site"
            )
        ]


class Allowance(models.Model):
    """How much a key (a phone's index, a session, an address) may still try: a token bucket in one number.

    ``full_at`` is the moment at which the bucket is full again, in microseconds since
    1970. Each try moves it further away; a bucket whose moment has passed is full.
    Holds no personal data: phones and addresses come in as keyed hashes.
    """

    key = models.CharField(max_length=120, primary_key=True)
    full_at = models.BigIntegerField(db_index=True)
