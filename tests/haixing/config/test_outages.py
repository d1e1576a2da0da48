"""A database that is locked or gone answers 503 with a sentence, and nothing is half-written."""

import json
import sqlite3
from collections.abc import Iterator

import pytest
from django.db import IntegrityError, InterfaceError, InternalError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from haixing.config import outages


def outage() -> OperationalError:
    """Return what Django raises when this database is busy."""
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorname = "SQLITE_BUSY"
    error = OperationalError("database is locked")
    error.__cause__ = cause
    return error


def busy(_request: HttpRequest) -> HttpResponse:
    raise outage()


def broken(_request: HttpRequest) -> HttpResponse:
    raise IntegrityError("a programming error")


urlpatterns = [path("busy/", busy), path("broken/", broken)]
handler500 = "haixing.config.outages.handle_500"


@pytest.fixture
def client() -> Iterator[Client]:
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


def test_a_person_gets_a_page_that_asks_to_try_again(client: Client) -> None:
    answer = client.get("/busy/", headers={"accept": "text/html"})

    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "5", "no-store, private")
    assert "没有写入任何内容" in answer.content.decode()


def test_a_machine_gets_the_same_as_json(client: Client) -> None:
    answer = client.get("/busy/", headers={"accept": "application/json"})

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    said = json.loads(answer.content)
    assert said == {"code": "try-again", "sentence": "系统正忙，刚才的操作没有写入任何内容，请稍候再试"}


def test_an_error_of_ours_stays_an_error(client: Client) -> None:
    assert client.get("/broken/").status_code == 500


def test_what_counts_as_an_outage() -> None:
    assert outages.is_outage(InterfaceError("connection already closed"))
    assert outages.is_outage(outage())
    assert not outages.is_outage(IntegrityError())
    assert not outages.is_outage(None)


@pytest.mark.parametrize(
    ("sqlstate", "is_one"),
    [("25006", True), ("25P03", True), ("25P02", False)],
    ids=["the primary became a standby", "our transaction stood still", "a statement after a failed one"],
)
def test_what_postgresql_calls_internal_may_be_an_outage(sqlstate: str, is_one: bool) -> None:
    error, cause = InternalError(), Exception()
    cause.sqlstate = sqlstate  # type: ignore[attr-defined]
    error.__cause__ = cause

    assert outages.is_outage(error) is is_one


@pytest.mark.django_db
def test_a_missing_table_is_no_outage_on_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL calls it a ProgrammingError")

    with pytest.raises(OperationalError) as raised, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM no_such_table")

    assert not outages.is_outage(raised.value)


@pytest.mark.django_db
def test_health_asks_the_database() -> None:
    answer = Client().get("/health/")

    assert (answer.status_code, answer.json()) == (200, {"database": connection.vendor, "healthy": True})
