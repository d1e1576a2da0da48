"""就诊: the receipt, a further bill on the same visit, and 冲正."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from haixing.claims import commands as claims_commands
from haixing.claims import queries as claims
from haixing.clinic.context import DeskRequest, desk_required, record_sight
from haixing.clinic.forms import ReversalForm
from haixing.lib import clock
from haixing.lib.errors import Refused
from haixing.members import queries as members

if TYPE_CHECKING:
    from haixing.members.models import Presentation


@require_safe
@desk_required
def show(request: DeskRequest, ref: str) -> HttpResponseBase:
    """Show a visit of this site with its bills, every reason, and what to collect from the family."""
    visit = claims.visit_record(site_id=request.site.pk, ref=ref)
    _record_sight(request, visit)
    context = {"visit": visit, "presentation": _presentation_of(request, visit.policy_ref)}
    return render(request, "clinic/visit.html", context)


@require_http_methods(["GET", "POST"])
@desk_required
def reverse_bill(request: DeskRequest, ref: str, bill_ref: str) -> HttpResponseBase:
    """冲正: show what would be undone and ask for the reason; then undo it."""
    visit = claims.visit_record(site_id=request.site.pk, ref=ref)
    bill = next((each for each in visit.bills if each.ref == bill_ref), None)
    if bill is None:
        raise Http404
    if request.method != "POST":
        _record_sight(request, visit)
        return _ask(request, visit, bill, ReversalForm())
    form = ReversalForm(request.POST)
    if not form.is_valid():
        return _ask(request, visit, bill, form, status=422)
    try:
        claims_commands.reverse_bill(
            site_id=request.site.pk,
            bill_ref=bill_ref,
            staff=request.user,
            reason=form.cleaned_data["reason"],
            now=clock.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _ask(request, visit, bill, form, status=refusal.status)
    messages.success(request, _("已冲正：这张账单占用的额度和次数都已退回。"))
    return redirect("clinic:visit", ref)


def _ask(
    request: DeskRequest, visit: claims.VisitRecord, bill: claims.BillRecord, form: ReversalForm, status: int = 200
) -> HttpResponse:
    return render(request, "clinic/reverse.html", {"visit": visit, "bill": bill, "form": form}, status=status)


def _record_sight(request: DeskRequest, visit: claims.VisitRecord) -> None:
    """Record the sight under the policy, where the family can read it."""
    record_sight(request, action="visit.seen", subject=f"visit:{visit.ref}", policy_id=visit.policy_id)


def _presentation_of(request: DeskRequest, policy_ref: str) -> "Presentation | None":
    """The card as shown here today, if it still is: a further bill needs it."""
    now = clock.now()
    presented = members.presented_today(site_id=request.site.pk, now=now)
    live = (each for each in presented if each.policy.ref == policy_ref and each.expires_at > now)
    return next(live, None)
