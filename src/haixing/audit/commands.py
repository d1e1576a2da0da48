"""Writing the audit trail: one row per act, and the chain that seals them."""

import datetime
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from haixing.audit.models import GENESIS, Event, Seal, contents_of, digest_of, seal_hash
from haixing.lib.prepared import PreparedInsert

log = logging.getLogger(__name__)

_EVENTS = PreparedInsert(Event)
MOST_EVENTS_IN_A_SEAL = 5_000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one of several acts was about; who did it, what and when are the same for all."""

    subject: str
    policy_id: int | None = None


def record(
    *,
    actor: str,
    action: str,
    subject: str,
    policy_id: int | None = None,
    site_id: int | None = None,
    detail: dict[str, Any] | None = None,
    now: datetime.datetime,
) -> None:
    """Write down that ``actor`` did or saw something, in exactly one INSERT.

    Call it inside the transaction of the act (invariant I12). ``detail`` holds
    references, codes and whole numbers, never a name, a phone or medical text.
    Raises TypeError on a float: databases spell floats in their own way, and the digest would not hold.
    """
    content = {
        "at": now,
        "actor": actor,
        "action": action,
        "subject": subject,
        "policy_id": policy_id,
        "site_id": site_id,
        "detail": detail or {},
    }
    _EVENTS.add(_event(content))


def record_many(*, actor: str, action: str, of: Sequence[Sight], now: datetime.datetime) -> None:
    """Write down that ``actor`` did the same to several, an event for each, in one INSERT (none for none)."""
    shared = {"at": now, "actor": actor, "action": action, "site_id": None, "detail": {}}
    events = (_event({**shared, "subject": each.subject, "policy_id": each.policy_id}) for each in of)
    Event.objects.bulk_create(events)


def seal(*, now: datetime.datetime) -> int:
    """Seal every event that has no seal yet, and return how many there were.

    Events whose transaction ends after this look are sealed next time: the window in
    which a deletion leaves no trace is the time between two runs (promise T26).
    """
    sealed = 0
    while count := _seal_some(now=now):
        sealed += count
    return sealed


def _seal_some(*, now: datetime.datetime) -> int:
    try:
        with transaction.atomic():
            return _add_link(now=now)
    except IntegrityError:
        # Another sealer followed the same link first; its seal stands and ours was undone.
        return 0


def _add_link(*, now: datetime.datetime) -> int:
    events = list(Event.objects.filter(seal=None).order_by("id").values_list("id", "digest")[:MOST_EVENTS_IN_A_SEAL])
    if not events:
        return 0
    last = Seal.objects.order_by("-id").values_list("hash", flat=True).first()
    previous_hash = last or GENESIS
    contents = contents_of(events)

    link = Seal.objects.create(
        sealed_at=now,
        previous_hash=previous_hash,
        hash=seal_hash(previous_hash=previous_hash, sealed_at=now, events=len(events), contents=contents),
        events=len(events),
        contents=contents,
    )
    ids = [event_id for event_id, _digest in events]
    filled = sum(
        Event.objects.filter(id__in=ids[start : start + _AT_ONCE], seal=None).update(seal=link)
        for start in range(0, len(ids), _AT_ONCE)
    )
    if filled != len(ids):
        raise IntegrityError("another sealer took some of these events")

    # The head in the log is the copy off this host: with it, cutting the end of the chain off shows too.
    log.info("audit sealed: seal=%s events=%s head=%s", link.pk, link.events, link.hash)
    return len(events)


def _event(content: dict[str, Any]) -> Event:
    _refuse_floats(content["detail"])
    return Event(**content, digest=digest_of(**content))


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("an audit detail holds whole numbers and text, no float")
    if isinstance(value, dict | list | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            _refuse_floats(part)
