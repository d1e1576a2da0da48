"""S02 关联保单: bind the card of a child."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from haixing.card import context
from haixing.card.forms import BindForm, PhoneForm, show_refusal
from haixing.card.views.sign_in import ask_for_code, remember
from haixing.lib import clock
from haixing.lib.errors import Refused
from haixing.members import commands as members
from haixing.members.enums import CodePurpose
from haixing.members.facts import CONSENT_TEXT

if TYPE_CHECKING:
    from haixing.members.models import Guardian


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def bind(request: HttpRequest) -> HttpResponse:
    """Show the form; send a code; or bind. Every wrong answer after a right code is one and the same (T1)."""
    guardian = context.guardian_of(request)
    is_signed_in = guardian is not None
    if request.method != "POST":
        return _page(request, BindForm(is_signed_in=is_signed_in))
    if "send_code" in request.POST:
        said = ask_for_code(request, PhoneForm(request.POST), purpose=CodePurpose.BIND)
        return _page(request, BindForm(initial=request.POST.dict(), is_signed_in=is_signed_in), said)
    form = BindForm(request.POST, is_signed_in=is_signed_in)
    if not form.is_valid():
        return _page(request, form)
    try:
        bound = _bind(request, form.cleaned_data, guardian)
    except Refused as refused:
        show_refusal(form, refused)
        return _page(request, form)
    if guardian is None:
        remember(request, bound.sign_in.pk)
    messages.success(request, _("关联好了。就诊时打开这里，出示卡片就可以。"))
    return redirect("card:cards")


def _bind(request: HttpRequest, typed: dict[str, Any], guardian: Guardian | None) -> members.Bound:
    return members.bind_card(
        name=typed["name"],
        gender=typed["gender"],
        phone=typed["phone"],
        code=typed["code"],
        session=context.session_name(request),
        guardian=guardian,
        as_policyholder=typed.get("whose") == "own",
        called=typed.get("called", ""),
        device=context.device_of(request),
        consent=typed["consent"],
        now=clock.now(),
    )


def _page(request: HttpRequest, form: BindForm, said: dict[str, object] | None = None) -> HttpResponse:
    shown = {
        "form": form,
        "consent_text": CONSENT_TEXT,
        "hotline": settings.SERVICE_HOTLINE,
        "hotline_hours": settings.SERVICE_HOTLINE_HOURS,
    }
    return render(request, "card/bind.html", shown | (said or {}))
