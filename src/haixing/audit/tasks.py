"""Sealing, as a job for the worker."""

from django_tasks import task

from haixing.audit import commands
from haixing.lib import clock


@task()
def seal_audit() -> int:
    """Seal what happened since the last run. Run it each minute."""
    return commands.seal(now=clock.now())
