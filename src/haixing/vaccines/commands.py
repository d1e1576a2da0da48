"""Writing down the doses a child was given, and taking one back."""

import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haixing.audit import commands as audit
from haixing.lib.errors import Refused
from haixing.members.models import Guardian
from haixing.policies.models import Child, Policy
from haixing.vaccines.facts import vaccines
from haixing.vaccines.models import Dose

MOST_DOSES = 150
"""A child up to 18 with every vaccine there is stays far below."""
LONGEST_PLACE = 60


class UnknownVaccine(Refused):
    """The list has no such vaccine."""

    code = "unknown-vaccine"


class DayImpossible(Refused):
    """The day lies before birth, or has not come."""

    code = "day-impossible"


class AlreadyRecorded(Refused):
    """The same vaccine stands on the same day already."""

    code = "already-recorded"


class PlaceTooLong(Refused):
    """The place does not fit."""

    code = "place-too-long"


class TooManyDoses(Refused):
    """More doses than a child is given."""

    code = "too-many-doses"


class NoSuchDose(Refused):
    """There is no such dose of this child, or it was taken back."""

    code = "no-such-dose"
    status = 404


def record_dose(
    *, policy: Policy, guardian: Guardian, vaccine: str, day: datetime.date, place: str, now: datetime.datetime,
    today: datetime.date,
) -> Dose:  # fmt: skip
    """Write down that the policy's child was given ``vaccine`` on ``day``. ``today`` is the Shanghai day of ``now``.

    Any day since birth is taken as the family tells it: a record is not judged (domain 4.2).
    Raises UnknownVaccine, DayImpossible, PlaceTooLong, AlreadyRecorded, TooManyDoses.
    """
    tidy = " ".join(place.split())
    _check(vaccine, day, tidy, policy.child, today)

    with transaction.atomic():
        child = Child.objects.select_for_update().get(pk=policy.child_id)
        _check(vaccine, day, tidy, child, today)
        if Dose.objects.filter(child=child, removed_at=None).count() >= MOST_DOSES:
            raise TooManyDoses(_("记下的剂次太多了，像是有重复。请先删掉多余的，再记新的。"))

        dose = _write(child, guardian, vaccine, day, tidy, now)
        audit.record(
            actor=f"guardian:{guardian.pk}",
            action="dose.recorded",
            subject=f"dose:{dose.ref}",
            policy_id=policy.pk,
            now=now,
        )
    return dose


@transaction.atomic
def remove_dose(*, policy: Policy, guardian: Guardian, ref: str, now: datetime.datetime) -> Dose:
    """Take a recorded dose back: whoever holds the child's card may. Raises NoSuchDose."""
    dose = Dose.objects.select_for_update(of=("self",)).filter(child=policy.child_id, ref=ref, removed_at=None).first()
    if dose is None:
        raise NoSuchDose(_("没有找到这条接种记录，可能已经删掉了。"))

    dose.removed_at, dose.removed_by = now, guardian
    dose.save(update_fields=["removed_at", "removed_by"])
    audit.record(
        actor=f"guardian:{guardian.pk}",
        action="dose.removed",
        subject=f"dose:{dose.ref}",
        policy_id=policy.pk,
        now=now,
    )
    return dose


def _check(vaccine: str, day: datetime.date, place: str, child: Child, today: datetime.date) -> None:
    if vaccine not in vaccines() or not vaccines()[vaccine].is_recorded:
        raise UnknownVaccine(_("请从列表里选一种疫苗。"))
    if day > today:
        raise DayImpossible(_("这一天还没有到。接种以后再记，也可以先加到日历里。"))
    if day < child.born:
        raise DayImpossible(_("这一天早于孩子的出生日期，请对照接种本再看一下。"))
    if len(place) > LONGEST_PLACE:
        raise PlaceTooLong(_("接种地点最多 %(count)d 个字。") % {"count": LONGEST_PLACE})


def _write(
    child: Child, guardian: Guardian, vaccine: str, day: datetime.date, place: str, now: datetime.datetime
) -> Dose:
    try:
        with transaction.atomic():
            return Dose.objects.create(
                child=child, vaccine=vaccine, day=day, place=place, recorded_by=guardian, recorded_at=now
            )
    except IntegrityError as error:
        raise AlreadyRecorded(_("这一天的这种疫苗已经记过了，不用再记。")) from error
