"""The desk's lists: one row for each card that was shown, and a day's visits with their totals."""

import datetime

from django.test import Client
from django.urls import reverse

from haixing.claims import queries as claims
from haixing.claims.models import Visit
from haixing.clinic.views.start import _totals
from tests import cast


def test_a_card_that_was_shown_twice_is_listed_once_by_its_latest_showing(desk: Client) -> None:
    site, staff = cast.sunflower(), cast.sunflower_desk()
    early, late = (
        cast.presented(cast.lin_card(), site=site, staff=staff, at=cast.NOW - datetime.timedelta(minutes=ago))
        for ago in (50, 5)
    )
    other = cast.presented(cast.chen_card(), site=site, staff=staff, at=cast.NOW - datetime.timedelta(minutes=20))

    page = desk.get(reverse("clinic:start")).content.decode()

    where = [page.find(reverse("clinic:card", args=[shown.ref])) for shown in (late, other, early)]
    assert 0 < where[0] < where[1]
    assert where[2] == -1


def test_a_days_columns_add_up_and_reversed_visits_are_no_visits(desk: Client) -> None:
    shares = {"paid": (300_00, 200_00, 100_00), "review": (50_00, 0, 0), "reversed": (0, 0, 0)}
    cares = ("outpatient", "dental", "emergency")
    for care, (outcome, (billed, plan, member)) in zip(cares, shares.items(), strict=True):
        Visit.objects.create(
            policy=cast.lin_policy(),
            site=cast.sunflower(),
            day=cast.TODAY,
            care=care,
            outcome=outcome,
            billed_fen=billed,
            plan_fen=plan,
            member_fen=member,
        )

    totals = _totals(claims.visits_at(site_id=cast.sunflower().pk, day=cast.TODAY))
    page = " ".join(desk.get(reverse("clinic:start")).content.decode().split())

    assert totals == {"visits": 2, "billed_fen": 350_00, "plan_fen": 200_00, "member_fen": 100_00, "review_fen": 50_00}
    assert "合计 2 次就诊" in page
    assert "待审核 50.00" in page
