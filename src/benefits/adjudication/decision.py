"""The answer to a visit, with its trace. Sentences are only written when somebody reads them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final, NamedTuple

from benefits.money import short_yuan
from benefits.terms.vocabulary import Spoken

PAID: Final = "paid"
NOT_COVERED: Final = "not-covered"
REVIEW: Final = "review"


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Why an amount moved: a rule of a plan, made once when the plan is compiled.

    ``key`` names the rule within its plan version, so that a stored trace can be
    matched with a new one. The sentences may mention {amount}, {visit} and {detail}.
    """

    step: str
    key: str
    clause: str
    zh: str
    en: str


class Move(NamedTuple):
    """One entry of the trace: an amount that a step gave to the family, and why."""

    ground: Ground
    amount: int
    detail: object = None
    """What the sentence needs beside the amount, such as a date."""

    def text(self, visit: int | None) -> Spoken:
        """Write the sentence in both languages. A negative amount is one that a later bill took back."""
        return _sentence(*self, visit)


@functools.lru_cache(maxsize=8192)
def _sentence(ground: Ground, amount: int, detail: object, visit: int | None) -> Spoken:
    """Write a sentence. The same few are needed again and again: "visit 2: the plan pays all that is covered"."""
    if amount < 0:
        back = short_yuan(-amount)
        return Spoken(
            f"之前由家庭承担的 {back} 元，现在改由计划支付。",
            f"{back} yuan that the family had to bear are now paid by the plan.",
        )
    values = {"amount": short_yuan(amount), "visit": visit, "detail": detail}
    return Spoken(ground.zh.format_map(values), ground.en.format_map(values))


class Decision(NamedTuple):
    """What the plan and the family pay for a visit, in fen, and why."""

    outcome: str
    benefit: str | None
    visit: int | None
    """The ordinal it was decided under; None for care that is not counted."""
    billed: int
    eligible: int
    plan_pays: int
    deductible_used: int
    """What this visit takes of the deductible."""
    trace: tuple[Move, ...]
    joins: bool
    """It passed the gates (in force, benefit, site, waiting) and was priced: further bills of the day join it."""

    @property
    def member_pays(self) -> int:
        """The family's share: whatever the plan does not pay. Means nothing for a review."""
        return self.billed - self.plan_pays

    @property
    def counted(self) -> bool:
        """The visit uses a slot on the counter: only when the plan pays for it (reading A3)."""
        return self.visit is not None and self.plan_pays > 0
