"""S05 保险福利: what is covered, what is left, and from when."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haixing.card.context import CardRequest, card_required, standing
from haixing.claims import queries as claims
from haixing.lib import clock


@require_safe
@card_required(action="benefits.seen")
def benefits(request: CardRequest) -> HttpResponse:
    """The plan in sentences with their clauses, and this child's own numbers."""
    policy, day = request.binding.policy, clock.today()
    context = {
        "ref": request.binding.ref,
        "child": policy.child.name,
        "plan": policy.printed_plan_name,
        "effective": policy.effective,
        "expires": policy.expires,
        "standing": standing(policy, day=day),
        "hotline": policy.insurer.hotline,
        "hotline_hours": policy.insurer.hotline_hours,
        "benefits": [
            {"told": benefit, "slots": _slots(first_tier=benefit.first_tier, next_visit=benefit.next_visit)}
            for benefit in claims.benefits_of(policy=policy, day=day)
        ],
    }
    return render(request, "card/benefits.html", context)


def _slots(*, first_tier: int | None, next_visit: int | None) -> list[dict[str, object]]:
    """The first tier's visits as a row of dots: used, next, and still to come."""
    if first_tier is None or next_visit is None:
        return []
    return [
        {"number": number, "used": number < next_visit, "next": number == next_visit}
        for number in range(1, first_tier + 1)
    ]
