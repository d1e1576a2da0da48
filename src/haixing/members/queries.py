"""Reading who holds which card. What is not yours and what does not exist look the same."""

import datetime

from django.utils.translation import gettext as _

from haixing.lib.clock import SHANGHAI
from haixing.lib.errors import Refused
from haixing.lib.prepared import Prepared, Slot
from haixing.members.models import CardBinding, Guardian, Presentation, SignIn
from haixing.policies.models import Policy

_ON_A_CARD = ("policy__child", "policy__insurer", "policy__plan_version")
_TEXTS_OF_THE_PLAN = ("policy__plan_version__text", "policy__plan_version__cases")
"""Long, and read once for each process (``policies.queries.plan_of``): deferred."""
_LIVE_PRESENTATION = Prepared(
    lambda: (
        Presentation.objects.filter(site_id=Slot("site_id"), ref=Slot("ref"), expires_at__gt=Slot("now"))
        .select_related(*_ON_A_CARD)
        .defer(*_TEXTS_OF_THE_PLAN, "policy__phone", "policy__phone_index", "policy__child__name_index")
        .order_by()
    )
)


class NotYours(Refused):
    """There is no such card, or it is another family's: the answer does not tell which."""

    code = "not-yours"
    status = 404


class NotPresented(Refused):
    """The card was not shown at this desk, or too long ago, or there is no such card."""

    code = "not-presented"
    status = 404


def guardian_of_session(sign_in_id: object) -> Guardian | None:
    """Return who is signed in on a device, or None if it was never so or was ended. One statement."""
    if not isinstance(sign_in_id, int):
        return None
    sign_in = SignIn.objects.select_related("guardian").filter(pk=sign_in_id, ended_at=None).first()
    return sign_in.guardian if sign_in else None


def cards_of(guardian: Guardian) -> list[CardBinding]:
    """Return the cards a guardian holds, in the order they were bound; of expired policies too. One statement."""
    live = CardBinding.objects.filter(guardian=guardian, ended_at=None)
    return list(live.select_related(*_ON_A_CARD))


def binding_of(*, guardian: Guardian, ref: str) -> CardBinding:
    """Return one card that a guardian holds. One statement. Raises NotYours."""
    live = CardBinding.objects.filter(guardian=guardian, ref=ref, ended_at=None)
    binding = live.select_related("guardian", *_ON_A_CARD).first()
    if binding is None:
        raise NotYours(_("没有找到这张电子保险卡。可能已经解除关联：请回到卡片列表，或重新关联保单。"))
    return binding


def holders_of(policy: Policy) -> list[CardBinding]:
    """Return who holds the card of a policy now, in the order they bound it. One statement."""
    live = CardBinding.objects.filter(policy=policy, ended_at=None)
    return list(live.select_related("guardian"))


def live_presentation(*, site_id: int, ref: str, now: datetime.datetime) -> Presentation:
    """Return a card as shown at a site's desk, while the site may see it. One statement. Raises NotPresented."""
    shown = _LIVE_PRESENTATION.rows(site_id=site_id, ref=ref, now=now)
    if not shown:
        raise NotPresented(_("本院区现在不能查看这张卡。请家长打开电子保险卡，再出示一次。"))
    return shown[0]


def presented_today(*, site_id: int, now: datetime.datetime) -> list[Presentation]:
    """Return the cards shown at a site on this Shanghai day, newest first. One statement."""
    midnight = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Presentation.objects.filter(site_id=site_id, at__gte=midnight, at__lt=midnight + datetime.timedelta(days=1))
    return list(today.select_related("staff", *_ON_A_CARD))


def last_presentation(*, binding: CardBinding, since: datetime.datetime) -> Presentation | None:
    """Return where this holder's card was last read since a moment, with its site, or None. One statement."""
    read = Presentation.objects.filter(binding=binding, at__gte=since)
    return read.select_related("site__group").first()
