"""Model fields that are sealed at rest (see ``secrecy``). They cannot be searched: index beside them."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression

from haixing.lib import secrecy


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # the stubs make it generic, Django does not
    """A text that only this application can read. An empty text stays empty."""

    @property
    def _context(self) -> str:
        return f"{self.model._meta.label_lower}.{self.attname}"

    def get_prep_value(self, value: Any) -> Any:
        plain = super().get_prep_value(value)
        return secrecy.seal(plain, context=self._context) if plain else plain

    def from_db_value(self, value: str | None, _expression: Expression, _connection: BaseDatabaseWrapper) -> Any:
        return secrecy.unseal(value, context=self._context) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Refuse to search: the same text is sealed differently every time."""
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise TypeError(f"{self._context} is encrypted and cannot be searched by {lookup_name!r}: use its blind index")


class EncryptedJSONField(EncryptedTextField):
    """A JSON value that only this application can read."""

    # What the type checker should take an attribute of this kind to be.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(None if value is None else json.dumps(value, ensure_ascii=False))

    def from_db_value(self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper) -> Any:
        plain = super().from_db_value(value, expression, connection)
        return json.loads(plain) if plain else None

    def to_python(self, value: Any) -> Any:
        return value
