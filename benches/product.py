"""The product as it runs in production: granian, a worker per core, its own settings, on a throw-away PostgreSQL."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[1]
WORKERS, THREADS_A_WORKER = 2, 4
"""What the Dockerfile starts."""
SESSION_COOKIE, CSRF_COOKIE = "__Host-haixing-session", "__Host-haixing-csrf"
_OF_THE_LOG = ("ALTER SYSTEM", "pg_reload_conf", "pg_stat_file", "pg_read_file")
_START_SECONDS = 60


def production(*, database_url: str, folder: Path) -> dict[str, str]:
    """Return the environment of a production server, but for TLS, which a proxy before it would speak."""
    kept = {name: value for name, value in os.environ.items() if name not in {"HAIXING_DEMO", "DEBUG", "TASKS_BACKEND"}}
    secrets = {name: f"only-for-benches-{name}-0123456789abcdefghijklmnop" for name in _SECRETS}
    return (
        kept
        | secrets
        | {
            "DJANGO_SETTINGS_MODULE": "haixing.config.settings",
            "DATABASE_URL": database_url,
            "HAIXING_VAR": str(folder),
            "STATIC_ROOT": str(folder / "static"),
            "ALLOWED_HOSTS": "127.0.0.1",
            "SECURE_SSL_REDIRECT": "0",
            "SMS_BACKEND": "haixing.notices.commands.Outbox",
        }
    )


_SECRETS = ("SECRET_KEY", "ENCRYPTION_KEY", "INDEX_KEY")


def run_module(module: str, *arguments: str, environment: dict[str, str]) -> Any:
    """Run one of our modules as a process of its own, and read the JSON that it prints last."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def migrate(environment: dict[str, str]) -> None:
    """Make the tables, and the static files' manifest that pages are drawn with."""
    for arguments in (("migrate", "--verbosity", "0"), ("collectstatic", "--no-input", "--verbosity", "0")):
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True)


@contextlib.contextmanager
def serving(environment: dict[str, str], *, log: Path) -> Iterator[int]:
    """Serve for the length of the ``with`` block, and give the port. The request log goes to ``log``."""
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    shape = [
        "--workers",
        str(WORKERS),
        "--blocking-threads",
        str(THREADS_A_WORKER),
        "--no-ws",
        "--log-level",
        "warning",
    ]
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [*command, *shape, "haixing.config.wsgi:application"],
            cwd=ROOT,
            env=environment,
            stdout=lines,
            stderr=lines,
            start_new_session=True,  # so that one signal ends it and its workers
        )
    try:
        _wait_until_healthy(port, process, log)
        yield port
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Statements:
    """What PostgreSQL was really asked, read from its own log: nothing that a driver does is missed."""

    def __init__(self, database_url: str) -> None:
        self._connection = psycopg.connect(database_url, autocommit=True)
        row = self._connection.execute("SELECT current_setting('data_directory')").fetchone()
        assert row is not None
        self._log = str(Path(row[0]).parent / "log")

    @contextlib.contextmanager
    def logged(self) -> Iterator[list[str]]:
        """Fill the list with the statements of the block, when it ends."""
        statements: list[str] = []
        self._set("all")
        start = self._size()
        yield statements
        self._set("none")
        text = self._connection.execute("SELECT pg_read_file(%s, %s, 10000000)", [self._log, start]).fetchone()
        assert text is not None
        found = re.findall(r"LOG:  (?:statement|execute [^:]*): (.*(?:\n\t.*)*)", text[0])
        statements += [text for text in found if not any(own in text for own in _OF_THE_LOG)]

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _set(self, what: str) -> None:
        self._connection.execute(f"ALTER SYSTEM SET log_statement = '{what}'")
        self._connection.execute("SELECT pg_reload_conf()")
        time.sleep(0.3)  # every server process reads the settings anew when it is next idle

    def _size(self) -> int:
        row = self._connection.execute("SELECT (pg_stat_file(%s)).size", [self._log]).fetchone()
        assert row is not None
        return int(row[0])


def _wait_until_healthy(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        ask = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(ask):
            ask.request("GET", "/health/")
            if ask.getresponse().status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
