"""Reading the audit trail, and proving that nobody rewrote it."""

from collections.abc import Iterator
from itertools import groupby

from django.db.models import QuerySet

from haixing.audit.models import GENESIS, Event, Seal, line_of

_CHUNK = 2_000


def events_about(policy_id: int) -> QuerySet[Event]:
    """Return what was seen or done about a policy, newest first: a guardian may read it."""
    return Event.objects.filter(policy_id=policy_id).order_by("-id")


def chain_head() -> str:
    """Return the hash of the newest seal: keep it somewhere else, and give it to ``broken_links`` later."""
    return Seal.objects.order_by("-id").values_list("hash", flat=True).first() or GENESIS


def broken_links(*, head: str | None = None) -> list[str]:
    """Return a sentence for every event or seal that was altered, removed, added or moved.

    Sealed events are held against their seal, and each seal against the one before it.
    Events not yet sealed are held against their own keyed digest: an alteration
    shows, a deletion within that window does not. ``head`` is a hash that ``chain_head``
    or the log gave earlier; without it, nothing shows that the newest seals were
    removed together with all their events.
    """
    return list(_broken(head))


def _broken(head: str | None) -> Iterator[str]:
    events = Event.objects.exclude(seal=None).order_by("seal_id", "id").iterator(chunk_size=_CHUNK)
    batches = ((seal_id, list(batch)) for seal_id, batch in groupby(events, key=lambda event: event.seal_id))
    waiting = next(batches, None)
    previous_hash = GENESIS
    heads = {GENESIS}

    # Both run in the order of seals, so that one pass holds one batch in memory at a time.
    for link in Seal.objects.order_by("id").iterator(chunk_size=20):
        while waiting and waiting[0] is not None and waiting[0] < link.pk:
            yield from _without_seal(waiting[1])
            waiting = next(batches, None)
        found: list[Event] = []
        if waiting and waiting[0] == link.pk:
            found = waiting[1]
            waiting = next(batches, None)
        yield from _broken_seal(link, previous_hash)
        yield from _broken_events(link, found)
        previous_hash = link.hash
        heads.add(link.hash)

    while waiting:
        yield from _without_seal(waiting[1])
        waiting = next(batches, None)
    yield from _broken_tail()
    if head is not None and head not in heads:
        yield f"the chain was cut: no seal has the hash {head} that was written down earlier"


def _broken_seal(link: Seal, previous_hash: str) -> Iterator[str]:
    if link.previous_hash != previous_hash:
        yield f"seal {link.pk} does not follow the seal before it: a seal was removed, added or moved here"
    if link.hash != link.deserved_hash():
        yield f"seal {link.pk} was altered"


def _broken_events(link: Seal, found: list[Event]) -> Iterator[str]:
    sealed = dict(line.split(" ", 1) for line in link.contents.splitlines() if " " in line)
    present = {str(event.pk) for event in found}
    for event_id in sealed:
        if event_id not in present:
            yield f"event {event_id}, sealed by seal {link.pk}, was removed"
    for event in found:
        if str(event.pk) not in sealed:
            yield f"event {event.pk} was added to seal {link.pk} afterwards"
        elif event.digest != event.deserved_digest():
            yield f"event {event.pk} was altered"
        elif line_of(event.pk, event.digest) != f"{event.pk} {sealed[str(event.pk)]}":
            yield f"event {event.pk} was replaced: its content is not what seal {link.pk} sealed under this number"


def _without_seal(events: list[Event]) -> Iterator[str]:
    for event in events:
        yield f"event {event.pk} names seal {event.seal_id}, which was removed"


def _broken_tail() -> Iterator[str]:
    for event in Event.objects.filter(seal=None).order_by("id").iterator(chunk_size=_CHUNK):
        if event.digest != event.deserved_digest():
            yield f"event {event.pk}, not yet sealed, was altered"
