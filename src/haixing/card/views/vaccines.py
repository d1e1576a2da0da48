"""S11 疫苗知识: the free and the paid vaccines, one vaccine, and the child's own calendar.

The clinic decides: these pages arrange and remind, never prescribe. Free vaccines have no price anywhere.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haixing.card.context import CardRequest, card_required
from haixing.card.forms import DoseForm, show_refusal
from haixing.lib import clock
from haixing.lib.errors import Refused
from haixing.lib.ics import AllDay, calendar_file
from haixing.ui.templatetags.ui import spoken
from haixing.vaccines import commands
from haixing.vaccines import queries as vaccines

PAID = "paid"
AHEAD = datetime.timedelta(days=730)
"""How far ahead the calendar's file reaches: what lies beyond may well change."""

REMARKS = {
    vaccines.Remark.DOUBLE_HIB: gettext_lazy(
        "记录里有几种都含 Hib 的疫苗（五联、四联、AC-Hib 或 Hib）。接着打之前，请让接种门诊看一下会不会重复。"
    ),
    vaccines.Remark.MIXED_ROUTES: gettext_lazy(
        "同一种病的减毒和灭活疫苗都有记录。两种程序不同，下面按先打的那种排，另一种没有算进去：请让接种门诊定。"
    ),
    vaccines.Remark.PENTA_AGES: gettext_lazy(
        "五联按说明书排，和免费百白破的 2、4、6 月龄不一样。"
        "下面的百白破、脊灰日期按免费程序推算，请以接种门诊约的为准。"
    ),
    vaccines.Remark.MENING_PRODUCT: gettext_lazy(
        "记录里有四价流脑疫苗。3 周岁、6 周岁的 A群C群流脑还要不要打，请问接种门诊。"
    ),
    vaccines.Remark.HPV_LATE: gettext_lazy("双价 HPV 过了时限，是否仍免费、怎么补，各地不同，请问当地接种门诊。"),
}


@require_safe
@card_required(action="vaccines.seen")
def tables(request: CardRequest) -> HttpResponse:
    """免费疫苗 and 收费疫苗 by age."""
    tab = PAID if request.GET.get("tab") == PAID else "free"
    band, day = request.GET.get("age", ""), clock.today()
    schedule, groups = vaccines.free_table(day=day, edition=request.GET.get("edition", ""), band=band)
    context = {
        **_about(request),
        "tab": tab,
        "bands": vaccines.AGE_BANDS,
        "band": band,
        "schedule": schedule,
        "is_current": schedule.since <= day < schedule.until,
        "since": None if schedule.since == vaccines.OPEN else schedule.since,
        "editions": vaccines.editions(),
        "groups": vaccines.paid_table(band=band) if tab == PAID else groups,
    }
    return render(request, "card/vaccines.html", context)


@require_safe
@card_required(action="vaccines.seen")
def about(request: CardRequest, code: str) -> HttpResponse:
    """One vaccine: what it prevents, its doses, what takes its place, and where that is written."""
    try:
        vaccine = vaccines.vaccine(code)
    except vaccines.NoSuchVaccine as error:
        raise Http404 from error
    return render(request, "card/vaccine.html", {**_about(request), "vaccine": vaccine})


@require_safe
@card_required(action="doses.seen")
def calendar(request: CardRequest) -> HttpResponse:
    """The child's own doses: what waits, what comes, what was given."""
    today = clock.today()
    found = vaccines.child_calendar(child=request.binding.policy.child, day=today)
    states = vaccines.State
    coming = _rows(found.entries, states.UPCOMING, states.LATER)
    coming.sort(key=lambda row: row["entry"].possible_on)
    given = _given(found)
    context = {
        **_about(request),
        "tab": "own",
        "late": _rows(found.entries, states.OVERDUE),
        "due": _rows(found.entries, states.DUE),
        "ask": _rows(found.entries, states.ASK),
        "coming": [row for row in coming if row["entry"].possible_on <= today + AHEAD],
        "far": [row for row in coming if row["entry"].possible_on > today + AHEAD],
        "given": given,
        "remarks": [REMARKS[remark] for remark in found.remarks],
        "next_day": found.next_day,
    }
    return render(request, "card/vaccine_calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@card_required(action="doses.seen")
def record(request: CardRequest) -> HttpResponse:
    """Write down a dose that was given."""
    today = clock.today()
    form = DoseForm(
        request.POST or None, initial={"vaccine": request.GET.get("vaccine", ""), "day": today}, today=today
    )
    form.offer(free=_choices(is_free=True), paid=_choices(is_free=False))
    if request.method == "POST" and form.is_valid():
        try:
            commands.record_dose(
                policy=request.binding.policy,
                guardian=request.guardian,
                now=clock.now(),
                today=today,
                **form.cleaned_data,
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("记下了，后面的日期已经重新推算。"))
            page = "card:vaccine_record" if "again" in request.POST else "card:vaccine_calendar"
            return redirect(page, request.binding.ref)
    return render(request, "card/vaccine_record.html", {**_about(request), "form": form})


@require_POST
@card_required(action="doses.seen")
def remove(request: CardRequest, dose_ref: str) -> HttpResponse:
    """Take a record back, and offer nothing to be asked twice: it can be written again at once."""
    try:
        commands.remove_dose(policy=request.binding.policy, guardian=request.guardian, ref=dose_ref, now=clock.now())
    except commands.NoSuchDose as error:
        raise Http404 from error
    messages.success(request, _("这条接种记录删掉了。删错了的话，再记一次就好。"))
    return redirect("card:vaccine_calendar", request.binding.ref)


@require_safe
@card_required(action="doses.seen")
def download(request: CardRequest) -> HttpResponse:
    """The coming doses as a calendar file. The child's name is in it only when the guardian ticks so."""
    child, today = request.binding.policy.child, clock.today()
    found = vaccines.child_calendar(child=child, day=today)
    before = f"{child.name} · " if request.GET.get("name") == "1" else ""
    events = [
        AllDay(
            uid=f"{entry.series}-{entry.number}.{request.binding.policy.ref}@haixing",
            day=entry.possible_on,
            summary=before + _("疫苗：%(name)s 第 %(n)d 剂") % {"name": _name(entry.vaccine), "n": entry.printed},
            description=_("最早可以接种的日子，由已有记录推算。能不能打、哪天打，以接种门诊为准。"),
        )
        for entry in found.entries
        if entry.possible_on and entry.possible_on <= today + AHEAD
    ]
    body = calendar_file(events, name=_("疫苗日历"), made_at=clock.now())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="vaccines.ics"'
    return response


def _about(request: CardRequest) -> dict[str, Any]:
    return {"ref": request.binding.ref, "child": request.binding.policy.child.name}


def _choices(*, is_free: bool) -> list[tuple[str, str]]:
    return [(one.code, spoken(one.name)) for one in vaccines.recordable(is_free=is_free)]


def _rows(entries: Iterable[vaccines.Entry], *states: vaccines.State) -> list[dict[str, Any]]:
    """Doses in these states, as plain values."""
    return [{"entry": entry, "name": _name(entry.vaccine)} for entry in entries if entry.state in states]


def _given(calendar: vaccines.Calendar) -> list[dict[str, Any]]:
    """Every recorded dose once, the newest first, with what it completed where that is not its own name."""
    doses = {dose.ref: dose for dose in calendar.others}
    filled: dict[str, list[vaccines.Entry]] = defaultdict(list)
    for entry in calendar.entries:
        if entry.given:
            doses[entry.given.ref] = entry.given
            filled[entry.given.ref].append(entry)
    rows = []
    for ref, dose in doses.items():
        entries = filled[ref]
        own = next((entry for entry in entries if entry.state == vaccines.State.DONE), None)
        counted = [_numbered(entry) for entry in entries if entry is not own]
        rows.append(
            {
                "given": dose,
                "name": _numbered(own) if own else _name(dose.vaccine),
                "counted": _("、").join(counted),
            }
        )
    return sorted(rows, key=lambda row: (row["given"].day, row["name"]), reverse=True)


def _numbered(entry: vaccines.Entry) -> str:
    return _("%(name)s 第 %(n)d 剂") % {"name": _name(entry.vaccine), "n": entry.printed}


def _name(code: str) -> str:
    """What a vaccine is called; its code for one that the list no longer has."""
    try:
        return spoken(vaccines.vaccine(code).name)
    except vaccines.NoSuchVaccine:
        return code
