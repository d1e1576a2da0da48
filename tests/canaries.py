"""Canaries: made-up names and phones that must never be seen outside sealed columns (promise T18).

    from tests.canaries import CANARIES, canaries  # noqa: F401

    def test_something_keeps_logs_clean(canaries):
        ... act with CANARIES.name and CANARIES.phone ...
        canaries.assert_silent()                     # every log record and every table, grepped

``canaries`` captures all log records at DEBUG, formatted as they would be printed, with
tracebacks. ``assert_silent`` also greps every text column of every table, and what is given to it
(a response's headers, a URL, a file).
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest


@dataclass(frozen=True, slots=True, kw_only=True)
class Canaries:
    """One family that exists nowhere else, written so that a part of it cannot occur by chance."""

    name: str = "金丝雀鸣"
    phone: str = "13987654321"
    called: str = "报警外婆"
    medical: str = "金丝雀样发热"

    def songs(self) -> dict[str, str]:
        """Return what to grep for, by kind: each form in which it could be printed."""
        return {
            "name": self.name,
            "name, escaped": self.name.encode("unicode_escape").decode(),
            "phone": self.phone,
            "called": self.called,
            "medical text": self.medical,
        }


CANARIES = Canaries()


@dataclass(slots=True)
class Cage:
    """Collects what was printed, and says which canary sang where."""

    lines: list[str] = field(default_factory=list)

    def heard_in(self, places: Iterable[tuple[str, str]]) -> list[str]:
        """Return ``kind: place`` for every canary found in (place, text)."""
        songs = CANARIES.songs()
        return [f"{kind}: {place}" for place, text in places for kind, song in songs.items() if song in text]

    def assert_silent(self, *extra: str) -> None:
        """Fail with the kinds and places if any canary was logged, stored in the clear, or is in ``extra``."""
        logs = (("log", line) for line in self.lines)
        given = (("given text", text) for text in extra)
        if heard := self.heard_in([*logs, *given, *_stored()]):
            raise AssertionError("personal data where it must not be:\n" + "\n".join(heard))


class _Listener(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.lines = lines
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        # SQL with its parameters is a debugging aid that production never turns on (docs/operations.md).
        if record.name != "django.db.backends":
            self.lines.append(self.format(record))


@pytest.fixture
def canaries() -> Iterator[Cage]:
    """Listen to every logger for one test."""
    cage = Cage()
    listener = _Listener(cage.lines)
    root = logging.getLogger()
    level = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    yield cage
    root.setLevel(level)
    root.removeHandler(listener)


def _stored() -> Iterator[tuple[str, str]]:
    """Yield every text in every table as it lies in the database, with its table."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    if text := _text_of(value):
                        yield table, text


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, dict | list | bytes) else ""
