"""``haixing load_insurers FILE``: keep the insurers of a YAML file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from haixing.lib import clock
from haixing.lib.loading import tell
from haixing.policies import commands


class Command(BaseCommand):
    help = "Keep the insurers of a YAML file, found by code."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        tell(self, commands.load_insurers(path=options["file"], now=clock.now()))
