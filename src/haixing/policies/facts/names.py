"""How names and phones are made comparable: forgiving how people type, never who they are."""

import re
import unicodedata

from django.utils.translation import gettext as _

from haixing.lib.errors import Refused

# The dots that keyboards and insurers' systems offer between the parts of a name, such as 阿依·古丽.
_DOTS = str.maketrans(dict.fromkeys("•・‧∙⋅●.。˙", "·"))
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―()]+")
_MAINLAND_MOBILE = re.compile(r"1[3-9][0-9]{9}")
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


def _is_invisible(character: str) -> bool:
    """Variation selectors, joiners and other marks that print nothing."""
    is_selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return is_selector or unicodedata.category(character) in ("Cf", "Cc")
