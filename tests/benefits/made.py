"""Facts for tests of the engine: a plan of the manual, and a visit that says only what its test is about."""

import datetime
import functools
from pathlib import Path
from typing import Any

from benefits.adjudication import Decision, Line, Site, Usage, Visit, adjudicate
from benefits.money import to_fen
from benefits.period import Cover
from benefits.terms import Plan, read_plan

PLANS = Path(__file__).resolve().parents[2] / "plans"
FIRST_DAY = datetime.date(2021, 6, 19)
COVER = Cover(FIRST_DAY, datetime.date(2022, 6, 18), FIRST_DAY)
LATE = datetime.date(2022, 3, 1)  # every waiting period is over

CLINIC = Site("WR", "唯儿诺儿科", "上海", "private", network=True)
GUANGZHOU = Site("UG", "和睦家", "广州", "private", network=True, inpatient=True)
SHANGHAI = Site("US", "和睦家", "上海", "private", network=True, inpatient=True)
BEIJING = Site("UB", "和睦家", "北京", "private", network=True, inpatient=True)
STRANGER = Site("X", None, "上海", "private")
PUBLIC = Site("P3", None, "上海", "public", level=3)


@functools.cache
def plan(code: str = "growth-2021-national") -> Plan:
    path = PLANS / code / "plan.yaml"
    return read_plan(path.read_text(encoding="utf-8"), file=str(path))


def lines(*amounts: str, **facts: Any) -> tuple[Line, ...]:
    return tuple(
        Line(facts.get("category", "12"), to_fen(a), facts.get("nature"), facts.get("doctor")) for a in amounts
    )


def visit(amount: str = "1000", care: str = "outpatient", site: Site = CLINIC, **facts: Any) -> Visit:
    found = Visit(care, LATE, "direct", site, COVER, lines(amount))
    return found._replace(**facts)


def decide(
    amount: str = "1000", code: str = "growth-2021-national", usage: Usage | None = None, **facts: Any
) -> Decision:
    return adjudicate(visit(amount, **facts), plan(code), usage or Usage())


def steps_of(decision: Decision) -> list[tuple[str, int]]:
    """What the trace moves to the family, without what moves nothing."""
    return [(move.ground.step, move.amount) for move in decision.trace if move.amount]
