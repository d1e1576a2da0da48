"""Opening hours as clinics print them in Chinese → OSM syntax, one text per service.

    read_hours("24小时急诊 周一至周日：9：00-18：00 夜门诊 18:00之后")
    → {"emergency": "24/7", "outpatient": "Mo-Su 09:00-18:00", "night": "Mo-Su 18:00+"}, READ

What cannot be read for certain is not guessed: the service is left out, the status says so, and
pages show the printed text. Clinics print hours in many ways (domain 3.1); the table in
``tests/haixing/lib/test_chinese_hours.py`` is the list of those that we know.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

OUTPATIENT, EMERGENCY, NIGHT, VACCINATION = "outpatient", "emergency", "night", "vaccination"
ALWAYS = "24/7"
_OTHER = "other"


class ParseStatus(StrEnum):
    """How much of a printed text was read."""

    READ = "read"
    PARTLY = "partly"
    """Some services were read; the others stand only in the printed text."""
    UNREAD = "unread"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursRead:
    """What a printed text says."""

    hours: dict[str, str]
    """OSM syntax by service."""
    status: ParseStatus
    notes: tuple[str, ...] = ()
    """Bracketed remarks that are not about time, as printed."""


def read_hours(printed: str) -> HoursRead:
    """Read opening hours as a clinic prints them. Raises nothing: unreadable is an answer."""
    text, notes = _without_notes(_plain(printed))
    if not text:
        return HoursRead(hours={}, status=ParseStatus.EMPTY, notes=notes)
    reader = _Reader()
    for token in _tokens(text):
        reader.take(token)
    hours = reader.finish()
    if reader.doubts:
        status = ParseStatus.PARTLY if hours else ParseStatus.UNREAD
    else:
        status = ParseStatus.READ if hours else ParseStatus.UNREAD
    return HoursRead(hours=hours, status=status, notes=notes)


# -- the text --

_FOLDED: Final = str.maketrans("—–－―−~～。｜|", "-------;  ")
_BRACKETS: Final = re.compile(r"[(\[【{]([^()\[\]【】{}]*)[)\]】}]")
_ABOUT_TIME: Final = re.compile(r"[周日号天月节假休\d]|星期|礼拜|除外|停诊|全年|小时")
_NO_TIME: Final = re.compile(r"费用|保险|预约|电话|地址|建议|提前|停车")


def _plain(printed: str) -> str:
    """Fold half and full width, kinds of dashes, and spaces."""
    text = unicodedata.normalize("NFKC", printed).translate(_FOLDED)
    return re.sub(r"\s+", " ", text).strip()


def _without_notes(text: str) -> tuple[str, tuple[str, ...]]:
    """Take bracketed remarks out, but for those about days and times, which lose only their brackets."""
    notes: list[str] = []

    def bracket(found: re.Match[str]) -> str:
        inner = found.group(1).strip()
        if _ABOUT_TIME.search(inner) and not _NO_TIME.search(inner):
            return f" {inner} "
        if inner:
            notes.append(inner)
        return " "

    return _BRACKETS.sub(bracket, text).strip(), tuple(notes)


# -- the words --

_DAY_NAMES: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY_OF: Final = {character: index for index, character in enumerate("一二三四五六")} | {"日": 6, "天": 6, "末": 5}
_ALL_WEEK: Final = frozenset(range(7))
_HOLIDAY: Final = 7
"""Public holidays, as the eighth day of a week."""

_WEEK = r"(?:周|星期|礼拜)"
_D = r"[一二三四五六日天]"
_TO = r" ?(?:至|到|-) ?"
_HALF = r"(?:上午|早上|早|下午|中午|午后|傍晚|晚上|晚间|晚|夜间|凌晨|AM|PM|am|pm)?"
_TIME = rf"{_HALF} ?\d{{1,2}}(?: ?[:.] ?\d{{2}}|(?:点|时)(?:半|[0-5]?\d分?|整)?| ?[aApP][mM])?"
_NEXT = r"(?:次日|第二天|翌日|隔日|第2天)?"
_HOLIDAYS = r"(?:国家|国定|法定|公共|公众)?(?:节假日|假日|假期|节日|节休日)"
_REST = r"(?:除外|不营业|不上班|不开诊|不接诊|不看诊|休息|停诊|休诊|闭诊|闭馆|关门|公休|全天休息|休业|休)"
_ROUND = r"(?:7[*x×]24(?:小时)?|24 ?小时|24[hH])"
_OPENS = r"(?:普通门诊|儿科门诊|日间门诊|门诊|营业|开诊|接诊|看诊|就诊|服务|开放|工作|上班|应诊)"
_OTHERS = r"(?:儿童保健|儿保|体检|住院部?|探视|口腔|牙科|齿科|康复|视光|特需门诊|特需|专家门诊|国际部|中医|药房|核酸)"
_WORDS: Final = re.compile(
    "|".join(
        f"(?P<{name}>{pattern})"
        for name, pattern in {
            "allday_service": rf"(?:全天|{_ROUND})(?:候诊|开放|营业)?的?(?P<of>儿科急诊|门急诊|急诊|门诊)",
            "holiday_normal": rf"{_HOLIDAYS}(?:照常|正常|不休|无休|不打烊)(?:营业|接诊|开诊|看诊|门诊|开放)?",
            "holiday_off": rf"(?:除{_HOLIDAYS}外?|{_HOLIDAYS}(?:均|都)?{_REST})",
            "no_rest": r"(?:全年无休|无休|中午不休息?|午间不休息?|中午无休|午间连诊|中午连诊|不休息)",
            "lunch": rf"(?:午休|午间休息|中午休息|午间|午餐)(?:时间)?:? ?(?P<l1>{_TIME}){_TO}(?P<l2>{_TIME})(?:休息)?",
            "break": rf"(?P<b1>{_TIME}){_TO}(?P<b2>{_TIME}) ?(?:午休|休息|中午休息|午间休息)(?! ?:? ?\d)",
            "other": rf"{_OTHERS}(?:门诊|时间|服务)?",
            "night": r"(?:夜间门诊|夜门诊|夜诊|晚间门诊|夜间)(?:时间)?",
            "both": r"(?:门急诊|门/急诊|门诊/急诊|门诊和急诊|门诊及急诊|门诊、急诊)(?:时间)?",
            "emergency": r"(?:儿科急诊|急诊)(?:时间|部|室)?",
            "vaccination": r"(?:疫苗接种|预防接种|接种门诊|疫苗|接种)(?:门诊|时间|服务)?",
            "outpatient": rf"{_OPENS}(?:时间|部)?(?!日)",
            "always": rf"(?:24/7|(?:全天)?{_ROUND}(?:全天)?|全天候|全天)(?:营业|开放|服务|接诊|开诊|不打烊|候诊)?",
            "range_days": rf"{_WEEK}(?P<d1>{_D}){_TO}{_WEEK}?(?P<d2>{_D})",
            "weekend": rf"(?:{_WEEK}(?:六[/、,]?(?:{_WEEK})?日|六[/、,]?(?:{_WEEK})?天|末)|双休日?|周末两天)",
            "list_days": rf"{_WEEK}{_D}(?:[/、,]?(?:{_WEEK})?{_D}(?![:\d]))*",
            "workdays": r"(?:工作日|平日|平时)",
            "daily": r"(?:每天|每日|天天|全周|一周七天|日常|全年)",
            "holiday": _HOLIDAYS,
            "range": rf"(?P<t1>{_TIME}){_TO}(?P<next>{_NEXT}) ?(?P<t2>{_TIME})",
            "to_late": rf"(?P<t0>{_TIME}) ?(?:之后|以后|后|起|开始)",
            "rest": _REST,
            "filler": r"[ ,;:、/和及与为是的]|以及|时间",
        }.items()
    )
)  # fmt: skip


_DAY_WORDS: Final = frozenset({"range_days", "weekend", "list_days", "workdays", "daily", "holiday"})
_SERVICES: Final = {
    "outpatient": (OUTPATIENT,),
    "emergency": (EMERGENCY,),
    "night": (NIGHT,),
    "vaccination": (VACCINATION,),
    "both": (OUTPATIENT, EMERGENCY),
}
_ALL_DAY_SERVICES: Final = {"急诊": {EMERGENCY}, "门诊": {OUTPATIENT}, "门急诊": {OUTPATIENT, EMERGENCY}}


class Token(NamedTuple):
    """A word of the text. ``kind`` None is a piece that nobody knows."""

    kind: str | None
    parts: dict[str, str | None]
    text: str


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        found = _WORDS.match(text, position)
        if found is None:
            yield Token(None, {}, text[position])
            position += 1
            continue
        # The outer group is the last to close, so it names the alternative that matched.
        yield Token(found.lastgroup, found.groupdict(), found.group())
        position = found.end()


def _days(token: Token) -> frozenset[int] | None:
    """The days that a word names; None for a range from a day to itself. 周日至周四 runs over the week's end."""
    if token.kind == "range_days":
        first, last = _DAY_OF[token.parts["d1"] or ""], _DAY_OF[token.parts["d2"] or ""]
        if first == last:
            return None
        return frozenset(range(first, last + 1) if first < last else [*range(first, 7), *range(last + 1)])
    if token.kind == "list_days":
        return frozenset(_DAY_OF[character] for character in re.findall(_D, token.text))
    fixed = {"weekend": frozenset({5, 6}), "workdays": frozenset(range(5)), "daily": _ALL_WEEK}
    return fixed.get(token.kind or "", frozenset({_HOLIDAY}))


# -- times --

_CLOCK: Final = re.compile(
    rf"(?P<half>{_HALF}) ?(?P<hour>\d{{1,2}})"
    r"(?: ?[:.] ?(?P<minute>\d{2})|(?:点|时)(?P<spoken>半|\d{1,2}分?|整)?| ?(?P<m>[aApP][mM]))?"
)
_AFTERNOON: Final = frozenset({"下午", "午后", "傍晚", "晚上", "晚间", "晚", "夜间", "PM", "pm"})
_DAY_MINUTES: Final = 24 * 60


def _minutes(printed: str) -> int | None:
    """Minutes after midnight, from 0 to 1440; None for no such time."""
    found = _CLOCK.fullmatch(printed.strip())
    if found is None:
        return None
    half, spoken = found["half"] or (found["m"] or "").upper(), found["spoken"]
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if spoken:
        minute = 30 if spoken == "半" else int(re.sub(r"\D", "", spoken) or 0)
    if half in _AFTERNOON and hour < 12:
        hour += 12
    total = hour * 60 + minute
    return total if minute < 60 and total <= _DAY_MINUTES else None


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


_EVENING, _MORNING = 16 * 60, 12 * 60


def _span(start: int, end: int, *, next_day: bool) -> tuple[int, int] | None:
    """An opening time; None where the end cannot be meant, such as 8:00-5:00, whose afternoon was left out."""
    if next_day:
        return (start, end + _DAY_MINUTES) if end <= start else None
    if end > start:
        return start, end
    return (start, end + _DAY_MINUTES) if start >= _EVENING and end <= _MORNING else None


# -- reading --


@dataclass(slots=True)
class _Rule:
    """Days, and when the service is open on them. An end of None is an open one; no spans and ``off`` is closed."""

    days: frozenset[int]
    spans: list[tuple[int, int | None]] = field(default_factory=list)
    off: bool = False
    is_implied: bool = False
    """No day was printed, so all of them were meant."""


class _Reader:
    """Goes through the words from left to right and keeps what they were about so far."""

    def __init__(self) -> None:
        self.doubts = 0
        self._rules: dict[str, list[_Rule]] = {}
        self._always: set[str] = set()
        self._dropped: set[str] = set()
        self._services: tuple[str, ...] = (OUTPATIENT,)
        self._days: frozenset[int] | None = None
        """Days named since the last times; they hold for the times to come."""
        self._days_are_fresh = False
        self._days_are_heading = False
        """They stand before the service, as a heading that holds for several."""
        self._current: list[_Rule] = []
        self._holiday_off = False
        self._follows_workdays = False

    def take(self, token: Token) -> None:
        """Read the next word."""
        kind, parts = token.kind or "", token.parts
        if kind in _DAY_WORDS:
            self._name_days(token)
        elif kind in _SERVICES:
            self._name_services(_SERVICES[kind])
        elif kind == "range":
            self._times(parts["t1"], parts["t2"], next_day=bool(parts["next"]))
        elif kind == "to_late":
            self._from(parts["t0"])
        elif kind in {"lunch", "break"}:
            self._pause(parts[f"{kind[0]}1"], parts[f"{kind[0]}2"])
        else:
            self._remark(token)

    def _remark(self, token: Token) -> None:
        """Read a word that is neither days, nor a service, nor a time."""
        match token.kind:
            case "other":
                # A service that we do not keep: its times stand in the printed text only.
                self.doubts += 1
                self._name_services((_OTHER,))
            case "allday_service":
                self._always |= _ALL_DAY_SERVICES[(token.parts["of"] or "").removeprefix("儿科")]
                self._name_services((OUTPATIENT,))
            case "always":
                self._all_day()
            case "rest":
                self._rest()
            case "holiday_off":
                self._holiday_off = True
                if self._days_are_fresh and "除" not in token.text:
                    self._rest()  # 周日及节假日休息: Sundays too
            case None:
                self.doubts += 1
                self._dropped |= set(self._services)
            case _:
                pass  # 全年无休, 节假日照常, 和: nothing changes

    def finish(self) -> dict[str, str]:
        """What was read, by service, without the services about which there is a doubt."""
        if self._days_are_fresh:
            self._days_came_last()
        hours = {}
        for service in (EMERGENCY, OUTPATIENT, NIGHT, VACCINATION):
            if service in self._dropped:
                continue
            if service in self._always:
                hours[service] = ALWAYS
                continue
            rules = [rule for rule in self._rules.get(service, []) if rule.spans or rule.off]
            if any(rule.spans for rule in rules):
                hours[service] = self._written(rules)
        return hours

    def _days_came_last(self) -> None:
        """9:00-18:00 每天: the only times get the only days. Otherwise, which hours those days have is not said."""
        rules = [rule for service in self._services for rule in self._rules.get(service, [])]
        if self._days is not None and len(rules) == len(self._services) and all(rule.is_implied for rule in rules):
            for rule in rules:
                rule.days = self._days
            return
        self._doubt()

    def _name_days(self, token: Token) -> None:
        days = _days(token)
        if days is None:
            self._doubt()
            return
        if token.kind == "workdays":
            self._follows_workdays = True
        self._days = (self._days or frozenset()) | days if self._days_are_fresh else days
        self._days_are_fresh, self._days_are_heading = True, False
        self._current = []

    def _name_services(self, services: tuple[str, ...]) -> None:
        if self._days_are_fresh:
            self._days_are_heading = True
        elif self._days not in (None, _ALL_WEEK) and services != self._services and not self._days_are_heading:
            # Days of another service: whether they hold for this one too is not said.
            self._days = frozenset()
        self._services = services
        self._current = []

    def _all_day(self) -> None:
        if self._days_are_fresh and self._days != _ALL_WEEK:
            self._add(0, _DAY_MINUTES)
            return
        self._always |= set(self._services)
        self._days_are_fresh = False

    def _times(self, first: str | None, last: str | None, *, next_day: bool) -> None:
        start, end = _minutes(first or ""), _minutes(last or "")
        if start is not None and end is not None and not _says_half(last) and _says_afternoon(first) and end < _MORNING:
            end += _MORNING  # 下午 holds for both ends: 下午1:00-5:00
        span = None if start is None or end is None else _span(start, end, next_day=next_day)
        if span is None:
            self._doubt()
            return
        self._add(*span)

    def _from(self, printed: str | None) -> None:
        start = _minutes(printed or "")
        if start is None:
            self._doubt()
            return
        self._add(start, None)

    def _add(self, start: int, end: int | None) -> None:
        if self._days == frozenset():
            self._doubt()
            return
        if not self._current or self._days_are_fresh:
            is_implied = self._days is None
            days = _ALL_WEEK if self._days is None else self._days
            self._current = [_Rule(days, is_implied=is_implied) for _ in self._services]
            for service, rule in zip(self._services, self._current, strict=True):
                self._rules.setdefault(service, []).append(rule)
        self._days_are_fresh = False
        for rule in self._current:
            rule.spans.append((start, end))

    def _pause(self, first: str | None, last: str | None) -> None:
        """Take a pause out of every opening so far that contains it."""
        start, end = _minutes(first or ""), _minutes(last or "")
        if start is None or end is None or end <= start or not self._current:
            self._doubt()
            return
        for service in self._services:
            for rule in self._rules.get(service, []):
                rule.spans = [piece for span in rule.spans for piece in _cut(span, start, end)]

    def _rest(self) -> None:
        if not self._days_are_fresh or self._days is None:
            self._doubt()
            return
        services = self._rules or dict.fromkeys(self._services)
        for service in services:
            self._rules.setdefault(service, []).append(_Rule(self._days, off=True))
        self._days_are_fresh, self._current = False, []

    def _doubt(self) -> None:
        self.doubts += 1
        self._dropped |= set(self._services)
        self._days_are_fresh = False

    def _written(self, rules: list[_Rule]) -> str:
        """OSM syntax. Open-ended and overnight times are OSM's own ways to say them."""
        parts = [f"{_named(rule.days)} {_spans(rule.spans) if rule.spans else 'off'}" for rule in _merged(rules)]
        says_holidays = any(_HOLIDAY in rule.days for rule in rules)
        if (self._holiday_off or self._follows_workdays) and not says_holidays:
            parts.append("PH off")
        return "; ".join(parts)


def _merged(rules: list[_Rule]) -> list[_Rule]:
    """Join rules of the same days, as when morning and afternoon stand in two lines."""
    kept: list[_Rule] = []
    for rule in rules:
        same = next((other for other in kept if other.days == rule.days and not (other.off or rule.off)), None)
        if same is None:
            kept.append(_Rule(rule.days, list(rule.spans), off=rule.off))
        else:
            same.spans += rule.spans
    return kept


def _cut(span: tuple[int, int | None], start: int, end: int) -> list[tuple[int, int | None]]:
    first, last = span
    if start <= first or (last is not None and end >= last):
        return [span]
    return [(first, start), (end, last)]


def _spans(spans: list[tuple[int, int | None]]) -> str:
    written = []
    for start, end in sorted(set(spans), key=lambda span: span[0]):
        written.append(f"{_clock(start)}+" if end is None else f"{_clock(start)}-{_clock(_within_a_day(end))}")
    return ",".join(written)


def _within_a_day(minutes: int) -> int:
    return minutes if minutes <= _DAY_MINUTES else minutes - _DAY_MINUTES


def _named(days: frozenset[int]) -> str:
    """``Mo-Fr``, ``Sa-Su,PH``, ``Mo,We``."""
    names: list[str] = []
    run: list[int] = []
    for day in [*sorted(days - {_HOLIDAY}), 99]:
        if run and day != run[-1] + 1:
            names.append(_DAY_NAMES[run[0]] if len(run) == 1 else f"{_DAY_NAMES[run[0]]}-{_DAY_NAMES[run[-1]]}")
            run = []
        run.append(day)
    return ",".join([*names, *(["PH"] if _HOLIDAY in days else [])])


def _says_half(printed: str | None) -> bool:
    found = _CLOCK.fullmatch((printed or "").strip())
    return found is not None and bool(found["half"] or found["m"])


def _says_afternoon(printed: str | None) -> bool:
    found = _CLOCK.fullmatch((printed or "").strip())
    return found is not None and found["half"] in _AFTERNOON
