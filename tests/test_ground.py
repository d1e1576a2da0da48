"""The ground under the other tests: what they may rely on."""

import socket

import pytest
from django.conf import settings
from django_tasks import default_task_backend, task_backends

from haixing.lib.errors import Refused, TooManyTries


def test_a_test_cannot_reach_another_machine() -> None:
    with socket.socket() as outward, pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        outward.connect(("192.0.2.1", 80))


def test_tasks_run_at_once_unless_a_test_asks_for_the_queue(queued_tasks: None) -> None:
    assert type(task_backends["default"]).__name__ == "DatabaseBackend"


def test_after_a_test_with_the_queue_tasks_run_at_once_again() -> None:
    assert type(task_backends["default"]).__name__ == "ImmediateBackend"
    assert default_task_backend.alias == "default"


def test_tests_run_as_the_demo_in_a_folder_of_their_own() -> None:
    assert settings.DEMO is True
    assert "haixing-tests-" in str(settings.VAR)


def test_a_refusal_speaks_its_sentence_and_keeps_it_out_of_tracebacks() -> None:
    refusal = TooManyTries("林小满的验证码试得太多了，请5分钟后再试", retry_after=300)

    assert isinstance(refusal, Refused)
    assert (str(refusal), refusal.code, refusal.status, refusal.retry_after) == (
        "林小满的验证码试得太多了，请5分钟后再试",
        "too-many-tries",
        429,
        300,
    )
    assert repr(refusal) == "<TooManyTries too-many-tries>"
