"""Worked cases of a plan: bills with the answers that its terms promise, written by hand, to the fen.

    read_cases(text, file=…)         cases.yaml → cases; every problem of the file in one pass
    run_case(plan, case, file=…)     what the engine answers differently
    run_cases(plan, text, file=…)    both, for a whole file

The language of the file is in docs/terms-language.md. A case runs through the same
functions as a bill at the desk: nothing here decides anything.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

from benefits.adjudication import (
    NOTHING,
    Answer,
    Line,
    Site,
    Standing,
    Tally,
    Visit,
    decide_bill,
    decide_reversal,
    post,
)
from benefits.adjudication.ordinals import from_ranges
from benefits.errors import PlanUnreadable
from benefits.money import yuan
from benefits.period import Cover, read_date
from benefits.terms import vocabulary
from benefits.terms.document import Node, parse
from benefits.terms.plan import Plan

OUTCOMES: Final = ("paid", "not-covered", "review", "reversed")
STEPS: Final = ("in-force", "benefit", "site", "waiting", "excluded", "deductible", "share", "authorisation", "limit")
_MOST_DAYS: Final = 3660
_MOST_VISITS: Final = 999
_PLAIN_CATEGORY: Final = "12"  # 一般诊疗: no rule of any plan looks at it

Value: TypeAlias = str | int | bool | tuple[str, ...] | None
"""What an expectation says of one thing: amounts are fen."""


class Failure(NamedTuple):
    """One answer that is not what a case promises."""

    file: str
    line: int
    case: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.case}: {self.text}"


class Given(NamedTuple):
    """What the policy period has used of the first bill's benefit before the case begins."""

    visits: tuple[int, ...] = ()
    """The ordinals that are taken."""
    limit_used: int = 0
    deductible_used: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One bill, or the reversal of an earlier bill of the case, and the answer that it must get."""

    line: int
    bill: Visit | None
    reverses: int | None
    """Counted from 1, within the case."""
    expected: Mapping[str, Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A rule in plain words, and bills that show it."""

    line: int
    name: str
    rule: str
    given: Given
    steps: tuple[Step, ...]


def run_cases(plan: Plan, text: str, *, file: str) -> tuple[Failure, ...]:
    """Run all cases of a file. Raises PlanUnreadable when the file has problems, or is for another plan."""
    return tuple(
        failure for case in read_cases(text, file=file, plan=plan) for failure in run_case(plan, case, file=file)
    )


# -- running --


class _Account:
    """What one case has used so far, by benefit and policy period, as a ledger would keep it."""

    def __init__(self, plan: Plan, given: Given) -> None:
        self._plan = plan
        self._given: Given | None = given
        self._tallies: dict[tuple[object, ...], Tally] = {}
        self._visits: dict[tuple[object, ...], tuple[Standing, tuple[int, ...]]] = {}
        self._decided: dict[int, tuple[Visit, Answer]] = {}

    def decide(self, number: int, bill: Visit) -> Answer:
        account, visit = self._keys(number, bill)
        standing, numbers = self._visits.get(visit, (NOTHING, ()))
        answer = decide_bill(bill, plan=self._plan, tally=self._tally(account), standing=standing)
        if answer.joins:
            self._tallies[account] = post(self._tally(account), answer.posting)
            self._visits[visit] = (answer.standing, (*numbers, number))
        self._decided[number] = (bill, answer)
        return answer

    def reverse(self, number: int) -> Answer:
        bill, decided = self._decided[number]
        account, visit = self._keys(number, bill)
        standing, numbers = self._visits.get(visit, (NOTHING, ())) if decided.joins else (NOTHING, ())
        index = numbers.index(number) if decided.joins else None
        billed = 0 if decided.outcome == "review" else decided.billed
        answer = decide_reversal(
            bill, plan=self._plan, tally=self._tally(account), standing=standing, index=index, billed=billed
        )
        if index is not None:
            self._tallies[account] = post(self._tally(account), answer.posting)
            self._visits[visit] = (answer.standing, numbers[:index] + numbers[index + 1 :])
        return answer

    def _keys(self, number: int, bill: Visit) -> tuple[tuple[object, ...], tuple[object, ...]]:
        """Name the account, and the visit on it: bills of one site, day and kind of care are one visit (A4)."""
        benefit = self._plan.benefit_for(bill.care)
        account = (benefit.code if benefit else None, bill.cover.effective, bill.cover.expires)
        if bill.care not in vocabulary.COUNTED_CARES:
            return account, (number,)
        return account, (account, bill.site.code, bill.day, bill.care)

    def _tally(self, account: tuple[object, ...]) -> Tally:
        if self._given is not None:  # the first account that is asked for is the one that the case speaks of
            taken = from_ranges((ordinal, ordinal) for ordinal in self._given.visits)
            self._tallies[account] = Tally(self._given.limit_used, self._given.deductible_used, taken)
            self._given = None
        return self._tallies.get(account, Tally())


def run_case(plan: Plan, case: Case, *, file: str) -> tuple[Failure, ...]:
    """Run one case. Returns one failure for each bill whose answer differs, naming every difference."""
    account = _Account(plan, case.given)
    failures: list[Failure] = []
    for number, step in enumerate(case.steps, start=1):
        if step.bill is not None:
            answer = account.decide(number, step.bill)
        elif step.reverses is not None:
            answer = account.reverse(step.reverses)
        got = _facts(answer)
        wrong = [key for key, value in step.expected.items() if got[key] != value]
        if wrong:
            expected, found = (_shown({key: facts[key] for key in wrong}) for facts in (step.expected, got))
            which = f"bill {number}: " if len(case.steps) > 1 else ""
            failures.append(Failure(file, step.line, case.name, f"{which}expected {expected}, got {found}"))
    return tuple(failures)


def _facts(answer: Answer) -> dict[str, Value]:
    undecided = answer.outcome == "review"
    steps = dict.fromkeys(move.ground.step for move in answer.moves if move.amount or undecided)
    return {
        "outcome": str(answer.outcome),
        "plan": None if undecided else answer.plan_pays,
        "family": None if undecided else answer.member_pays,
        "gives-back": -answer.plan_pays,
        "visit": answer.visit,
        "counted": answer.counted,
        "limit-left": answer.limit_left,
        "deductible-left": answer.deductible_left,
        "because": tuple(steps),
    }


_IN_FEN: Final = frozenset({"plan", "family", "gives-back", "limit-left", "deductible-left"})


def _shown(facts: Mapping[str, Value]) -> str:
    return ", ".join(f"{key} {_show(key, value)}" for key, value in facts.items())


def _show(key: str, value: Value) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    return yuan(value) if key in _IN_FEN and isinstance(value, int) else str(value)


# -- reading --


def read_cases(text: str, *, file: str, plan: Plan | None = None) -> tuple[Case, ...]:
    """Read a cases file, of any plan or of this one. Raises PlanUnreadable with every problem that the text has."""
    root = parse(text, file=file)
    fields = root.fields(required=("plan", "cover", "hospitals", "cases"))
    if "plan" in fields:
        _check_plan(fields["plan"], plan)
    cover = _cover(fields["cover"]) if "cover" in fields else None
    sites = _sites(fields["hospitals"]) if "hospitals" in fields else {}
    reader = _CaseReader(sites, cover or _ANY_COVER)
    cases = tuple([reader.case(entry) for entry in fields["cases"].entries()]) if "cases" in fields else ()
    if root.problems:
        raise PlanUnreadable(tuple(sorted(root.problems, key=lambda problem: (problem.line, problem.column))))
    return cases


def _check_plan(node: Node, plan: Plan | None) -> None:
    code = node.word()
    if plan is not None and code is not None and code != plan.code:
        node.wrong(f"these are cases of {code!r}, and the plan beside them is {plan.code!r}: write plan: {plan.code}")


_ANY_COVER: Final = Cover(datetime.date(2000, 1, 1), datetime.date(2000, 12, 31), datetime.date(2000, 1, 1))


def _cover(node: Node) -> Cover | None:
    fields = node.fields(required=("effective", "expires"), optional=("first-effective",))
    found = {key: read_date(value.date()) for key, value in fields.items()}
    effective, expires = found.get("effective"), found.get("expires")
    if effective is None or expires is None:
        return None
    if expires < effective:
        fields["expires"].wrong(f"{expires} is before the effective date {effective}: check both dates")
    first = found.get("first-effective") or effective
    if first > effective:
        fields["first-effective"].wrong(
            f"{first} is after the effective date {effective}: continuous cover began before it"
        )
    return Cover(effective, expires, first)


def _sites(node: Node) -> dict[str, Site]:
    sites: dict[str, Site] = {}
    for key, value in node.pairs():
        code = key.word() or ""
        sites[code] = _site(code, value)
    return sites


def _site(code: str, node: Node) -> Site:
    fields = node.fields(
        required=("class",), optional=("name", "group", "city", "network", "inpatient", "level", "excludes")
    )
    texts = {key: fields[key].text() for key in ("name", "group", "city") if key in fields}
    flags = {key: bool(fields[key].flag()) for key in ("network", "inpatient") if key in fields}
    return Site(
        code=code,
        group=texts.get("group"),
        city=texts.get("city"),
        site_class=(fields["class"].one_of(vocabulary.SITE_CLASSES, "class of hospital") or "")
        if "class" in fields
        else "",
        network=flags.get("network", False),
        inpatient=flags.get("inpatient", False),
        level=fields["level"].whole(lowest=1, highest=3) if "level" in fields else None,
        excludes=fields["excludes"].some_of(vocabulary.CARVE_OUTS, "carve-out") if "excludes" in fields else (),
    )


class _CaseReader:
    """Reads cases that stand on the file's hospitals and cover."""

    def __init__(self, sites: Mapping[str, Site], cover: Cover) -> None:
        self._sites = sites
        self._cover = cover
        self._names: set[str] = set()

    def case(self, node: Node) -> Case:
        fields = node.fields(required=("name", "rule", "bills"), optional=("given", "cover"))
        name = (fields["name"].text() or "") if "name" in fields else ""
        if name in self._names:
            fields["name"].wrong("another case has this name: a name says one rule, so make it tell them apart")
        self._names.add(name)
        cover = (_cover(fields["cover"]) if "cover" in fields else None) or self._cover
        steps: list[Step] = []
        for entry in fields["bills"].entries() if "bills" in fields else []:
            steps.append(self._step(entry, cover, steps))
        return Case(
            line=node.place[0],
            name=name,
            rule=(fields["rule"].text() or "") if "rule" in fields else "",
            given=_given(fields["given"]) if "given" in fields else Given(),
            steps=tuple(steps),
        )

    def _step(self, node: Node, cover: Cover, earlier: list[Step]) -> Step:
        is_reversal = node.has("reverse")
        fields = node.fields(required=("reverse", "expect") if is_reversal else ("bill", "expect"))
        bill = self._bill(fields["bill"], cover) if "bill" in fields else None
        reverses = _reversed_number(fields["reverse"], earlier) if "reverse" in fields else None
        expected: dict[str, Value] = {}
        if "expect" in fields:
            expected = _expected_reversal(fields["expect"]) if is_reversal else _expected(fields["expect"], bill)
        return Step(line=node.place[0], bill=bill, reverses=reverses, expected=expected)

    def _bill(self, node: Node, cover: Cover) -> Visit:
        forms = ("amount", "lines")
        fields = node.fields(
            required=("at", "care", "day"),
            optional=(*forms, "channel", "preauthorised", "emergency-notified", "surgery", "cover"),
        )
        if ("amount" in fields) == ("lines" in fields):
            node.wrong("say what is billed in one way: either amount: (yuan, one plain line) or lines: (a list)")
        own_cover = (_cover(fields["cover"]) if "cover" in fields else None) or cover
        code = fields["at"].one_of(self._sites, "hospital") if "at" in fields else None
        return Visit(
            care=(fields["care"].one_of(vocabulary.CARES, "kind of care") or "") if "care" in fields else "",
            day=_day(fields["day"], own_cover) if "day" in fields else own_cover.effective,
            channel=(fields["channel"].one_of(vocabulary.CHANNELS, "channel") or "")
            if "channel" in fields
            else "direct",
            site=self._sites[code] if code else Site("", None, None, "private"),
            cover=own_cover,
            lines=_lines(fields),
            preauthorised=bool(fields["preauthorised"].flag()) if "preauthorised" in fields else False,
            emergency_notified=bool(fields["emergency-notified"].flag()) if "emergency-notified" in fields else False,
            surgery=fields["surgery"].one_of(vocabulary.SURGERIES, "surgery") if "surgery" in fields else None,
        )


def _given(node: Node) -> Given:
    fields = node.fields(optional=("visits", "limit-used", "deductible-used"))
    return Given(
        visits=_taken(fields["visits"]) if "visits" in fields else (),
        limit_used=(fields["limit-used"].amount() or 0) if "limit-used" in fields else 0,
        deductible_used=(fields["deductible-used"].amount() or 0) if "deductible-used" in fields else 0,
    )


def _taken(node: Node) -> tuple[int, ...]:
    """Read ``5`` as the visits 1 to 5, and ``[1, 3]`` as just these."""
    if node.is_list():
        found = [entry.whole(lowest=1, highest=_MOST_VISITS) for entry in node.entries()]
        return tuple(sorted({ordinal for ordinal in found if ordinal}))
    return tuple(range(1, (node.whole(lowest=0, highest=_MOST_VISITS) or 0) + 1))


def _day(node: Node, cover: Cover) -> datetime.date:
    """Read ``120`` as day 120 of the policy (day 1 is its effective date), and a date as itself."""
    value = node.word()
    if value is None:
        return cover.effective
    if date := read_date(value):
        return date
    if value.isascii() and value.isdigit() and 1 <= int(value[:9]) <= _MOST_DAYS:
        return cover.effective + datetime.timedelta(days=int(value) - 1)
    node.wrong(f"{value!r} is not a day: write a date such as 2021-07-01, or 120 for day 120 of the policy")
    return cover.effective


def _lines(fields: Mapping[str, Node]) -> tuple[Line, ...]:
    if "amount" in fields:
        return (Line(_PLAIN_CATEGORY, fields["amount"].amount() or 0),)
    return tuple([_line(entry) for entry in fields["lines"].entries()]) if "lines" in fields else ()


def _line(node: Node) -> Line:
    """Read ``500`` as a plain line of 500 yuan, and a mapping as a line with facts."""
    if not node.is_mapping():
        return Line(_PLAIN_CATEGORY, node.amount() or 0)
    fields = node.fields(required=("amount",), optional=("category", "nature", "doctor"))
    category = fields["category"].one_of(vocabulary.CATEGORIES, "charge category") if "category" in fields else None
    return Line(
        category or _PLAIN_CATEGORY,
        (fields["amount"].amount() or 0) if "amount" in fields else 0,
        fields["nature"].one_of(vocabulary.NATURES, "exclusion") if "nature" in fields else None,
        fields["doctor"].one_of(vocabulary.DOCTOR_GRADES, "doctor's grade") if "doctor" in fields else None,
    )


def _reversed_number(node: Node, earlier: list[Step]) -> int | None:
    number = node.whole(lowest=1, highest=max(len(earlier), 1))
    if number is None:
        return None
    if number > len(earlier) or earlier[number - 1].bill is None:
        node.wrong(f"there is no bill {number} above: write the place of an earlier bill of this case, the first is 1")
        return None
    if any(step.reverses == number for step in earlier):
        node.wrong(f"bill {number} is undone above already: once is enough")
    return number


def _expected(node: Node, bill: Visit | None) -> dict[str, Value]:
    fields = node.fields(
        required=("outcome",),
        optional=("plan", "family", "visit", "counted", "limit-left", "deductible-left", "because"),
    )
    expected = _expected_values(fields)
    outcome = expected.get("outcome")
    if outcome == "reversed":
        fields["outcome"].wrong("only a reversal is reversed: write paid, not-covered or review")
    money = [key for key in ("plan", "family") if key in fields]
    if outcome == "review" and money:
        node.wrong("a review moves no money until a person has decided: leave plan and family out")
    if outcome in ("paid", "not-covered"):
        if len(money) < 2:
            node.wrong("say both parts of the bill: plan: and family:, in yuan")
        elif bill is not None and _sum(expected) != (billed := sum(line.amount for line in bill.lines)):
            node.wrong(f"plan and family make {yuan(_sum(expected))}, and the bill is {yuan(billed)}: they must add up")
    return expected


def _sum(expected: Mapping[str, Value]) -> int:
    return sum(value for key in ("plan", "family") if isinstance(value := expected.get(key), int))


def _expected_reversal(node: Node) -> dict[str, Value]:
    fields = node.fields(required=("gives-back",), optional=("visit", "counted", "limit-left", "deductible-left"))
    return {"outcome": "reversed", **_expected_values(fields)}


def _expected_values(fields: Mapping[str, Node]) -> dict[str, Value]:
    return {key: _expected_value(key, node) for key, node in fields.items()}


def _expected_value(key: str, node: Node) -> Value:
    if key == "outcome":
        return node.one_of(OUTCOMES, "outcome")
    if key == "counted":
        return node.flag()
    if key == "because":
        return node.some_of(STEPS, "step") if not node.is_empty_list() else ()
    if node.is_word("none") and key not in ("plan", "family", "gives-back"):
        return None
    return node.whole(lowest=1, highest=_MOST_VISITS) if key == "visit" else node.amount()
