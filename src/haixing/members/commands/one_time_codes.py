"""One-time codes by SMS: sent to phones we know, judged a few times, used once (promises T1 to T3).

What a stranger could learn from is the same for every phone: the reply, the number of
statements, the row, the queued job. Only the worker knows that a job goes nowhere.
"""

import datetime
import hmac
import math
import secrets
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from haixing.accounts import commands as accounts
from haixing.lib.errors import Refused
from haixing.lib.secrecy import blind_index
from haixing.members.enums import CodePurpose
from haixing.members.models import Guardian, OneTimeCode
from haixing.notices import commands as notices
from haixing.policies.models import Policy
from haixing.policies.queries import normal_phone, phone_index

LIFETIME = datetime.timedelta(minutes=5)
DIGITS = 6

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
# Aliyun's own defaults for one phone. The first is a token bucket, which also queues simultaneous
# requests for a phone behind its row; the others count rows, so that they hold in any hour and any day.
_PER_PHONE = ((5, _HOUR), (10, _DAY))
_REQUESTS_PER_SESSION = (10, _HOUR)
# Many families share one address behind a carrier's gateway, so an address may ask far more than a phone.
_REQUESTS_PER_ADDRESS = (120, _HOUR)
# A bucket gives out at most twice its size in a day: fifty guesses a phone.
_GUESSES_PER_PHONE = (25, _DAY)
_GUESSES_PER_SESSION = (30, _HOUR)


class WrongCode(Refused):
    """The code is wrong, expired, used, replaced by a newer one, or was never sent: the answer does not tell which."""

    code = "wrong-code"


def request_code(*, phone: str, purpose: CodePurpose, session: str, address: str, now: datetime.datetime) -> None:
    """Send a one-time code to ``phone``, if it is on a policy or a known guardian's (decision D7).

    ``session`` is the browser's session key, ``address`` the client's IP address. Replaces
    the session's earlier code for the same purpose. Raises TooManyTries, and
    PhoneUnreadable for what is no phone number at all.
    """
    receiver = normal_phone(phone)
    index = phone_index(phone)
    browser = session_index(session)

    with transaction.atomic():
        _spend_requests(phone=index, session=browser, address=address, now=now)
        is_known = _is_known(index)
        digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        OneTimeCode.objects.create(
            purpose=purpose,
            phone_index=index,
            session=browser,
            # A hash over something that nobody can type: it costs the same and matches nothing.
            hash=_hash(digits if is_known else secrets.token_hex(8), phone=index, session=browser, purpose=purpose),
            made_at=now,
            expires_at=now + LIFETIME,
        )
        notices.send_sms(
            phone=receiver if is_known else None,
            template=f"code-{purpose.value}",
            text=_text_of(digits, purpose),
            now=now,
            not_after=now + LIFETIME,
        )


def spend_guess(*, phone: str, session: str, purpose: CodePurpose, now: datetime.datetime) -> OneTimeCode | None:
    """Count a guess before it is judged, outside any transaction that may be undone. Raises TooManyTries.

    Returns the session's newest code, the only one that ``judge`` may then judge. ``phone`` and
    ``session`` are indexes.

    The phone's allowance is charged only where the guess could be right: from a browser that asked for
    a code for this phone. Otherwise a stranger's blind posts would close somebody else's phone. A phone
    that we do not know has its row as well, so it is charged alike (promise T1).
    """
    _spend("guess-session", session, _GUESSES_PER_SESSION, now=now)
    newest = OneTimeCode.objects.filter(session=session, purpose=purpose).order_by("-id").first()
    if newest is not None and newest.phone_index == phone and _is_alive(newest, now=now):
        _spend("guess", phone, _GUESSES_PER_PHONE, now=now)
    return newest


def judge(
    newest: OneTimeCode | None, *, phone: str, session: str, code: str, now: datetime.datetime
) -> OneTimeCode | None:
    """Take one of the five tries of ``newest`` (from ``spend_guess``), and return the row if ``code`` is right.

    Call it in a transaction that is *not* undone when the answer is None: the try must stay
    taken. ``phone`` and ``session`` are indexes. The row is not used up yet: see ``use_up``.
    """
    if newest is None:
        return None
    is_alive = OneTimeCode.objects.filter(pk=newest.pk, used_at=None, tries_left__gt=0, expires_at__gt=now)
    if not is_alive.update(tries_left=F("tries_left") - 1):
        return None
    typed = _hash(_digits(code), phone=phone, session=session, purpose=CodePurpose(newest.purpose))
    return newest if hmac.compare_digest(typed, newest.hash) else None


def use_up(row: OneTimeCode, *, now: datetime.datetime) -> bool:
    """Use a right code. Of two posts that arrive together, one hears True."""
    return OneTimeCode.objects.filter(pk=row.pk, used_at=None).update(used_at=now) == 1


def wrong_code() -> WrongCode:
    """Return the one refusal for every code that does not count."""
    return WrongCode(
        _("验证码不对，或者已经过期。请输入最近一条短信里的 6 位数字；五分钟内有效，最多试 5 次，用完请重新获取。")
    )


def session_index(session: str) -> str:
    """Return the keyed hash under which a browser's session is kept: the key itself would open it."""
    return blind_index(session, purpose="session")


def _spend_requests(*, phone: str, session: str, address: str, now: datetime.datetime) -> None:
    # Always in this order, so that two requests never wait for each other in a circle.
    _spend("code-address", blind_index(address, purpose="address"), _REQUESTS_PER_ADDRESS, now=now)
    _spend("code-session", session, _REQUESTS_PER_SESSION, now=now)
    _spend("code", phone, (1, _MINUTE), now=now)
    since = now - datetime.timedelta(seconds=_DAY)
    made = OneTimeCode.objects.filter(phone_index=phone, made_at__gt=since).order_by("-made_at")
    _hold_to_limits(list(made.values_list("made_at", flat=True)[: _PER_PHONE[-1][0]]), now=now)


def _hold_to_limits(made: Sequence[datetime.datetime], *, now: datetime.datetime) -> None:
    """Raise TooManyTries if the codes made so far, newest first, fill an hour or a day."""
    for limit, seconds in reversed(_PER_PHONE):
        if len(made) < limit:
            continue
        free_again = made[limit - 1] + datetime.timedelta(seconds=seconds)
        if free_again > now:
            raise accounts.too_many(retry_after=math.ceil((free_again - now).total_seconds()))


def _spend(kind: str, key: str, limit: tuple[int, int], *, now: datetime.datetime) -> None:
    capacity, seconds = limit
    accounts.spend(key=f"{kind}:{key}", capacity=capacity, per_seconds=seconds, now=now)


def _is_alive(row: OneTimeCode, *, now: datetime.datetime) -> bool:
    return row.used_at is None and row.tries_left > 0 and row.expires_at > now


def _is_known(phone: str) -> bool:
    # Both are asked every time: a short cut would show in the time.
    is_on_a_policy = Policy.objects.filter(phone_index=phone).exists()
    is_a_guardians = Guardian.objects.filter(phone_index=phone).exists()
    return is_on_a_policy or is_a_guardians


def _hash(digits: str, *, phone: str, session: str, purpose: CodePurpose) -> str:
    return blind_index(f"{purpose.value}\0{session}\0{phone}\0{digits}", purpose="one-time code")


def _digits(typed: str) -> str:
    """Return the digits of what was typed: full-width ones, spaces and dashes are forgiven."""
    return "".join(str(int(character)) for character in typed[:20] if character.isdecimal())


def _text_of(digits: str, purpose: CodePurpose) -> str:
    if purpose == CodePurpose.BIND:
        return _("【海星】验证码 %(code)s，用于关联电子保险卡，5 分钟内有效。只告诉您要一起持卡的家人。") % {
            "code": digits
        }
    return _("【海星】验证码 %(code)s，用于登录，5 分钟内有效。请不要告诉任何人。") % {"code": digits}
