"""``haixing load_network FILE``: keep the groups, sites and contracts of a YAML file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from haixing.lib import clock
from haixing.lib.loading import tell
from haixing.network import commands


class Command(BaseCommand):
    help = "Keep the groups, sites and contracts of a YAML file, found by code; name the bad ones and exit 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        tell(self, commands.load_sites(path=options["file"], now=clock.now()))
