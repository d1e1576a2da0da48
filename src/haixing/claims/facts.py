"""Rows ↔ engine facts: what a desk types, what is stored of it, and what the engine is asked.

Entry      a bill as a desk enters it
BillFacts  the same in the words of the ``adjudicate`` contract, stored with the bill
Standing   what a visit holds so far, rebuilt from its row
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from django.utils.translation import gettext as _

from benefits.adjudication import Answer, Ground, Move, Site, Standing, Visit
from benefits.exchange.answers import write_answer
from benefits.exchange.bills import BillRequest, read_request
from benefits.money import MoneyUnreadable, to_fen, yuan
from benefits.period import read_date
from benefits.terms.vocabulary import CARES, CATEGORIES, DOCTOR_GRADES, NATURES, SURGERIES, Spoken
from haixing.claims import models
from haixing.lib.errors import Refused
from haixing.network.models import Contract
from haixing.network.models import Site as SiteRow
from haixing.policies.models import Policy

MOST_LINES = 500
LONGEST_NAME = 120
_LARGEST_AMOUNT_FEN = 99_999_999_99
_LARGEST_QUANTITY = Decimal(99_999)
# As the page writes it (money.js). Decimal itself would also read "1_0", "1e1" and "NaN".
_QUANTITY = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """One line as a desk enters it. ``amount_fen`` is quantity × unit price, half up to the fen."""

    category: str
    name: str
    quantity: Decimal
    unit_price_fen: int
    amount_fen: int
    doctor: str | None
    nature: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A bill as a desk enters it."""

    care: str
    day: datetime.date
    lines: tuple[EntryLine, ...]
    surgery: str | None
    preauthorised: bool
    emergency_notified: bool

    @property
    def digest(self) -> str:
        """The fingerprint of everything entered: the same key with another fingerprint is another bill."""
        text = json.dumps(asdict(self), default=str, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to mend in a bill: in which line (from 1; None for the bill), in which field, and how."""

    line: int | None
    field: str
    text: str


class BillUnreadable(Refused):
    """A bill cannot be decided as typed. Carries every problem, so that all are mended at once."""

    code = "bill-unreadable"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(" ".join(problem.text for problem in problems[:3]))
        self.problems = problems


# -- reading a desk's entry --


def read_entry(raw: Mapping[str, Any]) -> Entry:
    """Read what a desk sends: texts, as typed. Raises BillUnreadable with every problem."""
    problems: list[Problem] = []
    day = read_date(raw.get("day"))
    if day is None:
        problems.append(
            Problem(line=None, field="day", text=_("就诊日期读不出来：请按 年-月-日 填写，例如 2026-11-22。"))
        )
    entry = Entry(
        care=_code(raw, "care", CARES, problems) or "",
        day=day or datetime.date.min,
        lines=_lines(raw.get("lines"), problems),
        surgery=_code(raw, "surgery", SURGERIES, problems, optional=True),
        preauthorised=raw.get("preauthorised") is True,
        emergency_notified=raw.get("emergency_notified") is True,
    )
    if not problems and not any(line.amount_fen for line in entry.lines):
        text = _("这张账单合计是 0 元，没有要结算的：请核对单价，不收费的就不用记账。")
        problems.append(Problem(line=None, field="lines", text=text))
    if problems:
        raise BillUnreadable(tuple(problems))
    return entry


def _lines(raw: Any, problems: list[Problem]) -> tuple[EntryLine, ...]:
    if not isinstance(raw, list) or not raw:
        problems.append(Problem(line=None, field="lines", text=_("账单还没有明细：请至少录入一行再发送。")))
        return ()
    if len(raw) > MOST_LINES:
        text = _("一张账单最多 %(most)s 行，这里有 %(count)s 行：请分成几张账单录入，同一天的会合并成一次就诊。")
        problems.append(Problem(line=None, field="lines", text=text % {"most": MOST_LINES, "count": len(raw)}))
        return ()
    return tuple(_line(number, line, problems) for number, line in enumerate(raw, start=1))


def _line(number: int, raw: Any, problems: list[Problem]) -> EntryLine:
    values = raw if isinstance(raw, dict) else {}
    quantity = _quantity(number, values, problems)
    unit_price = _amount(number, values, "unit_price", problems)
    amount = _amount(number, values, "amount", problems)
    line = EntryLine(
        category=_code(values, "category", CATEGORIES, problems, line=number) or "",
        name=_name(number, values, problems),
        quantity=quantity or Decimal(0),
        unit_price_fen=unit_price or 0,
        amount_fen=amount or 0,
        doctor=_code(values, "doctor", DOCTOR_GRADES, problems, line=number, optional=True),
        nature=_code(values, "nature", NATURES, problems, line=number, optional=True),
    )
    if quantity is not None and unit_price is not None and amount is not None:
        product = int((quantity * unit_price).quantize(Decimal(1), rounding=ROUND_HALF_UP))
        if product != amount:
            text = _("第 %(line)s 行的金额对不上：数量 × 单价是 %(product)s 元，填的是 %(amount)s 元。请核对。")
            shown = {"line": number, "product": yuan(product), "amount": yuan(amount)}
            problems.append(Problem(line=number, field="amount", text=text % shown))
    return line


def _name(number: int, raw: dict[str, Any], problems: list[Problem]) -> str:
    name = raw.get("name")
    text = name.strip() if isinstance(name, str) else ""
    if not text or len(text) > LONGEST_NAME or not text.isprintable():
        message = _("第 %(line)s 行的项目名称要有 1 到 %(most)s 个字，请照账单填写。")
        problems.append(Problem(line=number, field="name", text=message % {"line": number, "most": LONGEST_NAME}))
    return text


def _quantity(number: int, raw: dict[str, Any], problems: list[Problem]) -> Decimal | None:
    typed = raw.get("quantity")
    quantity = Decimal(typed) if isinstance(typed, str) and _QUANTITY.fullmatch(typed) else None
    if quantity is None or not 0 < quantity <= _LARGEST_QUANTITY:
        text = _("第 %(line)s 行的数量读不出来：请填大于 0 的数字，最多三位小数。")
        problems.append(Problem(line=number, field="quantity", text=text % {"line": number}))
        return None
    return quantity


def _amount(number: int, raw: dict[str, Any], field: str, problems: list[Problem]) -> int | None:
    typed = raw.get(field)
    try:
        fen = to_fen(typed) if isinstance(typed, str) else None
    except MoneyUnreadable:
        fen = None
    if fen is None or fen > _LARGEST_AMOUNT_FEN:
        what = _("单价") if field == "unit_price" else _("金额")
        text = _("第 %(line)s 行的%(what)s读不出来：请填元，不带负号，最多两位小数，例如 300.00。")
        problems.append(Problem(line=number, field=field, text=text % {"line": number, "what": what}))
        return None
    return fen


def _code(
    raw: Mapping[str, Any],
    field: str,
    known: Iterable[str],
    problems: list[Problem],
    *,
    line: int | None = None,
    optional: bool = False,
) -> str | None:
    value = raw.get(field)
    if optional and value in (None, ""):
        return None
    if isinstance(value, str) and value in known:
        return value
    where = _("第 %(line)s 行：") % {"line": line} if line else ""
    text = _("“%(field)s”没有选，或者不认识：请从列表里选一个。") % {"field": _FIELDS[field]()}
    problems.append(Problem(line=line, field=field, text=where + text))
    return None


_FIELDS = {
    "care": lambda: _("就诊类型"),
    "surgery": lambda: _("手术"),
    "category": lambda: _("收费类别"),
    "doctor": lambda: _("医生职级"),
    "nature": lambda: _("除外性质"),
}


# -- asking the engine --


def bill_facts(
    *, number: str, policy: Policy, site: SiteRow, contract: Contract | None, entry: Entry
) -> dict[str, Any]:
    """Write a desk's bill in the words of the ``adjudicate`` contract: what is stored, and replayed years later."""
    return {
        "bill": number,
        "plan": policy.plan_version.code,
        "member": policy.member_number,
        "policy": {
            "effective": policy.effective.isoformat(),
            "expires": policy.last_day.isoformat(),
            "first_effective": policy.first_effective.isoformat(),
        },
        "hospital": {
            "code": site.code,
            "group": site.group.name if site.group else None,
            "city": site.city,
            "class": site.site_class,
            "network": contract is not None,
            "inpatient": contract is not None and contract.inpatient,
            "level": site.level,
            "excludes": list(contract.excludes) if contract else [],
        },
        "date": entry.day.isoformat(),
        "care": entry.care,
        "channel": "direct",
        "preauthorised": entry.preauthorised,
        "emergency_notified": entry.emergency_notified,
        "surgery": entry.surgery,
        "lines": [
            {"category": line.category, "amount": yuan(line.amount_fen), "nature": line.nature, "doctor": line.doctor}
            for line in entry.lines
        ],
    }


def visit_of(facts: dict[str, Any]) -> Visit:
    """Read stored facts as the engine's visit."""
    no_sites: dict[str, Site] = {}
    request = read_request(facts, sites=no_sites)
    return cast("BillRequest", request).visit  # facts are always a bill, never a reversal


def entered_lines(entry: Entry) -> list[dict[str, Any]]:
    """Return the lines as entered, for the row and for the receipt."""
    return [
        {
            "category": line.category,
            "name": line.name,
            "quantity": f"{line.quantity:f}",
            "unit_price_fen": line.unit_price_fen,
            "amount_fen": line.amount_fen,
            "doctor": line.doctor,
            "nature": line.nature,
        }
        for line in entry.lines
    ]


# -- what a visit stands for --


def standing_of(visit: models.Visit | None, bills: Iterable[models.Bill]) -> tuple[Standing, list[str]]:
    """Rebuild what a visit holds, and the references of the bills that joined it, oldest first."""
    if visit is None or not visit.standing.get("bills"):
        return Standing(), []
    facts = {bill.ref: bill.facts for bill in bills}
    joined: list[str] = visit.standing["bills"]
    standing = Standing(
        bills=tuple(visit_of(facts[ref]) for ref in joined),
        ordinal=visit.ordinal,
        decided_as=visit.standing["decided_as"],
        eligible=visit.eligible_fen,
        plan_pays=visit.plan_fen,
        deductible=visit.deductible_fen,
        moves=tuple(
            Move(Ground(step, key, clause, "", ""), amount) for step, key, clause, amount in visit.standing["moves"]
        ),
    )
    return standing, joined


def packed_standing(standing: Standing, bills: list[str]) -> dict[str, Any]:
    """Write what ``standing_of`` reads."""
    moves = [[move.ground.step, move.ground.key, move.ground.clause, move.amount] for move in standing.moves]
    return {"bills": bills, "decided_as": standing.decided_as, "moves": moves}


def spoken(text: Spoken) -> dict[str, str]:
    """Write a text as pages take it."""
    return {"zh": text.zh, "en": text.en}


def decision_of(number: str, answer: Answer) -> dict[str, Any]:
    """Write an answer in the words of the ``adjudicate`` contract."""
    return write_answer(number, answer)
