"""S03 保单详情: the cards a guardian holds, and one of them with all it can do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haixing.card.context import (
    CardRequest,
    FamilyRequest,
    Standing,
    card_required,
    guardian_required,
    record_cards_seen,
    standing,
)
from haixing.lib import clock
from haixing.members import queries as members
from haixing.notices import queries as notices
from haixing.vaccines import queries as vaccines

if TYPE_CHECKING:
    from haixing.members.models import CardBinding

ORDER: Final[tuple[Standing, ...]] = ("in-force", "not-yet", "expired", "ended")


@require_safe
@guardian_required
def cards(request: FamilyRequest) -> HttpResponse:
    """One card per policy, stacked: those that work today on top."""
    held = members.cards_of(request.guardian)
    record_cards_seen(request, held)
    waits = vaccines.waiting_for(children=[binding.policy.child for binding in held], day=clock.today())
    printed = [_printed(binding, waits[binding.policy.child_id]) for binding in held]
    context = {
        "cards": sorted(printed, key=lambda card: ORDER.index(card["standing"])),
        "has_several": len(printed) > 1,
        "notices": notices.waiting_for(request.guardian),
        "guardian": request.guardian,
    }
    return render(request, "card/cards.html", context)


@require_safe
@card_required(action="card.seen")
def card(request: CardRequest) -> HttpResponse:
    """One card and its rows."""
    child = request.binding.policy.child
    waits = vaccines.waiting_for(children=[child], day=clock.today())
    return render(request, "card/card.html", {"card": _printed(request.binding, waits[child.pk])})


def _printed(binding: CardBinding, waits: vaccines.Waiting) -> dict[str, Any]:
    """What is printed on a card, as plain values."""
    policy, insurer = binding.policy, binding.policy.insurer
    return {
        "ref": binding.ref,
        "standing": standing(policy, day=clock.today()),
        "child": policy.child.name,
        "born": policy.child.born,
        "member_number": policy.member_number,
        "plan": policy.printed_plan_name,
        "effective": policy.effective,
        "expires": policy.expires,
        "ended_on": policy.ended_on,
        "insurer": {"zh": insurer.name, "en": insurer.name_en},
        "hotline": insurer.hotline,
        "email": insurer.email,
        "provider_hotline": insurer.provider_hotline,
        "provider_email": insurer.provider_email,
        "vaccines": waits,
    }
