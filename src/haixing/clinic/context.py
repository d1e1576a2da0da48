"""Who is at the desk, and how every page of the desk answers them.

``desk_required`` is worn by every view: it finds the person and the site anew for each request,
so that a person who was dismissed a second ago is out (promise T4, ASVS 8.3.2), and it turns a
refusal of a command into the page or the JSON that says its sentence.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from haixing.audit import commands as audit
from haixing.lib import clock
from haixing.lib.errors import Refused, TooManyTries
from haixing.network import queries as network

if TYPE_CHECKING:
    from haixing.accounts.models import User
    from haixing.network.models import Site

P = ParamSpec("P")


class DeskRequest(HttpRequest):
    """A request of a person who works at ``site`` now."""

    user: User  # never anonymous behind desk_required
    site: Site  # type: ignore[assignment]  # the stubs take it for django.contrib.sites, which is not installed


def desk_required(
    view: Callable[Concatenate[DeskRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Let in only who works at a site now; give the view a ``DeskRequest``.

    1. Not signed in: to the sign-in (a script is told so in JSON, so that a half-typed bill stays).
    2. Working nowhere any more: signed out at once.
    3. At several sites and none chosen, or the chosen one left: to the choice.
    """

    @never_cache
    @functools.wraps(view)
    def at_desk(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        sites = network.sites_of(request.user)
        if not sites:
            return _out(request)
        site = _chosen(request, sites)
        if site is None:
            return redirect("clinic:sites") if not wants_json(request) else _to_sign_in(request)
        request.site = site  # type: ignore[assignment]  # the request becomes a DeskRequest
        try:
            return view(request, *args, **kwargs)  # type: ignore[arg-type]  # as above
        except Refused as refusal:
            return refused(request, refusal)

    return at_desk


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of ours asks: it reads sentences from JSON and keeps what was typed."""
    return request.headers.get("Accept", "").startswith("application/json")


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Say a refusal's sentence, as a page or as JSON."""
    if wants_json(request):
        response: HttpResponse = JsonResponse({"code": refusal.code, "sentence": str(refusal)}, status=refusal.status)
    else:
        response = render(request, "clinic/refused.html", {"sentence": str(refusal)}, status=refusal.status)
    if isinstance(refusal, TooManyTries):
        response["Retry-After"] = str(refusal.retry_after)
    return response


def record_sight(
    request: DeskRequest,
    *,
    action: str,
    subject: str,
    policy_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Record that this person saw a child's data: once for each page shown."""
    audit.record(
        actor=f"staff:{request.user.pk}",
        action=action,
        subject=subject,
        policy_id=policy_id,
        site_id=request.site.pk,
        detail=detail,
        now=clock.now(),
    )


def _chosen(request: HttpRequest, sites: list[Site]) -> Site | None:
    chosen = next((site for site in sites if site.pk == request.session.get("site")), None)
    if chosen is None and len(sites) == 1:
        chosen = sites[0]
        request.session["site"] = chosen.pk
    return chosen


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    sign_in = reverse("account_login")
    if wants_json(request):
        sentence = _("您已退出登录。请在新标签页重新登录，再回到这一页继续：填写的内容都还在。")
        return JsonResponse({"code": "signed-out", "sentence": sentence, "sign_in": sign_in}, status=401)
    after = request.get_full_path() if request.method == "GET" else reverse("clinic:start")
    return redirect(f"{sign_in}?{urlencode({'next': after})}")


def _out(request: HttpRequest) -> HttpResponse:
    logout(request)
    sentence = _("您的账号已不在任何诊所名下，不能再使用理赔台。如果这是误会，请联系诊所的管理员。")
    if wants_json(request):
        return JsonResponse({"code": "not-staff", "sentence": sentence}, status=403)
    messages.error(request, sentence)
    return redirect("account_login")
