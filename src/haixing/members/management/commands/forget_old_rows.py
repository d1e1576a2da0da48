"""``haixing forget_old_rows``: delete codes, SMS and allowances that have served their time."""

from typing import Any

from django.core.management.base import BaseCommand

from haixing.members import tasks


class Command(BaseCommand):
    help = "Delete one-time codes, card codes, SMS and allowances that have served their time. Run it each hour."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"forgot {tasks.forget()} rows")
