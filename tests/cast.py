"""The standing cast: who appears in the tests, so that a reader knows them by name.

- The Lin family: 林小满 (Xiaoman) is on growth-2021-national, in force; her mother is the policyholder.
- The Chen family: 陈子墨 is on premier-2021. They must see nothing of hers, and have data of their own that could leak.
- Sunflower Clinic 向日葵儿科 and 蒲公英儿科 are in the network; 广州和睦家 has a share of its own.
- Maple Clinic 枫叶儿科 has no contract with any plan.
- 方瑜 works at Sunflower, 苏禾 at Dandelion, 梁牧 at 和睦家, 夏枫 at Maple.

Everyone comes through the commands that the product uses. Asking twice gives the same row.
Times are as of NOW, a Sunday morning in Shanghai.

    policy = cast.lin_policy()
    staff = cast.sunflower_desk()
    presentation = cast.presented(cast.lin_card(), site=cast.sunflower(), staff=staff)
"""

import datetime
import functools
from pathlib import Path
from typing import Any

from benefits.terms import Plan, read_plan
from haixing.accounts.models import User
from haixing.lib.clock import SHANGHAI
from haixing.members.models import CardBinding, Guardian, Presentation
from haixing.network import commands as network
from haixing.network import queries as places
from haixing.network.enums import SiteClass
from haixing.network.facts import ContractRecord, GroupRecord, SiteRecord, StaffRecord
from haixing.network.models import Site
from haixing.policies import commands as policies
from haixing.policies.enums import Gender
from haixing.policies.facts import InsurerRecord, PolicyRecord
from haixing.policies.models import Insurer, PlanVersion, Policy
from haixing.policies.queries import phone_index

NOW = datetime.datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)
TODAY = NOW.date()
PLANS = Path(__file__).parents[1] / "plans"
ALL_PLANS = ("growth-2021", "growth-2021-national", "growth-beijing", "premier-2021")

LIN_PHONE = "+8613800000001"
CHEN_PHONE = "+8613800000002"
STRANGER_PHONE = "+8613900009999"
"""On no policy."""
PASSWORD = "a-desk-for-tests-1"


# -- the insurer and its policies


def insurer() -> Insurer:
    record = InsurerRecord(
        code="starfish",
        name="海星示例保险",
        name_en="Starfish Sample Insurance",
        hotline="400-000-9001",
        hotline_hours="周一至周日 9:00-18:00",
        email="service@starfish.example.com",
        provider_hotline="400-000-9002",
        provider_email="providers@starfish.example.com",
    )
    policies.keep_insurer(record=record, now=NOW)
    return Insurer.objects.get(code=record.code)


def plan_version(code: str = "growth-2021-national") -> PlanVersion:
    """Return the plan of ``plans/`` as published. Its cases are not run here: tests/plans does that once."""
    plan, text = _plan_on_disk(code)
    version, _is_new = PlanVersion.objects.get_or_create(
        code=code,
        sha256=plan.sha256,
        defaults={
            "version": 1,
            "name": plan.name.zh,
            "name_en": plan.name.en,
            "text": text,
            "cases": "",
            "published_at": NOW - datetime.timedelta(days=365),
        },
    )
    return version


def record(**changes: Any) -> PolicyRecord:
    """Return Xiaoman's record as her insurer sends it, with ``changes``."""
    usual: dict[str, Any] = {
        "member_number": "HX260000000001",
        "insurer": "starfish",
        "plan": "growth-2021-national",
        "printed_plan_name": "成长优享全国版（2021）成长计划",
        "child_name": "林小满",
        "gender": Gender.GIRL,
        "born": datetime.date(2021, 5, 21),
        "phone": LIN_PHONE,
        "paid_at": NOW - datetime.timedelta(days=200),
        "effective": datetime.date(2026, 5, 10),
        "expires": datetime.date(2027, 5, 9),
        "first_effective": datetime.date(2026, 5, 10),
    }
    return PolicyRecord(**usual | changes)


def policy(**changes: Any) -> Policy:
    """Enrol Xiaoman's record with ``changes``; give it a member number of its own for another child."""
    insurer()
    asked = record(**changes)
    plan_version(asked.plan)
    return policies.enrol(record=asked, now=NOW)


def lin_policy(**changes: Any) -> Policy:
    """林小满: growth-2021-national, 2026-05-10 to 2027-05-09, first year."""
    return policy(**changes)


def chen_policy(**changes: Any) -> Policy:
    """陈子墨: premier-2021, the same dates, another phone."""
    usual: dict[str, Any] = {
        "member_number": "HX260000000002",
        "plan": "premier-2021",
        "printed_plan_name": "成长优享-高端儿童医疗保险（2021版）优享计划",
        "child_name": "陈子墨",
        "gender": Gender.BOY,
        "born": datetime.date(2019, 11, 3),
        "phone": CHEN_PHONE,
    }
    return policy(**usual | changes)


# -- the families: binding by a code from an SMS is what tests/haixing/members is about, so rows are written here


def lin_mother() -> Guardian:
    """The policyholder of Xiaoman's card."""
    return _guardian(LIN_PHONE, "妈妈")


def chen_father() -> Guardian:
    return _guardian(CHEN_PHONE, "爸爸")


def lin_card() -> CardBinding:
    return _card(lin_mother(), lin_policy())


def chen_card() -> CardBinding:
    return _card(chen_father(), chen_policy())


def card_of(held: Policy) -> CardBinding:
    """Return the card of any policy, held by whoever has its phone."""
    return _card(_guardian(held.phone, "妈妈"), held)


def presented(
    card: CardBinding, *, site: Site, staff: User, at: datetime.datetime = NOW, hours: int = 12
) -> Presentation:
    """The card was shown at the site's desk at ``at``, and may be billed there for ``hours``."""
    return Presentation.objects.create(
        policy=card.policy,
        site=site,
        staff=staff,
        binding=card,
        at=at,
        expires_at=at + datetime.timedelta(hours=hours),
    )


# -- the clinics and their desks


def site(code: str, *, contracts: tuple[ContractRecord, ...] = (), group: str | None = None, **changes: Any) -> Site:
    """Keep an invented private site."""
    usual: dict[str, Any] = {
        "name": code,
        "name_en": "",
        "site_class": SiteClass.PRIVATE,
        "level": None,
        "city": "上海",
        "district": "徐汇区",
        "address": "上海市徐汇区启明路18号（示例地址）",
        "phone": "400-000-0016",
        "introduction": "",
        "departments": ({"label": "儿科全科", "code": "07"},),
        "hours_raw": "周一至周日 9:00-18:00",
        "hours": {"outpatient": "Mo-Su 09:00-18:00"},
        "latitude": None,
        "longitude": None,
        "is_invented": True,
        "verified_on": None,
    }
    if group:
        network.keep_group(record=GroupRecord(name=group, name_en=""))
    network.keep_site(record=SiteRecord(code=code, group=group, contracts=contracts, **usual | changes), now=NOW)
    return _kept_site(code)


def contract(plan: str, **changes: Any) -> ContractRecord:
    """A contract for outpatient and emergency care since 2020, with ``changes``."""
    usual: dict[str, Any] = {
        "starts": datetime.date(2020, 1, 1),
        "ends": None,
        "care": ("outpatient", "emergency"),
        "inpatient": False,
        "excludes": (),
        "note": "",
        "suspended_because": "",
    }
    return ContractRecord(plan=plan, **usual | changes)


def contracts(**changes: Any) -> tuple[ContractRecord, ...]:
    """The same contract for every plan."""
    return tuple(contract(plan, **changes) for plan in ALL_PLANS)


def sunflower() -> Site:
    """向日葵儿科-徐汇诊所, in every plan's network."""
    return site("sunflower-xuhui", group="向日葵儿科", name="徐汇诊所", contracts=contracts())


def dandelion() -> Site:
    """蒲公英儿科-静安诊所, in every plan's network: the other clinic, which must see nothing of Sunflower's."""
    return site("dandelion-jingan", group="蒲公英儿科", name="静安诊所", district="静安区", contracts=contracts())


def hemujia_guangzhou() -> Site:
    """广州和睦家, in every plan's network, named for inpatient care."""
    care = ("outpatient", "emergency", "inpatient", "day-surgery", "special-outpatient")
    return site(
        "hemujia-guangzhou",
        group="和睦家",
        name="广州和睦家",
        city="广州",
        district="",
        address="广州市（示例地址）",
        contracts=contracts(care=care, inpatient=True),
    )


def maple() -> Site:
    """枫叶儿科诊所, without any contract."""
    return site("maple-changning", name="枫叶儿科诊所", district="长宁区")


def sunflower_desk() -> User:
    """方瑜."""
    return staff("fang.yu", "方瑜", sunflower())


def dandelion_desk() -> User:
    """苏禾."""
    return staff("su.he", "苏禾", dandelion())


def hemujia_desk() -> User:
    """梁牧."""
    return staff("liang.mu", "梁牧", hemujia_guangzhou())


def maple_desk() -> User:
    """夏枫."""
    return staff("xia.feng", "夏枫", maple())


def staff(username: str, name: str, at: Site) -> User:
    """Hire a person who signs in with PASSWORD."""
    network.keep_staff(record=StaffRecord(username=username, name=name, password=PASSWORD, site=at.code), now=NOW)
    return User.objects.get(username=username)


@functools.cache
def _plan_on_disk(code: str) -> tuple[Plan, str]:
    text = (PLANS / code / "plan.yaml").read_text(encoding="utf-8")
    return read_plan(text, file=f"{code}/plan.yaml"), text


def _guardian(phone: str, called: str) -> Guardian:
    defaults = {"phone": phone, "called": called, "joined_at": NOW - datetime.timedelta(days=30)}
    guardian, _is_new = Guardian.objects.get_or_create(phone_index=phone_index(phone), defaults=defaults)
    return guardian


def _card(guardian: Guardian, held: Policy) -> CardBinding:
    defaults = {"is_policyholder": True, "bound_at": NOW - datetime.timedelta(days=30)}
    card, _is_new = CardBinding.objects.get_or_create(guardian=guardian, policy=held, ended_at=None, defaults=defaults)
    return card


def _kept_site(code: str) -> Site:
    kept = places.site_by_code(code)
    assert kept is not None
    return kept
