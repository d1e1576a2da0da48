"""The engine against zen-engine (GoRules, in Rust): a whole bill with its reasons against one rule with its trace.

Both are loaded once. zen-engine decides the outpatient rule of one visit as one
decision table: place, kind of care and ordinal give a copay or a percentage, within
the limit that is left. Ours decides bills of three lines through all nine steps. The
two take turns within one run, so that what the machine does meanwhile happens to both.
"""

from __future__ import annotations

import datetime
import itertools
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from zen import ZenEngine

from benches.table import Row
from benefits.adjudication import Line, Site, Usage, Visit, adjudicate
from benefits.period import Cover
from benefits.terms import Plan, read_plan

ROUNDS = 25
SECONDS_A_TURN = 0.1
_PLAN = Path(__file__).resolve().parents[1] / "plans" / "growth-2021-national" / "plan.yaml"
_VISITS_OF_A_YEAR = range(1, 9)
_PLACES = (("和睦家", "广州"), ("和睦家", "上海"), ("唯儿诺儿科", "上海"))
_CARES = ("outpatient", "emergency")
_CASES = tuple(itertools.product(_PLACES, _CARES, _VISITS_OF_A_YEAR))


def run() -> list[Row]:
    """Measure decisions a second, ours and zen-engine's, in turns."""
    plan = read_plan(_PLAN.read_text(encoding="utf-8"), file=_PLAN.name)
    _same_answers(plan)
    ours, theirs = _our_turn(plan), _their_turn()
    ours(), theirs()  # warm both up
    rates = [(_rate(ours), _rate(theirs)) for _ in range(ROUNDS)]
    ratios = sorted(our / their for our, their in rates)
    return [
        Row(
            "engine", "a bill of 3 lines, 9 steps, with trace", f"{statistics.median(r[0] for r in rates):,.0f} /s", ""
        ),
        Row("engine", "zen-engine: one rule, with trace", f"{statistics.median(r[1] for r in rates):,.0f} /s", ""),
        Row(
            "engine",
            f"ratio, min / median / max of {ROUNDS} rounds",
            f"{ratios[0]:.1f} / {statistics.median(ratios):.1f} / {ratios[-1]:.1f} ×",
            "at least 3 ×, aim 10 ×",
        ),
    ]


def _rate(turn: Callable[[], int]) -> float:
    done, started = 0, time.process_time()
    while (spent := time.process_time() - started) < SECONDS_A_TURN:
        done += turn()
    return done / spent


# -- ours: whole bills --


def _our_turn(plan: Plan) -> Callable[[], int]:
    cases = [(_bill(place, care), Usage(visit, 10_000 * visit)) for place, care, visit in _CASES]

    def turn() -> int:
        for visit, usage in cases:
            adjudicate(visit, plan, usage)
        return len(cases)

    return turn


def _bill(place: tuple[str, str], care: str) -> Visit:
    day = datetime.date
    return Visit(
        care,
        day(2021, 7, 1),
        "direct",
        Site("S1", *place, "private", network=True),
        Cover(day(2021, 6, 19), day(2022, 6, 18), day(2021, 6, 19)),
        (Line("02", 30_000, None, "chief"), Line("04", 85_050), Line("09", 34_950)),
    )


# -- theirs: one rule --


def _their_turn() -> Callable[[], int]:
    engine = ZenEngine({"loader": {"type": "static", "content": {"outpatient": _decision_table()}}})
    cases = [_context(*case) for case in _CASES]

    def turn() -> int:
        for context in cases:
            engine.evaluate("outpatient", context, {"trace": True})
        return len(cases)

    return turn


def _context(place: tuple[str, str], care: str, visit: int) -> dict[str, Any]:
    group, city = place
    return {
        "group": group,
        "city": city,
        "care": care,
        "visit": visit,
        "eligible": 150_000,
        "room": 10_000_000 - 10_000 * visit,
    }


def _decision_table() -> dict[str, Any]:
    """The outpatient rule of growth-2021-national as one JDM decision table: place, care and ordinal → plan_pays."""
    conditions = ("group", "city", "care", "visit")
    rules = [
        ('"和睦家"', '"广州"', '"outpatient"', "[1..5]", _less("30000")),
        ('"和睦家"', '"广州"', '"emergency"', "[1..5]", _less("80000")),
        ('"和睦家"', '"上海"', '"outpatient"', "[1..5]", _less("0")),
        ('"和睦家"', '"上海"', '"emergency"', "[1..5]", _less("40000")),
        ("", "", "", "[1..5]", _less("0")),
        ("", "", "", ">= 6", _less("floor(eligible * 0.5 + 0.5)")),
    ]
    columns = (*conditions, "plan_pays")
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in conditions],
        "outputs": [{"id": "plan_pays", "name": "plan_pays", "field": "plan_pays"}],
        "rules": [
            {"_id": f"rule{number}", **dict(zip(columns, rule, strict=True))} for number, rule in enumerate(rules, 1)
        ],
    }
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}},
        {"id": "table", "name": "table", "type": "decisionTableNode", "position": {"x": 1, "y": 0}, "content": table},
        {"id": "out", "name": "out", "type": "outputNode", "position": {"x": 2, "y": 0}},
    ]
    edges = [
        {"id": f"e{number}", "sourceId": source, "targetId": target, "type": "edge"}
        for number, (source, target) in enumerate(itertools.pairwise(("in", "table", "out")))
    ]
    return {"nodes": nodes, "edges": edges}


def _less(share: str) -> str:
    return f"min([eligible - min([eligible, {share}]), room])"


def _same_answers(plan: Plan) -> None:
    """A race between engines that decide differently would mean nothing."""
    engine = ZenEngine({"loader": {"type": "static", "content": {"outpatient": _decision_table()}}})
    for place, care, visit in _CASES:
        ours = adjudicate(_bill(place, care), plan, Usage(visit, 10_000 * visit))
        theirs = engine.evaluate("outpatient", _context(place, care, visit), {"trace": True})
        if not theirs["trace"] or theirs["result"]["plan_pays"] != ours.plan_pays:
            raise AssertionError(f"{place} {care} visit {visit}: {theirs['result']}, ours {ours.plan_pays}")
