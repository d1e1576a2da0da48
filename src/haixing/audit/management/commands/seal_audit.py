"""``haixing seal_audit``: seal the audit trail once, or keep doing it."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from haixing.audit import commands, queries
from haixing.lib import clock


class Command(BaseCommand):
    help = "Seal the events since the last run into the hash chain, and print the chain's new head."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=int, metavar="SECONDS", help="seal again and again, with this pause")

    def handle(self, *_args: Any, every: int | None = None, **_options: Any) -> None:
        while True:
            count = commands.seal(now=clock.now())
            self.stdout.write(f"sealed {count} events, head {queries.chain_head()}")
            if not every:
                return
            time.sleep(every)
