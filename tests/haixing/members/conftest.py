"""Two families: the Lins with Xiaoman, and the Chens, who must see nothing of hers. And two desks."""

import datetime
import re
from collections.abc import Callable

import pytest

from haixing.accounts import commands as accounts
from haixing.accounts.models import User
from haixing.lib import clock
from haixing.members import commands as members
from haixing.members.commands import Bound
from haixing.members.enums import CodePurpose
from haixing.members.models import Guardian, SignIn
from haixing.network.models import Site
from haixing.notices import queries as notices
from haixing.policies.models import Child, Insurer, PlanVersion, Policy
from haixing.policies.queries import name_index, normal_phone, phone_index

NOW = datetime.datetime(2026, 11, 22, 2, 0, tzinfo=datetime.UTC)
LIN_PHONE = "13800000001"
CHEN_PHONE = "13800000002"
STRANGER_PHONE = "13800000009"
PHONE_IN_A_NEW_MINUTE = datetime.timedelta(seconds=61)

MakePolicy = Callable[..., Policy]
Bind = Callable[..., Bound]


@pytest.fixture(autouse=True)
def _the_workers_clock_stands_at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def make_policy(db: None) -> MakePolicy:
    insurer = Insurer.objects.create(
        code="sea", name="海星人寿（虚构）", name_en="Sea", hotline="400-000-0000", email="a@example.com",
        provider_hotline="400-000-0001", provider_email="b@example.com",
    )  # fmt: skip
    plan = PlanVersion.objects.create(
        code="growth", version=1, name="成长", name_en="Growth", text="", cases="", sha256="0", published_at=NOW
    )

    def make(
        *,
        number: str,
        phone: str = LIN_PHONE,
        name: str = "林小满",
        gender: str = "F",
        paid_at: datetime.datetime = NOW - datetime.timedelta(days=30),
        effective: datetime.date = datetime.date(2026, 3, 1),
        expires: datetime.date = datetime.date(2027, 2, 28),
    ) -> Policy:
        child = Child.objects.create(
            name=name, name_index=name_index(name), gender=gender, born=datetime.date(2021, 5, 20)
        )
        return Policy.objects.create(
            member_number=number, insurer=insurer, plan_version=plan, child=child, printed_plan_name="成长计划",
            phone=normal_phone(phone), phone_index=phone_index(phone), paid_at=paid_at,
            effective=effective, expires=expires, first_effective=effective,
        )  # fmt: skip

    return make


@pytest.fixture
def lin_policy(make_policy: MakePolicy) -> Policy:
    return make_policy(number="M-LIN-1")


@pytest.fixture
def chen_policy(make_policy: MakePolicy) -> Policy:
    return make_policy(number="M-CHEN-1", phone=CHEN_PHONE, name="陈大力", gender="M")


def sent_code(place: int = 0) -> str:
    """Return the code in the newest SMS (or an older one by its place)."""
    codes = [message for message in notices.outbox() if message.template.startswith("code-")]
    found = re.search(r"\d{6}", codes[place].text)
    assert found
    return found.group()


def ask(
    phone: str = LIN_PHONE,
    *,
    purpose: CodePurpose = CodePurpose.BIND,
    session: str = "browser-1",
    address: str = "203.0.113.1",
    now: datetime.datetime = NOW,
) -> None:
    members.request_code(phone=phone, purpose=purpose, session=session, address=address, now=now)


def bind(
    code: str,
    *,
    name: str = "林小满",
    gender: str = "F",
    phone: str = LIN_PHONE,
    session: str = "browser-1",
    guardian: Guardian | None = None,
    as_policyholder: bool = True,
    called: str = "",
    device: str = "Firefox",
    consent: bool = True,
    now: datetime.datetime = NOW,
) -> Bound:
    return members.bind_card(
        name=name, gender=gender, phone=phone, code=code, session=session, guardian=guardian,
        as_policyholder=as_policyholder, called=called, device=device, consent=consent, now=now,
    )  # fmt: skip


def sign_in(code: str, *, phone: str = LIN_PHONE, session: str = "browser-1", now: datetime.datetime = NOW) -> SignIn:
    return members.sign_in(phone=phone, code=code, session=session, device="Firefox", now=now)


@pytest.fixture
def lin(lin_policy: Policy) -> Bound:
    """The policyholder of Xiaoman's policy, with her card bound."""
    ask()
    return bind(sent_code())


@pytest.fixture
def grandma(lin: Bound) -> Bound:
    """A relative who bound the same card on a phone of her own."""
    later = NOW + PHONE_IN_A_NEW_MINUTE
    ask(session="browser-2", now=later)
    return bind(sent_code(), session="browser-2", as_policyholder=False, called="奶奶", device="Mate", now=later)


@pytest.fixture
def chen(chen_policy: Policy) -> Bound:
    """The outsider: a policyholder of another child."""
    ask(CHEN_PHONE, session="browser-3")
    return bind(sent_code(), phone=CHEN_PHONE, name="陈大力", gender="M", session="browser-3")


def make_site(code: str) -> Site:
    return Site.objects.create(
        code=code, name=f"向日葵{code}", site_class="private", city="上海", address="虚构路 1 号"
    )


@pytest.fixture
def sunflower(db: None) -> Site:
    return make_site("SF1")


@pytest.fixture
def tulip(db: None) -> Site:
    return make_site("TU1")


@pytest.fixture
def nurse(sunflower: Site) -> User:
    return accounts.hire(username="wang", name="王敏", password="sunflower-desk-2026", site_id=sunflower.pk, now=NOW)


@pytest.fixture
def other_nurse(tulip: Site) -> User:
    return accounts.hire(username="li", name="李雷", password="sunflower-desk-2026", site_id=tulip.pk, now=NOW)
