"""Bills as JSON objects → facts, in the words of the ``adjudicate`` contract.

Reading is strict: a misspelt key that is quietly ignored could cost a family forty
percent. All problems of a bill are reported together, in both languages.
"""

from __future__ import annotations

import datetime
import difflib
import functools
import itertools
import marshal
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, NamedTuple, TypeVar

from benefits.adjudication import Line, Site, Visit
from benefits.errors import BenefitsError
from benefits.money import MoneyUnreadable, to_fen
from benefits.period import Cover, read_date
from benefits.terms.vocabulary import (
    CARES,
    CARVE_OUTS,
    CATEGORIES,
    CHANNELS,
    DOCTOR_GRADES,
    LEVELS,
    NATURES,
    SITE_CLASSES,
    SURGERIES,
    Spoken,
)


class BillUnreadable(BenefitsError):
    """A bill cannot be decided. Carries every problem, each with what to write instead."""

    def __init__(self, problems: tuple[Spoken, ...]) -> None:
        super().__init__("; ".join(problem.en for problem in problems))
        self.problems = problems


class BillRequest(NamedTuple):
    """A bill to decide: its own number, whose it is, and what is known of it."""

    bill: str
    plan: str
    member: str
    visit: Visit


class ReversalRequest(NamedTuple):
    """An earlier bill to undo."""

    bill: str


_BILL_KEYS: Final = frozenset(
    "bill plan member policy hospital date care channel preauthorised emergency_notified surgery lines".split()
)
_POLICY_KEYS: Final = frozenset({"effective", "expires", "first_effective"})
_HOSPITAL_KEYS: Final = frozenset("code group city class network inpatient level excludes".split())
_LINE_KEYS: Final = frozenset({"category", "amount", "nature", "doctor"})

_NATURE_OR_NONE: Final = (*NATURES, None)
_DOCTOR_OR_NONE: Final = (*DOCTOR_GRADES, None)
_SURGERY_OR_NONE: Final = (*SURGERIES, None)
_CIRCUMSTANCES: Final = frozenset(itertools.product(CARES, CHANNELS, _SURGERY_OR_NONE))
_KINDS_OF_LINE: Final = frozenset(itertools.product(CATEGORIES, _NATURE_OR_NONE, _DOCTOR_OR_NONE))

_NO_COVER: Final = Cover(datetime.date.min, datetime.date.max, datetime.date.min)
_NO_SITE: Final = Site("", None, None, "private")
_NOT_GOOD: Final = (AttributeError, KeyError, TypeError, ValueError, MoneyUnreadable)
"""What a value of another type, a missing key or a bad amount raises when a line is read in one look."""

_MOST_REMEMBERED: Final = 4096
_SHOWN: Final = 40
_MOST_PROBLEMS: Final = 20
_day: Final = functools.lru_cache(maxsize=4096)(read_date)


def read_request(raw: object, *, sites: Mapping[str, Site]) -> BillRequest | ReversalRequest:
    """Read one line of a bills file. ``sites`` answers for hospitals given by code. Raises BillUnreadable."""
    if not isinstance(raw, dict):
        raise BillUnreadable((Spoken("这一行不是 JSON 对象：请写 {…}", "this line is not a JSON object: write {…}"),))
    problems: list[Spoken] = []
    if "reverse" in raw:
        request: BillRequest | ReversalRequest = _read_reversal(raw, problems)
    else:
        request = _read_bill(raw, sites, problems)
    if problems:
        raise BillUnreadable(_not_too_many(problems))
    return request


def _not_too_many(problems: list[Spoken]) -> tuple[Spoken, ...]:
    """Keep a bill of ten thousand bad lines from flooding a terminal."""
    more = len(problems) - _MOST_PROBLEMS
    if more <= 0:
        return tuple(problems)
    return (*problems[:_MOST_PROBLEMS], Spoken(f"还有 {more} 处问题", f"and {more} more problems"))


def _read_reversal(raw: dict[str, Any], problems: list[Spoken]) -> ReversalRequest:
    _known_keys(raw, frozenset({"reverse"}), "reverse", problems)
    return ReversalRequest(_text(raw, "reverse", problems))


def _read_bill(raw: dict[str, Any], sites: Mapping[str, Site], problems: list[Spoken]) -> BillRequest:
    if not raw.keys() <= _BILL_KEYS:
        _known_keys(raw, _BILL_KEYS, "bill", problems)
    day, site, cover = _date(raw, "date", problems), _site(raw.get("hospital"), sites, problems), _cover(raw, problems)
    care, channel, surgery = _circumstances(raw, problems)
    lines = _lines(raw.get("lines"), problems)
    asked, told = _flag(raw, "preauthorised", problems), _flag(raw, "emergency_notified", problems)
    visit = tuple.__new__(Visit, (care, day, channel, site, cover, lines, asked, told, surgery))
    return BillRequest(
        _text(raw, "bill", problems), _text(raw, "plan", problems), _text(raw, "member", problems), visit
    )


def _circumstances(raw: dict[str, Any], problems: list[Spoken]) -> tuple[str, str, str | None]:
    """Read the kind of care, the channel and the surgery: one look where all three are known."""
    found = raw.get("care"), raw.get("channel"), raw.get("surgery")
    try:
        if found in _CIRCUMSTANCES:
            return found
    except TypeError:  # a list or an object, where a text belongs
        pass
    return (
        _code(raw, "care", CARES, problems) or "",
        _code(raw, "channel", CHANNELS, problems) or "",
        _code(raw, "surgery", _SURGERY_OR_NONE, problems),
    )


# -- the policy --


def _cover(bill: dict[str, Any], problems: list[Spoken]) -> Cover:
    raw = bill.get("policy")
    if not isinstance(raw, dict):
        problems.append(
            Spoken(
                'policy 缺少或不是对象：请写 {"effective": "2021-06-19", "expires": "2022-06-18"}',
                'policy is missing or not an object: write {"effective": "2021-06-19", "expires": "2022-06-18"}',
            )
        )
        return _NO_COVER
    return _remembered(_COVERS, raw, _read_cover, problems)


def _read_cover(raw: dict[str, Any], problems: list[Spoken]) -> Cover:
    _known_keys(raw, _POLICY_KEYS, "policy", problems)
    effective, expires = _date(raw, "effective", problems), _date(raw, "expires", problems)
    first = effective if raw.get("first_effective") is None else _date(raw, "first_effective", problems)
    if problems:
        return _NO_COVER
    if effective > expires:
        problems.append(
            Spoken(
                f"policy.expires {expires} 早于 effective {effective}：请核对保单的两个日期",
                f"policy.expires {expires} is before effective {effective}: check the two dates of the policy",
            )
        )
    if first > effective:
        problems.append(
            Spoken(
                f"policy.first_effective {first} 晚于 effective {effective}：请写连续投保的首个生效日，或不写",
                (
                    f"policy.first_effective {first} is after effective {effective}: "
                    "write the first day of continuous cover, or leave it out"
                ),
            )
        )
    return Cover(effective, expires, first)


# -- the hospital --


def _site(raw: object, sites: Mapping[str, Site], problems: list[Spoken]) -> Site:
    if isinstance(raw, dict):
        return _remembered(_SITES, raw, _read_whole_site, problems)
    if not isinstance(raw, str):
        problems.append(
            Spoken(
                'hospital 缺少：请写医院对象 {"code": …, "class": "private", …}，或名单里的编码',
                (
                    'hospital is missing: write an object {"code": …, "class": "private", …}, or a '
                    "code of the network file"
                ),
            )
        )
        return _NO_SITE
    found = sites.get(raw)
    if found is None:
        problems.append(
            Spoken(
                f"hospital {shown(raw)} 不在医院名单里：请用 --network 给出名单文件，或直接写医院对象",
                (
                    f"hospital {shown(raw)} is not in the network file: "
                    "give the file with --network, or write the hospital as an object"
                ),
            )
        )
    return found or _NO_SITE


def _read_whole_site(raw: dict[str, Any], problems: list[Spoken]) -> Site:
    _known_keys(raw, _HOSPITAL_KEYS, "hospital", problems)
    return read_site(raw, problems)


def read_site(raw: dict[str, Any], problems: list[Spoken]) -> Site:
    """Read a hospital object; keys beyond the contract are not looked at here."""
    level = raw.get("level")
    if level is not None and (type(level) is not int or level not in LEVELS):
        problems.append(Spoken("hospital.level 应为 1、2、3 或 null", "hospital.level must be 1, 2, 3 or null"))
    return Site(
        _text(raw, "code", problems),
        _optional_text(raw, "group", problems),
        _optional_text(raw, "city", problems),
        _code(raw, "class", SITE_CLASSES, problems) or "",
        _flag(raw, "network", problems),
        _flag(raw, "inpatient", problems),
        level,
        _excludes(raw.get("excludes"), problems),
    )


def _excludes(raw: object, problems: list[Spoken]) -> tuple[str, ...]:
    if raw is None:
        return ()
    if isinstance(raw, list) and all(isinstance(code, str) and code in CARVE_OUTS for code in raw):
        return tuple(raw)
    problems.append(
        Spoken(
            f"hospital.excludes 应为列表，可用的值：{'、'.join(CARVE_OUTS)}",
            f"hospital.excludes must be a list of {', '.join(CARVE_OUTS)}",
        )
    )
    return ()


# -- the lines --


def _lines(raw: object, problems: list[Spoken]) -> tuple[Line, ...]:
    if not isinstance(raw, list) or not raw:
        problems.append(
            Spoken(
                'lines 是空的：一张账单至少要有一行，例如 {"category": "02", "amount": "300.00"}',
                'lines is empty: a bill needs at least one line, such as {"category": "02", "amount": "300.00"}',
            )
        )
        return ()
    try:
        return tuple([_good_line(line) for line in raw])
    except _NOT_GOOD:  # look again, slowly, and say what is wrong
        return tuple([_line(number, line, problems) for number, line in enumerate(raw, start=1)])


def _good_line(raw: dict[str, Any]) -> Line:
    """Read a line that is as it should be, in one look. Raises one of _NOT_GOOD for any other."""
    category, nature, doctor = kind = raw.get("category"), raw.get("nature"), raw.get("doctor")
    if kind not in _KINDS_OF_LINE or not raw.keys() <= _LINE_KEYS:
        raise ValueError
    return tuple.__new__(Line, (category, to_fen(raw["amount"]), nature, doctor))


def _line(number: int, raw: object, problems: list[Spoken]) -> Line:
    if not isinstance(raw, dict):
        problems.append(Spoken(f"第 {number} 行不是对象：请写 {{…}}", f"line {number} is not an object: write {{…}}"))
        return Line("", 0)
    found: list[Spoken] = []
    _known_keys(raw, _LINE_KEYS, "line", found)
    line = Line(
        _code(raw, "category", CATEGORIES, found) or "",
        _amount(raw.get("amount"), found),
        _code(raw, "nature", _NATURE_OR_NONE, found),
        _code(raw, "doctor", _DOCTOR_OR_NONE, found),
    )
    problems += [Spoken(f"第 {number} 行：{problem.zh}", f"line {number}: {problem.en}") for problem in found]
    return line


def _amount(raw: object, problems: list[Spoken]) -> int:
    try:
        if isinstance(raw, str):
            return to_fen(raw)
    except MoneyUnreadable:
        pass
    problems.append(
        Spoken(
            f"amount {shown(raw)} 不是金额：请用字符串写元，不带负号，最多两位小数，例如 “300.00”",
            (
                f"amount {shown(raw)} is not an amount: write yuan as a string, not negative, at "
                f'most two decimals, such as "300.00"'
            ),
        )
    )
    return 0


# -- single values --


def _text(raw: dict[str, Any], key: str, problems: list[Spoken]) -> str:
    value = raw.get(key)
    if isinstance(value, str) and value.strip():
        return value
    problems.append(Spoken(f"{key} 缺少或不是文字：请写字符串", f"{key} is missing or not text: write a string"))
    return ""


def _optional_text(raw: dict[str, Any], key: str, problems: list[Spoken]) -> str | None:
    value = raw.get(key)
    if value is None or isinstance(value, str):
        return value or None
    problems.append(Spoken(f"{key} 不是文字：请写字符串或 null", f"{key} is not text: write a string or null"))
    return None


def _code(raw: dict[str, Any], key: str, known: Collection[str | None], problems: list[Spoken]) -> str | None:
    value = raw.get(key)
    if (value is None or type(value) is str) and value in known:
        return value
    choices = ", ".join(code or "null" for code in known)
    problems.append(
        Spoken(
            f"{key} {shown(value)} 不认识：请写 {choices} 之一",
            f"{key} {shown(value)} is not known: write one of {choices}",
        )
    )
    return None


def _flag(raw: dict[str, Any], key: str, problems: list[Spoken]) -> bool:
    value = raw.get(key)
    if value is None or value is False:
        return False
    if value is True:
        return True
    problems.append(
        Spoken(
            f"{key} {shown(value)} 不是真假值：请写 true 或 false",
            f"{key} {shown(value)} is not a yes or no: write true or false",
        )
    )
    return False


def _date(raw: dict[str, Any], key: str, problems: list[Spoken]) -> datetime.date:
    text = raw.get(key)
    value = _day(text) if type(text) is str else None
    if value is None:
        problems.append(
            Spoken(
                f"{key} {shown(text)} 不是日期：请写 年-月-日，例如 2021-07-01",
                f"{key} {shown(text)} is not a date: write year-month-day, such as 2021-07-01",
            )
        )
    return value or datetime.date.min


def _known_keys(raw: dict[str, Any], known: frozenset[str], where: str, problems: list[Spoken]) -> None:
    for key in [key for key in raw if key not in known]:
        near = difflib.get_close_matches(key[:_SHOWN], known, n=1)
        zh = f"是不是 {near[0]}？" if near else f"可用的是 {', '.join(sorted(known))}"
        en = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
        problems.append(
            Spoken(f"{where} 里有不认识的 {shown(key)}：{zh}", f"unknown key {shown(key)} in {where}: {en}")
        )


def shown(value: object) -> str:
    """Show a value of the input, shortened, so that a broken file cannot flood a terminal."""
    match value:
        case None:
            return "null"
        case dict():
            return "{…}"
        case list():
            return "[…]"
        case str():
            return repr(value) if len(value) <= _SHOWN else f"{value[:_SHOWN]!r}…"
        case _:
            return str(value).lower()[:_SHOWN]  # a number, true or false, as JSON writes them


# -- what was read before --

_Read = TypeVar("_Read", Cover, Site)


def _remembered(
    known: dict[bytes, _Read],
    raw: dict[str, Any],
    read: Callable[[dict[str, Any], list[Spoken]], _Read],
    problems: list[Spoken],
) -> _Read:
    """Read an object that comes again and again: a book names few hospitals and few policy periods.

    The bytes tell 1 from true and "1", which a tuple of the values would not.
    """
    try:
        text = marshal.dumps(raw, 2)
    except ValueError:  # no JSON, such as a date in a YAML file: the reader will say so
        text = b""
    found = known.get(text)
    if found is not None:
        return found
    own: list[Spoken] = []
    value = read(raw, own)
    if own:
        problems += own
    elif text:
        if len(known) >= _MOST_REMEMBERED:
            known.clear()
        known[text] = value
    return value


_COVERS: Final[dict[bytes, Cover]] = {}
_SITES: Final[dict[bytes, Site]] = {}
