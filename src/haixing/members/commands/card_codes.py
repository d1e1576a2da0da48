"""The code on the card's screen, and its reading at a desk (promise T6).

The picture proves nothing, the server decides: a code lives seventy-five seconds, works
once, and of two desks that read it together one hears yes.
"""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from haixing.accounts import commands as accounts
from haixing.accounts import rules as accounts_rules
from haixing.accounts.models import User
from haixing.audit import commands as audit
from haixing.lib.errors import Refused
from haixing.lib.secrecy import blind_index
from haixing.members import facts
from haixing.members.models import CardBinding, CardCode, Presentation
from haixing.members.queries import NotYours

LIFETIME = datetime.timedelta(seconds=75)
"""The page asks for a new code each 60 seconds; 15 more forgive a slow line."""
PRESENTED_FOR = datetime.timedelta(hours=24)
"""How long a site may see and bill a card that was shown to it: a further bill often comes the next morning."""
_READS_PER_MINUTE = 20


class CardCodeRefused(Refused):
    """A card's code was not taken. One of the three below."""

    code = "card-code-refused"


class CodeUnreadable(CardCodeRefused):
    """The text is no code of ours: a slip of the finger, another QR code, or a doctored one."""

    code = "code-unreadable"


class CodeExpired(CardCodeRefused):
    """The code is over, or never was one, or its card was taken back: the answer does not tell which."""

    code = "code-expired"


class CodeAlreadyUsed(CardCodeRefused):
    """The code was read before."""

    code = "code-already-used"


class NotYourDesk(Refused):
    """The person does not work at the site for which a card is read."""

    code = "not-your-desk"
    status = 403


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCode:
    """A code to show at a desk: ten characters, the text of its QR code, and when both stop working."""

    code: str
    qr: str
    expires_at: datetime.datetime


def show_code(*, binding: CardBinding, now: datetime.datetime) -> ShownCode:
    """Make a code for a card that is held now. One INSERT; only an index of the code is kept. Raises NotYours."""
    if binding.ended_at is not None:
        raise NotYours(_("这张电子保险卡已经解除关联。请回到卡片列表，或重新关联保单。"))
    text = facts.new_code()
    expires_at = now + LIFETIME
    CardCode.objects.create(binding=binding, code_index=_index(text.code), expires_at=expires_at)
    return ShownCode(code=text.code, qr=text.qr, expires_at=expires_at)


def redeem_code(*, text: str, site_id: int, staff: User, now: datetime.datetime) -> Presentation:
    """Read a code at a site's desk: scanned text, or ten typed characters. The site may then see and bill the card.

    Raises NotYourDesk, TooManyTries, CodeUnreadable, CodeExpired, CodeAlreadyUsed.
    """
    if not accounts_rules.works_at(staff, site_id):
        raise NotYourDesk(_("您的账号不在这个院区。请切换到您所在的院区，再读一次卡。"))
    # Counted before it is judged, and outside the transaction below, so that a refusal is counted too.
    accounts.spend(key=f"read-card:{staff.pk}", capacity=_READS_PER_MINUTE, per_seconds=60, now=now)
    code = facts.read_code(text)
    if code is None:
        raise CodeUnreadable(_("这不是完整的卡码。请重新扫码，或核对屏幕上的十位字符再输入一次。"))

    with transaction.atomic():
        index = _index(code)
        # Whoever changes the row first has the card: no look before, and no condition on another table,
        # which PostgreSQL would not ask again after waiting for the other desk.
        is_ours = CardCode.objects.filter(code_index=index, redeemed_at=None, expires_at__gt=now).update(
            redeemed_at=now
        )
        row = CardCode.objects.select_related("binding__policy__child").filter(code_index=index).first()
        if is_ours and row is not None and row.binding.ended_at is None:
            return _present(row.binding, site_id=site_id, staff=staff, now=now)
    raise _refusal(row, is_ours=bool(is_ours))


def _present(binding: CardBinding, *, site_id: int, staff: User, now: datetime.datetime) -> Presentation:
    presentation = Presentation.objects.create(
        policy=binding.policy, site_id=site_id, staff=staff, binding=binding, at=now, expires_at=now + PRESENTED_FOR
    )
    audit.record(
        actor=f"staff:{staff.pk}",
        action="card.presented",
        subject=f"presentation:{presentation.ref}",
        policy_id=binding.policy_id,
        site_id=site_id,
        now=now,
    )
    return presentation


def _refusal(row: CardCode | None, *, is_ours: bool) -> CardCodeRefused:
    if row is not None and row.redeemed_at is not None and not is_ours:
        return CodeAlreadyUsed(
            _(
                "这个卡码已经用过了，每个只能用一次。如果是您刚刚读过的，请看“今天出示过的卡”；否则请家长刷新页面，再读新的。"
            )
        )
    return CodeExpired(_("这个卡码已经过期。请等家长的出示页自动刷新（每分钟一次），再读新的。"))


def _index(code: str) -> str:
    return blind_index(code, purpose="card code")
