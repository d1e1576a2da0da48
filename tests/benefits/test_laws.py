"""The laws of the engine, for any history of bills: against an oracle written from domain.md alone.

``HYPOTHESIS_PROFILE=drill`` tries many more histories.
"""

import datetime
import json
import os
from collections import defaultdict
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from benefits.adjudication import Answer, Line, Tally, Usage, adjudicate, decide_bill, ordinals, post
from benefits.exchange.answers import write_answer
from benefits.exchange.bills import read_request
from benefits.exchange.book import Book, Memories
from benefits.money import to_fen, yuan
from tests.benefits import made
from tests.benefits.oracle import Bill, Oracle

DRILL = os.environ.get("HYPOTHESIS_PROFILE") == "drill"
laws = settings(max_examples=3_000 if DRILL else 150, deadline=None, derandomize=not DRILL)
histories = settings(
    max_examples=1_500 if DRILL else 100,
    stateful_step_count=120 if DRILL else 40,
    deadline=None,
    derandomize=not DRILL,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

CODES = {"growth": "growth-2021-national", "premier": "premier-2021"}
SITES = {
    "guangzhou": {"code": "UG", "group": "和睦家", "city": "广州"},
    "shanghai": {"code": "US", "group": "和睦家", "city": "上海"},
    "elsewhere": {"code": "WR", "group": None, "city": "上海"},
}
small = st.integers(20_000, 90_000)
amounts = st.sampled_from([0, 1, 3, 30_000, 40_000, 79_999]) | small | small | small | st.integers(1, 6_000_000)
line_of_bill = st.tuples(amounts, st.sampled_from([False] * 7 + [True]))


def _raw(bill: Bill) -> dict[str, Any]:
    day = datetime.date(2021, 12, 1) + datetime.timedelta(days=bill.day)
    return {
        "bill": bill.number,
        "plan": CODES[bill.plan],
        "member": bill.member,
        "policy": {"effective": "2021-06-19", "expires": "2022-06-18"},
        "hospital": {**SITES[bill.place], "class": "private", "network": True, "inpatient": True},
        "date": str(day),
        "care": bill.care,
        "channel": "direct",
        "preauthorised": bill.authorised,
        "lines": [
            {"category": "12", "amount": yuan(fen), "nature": "vaccine" if excluded else None}
            for fen, excluded in bill.lines
        ],
    }


class Histories(RuleBasedStateMachine):
    """Bills, further bills of a visit, late bills and reversals, for two members and two plans."""

    @initialize()
    def open_the_books(self) -> None:
        self.oracle = Oracle()
        self.memories = Memories.in_memory()
        plans = {code: made.plan(code) for code in CODES.values()}
        self.book = Book(plans=plans, sites={}, memories=self.memories)
        self.answers: list[tuple[Bill, Answer]] = []
        self.plan_pays: dict[tuple[str, str, bool], int] = defaultdict(int)

    def _send(self, raw: dict[str, Any]) -> Answer:
        return self.book.decide(read_request(raw, sites={}), json.dumps(raw).encode())

    @rule(
        member=st.sampled_from("aaab"),  # mostly one, so that its counter fills
        plan=st.sampled_from(["growth", "growth", "growth", "premier"]),
        place=st.sampled_from(["elsewhere", *SITES]),
        day=st.integers(0, 12),
        care=st.sampled_from(["outpatient", "outpatient", "outpatient", "emergency", "inpatient"]),
        lines=st.lists(line_of_bill, min_size=1, max_size=3).map(tuple),
        authorised=st.booleans(),
    )
    def bill(self, **facts: Any) -> None:
        self._decide(Bill(number=f"b{len(self.answers)}", **facts))

    @rule(day=st.integers(0, 12), fen=st.integers(9_800_000, 9_990_000))
    def nearly_all_of_the_limit(self, day: int, fen: int) -> None:
        self._decide(Bill(f"b{len(self.answers)}", "a", "growth", "elsewhere", day, "outpatient", ((fen, False),)))

    @precondition(lambda self: self.oracle.bills)
    @rule(data=st.data(), lines=st.lists(line_of_bill, min_size=1, max_size=2).map(tuple))
    def further_bill(self, data: st.DataObject, lines: tuple[tuple[int, bool], ...]) -> None:
        earlier = self.oracle.bills[data.draw(st.sampled_from(sorted(self.oracle.bills)))]
        facts = {**earlier.__dict__, "number": f"b{len(self.answers)}", "lines": lines}
        self._decide(Bill(**facts))

    def _decide(self, bill: Bill) -> None:
        answer = self._send(_raw(bill))
        change = self.oracle.decide(bill)
        held = self.oracle.visits[bill.visit]

        assert (answer.plan_pays, answer.counted) == (change, held.ordinal is not None)
        assert answer.visit == (held.priced_as if bill.care != "inpatient" else None)
        assert answer.outcome == ("paid" if change > 0 else "not-covered")
        self._check_sums(write_answer(bill.number, answer), sum(fen for fen, _ in bill.lines))
        self._note(bill, answer)

    @precondition(lambda self: self.oracle.bills)
    @rule(data=st.data())
    def reversal(self, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.oracle.bills)))
        bill = self.oracle.bills[number]
        ordinals_before = self._ordinals(bill, without=self.oracle.visits[bill.visit])

        answer = self._send({"reverse": number})

        assert answer.plan_pays == self.oracle.reverse(number) <= 0
        assert self._ordinals(bill, without=self.oracle.visits[bill.visit]) == ordinals_before
        self._check_sums(write_answer(number, answer), -sum(fen for fen, _ in bill.lines))
        self._note(bill, answer)

    def _ordinals(self, bill: Bill, without: Any) -> list[int | None]:
        return [held.ordinal for held in self.oracle.others(bill, without)]

    def _note(self, bill: Bill, answer: Answer) -> None:
        self.answers.append((bill, answer))
        self.plan_pays[bill.member, bill.plan, bill.care == "inpatient"] += answer.plan_pays

    @staticmethod
    def _check_sums(said: dict[str, Any], billed: int) -> None:
        member = _fen(said["member_pays"])
        assert _fen(said["billed"]) == billed == _fen(said["plan_pays"]) + member
        assert sum(_fen(reason["amount"]) for reason in said["reasons"]) == member
        assert said["remaining"]["limit"] is None or _fen(said["remaining"]["limit"]) >= 0
        assert said["remaining"]["deductible"] is None or _fen(said["remaining"]["deductible"]) >= 0

    @invariant()
    def balances_are_the_sum_of_what_visits_hold(self) -> None:
        if not hasattr(self, "oracle"):
            return
        for (member, plan, inpatient), paid in self.plan_pays.items():
            tally = self._tally(member, plan, inpatient=inpatient)
            probe = Bill("?", member, plan, "elsewhere", 0, "inpatient" if inpatient else "outpatient", ())
            held = self.oracle.others(probe, None)
            slots = [visit.ordinal for visit in held if visit.ordinal is not None]

            assert len(slots) == len(set(slots))
            assert tally.counted == ordinals.from_ranges((slot, slot) for slot in slots)
            assert tally.limit_used == paid == sum(visit.pays for visit in held)
            assert tally.deductible_used == sum(visit.deductible for visit in held)

    def _tally(self, member: str, plan: str, *, inpatient: bool) -> Tally:
        part = f"{CODES[plan]} {'inpatient' if inpatient else 'outpatient'} "
        found = [
            value for key, value in self.memories.accounts.items() if key.startswith(part) and key.endswith(member)
        ]
        return Tally(*found[0]) if found else Tally()

    def teardown(self) -> None:
        """Replaying the history from nothing rebuilds its balances."""
        if not hasattr(self, "oracle"):
            return
        again = Histories()
        again.open_the_books()
        seen: set[str] = set()
        for bill, answer in self.answers:
            raw = {"reverse": bill.number} if bill.number in seen else _raw(bill)
            seen.add(bill.number)
            assert again._send(raw) == answer
        assert again.memories.accounts == self.memories.accounts
        assert again.memories.visits == self.memories.visits


Histories.TestCase.settings = histories
TestHistories = Histories.TestCase


def _fen(text: str) -> int:
    return -to_fen(text[1:]) if text.startswith("-") else to_fen(text)


# -- laws of a single decision --

sites = st.sampled_from([made.CLINIC, made.GUANGZHOU, made.SHANGHAI, made.BEIJING, made.STRANGER, made.PUBLIC])
engine_lines = st.lists(
    st.builds(
        Line,
        st.sampled_from(["02", "06", "09"]),
        amounts,
        st.sampled_from([None, None, "vaccine", "tcm"]),
        st.sampled_from([None, "chief"]),
    ),
    min_size=1,
    max_size=4,
).map(tuple)
visits = st.builds(
    made.visit,
    care=st.sampled_from(["outpatient", "emergency", "inpatient", "day-surgery"]),
    site=sites,
    lines=engine_lines,
    channel=st.sampled_from(["direct", "direct", "claim"]),
    preauthorised=st.booleans(),
    day=st.dates(datetime.date(2021, 6, 1), datetime.date(2022, 7, 1)),
)
usages = st.builds(
    Usage,
    st.integers(1, 15),
    st.integers(0, 10_000_000),
    st.integers(0, 1_000_000),
    st.sampled_from([0, 0, 5_000, 20_000_000]),
)
plans = st.sampled_from([*CODES.values(), "growth-2021", "growth-beijing"]).map(made.plan)


@laws
@given(visits, plans, usages)
def test_parts_sum_to_the_bill_and_nothing_is_below_zero(visit: Any, plan: Any, usage: Usage) -> None:
    decision = adjudicate(visit, plan, usage)

    assert decision.billed == sum(line.amount for line in visit.lines)
    assert 0 <= decision.plan_pays <= decision.eligible <= decision.billed
    assert decision.deductible_used >= 0
    assert all(move.amount >= 0 for move in decision.trace)
    if decision.outcome != "review":
        assert sum(move.amount for move in decision.trace) == decision.member_pays


@laws
@given(visits, plans, usages)
def test_the_plan_never_pays_more_than_the_room(visit: Any, plan: Any, usage: Usage) -> None:
    benefit = plan.benefit_for(visit.care)
    limit = benefit.limit.amount if benefit.limit else None

    if limit is not None:
        assert adjudicate(visit, plan, usage).plan_pays <= max(limit - usage.limit_used - usage.held, 0)


@laws
@given(visits, plans, usages)
def test_adjudicating_twice_changes_nothing(visit: Any, plan: Any, usage: Usage) -> None:
    assert adjudicate(visit, plan, usage) == adjudicate(visit, plan, usage)


@laws
@given(visits, plans, usages, st.data())
def test_more_excluded_lines_never_help(visit: Any, plan: Any, usage: Usage, data: st.DataObject) -> None:
    chosen = data.draw(st.integers(0, len(visit.lines) - 1))
    worse = tuple(line._replace(nature="dental") if index == chosen else line for index, line in enumerate(visit.lines))

    assert adjudicate(visit._replace(lines=worse), plan, usage).plan_pays <= adjudicate(visit, plan, usage).plan_pays


@laws
@given(visits, plans, usages, st.integers(0, 10_000_000))
def test_more_room_never_pays_less(visit: Any, plan: Any, usage: Usage, more: int) -> None:
    """A higher limit is more room, and so is less use of it."""
    narrow = adjudicate(visit, plan, usage._replace(limit_used=usage.limit_used + more))

    assert narrow.plan_pays <= adjudicate(visit, plan, usage).plan_pays


@laws
@given(visits, plans, st.builds(Tally, st.integers(0, 10_000_000), st.integers(0, 1_000_000), st.integers(0, 4_000)))
def test_two_half_bills_pay_what_one_whole_bill_pays(visit: Any, plan: Any, tally: Tally) -> None:
    for cut in range(1, len(visit.lines)):
        first = decide_bill(visit._replace(lines=visit.lines[:cut]), plan=plan, tally=tally)
        second = decide_bill(
            visit._replace(lines=visit.lines[cut:]),
            plan=plan,
            tally=post(tally, first.posting),
            standing=first.standing,
        )
        whole = decide_bill(visit, plan=plan, tally=tally)

        assert first.plan_pays + second.plan_pays == whole.plan_pays
        assert first.eligible + second.eligible == whole.eligible
        assert (second.limit_left, second.deductible_left) == (whole.limit_left, whole.deductible_left)
