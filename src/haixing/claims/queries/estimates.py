"""What a visit would cost, asked at a desk, at home, or while a bill is typed: one engine, and nothing written."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from benefits.adjudication import Decision, Tally, Usage, Visit, adjudicate, decide_bill, ordinals
from benefits.exchange.answers import told_moves
from benefits.money import short_yuan
from benefits.terms import Plan
from benefits.terms.plan import Benefit
from benefits.terms.vocabulary import CARES, CARVE_OUTS, NATURES, Spoken
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterTier:
    """What a visit costs from an ordinal on, for the same example bill."""

    visit: int
    member_fen: int
    sentence: dict[str, str]
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that would make the visit cost another amount, with its clause."""

    text: dict[str, str]
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """本次预计自付: what one visit would cost this family, until the desk's check-in says it for certain."""

    answer: CareAnswer
    """The very answer that a desk of the site would get today."""
    billed_fen: int
    """The example bill."""
    member_fen: int | None
    """The family's part of it; None where a person has to decide."""
    after: LaterTier | None
    """The next tier of the plan, where there is one."""
    changes: tuple[Change, ...]
    is_direct: bool
    """The site has a contract for this care today: the plan is billed, and the family pays its part only."""
    note: str
    """What the contract remarks, as printed."""


def estimates_at(*, policy: Policy, sites: Iterable[SiteRow], care: str, day: datetime.date) -> dict[int, Estimate]:
    """Return what a visit would cost this child at each of many sites, by site. Two statements, however many sites.

    Empty when the policy does not cover the day. It asks the engine exactly what ``desk_answer`` asks.
    """
    asked = list(sites)
    if not policy.effective <= day <= policy.last_day:
        return {}
    plan = plan_of(policy)
    contracts = network.contracts_on(plan=plan.code, day=day, site_ids=[site.pk for site in asked])
    benefit = plan.benefit_for(care)
    tally = ledger.tally_of(ledger.accounts_of(policy.pk).get(benefit.code)) if benefit else Tally()
    return {
        site.pk: _estimate(policy, plan, benefit, tally, site, contracts.get(site.pk), care=care, day=day)
        for site in asked
    }


def estimates_of_cares(*, policy: Policy, site: SiteRow, day: datetime.date) -> tuple[Estimate, ...]:
    """Return what a visit of each kind of care that the site is contracted for would cost. Two statements.

    Without a contract that is every kind, so that a family reads why each is not billed. Empty outside the policy.
    """
    if not policy.effective <= day <= policy.last_day:
        return ()
    plan = plan_of(policy)
    contract = network.contract_on(site_id=site.pk, plan=plan.code, day=day)
    accounts = ledger.accounts_of(policy.pk)
    found = []
    for care in CARES:
        if contract is not None and care not in contract.care:
            continue
        benefit = plan.benefit_for(care)
        tally = ledger.tally_of(accounts.get(benefit.code)) if benefit else Tally()
        found.append(_estimate(policy, plan, benefit, tally, site, contract, care=care, day=day))
    return tuple(found)


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
        example = _example_visit(policy, site, contract, care=care, day=day, amount_fen=_example_fen(benefit, tally))
        answers.append(_care_answer(benefit, tally, _decide_example(plan, tally, example), care=care))
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


def _example_fen(benefit: Benefit | None, tally: Tally) -> int:
    return EXAMPLE_BILL_FEN + (_deductible_left(benefit, tally) or 0)


def _decide_example(plan: Plan, tally: Tally, example: Visit, *, visit: int | None = None) -> Decision:
    """Ask the engine about an example as the next visit, or as a later one."""
    ordinal = visit or ordinals.lowest_free(tally.counted)
    return adjudicate(example, plan, Usage(ordinal, tally.limit_used, tally.deductible_used))


def _care_answer(benefit: Benefit | None, tally: Tally, decision: Decision, *, care: str) -> CareAnswer:
    rule = benefit.authorisation if benefit else None
    return CareAnswer(
        care=care,
        outcome=decision.outcome,
        visit=decision.visit,
        sentence=spoken(_example_sentence(decision)),
        clause=_first_clause(decision),
        limit_left_fen=benefit.limit.amount - tally.limit_used if benefit and benefit.limit else None,
        deductible_left_fen=_deductible_left(benefit, tally),
        asks_authorisation=rule is not None and care in rule.care,
    )


def _estimate(
    policy: Policy,
    plan: Plan,
    benefit: Benefit | None,
    tally: Tally,
    site: SiteRow,
    contract: Contract | None,
    *,
    care: str,
    day: datetime.date,
) -> Estimate:
    example = _example_visit(policy, site, contract, care=care, day=day, amount_fen=_example_fen(benefit, tally))
    decision = _decide_example(plan, tally, example)
    is_review = decision.outcome == Outcome.REVIEW
    return Estimate(
        answer=_care_answer(benefit, tally, decision, care=care),
        billed_fen=decision.billed,
        member_fen=None if is_review else decision.member_pays,
        after=None if is_review else _later_tier(plan, benefit, tally, example, decision),
        changes=_changes(plan, benefit, tally, contract, care=care) if decision.outcome == Outcome.PAID else (),
        is_direct=contract is not None and care in contract.care,
        note=contract.note if contract else "",
    )


def _later_tier(
    plan: Plan, benefit: Benefit | None, tally: Tally, example: Visit, decision: Decision
) -> LaterTier | None:
    """Find the first later ordinal that costs otherwise, by asking the engine where the plan's tiers begin."""
    if benefit is None or decision.visit is None:
        return None
    begins = sorted({tier.first for place in benefit.share for tier in place.tiers if tier.first > decision.visit})
    for first in begins:
        later = _decide_example(plan, tally, example, visit=first)
        if later.outcome != Outcome.REVIEW and later.member_pays != decision.member_pays:
            return LaterTier(
                visit=first,
                member_fen=later.member_pays,
                sentence=spoken(_example_sentence(later)),
                clause=_first_clause(later),
            )
    return None


def _changes(
    plan: Plan, benefit: Benefit | None, tally: Tally, contract: Contract | None, *, care: str
) -> tuple[Change, ...]:
    """Say what would make the visit cost another amount: carve-outs, excluded lines, authorisation, the limit."""
    changes = []
    for code in contract.excludes if contract else ():
        carve_out = plan.exclusions.carve_outs.get(code)
        name = CARVE_OUTS[code]
        text = Spoken(f"{name.zh}不在保障内，由家庭自付。", f"{name.en} are not covered here: the family pays them.")
        changes.append(Change(text=spoken(text), clause=carve_out.clause if carve_out else ""))
    if plan.exclusions.natures:
        changes.append(Change(text=spoken(_excluded(plan)), clause=plan.exclusions.clause))
    rule = benefit.authorisation if benefit else None
    if rule is not None and care in rule.care:
        percent = f"{rule.missing / 100:g}%"
        text = Spoken(
            f"需要预授权；没有预授权，保障内的费用家庭自付 {percent}。",
            f"It needs authorisation first; without it the family pays {percent} of what is covered.",
        )
        changes.append(Change(text=spoken(text), clause=rule.clause))
    if benefit is not None and benefit.limit is not None:
        left = short_yuan(max(benefit.limit.amount - tally.limit_used, 0))
        text = Spoken(
            f"超过剩余额度 {left} 元的部分由家庭自付。", f"What exceeds the {left} yuan left is paid by the family."
        )
        changes.append(Change(text=spoken(text), clause=benefit.limit.clause))
    return tuple(changes)


def _excluded(plan: Plan) -> Spoken:
    """Say in three examples what the plan leaves out; the page of benefits lists it all."""
    natures = list(plan.exclusions.natures.items())[:3]
    zh = "、".join(printed for _code, printed in natures)
    en = ", ".join(NATURES[code].en.lower() for code, _printed in natures)
    return Spoken(
        f"账单里计划不承担的项目（如{zh}）由家庭自付。",
        f"Lines that the plan excludes, such as {en}, are paid by the family.",
    )


def _first_clause(decision: Decision) -> str:
    return next((move.ground.clause for move in told_moves(decision.trace) if move.ground.clause), "")


def _example_sentence(decision: Decision) -> Spoken:
    said = [move.text(decision.visit) for move in told_moves(decision.trace)]
    zh, en = "".join(text.zh for text in said), " ".join(text.en for text in said)
    if decision.outcome == Outcome.REVIEW:
        return Spoken(zh, en)
    example = short_yuan(decision.billed)
    return Spoken(f"以 {example} 元的账单为例：{zh}", f"For example, a bill of {example} yuan. {en}")
