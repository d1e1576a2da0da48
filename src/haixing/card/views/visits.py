"""S06 就诊记录: the visits of a policy, and one visit with every reason."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haixing.card.context import CardRequest, card_required
from haixing.claims import queries as claims

VISITS_PER_PAGE = 20


@require_safe
@card_required(action="visits.seen")
def visits(request: CardRequest) -> HttpResponse:
    """The newest visits first, some twenty to a page."""
    policy = request.binding.policy
    # The paginator cuts numbers; the database reads only the visits of the page.
    numbers = range(claims.count_visits_of(policy=policy))
    page = Paginator(numbers, VISITS_PER_PAGE).get_page(request.GET.get("page"))
    first = page.start_index() - 1 if numbers else 0
    context = {
        "ref": request.binding.ref,
        "child": policy.child.name,
        "page": page,
        "visits": claims.visits_of(policy=policy, first=first, most=VISITS_PER_PAGE),
    }
    return render(request, "card/visits.html", context)


@require_safe
@card_required(action="visit.seen")
def visit(request: CardRequest, visit_ref: str) -> HttpResponse:
    """Every bill, line and reason of a visit."""
    policy = request.binding.policy
    try:
        record = claims.visit_record(policy_id=policy.pk, ref=visit_ref)
    except claims.NoSuchVisit as error:
        raise Http404 from error
    context = {
        "ref": request.binding.ref,
        "child": policy.child.name,
        "visit": record,
        "hotline": policy.insurer.hotline,
    }
    return render(request, "card/visit.html", context)
