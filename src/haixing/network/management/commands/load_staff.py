"""``haixing load_staff FILE``: give the people of a YAML file an account at their site."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from haixing.lib import clock
from haixing.lib.loading import tell
from haixing.network import commands


class Command(BaseCommand):
    help = "Give the people of a YAML file an account at their site; who has one keeps it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        tell(self, commands.load_staff(path=options["file"], now=clock.now()))
