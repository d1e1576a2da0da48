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
            {"told": benefit, "slots": _slots(benefit)} for benefit in claims.benefits_of(policy=policy, day=day)
        ],
    }
    return render(request, "card/benefits.html", context)


def _slots(benefit: claims.BenefitSummary) -> list[str]:
    """The first tier as a row of dots, one a visit: ``used``, then the ``next``, then ``free`` ones."""
    if benefit.first_tier is None or benefit.next_visit is None or benefit.visits_counted is None:
        return []
    if benefit.next_visit > benefit.first_tier:
        return ["used"] * benefit.first_tier
    # A reversed visit gives its number back, so later numbers may be in use while an earlier one is next.
    used = min(benefit.visits_counted, benefit.first_tier - 1)
    return ["used"] * used + ["next"] + ["free"] * (benefit.first_tier - used - 1)
