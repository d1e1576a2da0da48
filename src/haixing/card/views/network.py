"""S18 私立网络医院列表: the whole network of the plan on one page to print, and as a sheet."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from benefits.terms.vocabulary import CARES
from haixing.card.context import CardRequest, card_required
from haixing.lib import clock
from haixing.network import queries as places
from haixing.ui.templatetags.ui import spoken

if TYPE_CHECKING:
    import datetime

    from haixing.policies.models import Policy

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@card_required(action="network.seen")
def network(request: CardRequest) -> HttpResponse:
    """Every site of the plan by city and district, with the day on which this holds."""
    policy, day = request.binding.policy, clock.today()
    context = {
        "ref": request.binding.ref,
        "plan": policy.printed_plan_name,
        "hotline": policy.insurer.hotline,
        "hotline_hours": policy.insurer.hotline_hours,
        "day": day,
        "rows": _listed(policy, day=day),
    }
    return render(request, "card/network.html", context)


@require_safe
@card_required(action="network.downloaded")
def sheet(request: CardRequest) -> HttpResponse:
    """The same list as an Excel file."""
    policy, day = request.binding.policy, clock.today()
    response = HttpResponse(_workbook(policy, day=day), content_type=SHEET)
    response.headers["Content-Disposition"] = f'attachment; filename="haixing-network-{day.isoformat()}.xlsx"'
    return response


def _listed(policy: Policy, *, day: datetime.date) -> list[dict[str, Any]]:
    plan = policy.plan_version.code
    sites = list(places.sites_in_network(plan=plan, day=day).defer("search_text", "introduction", "departments"))
    contracts = places.contracts_on(plan=plan, day=day, site_ids=[site.pk for site in sites])
    return [
        {
            "ref": site.ref,
            "city": site.city,
            "district": site.district,
            "name": {"zh": site.full_name, "en": site.name_en or site.full_name},
            "address": site.address,
            "phone": site.phone,
            "hours": site.hours_raw,
            "care": [CARES[care] for care in CARES if care in contracts[site.pk].care],
            "inpatient": contracts[site.pk].inpatient,
            "note": contracts[site.pk].note,
        }
        for site in sites
    ]


def _workbook(policy: Policy, *, day: datetime.date) -> bytes:
    """Write the sheet. What looks like a formula stays a text: names come from files of other people."""
    # An optional heavy part: few processes ever write a sheet.
    import xlsxwriter  # noqa: PLC0415

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        page = book.add_worksheet(_("适用医院"))
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        page.write_string(0, 0, policy.printed_plan_name, bold)
        page.write_string(1, 0, _("%(day)s 的名单，就诊前请再查询一次。") % {"day": day.isoformat()})
        for column, (title, width) in enumerate(_columns()):
            page.set_column(column, column, width)
            page.write_string(3, column, title, bold)
        for number, row in enumerate(_listed(policy, day=day), start=4):
            for column, text in enumerate(_cells(row)):
                page.write_string(number, column, text, wrap)
        page.freeze_panes(4, 0)
        page.repeat_rows(3)
        page.set_landscape()
        page.fit_to_pages(1, 0)
    return file.getvalue()


def _columns() -> list[tuple[str, int]]:
    return [
        (_("城市"), 8),
        (_("区县"), 12),
        (_("医院"), 34),
        (_("地址"), 44),
        (_("电话"), 16),
        (_("服务时间"), 34),
        (_("直付项目"), 24),
        (_("备注"), 28),
    ]


def _cells(row: dict[str, Any]) -> list[str]:
    care = _("、").join(spoken(care) for care in row["care"])
    return [
        row["city"],
        row["district"],
        spoken(row["name"]),
        row["address"],
        row["phone"],
        row["hours"],
        care,
        row["note"],
    ]
