"""A migration step that makes a table append-only, on both databases.

Python code can forget; a trigger cannot. Rows may be inserted, never changed or deleted.
"""

from django.db import migrations
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
    """Refuse UPDATE and DELETE on ``table``.

    ``unless`` is a condition over OLD and NEW under which an UPDATE may pass,
    such as a column that is filled in once.
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
