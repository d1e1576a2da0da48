"""A real server on a database of its own, which a drill may kill at any moment."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 60


@contextlib.contextmanager
def own_database(folder: Path) -> Iterator[str]:
    """Give the DATABASE_URL of an empty database of the kind that the tests run on."""
    if connection.vendor != "postgresql":
        yield f"sqlite:///{folder / 'drill.sqlite3'}"
        return
    name = f"drill_{uuid.uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Server:
    """The production server program, in a session of its own so that one signal ends it and its workers."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self._environment = {
            **{
                key: value
                for key, value in os.environ.items()
                if key not in ("TASKS_BACKEND", "DJANGO_SETTINGS_MODULE")
            },
            "HAIXING_DEMO": "1",
            "HAIXING_VAR": str(folder),
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "haixing.config.settings",
        }
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self, cards: int) -> dict[str, Any]:
        """Make the tables and the world (see ``world``)."""
        self.haixing("migrate", "--verbosity", "0")
        world = self._run([sys.executable, "-m", "tests.drills.world", str(cards)])
        answer: dict[str, Any] = json.loads(world.stdout.splitlines()[-1])
        return answer

    def haixing(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the ``haixing`` command on the server's database."""
        return self._run([sys.executable, str(ROOT / "manage.py"), *arguments])

    def start(self) -> None:
        """Start, and return when it answers."""
        command = [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
        ]
        shape = ["--workers", "1", "--blocking-threads", "8", "--no-ws", "--log-level", "warning"]
        self._process = subprocess.Popen(
            [*command, *shape, "haixing.config.wsgi:application"],
            cwd=ROOT,
            env=self._environment,
            start_new_session=True,
        )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            ask = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(ask):
                ask.request("GET", "/health/")
                if ask.getresponse().status == 200:
                    return
            time.sleep(0.05)
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        """SIGKILL the server and its workers, as a power cut would: nothing is told to finish."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End the server if it still runs."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=ROOT, env=self._environment, capture_output=True, text=True, check=True)


class Desk:
    """A clinic's browser: keeps its session, sends bills, and knows only what it was answered."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        token = "k" * 32  # Django asks that the cookie and the header agree, which another site cannot arrange
        self._headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Cookie": "; ".join(
                f"{name}={value}" for name, value in {**cookies, settings.CSRF_COOKIE_NAME: token}.items()
            ),
            "X-CSRFToken": token,
        }
        self._port = port
        self._connection: http.client.HTTPConnection | None = None

    def send(self, card: str, key: str, body: bytes) -> tuple[int, bytes]:
        """Send a bill and return status and body. Raises OSError or HTTPException when the line breaks."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            headers = {**self._headers, "Idempotency-Key": key}
            self._connection.request("POST", f"/desk/cards/{card}/bills/", body, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def bill(amount: str, *, day: str) -> bytes:
    """Return a bill as the desk's page sends it."""
    line = {
        "category": "02",
        "name": "儿科诊察",
        "quantity": "1",
        "unit_price": amount,
        "amount": amount,
        "doctor": "attending",
        "nature": None,
    }
    body = {"care": "outpatient", "day": day, "surgery": None, "preauthorised": False, "emergency_notified": False}
    return json.dumps({**body, "lines": [line]}).encode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
