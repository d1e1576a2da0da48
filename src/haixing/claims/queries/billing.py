"""What stands before a bill is decided: may it be billed here and on that day, and what is its visit so far."""

from __future__ import annotations

import datetime

from django.utils.translation import gettext as _

from haixing.claims.facts import Entry
from haixing.claims.models import Bill, Visit
from haixing.lib.clock import day_of
from haixing.lib.errors import Refused
from haixing.lib.prepared import Prepared, Slot
from haixing.members.models import Presentation
from haixing.network import queries as network
from haixing.network.models import Contract
from haixing.policies.models import Policy


class FutureService(Refused):
    """The service date has not come yet."""

    code = "future-service"


class OutsideThePolicy(Refused):
    """The service date is not a day of the policy."""

    code = "outside-the-policy"


class NoContract(Refused):
    """The site may not bill this plan directly on that day."""

    code = "no-contract"


def check_day(policy: Policy, entry: Entry, *, now: datetime.datetime) -> None:
    """Refuse a service date that cannot be right. Raises FutureService, OutsideThePolicy."""
    if entry.day > day_of(now):
        raise FutureService(_("就诊日期 %(day)s 还没有到：请核对日期，只能录入已经发生的就诊。") % {"day": entry.day})
    if not policy.effective <= entry.day <= policy.last_day:
        text = _(
            "这张保单的保障期是 %(first)s 至 %(last)s，%(day)s 不在其中："
            "请核对就诊日期；日期无误的话，这次费用需要家庭自付。"
        )
        raise OutsideThePolicy(text % {"first": policy.effective, "last": policy.last_day, "day": entry.day})


def contract_for(policy: Policy, *, site_id: int, entry: Entry) -> Contract:
    """Return the contract under which a site bills this plan on the day of service. Raises NoContract."""
    contract = network.contract_on(site_id=site_id, plan=policy.plan_version.code, day=entry.day)
    if contract is None:
        text = _("本院区在 %(day)s 没有这份计划的直付合同，不能直接结算：请家庭先自付，并请致电医疗机构服务热线核实。")
        raise NoContract(text % {"day": entry.day})
    return contract


def is_reversed(bill: Bill) -> bool:
    """Tell whether a bill, read together with its reversal, was undone."""
    return getattr(bill, "reversal", None) is not None


def bills_of_visit(presentation: Presentation, entry: Entry) -> list[Bill]:
    """Return the bills of this policy, site, day and kind of care, with their visit, oldest first. One statement."""
    return _BILLS_OF_VISIT.rows(
        policy_id=presentation.policy_id, site_id=presentation.site_id, day=entry.day, care=entry.care
    )


_BILLS_OF_VISIT = Prepared(
    lambda: (
        Bill.objects.filter(
            visit__policy_id=Slot("policy_id"),
            visit__site_id=Slot("site_id"),
            visit__day=Slot("day"),
            visit__care=Slot("care"),
        )
        .select_related("visit", "reversal")
        .defer("lines", "reversal__reason", "reversal__decision")
        .order_by("id")
    )
)


def visit_joined_by(bills: list[Bill], entry: Entry) -> Visit | None:
    """Return the visit that a new bill belongs to. Each admission is its own visit (reading A4)."""
    if entry.care not in Visit.JOINING_CARES or not bills:
        return None
    return bills[-1].visit
