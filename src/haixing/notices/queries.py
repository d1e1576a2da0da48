"""Reading the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from haixing.notices.enums import Channel
from haixing.notices.models import Message

if TYPE_CHECKING:
    from haixing.members.models import Guardian


def outbox(limit: int = 50) -> list[Message]:
    """Return the newest SMS, sent or not, for the demo's page of messages. Decoys are nobody's message."""
    return list(Message.objects.filter(channel=Channel.SMS, is_decoy=False)[:limit])


def waiting_for(guardian: Guardian) -> list[Message]:
    """Return the messages in a guardian's card that were not read yet, newest first."""
    return list(Message.objects.filter(guardian=guardian, channel=Channel.CARD, read_at=None))


def undelivered(limit: int = 50) -> list[Message]:
    """Return the newest SMS that failed at least once and are still not sent."""
    failed = Message.objects.filter(channel=Channel.SMS, sent_at=None, is_decoy=False).exclude(failed_because="")
    return list(failed[:limit])
