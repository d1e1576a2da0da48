"""Forgetting, as a job for the worker."""

from django_tasks import task

from haixing.accounts import commands as accounts
from haixing.lib import clock
from haixing.members import commands
from haixing.notices import commands as notices


@task()
def forget_old_rows() -> int:
    """Delete codes, SMS and allowances that have served their time. Run it each hour."""
    return forget()


def forget() -> int:
    """Do what the task does, and return how many rows went."""
    now = clock.now()
    codes = commands.forget_old_codes(now=now)
    messages = notices.forget_old_messages(now=now)
    return codes + messages + accounts.forget_full_buckets(now=now)
