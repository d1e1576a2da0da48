"""Xiaoman's mother and 子墨's father, each at home with a phone, on the cast's Sunday morning."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from haixing.members.models import CardBinding
from tests import cast
from tests.canaries import canaries  # noqa: F401  a fixture
from tests.haixing.card.at_home import family


@pytest.fixture(autouse=True)
def _sunday_morning(request: pytest.FixtureRequest) -> Iterator[None]:
    """The cast's moment; a test with a browser lives in real time, as its browser does."""
    if request.node.get_closest_marker("browser"):
        yield
        return
    with time_machine.travel(cast.NOW, tick=False):
        yield


@pytest.fixture
def card(db: None) -> CardBinding:
    """Xiaoman's card in her mother's hands."""
    return cast.lin_card()


@pytest.fixture
def mother(card: CardBinding) -> Client:
    return family(card.guardian)


@pytest.fixture
def other_card(db: None) -> CardBinding:
    """子墨's card in his father's hands."""
    return cast.chen_card()


@pytest.fixture
def father(other_card: CardBinding) -> Client:
    return family(other_card.guardian)
