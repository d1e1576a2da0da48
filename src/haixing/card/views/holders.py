"""Who holds a child's card; the policyholder may remove others, and everyone may let go of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from haixing.card.context import CardRequest, card_required
from haixing.lib import clock
from haixing.lib.errors import Refused
from haixing.members import commands as members
from haixing.members import queries as member_queries

if TYPE_CHECKING:
    from haixing.members.models import CardBinding


@require_safe
@card_required(action="holders.seen")
def holders(request: CardRequest) -> HttpResponse:
    """List everyone who holds the card."""
    context = {
        "ref": request.binding.ref,
        "child": request.binding.policy.child.name,
        "holders": [_row(request, holder) for holder in member_queries.holders_of(request.binding.policy)],
    }
    return render(request, "card/holders.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@card_required(action="holders.seen")
def remove(request: CardRequest, holder_ref: str) -> HttpResponse:
    """Ask once more; then end that holder's binding, or one's own."""
    found = member_queries.holders_of(request.binding.policy)
    row = next((_row(request, holder) for holder in found if holder.ref == holder_ref), None)
    if row is None or not row["removable"]:
        raise Http404
    context = {"ref": request.binding.ref, "child": request.binding.policy.child.name, "holder": row}
    if request.method != "POST":
        return render(request, "card/holder_remove.html", context)
    try:
        members.end_binding(binding_ref=holder_ref, by=request.guardian, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("已解除关联，那部手机不再能打开这张卡。"))
    return redirect("card:cards") if row["own"] else redirect("card:holders", request.binding.ref)


def _row(request: CardRequest, holder: CardBinding) -> dict[str, object]:
    own = holder.pk == request.binding.pk
    return {
        "ref": holder.ref,
        "called": holder.guardian.called,
        "is_policyholder": holder.is_policyholder,
        "bound_at": holder.bound_at,
        "own": own,
        "removable": own or request.binding.is_policyholder,
    }
