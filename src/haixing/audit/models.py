"""Who saw or did what. Rows only grow, and are sealed into a hash chain.

The hashes are keyed (``lib.secrecy.sign``): whoever can write to the tables but
does not hold the key cannot make a row that passes the check.
"""

import datetime
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models.functions import Now

from haixing.lib.secrecy import sign

GENESIS = hashlib.sha256(b"haixing audit chain").hexdigest()
"""What the first seal follows."""


class Seal(models.Model):
    """One link of the chain: what it seals, and a keyed hash over that and the previous link.

    ``contents`` has one line per event, ``<id> <first 16 digits of its digest>``, so that a
    check names the very event that was altered, removed or moved, and not just the batch.
    A link is followed by one other at most, so that two sealers at once cannot fork the chain.
    """

    sealed_at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)
    events = models.PositiveIntegerField()
    contents = models.TextField()

    class Meta:
        ordering = ["id"]

    def deserved_hash(self) -> str:
        """Return the hash that the row's present content deserves."""
        return seal_hash(
            previous_hash=self.previous_hash, sealed_at=self.sealed_at, events=self.events, contents=self.contents
        )


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

    def deserved_digest(self) -> str:
        """Return the digest that the row's present content deserves."""
        return digest_of(
            at=self.at,
            actor=self.actor,
            action=self.action,
            subject=self.subject,
            policy_id=self.policy_id,
            site_id=self.site_id,
            detail=self.detail,
        )


def digest_of(
    *,
    at: datetime.datetime,
    actor: str,
    action: str,
    subject: str,
    policy_id: int | None,
    site_id: int | None,
    detail: dict[str, Any],
) -> str:
    """Return the keyed hash of an event's content (64 hexadecimal digits).

    The row's number is not part of it: the database gives it out during the one
    INSERT. The seal ties the two together.
    """
    moment = at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    content = [moment, actor, action, subject, policy_id, site_id, detail]
    return sign(json.dumps(content, sort_keys=True, separators=(",", ":")), purpose="audit event").hex()


def line_of(event_id: int, digest: str) -> str:
    """Return the event's line in the contents of its seal."""
    return f"{event_id} {digest[:16]}"


def contents_of(events: Iterable[tuple[int, str]]) -> str:
    """Return what a seal writes down about its events, given as (number, digest)."""
    return "\n".join(line_of(event_id, digest) for event_id, digest in events)


def seal_hash(*, previous_hash: str, sealed_at: datetime.datetime, events: int, contents: str) -> str:
    """Return the keyed hash of a link of the chain (64 hexadecimal digits)."""
    moment = sealed_at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    return sign(f"{previous_hash}\n{moment}\n{events}\n{contents}", purpose="audit seal").hex()
