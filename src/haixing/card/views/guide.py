"""S01: how to get the card, and the way in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from haixing.card.context import guardian_of


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Show the steps to a newcomer; take a signed-in guardian to the cards, unless the guide itself is asked for."""
    guardian = guardian_of(request)
    if guardian is not None and "guide" not in request.GET:
        return redirect("card:cards")
    return render(request, "card/guide.html", {"guardian": guardian})
