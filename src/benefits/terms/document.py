"""YAML with a memory of places: every value knows its line and column, and every problem is kept.

Nothing here knows what a plan is. A reader asks a ``Node`` for what it expects;
what does not fit is noted in the shared list and read as None, so that one pass
finds all the problems of a file.

The language takes mappings, lists and words from YAML and leaves the rest: anchors,
aliases, merge keys and tags are refused, because what a rule says should stand where
the rule stands, and because a few lines of them can unfold into gigabytes.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

import yaml

from benefits.errors import PlanUnreadable, Problem
from benefits.money import MoneyUnreadable, to_fen
from benefits.period import read_date

_LONGEST_TEXT: Final = 1_000_000  # characters: a hundred times the longest plan
_DEEPEST: Final = 12  # levels: a plan needs eight
_FULL_WIDTH: Final = re.compile(r"[\uff01-\uff5e\u3000、。—–]")
_HALF_WIDTH: Final = {ord("、"): ", ", ord("，"): ", ", ord("。"): ".", ord("—"): "-", ord("–"): "-", ord("～"): "-"}
_UNSPEAKABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_PERCENT: Final = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?%", re.ASCII)


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
                key.wrong(f"unknown key {show(name)}: {_suggest(name, [*required, *optional])}")
            else:
                found[name] = value
        if isinstance(self.raw, yaml.MappingNode):
            for name in required:
                if not self.has(name):
                    self.wrong(f"the key {name!r} is missing: write {name}: … here")
        return found

    def pairs(self) -> Iterator[tuple[Node, Node]]:
        """Read a mapping with free keys, in the order of the file."""
        if not isinstance(self.raw, yaml.MappingNode):
            hint = (
                "use an ordinary colon and a space, as in key: value"
                if "：" in str(self.raw.value)
                else "write key: value"
            )
            self.wrong(f"expected keys with values, found {self._shown()}: {hint}")
            return
        seen: set[str] = set()
        for key, value in self.raw.value:
            node = self._at(key)
            if not isinstance(key, yaml.ScalarNode):
                node.wrong("a key must be a plain word, not a list or a mapping")
            elif key.value == "<<":
                node.wrong("merge keys are not part of the language: write the rule out where it holds")
            elif key.value in seen:
                node.wrong(f"the key {show(key.value)} is written twice: keep one of them")
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
            meant = _in_half_width(value)
            self.wrong(
                f"{show(value)} has the full-width character {match[0]!r}, which has no meaning: write {show(meant)}"
            )
            return None
        return value

    def one_of(self, known: Collection[str], what: str) -> str | None:
        """Read one of the known codes."""
        value = self.word()
        if value is None or value in known:
            return value
        self.wrong(f"unknown {what} {show(value)}: {_suggest(value, known)}")
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
            self.wrong(
                f"{show(value)} is not an amount in yuan: write digits with at most two decimals, such as 300 or 12.50"
            )
            return None

    def whole(self, *, lowest: int, highest: int) -> int | None:
        """Read a whole number within bounds (inclusive)."""
        value = self.word()
        if value is None:
            return None
        is_number = value.isascii() and value.isdigit() and len(value) <= len(str(highest))
        if not is_number or not lowest <= int(value) <= highest:
            self.wrong(f"{show(value)} is not a whole number from {lowest} to {highest}")
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
            self.wrong(f"{show(value)} is not a percentage: write a number from 0% to 100% with the sign, such as 50%")
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
            self.wrong(f"{show(value)} is not a date: write year-month-day, such as 2021-06-19")
            return None
        return value

    # -- a look without a judgement --

    def has(self, name: str) -> bool:
        """Tell whether this is a mapping with such a key. Notes no problem."""
        return isinstance(self.raw, yaml.MappingNode) and any(key.value == name for key, _ in self.raw.value)

    def is_mapping(self) -> bool:
        return isinstance(self.raw, yaml.MappingNode)

    def is_list(self) -> bool:
        return isinstance(self.raw, yaml.SequenceNode)

    def is_empty_list(self) -> bool:
        return isinstance(self.raw, yaml.SequenceNode) and not self.raw.value

    def is_word(self, word: str) -> bool:
        return isinstance(self.raw, yaml.ScalarNode) and self.raw.value == word

    # -- inside --

    def _at(self, raw: yaml.Node) -> Node:
        return Node(raw, self.problems, self.file)

    def _scalar(self, expected: str) -> str | None:
        if not isinstance(self.raw, yaml.ScalarNode) or not self.raw.value:
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
                return show(self.raw.value) if self.raw.value else "nothing"


def parse(text: str, *, file: str) -> Node:
    """Parse YAML into a Node. Raises PlanUnreadable where the text is no YAML at all."""

    def unreadable(line: int, column: int, what: str) -> PlanUnreadable:
        return PlanUnreadable((Problem(file, line, column, what),))

    if len(text) > _LONGEST_TEXT:
        raise unreadable(
            1,
            1,
            f"the file has {len(text)} characters, and no plan needs more than {_LONGEST_TEXT}: is it the right file?",
        )
    problems: list[Problem] = []
    try:
        raw = _Composer(text, file, problems).get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if "mapping values" in str(error.problem) and (found := _full_width_colon(text, line)):
            raise unreadable(*found, "a full-width colon makes no key: write an ordinary colon and a space") from error
        raise unreadable(line, column, _in_plain_words(error)) from error
    except yaml.reader.ReaderError as error:
        line, column = _place_of(text, error.position)
        what = f"the character U+{ord(text[error.position]):04X} cannot stand in a text file: remove it"
        raise unreadable(line, column, what) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # PyYAML stumbles over some escapes and directives
        raise unreadable(1, 1, f"this is not YAML: {shorten(str(error))}; look for a backslash in quotes") from error
    if raw is None:
        raise unreadable(1, 1, "the file is empty: start with plan: <code>")
    return Node(raw, problems, file)


class _TooDeep(yaml.MarkedYAMLError):
    pass


class _Composer(yaml.SafeLoader):
    """Builds nodes from YAML, and notes whatever of YAML is not part of the language."""

    def __init__(self, text: str, file: str, problems: list[Problem]) -> None:
        super().__init__(text)
        self._file = file
        self._problems = problems
        self._depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        mark = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            self.get_event()  # type: ignore[no-untyped-call]
            self._refuse(
                mark, f"the alias *{event.anchor} is not part of the language: write the rule out where it holds"
            )
            return yaml.ScalarNode("tag:yaml.org,2002:str", "*", mark, mark)
        self._look_at(event)
        if self._depth == _DEEPEST:
            raise _TooDeep(
                problem=f"more than {_DEEPEST} levels inside each other: no rule needs them", problem_mark=mark
            )
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _look_at(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event.start_mark, f"the anchor &{event.anchor} is not part of the language: remove it")
            event.anchor = None
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            self._refuse(event.start_mark, f"the tag {shorten(tag)} is not part of the language: remove it")
            event.tag = None
            event.implicit = (True, True) if isinstance(event, yaml.ScalarEvent) else True
        if isinstance(event, yaml.ScalarEvent) and (found := _UNSPEAKABLE.search(event.value)):
            self._refuse(
                event.start_mark,
                f"the text holds the character U+{ord(found[0]):04X}, which nobody can read: remove it",
            )
            event.value = _UNSPEAKABLE.sub("?", event.value)

    def _refuse(self, mark: Any, what: str) -> None:
        self._problems.append(Problem(self._file, mark.line + 1, mark.column + 1, what))


def _in_plain_words(error: yaml.MarkedYAMLError) -> str:
    """Say what PyYAML says in the words of somebody who writes a plan."""
    said = str(error.problem or error)
    if isinstance(error, _TooDeep):
        return said
    for sign, words in _PLAIN_WORDS.items():
        if sign in said:
            return words
    return f"this is not YAML: {shorten(said)}; check the indent, the brackets and the quotes near here"


_PLAIN_WORDS: Final = {
    "'\\t'": "a tab: indent with spaces, two for each level",
    "found another document": "a second document starts here: write one plan to a file, without ---",
    "expected a single document": "a second document starts here: write one plan to a file, without ---",
    "mapping values are not allowed": "a colon where no key can stand: "
    "put the text in quotes if the colon belongs to it, or check the indent",
}


def _full_width_colon(text: str, line: int) -> tuple[int, int] | None:
    """Find the colon that swallowed the key of this line or of the one above."""
    lines = text.splitlines()
    for number in (line - 1, line):
        if 0 < number <= len(lines) and "：" in (shown := lines[number - 1]) and ": " not in shown.split("：")[0]:
            return number, shown.index("：") + 1
    return None


def _place_of(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def show(value: str) -> str:
    """Show a value of the file in a message, shortened, so that a broken file cannot flood a terminal."""
    return repr(shorten(value))


def shorten(text: str) -> str:
    """Cut a text after 60 characters."""
    return text if len(text) <= 60 else f"{text[:57]}…"


def _in_half_width(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_HALF_WIDTH)).strip()


def _suggest(name: str, known: Collection[str]) -> str:
    if (meant := _in_half_width(name)) in known and meant != name:
        return f"write {meant} with ordinary (half-width) characters"
    if name.isdigit() and not any(code.isdigit() for code in known):
        return (
            f"write one of {', '.join(known)}; if this is a part of an amount, write it without commas, such as 100000"
        )
    near = difflib.get_close_matches(shorten(name), known, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"write one of {', '.join(known)}"
