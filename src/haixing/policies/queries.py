"""What others may ask about policies, and how names and phones are made comparable.

Names and phones are sealed at rest, so they are found by a blind index over a
normal form. The normal form forgives how people type, never who they are.
"""

from __future__ import annotations

import re
import unicodedata

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from benefits.terms import Plan, read_plan
from haixing.lib.errors import Refused
from haixing.lib.secrecy import blind_index
from haixing.policies.models import Insurer, PlanVersion, Policy

# The dots that keyboards and insurers' systems offer between the parts of a name, such as 阿依·古丽.
_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅●．.。˙", "·"))
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―()]+")
_MAINLAND_MOBILE = re.compile(r"1[3-9][0-9]{9}")
# Published texts never change, so a compiled plan is good for as long as the process lives.
_COMPILED: dict[str, Plan] = {}
_ABROAD = re.compile(r"[1-9][0-9]{7,14}")


class PhoneUnreadable(Refused):
    """The text is no phone number that can receive an SMS."""

    code = "phone-unreadable"


def normal_name(name: str) -> str:
    """Return the form under which two spellings of one name are equal.

    Full-width letters, spaces, kinds of dot, letter case and variation selectors
    do not tell two children apart (domain 5, "Bind failure causes"). Rare
    characters of any plane are kept: 𠮷 is not 吉.
    """
    composed = unicodedata.normalize("NFKC", name).casefold()
    kept = "".join(character for character in composed if not (character.isspace() or _is_invisible(character)))
    return unicodedata.normalize("NFC", kept.translate(_DOTS))


def normal_phone(typed: str) -> str:
    """Return a mobile phone as E.164 text, such as ``+8613800000001``.

    Takes spaces, dashes, brackets, full-width digits, and the prefixes +86, 0086 and 86.
    Raises PhoneUnreadable.
    """
    visible = "".join(c for c in unicodedata.normalize("NFKC", typed) if not _is_invisible(c))
    digits = _SEPARATORS.sub("", visible)
    has_prefix = digits.startswith(("+", "00"))
    digits = digits.removeprefix("+").removeprefix("00")
    local = digits[2:] if digits.startswith("86") and (has_prefix or len(digits) == 13) else digits
    if _MAINLAND_MOBILE.fullmatch(local) and (local != digits or not has_prefix):
        return f"+86{local}"
    if has_prefix and not digits.startswith("86") and _ABROAD.fullmatch(digits):
        return f"+{digits}"
    raise PhoneUnreadable(_("这个手机号读不出来：大陆手机号是 1 开头的 11 位数字，境外手机号请加上“+”和国家区号。"))


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


def insurer_by_code(code: str) -> Insurer | None:
    """Return the insurer, or None."""
    return Insurer.objects.filter(code=code).first()


def latest_version(code: str) -> PlanVersion | None:
    """Return the newest published version of a plan, or None. New policies are written on it."""
    return PlanVersion.objects.filter(code=code).order_by("-version").first()


def _is_invisible(character: str) -> bool:
    """Variation selectors, joiners and other marks that print nothing."""
    is_selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return is_selector or unicodedata.category(character) in ("Cf", "Cc")
