"""Sign in by phone and one-time code, and sign out."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from haixing.card import context
from haixing.card.forms import PhoneForm, SignInForm, show_refusal
from haixing.lib import clock
from haixing.lib.addresses import client_address
from haixing.lib.errors import Refused, TooManyTries
from haixing.members import commands as members
from haixing.members.enums import CodePurpose

WAIT_SECONDS = 60
"""How long the button for another code rests (promise T2: one code a minute)."""


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the form; send a code; or sign in. The page is the same whether or not the phone is known (T1)."""
    if request.method != "POST":
        return _page(request, SignInForm())
    if "send_code" in request.POST:
        return _send_code(request)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    try:
        signed_in = members.sign_in(
            phone=form.cleaned_data["phone"],
            code=form.cleaned_data["code"],
            session=context.session_name(request),
            device=context.device_of(request),
            now=clock.now(),
        )
    except Refused as refused:
        show_refusal(form, refused)
        return _page(request, form)
    remember(request, signed_in.pk)
    return redirect("card:cards")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this device's sign-in, and forget the session."""
    guardian = context.guardian_of(request)
    if guardian is not None:
        members.sign_out(sign_in=guardian.sign_ins.get(pk=request.session[context.SIGN_IN]), now=clock.now())
    request.session.flush()
    return redirect("card:guide")


def remember(request: HttpRequest, sign_in_id: int) -> None:
    """Tie the session to a sign-in, under a new key (against session fixation)."""
    request.session.cycle_key()
    request.session[context.SIGN_IN] = sign_in_id


def ask_for_code(request: HttpRequest, form: PhoneForm, *, purpose: CodePurpose) -> dict[str, object]:
    """Ask for a code to the form's phone. Returns what the page says about it: sent, or what is wrong."""
    if not form.is_valid():
        return {"code_refused": " ".join(str(error) for error in form.errors["phone"])}
    try:
        members.request_code(
            phone=form.cleaned_data["phone"],
            purpose=purpose,
            session=context.session_name(request),
            address=client_address(request),
            now=clock.now(),
        )
    except TooManyTries as refused:
        return {"code_refused": refused.sentence, "wait_seconds": min(refused.retry_after, WAIT_SECONDS)}
    except Refused as refused:
        return {"code_refused": refused.sentence}
    return {"code_sent": True, "wait_seconds": WAIT_SECONDS, "is_demo": settings.DEMO}


def _send_code(request: HttpRequest) -> HttpResponse:
    said = ask_for_code(request, PhoneForm(request.POST), purpose=CodePurpose.SIGN_IN)
    return _page(request, SignInForm(initial={"phone": request.POST.get("phone", "")}), said)


def _page(request: HttpRequest, form: SignInForm, said: dict[str, object] | None = None) -> HttpResponse:
    return render(request, "card/sign_in.html", {"form": form} | (said or {}))
