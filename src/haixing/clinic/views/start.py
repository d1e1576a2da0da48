"""理赔台首页: read a card, see today's cards and the visits of a day."""

from __future__ import annotations

import datetime
import io
from typing import TYPE_CHECKING

import zxingcpp
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from PIL import Image, UnidentifiedImageError

from haixing.claims import queries as claims
from haixing.clinic.context import DeskRequest, desk_required, record_sight
from haixing.clinic.forms import CodeForm, DayForm
from haixing.lib import clock
from haixing.lib.errors import Refused
from haixing.members import commands as members_commands
from haixing.members import queries as members

if TYPE_CHECKING:
    from haixing.members.models import Presentation

_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
MOST_FRAME_BYTES = 1_000_000
MOST_FRAME_PIXELS = 2_100_000
"""A frame of a desk's camera, full HD at most: nothing larger is opened."""
# What Pillow raises for pictures that are cut off, altered, or say they are immense.
_BROKEN_FRAMES = (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError)


@require_safe
@desk_required
def start(request: DeskRequest) -> HttpResponseBase:
    """Show the desk: the field for a card, today's cards, and a day's visits with their totals."""
    return _desk(request, CodeForm())


@require_POST
@desk_required
def read(request: DeskRequest) -> HttpResponseBase:
    """读卡: redeem a card's code for this site, and go to the child's page."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _desk(request, form, status=422)
    try:
        presentation = members_commands.redeem_code(
            text=form.cleaned_data["code"], site_id=request.site.pk, staff=request.user, now=clock.now()
        )
    except Refused as refusal:
        form.add_error("code", str(refusal))
        return _desk(request, form, status=refusal.status)
    return redirect("clinic:card", presentation.ref)


@require_POST
@desk_required
def scan(request: DeskRequest) -> HttpResponseBase:
    """Find a code in a frame of the desk's camera, for browsers that cannot. Nothing is redeemed or kept."""
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = 0
    if not 0 < length <= MOST_FRAME_BYTES:
        return JsonResponse({"text": "", "sentence": _("这一帧画面太大或是空的，请直接输入十位卡码。")}, status=413)
    return JsonResponse({"text": _code_in(request.body)})


@require_safe
@desk_required
def token(request: DeskRequest) -> HttpResponseBase:
    """Give a page its token anew: signing in again in another tab made the page's own one old."""
    return JsonResponse({"token": get_token(request)})


def _desk(request: DeskRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    today = clock.today()
    day = _day_asked(request, today)
    visits = claims.visits_at(site_id=request.site.pk, day=day)
    now = clock.now()
    presented = _one_for_each_card(members.presented_today(site_id=request.site.pk, now=now))
    if visits or presented:
        record_sight(request, action="desk.listed", subject=f"site:{request.site.ref}", detail={"day": day.isoformat()})
    context = {
        "form": form,
        "day": day,
        "today": today,
        "before": day - datetime.timedelta(days=1) if day > datetime.date.min else None,
        "after": day + datetime.timedelta(days=1) if day < today else None,
        "visits": visits,
        "totals": _totals(visits),
        "presented": presented,
        "now": now,
    }
    return render(request, "clinic/start.html", context, status=status)


def _one_for_each_card(presented: list[Presentation]) -> list[Presentation]:
    """Keep the latest showing of a card, in its place: a family may be asked for the code more than once a day."""
    latest: dict[int, Presentation] = {}
    for presentation in presented:
        latest.setdefault(presentation.policy_id, presentation)
    return list(latest.values())


def _day_asked(request: HttpRequest, today: datetime.date) -> datetime.date:
    form = DayForm(request.GET)
    asked: datetime.date | None = form.cleaned_data["day"] if form.is_valid() else None
    return min(asked, today) if asked else today


def _totals(visits: list[claims.VisitRow]) -> dict[str, int]:
    """Count a day's visits, and sum its columns, in fen: billed = plan + family + under review.

    A visit whose bills were all reversed is listed, and is no visit.
    """
    waiting = [visit for visit in visits if visit.outcome == "review"]
    return {
        "visits": sum(visit.outcome != "reversed" for visit in visits),
        "billed_fen": sum(visit.billed_fen for visit in visits),
        "plan_fen": sum(visit.plan_fen for visit in visits),
        "member_fen": sum(visit.member_fen for visit in visits),
        "review_fen": sum(visit.billed_fen - visit.plan_fen - visit.member_fen for visit in waiting),
    }


def _code_in(frame: bytes) -> str:
    try:
        image = Image.open(io.BytesIO(frame), formats=("JPEG", "PNG"))
        if image.width * image.height > MOST_FRAME_PIXELS:
            return ""
        codes = zxingcpp.read_barcodes(image.convert("L"), formats=_QR)
    except _BROKEN_FRAMES:
        return ""
    return next((code.text for code in codes if code.valid), "")
