"""Places on the map: coordinate systems of China, and distances.

China's maps use GCJ-02, which shifts WGS-84 (GPS, browsers) by 100 to 700 metres; Baidu shifts
once more (BD-09). One system is kept, GCJ-02; the others are converted where they come in.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

_EARTH_METRES: Final = 6_371_008.8
_KRASOVSKY_AXIS: Final = 6_378_245.0
_KRASOVSKY_SQUARE: Final = 0.00669342162296594323
_BAIDU: Final = math.pi * 3000 / 180
_KM_A_DEGREE: Final = 111.195


class Place(NamedTuple):
    """A point in degrees, GCJ-02 unless said otherwise."""

    latitude: float
    longitude: float


class Box(NamedTuple):
    """A rectangle in degrees that holds everything within a distance, and somewhat more."""

    south: float
    north: float
    west: float
    east: float


def distance_km(one: Place, other: Place) -> float:
    """Return the great-circle distance in kilometres (haversine), both places in the same system."""
    first, second = math.radians(one.latitude), math.radians(other.latitude)
    across = math.sin((second - first) / 2) ** 2
    along = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * _EARTH_METRES * math.asin(math.sqrt(across + math.cos(first) * math.cos(second) * along)) / 1000


def box_around(place: Place, *, km: float) -> Box:
    """Return a box that holds every place within ``km`` kilometres: cheap to ask a database for."""
    tall = km / _KM_A_DEGREE * 1.01
    wide = tall / max(math.cos(math.radians(place.latitude)), 0.01)
    return Box(place.latitude - tall, place.latitude + tall, place.longitude - wide, place.longitude + wide)


def is_in_china(place: Place) -> bool:
    """Whether the shift applies: mainland China, as a rough rectangle."""
    return 0.8293 <= place.latitude <= 55.8271 and 72.004 <= place.longitude <= 137.8347


def from_wgs84(place: Place) -> Place:
    """WGS-84 → GCJ-02. Abroad nothing is shifted."""
    if not is_in_china(place):
        return place
    north, east = _shift(place.longitude - 105.0, place.latitude - 35.0)
    angle = math.radians(place.latitude)
    flat = 1 - _KRASOVSKY_SQUARE * math.sin(angle) ** 2
    root = math.sqrt(flat)
    up = north * 180 / ((_KRASOVSKY_AXIS * (1 - _KRASOVSKY_SQUARE)) / (flat * root) * math.pi)
    over = east * 180 / (_KRASOVSKY_AXIS / root * math.cos(angle) * math.pi)
    return Place(place.latitude + up, place.longitude + over)


def from_bd09(place: Place) -> Place:
    """BD-09 (Baidu) → GCJ-02."""
    x, y = place.longitude - 0.0065, place.latitude - 0.006
    radius = math.hypot(x, y) - 0.00002 * math.sin(y * _BAIDU)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * _BAIDU)
    return Place(radius * math.sin(angle), radius * math.cos(angle))


def _shift(x: float, y: float) -> tuple[float, float]:
    """How far GCJ-02 moves a point, in metres to the north and to the east."""
    wave = 20 * (math.sin(6 * x * math.pi) + math.sin(2 * x * math.pi))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + wave * 2 / 3
    north += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    north += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + wave * 2 / 3
    east += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    east += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    return north, east
