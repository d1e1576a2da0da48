"""A mapping that stays small in memory however much it holds: the newest entries at hand, the rest on disk."""

from __future__ import annotations

import contextlib
import marshal
import sqlite3
from collections.abc import Iterator, MutableMapping
from typing import TypeAlias

_Value: TypeAlias = tuple[object, ...]

_AT_HAND = 8192
_FILTER_BITS = 1 << 25  # 4 MB


class Shelf(MutableMapping[str, _Value]):
    """Text keys, plain tuples as values. Made for one run: the file has no name and goes with the process.

    Nearly every look-up asks for something that was never put here (is this bill
    number new?). A Bloom filter of fixed size answers those without the disk: it may
    say "perhaps" when it should say "no", which costs a look, never a wrong answer.
    """

    def __init__(self) -> None:
        self._at_hand: dict[str, _Value] = {}
        self._filter = bytearray(_FILTER_BITS // 8)
        self._file: sqlite3.Connection | None = None

    def __getitem__(self, key: str) -> _Value:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def get(self, key: str, default: object = None) -> _Value | None:  # type: ignore[override]  # no default but None is used
        found = self._at_hand.get(key)
        if found is not None or self._file is None or not self._perhaps(key):
            return found
        row = self._file.execute("SELECT value FROM shelf WHERE key = ?", (key,)).fetchone()
        return marshal.loads(row[0]) if row else None  # noqa: S302  # only ever reads what this process wrote

    def __setitem__(self, key: str, value: _Value) -> None:
        self._at_hand[key] = value
        if len(self._at_hand) > _AT_HAND:
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
        """Let the file go."""
        if self._file is not None:
            self._file.close()

    def _put_away(self) -> None:
        if self._file is None:
            self._file = sqlite3.connect("", isolation_level=None)  # "": a private file that SQLite removes
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -8000", "locking_mode = EXCLUSIVE"):
                self._file.execute(f"PRAGMA {pragma}")
            self._file.execute("CREATE TABLE shelf (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID")
        for key in self._at_hand:
            self._mark(key)
        rows = sorted((key, marshal.dumps(value)) for key, value in self._at_hand.items())
        self._file.execute("BEGIN")
        self._file.executemany("INSERT OR REPLACE INTO shelf VALUES (?, ?)", rows)
        self._file.execute("COMMIT")
        self._at_hand.clear()

    def _mark(self, key: str) -> None:
        for bit in _bits(key):
            self._filter[bit >> 3] |= 1 << (bit & 7)

    def _perhaps(self, key: str) -> bool:
        return all(self._filter[bit >> 3] >> (bit & 7) & 1 for bit in _bits(key))


def _bits(key: str) -> tuple[int, int]:
    mixed = hash(key)
    return mixed & (_FILTER_BITS - 1), (mixed >> 32) & (_FILTER_BITS - 1)


@contextlib.contextmanager
def shelves() -> Iterator[tuple[Shelf, Shelf]]:
    """Lend two shelves for one run."""
    first, second = Shelf(), Shelf()
    try:
        yield first, second
    finally:
        first.close()
        second.close()
