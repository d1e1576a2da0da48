"""Telling people something: a row in the outbox and a job for the worker, in the caller's transaction."""

from __future__ import annotations

import datetime
import logging
from typing import TYPE_CHECKING, Protocol

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from haixing.notices.enums import Channel
from haixing.notices.models import Message

if TYPE_CHECKING:
    from haixing.members.models import Guardian

log = logging.getLogger(__name__)

BACKOFF = (15, 60, 300, 1800)
"""Seconds to wait after the first, second… failure. After the last one the message stays undelivered."""
# The task stands above this module in the map of imports, so it is named by its path, as in the queue itself.
_TASK = "haixing.notices.tasks.deliver_message"
_STALE = "too-late"


class SmsBackend(Protocol):
    """What the class named by the setting SMS_BACKEND does. Any exception counts as a failure to send."""

    def send(self, *, phone: str, text: str) -> None:
        """Hand one SMS to the provider. ``phone`` is E.164 text."""


class Outbox:
    """The default: nothing leaves; the message is readable in the outbox (the demo shows it)."""

    def send(self, *, phone: str, text: str) -> None:
        """Do nothing: the row itself is the delivery."""


def tell_card(*, guardian: Guardian, template: str, text: str, now: datetime.datetime) -> Message:
    """Leave a message in a guardian's card. It is there at once. One INSERT."""
    return Message.objects.create(
        channel=Channel.CARD, guardian=guardian, template=template, text=text, made_at=now, sent_at=now
    )


@transaction.atomic
def send_sms(
    *, phone: str | None, template: str, text: str, now: datetime.datetime, not_after: datetime.datetime | None = None
) -> None:
    """Queue one SMS: the row and its job are written together, or not at all.

    ``phone`` is E.164 text, or None for a decoy: the same row and the same job, and
    nobody hears of it (promise T1). A lock screen shows the text: leave names and amounts out.
    """
    message = Message.objects.create(
        channel=Channel.SMS,
        to=phone or "-",
        is_decoy=phone is None,
        template=template,
        text=text,
        made_at=now,
        not_after=not_after,
    )
    import_string(_TASK).enqueue(message_id=message.pk)


def deliver(*, message_id: int, now: datetime.datetime) -> datetime.datetime | None:
    """Try once to send a queued SMS. Return when to try again, or None when there is nothing left to do.

    The attempt is counted before the provider is called, so a worker that dies in
    between never sends a code twice; two workers with one message send it once.
    """
    message = Message.objects.filter(pk=message_id, sent_at=None, attempts__lte=len(BACKOFF)).first()
    if message is None:
        return None
    if message.due_at is not None and message.due_at > now:
        return message.due_at  # another worker is at it: look again when its time is over
    again_at = now + datetime.timedelta(seconds=BACKOFF[min(message.attempts, len(BACKOFF) - 1)])
    claim = Message.objects.filter(pk=message_id, sent_at=None, attempts=message.attempts)
    if not claim.update(attempts=message.attempts + 1, due_at=again_at):
        return again_at
    if message.is_decoy:
        message.delete()
        return None
    if message.not_after is not None and now >= message.not_after:
        _give_up(message, _STALE)
        return None
    return _send(message, again_at=again_at, now=now)


def mark_read(*, guardian: Guardian, now: datetime.datetime) -> int:
    """Note that a guardian has seen the messages waiting in the card. Return how many there were."""
    return Message.objects.filter(guardian=guardian, channel=Channel.CARD, read_at=None).update(read_at=now)


def forget_old_messages(*, now: datetime.datetime) -> int:
    """Delete SMS older than thirty days and codes older than a day. Return how many."""
    sms = Message.objects.filter(channel=Channel.SMS)
    codes, _each = sms.filter(not_after__lt=now - datetime.timedelta(days=1)).delete()
    others, _each = sms.filter(made_at__lt=now - datetime.timedelta(days=30)).delete()
    return codes + others


def _send(message: Message, *, again_at: datetime.datetime, now: datetime.datetime) -> datetime.datetime | None:
    backend: SmsBackend = import_string(settings.SMS_BACKEND or f"{__name__}.Outbox")()
    try:
        backend.send(phone=message.to, text=message.text)
    except Exception as error:  # noqa: BLE001  # whatever a provider's library raises, the message waits and is tried again
        return _retry(message, type(error).__name__, again_at=again_at)
    Message.objects.filter(pk=message.pk).update(sent_at=now, failed_because="")
    return None


def _retry(message: Message, reason: str, *, again_at: datetime.datetime) -> datetime.datetime | None:
    if message.attempts >= len(BACKOFF):
        _give_up(message, reason)
        return None
    log.warning(
        "SMS not sent, will try again: message=%s attempt=%s reason=%s", message.pk, message.attempts + 1, reason
    )
    Message.objects.filter(pk=message.pk).update(failed_because=reason)
    return again_at


def _give_up(message: Message, reason: str) -> None:
    log.error("SMS given up: message=%s attempts=%s reason=%s", message.pk, message.attempts + 1, reason)
    Message.objects.filter(pk=message.pk).update(failed_because=reason)
