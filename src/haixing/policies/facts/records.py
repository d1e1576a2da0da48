"""Insurers' rows read as values: everything wrong with a row is said at once, and nothing is repaired by guessing.

Dates are kept exactly as issued (C11): an odd period earns a remark, never a correction.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from haixing.lib import clock, rows
from haixing.policies.enums import Gender
from haixing.policies.facts.names import PhoneUnreadable, normal_phone

POLICY_COLUMNS = (
    "member_number",
    "insurer",
    "plan",
    "printed_plan_name",
    "child_name",
    "gender",
    "born",
    "phone",
    "paid_at",
    "effective",
    "expires",
)
POLICY_EXTRAS = ("first_effective", "ended_on")
INSURER_KEYS = (
    "code",
    "name",
    "name_en",
    "hotline",
    "hotline_hours",
    "email",
    "provider_hotline",
    "provider_email",
)

_GENDERS = {"M": Gender.BOY, "男": Gender.BOY, "F": Gender.GIRL, "女": Gender.GIRL}
_REWRITTEN_BY_EXCEL = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_MARKS_IN_NAMES = frozenset(" ·•・‧∙⋅･.．'’-‐－")  # the marks that documents print
_LONGEST_TEXTS = {
    "code": 20,
    "name": 60,
    "hotline": 30,
    "provider_hotline": 30,
    "hotline_hours": 60,
    "email": 254,
    "provider_email": 254,
}
_LONGEST_OTHER = 120
_LONGEST_NAME = 60
_LONGEST_NUMBER = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRecord:
    """One policy as the insurer issued it. Holds personal data. ``effective`` and ``expires`` are inclusive."""

    member_number: str
    insurer: str
    plan: str
    printed_plan_name: str
    child_name: str
    gender: Gender
    born: datetime.date
    phone: str
    """E.164."""
    paid_at: datetime.datetime
    effective: datetime.date
    expires: datetime.date
    first_effective: datetime.date
    ended_on: datetime.date | None = None
    dates_are_relative: bool = False
    """The dates were written relative to the day of loading (samples only), so they hold for a new policy alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InsurerRecord:
    """An insurer and where it can be reached."""

    code: str
    name: str
    name_en: str
    hotline: str
    hotline_hours: str
    email: str
    provider_hotline: str
    provider_email: str


def read_policy(values: dict[str, Any], *, now: datetime.datetime) -> PolicyRecord:
    """Read one row of a policies file. Raises RowUnreadable with every problem of the row."""
    reader = _Reader(values, now)
    effective = reader.day("effective")
    expires = reader.day("expires")
    first_effective = reader.day("first_effective", default=effective)
    ended_on = reader.optional_day("ended_on")
    record = {
        "member_number": reader.checked("member_number", _member_number),
        "insurer": reader.text("insurer"),
        "plan": reader.text("plan"),
        "printed_plan_name": reader.text("printed_plan_name"),
        "child_name": reader.checked("child_name", _child_name),
        "gender": reader.checked("gender", _gender),
        "born": reader.day("born"),
        "phone": reader.checked("phone", normal_phone),
        "paid_at": reader.moment("paid_at"),
    }
    if not reader.problems:
        reader.problems += _dates_that_disagree(record["born"], record["paid_at"], effective, expires, now=now)
        reader.problems += _edges_that_disagree(effective, expires, first_effective, ended_on)
    if reader.problems:
        raise rows.RowUnreadable(reader.problems)
    return PolicyRecord(
        **record,
        effective=effective,
        expires=expires,
        first_effective=first_effective,
        ended_on=ended_on,
        dates_are_relative=reader.met_relative,
    )


def read_insurer(values: dict[str, Any], *, now: datetime.datetime) -> InsurerRecord:
    """Read one insurer. Raises RowUnreadable with every problem of the entry."""
    reader = _Reader(values, now)
    reader.problems += rows.unknown_keys(values, INSURER_KEYS)
    record = {key: reader.text(key) for key in INSURER_KEYS if key not in ("email", "provider_email", "hotline_hours")}
    emails = {key: reader.checked(key, _email) for key in ("email", "provider_email")}
    hours = reader.text("hotline_hours") if values.get("hotline_hours") else ""
    if reader.problems:
        raise rows.RowUnreadable(reader.problems)
    return InsurerRecord(**record, **emails, hotline_hours=hours)


def remarks_on(record: PolicyRecord) -> list[str]:
    """Return what is odd about a policy and yet kept as issued (C11)."""
    days = (record.expires - record.effective).days + 1
    if record.expires == _year_from(record.effective) - datetime.timedelta(days=1):
        return []
    return [_("保险期间是 %(days)d 天，不是整一年：已按保险公司给的日期收下，没有改动。") % {"days": days}]


class _Reader:
    """Reads cells and remembers every problem met on the way."""

    def __init__(self, values: dict[str, Any], now: datetime.datetime) -> None:
        self.values = values
        self.now = now
        self.problems: list[str] = []
        self.met_relative = False

    def text(self, key: str) -> str:
        value = rows.scalar(self.values, key)
        if not value:
            self.problems.append(_("缺少“%(key)s”：请补上。") % {"key": key})
        elif len(value) > (most := _LONGEST_TEXTS.get(key, _LONGEST_OTHER)):
            self.problems.append(_("“%(key)s”超过 %(most)d 个字：请写短一些。") % {"key": key, "most": most})
        return value

    def checked(self, key: str, check: Callable[[str], Any]) -> Any:
        if not (value := self.text(key)):
            return None
        try:
            return check(value)
        except (_Unfit, PhoneUnreadable) as error:
            self.problems.append(f"{key}: {error}")
            return None

    def day(self, key: str, *, default: datetime.date | None = None) -> datetime.date:
        """Read a required day. After a problem the value is a placeholder that nobody uses."""
        if default is not None and not self.values.get(key):
            return default
        text = self.text(key)
        found = rows.read_day(text, now=self.now) if text else None
        self.met_relative |= rows.is_relative(text)
        if text and found is None:
            self.problems.append(
                _("“%(key)s”不是日期：请写成 2026-11-22 这样（年-月-日，Excel 的序号和斜线都不收）。") % {"key": key}
            )
        return found or datetime.date.min

    def optional_day(self, key: str) -> datetime.date | None:
        return self.day(key) if self.values.get(key) else None

    def moment(self, key: str) -> datetime.datetime:
        """Read a required moment. After a problem the value is a placeholder that nobody uses."""
        text = self.text(key)
        found = rows.read_moment(text, now=self.now) if text else None
        self.met_relative |= rows.is_relative(text)
        if text and found is None:
            self.problems.append(
                _("“%(key)s”不是时间：请写成 2026-11-22 10:30 这样（上海时间），精确到分钟。") % {"key": key}
            )
        return found or datetime.datetime.min.replace(tzinfo=datetime.UTC)


class _Unfit(Exception):
    """A cell's text is not what the column asks for."""


def _member_number(text: str) -> str:
    if _REWRITTEN_BY_EXCEL.fullmatch(text):
        raise _Unfit(_("会员号被 Excel 改写成了科学计数法：请把这一列设为“文本”后重新导出。"))
    if len(text) > _LONGEST_NUMBER:
        raise _Unfit(_("会员号超过 %(most)d 个字符：请检查是不是填错了列。") % {"most": _LONGEST_NUMBER})
    if not text.isprintable() or any(character.isspace() for character in text):
        raise _Unfit(_("会员号里有空格或看不见的字符：请去掉。"))
    return text


def _child_name(text: str) -> str:
    if len(text) > _LONGEST_NAME:
        raise _Unfit(_("姓名超过 %(most)d 个字：请按证件填写。") % {"most": _LONGEST_NAME})
    for character in text:
        if not _belongs_in_a_name(character):
            raise _Unfit(
                _("姓名里有不属于姓名的字符（%(code)s）：请按证件填写，不要表情、数字和符号。")
                % {"code": f"U+{ord(character):04X}"}
            )
    if not any(unicodedata.category(character).startswith("L") for character in text):
        raise _Unfit(_("姓名里没有文字：请按证件填写。"))
    return text


def _belongs_in_a_name(character: str) -> bool:
    """Letters and marks of any script and plane, and the few marks that documents print. No emoji, no digits."""
    return character in _MARKS_IN_NAMES or unicodedata.category(character)[0] in "LM"


def _gender(text: str) -> Gender:
    if text not in _GENDERS:
        raise _Unfit(_("性别只能写 男 或 女（也可以写 M 或 F）。"))
    return _GENDERS[text]


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise _Unfit(_("不是一个邮箱地址：请写成 name@example.com 这样。")) from error
    return text


def _dates_that_disagree(
    born: datetime.date,
    paid_at: datetime.datetime,
    effective: datetime.date,
    expires: datetime.date,
    *,
    now: datetime.datetime,
) -> list[str]:
    problems = []
    if expires < effective:
        problems.append(_("expires 早于 effective：止期不能早于起期，请检查两列是否写反。"))
    if born > effective:
        problems.append(_("born 晚于 effective：孩子要先出生，保单才能生效，请检查出生日期。"))
    if born > clock.day_of(now):
        problems.append(_("born 在今天之后：请检查出生日期。"))
    if paid_at > now:
        problems.append(_("paid_at 在此刻之后：还没有付款的保单请等付款后再导入。"))
    return problems


def _edges_that_disagree(
    effective: datetime.date,
    expires: datetime.date,
    first_effective: datetime.date,
    ended_on: datetime.date | None,
) -> list[str]:
    problems = []
    if first_effective > effective:
        problems.append(_("first_effective 晚于 effective：连续投保的起点不能晚于本期起期，请检查；首次投保可以留空。"))
    # A policy that was given up before it began ends on the day before its first day.
    if ended_on is not None and not effective - datetime.timedelta(days=1) <= ended_on <= expires:
        problems.append(_("ended_on 不在保险期间内：提前终止请写最后一个保障日，没有终止请留空。"))
    return problems


def _year_from(day: datetime.date) -> datetime.date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February: the year is full on 1 March
        return datetime.date(day.year + 1, 3, 1)
