"""A presented card: what counts here today, the bill form, its preview, and sending it."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from benefits.terms.vocabulary import CARES, CATEGORIES, DOCTOR_GRADES, NATURES, SURGERIES
from haixing.claims import commands as claims_commands
from haixing.claims import queries as claims
from haixing.claims.facts import BillUnreadable, Entry, read_entry
from haixing.clinic.context import DeskRequest, desk_required, record_sight
from haixing.clinic.forms import DayForm
from haixing.lib import clock
from haixing.lib.errors import Refused
from haixing.members import queries as members

if TYPE_CHECKING:
    from haixing.claims.models import Bill
    from haixing.members.models import Presentation

KEY = re.compile(r"[A-Za-z0-9-]{16,64}")
WORDS = {
    "line": gettext_lazy("第 {} 行"),
    "unreadable_money": gettext_lazy("金额请写成 12.30 这样，最多两位小数。"),
    "unreadable_quantity": gettext_lazy("数量请写成正数，最多三位小数。"),
    "hint_tcm": gettext_lazy("是中医诊疗吗？是就把性质选“中医”；儿科西医开的中成药可以留空。"),
    "hint_surgery": gettext_lazy("门诊手术不在保障内，这一行由家长付。请核对就诊类型。"),
    "hint_grade": gettext_lazy("请选医生职级：有的院区不含主任医师的诊察费和挂号费。"),
    "hint_allergy": gettext_lazy("是过敏原检测吗？是就把性质选“过敏原检测”。"),
    "no_lines": gettext_lazy("还没有填收费项目，请至少填一行。"),
    "pasted": gettext_lazy("粘贴了 {} 行，请看一眼类别和金额。"),
    "paste_too_long": gettext_lazy("一次最多粘贴 500 行，这里有 {} 行。请分成几张账单。"),
    "sending": gettext_lazy("正在发送，请稍等…"),
    "lost": gettext_lazy("没有收到答复，可能断网了。内容都在这一页，{} 秒后自动再发；用的是同一个编号，不会记两次。"),
    "retrying": gettext_lazy("正在用同一个编号再发…"),
    "stopped": gettext_lazy("已停止自动重发。上一次可能已经记下：改完再发仍用同一个编号，不会记两次。"),
    "kept_key": gettext_lazy(
        "上一次从这一页发出的账单没有收到答复。先看看今天的就诊里有没有它；再发仍用同一个编号，不会记两次。"
    ),
    "preview_lost": gettext_lazy("预览暂时取不到，不影响发送。"),
    "preview_stale": gettext_lazy("正在重新计算…"),
    "leaving": gettext_lazy("这张账单还没有发送。"),
}
"""What the script on the page says. ``{}`` is filled in there."""


@require_safe
@desk_required
def show(request: DeskRequest, ref: str) -> HttpResponseBase:
    """Answer in one screen: is the card in force, what counts here today, what the family pays; and take the bill."""
    now, today = clock.now(), clock.today()
    presentation = _presentation(request, ref, now)
    policy = presentation.policy
    answer = claims.desk_answer(policy=policy, site=request.site, day=today)
    here_today = claims.visits_at(site_id=request.site.pk, day=today)
    earlier = [visit for visit in here_today if visit.member_number == policy.member_number]
    record_sight(request, action="card.seen", subject=f"presentation:{ref}", policy_id=policy.pk)
    context = {
        "presentation": presentation,
        "policy": policy,
        "answer": answer,
        "answers": _grouped(answer.cares),
        "asks_authorisation": any(_telling(care).asks_authorisation for care in answer.cares),
        "today": today,
        "earlier": earlier,
        "start": _start_of(request, today),
        "cares": CARES,
        "categories": CATEGORIES,
        "natures": NATURES,
        "grades": DOCTOR_GRADES,
        "surgeries": SURGERIES,
        "words": {name: str(text) for name, text in WORDS.items()},
    }
    return render(request, "clinic/card.html", context)


@require_POST
@desk_required
def preview(request: DeskRequest, ref: str) -> HttpResponseBase:
    """Decide the bill as the engine would now, and write nothing."""
    now = clock.now()
    presentation = _presentation(request, ref, now)
    try:
        decision = claims.preview_bill(presentation=presentation, entry=_entry(request), now=now)
    except BillUnreadable as unreadable:
        return _problems(unreadable)
    return render(request, "clinic/_decision.html", {"decision": decision})


@require_POST
@desk_required
def send(request: DeskRequest, ref: str) -> HttpResponseBase:
    """Record the bill, once for each key: the same key always gets the same answer (promise T7)."""
    now = clock.now()
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        raise KeyMissing
    try:
        bill = _recorded(request, ref, key, now)
    except BillUnreadable as unreadable:
        return _problems(unreadable)
    answer = {
        "bill": bill.ref,
        "visit": bill.visit.ref,
        "url": reverse("clinic:visit", args=[bill.visit.ref]),
        "decision": bill.decision,
    }
    return JsonResponse(answer, status=201)


def _recorded(request: DeskRequest, ref: str, key: str, now: datetime.datetime) -> Bill:
    """Record the bill, or find what this key recorded before the card's presentation ran out (decision D4)."""
    entry = _entry(request)
    try:
        presentation = _presentation(request, ref, now)
    except members.NotPresented:
        earlier = claims_commands.repeat_bill(
            site_id=request.site.pk, staff=request.user, key=key, entry=entry, now=now
        )
        if earlier is None:
            raise
        return earlier
    return claims_commands.submit_bill(presentation=presentation, staff=request.user, key=key, entry=entry, now=now)


def _presentation(request: DeskRequest, ref: str, now: datetime.datetime) -> Presentation:
    """The card as it was shown here. Raises NotPresented."""
    presentation = members.live_presentation(site_id=request.site.pk, ref=ref, now=now)
    # It is the same site, read already with its group: the engine will ask for the group, at a statement each time.
    presentation.site = request.site
    return presentation


class KeyMissing(Refused):
    """A bill came without the number by which a repeat is known."""

    code = "key-missing"
    status = 400

    def __init__(self) -> None:
        super().__init__(gettext_lazy("这次发送没有带编号，没有记下。请刷新这一页再填一次。"))


class BodyUnreadable(Refused):
    """The bill did not arrive as this page sends it."""

    code = "body-unreadable"
    status = 400

    def __init__(self) -> None:
        super().__init__(gettext_lazy("这张账单没有完整送到，没有记下。请再发一次。"))


class BodyTooBig(Refused):
    """More than a bill can be."""

    code = "body-too-big"
    status = 413

    def __init__(self) -> None:
        super().__init__(gettext_lazy("这张账单太长了，没有记下。请分成几张账单，同一天的会合在一次就诊里算。"))


def _entry(request: DeskRequest) -> Entry:
    try:
        raw: Any = json.loads(request.body)
    except RequestDataTooBig as error:
        raise BodyTooBig from error
    except (ValueError, RecursionError) as error:
        raise BodyUnreadable from error
    if not isinstance(raw, dict):
        raise BodyUnreadable
    return read_entry(raw)


def _problems(unreadable: BillUnreadable) -> JsonResponse:
    """Say what is wrong line by line. Nothing was recorded, so the page keeps its key and what was typed.

    The page computes an amount from its quantity and price: where one of these is wrong, only that is said.
    """
    factors = {each.line for each in unreadable.problems if each.field in {"quantity", "unit_price"}}
    problems = [
        {"line": each.line, "field": each.field, "text": each.text}
        for each in unreadable.problems
        if not (each.field == "amount" and each.line in factors)
    ]
    sentence = _("账单有 %(count)d 处要改，没有记下：请看标红的地方。") % {"count": len(problems)}
    return JsonResponse({"code": unreadable.code, "sentence": sentence, "problems": problems[:200]}, status=422)


def _grouped(answers: Iterable[claims.CareAnswer]) -> list[tuple[list[str], claims.CareAnswer]]:
    """Put kinds of care that get the same answer, other than a yes, into one row: the answer stays one screen."""
    rows: list[tuple[list[str], claims.CareAnswer]] = []
    for answer in answers:
        if rows and answer.outcome != "paid" and _telling(answer) == _telling(rows[-1][1]):
            rows[-1][0].append(answer.care)
        else:
            rows.append(([answer.care], answer))
    return rows


def _telling(answer: claims.CareAnswer) -> claims.CareAnswer:
    """The answer without its care. Who is not covered here needs no authorisation either."""
    return replace(answer, care="", asks_authorisation=answer.asks_authorisation and answer.outcome != "not-covered")


def _start_of(request: DeskRequest, today: datetime.date) -> dict[str, str]:
    """What the form starts with: a further bill takes the visit's kind of care and day along."""
    care = request.GET.get("care", "")
    form = DayForm(request.GET)
    day = (form.cleaned_data["day"] if form.is_valid() else None) or today
    return {"care": care if care in CARES else "outpatient", "day": day.isoformat()}
