"""``haixing publish_plans plans/``: publish every plan folder whose cases pass."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from haixing.lib import clock
from haixing.lib.loading import tell
from haixing.policies import commands


class Command(BaseCommand):
    help = "Publish every plan folder (plan.yaml, cases.yaml) whose cases pass; the same text again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        tell(self, commands.publish_plans(folder=options["folder"], now=clock.now()))
