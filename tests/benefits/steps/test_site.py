import pytest

from benefits.adjudication import Site
from tests.benefits.made import CLINIC, COVER, GUANGZHOU, PUBLIC, STRANGER, decide, steps_of


@pytest.mark.parametrize(
    ("site", "channel", "outcome"),
    [
        (CLINIC, "direct", "paid"),
        (CLINIC, "claim", "not-covered"),
        (STRANGER, "direct", "not-covered"),
        (STRANGER, "claim", "not-covered"),
        (PUBLIC, "direct", "not-covered"),
        (PUBLIC, "claim", "review"),
    ],
)
def test_outpatient_care_is_billed_directly_by_network_hospitals(site: Site, channel: str, outcome: str) -> None:
    assert decide(site=site, channel=channel).outcome == outcome


@pytest.mark.parametrize(
    ("site", "channel", "outcome"),
    [
        (GUANGZHOU, "direct", "paid"),
        (CLINIC, "direct", "not-covered"),
        (PUBLIC, "claim", "paid"),
        (PUBLIC._replace(level=2), "claim", "paid"),
        (PUBLIC._replace(level=1), "claim", "not-covered"),
        (PUBLIC._replace(level=None), "claim", "not-covered"),
    ],
)
@pytest.mark.parametrize("care", ["inpatient", "day-surgery", "special-outpatient"])
def test_the_inpatient_benefit_has_sites_of_its_own(site: Site, channel: str, outcome: str, care: str) -> None:
    decision = decide("20000", care=care, site=site, channel=channel, preauthorised=True)

    assert decision.outcome == outcome


@pytest.mark.parametrize("network", [True, False])
def test_facts_that_mean_nothing_for_a_hospital_are_not_looked_at(network: bool) -> None:
    odd = Site("P", None, None, "public", network=network, inpatient=network, level=3)
    stranger = STRANGER._replace(inpatient=network, level=3)

    assert decide("20000", care="special-outpatient", site=odd, channel="claim").outcome == "paid"
    assert decide("20000", care="special-outpatient", site=stranger).outcome == "not-covered"


def test_the_hospital_comes_before_the_waiting_period() -> None:
    decision = decide(care="inpatient", site=STRANGER, day=COVER.effective)

    assert steps_of(decision) == [("site", 100_000)]
