"""What others may ask about policies.

Names and phones are sealed at rest, so they are found by a blind index over their
normal form (``facts.names``).
"""

from django.db.models import QuerySet

from benefits.terms import Plan, read_plan
from haixing.lib.secrecy import blind_index
from haixing.policies.facts.names import PhoneUnreadable, normal_name, normal_phone
from haixing.policies.models import PlanVersion, Policy

__all__ = [
    "PhoneUnreadable",
    "is_on_a_policy",
    "latest_version",
    "name_index",
    "normal_name",
    "normal_phone",
    "phone_index",
    "plan_of",
    "plan_of_version",
    "policies",
    "policies_on_phone",
]

# Published texts never change, so a compiled plan is good for as long as the process lives.
_COMPILED: dict[str, Plan] = {}


def name_index(name: str) -> str:
    """Return the blind index of a child's name in its normal form."""
    return blind_index(normal_name(name), purpose="name")


def phone_index(phone: str) -> str:
    """Return the blind index of a phone. Raises PhoneUnreadable."""
    return blind_index(normal_phone(phone), purpose="phone")


def policies() -> QuerySet[Policy]:
    """Return all policies with what a card prints: child, insurer and plan version."""
    return Policy.objects.select_related("child", "insurer", "plan_version")


def policies_on_phone(phone: str) -> QuerySet[Policy]:
    """Return the policies bought with ``phone`` (投保时手机号), whatever their dates. Raises PhoneUnreadable."""
    return policies().filter(phone_index=phone_index(phone))


def is_on_a_policy(phone: str) -> bool:
    """Say whether a code may be sent to ``phone`` (decision D7). Raises PhoneUnreadable."""
    return Policy.objects.filter(phone_index=phone_index(phone)).exists()


def plan_of(policy: Policy) -> Plan:
    """Return the compiled plan of a policy (see ``plan_of_version``)."""
    return plan_of_version(policy.plan_version)


def plan_of_version(version: PlanVersion) -> Plan:
    """Return the compiled plan of a published version. Each text is compiled once per process."""
    if version.sha256 not in _COMPILED:
        _COMPILED[version.sha256] = read_plan(version.text, file=f"{version.code} v{version.version}")
    return _COMPILED[version.sha256]


def latest_version(code: str) -> PlanVersion | None:
    """Return the newest published version of a plan, or None. New policies are written on it."""
    return PlanVersion.objects.filter(code=code).order_by("-version").first()
