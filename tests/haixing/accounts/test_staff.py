import datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from haixing.accounts import commands as accounts
from haixing.accounts import queries, rules
from haixing.accounts.models import User
from haixing.audit.models import Event

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 22, 2, 0, tzinfo=datetime.UTC)
PASSWORD = "sunflower-desk-2026"


def hire(username: str = "wang.min", *, site_id: int = 7) -> User:
    return accounts.hire(username=username, name="王敏", password=PASSWORD, site_id=site_id, now=NOW)


def test_a_hired_person_works_at_the_site_and_nowhere_else() -> None:
    user, other = hire(), hire("li.lei", site_id=8)

    assert (queries.site_ids_of(user), queries.site_ids_of(other)) == ([7], [8])
    assert (rules.works_at(user, 7), rules.works_at(user, 8)) == (True, False)
    assert list(queries.staff_at(7)) == [user]
    assert user.check_password(PASSWORD)


def test_nobody_works_anywhere_without_signing_in() -> None:
    hire()

    assert queries.site_ids_of(AnonymousUser()) == []
    assert not rules.works_at(AnonymousUser(), 7)


def test_a_dismissed_person_is_out_at_once_and_the_account_closes_with_the_last_site() -> None:
    user = hire()
    user.memberships.create(site_id=8)

    accounts.dismiss(user=user, site_id=7, now=NOW)
    assert (queries.site_ids_of(user), user.is_active) == ([8], True)

    accounts.dismiss(user=user, site_id=8, now=NOW)
    assert (queries.site_ids_of(user), User.objects.get().is_active) == ([], False)


def test_dismissing_twice_is_refused() -> None:
    user = hire()
    accounts.dismiss(user=user, site_id=7, now=NOW)

    with pytest.raises(accounts.NotEmployedHere):
        accounts.dismiss(user=user, site_id=7, now=NOW)


def test_one_name_is_one_person_whatever_the_letter_case() -> None:
    hire()

    with pytest.raises(accounts.UsernameTaken):
        hire("Wang.Min")


@pytest.mark.parametrize("password", ["short", "password123", "wang.min12"])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(accounts.PasswordTooWeak):
        accounts.hire(username="wang.min", name="王敏", password=password, site_id=7)
    assert User.objects.count() == 0


def test_who_came_and_went_is_in_the_audit_trail_without_names() -> None:
    user = hire()
    accounts.dismiss(user=user, site_id=7, now=NOW)

    events = list(Event.objects.values_list("action", "subject", "site_id", "detail"))
    assert events == [("staff.hired", f"staff:{user.pk}", 7, {}), ("staff.dismissed", f"staff:{user.pk}", 7, {})]
