"""Staff who come and go, and the limits on trying."""

import datetime
import math

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from haixing.accounts.models import Allowance, Membership, User
from haixing.audit import commands as audit
from haixing.lib.errors import Refused, TooManyTries

_MICROSECONDS = 1_000_000

# One statement decides and takes: no two requests can both see the last token. The row is
# inserted on the first try; later ones move full_at on, unless that would empty the bucket twice.
_SPEND = """
INSERT INTO accounts_allowance (key, full_at) VALUES (%(key)s, %(now)s + %(token)s)
ON CONFLICT (key) DO UPDATE SET full_at =
  CASE WHEN accounts_allowance.full_at > %(now)s THEN accounts_allowance.full_at ELSE %(now)s END + %(token)s
WHERE accounts_allowance.full_at <= %(now)s + %(bucket)s - %(token)s
RETURNING full_at
"""


class UsernameTaken(Refused):
    """Somebody signs in by this name already."""

    code = "username-taken"


class PasswordTooWeak(Refused):
    """The password would be guessed."""

    code = "password-too-weak"


class NotEmployedHere(Refused):
    """The person does not work at the site (any more)."""

    code = "not-employed-here"


def spend(*, key: str, capacity: int, per_seconds: int, now: datetime.datetime) -> None:
    """Take one of the ``capacity`` tries that ``key`` has in ``per_seconds``; they come back evenly.

    One statement when it succeeds, two when it refuses, safe under concurrency on both
    databases. Inside a transaction it also queues other tries with the same key until
    the end. Raises TooManyTries. (Promises T1 to T3; OWASP API4.)
    """
    token = per_seconds * _MICROSECONDS // capacity
    moment = _microseconds(now)
    values: dict[str, str | int] = {"key": key, "now": moment, "token": token, "bucket": token * capacity}
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, values)
        if cursor.fetchone():
            return
    full_at = Allowance.objects.filter(key=key).values_list("full_at", flat=True).first() or moment
    wait = (full_at - moment - token * (capacity - 1)) / _MICROSECONDS
    raise too_many(retry_after=max(1, math.ceil(wait)))


def too_many(*, retry_after: int) -> TooManyTries:
    """Return the refusal that says when to try again, in the unit that reads best."""
    if retry_after < 100:
        sentence = _("操作太频繁了。请过 %(count)d 秒再试。") % {"count": retry_after}
    elif retry_after < 2 * 3600:
        sentence = _("操作太频繁了。请过 %(count)d 分钟再试。") % {"count": math.ceil(retry_after / 60)}
    else:
        sentence = _("今天的次数用完了。请过 %(count)d 小时再试；急用请致电服务热线。") % {
            "count": math.ceil(retry_after / 3600)
        }
    return TooManyTries(sentence, retry_after=retry_after)


@transaction.atomic
def hire(*, username: str, name: str, password: str, site_id: int, now: datetime.datetime | None = None) -> User:
    """Give a person an account at a site. Each person has one of their own (promise T5).

    Raises UsernameTaken and PasswordTooWeak.
    """
    if User.objects.filter(username__iexact=username).exists():
        raise UsernameTaken(_("登录名“%(username)s”已经有人使用。请换一个。") % {"username": username})
    user = User(username=username, name=name)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordTooWeak(" ".join(error.messages)) from error

    user.set_password(password)
    user.save()
    Membership.objects.create(user=user, site_id=site_id)

    audit.record(
        actor="system",
        action="staff.hired",
        subject=f"staff:{user.pk}",
        site_id=site_id,
        now=now or user.date_joined,
    )
    return user


@transaction.atomic
def dismiss(*, user: User, site_id: int, now: datetime.datetime) -> None:
    """End a person's work at a site at once. Without any site left, the account is closed.

    Raises NotEmployedHere.
    """
    ended = Membership.objects.filter(user=user, site_id=site_id, ended_at=None).update(ended_at=now)
    if not ended:
        raise NotEmployedHere(_("这位同事已经不在本院区。名单可能刚刚更新过，请刷新后再看。"))
    if not Membership.objects.filter(user=user, ended_at=None).exists():
        user.is_active = False
        user.save(update_fields=["is_active"])

    audit.record(actor="system", action="staff.dismissed", subject=f"staff:{user.pk}", site_id=site_id, now=now)


def forget_full_buckets(*, now: datetime.datetime) -> int:
    """Delete the allowances that are full again: they say the same as no row. Return how many."""
    return Allowance.objects.filter(full_at__lte=_microseconds(now)).delete()[0]


def _microseconds(moment: datetime.datetime) -> int:
    return round((moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)) / datetime.timedelta(microseconds=1))
