"""The ``haixing`` command."""

import os
import sys


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haixing.config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415  # plan and adjudicate start without Django

    execute_from_command_line(sys.argv)
    return 0
