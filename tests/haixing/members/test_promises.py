"""Promises T1 to T3: a stranger learns nothing, SMS cannot be pumped, guessing is hopeless."""

import datetime
import random
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from haixing.lib.errors import Refused, TooManyTries
from haixing.members import commands as members
from haixing.members.commands import Bound, one_time_codes
from haixing.members.enums import CodePurpose
from haixing.members.models import CardBinding, OneTimeCode, SignIn
from haixing.notices import queries as notices
from haixing.notices.models import Message
from tests.together import kinds_of, together

from .conftest import (
    CHEN_PHONE,
    LIN_PHONE,
    NOW,
    PHONE_IN_A_NEW_MINUTE,
    STRANGER_PHONE,
    MakePolicy,
    ask,
    bind,
    sent_code,
    sign_in,
)

pytestmark = pytest.mark.django_db
SECOND = datetime.timedelta(seconds=1)


def observed(act: Callable[[], Any]) -> tuple[object, ...]:
    """Return all that a stranger could observe: the answer word for word, and the statements it took."""
    with CaptureQueriesContext(connection) as queries:
        try:
            answer: tuple[object, ...] = (act(),)
        except Refused as refusal:
            after = refusal.retry_after if isinstance(refusal, TooManyTries) else None
            answer = (type(refusal), str(refusal), refusal.code, refusal.status, after)
    statements = (query["sql"].split("VALUES")[0].split("WHERE")[0] for query in queries)
    return (*answer, [sql for sql in statements if "SAVEPOINT" not in sql])


# --- T1: the same answer and the same work for everyone ---------------------------------------------------------------

CLASSES = {
    "on a policy": LIN_PHONE,
    "a guardian's, who holds the card": CHEN_PHONE,
    "on a policy that is not open yet": "13800000003",
    "on a policy that has expired": "13800000004",
    "on two policies": "13800000005",
    "unknown": STRANGER_PHONE,
}


@pytest.fixture
def six_classes(make_policy: MakePolicy, lin_policy: object, chen: Bound) -> None:
    make_policy(number="3", phone="13800000003", name="周新", gender="M", paid_at=NOW - datetime.timedelta(hours=1))
    make_policy(
        number="4",
        phone="13800000004",
        name="吴旧",
        gender="M",
        effective=datetime.date(2024, 1, 1),
        expires=datetime.date(2024, 12, 31),
    )
    make_policy(number="5", phone="13800000005", name="郑一", gender="M")
    make_policy(number="6", phone="13800000005", name="郑二", gender="F")


@pytest.mark.parametrize("purpose", CodePurpose)
def test_asking_for_a_code_looks_the_same_for_six_classes_of_phone(
    six_classes: None, queued_tasks: None, purpose: CodePurpose
) -> None:
    later = NOW + datetime.timedelta(hours=1)

    seen = {
        name: observed(lambda phone=phone, name=name: ask(phone, purpose=purpose, session=name, now=later))  # type: ignore[misc]
        for name, phone in CLASSES.items()
    }

    assert len({str(observation) for observation in seen.values()}) == 1
    statements = seen["unknown"][-1]
    assert isinstance(statements, list)
    assert len(statements) == 9
    assert OneTimeCode.objects.filter(made_at=later).count() == len(CLASSES)


def test_asking_too_often_looks_the_same_too(six_classes: None) -> None:
    later = NOW + datetime.timedelta(hours=1)
    for name, phone in CLASSES.items():
        ask(phone, session=name, now=later)

    seen = {
        str(observed(lambda phone=phone, name=name: ask(phone, session=name, now=later + 20 * SECOND)))  # type: ignore[misc]
        for name, phone in CLASSES.items()
    }

    assert len(seen) == 1


@pytest.mark.parametrize("typed", ["000000", "", "abc", "１２３４５６", "12345678901234567890123"])
def test_a_guess_at_a_card_looks_the_same_for_six_classes_of_phone(six_classes: None, typed: str) -> None:
    later = NOW + datetime.timedelta(hours=1)
    right = {"林小满": "F", "陈大力": "M", "周新": "M", "吴旧": "M", "郑一": "M", "没有人": "M"}
    for name, phone in CLASSES.items():
        ask(phone, session=name, now=later)
    OneTimeCode.objects.update(hash="0" * 64)  # so that no guess is right by chance

    seen = set()
    for (name, phone), (child, gender) in zip(CLASSES.items(), right.items(), strict=True):
        for guess in (child, "林小满"):
            act = lambda: bind(typed, name=guess, gender=gender, phone=phone, session=name, now=later)  # noqa: B023, E731
            seen.add(str(observed(act)))

    assert len(seen) == 1


def test_a_guess_at_signing_in_looks_the_same_for_six_classes_of_phone(six_classes: None) -> None:
    later = NOW + datetime.timedelta(hours=1)
    for name, phone in CLASSES.items():
        ask(phone, purpose=CodePurpose.SIGN_IN, session=name, now=later)
    OneTimeCode.objects.update(hash="0" * 64)

    for attempt in range(7):  # the fifth is the last that is judged; the rest look alike too
        seen = {
            str(observed(lambda phone=phone, name=name: sign_in("000000", phone=phone, session=name, now=later)))  # type: ignore[misc]
            for name, phone in CLASSES.items()
        }
        assert len(seen) == 1, attempt
    assert SignIn.objects.filter(started_at=later).count() == 0


def test_the_worker_spends_a_decoy_and_leaves_nothing_of_the_phone(queued_tasks: None) -> None:
    ask(STRANGER_PHONE)
    decoy = Message.objects.get()

    assert (decoy.is_decoy, decoy.to, notices.outbox()) == (True, "-", [])


# --- T2: no SMS to strangers, few to anybody --------------------------------------------------------------------------


@pytest.mark.parametrize("requests", [300, pytest.param(20_000, marks=pytest.mark.drill)])
def test_no_sms_goes_to_an_unknown_phone_among_many(lin_policy: object, requests: int) -> None:
    dice = random.Random(2)
    refused = 0
    for number in range(requests):
        phone = LIN_PHONE if dice.random() < 0.1 else f"139{dice.randrange(10**8):08}"
        at = NOW + number * datetime.timedelta(days=1) / requests
        try:
            ask(phone, session=f"s{number}", address=f"198.51.{dice.randrange(20)}.{dice.randrange(250)}", now=at)
        except TooManyTries:
            refused += 1

    sms = notices.outbox(limit=10_000)
    assert {message.to for message in sms} == {f"+86{LIN_PHONE}"}
    assert len(sms) == 10  # of some thirty, or two thousand, that were asked for it within a day
    assert OneTimeCode.objects.count() == requests - refused


def allowed(times: list[datetime.timedelta], *, phone: str = LIN_PHONE) -> list[bool]:
    answers = []
    for number, after in enumerate(times):
        try:
            ask(phone, session=f"s{number}", now=NOW + after)
            answers.append(True)
        except TooManyTries:
            answers.append(False)
    return answers


def test_one_code_a_minute_for_one_phone(lin_policy: object) -> None:
    assert allowed([0 * SECOND, 1 * SECOND, 59 * SECOND, 60 * SECOND]) == [True, False, False, True]


def test_five_codes_an_hour_for_one_phone(lin_policy: object) -> None:
    minutes = [n * 60 * SECOND for n in (0, 1, 2, 3, 4, 5, 59, 60, 60.5, 61)]

    assert allowed(minutes) == [True] * 5 + [False] * 2 + [True, False, True]


def test_ten_codes_in_any_day_for_one_phone(lin_policy: object) -> None:
    hours = [datetime.timedelta(hours=n) for n in (*range(10), 10, 23, 24, 24.5, 25)]

    assert allowed(hours) == [True] * 10 + [False, False, True, False, True]


def test_the_limits_of_an_unknown_phone_are_the_same() -> None:
    minutes = [n * 60 * SECOND for n in (0, 1, 2, 3, 4, 5, 59, 60)]

    assert allowed(minutes, phone=STRANGER_PHONE) == [True] * 5 + [False] * 2 + [True]


def test_an_honest_user_hears_when_to_try_again(lin_policy: object) -> None:
    ask()

    with pytest.raises(TooManyTries, match=r"^操作太频繁了。请过 \d+ 秒再试。$") as refusal:
        ask(now=NOW + 20 * SECOND)
    assert refusal.value.retry_after == 40


def test_one_browser_may_not_ask_for_many_phones(make_policy: MakePolicy) -> None:
    answers = []
    for number in range(12):
        try:
            ask(f"1390000{number:04}", session="one", address=f"198.51.100.{number}")
            answers.append(True)
        except TooManyTries:
            answers.append(False)

    assert answers == [True] * 10 + [False] * 2


def test_one_address_may_not_ask_without_end() -> None:
    answers = []
    for number in range(125):
        try:
            ask(f"1390000{number:04}", session=f"s{number}")
            answers.append(True)
        except TooManyTries:
            answers.append(False)

    assert answers == [True] * 120 + [False] * 5


def test_a_refused_request_sends_nothing_and_leaves_the_earlier_code_good(lin_policy: object) -> None:
    ask()
    with pytest.raises(TooManyTries):
        ask(now=NOW + SECOND)

    assert len(notices.outbox()) == 1
    assert bind(sent_code(), now=NOW + SECOND).bindings


@pytest.mark.django_db(transaction=True)
def test_requests_at_once_for_one_phone_send_one_sms(lin_policy: object) -> None:
    answers = together(*[lambda n=n: ask(session=f"s{n}", address=f"198.51.100.{n}") for n in range(6)])  # type: ignore[misc]

    assert kinds_of(answers) == ["NoneType"] + ["TooManyTries"] * 5
    assert len(notices.outbox()) == 1


# --- T3: a code is hard to guess, and good once -----------------------------------------------------------------------


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.mark.parametrize("act", [bind, sign_in])
@pytest.mark.parametrize("asked", ["nothing", "a code for another phone", "a code that ran out"])
def test_blind_guesses_of_strangers_do_not_close_a_phone(
    lin_policy: object, act: Callable[..., Any], asked: str
) -> None:
    purpose = CodePurpose.BIND if act is bind else CodePurpose.SIGN_IN
    for number in range(60):
        session = f"stranger-{number}"
        if asked == "a code for another phone":
            ask(f"139{number:08}", purpose=purpose, session=session)
        elif asked == "a code that ran out" and number == 0:
            ask(purpose=purpose, session=session, now=NOW - datetime.timedelta(minutes=6))
        with pytest.raises(members.WrongCode):
            act("000000", session=session)

    ask(purpose=purpose)
    assert act(sent_code())


def test_codes_are_six_digits_all_over_the_range(lin_policy: object) -> None:
    codes = []
    for number in range(10):
        ask(session=f"s{number}", now=NOW + number * datetime.timedelta(hours=1))
        codes.append(sent_code())

    assert all(len(code) == 6 and code.isdecimal() for code in codes)
    assert len(set(codes)) > 7


def test_the_code_is_kept_nowhere_in_the_clear(lin_policy: object) -> None:
    ask()
    code = sent_code()
    row = OneTimeCode.objects.get()

    assert code not in (row.hash, row.session, row.phone_index)
    assert "browser-1" not in row.session
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM notices_message")
        assert code not in cursor.fetchone()[0]


def test_the_fifth_wrong_try_is_the_last(lin_policy: object) -> None:
    ask()
    code = sent_code()
    for _ in range(5):
        with pytest.raises(members.WrongCode):
            bind(wrong(code))

    with pytest.raises(members.WrongCode):
        bind(code)
    assert CardBinding.objects.count() == 0


def test_the_fifth_try_may_be_the_right_one(lin_policy: object) -> None:
    ask()
    for _ in range(4):
        with pytest.raises(members.WrongCode):
            bind(wrong(sent_code()))

    assert bind(sent_code()).bindings


@pytest.mark.parametrize("shown", ["{}", " {} ", "{0:.3}-{1}", "{0:.3} {1}"])
def test_how_the_digits_are_typed_does_not_matter(lin_policy: object, shown: str) -> None:
    ask()
    code = sent_code()

    assert bind(shown.format(code, code[3:])).bindings


def test_full_width_digits_are_digits(lin_policy: object) -> None:
    ask()

    assert bind("".join(chr(ord(digit) - ord("0") + ord("０")) for digit in sent_code())).bindings


def test_a_code_is_good_once(lin_policy: object) -> None:
    ask()
    code = sent_code()
    bind(code)

    with pytest.raises(members.WrongCode):
        bind(code)


def test_a_code_opens_in_its_own_browser_only(lin_policy: object) -> None:
    ask(session="browser-1")

    with pytest.raises(members.WrongCode):
        bind(sent_code(), session="browser-2")
    assert bind(sent_code(), session="browser-1").bindings


def test_a_code_opens_for_its_own_phone_only(lin_policy: object, chen_policy: object) -> None:
    ask(LIN_PHONE)

    with pytest.raises(members.WrongCode):
        bind(sent_code(), phone=CHEN_PHONE, name="陈大力", gender="M")


def test_a_newer_code_replaces_the_older_one_of_the_browser(lin_policy: object) -> None:
    ask()
    old = sent_code()
    ask(now=NOW + PHONE_IN_A_NEW_MINUTE)
    new = sent_code()
    if old == new:
        pytest.skip("one in a million: both codes are the same")

    with pytest.raises(members.WrongCode):
        bind(old, now=NOW + PHONE_IN_A_NEW_MINUTE)
    assert bind(new, now=NOW + PHONE_IN_A_NEW_MINUTE).bindings


def test_a_code_for_another_purpose_leaves_it_alone(lin_policy: object) -> None:
    ask(purpose=CodePurpose.BIND)
    code = sent_code()
    ask(purpose=CodePurpose.SIGN_IN, now=NOW + PHONE_IN_A_NEW_MINUTE)

    assert bind(code, now=NOW + PHONE_IN_A_NEW_MINUTE).bindings


@pytest.mark.parametrize(
    ("after", "is_good"),
    [(0 * SECOND, True), (299.999 * SECOND, True), (300 * SECOND, False), (301 * SECOND, False)],
)
def test_a_code_lives_five_minutes_to_the_last_moment(
    lin_policy: object, after: datetime.timedelta, is_good: bool
) -> None:
    ask()

    if is_good:
        assert bind(sent_code(), now=NOW + after).bindings
    else:
        with pytest.raises(members.WrongCode):
            bind(sent_code(), now=NOW + after)


def test_a_clock_that_steps_back_revives_no_used_code(lin_policy: object) -> None:
    ask()
    bind(sent_code(), now=NOW + 10 * SECOND)

    with pytest.raises(members.WrongCode):
        bind(sent_code(), now=NOW - 60 * SECOND)


def test_every_way_of_being_wrong_hears_one_sentence(lin_policy: object) -> None:
    heard = set()
    with pytest.raises(members.WrongCode) as never_sent:
        bind("123456")
    heard.add(str(never_sent.value))
    ask()
    for code, session, now in [
        (wrong(sent_code()), "browser-1", NOW),
        (sent_code(), "browser-2", NOW),
        ("", "browser-1", NOW),
        (sent_code(), "browser-1", NOW + datetime.timedelta(hours=1)),
    ]:
        with pytest.raises(members.WrongCode) as refusal:
            bind(code, session=session, now=now)
        heard.add(str(refusal.value))

    assert heard == {
        "验证码不对，或者已经过期。请输入最近一条短信里的 6 位数字；五分钟内有效，最多试 5 次，用完请重新获取。"
    }


def test_a_phone_is_guessed_at_fifty_times_a_day_at_most(lin_policy: object) -> None:
    judged = 0
    for step in range(300):
        at = NOW + step * 288 * SECOND
        if step % 5 == 0:
            try:
                ask(purpose=CodePurpose.SIGN_IN, session=f"s{step // 5}", address=f"198.51.100.{step // 5}", now=at)
                OneTimeCode.objects.filter(made_at=at).update(hash="0" * 64)
            except TooManyTries:
                pass
        left = sum(OneTimeCode.objects.values_list("tries_left", flat=True))
        try:
            sign_in("000000", session=f"s{step // 5}", now=at)
        except TooManyTries:
            continue
        except members.WrongCode:
            judged += left - sum(OneTimeCode.objects.values_list("tries_left", flat=True))

    assert 0 < judged <= 50
    assert SignIn.objects.count() == 0


def test_one_browser_cannot_guess_without_end(lin_policy: object) -> None:
    kinds = []
    for number in range(35):
        try:
            bind("000000", phone=f"1390000{number:04}")
        except Refused as refusal:
            kinds.append(refusal.code)

    assert kinds == ["wrong-code"] * 30 + ["too-many-tries"] * 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("race", range(3))
def test_two_posts_of_one_right_code_have_one_winner(lin_policy: object, race: int) -> None:
    ask()
    code = sent_code()

    answers = together(*[lambda: bind(code)] * 4)

    assert kinds_of(answers) == ["Bound", "WrongCode", "WrongCode", "WrongCode"]
    assert (CardBinding.objects.count(), SignIn.objects.count()) == (1, 1)


def test_a_code_is_used_up_once_even_by_somebody_who_read_it_before(lin_policy: object) -> None:
    ask()
    row = OneTimeCode.objects.get()

    assert [one_time_codes.use_up(row, now=NOW) for _ in range(2)] == [True, False]


@pytest.mark.django_db(transaction=True)
def test_two_posts_that_sign_in_have_one_winner(lin_policy: object) -> None:
    ask(purpose=CodePurpose.SIGN_IN)
    code = sent_code()

    answers = together(*[lambda: sign_in(code)] * 4)

    assert kinds_of(answers) == ["SignIn", "WrongCode", "WrongCode", "WrongCode"]


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_take_one_try_each(lin_policy: object) -> None:
    ask()
    guess = wrong(sent_code())

    answers = together(*[lambda: bind(guess)] * 8)

    assert kinds_of(answers) == ["WrongCode"] * 8
    assert OneTimeCode.objects.get().tries_left == 0


@pytest.mark.django_db(transaction=True)
def test_relatives_who_bind_at_once_from_two_browsers_both_hold_the_card(make_policy: MakePolicy) -> None:
    policy = make_policy(number="1")
    codes = {}
    for number in range(2):
        ask(session=f"s{number}", now=NOW + number * PHONE_IN_A_NEW_MINUTE)
        codes[f"s{number}"] = sent_code()
    later = NOW + PHONE_IN_A_NEW_MINUTE

    answers = together(
        *[lambda s=s, code=code: bind(code, session=s, now=later) for s, code in codes.items()]  # type: ignore[misc]
    )

    assert kinds_of(answers) == ["Bound", "Bound"]
    # Both said they are the policyholder, and proved the phone: one guardian, one card, two devices.
    assert (CardBinding.objects.filter(policy=policy).count(), SignIn.objects.count()) == (1, 2)


def test_old_codes_are_forgotten_and_fresh_ones_kept(lin_policy: object) -> None:
    ask(session="a")
    ask(session="b", now=NOW + datetime.timedelta(hours=30))

    forgotten = members.forget_old_codes(now=NOW + datetime.timedelta(hours=49))

    assert (forgotten, OneTimeCode.objects.count()) == (1, 1)
