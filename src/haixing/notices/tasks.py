"""Sending, as a job for the worker."""

from django_tasks import task

from haixing.lib import clock
from haixing.notices import commands


@task()
def deliver_message(*, message_id: int) -> None:
    """Send one SMS; after a failure, queue itself again for later (django-tasks has no retry of its own)."""
    again_at = commands.deliver(message_id=message_id, now=clock.now())
    if again_at is not None and deliver_message.get_backend().supports_defer:
        deliver_message.using(run_after=again_at).enqueue(message_id=message_id)
