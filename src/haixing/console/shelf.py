"""A mapping that stays small in memory however much it holds: the newest entries at hand, the rest on disk."""

from __future__ import annotations

import contextlib
import itertools
import marshal
import os
import sqlite3
import tempfile
from collections.abc import Iterator, MutableMapping
from typing import Any, TypeAlias

_Value: TypeAlias = tuple[Any, ...]

AT_HAND = 8192
_MARKS = 1 << 22


class Shelf(MutableMapping[str, _Value]):
    """Text keys, plain tuples as values. Made for one run: its files have no name and go with the process.

    Values are written one behind the other to a file, and an index on disk says where.
    The index knows keys by their 64-bit hash (seeded anew in each process): two among a
    million keys share one with a chance of one in thirty million.

    Nearly every look-up asks for something that was never put here (is this bill
    number new?). A table of marks of fixed size answers those without the disk: it may
    say "perhaps" when it should say "no", which costs a look, never a wrong answer.
    """

    def __init__(self, at_hand: int = AT_HAND) -> None:
        self._most_at_hand = at_hand
        self._at_hand: dict[str, _Value] = {}
        self._marks = bytearray(_MARKS)
        self._index: sqlite3.Connection | None = None
        self._file = -1
        self._end = 0

    def __getitem__(self, key: str) -> _Value:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def get(  # type: ignore[override]  # no default but None is used
        self, key: str, _default: object = None
    ) -> _Value | None:
        found = self._at_hand.get(key)
        if found is not None or self._index is None or not self._marks[hash(key) % _MARKS]:
            return found
        row = self._index.execute("SELECT place, size FROM shelf WHERE hash = ?", (hash(key),)).fetchone()
        if row is None:
            return None
        own_key, value = marshal.loads(os.pread(self._file, row[1], row[0]))  # noqa: S302  # this process wrote it
        return value if own_key == key else None

    def __setitem__(self, key: str, value: _Value) -> None:
        self._at_hand[key] = value
        if len(self._at_hand) > self._most_at_hand:
            self._put_away()

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def __delitem__(self, key: str) -> None:
        raise TypeError("a shelf only takes in")

    def __iter__(self) -> Iterator[str]:
        raise TypeError("a shelf is not read through")

    def __len__(self) -> int:
        raise TypeError("a shelf does not count")

    def close(self) -> None:
        """Let the files go."""
        if self._index is not None:
            self._index.close()
            os.close(self._file)
            self._index = None

    def _put_away(self) -> None:
        index = self._index or self._open()
        texts = list(map(marshal.dumps, self._at_hand.items()))
        names, sizes = list(map(hash, self._at_hand)), list(map(len, texts))
        *places, end = itertools.accumulate(sizes, initial=self._end)
        marks = self._marks
        for name in names:
            marks[name % _MARKS] = 1
        _write_all(self._file, b"".join(texts))
        rows = sorted(zip(names, places, sizes, strict=True))
        index.execute("BEGIN")
        index.executemany("INSERT OR REPLACE INTO shelf VALUES (?, ?, ?)", rows)
        index.execute("COMMIT")
        self._end = end
        self._at_hand.clear()

    def _open(self) -> sqlite3.Connection:
        with tempfile.TemporaryFile() as file:
            self._file = os.dup(file.fileno())
        self._index = sqlite3.connect("", isolation_level=None)  # "": a private file that SQLite removes
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -4000", "locking_mode = EXCLUSIVE"):
            self._index.execute(f"PRAGMA {pragma}")
        self._index.execute(
            "CREATE TABLE shelf (hash INTEGER PRIMARY KEY, place INTEGER NOT NULL, size INTEGER NOT NULL)"
        )
        return self._index


def _write_all(file: int, text: bytes) -> None:
    rest = memoryview(text)
    while rest:
        rest = rest[os.write(file, rest) :]


@contextlib.contextmanager
def shelf(at_hand: int = AT_HAND) -> Iterator[Shelf]:
    """Lend a shelf for one run."""
    lent = Shelf(at_hand)
    try:
        yield lent
    finally:
        lent.close()
