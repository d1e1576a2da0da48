"""The free schedules and the vaccines, read strictly from ``schedules/*.yaml``.

An edition holds the whole schedule from a day on; an amendment replaces single series of it
from a later day. Each such day begins a ``Schedule``, and the tuple of them is the timeline.

    edition     nip-2021, nip-2026
    series      hepb, dtp, polio …: the doses against one disease (or three), in order
    route       the ways to complete a series that are not to be mixed (JE: live, inactivated)
    slot        one dose of a route: its vaccine, its age, its limits
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from haixing.vaccines.facts.ages import Span, read_span

FOLDER = Path(__file__).parents[1] / "schedules"
EDITIONS = ("nip-2021.yaml", "nip-2026.yaml")
"""In the order in which they came into force."""
OPEN = datetime.date.min
"""Since before anything that is asked about."""
GIRLS = "girls"


class ScheduleUnreadable(Exception):
    """A file of schedules or vaccines is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a rule was taken from."""

    title: Spoken
    address: str = ""
    note: Spoken | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One dose of a route."""

    vaccine: str
    age: Span
    """The printed age, which is the youngest age (NIP-2021 and NIP-2026, general rules)."""
    after: Span | None = None
    """The shortest time since the dose before."""
    before: Span | None = None
    """To be completed before this age."""
    within: Span | None = None
    """To be completed within this time of the dose before."""
    instead: tuple[str, ...] = ()
    """Other vaccines that complete this dose."""
    last: Span | None = None
    """From this age on it is not simply made up: the clinic decides."""
    late_from: Span | None = None
    late_vaccine: str = ""
    """What is given to those who missed it, from ``late_from`` on."""
    printed: int | None = None
    """The dose's number where it is not its place in the route."""

    @property
    def vaccines(self) -> frozenset[str]:
        """The vaccines that this dose is meant for."""
        return frozenset({self.vaccine, self.late_vaccine} - {""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The doses against one disease. The first route is the usual one."""

    code: str
    name: Spoken
    routes: Mapping[str, tuple[Slot, ...]]
    only: str = ""
    born_after: datetime.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Schedule:
    """What is in force from ``since`` until the day before ``until``. It is itself and no other: see ``calendar``."""

    edition: str
    name: Spoken
    since: datetime.date
    until: datetime.date
    series: Mapping[str, Series]
    sources: tuple[Source, ...]
    remark: Spoken | None = None

    @property
    def code(self) -> str:
        """The edition, and the day of its amendment."""
        return self.edition if self.since == OPEN else f"{self.edition}.{self.since:%Y%m%d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a paid vaccine in the table by age."""

    age: Span
    label: Spoken | None
    dose: Spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Vaccine:
    """A vaccine as a family may meet it. A paid one has no price here, and a free one has none anywhere."""

    code: str
    name: Spoken
    is_free: bool
    prevents: Spoken
    doses: Spoken
    interval: Spoken
    caution: Spoken
    sources: tuple[Source, ...]
    replaces: Spoken | None = None
    remark: Spoken | None = None
    is_live_injected: bool = False
    holds_live_back: Span | None = None
    """How long after it no live vaccine is injected (immunoglobulin)."""
    has_hib: bool = False
    is_recorded: bool = True
    rows: tuple[Row, ...] = field(default_factory=tuple)


@functools.cache
def timeline() -> tuple[Schedule, ...]:
    """Every schedule in the order of its days. Raises ScheduleUnreadable."""
    found: list[Schedule] = []
    for name in EDITIONS:
        found += read_edition((FOLDER / name).read_text(encoding="utf-8"), file=name, vaccines=vaccines())
    return joined(found)


@functools.cache
def vaccines() -> Mapping[str, Vaccine]:
    """Every vaccine by its code, in the order of the file. Raises ScheduleUnreadable."""
    return read_vaccines((FOLDER / "vaccines.yaml").read_text(encoding="utf-8"), file="vaccines.yaml")


def schedule_on(day: datetime.date) -> Schedule:
    """The schedule in force on a day."""
    return next(schedule for schedule in reversed(timeline()) if schedule.since <= day)


def joined(schedules: list[Schedule]) -> tuple[Schedule, ...]:
    """Give each schedule its last day. Raises ScheduleUnreadable where the days do not rise."""
    starts = [schedule.since for schedule in schedules]
    if starts[:1] != [OPEN] or starts != sorted(set(starts)):
        raise ScheduleUnreadable("the first edition must be open, and each later one must begin later than the last")
    ends = [*starts[1:], datetime.date.max]
    return tuple(replace(schedule, until=until) for schedule, until in zip(schedules, ends, strict=True))


def read_edition(text: str, *, file: str, vaccines: Mapping[str, Vaccine]) -> list[Schedule]:
    """Read an edition with its amendments. Raises ScheduleUnreadable."""
    root = _Node(_parse(text, file), file)
    root.only("edition", "name", "from", "sources", "series", "amendments", "remark")
    first = Schedule(
        edition=root.text("edition"),
        name=root.spoken("name"),
        since=root.day("from"),
        until=datetime.date.max,
        series=_series(root.node("series"), vaccines),
        sources=root.sources(),
        remark=root.spoken("remark") if root.has("remark") else None,
    )
    schedules = [first]
    for change in root.nodes("amendments") if root.has("amendments") else ():
        change.only("from", "name", "sources", "series", "remark")
        schedules.append(
            replace(
                schedules[-1],
                name=change.spoken("name"),
                since=change.day("from"),
                series={**schedules[-1].series, **_series(change.node("series"), vaccines)},
                sources=change.sources(),
                remark=change.spoken("remark") if change.has("remark") else None,
            )
        )
    return schedules


def read_vaccines(text: str, *, file: str) -> Mapping[str, Vaccine]:
    """Read the vaccines. Raises ScheduleUnreadable."""
    root = _Node(_parse(text, file), file)
    return {code: _vaccine(code, root.node(code)) for code in root.codes()}


def _vaccine(code: str, node: _Node) -> Vaccine:
    node.only(
        "name", "free", "prevents", "doses", "interval", "caution", "sources", "replaces", "remark", "live", "hib",
        "holds-live-back", "recorded", "ages",
    )  # fmt: skip
    vaccine = Vaccine(
        code=code,
        name=node.spoken("name"),
        is_free=node.flag("free"),
        prevents=node.spoken("prevents"),
        doses=node.spoken("doses"),
        interval=node.spoken("interval"),
        caution=node.spoken("caution"),
        sources=node.sources(),
        replaces=node.spoken("replaces") if node.has("replaces") else None,
        remark=node.spoken("remark") if node.has("remark") else None,
        is_live_injected=node.has("live") and node.flag("live"),
        holds_live_back=node.span("holds-live-back"),
        has_hib=node.has("hib") and node.flag("hib"),
        is_recorded=not node.has("recorded") or node.flag("recorded"),
        rows=tuple(_row(row) for row in (node.nodes("ages") if node.has("ages") else ())),
    )
    if vaccine.is_free and vaccine.rows:
        raise node.wrong("a free vaccine's ages stand in the editions")
    return vaccine


def _row(node: _Node) -> Row:
    node.only("age", "label", "dose")
    age = node.span("age")
    if age is None:
        raise node.wrong("an age is missing")
    return Row(age=age, label=node.spoken("label") if node.has("label") else None, dose=node.spoken("dose"))


def _series(node: _Node, vaccines: Mapping[str, Vaccine]) -> dict[str, Series]:
    found: dict[str, Series] = {}
    for code in node.codes():
        one = node.node(code)
        one.only("name", "routes", "only", "born-after")
        only = one.text("only") if one.has("only") else ""
        if only not in {"", GIRLS}:
            raise one.wrong(f"only: {GIRLS} is known")
        routes = one.node("routes")
        found[code] = Series(
            code=code,
            name=one.spoken("name"),
            routes={route: tuple(_slot(slot, vaccines) for slot in routes.nodes(route)) for route in routes.codes()},
            only=only,
            born_after=one.day("born-after") if one.has("born-after") else None,
        )
    return found


def _slot(node: _Node, vaccines: Mapping[str, Vaccine]) -> Slot:
    node.only("vaccine", "age", "after", "before", "within", "instead", "last", "late", "printed")
    age = node.span("age")
    if age is None:
        raise node.wrong("an age is missing")
    late = node.node("late") if node.has("late") else None
    if late:
        late.only("from", "vaccine")
    slot = Slot(
        vaccine=node.text("vaccine"),
        age=age,
        after=node.span("after"),
        before=node.span("before"),
        within=node.span("within"),
        instead=tuple(node.text("instead").split()) if node.has("instead") else (),
        last=node.span("last"),
        late_from=late.span("from") if late else None,
        late_vaccine=late.text("vaccine") if late else "",
        printed=node.number("printed") if node.has("printed") else None,
    )
    for code in (*slot.vaccines, *slot.instead):
        if code not in vaccines:
            raise node.wrong(f"{code!r} is no vaccine of vaccines.yaml")
    if slot.before and slot.before.after(OPEN) <= age.after(OPEN):
        raise node.wrong("to be completed before the age from which it may be given")
    return slot


class _Strict(yaml.SafeLoader):
    """YAML in which a key stands once."""


def _unique_keys(loader: _Strict, node: yaml.MappingNode) -> dict[Hashable, Any]:
    keys = [loader.construct_object(key) for key, _value in node.value]
    if doubled := {key for key in keys if keys.count(key) > 1}:
        raise ScheduleUnreadable(f"line {node.start_mark.line + 1}: written twice: {sorted(doubled)}")
    return loader.construct_mapping(node, deep=True)


_Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_keys)


def _parse(text: str, file: str) -> Any:
    try:
        return yaml.load(text, Loader=_Strict)  # noqa: S506  a SafeLoader, only stricter
    except yaml.YAMLError as error:
        raise ScheduleUnreadable(f"{file}: {error}") from error


class _Node:
    """A mapping of the file that knows where it stands."""

    def __init__(self, value: Any, place: str) -> None:
        self.place = place
        if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
            raise self.wrong("a mapping is wanted here")
        self._value: dict[str, Any] = value

    def wrong(self, what: str) -> ScheduleUnreadable:
        return ScheduleUnreadable(f"{self.place}: {what}")

    def only(self, *keys: str) -> None:
        """Refuse keys that mean nothing: a misspelt limit must not be silently no limit."""
        if strange := sorted(set(self._value) - set(keys)):
            raise self.wrong(f"not known here: {', '.join(strange)}")

    def codes(self) -> tuple[str, ...]:
        return tuple(self._value)

    def has(self, key: str) -> bool:
        return key in self._value

    def node(self, key: str) -> _Node:
        return _Node(self._get(key, object), f"{self.place} > {key}")

    def nodes(self, key: str) -> list[_Node]:
        return [_Node(one, f"{self.place} > {key} {n}") for n, one in enumerate(self._get(key, list), start=1)]

    def text(self, key: str) -> str:
        found: str = self._get(key, str)
        if not found.strip():
            raise self.wrong(f"{key} is empty")
        return found.strip()

    def flag(self, key: str) -> bool:
        found: bool = self._get(key, bool)
        return found

    def number(self, key: str) -> int:
        found: int = self._get(key, int)
        return found

    def day(self, key: str) -> datetime.date:
        """A day, or ``open`` for since ever."""
        if self._value.get(key) == "open":
            return OPEN
        found: datetime.date = self._get(key, datetime.date)
        return found

    def span(self, key: str) -> Span | None:
        if key not in self._value:
            return None
        return self._try(read_span, self.text(key))

    def spoken(self, key: str) -> Spoken:
        node = self.node(key)
        node.only("zh", "en")
        return Spoken(zh=node.text("zh"), en=node.text("en"))

    def sources(self) -> tuple[Source, ...]:
        """At least one: a medical rule without its source is not shown to anyone."""
        nodes = self.nodes("sources")
        if not nodes:
            raise self.wrong("no source is named")
        for node in nodes:
            node.only("title", "address", "note")
        return tuple(
            Source(
                title=node.spoken("title"),
                address=node.text("address") if node.has("address") else "",
                note=node.spoken("note") if node.has("note") else None,
            )
            for node in nodes
        )

    def _try(self, read: Callable[[str], Span], written: str) -> Span:
        try:
            return read(written)
        except ValueError as error:
            raise self.wrong(str(error)) from error

    def _get(self, key: str, kind: type) -> Any:
        if key not in self._value:
            raise self.wrong(f"{key} is missing")
        found = self._value[key]
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise self.wrong(f"{key} is not written as wanted")
        return found
