"""Who is looking, and at which card: the two questions every page of a family asks first.

``guardian_required`` turns the session into ``request.guardian``; ``card_required`` goes on
to ``request.binding`` and writes down that a child's data was seen. A card that is not the
guardian's is answered exactly like one that does not exist.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from haixing.audit import commands as audit
from haixing.lib import clock
from haixing.members import queries as members

if TYPE_CHECKING:
    from haixing.members.models import CardBinding, Guardian
    from haixing.policies.models import Policy

SIGN_IN = "sign_in"
"""The session's key for the id of the guardian's sign-in."""

Standing = Literal["not-yet", "in-force", "expired", "ended"]


class FamilyRequest(HttpRequest):
    """A request of a signed-in guardian."""

    guardian: Guardian


class CardRequest(FamilyRequest):
    """A request about one card that the guardian holds."""

    binding: CardBinding


View = Callable[..., HttpResponse]


def guardian_of(request: HttpRequest) -> Guardian | None:
    """The guardian signed in on this device, or None. A sign-in that was ended elsewhere ends here at once."""
    sign_in_id = request.session.get(SIGN_IN)
    return members.guardian_of_session(sign_in_id) if sign_in_id else None


def guardian_required(view: View) -> View:
    """Send a stranger to the sign-in page; call ``view`` with a FamilyRequest."""

    @functools.wraps(view)
    def page(request: HttpRequest, **kwargs: str) -> HttpResponse:
        guardian = guardian_of(request)
        if guardian is None:
            return redirect("card:sign_in")
        family_request = cast("FamilyRequest", request)
        family_request.guardian = guardian
        return view(family_request, **kwargs)

    return page


def card_required(*, action: str) -> Callable[[View], View]:
    """Find the card by its reference among the guardian's own; call ``view`` with a CardRequest.

    A whole page is recorded as one sight of the child's data; the parts that htmx renews are not.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def page(request: FamilyRequest, ref: str, **kwargs: str) -> HttpResponse:
            card_request = cast("CardRequest", request)
            card_request.binding = own_card(request, ref)
            response = view(card_request, **kwargs)
            if response.status_code == HTTPStatus.OK and "HX-Request" not in request.headers:
                subject = f"visit:{kwargs['visit_ref']}" if "visit_ref" in kwargs else f"card:{ref}"
                record_sight(request, action=action, subject=subject, binding=card_request.binding)
            return response

        return guardian_required(page)

    return decorate


def own_card(request: FamilyRequest, ref: str) -> CardBinding:
    """The guardian's card with this reference. Raises Http404 for any other."""
    try:
        return members.binding_of(guardian=request.guardian, ref=ref)
    except members.NotYours as error:
        raise Http404 from error


def record_sight(request: FamilyRequest, *, action: str, subject: str, binding: CardBinding) -> None:
    """Write one event: this guardian saw this child's data."""
    audit.record(
        actor=f"guardian:{request.guardian.pk}",
        action=action,
        subject=subject,
        policy_id=binding.policy_id,
        now=clock.now(),
    )


def record_cards_seen(request: FamilyRequest, bindings: Sequence[CardBinding]) -> None:
    """Write an event for each card that a guardian saw on one page, in one statement."""
    audit.record_many(
        actor=f"guardian:{request.guardian.pk}",
        action="card.seen",
        of=[audit.Sight(subject=f"card:{each.ref}", policy_id=each.policy_id) for each in bindings],
        now=clock.now(),
    )


def standing(policy: Policy, *, day: datetime.date) -> Standing:
    """Whether the policy covers ``day``, and if not, why."""
    if day < policy.effective:
        return "not-yet"
    if policy.ended_on and day > policy.ended_on:
        return "ended"
    return "expired" if day > policy.expires else "in-force"


def session_name(request: HttpRequest) -> str:
    """A name for this browser's session that exists before anyone signs in: codes are bound to it."""
    if not request.session.session_key:
        request.session.create()
    return request.session.session_key or ""


def device_of(request: HttpRequest) -> str:
    """A few words for the device, such as ``iPhone · 微信``: enough to know it again in a list, and no more."""
    agent = request.headers.get("User-Agent", "")
    systems = (("iPad", "iPad"), ("iPhone", "iPhone"), ("Harmony", "HarmonyOS"), ("Android", "Android"))
    desks = (("Macintosh", "Mac"), ("Windows", "Windows"), ("Linux", "Linux"))
    system = next((name for mark, name in systems + desks if mark in agent), "")
    return " · ".join(part for part in (system, "微信" if "MicroMessenger" in agent else "") if part)
