"""What a bench hands back, and how it is printed."""

from __future__ import annotations

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
    print("| bench | what | measured | goal |\n|---|---|---|---|")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)
