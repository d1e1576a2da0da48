"""Who saw or did what. Rows only grow, and are sealed into a hash chain."""

from django.db import models
from django.db.models.functions import Now


class Seal(models.Model):
    """One link of the chain: the hash of the previous link and of the events sealed by this one."""

    sealed_at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    events = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]


class Event(models.Model):
    """One act or one sight of a child's data. Holds no name, phone or medical text: only references.

    ``actor`` is ``guardian:<id>``, ``staff:<id>`` or ``system``; ``subject`` is ``visit:<ref>`` and the like;
    ``policy_id`` is the policy whose family may read this event (null for acts about nobody).
    The seal is filled in once, some seconds later: sealing inside the writing
    transaction would make every desk in the country wait for one row.
    """

    at = models.DateTimeField(db_default=Now())
    actor = models.CharField(max_length=40)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    policy_id = models.BigIntegerField(null=True)
    site_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    seal = models.ForeignKey(Seal, null=True, on_delete=models.PROTECT)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["policy_id", "-id"], name="event_by_policy"),
            models.Index(fields=["id"], condition=models.Q(seal=None), name="event_unsealed"),
        ]
