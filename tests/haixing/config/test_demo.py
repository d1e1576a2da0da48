"""The demo stays up when its database is locked for a while."""

import sys
import time
from typing import Any

import pytest
from django.db import OperationalError

from haixing.config.management.commands import demo


def lasting(seconds: float) -> list[str]:
    return [sys.executable, "-c", f"import time; time.sleep({seconds})"]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When workers were started again: each of them lasts longer than its test."""
    at: list[float] = []

    def worker() -> list[str]:
        at.append(time.monotonic())
        return lasting(60)

    monkeypatch.setattr(demo, "_worker", worker)
    return at


def test_a_worker_that_died_of_a_locked_database_is_started_again(
    monkeypatch: pytest.MonkeyPatch, started: list[float]
) -> None:
    monkeypatch.setattr(demo, "_SHORT_LIFE_SECONDS", 0)

    with demo.running(lasting(1.5), lasting(0.1)) as (server, worker):
        demo.serve(server, worker)

    assert len(started) == 1


def test_a_worker_that_cannot_even_begin_ends_the_demo(started: list[float]) -> None:
    with demo.running(lasting(60), lasting(0.1)) as (server, worker):
        demo.serve(server, worker)

        assert server.poll() is None

    assert started == []


def test_a_seal_that_finds_the_database_locked_waits_for_the_next_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(**_given: Any) -> int:
        raise OperationalError("database is locked")

    monkeypatch.setattr("haixing.audit.commands.seal", locked)

    demo.seal()
