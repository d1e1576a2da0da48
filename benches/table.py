"""What a bench hands back, and how it is printed."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table."""

    bench: str
    what: str
    measured: str
    goal: str


def print_table(rows: Iterable[Row]) -> None:
    """Print Markdown, as docs/performance.md keeps it."""
    sys.stdout.write("| bench | what | measured | goal |\n|---|---|---|---|\n")
    for row in rows:
        sys.stdout.write(f"| {' | '.join(row)} |\n")
        sys.stdout.flush()
