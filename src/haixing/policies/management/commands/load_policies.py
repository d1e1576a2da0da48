"""``haixing load_policies FILE``: keep the good rows of a policies file and name the bad ones."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from haixing.lib import clock
from haixing.lib.loading import tell
from haixing.policies import commands


class Command(BaseCommand):
    help = "Keep the good rows of a policies file (CSV), found by member number; name the bad ones and exit 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        tell(self, commands.load_policies(path=options["file"], now=clock.now()))
