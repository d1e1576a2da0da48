"""Promise T18: what a family types is in no log and in no column that can be read without the key."""

import datetime

import pytest

from haixing.accounts.models import User
from haixing.lib.errors import Refused
from haixing.members import commands as members
from haixing.members.enums import CodePurpose
from haixing.network.models import Site
from tests.canaries import CANARIES, Cage, canaries  # noqa: F401  # a fixture

from .conftest import NOW, MakePolicy, ask, bind, sent_code, sign_in

pytestmark = pytest.mark.django_db


def test_a_familys_whole_way_leaves_no_name_and_no_phone_anywhere(
    make_policy: MakePolicy,
    sunflower: Site,
    nurse: User,
    canaries: Cage,  # noqa: F811
) -> None:
    make_policy(number="1", name=CANARIES.name, phone=CANARIES.phone)
    ask(CANARIES.phone)
    for wrong in ({"name": CANARIES.name + "儿"}, {"gender": "M"}, {"name": CANARIES.name + "😀"}, {"consent": False}):
        with pytest.raises(Refused):
            bind(sent_code(), **({"name": CANARIES.name, "phone": CANARIES.phone} | wrong))  # type: ignore[arg-type]
    bound = bind(sent_code(), name=CANARIES.name, phone=CANARIES.phone, as_policyholder=False, called=CANARIES.called)
    later = NOW + datetime.timedelta(minutes=2)
    ask(CANARIES.phone, purpose=CodePurpose.SIGN_IN, now=later)
    sign_in(sent_code(), phone=CANARIES.phone, now=later)
    shown = members.show_code(binding=bound.binding, now=later)
    presentation = members.redeem_code(text=shown.qr, site_id=sunflower.pk, staff=nurse, now=later)

    canaries.assert_silent(shown.qr, presentation.ref, repr(bound.binding), repr(presentation))


def test_the_canaries_would_be_heard(make_policy: MakePolicy, canaries: Cage) -> None:  # noqa: F811
    import logging

    policy = make_policy(number=CANARIES.phone, name=CANARIES.name)
    logging.getLogger("anything").debug("binding %s", CANARIES.name)

    with pytest.raises(AssertionError) as heard:
        canaries.assert_silent(CANARIES.medical)
    for place in ("name: log", "phone: policies_policy", "medical text: given text"):
        assert place in str(heard.value)
    assert policy.pk


def test_a_refusal_that_reaches_a_traceback_tells_its_code_only() -> None:
    refusal = members.NameUnreadable(f"{CANARIES.name} 读不出来")

    assert repr(refusal) == "<NameUnreadable name-unreadable>"
