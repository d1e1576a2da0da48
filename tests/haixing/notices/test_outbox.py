import datetime
import logging
from typing import ClassVar

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from haixing.lib import clock
from haixing.members.models import Guardian
from haixing.notices import checks, commands, queries, tasks
from haixing.notices.models import Message
from tests.together import together

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 22, 2, 0, tzinfo=datetime.UTC)
PHONE = "+8613800000001"


class Provider:
    """A provider that fails as often as it is told to."""

    sent: ClassVar[list[tuple[str, str]]] = []
    failures: ClassVar[list[Exception]] = []

    def send(self, *, phone: str, text: str) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((phone, text))


@pytest.fixture
def provider(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> type[Provider]:
    Provider.sent.clear()
    Provider.failures.clear()
    settings.SMS_BACKEND = "some.provider.Class"
    real = commands.import_string
    monkeypatch.setattr(
        commands, "import_string", lambda path: Provider if path == "some.provider.Class" else real(path)
    )
    return Provider


def queue(**changes: object) -> Message:
    given = {"phone": PHONE, "template": "card-bound", "text": "一条短信", "now": NOW} | changes
    commands.send_sms(**given)  # type: ignore[arg-type]
    return Message.objects.latest("id")


def test_by_default_a_message_is_sent_by_being_readable_in_the_outbox() -> None:
    message = queue()

    assert queries.outbox() == [message]
    assert (message.to, message.text, message.sent_at is not None, message.attempts) == (PHONE, "一条短信", True, 1)


def test_the_row_and_the_job_are_written_together_or_not_at_all(queued_tasks: None) -> None:
    queue()
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)

    assert (Message.objects.count(), DBTaskResult.objects.count()) == (1, 1)
    job = DBTaskResult.objects.get()
    assert (job.task_path, job.args_kwargs) == (
        "haixing.notices.tasks.deliver_message",
        {"args": [], "kwargs": {"message_id": Message.objects.get().pk}},
    )


def test_the_worker_hands_the_message_to_the_provider_once(queued_tasks: None, provider: type[Provider]) -> None:
    message = queue()

    for _ in range(3):
        assert commands.deliver(message_id=message.pk, now=NOW) is None

    assert provider.sent == [(PHONE, "一条短信")]


def test_a_failure_is_tried_again_later_and_later_and_then_given_up(
    queued_tasks: None, provider: type[Provider]
) -> None:
    provider.failures.extend(ConnectionError(f"no route for {PHONE}") for _ in range(9))
    message = queue()

    waits = []
    at = NOW
    while again_at := commands.deliver(message_id=message.pk, now=at):
        waits.append((again_at - at).total_seconds())
        at = again_at

    message.refresh_from_db()
    assert waits == [15, 60, 300, 1800]
    assert (message.sent_at, message.attempts, message.failed_because) == (None, 5, "ConnectionError")
    assert queries.undelivered() == [message]


def test_a_message_that_came_through_at_last_has_no_failure_left(queued_tasks: None, provider: type[Provider]) -> None:
    provider.failures.append(TimeoutError())
    message = queue()

    again_at = commands.deliver(message_id=message.pk, now=NOW)
    assert again_at == NOW + datetime.timedelta(seconds=15)
    commands.deliver(message_id=message.pk, now=again_at)

    message.refresh_from_db()
    assert (message.sent_at, message.attempts, message.failed_because) == (again_at, 2, "")
    assert queries.undelivered() == []


def test_the_task_queues_itself_for_the_later_time(
    queued_tasks: None, provider: type[Provider], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    provider.failures.append(TimeoutError())
    message = queue()

    tasks.deliver_message.call(message_id=message.pk)

    assert min(DBTaskResult.objects.values_list("run_after", flat=True)) == NOW + datetime.timedelta(seconds=15)
    assert DBTaskResult.objects.count() == 2


def test_a_worker_whose_clock_runs_behind_loses_no_message(queued_tasks: None, provider: type[Provider]) -> None:
    behind = NOW - datetime.timedelta(minutes=1)
    provider.failures.append(TimeoutError())
    message = queue()

    again_at = commands.deliver(message_id=message.pk, now=NOW)
    assert commands.deliver(message_id=message.pk, now=behind) == again_at
    commands.deliver(message_id=message.pk, now=NOW + datetime.timedelta(seconds=15))

    assert provider.sent == [(PHONE, "一条短信")]


def test_a_failing_provider_does_not_undo_the_change_that_wrote_the_message(provider: type[Provider]) -> None:
    provider.failures.append(TimeoutError())

    message = queue()  # tasks run at once here, and cannot wait

    assert (message.sent_at, message.failed_because) == (None, "TimeoutError")


def test_a_code_that_came_too_late_is_not_sent(queued_tasks: None, provider: type[Provider]) -> None:
    message = queue(not_after=NOW + datetime.timedelta(minutes=5))

    commands.deliver(message_id=message.pk, now=NOW + datetime.timedelta(minutes=5))

    message.refresh_from_db()
    assert (provider.sent, message.failed_because) == ([], "too-late")


def test_a_decoy_goes_nowhere_and_leaves_no_row(queued_tasks: None, provider: type[Provider]) -> None:
    decoy = queue(phone=None)
    assert queries.outbox() == []

    commands.deliver(message_id=decoy.pk, now=NOW)

    assert (provider.sent, Message.objects.count()) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_one_message_send_it_once(queued_tasks: None, provider: type[Provider]) -> None:
    message = queue()

    together(*[lambda: commands.deliver(message_id=message.pk, now=NOW)] * 4)

    assert provider.sent == [(PHONE, "一条短信")]


def test_failures_are_logged_without_the_phone_or_the_text(
    queued_tasks: None, provider: type[Provider], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    provider.failures.extend(ValueError(f"bad number {PHONE}: 一条短信") for _ in range(9))
    message = queue()

    for hours in range(6):
        commands.deliver(message_id=message.pk, now=NOW + datetime.timedelta(hours=hours))

    assert len([record for record in caplog.records if record.name == "haixing.notices.commands"]) == 5
    assert PHONE not in caplog.text
    assert "13800000001" not in caplog.text
    assert "一条短信" not in caplog.text


def test_a_card_message_waits_for_its_reader_alone_until_it_is_read() -> None:
    lin, chen = (Guardian.objects.create(joined_at=NOW) for _ in range(2))
    first = commands.tell_card(guardian=lin, template="t", text="一", now=NOW)
    second = commands.tell_card(guardian=lin, template="t", text="二", now=NOW)
    other = commands.tell_card(guardian=chen, template="t", text="三", now=NOW)

    assert queries.waiting_for(lin) == [second, first]
    assert commands.mark_read(guardian=lin, now=NOW) == 2
    assert (queries.waiting_for(lin), queries.waiting_for(chen)) == ([], [other])
    assert queries.outbox() == []  # the demo's page shows SMS


def test_old_messages_are_forgotten(queued_tasks: None) -> None:
    days = datetime.timedelta(days=1)
    queue(not_after=NOW)
    queue()
    kept = queue(now=NOW + 20 * days)

    assert commands.forget_old_messages(now=NOW + 31 * days) == 2
    assert queries.outbox() == [kept]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", []),
        ("haixing.notices.commands.Outbox", []),
        ("no.such.module.Class", ["notices.E001"]),
        ("haixing.notices.commands.BACKOFF", ["notices.E002"]),
    ],
)
def test_a_wrong_sms_backend_is_found_at_start(settings: Settings, path: str, found: list[str]) -> None:
    settings.SMS_BACKEND = path

    assert [problem.id for problem in checks.sms_backend_can_send()] == found
