"""Binding a child's card to a guardian, and ending that (screen S02; domain 5, "Family sharing")."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from haixing.audit import commands as audit
from haixing.lib.errors import Refused
from haixing.members import rules
from haixing.members.commands import one_time_codes, sign_ins
from haixing.members.enums import CodePurpose
from haixing.members.facts import CONSENT_PURPOSE, CONSENT_VERSION, consent_sha256, is_name
from haixing.members.models import CardBinding, CardCode, Consent, Guardian, OneTimeCode, SignIn
from haixing.members.queries import NotYours
from haixing.notices import commands as notices
from haixing.policies.models import Policy
from haixing.policies.queries import name_index, normal_phone, phone_index, policies_on_phone

MOST_HOLDERS = 10
"""How many relatives may hold one card at a time: enough for a large family, few enough to notice misuse."""
_LONGEST_CALLED = 20


class NoSuchCard(Refused):
    """After a right code, the child's particulars did not match: one answer for every cause (promise T1)."""

    code = "no-such-card"


class ConsentMissing(Refused):
    """The guardian has not agreed, and without that nothing of a child's data is touched (PIPL 31)."""

    code = "consent-missing"


class NameUnreadable(Refused):
    """What was typed cannot be a name on a document."""

    code = "name-unreadable"


class TooManyHolders(Refused):
    """The card is held by as many relatives as may hold it."""

    code = "too-many-holders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What binding did. ``bindings`` are all the cards that matched, of which ``binding`` is the newest policy's.

    ``sign_in`` is never None: who was signed in already keeps the sign-in of this device, or gets one.
    """

    bindings: tuple[CardBinding, ...]
    sign_in: SignIn

    @property
    def binding(self) -> CardBinding:
        """The card to open next."""
        return self.bindings[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What was typed on screen S02, in its comparable forms."""

    phone: str
    phone_index: str
    name_index: str
    gender: str
    code: str
    session: str
    guardian: Guardian | None
    as_policyholder: bool
    called: str
    device: str


def bind_card(
    *,
    name: str,
    gender: str,
    phone: str,
    code: str,
    session: str,
    guardian: Guardian | None,
    as_policyholder: bool,
    called: str,
    device: str,
    consent: bool,
    now: datetime.datetime,
) -> Bound:
    """Give a guardian the card of every policy on ``phone`` that insures the child so named.

    ``phone`` is the policyholder's (投保时手机号), and ``code`` was sent to it. Someone not signed
    in (``guardian`` None) becomes the policyholder's guardian with ``as_policyholder``, or else a relative
    without a phone of their own; a signed-in guardian stays who they are. ``called`` is how
    the family calls them (奶奶). The policyholder is told.

    Raises ConsentMissing, NameUnreadable and PhoneUnreadable before anything is judged, then
    TooManyTries, WrongCode, NoSuchCard, TooManyHolders.
    """
    _check(name=name, consent=consent)
    request = _Request(
        phone=normal_phone(phone),
        phone_index=phone_index(phone),
        name_index=name_index(name),
        gender=gender,
        code=code,
        session=one_time_codes.session_index(session),
        guardian=guardian,
        as_policyholder=as_policyholder,
        called=called.strip()[:_LONGEST_CALLED],
        device=device,
    )
    return _guess(request, now=now)


@transaction.atomic
def end_binding(*, binding_ref: str, by: Guardian, now: datetime.datetime) -> None:
    """End a card at once: given back by its holder, or taken back by the policyholder.

    Raises NotYours, also when there is no such card.
    """
    binding = CardBinding.objects.select_related("policy", "guardian").filter(ref=binding_ref, ended_at=None).first()
    if binding is None or not rules.may_end(by, binding):
        raise NotYours(_("没有找到这位持卡人。名单可能刚刚更新过：请刷新后再看。"))
    if not CardBinding.objects.filter(pk=binding.pk, ended_at=None).update(ended_at=now, ended_by=by):
        return  # somebody ended it in the meantime, as was wished
    CardCode.objects.filter(binding=binding, redeemed_at=None, expires_at__gt=now).update(expires_at=now)
    if binding.guardian_id == by.pk:
        given = Consent.objects.filter(guardian=by, policy_id=binding.policy_id, withdrawn_at=None)
        given.update(withdrawn_at=now)
    else:
        text = _("投保人已解除您的一张电子保险卡。如有疑问，请与投保人联系。")
        notices.tell_card(guardian=binding.guardian, template="card-ended", text=text, now=now)

    audit.record(
        actor=f"guardian:{by.pk}",
        action="card.ended",
        subject=f"card:{binding.ref}",
        policy_id=binding.policy_id,
        now=now,
    )


def _check(*, name: str, consent: bool) -> None:
    """Refuse what needs no judging. Raises ConsentMissing, NameUnreadable."""
    if not consent:
        raise ConsentMissing(
            _("关联之前，请先阅读并勾选同意。不同意时我们不能处理孩子的信息，也就不能开通电子保险卡。")
        )
    if not is_name(name):
        raise NameUnreadable(
            _("姓名里有读不出来的内容。请按证件填写孩子的姓名，不要带表情、数字或符号；生僻字和“·”可以直接输入。")
        )


def _guess(request: _Request, *, now: datetime.datetime) -> Bound:
    """Count the guess, then judge it and bind. Raises what ``bind_card`` raises after a guess."""
    newest = one_time_codes.spend_guess(
        phone=request.phone_index, session=request.session, purpose=CodePurpose.BIND, now=now
    )

    with transaction.atomic():
        outcome = _bind(request, newest, now=now)
    if isinstance(outcome, Refused):
        # Raised after the commit, so that the try stays taken.
        raise outcome
    return outcome


def _bind(request: _Request, newest: OneTimeCode | None, *, now: datetime.datetime) -> Bound | Refused:
    """Judge, then bind. Returns a refusal rather than raising it: what was counted must be committed."""
    row = one_time_codes.judge(newest, phone=request.phone_index, session=request.session, code=request.code, now=now)
    if row is None:
        return one_time_codes.wrong_code()
    policies = _matching(request, now=now)
    if not policies:
        # The code stays good for the tries that are left: an honest parent corrects the name.
        return _no_such_card()
    if refusal := _too_many_holders(policies):
        return refusal
    if not one_time_codes.use_up(row, now=now):
        return one_time_codes.wrong_code()

    guardian = request.guardian or _newcomer(request, now=now)
    _name(guardian, request.called)
    bindings = tuple(_give(policy, guardian, now=now) for policy in policies)
    _tell(request, guardian, bindings, now=now)
    return Bound(bindings=bindings, sign_in=_sign_in_of(request, guardian, now=now))


def _matching(request: _Request, *, now: datetime.datetime) -> list[Policy]:
    """Return the policies on the phone whose child is meant, the newest first. A day must have passed since payment."""
    return [
        policy
        for policy in policies_on_phone(request.phone)
        if policy.child.name_index == request.name_index
        and policy.child.gender == request.gender
        and policy.bindable_from <= now
    ]


def _no_such_card() -> NoSuchCard:
    return NoSuchCard(
        _(
            "没有找到能关联的保单。请核对：姓名与投保时证件上的一致、性别无误、手机号是投保时填写的那一个；"
            "付款后要满 24 小时才能关联。核对无误仍不成功，请致电服务热线。"
        )
    )


def _too_many_holders(policies: list[Policy]) -> TooManyHolders | None:
    """Count the holders behind the policies' locks: of relatives who bind at once, only those who fit get in."""
    _lock(policies)
    for policy in policies:
        if CardBinding.objects.filter(policy=policy, ended_at=None).count() >= MOST_HOLDERS:
            text = _("这张卡已经有 %(count)d 位家人持有，不能再添加。请投保人在“持卡人”中解除不再使用的，再来关联。")
            return TooManyHolders(text % {"count": MOST_HOLDERS})
    return None


def _lock(policies: list[Policy]) -> None:
    # Always in this order, so that two requests never wait for each other in a circle. On SQLite the try
    # that was just taken holds the one writer's lock already.
    numbers = [policy.pk for policy in policies]
    list(Policy.objects.select_for_update(no_key=True).filter(pk__in=numbers).order_by("pk").values_list("pk"))


def _newcomer(request: _Request, *, now: datetime.datetime) -> Guardian:
    if request.as_policyholder:
        return sign_ins.guardian_with_phone(phone=request.phone, index=request.phone_index, now=now)
    return Guardian.objects.create(joined_at=now)


def _name(guardian: Guardian, called: str) -> None:
    """Keep how the family calls a guardian, the first time it is said: the list of holders shows it."""
    if called and not guardian.called:
        guardian.called = called
        guardian.save(update_fields=["called"])


def _give(policy: Policy, guardian: Guardian, *, now: datetime.datetime) -> CardBinding:
    """Bind one card, with the consent it stands on. A card already held stays as it is."""
    binding, is_new = CardBinding.objects.get_or_create(
        guardian=guardian,
        policy=policy,
        ended_at=None,
        defaults={"bound_at": now, "is_policyholder": rules.is_policyholder_of(guardian, policy)},
    )
    if is_new:
        Consent.objects.create(
            guardian=guardian,
            policy=policy,
            purpose=CONSENT_PURPOSE,
            version=CONSENT_VERSION,
            text_sha256=consent_sha256(),
            given_at=now,
        )
        audit.record(
            actor=f"guardian:{guardian.pk}",
            action="card.bound",
            subject=f"card:{binding.ref}",
            policy_id=policy.pk,
            now=now,
        )
    return binding


def _tell(request: _Request, guardian: Guardian, bindings: tuple[CardBinding, ...], *, now: datetime.datetime) -> None:
    """Tell the policyholder of new bindings: one SMS without a name in it, and a notice in the card with it."""
    fresh = [binding for binding in bindings if binding.bound_at == now]
    if not fresh:
        return
    sms = _(
        "【海星】有人用您的手机号关联了电子保险卡。不是您或家人？请打开电子保险卡，在“持卡人”中解除，或致电服务热线。"
    )
    notices.send_sms(phone=request.phone, template="card-bound", text=sms, now=now)
    policyholder = Guardian.objects.filter(phone_index=request.phone_index).first()
    if policyholder is None or policyholder == guardian:
        return
    who = guardian.called or _("一位家人")
    for binding in fresh:
        text = _("%(who)s关联了%(child)s的电子保险卡。如不是您的家人，请在“持卡人”中解除。")
        words = text % {"who": who, "child": binding.policy.child.name}
        notices.tell_card(guardian=policyholder, template="card-bound", text=words, now=now)


def _sign_in_of(request: _Request, guardian: Guardian, *, now: datetime.datetime) -> SignIn:
    if request.guardian is not None:
        device = sign_ins.tidy_device(request.device)
        here = SignIn.objects.filter(guardian=guardian, device=device, ended_at=None).order_by("-id").first()
        if here is not None:
            return here
    return sign_ins.start_sign_in(guardian=guardian, device=request.device, now=now)
