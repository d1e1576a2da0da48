"""Signing a family in and out."""

import datetime

from django.db import transaction

from haixing.audit import commands as audit
from haixing.members.commands import one_time_codes
from haixing.members.commands.one_time_codes import WrongCode
from haixing.members.enums import CodePurpose
from haixing.members.models import Guardian, OneTimeCode, SignIn
from haixing.policies.queries import normal_phone, phone_index

_LONGEST_DEVICE = 120


def sign_in(*, phone: str, code: str, session: str, device: str, now: datetime.datetime) -> SignIn:
    """Sign in the guardian who holds ``phone``, on one device.

    Raises WrongCode, TooManyTries and PhoneUnreadable.
    """
    index = phone_index(phone)
    browser = one_time_codes.session_index(session)
    newest = one_time_codes.spend_guess(phone=index, session=browser, purpose=CodePurpose.SIGN_IN, now=now)

    with transaction.atomic():
        row = one_time_codes.judge(newest, phone=index, session=browser, code=code, now=now)
        outcome = _sign_in(row, normal_phone(phone), index, device, now)
    if isinstance(outcome, WrongCode):
        # Raised after the commit, so that the try stays taken.
        raise outcome
    return outcome


@transaction.atomic
def sign_out(*, sign_in: SignIn, now: datetime.datetime) -> None:
    """End a sign-in at once. Ending it twice changes nothing."""
    if SignIn.objects.filter(pk=sign_in.pk, ended_at=None).update(ended_at=now):
        actor = f"guardian:{sign_in.guardian_id}"
        audit.record(actor=actor, action="guardian.signed-out", subject=f"sign-in:{sign_in.pk}", now=now)


def guardian_with_phone(*, phone: str, index: str, now: datetime.datetime) -> Guardian:
    """Return the guardian who has proven ``phone`` (E.164 text), made on the first proof."""
    guardian, _is_new = Guardian.objects.get_or_create(phone_index=index, defaults={"phone": phone, "joined_at": now})
    return guardian


def start_sign_in(*, guardian: Guardian, device: str, now: datetime.datetime) -> SignIn:
    """Write down that a guardian is signed in on a device from now on."""
    started = SignIn.objects.create(guardian=guardian, device=tidy_device(device), started_at=now)
    actor = f"guardian:{guardian.pk}"
    audit.record(actor=actor, action="guardian.signed-in", subject=f"sign-in:{started.pk}", now=now)
    return started


def tidy_device(device: str) -> str:
    """Return what a browser says of itself, printable and short enough to keep."""
    return "".join(character for character in device if character.isprintable())[:_LONGEST_DEVICE]


def _sign_in(
    row: OneTimeCode | None, phone: str, index: str, device: str, now: datetime.datetime
) -> SignIn | WrongCode:
    if row is None or not one_time_codes.use_up(row, now=now):
        return one_time_codes.wrong_code()
    guardian = guardian_with_phone(phone=phone, index=index, now=now)
    return start_sign_in(guardian=guardian, device=device, now=now)
