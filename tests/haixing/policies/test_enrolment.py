"""A policy is kept as the insurer issued it: found by member number, corrected in place, never recomputed."""

import dataclasses
import datetime

import pytest
from django.db import IntegrityError, connection, transaction

from haixing.audit.models import Event
from haixing.lib.rows import Change
from haixing.policies import commands, queries
from haixing.policies.enums import Gender
from haixing.policies.models import Child, Policy
from tests import cast

pytestmark = pytest.mark.django_db


def keep(**changes: object) -> commands.Kept:
    cast.insurer()
    record = cast.record(**changes)
    cast.plan_version(record.plan)
    return commands.keep_policy(record=record, now=cast.NOW)


def test_the_same_record_again_changes_nothing() -> None:
    first = keep()
    events = Event.objects.count()

    again = keep()

    assert (first.change, again.change) == (Change.NEW, Change.SAME)
    assert again.policy == first.policy
    assert (Policy.objects.count(), Child.objects.count()) == (1, 1)
    assert Event.objects.count() == events


def test_a_policy_keeps_every_date_as_issued() -> None:
    policy = keep(
        effective=datetime.date(2020, 2, 1),
        expires=datetime.date(2021, 3, 17),
        first_effective=datetime.date(2020, 2, 1),
    ).policy

    policy.refresh_from_db()
    assert (policy.effective, policy.expires) == (datetime.date(2020, 2, 1), datetime.date(2021, 3, 17))


def test_a_corrected_phone_finds_the_policy_and_the_old_one_no_longer_does() -> None:
    keep()

    kept = keep(phone="+8613800000099")

    assert kept.change is Change.CHANGED
    assert list(queries.policies_on_phone("138 0000 0099")) == [kept.policy]
    assert list(queries.policies_on_phone(cast.LIN_PHONE)) == []
    assert Event.objects.latest("id").detail == {"fields": ["phone", "phone_index"]}


def test_each_family_finds_its_own_policies_alone() -> None:
    xiaoman, zimo = cast.lin_policy(), cast.chen_policy()

    assert list(queries.policies_on_phone(cast.LIN_PHONE)) == [xiaoman]
    assert list(queries.policies_on_phone(cast.CHEN_PHONE)) == [zimo]
    assert list(queries.policies_on_phone(cast.STRANGER_PHONE)) == []
    assert [queries.is_on_a_policy(phone) for phone in (cast.LIN_PHONE, cast.STRANGER_PHONE)] == [True, False]


def test_a_continued_policy_is_of_the_same_child() -> None:
    first = keep()
    second = keep(
        member_number="HX270000000001", effective=datetime.date(2027, 5, 10), expires=datetime.date(2028, 5, 9)
    )

    assert second.policy.child == first.policy.child
    assert Child.objects.count() == 1


def test_twins_are_two_children() -> None:
    one = keep(child_name="周安安").policy
    other = keep(child_name="周宁宁", member_number="HX260000000007").policy

    assert one.child != other.child


def test_the_same_name_in_another_family_is_another_child() -> None:
    one = keep().policy
    other = keep(member_number="HX260000000077", phone=cast.CHEN_PHONE).policy

    assert one.child != other.child


def test_a_name_spelt_better_is_corrected_on_all_cards_of_the_child() -> None:
    keep(child_name="阿依古丽•买买提")
    keep(child_name="阿依古丽•买买提", member_number="HX270000000001")

    kept = keep(child_name="阿依古丽·买买提")

    assert kept.change is Change.CHANGED
    assert [child.name for child in Child.objects.all()] == ["阿依古丽·买买提"]


def test_a_card_that_turns_out_to_be_of_another_child_leaves_the_first_child_alone() -> None:
    shared = keep().policy
    keep(member_number="HX270000000001")

    kept = keep(member_number="HX270000000001", child_name="林小寒", gender=Gender.BOY)

    assert kept.policy.child.name == "林小寒"
    shared.refresh_from_db()
    assert shared.child.name == "林小满"


def test_dates_relative_to_the_day_of_loading_hold_for_a_new_policy_only() -> None:
    keep(dates_are_relative=True)
    later = cast.record(
        dates_are_relative=True, effective=datetime.date(2026, 5, 11), expires=datetime.date(2027, 5, 10)
    )

    kept = commands.keep_policy(record=later, now=cast.NOW)

    assert kept.change is Change.SAME
    assert kept.policy.effective == datetime.date(2026, 5, 10)


def test_a_policy_stays_on_the_version_it_was_written_on() -> None:
    kept = keep()
    version = kept.policy.plan_version
    version.pk, version.version, version.sha256 = None, 2, "0" * 64
    version.save(force_insert=True)

    again = keep()

    assert again.change is Change.SAME
    assert again.policy.plan_version.version == 1
    assert keep(member_number="HX270000000001").policy.plan_version.version == 2


def test_a_policy_does_not_change_its_plan() -> None:
    keep()

    with pytest.raises(commands.PlanCannotChange) as refusal:
        keep(plan="premier-2021")

    assert str(refusal.value) == (
        "这张保单已在计划“growth-2021-national”上，不能改换计划：请终止它，再用新的会员号导入新保单。"
    )


def test_an_unknown_insurer_or_plan_is_named() -> None:
    with pytest.raises(commands.UnknownInsurer, match="没有代码为“nobody”的保险公司"):
        keep(insurer="nobody")
    with pytest.raises(commands.UnknownPlan, match="计划“growth-1999”还没有发布"):
        commands.keep_policy(record=cast.record(plan="growth-1999"), now=cast.NOW)


def test_a_card_can_be_bound_from_24_hours_after_payment() -> None:
    paid_at = datetime.datetime(2026, 11, 21, 10, 30, tzinfo=datetime.UTC)

    policy = keep(paid_at=paid_at).policy

    assert policy.bindable_from == datetime.datetime(2026, 11, 22, 10, 30, tzinfo=datetime.UTC)


def test_the_plan_of_a_policy_is_compiled_once() -> None:
    policy = cast.lin_policy()

    assert queries.plan_of(policy).code == "growth-2021-national"
    assert queries.plan_of(policy) is queries.plan_of(cast.lin_policy())
    assert queries.plan_of(cast.chen_policy()).code == "premier-2021"


def test_names_and_phones_lie_sealed_in_the_database() -> None:
    cast.lin_policy()

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM policies_child UNION ALL SELECT phone FROM policies_policy")
        stored = " ".join(row[0] for row in cursor.fetchall())
    assert "林小满" not in stored
    assert "13800000001" not in stored


def test_the_audit_trail_of_a_policy_holds_no_name_and_no_phone() -> None:
    policy = cast.lin_policy()
    cast.lin_policy(child_name="林小曼", phone="+8613800000098")

    trail = [
        (event.action, event.subject, event.detail)
        for event in Event.objects.filter(policy_id=policy.pk).order_by("id")
    ]
    assert trail == [
        ("policy.entered", f"policy:{policy.ref}", {}),
        (
            "policy.corrected",
            f"policy:{policy.ref}",
            {"fields": ["phone", "phone_index", "child.name", "child.name_index"]},
        ),
    ]


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("expires", "2026-05-09", "policy_has_days"),
        ("first_effective", "2026-05-11", "cover_starts_by_the_effective_day"),
    ],
)
def test_the_database_itself_refuses_dates_that_cannot_be(column: str, value: str, rule: str) -> None:
    policy = cast.lin_policy()

    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Policy.objects.filter(pk=policy.pk).update(**{column: value})


def test_a_record_is_a_value() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        cast.record().plan = "premier-2021"  # type: ignore[misc]  # that it is refused is the point
