"""Drills empty the append-only tables afterwards, as tests of the product do."""

from tests.haixing.conftest import _append_only_tables_can_be_emptied

__all__ = ["_append_only_tables_can_be_emptied"]
