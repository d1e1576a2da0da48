"""The ``haixing`` command: ``plan`` and ``adjudicate`` without a database, everything else through Django."""

from __future__ import annotations

import os
import sys

_WITHOUT_DATABASE = {"adjudicate": "haixing.console.adjudicate", "plan": "haixing.console.plan"}


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and arguments[0] in _WITHOUT_DATABASE:
        import importlib  # noqa: PLC0415  # these two must start in a blink, so each loads only itself

        module = importlib.import_module(_WITHOUT_DATABASE[arguments[0]])
        return int(module.main(arguments[1:]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haixing.config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415  # loads Django, which the two above do not need

    execute_from_command_line(["haixing", *arguments])
    return 0
