"""The desk's answer and the preview of a bill: the same engine, and nothing written."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from benefits.adjudication import Decision, Tally, Usage, Visit, adjudicate, decide_bill, ordinals
from benefits.exchange.answers import told_moves
from benefits.money import short_yuan
from benefits.terms import Plan
from benefits.terms.plan import Benefit
from benefits.terms.vocabulary import CARES, Spoken
from haixing.claims import facts
from haixing.claims.enums import Outcome
from haixing.claims.facts import Entry, spoken
from haixing.claims.queries.billing import bills_of_visit, check_day, contract_for, visit_joined_by
from haixing.ledger import queries as ledger
from haixing.members.models import Presentation
from haixing.network import queries as network
from haixing.network.models import Contract
from haixing.network.models import Site as SiteRow
from haixing.policies.models import Policy
from haixing.policies.queries import plan_of

# Big enough that every copay shows, round enough to reckon with. What is left of a deductible comes on
# top: a bill that only used up the deductible would look like a "no".
EXAMPLE_BILL_FEN = 1000_00


@dataclass(frozen=True, slots=True, kw_only=True)
class CareAnswer:
    """What holds for one kind of care, here and today."""

    care: str
    outcome: str
    visit: int | None
    sentence: dict[str, str]
    clause: str
    limit_left_fen: int | None
    deductible_left_fen: int | None
    asks_authorisation: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskAnswer:
    """The one screen of a desk: in force or not, and an answer for each kind of care."""

    in_force: bool
    sentence: dict[str, str] | None
    cares: tuple[CareAnswer, ...]


def desk_answer(*, policy: Policy, site: SiteRow, day: datetime.date) -> DeskAnswer:
    """Say what counts at a site on a day, by asking the engine about an example bill of 1000 yuan. Two statements."""
    if not policy.effective <= day <= policy.last_day:
        return DeskAnswer(in_force=False, sentence=spoken(_not_in_force(policy, day)), cares=())
    plan = plan_of(policy)
    contract = network.contract_on(site_id=site.pk, plan=plan.code, day=day)
    accounts = ledger.accounts_of(policy.pk)
    answers = []
    for care in CARES:
        benefit = plan.benefit_for(care)
        tally = ledger.tally_of(accounts.get(benefit.code)) if benefit else Tally()
        deductible_left = _deductible_left(benefit, tally) or 0
        amount = EXAMPLE_BILL_FEN + deductible_left
        example = _example_visit(policy, site, contract, care=care, day=day, amount_fen=amount)
        answers.append(_care_answer(plan, benefit, tally, example))
    return DeskAnswer(in_force=True, sentence=None if contract else spoken(_NO_CONTRACT), cares=tuple(answers))


def preview_bill(*, presentation: Presentation, entry: Entry, now: datetime.datetime) -> dict[str, Any]:
    """Decide a bill as ``submit_bill`` would at this moment, and write nothing. Raises what ``submit_bill`` raises."""
    policy = presentation.policy
    check_day(policy, entry, now=now)
    contract = contract_for(policy, site_id=presentation.site_id, entry=entry)
    plan = plan_of(policy)
    benefit = plan.benefit_for(entry.care)
    account = ledger.accounts_of(policy.pk).get(benefit.code) if benefit else None
    bills = bills_of_visit(presentation, entry)
    standing, _joined = facts.standing_of(visit_joined_by(bills, entry), bills)
    stated = facts.bill_facts(number="preview", policy=policy, site=presentation.site, contract=contract, entry=entry)
    answer = decide_bill(facts.visit_of(stated), plan=plan, tally=ledger.tally_of(account), standing=standing)
    return facts.decision_of("preview", answer)


_NO_CONTRACT = Spoken(
    "本院区今天没有这份计划的直付合同，不能直接结算：请家庭先自付，并请致电医疗机构服务热线核实。",
    "This site has no contract to bill this plan directly today: the family pays; please call the provider hotline.",
)


def _not_in_force(policy: Policy, day: datetime.date) -> Spoken:
    first, last = policy.effective, policy.last_day
    if day < first:
        return Spoken(
            f"这张保单还没有生效：从 {first} 起可以使用。", f"This policy is not in force yet: it starts on {first}."
        )
    return Spoken(
        f"这张保单已于 {last} 到期：请家庭先自付，并请家长联系保险公司核实是否续保。",
        f"This policy ended on {last}: the family pays, and may ask the insurer about a renewal.",
    )


def _deductible_left(benefit: Benefit | None, tally: Tally) -> int | None:
    rule = benefit.deductible if benefit else None
    return rule.amount - tally.deductible_used if rule else None


def _example_visit(
    policy: Policy, site: SiteRow, contract: Contract | None, *, care: str, day: datetime.date, amount_fen: int
) -> Visit:
    line = facts.EntryLine(
        category="14",
        name="",
        quantity=Decimal(1),
        unit_price_fen=amount_fen,
        amount_fen=amount_fen,
        doctor=None,
        nature=None,
    )
    entry = Entry(care=care, day=day, lines=(line,), surgery=None, preauthorised=True, emergency_notified=False)
    return facts.visit_of(facts.bill_facts(number="?", policy=policy, site=site, contract=contract, entry=entry))


def _care_answer(plan: Plan, benefit: Benefit | None, tally: Tally, example: Visit) -> CareAnswer:
    usage = Usage(ordinals.lowest_free(tally.counted), tally.limit_used, tally.deductible_used)
    decision = adjudicate(example, plan, usage)
    moves = told_moves(decision.trace)
    rule = benefit.authorisation if benefit else None
    return CareAnswer(
        care=example.care,
        outcome=decision.outcome,
        visit=decision.visit,
        sentence=spoken(_example_sentence(decision)),
        clause=next((move.ground.clause for move in moves if move.ground.clause), ""),
        limit_left_fen=benefit.limit.amount - tally.limit_used if benefit and benefit.limit else None,
        deductible_left_fen=_deductible_left(benefit, tally),
        asks_authorisation=rule is not None and example.care in rule.care,
    )


def _example_sentence(decision: Decision) -> Spoken:
    said = [move.text(decision.visit) for move in told_moves(decision.trace)]
    zh, en = "".join(text.zh for text in said), " ".join(text.en for text in said)
    if decision.outcome == Outcome.REVIEW:
        return Spoken(zh, en)
    example = short_yuan(decision.billed)
    return Spoken(f"以 {example} 元的账单为例：{zh}", f"For example, a bill of {example} yuan. {en}")
