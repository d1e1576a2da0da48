"""``haixing demo``: everything a newcomer needs, in one terminal (`make run`).

1. Make or update the database. 2. Load the sample families and desks, the first time only.
3. Start the web server on the first free loopback port, and the worker that delivers messages.
4. Say where everything is. 5. On Ctrl-C, or when one of the two ends, stop both.
"""

import contextlib
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from haixing.audit import commands as audit
from haixing.lib import clock
from haixing.policies.models import Policy

_HOST = "127.0.0.1"
_FIRST_PORT = 8000
_PORTS = 100
_START_SECONDS = 60
_STOP_SECONDS = 10
_SEAL_SECONDS = 60
_SHORT_LIFE_SECONDS = 4
"""A worker that ends sooner is broken; one that ends later met a database that was locked for too long."""

_Process = subprocess.Popen[bytes]


class Command(BaseCommand):
    help = "Run the demo: the card, a clinic's desk, and the worker, on this machine only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help=f"Use this port (default: the first free one from {_FIRST_PORT}).")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This is the demo, whose passwords are public: set HAIXING_DEMO=1, or use `make run`.")
        self._prepare()
        port = options["port"] or free_port()
        with _stopped_by_signals(), running(_server(port), _worker()) as processes:
            wait_until_healthy(port, processes)
            self._welcome(port)
            serve(*processes)
            raise CommandError("The server or the worker ended by itself; its last words are above.")

    def _prepare(self) -> None:
        settings.VAR.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0, interactive=False)
        # Both are loaded late, so where there are some of each the sample is complete.
        if Policy.objects.exists() and get_user_model().objects.exists():
            return
        self.stdout.write("正在装入示例家庭与诊所… Loading the sample families and clinics…")
        told = io.StringIO()
        try:
            call_command("load_sample", str(settings.ROOT / "sample"), stdout=told, stderr=told)
        except CommandError:
            self.stderr.write(told.getvalue())
            raise

    def _welcome(self, port: int) -> None:
        site = f"http://{_HOST}:{port}"
        sign_ins = settings.ROOT / "sample" / "signins.txt"
        known = sign_ins.read_text(encoding="utf-8").rstrip() if sign_ins.exists() else ""
        self.stdout.write(
            f"\n海星 Haixing\n\n"
            f"  家庭的卡    the card     {site}/\n"
            f"  诊所前台    the desk     {site}/desk/\n"
            f"  演示短信    SMS codes    {site}/demo/messages/\n\n"
            f"{known}\n\n"
            f"Ctrl-C 停止，数据留在 {settings.VAR}。Ctrl-C stops; the data stays.\n"
        )
        self.stdout.flush()


def free_port() -> int:
    """Return the first port from 8000 that nothing listens on. Raises CommandError."""
    for port in range(_FIRST_PORT, _FIRST_PORT + _PORTS):
        with socket.socket() as probe, contextlib.suppress(OSError):
            # As the server will: a port whose last connection is still fading away counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((_HOST, port))
            return port
    raise CommandError(f"No free port from {_FIRST_PORT} to {_FIRST_PORT + _PORTS - 1}: name one with --port.")


@contextlib.contextmanager
def running(*commands: list[str]) -> Iterator[tuple[_Process, ...]]:
    """Run the commands side by side, and stop them when the block ends, each by its own id."""
    # A session of their own, so that Ctrl-C reaches only us and they are stopped in order.
    processes = tuple(subprocess.Popen(command, start_new_session=True) for command in commands)  # noqa: S603  our own commands
    try:
        yield processes
    finally:
        for process in processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_healthy(port: int, processes: tuple[_Process, ...]) -> None:
    """Return when the server answers. Raises CommandError."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and all(process.poll() is None for process in processes):
        with contextlib.suppress(URLError, OSError), urlopen(f"http://{_HOST}:{port}/health/", timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise CommandError("The server did not start; its last words are above.")


def serve(server: _Process, worker: _Process) -> None:
    """Seal the audit trail each minute, and start the worker again, as production does (compose.yaml).

    Return when the server has ended, or a worker that had only just begun.
    """
    sealed_at = began_at = time.monotonic()
    with contextlib.ExitStack() as later_workers:
        while server.poll() is None:
            time.sleep(0.2)
            if time.monotonic() - sealed_at > _SEAL_SECONDS:
                sealed_at = time.monotonic()
                seal()
            if worker.poll() is not None:
                if time.monotonic() - began_at < _SHORT_LIFE_SECONDS:
                    return
                began_at = time.monotonic()
                (worker,) = later_workers.enter_context(running(_worker()))


def seal() -> None:
    """Seal the audit trail; when the database is busy, the next minute does it."""
    with contextlib.suppress(DatabaseError):
        audit.seal(now=clock.now())


def _server(port: int) -> list[str]:
    threads = min(8, 2 * (os.cpu_count() or 1))
    address = ["--host", _HOST, "--port", str(port)]
    shape = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", str(threads), "--no-ws"]
    quiet = ["--log-level", "warning"]
    return [sys.executable, "-m", "granian", *address, *shape, *quiet, "haixing.config.wsgi:application"]


def _worker() -> list[str]:
    return [sys.executable, str(settings.ROOT / "manage.py"), "db_worker", "--interval", "1", "--verbosity", "0"]


@contextlib.contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """End the block quietly on Ctrl-C or SIGTERM."""

    def stop(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    with contextlib.suppress(KeyboardInterrupt):
        yield
