"""Screen S02: binding a card by name, gender, the policyholder's phone, and a code sent to it."""

import datetime
import hashlib

import pytest
from pytest_django import DjangoAssertNumQueries

from haixing.audit.models import Event
from haixing.members import commands as members
from haixing.members import queries
from haixing.members.commands import Bound
from haixing.members.enums import CodePurpose
from haixing.members.facts import CONSENT_TEXT, CONSENT_VERSION
from haixing.members.models import CardBinding, Consent, Guardian, OneTimeCode, SignIn
from haixing.notices import queries as notices
from haixing.policies.models import Policy
from haixing.policies.queries import phone_index
from tests.together import kinds_of, together

from .conftest import LIN_PHONE, NOW, PHONE_IN_A_NEW_MINUTE, MakePolicy, ask, bind, sent_code, sign_in

pytestmark = pytest.mark.django_db


def test_the_policyholder_binds_and_is_signed_in(lin_policy: Policy) -> None:
    ask()

    bound = bind(sent_code())

    assert queries.cards_of(bound.binding.guardian) == [bound.binding]
    assert (bound.binding.policy, bound.binding.is_policyholder, bound.binding.bound_at) == (lin_policy, True, NOW)
    assert queries.guardian_of_session(bound.sign_in.pk) == bound.binding.guardian
    assert bound.binding.guardian.phone == f"+86{LIN_PHONE}"


def test_a_relative_binds_with_the_policyholders_code_and_has_no_phone_of_their_own(lin: Bound, grandma: Bound) -> None:
    relative = grandma.binding.guardian

    assert (relative.phone, relative.phone_index, relative.called) == ("", None, "奶奶")
    assert grandma.binding.is_policyholder is False
    assert queries.holders_of(lin.binding.policy) == [lin.binding, grandma.binding]
    assert relative != lin.binding.guardian


def test_how_the_family_calls_a_guardian_is_kept_the_first_time_it_is_said(lin_policy: Policy) -> None:
    called = []
    for number, said in enumerate(["", "妈妈", "妈咪"]):
        later = NOW + number * PHONE_IN_A_NEW_MINUTE
        ask(now=later)
        called.append(bind(sent_code(), called=said, now=later).binding.guardian.called)

    assert called == ["", "妈妈", "妈妈"]


def test_all_policies_of_the_child_on_the_phone_are_bound_newest_first(make_policy: MakePolicy) -> None:
    old = make_policy(number="1", effective=datetime.date(2025, 3, 1), expires=datetime.date(2026, 2, 28))
    new = make_policy(number="2")
    make_policy(number="3", name="林小寒")
    ask()

    bound = bind(sent_code())

    assert [binding.policy for binding in bound.bindings] == [new, old]
    assert bound.binding.policy == new
    # An expired policy's card stays to be looked at: visits of that year are on it.
    assert {binding.policy for binding in queries.cards_of(bound.binding.guardian)} == {old, new}


def test_a_guardian_already_signed_in_stays_who_they_are(chen: Bound, lin_policy: Policy) -> None:
    ask(session="browser-3", now=NOW + PHONE_IN_A_NEW_MINUTE)

    bound = bind(sent_code(), session="browser-3", guardian=chen.binding.guardian, now=NOW + PHONE_IN_A_NEW_MINUTE)

    assert bound.binding.guardian == chen.binding.guardian
    assert bound.binding.is_policyholder is False
    assert bound.sign_in == chen.sign_in
    assert len(queries.cards_of(chen.binding.guardian)) == 2


def test_binding_the_same_card_again_changes_nothing_and_tells_nobody(lin: Bound) -> None:
    told = len(notices.outbox())
    ask(now=NOW + PHONE_IN_A_NEW_MINUTE)

    again = bind(sent_code(), guardian=lin.binding.guardian, now=NOW + PHONE_IN_A_NEW_MINUTE)

    assert again.bindings == lin.bindings
    assert (CardBinding.objects.count(), Consent.objects.count()) == (1, 1)
    assert len(notices.outbox()) == told + 1  # the code itself


@pytest.mark.parametrize("typed", ["林 小 满", " 林小满 ", "林\u3000小满", "林小满\ufe00"])
def test_how_a_name_is_typed_does_not_matter(lin_policy: Policy, typed: str) -> None:
    ask()

    assert bind(sent_code(), name=typed).binding.policy == lin_policy


@pytest.mark.parametrize(
    ("insured", "typed"),
    [
        ("阿依古丽·买买提", "阿依古丽•买买提"),
        ("阿依古丽·买买提", "阿依古丽・买买提"),
        ("阿依古丽·买买提", "阿依古丽 . 买买提"),
        ("Anna Lee", "ＡＮＮＡ　ＬＥＥ"),
        ("𠮷田小满", "𠮷田 小满"),
        ("㛃小满", "㛃小满"),
    ],
)
def test_dots_widths_and_rare_characters_are_understood(make_policy: MakePolicy, insured: str, typed: str) -> None:
    policy = make_policy(number="1", name=insured)
    ask()

    assert bind(sent_code(), name=typed).binding.policy == policy


def test_a_rare_character_is_not_its_common_cousin(make_policy: MakePolicy) -> None:
    make_policy(number="1", name="𠮷小满")
    ask()

    with pytest.raises(members.NoSuchCard):
        bind(sent_code(), name="吉小满")


@pytest.mark.parametrize(
    "name", ["林小满😀", "😀", "", "   ", "林小满1", "👨‍👩‍👧", "林♥满", "满" * 61, "\u200b", "林小满🫨"]
)
def test_what_cannot_be_a_name_is_said_so_before_anything_is_judged(lin_policy: Policy, name: str) -> None:
    ask()

    with pytest.raises(members.NameUnreadable, match="不要带表情"):
        bind(sent_code(), name=name)
    assert OneTimeCode.objects.get().tries_left == 5


def test_without_consent_nothing_is_bound_and_no_try_is_taken(lin_policy: Policy) -> None:
    ask()

    with pytest.raises(members.ConsentMissing, match="勾选同意"):
        bind(sent_code(), consent=False)
    assert (CardBinding.objects.count(), OneTimeCode.objects.get().tries_left) == (0, 5)


def test_consent_is_kept_word_for_word_by_version_for_each_policy(make_policy: MakePolicy) -> None:
    policies = [make_policy(number="1"), make_policy(number="2")]
    ask()

    bound = bind(sent_code())

    kept = set(Consent.objects.values_list("guardian", "policy", "version", "text_sha256", "given_at"))
    words = hashlib.sha256(str(CONSENT_TEXT).encode()).hexdigest()
    assert kept == {(bound.binding.guardian.pk, policy.pk, CONSENT_VERSION, words, NOW) for policy in policies}


NO_MATCH = {
    "wrong name": {"name": "林小寒"},
    "wrong gender": {"gender": "M"},
    "another family's child": {"name": "陈大力", "gender": "M"},
    "no gender at all": {"gender": ""},
}


@pytest.mark.parametrize("typed", NO_MATCH.values(), ids=NO_MATCH.keys())
def test_after_a_right_code_every_mismatch_hears_the_same_and_costs_a_try(
    lin_policy: Policy, chen_policy: Policy, typed: dict[str, str]
) -> None:
    ask()

    with pytest.raises(members.NoSuchCard) as refusal:
        bind(sent_code(), **typed)  # type: ignore[arg-type]

    assert str(refusal.value) == (
        "没有找到能关联的保单。请核对：姓名与投保时证件上的一致、性别无误、手机号是投保时填写的那一个；"
        "付款后要满 24 小时才能关联。核对无误仍不成功，请致电服务热线。"
    )
    assert OneTimeCode.objects.get().tries_left == 4
    assert CardBinding.objects.count() == Guardian.objects.count() == SignIn.objects.count() == 0


def test_a_policy_not_yet_open_and_a_policy_gone_hear_that_sentence_too(make_policy: MakePolicy) -> None:
    policy = make_policy(number="1", paid_at=NOW - datetime.timedelta(hours=23))
    ask()

    with pytest.raises(members.NoSuchCard) as not_yet:
        bind(sent_code())
    Guardian.objects.create(phone_index=phone_index(LIN_PHONE), joined_at=NOW)
    policy.delete()
    with pytest.raises(members.NoSuchCard) as gone:
        bind(sent_code())

    assert str(not_yet.value) == str(gone.value)


def test_the_name_can_be_corrected_with_the_same_code(lin_policy: Policy) -> None:
    ask()
    with pytest.raises(members.NoSuchCard):
        bind(sent_code(), name="林小曼")

    assert bind(sent_code()).binding.policy == lin_policy


@pytest.mark.parametrize(("seconds", "opens"), [(-1, False), (0, True), (1, True)])
def test_binding_opens_24_hours_after_payment_to_the_second(make_policy: MakePolicy, seconds: int, opens: bool) -> None:
    make_policy(number="1", paid_at=NOW - datetime.timedelta(hours=24, seconds=seconds))
    ask()

    if opens:
        assert bind(sent_code()).bindings
    else:
        with pytest.raises(members.NoSuchCard):
            bind(sent_code())


def test_a_code_for_signing_in_binds_nothing(lin_policy: Policy) -> None:
    ask(purpose=CodePurpose.SIGN_IN)

    with pytest.raises(members.WrongCode):
        bind(sent_code())


def test_the_policyholder_is_told_of_every_new_card_and_the_sms_names_nobody(lin: Bound, grandma: Bound) -> None:
    holder = lin.binding.guardian
    sms = [message for message in notices.outbox() if message.template == "card-bound"]

    assert [message.to for message in sms] == [f"+86{LIN_PHONE}"] * 2
    assert all("小满" not in message.text and "奶奶" not in message.text for message in sms)
    assert [message.text for message in notices.waiting_for(holder)] == [
        "奶奶关联了林小满的电子保险卡。如不是您的家人，请在“持卡人”中解除。"
    ]
    assert notices.waiting_for(grandma.binding.guardian) == []


def test_a_card_has_room_for_ten_holders(lin: Bound) -> None:
    for _ in range(9):
        CardBinding.objects.create(
            guardian=Guardian.objects.create(joined_at=NOW), policy=lin.binding.policy, bound_at=NOW
        )
    ask(session="browser-2", now=NOW + PHONE_IN_A_NEW_MINUTE)

    with pytest.raises(members.TooManyHolders, match="已经有 10 位家人"):
        bind(sent_code(), session="browser-2", as_policyholder=False, now=NOW + PHONE_IN_A_NEW_MINUTE)


@pytest.mark.django_db(transaction=True)
def test_of_relatives_who_bind_at_once_only_those_who_fit_get_in(lin: Bound) -> None:
    policy = lin.binding.policy
    for _ in range(8):
        CardBinding.objects.create(guardian=Guardian.objects.create(joined_at=NOW), policy=policy, bound_at=NOW)
    codes = {}
    for number in range(1, 5):
        last = NOW + number * PHONE_IN_A_NEW_MINUTE
        ask(session=f"relative-{number}", now=last)
        codes[f"relative-{number}"] = sent_code()

    answers = together(
        *[
            lambda session=session, code=code: bind(code, session=session, as_policyholder=False, now=last)  # type: ignore[misc]
            for session, code in codes.items()
        ]
    )

    assert kinds_of(answers) == ["Bound"] + ["TooManyHolders"] * 3
    assert CardBinding.objects.filter(policy=policy, ended_at=None).count() == 10


# --- Ending -----------------------------------------------------------------------------------------------------------


def test_a_holder_gives_a_card_back_and_takes_the_consent_with_it(lin: Bound, grandma: Bound) -> None:
    members.end_binding(binding_ref=grandma.binding.ref, by=grandma.binding.guardian, now=NOW)

    assert queries.cards_of(grandma.binding.guardian) == []
    assert queries.holders_of(lin.binding.policy) == [lin.binding]
    assert Consent.objects.get(guardian=grandma.binding.guardian).withdrawn_at == NOW


def test_the_policyholder_takes_a_relatives_card_back_at_once(lin: Bound, grandma: Bound) -> None:
    shown = members.show_code(binding=grandma.binding, now=NOW)

    members.end_binding(binding_ref=grandma.binding.ref, by=lin.binding.guardian, now=NOW)

    relative = queries.guardian_of_session(grandma.sign_in.pk)
    assert relative == grandma.binding.guardian  # still signed in, and sees nothing
    assert queries.cards_of(relative) == []
    with pytest.raises(queries.NotYours):
        queries.binding_of(guardian=relative, ref=grandma.binding.ref)
    grandma.binding.refresh_from_db()
    with pytest.raises(queries.NotYours):
        members.show_code(binding=grandma.binding, now=NOW)
    assert shown.expires_at > NOW
    assert [message.template for message in notices.waiting_for(relative)] == ["card-ended"]


def test_a_card_taken_back_can_be_bound_again(lin: Bound, grandma: Bound) -> None:
    members.end_binding(binding_ref=grandma.binding.ref, by=lin.binding.guardian, now=NOW)
    later = NOW + 2 * PHONE_IN_A_NEW_MINUTE
    ask(session="browser-2", now=later)

    again = bind(sent_code(), session="browser-2", guardian=grandma.binding.guardian, now=later)

    assert again.binding != grandma.binding
    assert queries.cards_of(grandma.binding.guardian) == [again.binding]


def test_nobody_else_can_end_a_card_and_a_foreign_card_looks_like_none(lin: Bound, grandma: Bound, chen: Bound) -> None:
    heard = set()
    for ref, by in [
        (lin.binding.ref, grandma.binding.guardian),
        (lin.binding.ref, chen.binding.guardian),
        (grandma.binding.ref, chen.binding.guardian),
        ("0" * 12, chen.binding.guardian),
        ("", chen.binding.guardian),
    ]:
        with pytest.raises(queries.NotYours) as refusal:
            members.end_binding(binding_ref=ref, by=by, now=NOW)
        heard.add(str(refusal.value))

    assert len(heard) == 1
    assert CardBinding.objects.filter(ended_at=None).count() == 3


def test_ending_twice_is_refused_like_a_missing_card(lin: Bound, grandma: Bound) -> None:
    members.end_binding(binding_ref=grandma.binding.ref, by=lin.binding.guardian, now=NOW)

    with pytest.raises(queries.NotYours):
        members.end_binding(binding_ref=grandma.binding.ref, by=lin.binding.guardian, now=NOW)


def test_every_binding_and_ending_is_in_the_policys_audit_trail(lin: Bound, grandma: Bound, chen: Bound) -> None:
    members.end_binding(binding_ref=grandma.binding.ref, by=lin.binding.guardian, now=NOW)

    trail = list(Event.objects.filter(policy_id=lin.binding.policy.pk).values_list("actor", "action", "subject"))
    holder, relative = f"guardian:{lin.binding.guardian_id}", f"guardian:{grandma.binding.guardian_id}"
    assert trail == [
        (holder, "card.bound", f"card:{lin.binding.ref}"),
        (relative, "card.bound", f"card:{grandma.binding.ref}"),
        (holder, "card.ended", f"card:{grandma.binding.ref}"),
    ]


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_a_family_sees_its_own_cards_only(lin: Bound, chen: Bound) -> None:
    assert queries.cards_of(chen.binding.guardian) == [chen.binding]
    assert queries.binding_of(guardian=lin.binding.guardian, ref=lin.binding.ref) == lin.binding


def test_a_foreign_card_and_a_missing_card_are_refused_alike(lin: Bound, chen: Bound) -> None:
    heard = []
    for ref in (lin.binding.ref, "0" * 12, "", "'; --"):
        with pytest.raises(queries.NotYours) as refusal:
            queries.binding_of(guardian=chen.binding.guardian, ref=ref)
        heard.append((str(refusal.value), refusal.value.code, refusal.value.status))

    assert len(set(heard)) == 1
    assert heard[0][1:] == ("not-yours", 404)


@pytest.mark.parametrize("cards", [1, 3])
def test_reading_cards_is_one_statement_however_many(
    make_policy: MakePolicy,
    django_assert_num_queries: DjangoAssertNumQueries,
    cards: int,
) -> None:
    for number in range(cards):
        make_policy(number=str(number))
    ask()
    bound = bind(sent_code())

    with django_assert_num_queries(1):
        read = queries.cards_of(bound.binding.guardian)
        words = [(b.policy.child.name, b.policy.insurer.name, b.policy.plan_version.name) for b in read]
    with django_assert_num_queries(1):
        one = queries.binding_of(guardian=bound.binding.guardian, ref=bound.binding.ref)
        assert one.policy.child.name == "林小满"
    with django_assert_num_queries(1):
        assert [holder.guardian.called for holder in queries.holders_of(bound.binding.policy)] == [""]
    assert words == [("林小满", "海星人寿（虚构）", "成长")] * cards


def test_a_sign_in_ends_at_once_and_for_good(lin: Bound, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert queries.guardian_of_session(lin.sign_in.pk) == lin.binding.guardian

    members.sign_out(sign_in=lin.sign_in, now=NOW)
    members.sign_out(sign_in=lin.sign_in, now=NOW)

    assert queries.guardian_of_session(lin.sign_in.pk) is None
    assert Event.objects.filter(action="guardian.signed-out").count() == 1


@pytest.mark.parametrize("nonsense", [None, "", "1", 0, -1, 10**12, [], {}])
def test_nonsense_in_a_session_is_nobody(lin: Bound, nonsense: object) -> None:
    assert queries.guardian_of_session(nonsense) is None


def test_signing_in_with_the_policyholders_phone_finds_the_same_guardian(lin: Bound) -> None:
    later = NOW + PHONE_IN_A_NEW_MINUTE
    ask(purpose=CodePurpose.SIGN_IN, session="new-device", now=later)

    again = sign_in(sent_code(), session="new-device", now=later)

    assert again.guardian == lin.binding.guardian
    assert again != lin.sign_in


def test_signing_in_before_binding_shows_no_card(lin_policy: Policy) -> None:
    ask(purpose=CodePurpose.SIGN_IN)

    started = sign_in(sent_code())

    assert queries.cards_of(started.guardian) == []
