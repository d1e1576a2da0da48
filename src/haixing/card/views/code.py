"""The code to show at a desk: a QR and ten characters, renewed every minute, good once."""

import datetime
import re
from http import HTTPStatus

import segno
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from haixing.card.context import CardRequest, card_required, standing
from haixing.lib import clock
from haixing.members import commands as members
from haixing.members import queries as members_queries

STOP_POLLING = 286
"""htmx shows the answer and asks no more."""
RENEW_SECONDS = 60
"""A code is replaced each minute, and lives some seconds longer, so that a desk never scans a dead one."""


@require_safe
@card_required(action="code.shown")
def code(request: CardRequest) -> HttpResponse:
    """Show a fresh code. Asked by htmx, return just the part that changes."""
    now, policy = clock.now(), request.binding.policy
    context: dict[str, object] = {
        "ref": request.binding.ref,
        "child": policy.child.name,
        "born": policy.child.born,
        "member_number": policy.member_number,
        "standing": standing(policy, day=clock.day_of(now)),
        "now": now,
    }
    if context["standing"] == "in-force":
        shown = members.show_code(binding=request.binding, now=now)
        context |= {
            "code": shown.code,
            "qr": _drawn(shown.qr),
            "renew_in": RENEW_SECONDS,
            "since": _since(request) or int(now.timestamp()),
        }
    fragment = request.headers.get("HX-Request") is not None
    return render(request, "card/_code.html" if fragment else "card/code.html", context)


@require_safe
@card_required(action="code.shown")
def used(request: CardRequest) -> HttpResponse:
    """Say where the card was read since the code came up; nothing while it was not."""
    since = _since(request)
    if since is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    moment = datetime.datetime.fromtimestamp(since, tz=datetime.UTC)
    presentation = members_queries.last_presentation(binding=request.binding, since=moment)
    if presentation is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    context = {"ref": request.binding.ref, "site": presentation.site.full_name, "at": presentation.at}
    return render(request, "card/_code_used.html", context, status=STOP_POLLING)


def _since(request: CardRequest) -> int | None:
    """When the page with the code was opened, in Unix seconds: it is carried from code to code."""
    text = request.GET.get("since", "")
    return int(text) if re.fullmatch(r"[0-9]{1,10}", text) else None


def _drawn(text: str) -> SafeString:
    """The QR as an inline drawing: no file, no other request, sharp at every size."""
    drawing = segno.make(text, error="m", micro=False).svg_inline(
        omitsize=True, border=2, dark="#0a2e38", lineclass=None
    )
    return mark_safe(drawing)  # noqa: S308  segno draws shapes only; the text itself is not printed
