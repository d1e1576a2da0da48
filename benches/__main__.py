"""``make bench``: every bench, one table. ``make bench ARGS=engine`` runs one of them.

A bench is a module with ``run() -> list[Row]``; add it to BENCHES. What it hands back
are ratios taken within its own run, since rates drift with the machine and its other work.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator

from benches.table import Row, print_table

BENCHES = ("engine", "adjudicate", "desk", "card", "sites")


def main(names: list[str]) -> int:
    """Run the named benches, or all of them."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.stderr.write(f"no bench {', '.join(unknown)}: there are {', '.join(BENCHES)}\n")
        return 2
    print_table(_rows(names or list(BENCHES)))
    return 0


def _rows(names: list[str]) -> Iterator[Row]:
    for name in names:
        yield from importlib.import_module(f"benches.{name}").run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
