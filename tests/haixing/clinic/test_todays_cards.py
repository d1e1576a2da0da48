"""今天出示过的卡: one row for each card, however often it was shown."""

import datetime

from django.test import Client
from django.urls import reverse

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
