"""Facts about cards and codes that need no table: the consent's words, what a readable name is, a code's shape."""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from haixing.lib.refs import ALPHABET, random_code, tidy_code
from haixing.lib.secrecy import sign

CONSENT_PURPOSE = "card"
CONSENT_VERSION = "2026-11"
CONSENT_TEXT = _(
    "我是孩子的监护人，或受监护人委托。我同意海星为了直赔直付服务处理孩子的姓名、性别、出生日期、保单信息和就诊费用"
    "（不满十四周岁孩子的个人信息是敏感个人信息）：只在出示电子保险卡时提供给所到的医疗机构，并提供给承保的保险公司。"
    "不同意则无法使用电子保险卡，但不影响保单本身；随时可以在“持卡人”中解除关联，或致电服务热线查阅、更正、删除。"
)
"""What a guardian agrees to before a card is bound (PIPL 28 to 31). A new wording needs a new CONSENT_VERSION."""


def consent_sha256() -> str:
    """Return the hash of the consent in the words that the reader saw (in the active language)."""
    return hashlib.sha256(str(CONSENT_TEXT).encode()).hexdigest()


LONGEST_NAME = 60
_SYMBOLS = ("So", "Sk", "Sm", "Sc", "Me", "Nd", "No", "Cs")
# Newer than Python's tables: emoji planes are refused as a block, rare characters of planes 2 and 3 are not.
_PICTURES = range(0x1F000, 0x1FB00)


def is_name(text: str) -> bool:
    """Say whether ``text`` can be a name on a document: letters of any script, dots, spaces, dashes; no emoji.

    Rare characters of four bytes (𠮷, 㛃) are names; they are never dropped or replaced.
    """
    plain = unicodedata.normalize("NFKC", text)
    if len(text) > LONGEST_NAME or not any(_is_letter(character) for character in plain):
        return False
    return not any(_is_symbol(character) for character in plain)


def _is_letter(character: str) -> bool:
    # Not assigned and private-use count as letters: rare characters of names arrive in both.
    return unicodedata.category(character) in ("Lu", "Ll", "Lt", "Lm", "Lo", "Cn", "Co")


def _is_symbol(character: str) -> bool:
    # Some keyboards write the dot of 阿依·古丽 with a character that Unicode files under symbols.
    return character not in "˙⋅" and (ord(character) in _PICTURES or unicodedata.category(character) in _SYMBOLS)


# --- The code on the card's screen (promise T6) ----------------------------------------------------------------------

_RANDOM = 8
_CHECK = 2
CODE_LENGTH = _RANDOM + _CHECK
_PREFIX = "HX1"
_SIGNATURE = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeText:
    """A card's code in its two forms."""

    code: str
    """Ten characters to be read aloud or typed: eight random ones and two that catch a slip of the finger."""
    qr: str
    """The text of the QR code. Upper case, digits and dots only, which makes the picture small."""


def new_code() -> CodeText:
    """Return a fresh code (40 random bits: it lives for seventy-five seconds, and tries are counted)."""
    body = random_code(_RANDOM)
    code = body + _check_of(body)
    return CodeText(code=code, qr=_qr_of(code))


def read_code(text: str) -> str | None:
    """Return the ten characters in a scanned or typed text, or None when it is no code of ours.

    A scanned text must be ours to the letter. A typed one may have spaces, dashes and
    small letters, and may confuse O with 0 or I and L with 1.
    """
    scanned = text.strip()
    if scanned.startswith(f"{_PREFIX}."):
        code = scanned[len(_PREFIX) + 1 :][:CODE_LENGTH]
        return code if _is_code(code) and _same(scanned, _qr_of(code)) else None
    # "ſ" and the like turn into letters of our alphabet in upper case: only plain characters are tidied.
    code = tidy_code(text) if len(text) <= 40 and all(c.isascii() or c in "—·\u3000" for c in text) else ""
    return code if _is_code(code) else None


def _is_code(code: str) -> bool:
    is_shaped = len(code) == CODE_LENGTH and all(character in ALPHABET for character in code)
    return is_shaped and _same(code[_RANDOM:], _check_of(code[:_RANDOM]))


def _qr_of(code: str) -> str:
    return f"{_PREFIX}.{code}.{_in_base32(sign(code, purpose='card qr'), _SIGNATURE)}"


def _check_of(body: str) -> str:
    return _in_base32(sign(body, purpose="card check"), _CHECK)


def _in_base32(raw: bytes, length: int) -> str:
    number = int.from_bytes(raw, "big")
    return "".join(ALPHABET[number >> (5 * place) & 31] for place in range(length))


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())
