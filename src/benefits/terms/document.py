"""YAML with a memory of places: every value knows its line and column, and every problem is kept.

Nothing here knows what a plan is. A reader asks a ``Node`` for what it expects;
what does not fit is noted in the shared list and read as None, so that one pass
finds all the problems of a file.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import yaml

from benefits.errors import PlanUnreadable, Problem
from benefits.money import MoneyUnreadable, to_fen
from benefits.period import read_date

_FULL_WIDTH = re.compile(r"[０-９％．－～：]")
_ASCII_OF_FULL_WIDTH = str.maketrans("０１２３４５６７８９％．－～：", "0123456789%.--:")
_PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?%", re.ASCII)


@dataclass(frozen=True, slots=True)
class Node:
    """One value of the file, with the place it stands at."""

    raw: yaml.Node
    problems: list[Problem]
    file: str

    def wrong(self, text: str) -> None:
        """Note a problem at this place: what is wrong, why, and what to write instead."""
        mark = self.raw.start_mark
        self.problems.append(Problem(self.file, mark.line + 1, mark.column + 1, text))

    @property
    def place(self) -> tuple[int, int]:
        """Line and column, counted from 1."""
        return self.raw.start_mark.line + 1, self.raw.start_mark.column + 1

    # -- shapes --

    def fields(self, *, required: Collection[str] = (), optional: Collection[str] = ()) -> dict[str, Node]:
        """Read a mapping with known keys. Unknown, repeated and missing keys are problems."""
        found: dict[str, Node] = {}
        for key, value in self.pairs():
            name = key.raw.value
            if name not in required and name not in optional:
                key.wrong(f"unknown key {name!r}: {_suggest(name, [*required, *optional])}")
            else:
                found[name] = value
        if isinstance(self.raw, yaml.MappingNode):
            for name in required:
                if name not in found:
                    self.wrong(f"the key {name!r} is missing: write {name}: … here")
        return found

    def pairs(self) -> Iterator[tuple[Node, Node]]:
        """Read a mapping with free keys, in the order of the file."""
        if not isinstance(self.raw, yaml.MappingNode):
            self.wrong(f"expected keys with values, found {self._shown()}: write key: value")
            return
        seen: set[str] = set()
        for key, value in self.raw.value:
            node = self._at(key)
            if not isinstance(key, yaml.ScalarNode):
                node.wrong("a key must be a plain word, not a list or a mapping")
            elif key.value in seen:
                node.wrong(f"the key {key.value!r} is written twice: keep one of them")
            else:
                seen.add(key.value)
                yield node, self._at(value)

    def entries(self, *, may_be_empty: bool = False) -> list[Node]:
        """Read a list."""
        if not isinstance(self.raw, yaml.SequenceNode):
            self.wrong(f"expected a list, found {self._shown()}: write [a, b], or one '- …' a line")
            return []
        if not self.raw.value and not may_be_empty:
            self.wrong("the list is empty: give at least one entry, or leave the key out")
        return [self._at(item) for item in self.raw.value]

    # -- values --

    def text(self) -> str | None:
        """Read a text as written (a clause, a name): any characters, not empty."""
        value = self._scalar("a text")
        if value is not None and not value.strip():
            self.wrong("the text is empty: write the sentence as the terms print it")
            return None
        return value

    def word(self) -> str | None:
        """Read a value that the language gives a meaning: full-width digits and signs are a problem."""
        value = self._scalar("a word or a number")
        if value is not None and (match := _FULL_WIDTH.search(value)):
            meant = value.translate(_ASCII_OF_FULL_WIDTH)
            self.wrong(f"{value!r} has the full-width character {match[0]!r}, which is not read as a digit: write {meant}")
            return None
        return value

    def one_of(self, known: Collection[str], what: str) -> str | None:
        """Read one of the known codes."""
        value = self.word()
        if value is None or value in known:
            return value
        self.wrong(f"unknown {what} {value!r}: {_suggest(value, known)}")
        return None

    def some_of(self, known: Collection[str], what: str) -> tuple[str, ...]:
        """Read a list of known codes, each once."""
        codes: list[str] = []
        for entry in self.entries():
            code = entry.one_of(known, what)
            if code in codes:
                entry.wrong(f"{code!r} stands in the list twice: keep one of them")
            elif code is not None:
                codes.append(code)
        return tuple(codes)

    def amount(self) -> int | None:
        """Read yuan as fen."""
        value = self.word()
        if value is None:
            return None
        try:
            return to_fen(value)
        except MoneyUnreadable:
            self.wrong(f"{value!r} is not an amount in yuan: write digits with at most two decimals, such as 300 or 12.50")
            return None

    def whole(self, *, lowest: int, highest: int) -> int | None:
        """Read a whole number within bounds (inclusive)."""
        value = self.word()
        if value is None:
            return None
        if not value.isascii() or not value.isdigit() or not lowest <= int(value) <= highest:
            self.wrong(f"{value!r} is not a whole number from {lowest} to {highest}")
            return None
        return int(value)

    def percent(self) -> int | None:
        """Read ``50%`` as 5000 basis points, from 0 to 100 %."""
        value = self.word()
        if value is None:
            return None
        match = _PERCENT.fullmatch(value)
        points = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else None
        if points is None or points > 10_000:
            self.wrong(f"{value!r} is not a percentage: write a number from 0% to 100% with the sign, such as 50%")
            return None
        return points

    def flag(self) -> bool | None:
        """Read true or false."""
        value = self.one_of(("true", "false"), "answer")
        return None if value is None else value == "true"

    def date(self) -> str | None:
        """Read a date that exists, as written."""
        value = self.word()
        if value is not None and read_date(value) is None:
            self.wrong(f"{value!r} is not a date: write year-month-day, such as 2021-06-19")
            return None
        return value

    # -- inside --

    def _at(self, raw: yaml.Node) -> Node:
        return Node(raw, self.problems, self.file)

    def _scalar(self, expected: str) -> str | None:
        if not isinstance(self.raw, yaml.ScalarNode):
            self.wrong(f"expected {expected}, found {self._shown()}")
            return None
        return str(self.raw.value)

    def _shown(self) -> str:
        match self.raw:
            case yaml.MappingNode():
                return "a mapping"
            case yaml.SequenceNode():
                return "a list"
            case _:
                return repr(self.raw.value) if self.raw.value else "nothing"


def parse(text: str, *, file: str) -> Node:
    """Parse YAML into a Node. Raises PlanUnreadable where the text is no YAML at all."""
    try:
        raw = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise PlanUnreadable((Problem(file, line, column, f"this is not YAML: {error.problem or error}"),)) from error
    except yaml.YAMLError as error:
        raise PlanUnreadable((Problem(file, 1, 1, f"this is not YAML: {error}"),)) from error
    if raw is None:
        raise PlanUnreadable((Problem(file, 1, 1, "the file is empty: start with plan: <code>"),))
    return Node(raw, [], file)


def _suggest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"write one of {', '.join(known)}"
