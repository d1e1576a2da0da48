"""Run the whole suite, and say clearly what ran: `make test`, and the drills with `make drill`.

1. The pure core with Django made unimportable.
2. Everything on SQLite.
3. Everything on a throw-away PostgreSQL, where its server programs are installed.

Arguments are pytest's. With any, step 1 is skipped: a selection means one is at work on something.
"""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.postgres import NoPostgres, cluster  # noqa: E402  the repository must be importable first

_NOTHING_COLLECTED = 5
_TOTALS = re.compile(
    r"^=+ (?P<totals>.*\b(?:passed|failed|error|errors|skipped|no tests ran)\b.*?) in .* =+$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of pytest: its name, whether it passed, its totals in pytest's words."""

    name: str
    passed: bool
    totals: str


def main(arguments: list[str]) -> int:
    """Run what applies and print one line for each. Returns the exit status."""
    drill = "--drill" in arguments
    chosen = [argument for argument in arguments if argument != "--drill"]
    marks = ["-m", "drill", "-s"] if drill else ["-m", "not drill"]
    everything = [*marks, *_workers(drill=drill), *chosen]

    runs = []
    if not drill and not chosen and (pure := [str(folder) for folder in _pure_folders()]):
        runs.append(_pytest("pure core, no Django", ["-c", "pure.ini", *pure], {}))
    runs.append(_pytest("SQLite", everything, {"DATABASE_URL": ""}))
    try:
        with cluster() as url:
            runs.append(_pytest("PostgreSQL", everything, {"DATABASE_URL": url}))
    except NoPostgres as missing:
        print(f"\n{missing}")
        runs.append(Ran("PostgreSQL", passed=True, totals="NOT RUN: its server programs are not installed here"))

    print("\nWhat ran:")
    for run in runs:
        print(f"  {'ok    ' if run.passed else 'FAILED'} {run.name:22} {run.totals}")
    return 0 if all(run.passed for run in runs) else 1


def _pure_folders() -> list[Path]:
    return [folder for name in ("benefits", "plans") if any((folder := ROOT / "tests" / name).rglob("test_*.py"))]


def _workers(*, drill: bool) -> list[str]:
    """Two workers where there are two cores or more; a drill brings processes of its own."""
    return [] if drill or (os.cpu_count() or 1) < 2 else ["-n", "2", "--dist", "loadfile"]


def _pytest(name: str, arguments: list[str], environment: dict[str, str]) -> Ran:
    print(f"\n--- {name} ---", flush=True)
    started = time.monotonic()
    inherited = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment = {key: value for key, value in environment.items() if value}
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=ROOT,
        env=inherited | environment | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    kept = []
    for line in process.stdout or ():
        sys.stdout.write(line)
        sys.stdout.flush()
        kept.append(line)
    status = process.wait()
    found = _TOTALS.findall("".join(kept))
    totals = f"{found[-1] if found else 'no totals'} in {time.monotonic() - started:.0f} s"
    return Ran(name, passed=status in (0, _NOTHING_COLLECTED), totals=totals)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
