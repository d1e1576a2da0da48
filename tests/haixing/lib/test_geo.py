"""Coordinate systems and distances, against published points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haixing.lib import geo
from haixing.lib.geo import Place

PEOPLES_SQUARE = Place(31.23, 121.47)
IN_CHINA = st.builds(Place, st.floats(min_value=20, max_value=45), st.floats(min_value=80, max_value=125))


def test_a_gps_point_in_shanghai_moves_to_where_the_maps_put_it() -> None:
    moved = geo.from_wgs84(Place(31.1774276, 121.5272106))

    # The example that eviltransform publishes for this point.
    assert moved.latitude == pytest.approx(31.17530398364597, abs=1e-6)
    assert moved.longitude == pytest.approx(121.531541859215, abs=1e-6)


def test_abroad_nothing_moves() -> None:
    assert geo.from_wgs84(Place(48.85, 2.35)) == Place(48.85, 2.35)


def test_a_baidu_point_moves_back_by_its_own_shift() -> None:
    moved = geo.from_bd09(Place(39.915, 116.404))

    assert moved.latitude == pytest.approx(39.90865673957631, abs=1e-6)
    assert moved.longitude == pytest.approx(116.39762729119315, abs=1e-6)


@given(place=IN_CHINA)
def test_the_shift_is_never_more_than_a_kilometre(place: Place) -> None:
    assert geo.distance_km(place, geo.from_wgs84(place)) < 1.0


def test_shanghai_to_beijing_is_a_thousand_kilometres() -> None:
    assert geo.distance_km(PEOPLES_SQUARE, Place(39.90, 116.40)) == pytest.approx(1067, abs=2)


@given(one=IN_CHINA, other=IN_CHINA)
def test_distance_is_the_same_both_ways_and_nothing_to_oneself(one: Place, other: Place) -> None:
    assert geo.distance_km(one, other) == pytest.approx(geo.distance_km(other, one))
    assert geo.distance_km(one, one) == 0


@given(one=IN_CHINA, other=IN_CHINA, km=st.floats(min_value=1, max_value=500))
def test_a_box_holds_whatever_is_within_its_distance(one: Place, other: Place, km: float) -> None:
    box = geo.box_around(one, km=km)
    is_inside = box.south <= other.latitude <= box.north and box.west <= other.longitude <= box.east

    assert is_inside or geo.distance_km(one, other) > km
