"""What every test stands on. Nothing here imports Django at the top: tests of the pure core run without it.

1. A world of its own: see ``settings.py`` beside this file.
2. Closed doors: no socket leaves this machine.
3. Under ``pure.ini`` importing Django is impossible (``make test`` runs the pure core so).
"""

import os
import socket
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest


def pytest_configure(config: pytest.Config) -> None:
    if config.inipath is not None and config.inipath.name == "pure.ini":
        for name in ("django", "haixing"):
            sys.modules[name] = None  # type: ignore[assignment]  # importing it now raises ImportError


def pytest_report_header(config: pytest.Config) -> str:
    if config.inipath is not None and config.inipath.name == "pure.ini":
        return "pure core: Django cannot be imported"
    return f"database: {'PostgreSQL' if os.environ.get('DATABASE_URL', '').startswith('postgres') else 'SQLite'}"


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket is named by a path
    host = str(address[0])
    try:
        return host == "localhost" or ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _sockets_stay_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that would reach another machine fails with the address it asked for."""

    def guarded(name: str) -> Any:
        real = getattr(socket.socket, name)

        def connect(self: socket.socket, address: Any) -> Any:
            if not _is_local(address):
                raise AssertionError(f"A test tried to reach {address!r}: tests stay on this machine")
            return real(self, address)

        return connect

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, guarded(name))


@pytest.fixture(autouse=True)
def _no_test_remembers_another() -> None:
    """Limits on trying that are kept in the cache start anew."""
    if sys.modules.get("django.conf") is not None:
        from django.core.cache import cache

        cache.clear()


@pytest.fixture
def queued_tasks() -> Iterator[None]:
    """For one test, tasks wait in the database for a worker, as they do in production."""
    from django.test import override_settings
    from django_tasks import task_backends

    def forget_backends() -> None:
        # Django's connection handler reads its settings once: make it read them again.
        handler: Any = task_backends
        handler.__dict__.pop("settings", None)
        handler._settings = None
        for alias in list(handler):
            if hasattr(handler._connections, alias):
                delattr(handler._connections, alias)

    with override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}):
        forget_backends()
        yield
    forget_backends()
