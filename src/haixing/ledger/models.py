"""What a policy has used: an account per benefit, and the entries that explain it.

Entries only grow; a correction is a new entry. The account row keeps their sum,
so that a desk reads one row however long the history, and it is the one lock:
who posts to an account holds its row first. ``haixing prove`` re-adds every
balance from the entries.
"""

from django.db import models
from django.db.models import F, Q


class Account(models.Model):
    """One benefit of one policy in its period. All amounts in fen."""

    policy = models.ForeignKey("policies.Policy", on_delete=models.PROTECT, related_name="accounts")
    benefit = models.CharField(max_length=40)
    limit_fen = models.BigIntegerField(null=True)
    limit_used_fen = models.BigIntegerField(default=0)
    deductible_fen = models.BigIntegerField(null=True)
    deductible_used_fen = models.BigIntegerField(default=0)
    counted = models.JSONField(default=list)
    """The ordinals in use on the visit counter, as ranges: ``[[1, 5], [7, 7]]``."""
    entries_posted = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "benefit"], name="one_account_per_benefit"),
            models.CheckConstraint(condition=Q(limit_used_fen__gte=0), name="limit_used_is_not_negative"),
            models.CheckConstraint(
                condition=Q(limit_fen=None) | Q(limit_used_fen__lte=F("limit_fen")), name="limit_is_never_overspent"
            ),
            models.CheckConstraint(condition=Q(deductible_used_fen__gte=0), name="deductible_used_is_not_negative"),
            models.CheckConstraint(
                condition=Q(deductible_fen=None) | Q(deductible_used_fen__lte=F("deductible_fen")),
                name="deductible_is_never_exceeded",
            ),
        ]


class Entry(models.Model):
    """What one bill or one reversal changed. Never updated, never deleted (database triggers)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    """1, 2, 3… within the account: a missing entry shows."""
    source = models.CharField(max_length=40)
    """What caused it: ``bill:<ref>`` or ``reversal:<ref>``."""
    limit_fen = models.BigIntegerField()
    deductible_fen = models.BigIntegerField()
    takes_ordinal = models.PositiveIntegerField(null=True)
    frees_ordinal = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["account_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="entries_of_an_account_are_numbered"),
            models.UniqueConstraint(fields=["source"], name="a_source_posts_once"),
        ]
