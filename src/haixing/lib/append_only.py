"""A migration step that makes a table append-only, on both databases.

Python code can forget; a trigger cannot. Rows may be inserted, never changed or deleted.
Emptying a whole table (TRUNCATE) is a right of the table's owner on PostgreSQL, which
the application's own role does not need: see docs/operations.md.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_POSTGRESQL = """
CREATE FUNCTION {table}_refuse_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{table} only grows: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER {table}_refuse_{event} BEFORE {event} ON {table}
  FOR EACH ROW {condition} EXECUTE FUNCTION {table}_refuse_{event}();
"""
_SQLITE = """
CREATE TRIGGER {table}_refuse_{event} BEFORE {event} ON {table} {condition}
BEGIN SELECT RAISE(ABORT, '{table} only grows: {event} is refused'); END;
"""


def append_only(table: str, *, unless: str = "") -> migrations.RunPython:
    """Refuse UPDATE and DELETE on ``table``. Both databases raise IntegrityError.

    ``unless`` is a condition over OLD and NEW under which an UPDATE may pass,
    such as a column that is filled in once. Write it with ``filled_once``.
    """

    def install(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        body = _POSTGRESQL if editor.connection.vendor == "postgresql" else _SQLITE
        for event in ("UPDATE", "DELETE"):
            condition = f"WHEN (NOT ({unless}))" if unless and event == "UPDATE" else ""
            editor.execute(body.format(table=table, event=event, condition=condition), params=None)

    def remove(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        for event in ("UPDATE", "DELETE"):
            if editor.connection.vendor == "postgresql":
                editor.execute(f"DROP TRIGGER {table}_refuse_{event} ON {table}")
                editor.execute(f"DROP FUNCTION {table}_refuse_{event}()")
            else:
                editor.execute(f"DROP TRIGGER {table}_refuse_{event}")

    return migrations.RunPython(install, remove)


def filled_once(column: str, *, unchanged: tuple[str, ...]) -> str:
    """Return the condition for ``unless``: ``column`` goes from empty to filled, all others stay as they are."""
    same = (f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in unchanged)
    return " AND ".join([f"OLD.{column} IS NULL", f"NEW.{column} IS NOT NULL", *same])


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let every table be rewritten for a while: for tests that play the intruder, or empty the tables.

    Nothing in the product calls it. It needs rights that the application's own role should not
    have: a superuser's on PostgreSQL, where it suspends foreign keys too, and the schema's on SQLite.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            lift = ["SET session_replication_role = replica"]
            restore = ["SET session_replication_role = DEFAULT"]
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            rows = [(name, sql) for name, sql in cursor.fetchall() if "_refuse_" in name]
            lift = [f"DROP TRIGGER {name}" for name, _sql in rows]
            restore = [sql for _name, sql in rows]
        for statement in lift:
            cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for statement in restore:
                cursor.execute(statement)
