import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from haixing.audit import commands as audit
from haixing.audit.models import Event, Seal
from haixing.lib.append_only import lifted

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 22, 2, 0, tzinfo=datetime.UTC)


@pytest.fixture
def event() -> Event:
    audit.record(actor="system", action="test", subject="thing:1", now=NOW)
    return Event.objects.get()


def refused(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "only grows" in str(error)
    return False


def test_rows_are_neither_changed_nor_deleted(event: Event) -> None:
    assert refused("DELETE FROM audit_event")
    for column in ("actor", "action", "subject", "digest"):
        assert refused(f"UPDATE audit_event SET {column} = 'x'")
    assert refused("UPDATE audit_event SET policy_id = 7")
    assert Event.objects.get().action == "test"


def test_a_column_may_be_filled_once_and_nothing_beside_it(event: Event) -> None:
    audit.seal(now=NOW)
    seal_id = Seal.objects.get().pk

    assert refused(f"UPDATE audit_event SET seal_id = {seal_id}")
    assert refused("UPDATE audit_event SET seal_id = NULL")


def test_filling_the_column_does_not_let_another_change_slip_through(event: Event) -> None:
    seal = Seal.objects.create(sealed_at=NOW, previous_hash="a", hash="b", events=0, contents="")

    assert refused(f"UPDATE audit_event SET seal_id = {seal.pk}, policy_id = 7")
    assert refused(f"UPDATE audit_event SET seal_id = {seal.pk}, detail = '{{\"a\": 1}}'")
    assert not refused(f"UPDATE audit_event SET seal_id = {seal.pk}")


def test_the_triggers_stand_again_after_they_were_lifted(event: Event) -> None:
    with lifted(connection):
        Event.objects.update(action="forged")

    assert Event.objects.get().action == "forged"
    assert refused("DELETE FROM audit_event")


@pytest.mark.django_db(transaction=True)
def test_the_migration_can_be_undone() -> None:
    migration = MigrationLoader(connection).get_migration("audit", "0002_events_and_seals_only_grow")
    audit.record(actor="system", action="test", subject="thing:1", now=NOW)
    state = ProjectState()

    with connection.schema_editor() as editor:
        for operation in reversed(migration.operations):
            operation.database_backwards("audit", editor, state, state)
    assert not refused("DELETE FROM audit_event")

    audit.record(actor="system", action="test", subject="thing:2", now=NOW)
    with connection.schema_editor() as editor:
        for operation in migration.operations:
            operation.database_forwards("audit", editor, state, state)
    assert refused("DELETE FROM audit_event")
