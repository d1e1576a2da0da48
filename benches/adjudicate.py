"""``haixing adjudicate`` as a whole process: bills a second, and memory for books of three lengths."""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benches.book import write_book
from benches.table import Row

BILLS = 200_000
ROUNDS = 3
_LENGTHS = (20_000, 200_000, 400_000)
_COMMAND = (
    sys.executable,
    "-c",
    "import sys; from haixing.console import main; sys.exit(main(sys.argv[1:]))",
    "adjudicate",
)


class _Run(NamedTuple):
    seconds: float
    """Processor seconds of the whole process, its start included."""
    peak_mb: float


def run() -> list[Row]:
    """Measure rate and memory, and the rate against a loop that only reads and writes the same JSON."""
    with tempfile.TemporaryDirectory() as folder:
        peaks = [_decide(_book(folder, bills), folder).peak_mb for bills in _LENGTHS]
        book = _book(folder, BILLS)
        pairs = [(_decide(book, folder).seconds, _copy_json(book)) for _ in range(ROUNDS)]
    rates = sorted(BILLS / ours for ours, _ in pairs)
    ratios = sorted(ours / copy for ours, copy in pairs)
    return [
        Row(
            "adjudicate",
            f"{BILLS:,} bills, whole process, bills a processor second (min / median / max)",
            f"{rates[0]:,.0f} / {statistics.median(rates):,.0f} / {rates[-1]:,.0f}",
            "at least 40,000 on a quiet core, aim 100,000",
        ),
        Row(
            "adjudicate",
            "the same, as times a loop of json.loads and json.dumps over the file",
            f"{ratios[0]:.2f} / {statistics.median(ratios):.2f} / {ratios[-1]:.2f} ×",
            "drifts less than rates",
        ),
        Row(
            "adjudicate",
            f"peak memory at {' / '.join(f'{bills:,}' for bills in _LENGTHS)} bills",
            " / ".join(f"{peak:.0f}" for peak in peaks) + " MB",
            "flat",
        ),
    ]


def _book(folder: str, bills: int) -> Path:
    path = Path(folder) / f"{bills}.jsonl"
    if not path.exists():
        write_book(path, bills=bills)
    return path


def _decide(book: Path, folder: str) -> _Run:
    """Run the command and wait for it with its own accounts, which ``subprocess`` does not hand out."""
    arguments = [*_COMMAND, str(book), "-o", str(Path(folder) / "decisions.jsonl")]
    process = os.posix_spawn(arguments[0], arguments, os.environ)
    _, status, usage = os.wait4(process, 0)
    if status != 0:
        raise AssertionError(f"adjudicate ended with {os.waitstatus_to_exitcode(status)}")
    return _Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _copy_json(book: Path) -> float:

    started = time.process_time()
    with book.open("rb") as lines:
        for line in lines:
            json.dumps(json.loads(line))
    return time.process_time() - started
