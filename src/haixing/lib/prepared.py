"""Queries that a busy page asks every time: their SQL is written once for each connection, then only values change.

Django writes a queryset's SQL anew for each use, which costs several times what PostgreSQL needs to answer.

    _SHOWN = Prepared(lambda: Presentation.objects.select_related("policy").filter(ref=Slot("ref")))
    _SHOWN.rows(ref="8f3k…")

The rows are model instances as the queryset would make them. Use it where a bench says that it
pays (``make bench ARGS=desk``), and an ordinary queryset everywhere else.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql import InsertQuery
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)


class Slot(Expression):
    """The place of a value in a prepared query. Give it a value by its name; never None."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, _compiler: SQLCompiler, _connection: BaseDatabaseWrapper) -> Any:
        """Leave the place open: the value comes with each use."""
        return "%s", [self]


class Prepared(Generic[M]):
    """A query of which only the values in its slots change."""

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        """``build`` makes the queryset with its slots, when it is first asked."""
        self._build = build
        self._of_thread = threading.local()

    def rows(self, **values: Any) -> list[M]:
        """Ask, with a value for each slot. One statement."""
        return self._written().rows(values)

    def _written(self) -> _Written[M]:
        """Return the query as written for this thread's connection."""
        written: _Written[M] | None = getattr(self._of_thread, "written", None)
        if written is None or written.connection is not connections[written.alias]:
            written = self._of_thread.written = _Written(self._build())
        return written


class _Written(Generic[M]):
    """A queryset's SQL, and how its rows become instances: what ``ModelIterable`` works out for each use."""

    def __init__(self, queryset: QuerySet[M]) -> None:
        self.alias = queryset.db
        self.connection = connections[queryset.db]
        self._model = queryset.model
        self._compiler = compiler = queryset.query.get_compiler(connection=self.connection)
        self._sql, self._parameters = compiler.as_sql()
        info, select = compiler.klass_info, compiler.select
        self._converters = compiler.get_converters([column[0] for column in select])
        fields = info["select_fields"]
        self._own = slice(fields[0], fields[-1] + 1)
        self._names = [column[0].target.attname for column in select[self._own]]
        self._related = get_related_populators(info, select, self.alias)  # type: ignore[call-arg]  # Django 6's stubs

    def rows(self, values: dict[str, Any]) -> list[M]:
        given = [self._value(each, values) for each in self._parameters]
        with self.connection.cursor() as cursor:
            cursor.execute(self._sql, given)
            found = cursor.fetchall()
        return [self._instance(row) for row in self._compiler.apply_converters(found, self._converters)]

    def _value(self, parameter: Any, values: dict[str, Any]) -> Any:
        """Return a parameter as the driver takes it: a slot's value, or what the queryset fixed."""
        value = values[parameter.name] if isinstance(parameter, Slot) else parameter
        if isinstance(parameter, Slot) and isinstance(value, datetime.datetime):
            return self.connection.ops.adapt_datetimefield_value(value)
        if isinstance(parameter, Slot) and isinstance(value, datetime.date):
            return self.connection.ops.adapt_datefield_value(value)
        return value

    def _instance(self, row: Sequence[Any]) -> M:
        instance = self._model.from_db(self.alias, self._names, row[self._own])
        for populator in self._related:
            populator.populate(row, instance)
        return instance


class PreparedInsert(Generic[M]):
    """The INSERT of one table, as ``Model.save`` would write it for a new row.

    It sends no signals, and needs a value for every column: no database defaults.
    """

    def __init__(self, model: type[M]) -> None:
        self._model = model
        self._of_thread = threading.local()

    def add(self, row: M) -> M:
        """Insert the row, and give it its number. One statement."""
        written: _WrittenInsert | None = getattr(self._of_thread, "written", None)
        if written is None or written.connection is not connections[DEFAULT_DB_ALIAS]:
            written = self._of_thread.written = _WrittenInsert(row)
        row.pk = written.number_of(row)
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001  as save() does
        return row


class _WrittenInsert:
    def __init__(self, row: Model) -> None:
        self.connection = connections[DEFAULT_DB_ALIAS]
        self._fields = [field for field in row._meta.concrete_fields if not field.primary_key]
        query = InsertQuery(type(row))
        query.insert_values(self._fields, [row])
        self._compiler = query.get_compiler(connection=self.connection)
        self._compiler.returning_fields = [row._meta.pk]
        [(self._sql, _)] = self._compiler.as_sql()

    def number_of(self, row: Model) -> int:
        compiler = self._compiler
        values = [compiler.prepare_value(field, compiler.pre_save_val(field, row)) for field in self._fields]
        with transaction.mark_for_rollback_on_error(), self.connection.cursor() as cursor:
            cursor.execute(self._sql, values)
            return int(cursor.fetchone()[0])
