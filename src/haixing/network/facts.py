"""A network file's entries read as values: everything wrong with a site is said at once.

Coordinates are kept in GCJ-02 alone, and converted from other systems (domain 3.3). An invented site must say so
in its address, and an address that was cut off must not be placed on a map.
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from django.utils.translation import gettext as _

from benefits.terms.vocabulary import CARES, CARVE_OUTS, LEVELS
from haixing.lib import geo, pinyin, rows
from haixing.lib.chinese_hours import read_hours
from haixing.lib.geo import Place
from haixing.network.enums import HoursOf, HoursStatus, SiteClass

INVENTED_MARK = "（示例地址）"
"""How the address of an invented site ends."""

_SITE_KEYS = frozenset(
    {
        "code", "group", "name", "name_en", "class", "level", "city", "district", "address", "phone", "introduction",
        "departments", "hours_raw", "hours", "latitude", "longitude", "coordinates", "is_invented", "verified_on",
        "contracts",
    }
)  # fmt: skip
_CONTRACT_KEYS = frozenset({"plans", "starts", "ends", "care", "inpatient", "excludes", "note", "suspended_because"})
_TEXTS = {
    "code": 20,
    "name": 80,
    "name_en": 160,
    "city": 20,
    "district": 20,
    "address": 160,
    "phone": 30,
    "introduction": 4000,
    "hours_raw": 200,
}
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_PLAN_CODE = 60
_DEPARTMENT = re.compile(r"[A-Z]?(\d{1,2})(?:\.?(\d{2}))?")
_DAYS = "(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)"
_TIME = r"(?:[01]\d|2[0-4]):[0-5]\d"
_RANGE = rf"{_TIME}(?:-{_TIME}|\+)"
_RULE = rf"(?:{_DAYS}(?:[-,]{_DAYS})* )?(?:{_RANGE}(?:,{_RANGE})*|off)"
_HOURS = re.compile(rf"24/7|{_RULE}(?:; {_RULE})*")
# Mainland China with its islands, roughly: enough to notice swapped or mistyped numbers.
_TO_GCJ02: Final[dict[str, Callable[[Place], Place]]] = {
    "gcj-02": lambda place: place,
    "wgs-84": geo.from_wgs84,
    "bd-09": geo.from_bd09,
}
_LATITUDES, _LONGITUDES = (3.0, 54.0), (73.0, 136.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRecord:
    """Direct billing for one plan at one site; ``starts`` and ``ends`` are inclusive, no end is open."""

    plan: str
    starts: datetime.date
    ends: datetime.date | None
    care: tuple[str, ...]
    inpatient: bool
    excludes: tuple[str, ...]
    note: str
    suspended_because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRecord:
    """A site as its file tells it."""

    code: str
    group: str | None
    name: str
    name_en: str
    site_class: SiteClass
    level: int | None
    city: str
    district: str
    address: str
    phone: str
    introduction: str
    departments: tuple[dict[str, str], ...]
    hours_raw: str
    hours: dict[str, str]
    hours_status: HoursStatus = HoursStatus.READ
    latitude: float | None
    longitude: float | None
    is_invented: bool
    verified_on: datetime.date | None
    contracts: tuple[ContractRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRecord:
    """A hospital group. Plan rules match its name."""

    name: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRecord:
    """A person at a site's desk. ``password`` is the first one, never printed."""

    username: str
    name: str
    password: str = field(repr=False)
    site: str
    """The site's code."""


def read_staff(values: dict[str, Any]) -> StaffRecord:
    """Read a person. Raises RowUnreadable."""
    return StaffRecord(**_texts(values, {"username": 150, "name": 60, "password": 128, "site": 20}))


def read_group(values: dict[str, Any]) -> GroupRecord:
    """Read a group. Raises RowUnreadable."""
    return GroupRecord(**_texts(values, {"name": 60, "name_en": 120}, optional=("name_en",)))


def read_site(values: dict[str, Any], *, now: datetime.datetime) -> SiteRecord:
    """Read a site and its contracts. Raises RowUnreadable with every problem of the entry."""
    reader = _Reader(values, now)
    reader.problems += rows.unknown_keys(values, _SITE_KEYS)
    texts: dict[str, Any] = {key: reader.text(key, most=most) for key, most in _TEXTS.items()}
    for key in ("code", "name", "city", "address"):
        reader.require(key)
    if texts["code"] and not _CODE.fullmatch(texts["code"]):
        reader.problems.append(_("code 只能用小写字母、数字和“-”，例如 sunflower-xuhui。"))
    site_class = reader.one_of("class", SiteClass.values)
    latitude, longitude = reader.place(texts["address"])
    fields: dict[str, Any] = {
        "group": rows.scalar(values, "group") or None,
        "level": reader.level(site_class),
        "departments": reader.departments(),
        "is_invented": reader.flag("is_invented"),
        "verified_on": reader.optional_day("verified_on"),
        "contracts": reader.contracts(),
    }
    fields["hours"], fields["hours_status"] = reader.hours(printed=texts["hours_raw"])
    if isinstance(values.get("is_invented", False), bool):
        reader.problems += _address_that_misleads(texts["address"], is_invented=fields["is_invented"])
    if reader.problems:
        raise rows.RowUnreadable(reader.problems)
    return SiteRecord(**texts, **fields, site_class=SiteClass(site_class), latitude=latitude, longitude=longitude)


def _texts(values: dict[str, Any], most: dict[str, int], *, optional: tuple[str, ...] = ()) -> dict[str, str]:
    """Read an entry of plain texts with their greatest lengths. Raises RowUnreadable."""
    problems = rows.unknown_keys(values, most)
    texts = {key: rows.scalar(values, key) for key in most}
    for key, text in texts.items():
        if not text and key not in optional:
            problems.append(_("缺少“%(key)s”：请补上。") % {"key": key})
        if len(text) > most[key]:
            problems.append(_("“%(key)s”超过 %(most)d 个字：请写短一些。") % {"key": key, "most": most[key]})
    if problems:
        raise rows.RowUnreadable(problems)
    return texts


def normal_department(code: str) -> str | None:
    """Return a national department code (国家诊疗科目) as ``07`` or ``07.02``; None when it is no such code.

    In the wild the same code appears as 07.02, 0702, 702 and A07.02 (domain 2.1).
    """
    if not (found := _DEPARTMENT.fullmatch(code.strip().upper())):
        return None
    major, minor = found.groups()
    return f"{int(major):02d}.{minor}" if minor else f"{int(major):02d}"


def search_text(record: SiteRecord) -> str:
    """Return what a search looks through: names and place as written, as pinyin, and as initials, in lower case."""
    names = f"{record.group or ''} {record.name} {record.city} {record.district}"
    written = f"{names} {record.name_en} {record.address}".lower()
    return f"{written}\n{pinyin.syllables(names)}\n{pinyin.initials(names)}"


class _Reader:
    """Reads the values of an entry and remembers every problem met on the way."""

    def __init__(self, values: dict[str, Any], now: datetime.datetime) -> None:
        self.values = values
        self.now = now
        self.problems: list[str] = []

    def text(self, key: str, *, most: int) -> str:
        text = rows.scalar(self.values, key)
        if len(text) > most:
            self.problems.append(_("“%(key)s”超过 %(most)d 个字：请写短一些。") % {"key": key, "most": most})
        return text

    def require(self, key: str) -> None:
        value = self.values.get(key)
        if not (value if isinstance(value, list) else rows.scalar(self.values, key)):
            self.problems.append(_("缺少“%(key)s”：请补上。") % {"key": key})

    def one_of(self, key: str, known: Iterable[str]) -> str:
        value = rows.scalar(self.values, key)
        if value not in known:
            text = _("“%(key)s”只能写：%(known)s。")
            self.problems.append(text % {"key": key, "known": "、".join(known)})
        return value

    def some_of(self, key: str, known: Iterable[str]) -> tuple[str, ...]:
        value = self.values.get(key) or []
        if not isinstance(value, list) or any(not isinstance(item, str) or item not in known for item in value):
            text = _("“%(key)s”应当是列表，里面只能写：%(known)s。")
            self.problems.append(text % {"key": key, "known": "、".join(known)})
            return ()
        return tuple(value)

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.problems.append(_("“%(key)s”只能写 true 或 false。") % {"key": key})
        return value is True

    def day(self, key: str) -> datetime.date:
        """Read a required day. After a problem the value is a placeholder that nobody uses."""
        text = rows.scalar(self.values, key)
        # A contract is found by its first day, so a day that moves with the calendar would multiply it.
        found = None if rows.is_relative(text) else rows.read_day(text, now=self.now)
        if found is None:
            self.problems.append(_("“%(key)s”不是日期：请写成 2026-11-22 这样。") % {"key": key})
        return found or datetime.date.min

    def optional_day(self, key: str) -> datetime.date | None:
        return self.day(key) if self.values.get(key) else None

    def level(self, site_class: str) -> int | None:
        level = self.values.get("level")
        if level not in (None, *LEVELS) or isinstance(level, bool):
            self.problems.append(_("“level”只能写 1、2 或 3（一级、二级、三级）。"))
            return None
        if site_class == SiteClass.PUBLIC and level is None:
            self.problems.append(_("公立医院缺少“level”：条款只认二级及以上，请写 1、2 或 3。"))
        return level

    def place(self, address: str) -> tuple[float | None, float | None]:
        """Return GCJ-02 latitude and longitude in degrees, or two Nones. Other systems are converted."""
        latitude, longitude = self.values.get("latitude"), self.values.get("longitude")
        if latitude is None and longitude is None:
            return None, None
        convert = _TO_GCJ02.get(str(self.values.get("coordinates")))
        if convert is None:
            self.problems.append(_("写了坐标就要写明坐标系：“coordinates”只能写 gcj-02、wgs-84 或 bd-09。"))
        if not (_is_within(latitude, _LATITUDES) and _is_within(longitude, _LONGITUDES)):
            self.problems.append(_("坐标不在中国境内：请检查纬度（latitude）和经度（longitude）是否写反或写错。"))
            return None, None
        if address.endswith(("…", "...")):
            self.problems.append(_("地址是截断的，不能给它定坐标：请去掉坐标，或补全地址。"))
        return convert(Place(float(latitude or 0), float(longitude or 0))) if convert else (None, None)

    def departments(self) -> tuple[dict[str, str], ...]:
        entries = self.values.get("departments") or []
        if not isinstance(entries, list):
            entries = [entries]
        read = []
        for entry in entries:
            label = rows.scalar(entry, "label") if isinstance(entry, dict) else ""
            code = normal_department(rows.scalar(entry, "code")) if isinstance(entry, dict) else None
            if not label or code is None:
                text = _('科室请写成 {label: 儿科全科, code: "07"}，代码用国家诊疗科目。')
                self.problems.append(text)
                break
            read.append({"label": label, "code": code})
        return tuple(read)

    def hours(self, *, printed: str) -> tuple[dict[str, str], HoursStatus]:
        """Return the hours by service: those that a person wrote into the file, otherwise as read from the print."""
        if "hours" not in self.values:
            read = read_hours(printed)
            return read.hours, HoursStatus(read.status)
        written = self._hours_by_hand()
        return written, HoursStatus.READ if written else HoursStatus.UNREAD if printed else HoursStatus.EMPTY

    def _hours_by_hand(self) -> dict[str, str]:
        hours = self.values.get("hours") or {}
        if not isinstance(hours, dict) or any(service not in HoursOf.values for service in hours):
            text = _("“hours”请按服务写，服务只能是：%(known)s。")
            self.problems.append(text % {"known": "、".join(HoursOf.values)})
            return {}
        for service, written in hours.items():
            if not _HOURS.fullmatch(str(written)):
                text = _("“hours”里 %(service)s 的写法读不懂：请写成 Mo-Fr 09:00-19:00; Sa-Su 09:00-18:00 这样。")
                self.problems.append(text % {"service": service})
        return {service: str(written) for service, written in hours.items()}

    def contracts(self) -> tuple[ContractRecord, ...]:
        entries = self.values.get("contracts") or []
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self.problems.append(_("“contracts”应当是列表，每份合同写明 plans、starts 和 care。"))
            return ()
        read = [contract for entry in entries for contract in self._contract(entry)]
        self.problems += contracts_that_overlap(read)
        return tuple(read)

    def _contract(self, values: dict[str, Any]) -> list[ContractRecord]:
        reader = _Reader(values, self.now)
        reader.problems += rows.unknown_keys(values, _CONTRACT_KEYS)
        plans = values.get("plans")
        if not isinstance(plans, list) or not plans or not all(map(_is_plan_code, plans)):
            reader.problems.append(_("合同缺少“plans”：请写计划代码的列表，例如 [growth-2021]。"))
            plans = []
        reader.require("care")
        shared: dict[str, Any] = {
            "starts": reader.day("starts"),
            "ends": reader.optional_day("ends"),
            "care": reader.some_of("care", CARES),
            "inpatient": reader.flag("inpatient"),
            "excludes": reader.some_of("excludes", CARVE_OUTS),
            "note": reader.text("note", most=120),
            "suspended_because": reader.text("suspended_because", most=120),
        }
        if shared["ends"] and shared["ends"] < shared["starts"]:
            reader.problems.append(_("合同的 ends 早于 starts：请检查两个日期是否写反。"))
        self.problems += reader.problems
        return [] if reader.problems else [ContractRecord(plan=plan, **shared) for plan in plans]


class _Dated(Protocol):
    """What overlapping is about: a record of a file, or a row of the table."""

    @property
    def plan(self) -> str: ...
    @property
    def starts(self) -> datetime.date: ...
    @property
    def ends(self) -> datetime.date | None: ...


def contracts_that_overlap(contracts: Iterable[_Dated]) -> list[str]:
    """Return a sentence for every plan that has two contracts on one day: which of them holds would be a guess."""
    problems = []
    ordered = sorted(contracts, key=lambda contract: (contract.plan, contract.starts))
    for earlier, later in itertools.pairwise(ordered):
        if earlier.plan == later.plan and (earlier.ends is None or later.starts <= earlier.ends):
            text = _("计划“%(plan)s”有两份合同在 %(day)s 重叠：请先给前一份写上 ends。")
            problems.append(text % {"plan": later.plan, "day": later.starts.isoformat()})
    return problems


def _address_that_misleads(address: str, *, is_invented: bool) -> list[str]:
    if is_invented == address.endswith(INVENTED_MARK):
        return []
    if is_invented:
        return [_("虚构的机构，地址要以“%(mark)s”结尾，免得有人真的去找。") % {"mark": INVENTED_MARK}]
    return [_("地址写着“%(mark)s”，却没有写 is_invented: true：请补上。") % {"mark": INVENTED_MARK}]


def _is_plan_code(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_PLAN_CODE and bool(_CODE.fullmatch(value))


def _is_within(number: Any, bounds: tuple[float, float]) -> bool:
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    return is_number and bounds[0] <= number <= bounds[1]
