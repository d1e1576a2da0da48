"""Two people load the same files at the same moment: everything is entered once, and nobody gets a traceback."""

import collections
from pathlib import Path

import pytest

from haixing.lib.rows import Change
from haixing.network import commands as network
from haixing.network.models import Contract, Site
from haixing.policies import commands as policies
from haixing.policies.models import Child, PlanVersion, Policy
from tests import cast
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)
SAMPLE = Path(__file__).parents[3] / "sample"


def test_a_policy_is_entered_once() -> None:
    cast.insurer()
    cast.plan_version()
    record = cast.record()

    answers = together(*[lambda: policies.keep_policy(record=record, now=cast.NOW).change] * 4)

    assert collections.Counter(answers) == {Change.NEW: 1, Change.SAME: 3}
    assert (Policy.objects.count(), Child.objects.count()) == (1, 1)


def test_the_network_is_entered_once() -> None:
    path = SAMPLE / "network.yaml"

    answers = together(*[lambda: network.load_sites(path=path, now=cast.NOW)] * 2)

    entered = [(loaded.changes[Change.NEW] + loaded.changes[Change.SAME], loaded.problems) for loaded in answers]
    assert entered == [(57, []), (57, [])]
    assert answers[0].changes[Change.NEW] + answers[1].changes[Change.NEW] == 57 == Site.objects.count()
    assert Contract.objects.count() == Contract.objects.values("site", "plan", "starts").distinct().count()


def test_a_plan_is_published_once(folder: Path) -> None:
    answers = together(*[lambda: policies.publish_plan(folder=folder, now=cast.NOW)] * 4)

    assert {(version.code, version.version) for version in answers} == {("growth-2021-national", 1)}
    assert PlanVersion.objects.count() == 1
