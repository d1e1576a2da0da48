"""Put away the notices that were read."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from haixing.card.context import FamilyRequest, guardian_required
from haixing.lib import clock
from haixing.notices import commands as notices


@require_POST
@guardian_required
def read(request: FamilyRequest) -> HttpResponse:
    """Mark the guardian's notices as read."""
    notices.mark_read(guardian=request.guardian, now=clock.now())
    return redirect("card:cards")
