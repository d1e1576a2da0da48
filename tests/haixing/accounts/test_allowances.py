"""A token bucket: promises T1 to T3 stand on it."""

import datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from haixing.accounts import commands as accounts
from haixing.accounts.models import Allowance
from haixing.lib.errors import TooManyTries
from tests.together import kinds_of, together

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 22, 2, 0, tzinfo=datetime.UTC)
SECOND = datetime.timedelta(seconds=1)


def spend(at: datetime.datetime, *, key: str = "k", capacity: int = 3, per_seconds: int = 60) -> int:
    """Return 0 when it was allowed, or the seconds to wait."""
    try:
        accounts.spend(key=key, capacity=capacity, per_seconds=per_seconds, now=at)
    except TooManyTries as refusal:
        return refusal.retry_after
    return 0


def test_a_full_bucket_gives_its_tokens_at_once_and_then_one_by_one() -> None:
    assert [spend(NOW) for _ in range(5)] == [0, 0, 0, 20, 20]
    assert [spend(NOW + 19 * SECOND), spend(NOW + 20 * SECOND), spend(NOW + 20 * SECOND)] == [1, 0, 20]


def test_after_the_whole_time_the_bucket_is_full_again_and_not_fuller() -> None:
    for _ in range(3):
        spend(NOW)

    assert [spend(NOW + 3600 * SECOND) for _ in range(4)] == [0, 0, 0, 20]


def test_waiting_as_long_as_was_said_is_enough() -> None:
    for capacity, per_seconds in ((1, 60), (5, 3600), (10, 86_400), (7, 3600)):
        key = f"{capacity}-{per_seconds}"
        wait = [spend(NOW, key=key, capacity=capacity, per_seconds=per_seconds) for _ in range(capacity + 1)][-1]

        assert wait > 0
        assert spend(NOW + wait * SECOND, key=key, capacity=capacity, per_seconds=per_seconds) == 0


def test_keys_do_not_share_a_bucket() -> None:
    for _ in range(3):
        spend(NOW, key="a")

    assert (spend(NOW, key="a"), spend(NOW, key="b")) == (20, 0)


def test_a_clock_that_steps_back_gives_nothing_away() -> None:
    for _ in range(3):
        spend(NOW)

    assert spend(NOW - 30 * SECOND) > 0


def test_trying_while_refused_costs_nothing() -> None:
    for _ in range(10):
        spend(NOW)

    assert spend(NOW + 20 * SECOND) == 0


def test_a_try_is_one_statement_and_a_refusal_two(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        spend(NOW, capacity=1)
    with django_assert_num_queries(2):
        spend(NOW, capacity=1)


@pytest.mark.parametrize(
    ("seconds", "sentence"),
    [
        (1, "操作太频繁了。请过 1 秒再试。"),
        (99, "操作太频繁了。请过 99 秒再试。"),
        (121, "操作太频繁了。请过 3 分钟再试。"),
        (7_200, "今天的次数用完了。请过 2 小时再试；急用请致电服务热线。"),
    ],
)
def test_a_refusal_says_when_to_come_back(seconds: int, sentence: str) -> None:
    refusal = accounts.too_many(retry_after=seconds)

    assert (str(refusal), refusal.retry_after, refusal.code) == (sentence, seconds, "too-many-tries")


def test_buckets_that_are_full_again_are_forgotten() -> None:
    spend(NOW, key="old")
    spend(NOW + 100 * SECOND, key="new")

    assert accounts.forget_full_buckets(now=NOW + 30 * SECOND) == 1
    assert list(Allowance.objects.values_list("key", flat=True)) == ["new"]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_no_more_than_the_bucket_holds() -> None:
    answers = [
        answer
        for _ in range(3)
        for answer in together(*[lambda: accounts.spend(key="k", capacity=10, per_seconds=3600, now=NOW)] * 8)
    ]

    assert kinds_of(answers) == ["NoneType"] * 10 + ["TooManyTries"] * 14
