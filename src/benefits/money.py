"""Money is integer fen. This module is where yuan are read, printed and rounded."""

from __future__ import annotations

import re
from typing import Final

from benefits.errors import BenefitsError

_YUAN: Final = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,2}))?", re.ASCII)

_PARTS: Final = tuple(f".{part:02d}" for part in range(100))


class MoneyUnreadable(BenefitsError):
    """The text is not an amount: digits, and at most two decimals after a point."""


def to_fen(text: str) -> int:
    """Read yuan such as ``"300"``, ``"12.5"`` or ``"1500.00"`` as fen.

    Raises MoneyUnreadable: for a sign, a comma, a third decimal or a full-width digit.
    """
    digits = text[:-3] + text[-2:]
    if text[-3:-2] == "." and 2 < len(digits) <= 14 and digits.isdecimal() and digits.isascii():
        return int(digits)  # two decimals, as nearly every amount has
    match = _YUAN.fullmatch(text)
    if match is None:
        raise MoneyUnreadable(f"{text!r} is not an amount in yuan with at most two decimals")
    whole, part = match.groups()
    return int(whole) * 100 + (int(part.ljust(2, "0")) if part else 0)


def yuan(fen: int) -> str:
    """Print fen as yuan with two decimals: ``-70000`` is ``"-700.00"``."""
    return f"{fen // 100}{_PARTS[fen % 100]}" if fen >= 0 else f"-{-fen // 100}{_PARTS[-fen % 100]}"


def short_yuan(fen: int) -> str:
    """Print fen as a sentence would say it: ``80000`` is ``"800"``, ``25050`` is ``"250.50"``."""
    return str(fen // 100) if fen % 100 == 0 else yuan(fen)


def split_fen(parts: int) -> tuple[int, int]:
    """Round 1/10000 fen half up to fen. Returns the fen, and what rounding left over (negative: it added)."""
    fen = (parts + 5_000) // 10_000
    return fen, parts - fen * 10_000
