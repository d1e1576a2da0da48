"""Files that people prepare by hand, read row by row: every bad row is named, every good one is kept.

A problem always reads ``file:line: what is wrong, why, and what to write instead``.
Readers stream where the format allows it (CSV), and never guess: a cell that
Excel has rewritten is refused, not repaired.
"""

from __future__ import annotations

import collections
import csv
import datetime
import enum
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.db import IntegrityError
from django.utils.translation import gettext as _

from haixing.lib.clock import SHANGHAI, day_of
from haixing.lib.errors import Refused

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_RELATIVE = re.compile(r"(today|now)(?:([+-])([0-9]{1,5})([dh]))?")
_LONGEST_CELL = 4000
# Days outside are slips of the finger, and would overflow the sums that are made with them.
_YEARS = range(1900, 2200)


class Change(enum.StrEnum):
    """What loading a row did."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A sentence about one line of a file. Never holds a name or a phone: it may end up in a log."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record as written in a file."""

    file: str
    line: int
    values: dict[str, Any]

    def problem(self, text: str) -> Problem:
        """Return a problem of this row."""
        return Problem(file=self.file, line=self.line, text=text)


@dataclass(slots=True, kw_only=True)
class Loaded:
    """What loading a file did: rows by change, bad rows, and rows that were kept with a remark."""

    changes: collections.Counter[Change] = field(default_factory=collections.Counter)
    problems: list[Problem | str] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)

    def __str__(self) -> str:
        counts = {
            "new": self.changes[Change.NEW],
            "changed": self.changes[Change.CHANGED],
            "same": self.changes[Change.SAME],
            "bad": len(self.problems),
        }
        return _("新增 %(new)d，更新 %(changed)d，未变 %(same)d，有误未收 %(bad)d") % counts


class RowUnreadable(Refused):
    """A row cannot be taken. ``problems`` are all its sentences at once."""

    code = "row-unreadable"

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


def load_each(rows: Iterable[Row | Problem], keep: Callable[[Row], Change], *, key: str) -> Loaded:
    """Keep every good row and collect what is wrong with the others.

    ``key`` names the column that must not repeat within the file: a second row
    would silently overwrite the first, so it is a problem instead.
    """
    loaded = Loaded()
    first_line_of: dict[str, int] = {}
    for row in rows:
        if isinstance(row, Problem):
            loaded.problems.append(row)
            continue
        value = str(row.values.get(key) or "").strip()
        if value and value in first_line_of:
            loaded.problems.append(row.problem(_repeated(key, first_line_of[value])))
            continue
        first_line_of[value] = row.line
        try:
            loaded.changes[_keep_once(row, keep)] += 1
        except RowUnreadable as error:
            loaded.problems.extend(row.problem(text) for text in error.problems)
        except Refused as error:
            loaded.problems.append(row.problem(str(error)))
    return loaded


def _keep_once(row: Row, keep: Callable[[Row], Change]) -> Change:
    try:
        return keep(row)
    except IntegrityError:
        # Another load entered the same row at the same moment: now it is there to be compared with.
        return keep(row)


def assign(row: Any, fields: dict[str, Any]) -> list[str]:
    """Set those of ``fields`` that differ on a model's row, and return their names. Saving is the caller's."""
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, fields[name])
    return changed


def csv_rows(path: Path, *, required: Sequence[str], optional: Sequence[str] = ()) -> Iterator[Row | Problem]:
    """Read a UTF-8 CSV file (with or without a byte-order mark) one row at a time."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield from _rows_of(csv.reader(lines, strict=True), path.name, required, optional)
    except OSError:
        yield Problem(file=path.name, line=1, text=_("打不开这个文件：请确认它在，而且有权读取。"))
    except UnicodeDecodeError as error:
        text = _("文件不是 UTF-8 编码（第 %(byte)d 个字节读不出来）：请在 Excel 里另存为“CSV UTF-8”。")
        yield Problem(file=path.name, line=1, text=text % {"byte": error.start + 1})


def yaml_rows(path: Path, *, section: str) -> Iterator[Row | Problem]:
    """Read the list under ``section`` of a YAML file, with the line on which each entry begins."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=_Loader)
    except OSError:
        yield Problem(file=path.name, line=1, text=_("打不开这个文件：请确认它在，而且有权读取。"))
        return
    except (yaml.MarkedYAMLError, UnicodeDecodeError, yaml.reader.ReaderError) as error:
        yield Problem(
            file=path.name, line=_line_of(error), text=_("不是能读懂的 UTF-8 YAML：请检查这一行的缩进和引号。")
        )
        return
    entries = _section(root, section)
    if entries is None:
        text = _("缺少“%(section)s:”一节，或者它不是列表：每一条请以“- ”开头。")
        yield Problem(file=path.name, line=1, text=text % {"section": section})
        return
    for node in entries.value:
        yield _row_of(node, path.name)


def unknown_keys(values: dict[str, Any], known: Iterable[str]) -> list[str]:
    """Return a sentence for every key that is not known: a misspelt key must not be dropped in silence."""
    names = sorted(known)
    text = _("不认识“%(key)s”：可以写的有 %(known)s。")
    return [text % {"key": key, "known": "、".join(names)} for key in values if key not in names]


def read_day(text: str, *, now: datetime.datetime) -> datetime.date | None:
    """Return the date written as ``2026-11-22``, or relative as ``today``, ``today-30d``, ``today+1d``; or None."""
    if found := _RELATIVE.fullmatch(text):
        word, _sign, _count, unit = found.groups()
        return day_of(now) + _distance(found) if word == "today" and unit != "h" else None
    if found := _DAY.fullmatch(text):
        try:
            day = datetime.date(*map(int, found.groups()))
        except ValueError:
            return None
        return day if day.year in _YEARS else None
    return None


def read_moment(text: str, *, now: datetime.datetime) -> datetime.datetime | None:
    """Return the moment written as ``2026-11-22 10:00`` (Shanghai), with an offset, or as ``now-5h``; or None."""
    if found := _RELATIVE.fullmatch(text):
        return now + _distance(found) if found.group(1) == "now" else None
    if not _DAY.match(text) or len(text) == len("2026-11-22"):
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year not in _YEARS:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def is_relative(text: str) -> bool:
    """Say whether a date is written relative to the day of loading."""
    return _RELATIVE.fullmatch(text) is not None


# The parser in C is ten times as fast, where PyYAML was built with it.
_FASTEST: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_FASTEST):  # type: ignore[misc, valid-type]  # which of two equal classes, is known at run time
    """YAML whose dates stay text: our readers check them and name the line."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _rows_of(reader: Any, file: str, required: Sequence[str], optional: Sequence[str]) -> Iterator[Row | Problem]:
    header: list[str] | None = None
    try:
        for cells in reader:
            if header is None:
                header = [cell.strip() for cell in cells]
                if problem := _header_problem(header, required, optional):
                    yield Problem(file=file, line=1, text=problem)
                    return
            elif any(cell.strip() for cell in cells):
                yield _csv_row(header, cells, file, reader.line_num)
    except csv.Error:
        text = _("这一行的引号没有成对，后面的行都没有读：请补上引号后重新导入。")
        yield Problem(file=file, line=reader.line_num, text=text)
    if header is None:
        yield Problem(file=file, line=1, text=_("文件是空的：第一行应当是列名。"))


def _csv_row(header: list[str], cells: list[str], file: str, line: int) -> Row | Problem:
    if len(cells) != len(header):
        text = _("这一行有 %(found)d 列，应当有 %(expected)d 列：请检查多余或缺少的逗号。")
        return Problem(file=file, line=line, text=text % {"found": len(cells), "expected": len(header)})
    if any(len(cell) > _LONGEST_CELL or "\0" in cell for cell in cells):
        return Problem(file=file, line=line, text=_("有一格太长或含有空字符：请检查引号是否成对。"))
    return Row(file=file, line=line, values={name: cell.strip() for name, cell in zip(header, cells, strict=True)})


def _header_problem(header: list[str], required: Sequence[str], optional: Sequence[str]) -> str:
    if missing := [name for name in required if name not in header]:
        return _("缺少这些列：%(columns)s。整个文件没有导入。") % {"columns": "、".join(missing)}
    known = {*required, *optional}
    if unknown := [name for name in header if name not in known]:
        text = _("不认识这些列：%(columns)s；可以写的有 %(known)s。整个文件没有导入。")
        return text % {"columns": "、".join(unknown), "known": "、".join([*required, *optional])}
    if len(set(header)) != len(header):
        return _("有一列写了两次：每一列只能出现一次。整个文件没有导入。")
    return ""


def _section(root: yaml.Node | None, section: str) -> yaml.SequenceNode | None:
    if not isinstance(root, yaml.MappingNode):
        return None
    for key, value in root.value:
        if key.value == section and isinstance(value, yaml.SequenceNode):
            return value
    return None


def _row_of(node: yaml.Node, file: str) -> Row | Problem:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        return Problem(file=file, line=line, text=_("这一条应当是“名称: 值”的形式。"))
    keys = [key.value for key, _value in node.value]
    if len({str(key) for key in keys}) != len(keys):
        return Problem(file=file, line=line, text=_("这一条里有一个名称写了两次：只留一个。"))
    constructor = _Loader("")
    try:
        values = constructor.construct_document(node)
    except (yaml.YAMLError, ValueError):
        values = None
    if values is None or not _is_storable(values):
        return Problem(file=file, line=line, text=_("这一条里有读不懂的值：请只用文字、数字、列表和“名称: 值”。"))
    return Row(file=file, line=line, values=values)


def _is_storable(value: Any) -> bool:
    """Say whether a database can keep every text in ``value``: no NUL, no half of a surrogate pair, no odd key."""
    if isinstance(value, dict):
        return all(isinstance(key, str) for key in value) and all(map(_is_storable, [*value, *value.values()]))
    if isinstance(value, list):
        return all(map(_is_storable, value))
    return not isinstance(value, str) or not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value)


def scalar(values: dict[str, Any], key: str) -> str:
    """Return a value as text without the spaces around it. A list or a mapping is no text: it counts as missing."""
    value = values.get(key)
    return "" if value is None or isinstance(value, dict | list | bool) else str(value).strip()


def _line_of(error: Exception) -> int:
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else 1


def _distance(found: re.Match[str]) -> datetime.timedelta:
    _word, sign, count, unit = found.groups()
    if not count:
        return datetime.timedelta()
    size = datetime.timedelta(days=int(count)) if unit == "d" else datetime.timedelta(hours=int(count))
    return -size if sign == "-" else size


def _repeated(key: str, line: int) -> str:
    text = _("“%(key)s”和第 %(line)d 行重复，这一行没有收：一个文件里只能出现一次。")
    return text % {"key": key, "line": line}
