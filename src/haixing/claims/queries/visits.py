"""Visits and why they were decided so: the card's records (S06) and the desk's list."""

from __future__ import annotations

import datetime
import functools
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from haixing.claims import models
from haixing.claims.queries.billing import is_reversed
from haixing.lib.errors import Refused
from haixing.network.models import HospitalGroup, Site
from haixing.policies.models import Policy


class NoSuchVisit(Refused):
    """There is no such visit, or it is another family's or another site's: the answer does not tell which."""

    code = "no-such-visit"
    status = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRow:
    """One visit in a list. Amounts in fen."""

    ref: str
    day: datetime.date
    site_name: str
    care: str
    outcome: str
    billed_fen: int
    plan_fen: int
    member_fen: int
    ordinal: int | None
    member_number: str
    child_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillRecord:
    """One bill of a visit: as entered, and as decided."""

    ref: str
    at: datetime.datetime
    outcome: str
    billed_fen: int
    plan_fen: int | None
    member_fen: int | None
    lines: tuple[dict[str, Any], ...]
    reasons: tuple[dict[str, Any], ...]
    remaining: dict[str, Any]
    staff_name: str
    reversed_at: datetime.datetime | None
    reversal_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitRecord:
    """A visit with everything that was decided about it."""

    ref: str
    day: datetime.date
    site_name: str
    site_phone: str
    care: str
    outcome: str
    ordinal: int | None
    counted: bool
    billed_fen: int
    eligible_fen: int
    plan_fen: int
    member_fen: int
    bills: tuple[BillRecord, ...]
    member_number: str
    child_name: str
    policy_id: int
    policy_ref: str

    @property
    def give_back_fen(self) -> int:
        """What the family was asked to pay and, after reversals, need not: the bills' own shares less what is due now.

        Never negative: where the bills that stay cost the family more now, ``member_fen`` says so.
        """
        return max(0, sum(bill.member_fen or 0 for bill in self.bills) - self.member_fen)


def visits_of(*, policy: Policy, first: int = 0, most: int | None = None) -> list[VisitRow]:
    """Return a policy's visits, newest first: ``most`` of them after skipping ``first``. One statement.

    The policy's child is every row's, so its name is opened once.
    """
    columns = (*_COLUMNS, "site__name", "site__group__name")
    last = None if most is None else first + most
    found = models.Visit.objects.filter(policy=policy).values_list(*columns)[first:last]
    own = {"member_number": policy.member_number, "child_name": policy.child.name}
    return [
        VisitRow(site_name=_printed(name, group), **dict(zip(_COLUMNS, values, strict=True)), **own)
        for *values, name, group in found
    ]


def count_visits_of(*, policy: Policy) -> int:
    """Return how many visits a policy has. One statement."""
    return models.Visit.objects.filter(policy=policy).count()


@functools.lru_cache(maxsize=1024)
def _printed(name: str, group: str | None) -> str:
    """Return a site's name as its row would print it."""
    return Site(name=name, group=HospitalGroup(name=group) if group else None).full_name


_COLUMNS = ("ref", "day", "care", "outcome", "billed_fen", "plan_fen", "member_fen", "ordinal")


def visits_at(*, site_id: int, day: datetime.date) -> list[VisitRow]:
    """Return a site's visits of a day, newest first. One statement."""
    return [_row(visit) for visit in _visits().filter(site_id=site_id, day=day)]


def visit_record(*, ref: str, policy_id: int | None = None, site_id: int | None = None) -> VisitRecord:
    """Return one visit with its bills. Two statements. Raises NoSuchVisit.

    Exactly one of ``policy_id`` (a family asks) and ``site_id`` (a desk asks) is given.
    """
    if (policy_id is None) == (site_id is None):
        raise TypeError("a visit is asked for by a family or by a desk: give policy_id or site_id")
    whose = {"policy_id": policy_id} if site_id is None else {"site_id": site_id}
    visit = _visits().filter(ref=ref, **whose).first()
    if visit is None:
        raise NoSuchVisit(_("没有找到这次就诊：请回到列表重新选择。"))
    bills = models.Bill.objects.filter(visit=visit).select_related("staff", "reversal").order_by("id")
    return VisitRecord(
        ref=visit.ref,
        day=visit.day,
        site_name=visit.site.full_name,
        site_phone=visit.site.phone,
        care=visit.care,
        outcome=visit.outcome,
        ordinal=visit.ordinal,
        counted=visit.ordinal is not None,
        billed_fen=visit.billed_fen,
        eligible_fen=visit.eligible_fen,
        plan_fen=visit.plan_fen,
        member_fen=visit.member_fen,
        bills=tuple(_bill_record(bill) for bill in bills),
        member_number=visit.policy.member_number,
        child_name=visit.policy.child.name,
        policy_id=visit.policy_id,
        policy_ref=visit.policy.ref,
    )


def _visits() -> QuerySet[models.Visit]:
    related = models.Visit.objects.select_related("site__group", "policy__child")
    return related.defer("standing", "policy__phone", "site__introduction", "site__departments", "site__hours")


def _row(visit: models.Visit) -> VisitRow:
    return VisitRow(
        ref=visit.ref,
        day=visit.day,
        site_name=visit.site.full_name,
        care=visit.care,
        outcome=visit.outcome,
        billed_fen=visit.billed_fen,
        plan_fen=visit.plan_fen,
        member_fen=visit.member_fen,
        ordinal=visit.ordinal,
        member_number=visit.policy.member_number,
        child_name=visit.policy.child.name,
    )


def _bill_record(bill: models.Bill) -> BillRecord:
    undone = bill.reversal if is_reversed(bill) else None
    return BillRecord(
        ref=bill.ref,
        at=bill.at,
        outcome=bill.outcome,
        billed_fen=bill.billed_fen,
        plan_fen=bill.plan_fen,
        member_fen=bill.member_fen,
        lines=tuple(bill.lines),
        reasons=tuple(bill.decision["reasons"]),
        remaining=bill.decision["remaining"],
        staff_name=str(bill.staff),
        reversed_at=undone.at if undone else None,
        reversal_reason=undone.reason if undone else None,
    )
