"""What a history of bills must come to, worked out anew from domain.md (1.4, A1-A19) and nothing of the engine.

Slow and plain: it keeps every event and looks through all of them. Amounts in fen,
shares as fractions, rules as sentences of the manual.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor

YUAN = 100
OUTPATIENT_LIMIT = 100_000 * YUAN
DEDUCTIBLE = {"growth": 10_000 * YUAN, "premier": 0}


@dataclass(frozen=True)
class Bill:
    """A bill that is in force, at a network hospital named for inpatient care, with nothing that waits."""

    number: str
    member: str
    plan: str  # growth or premier
    place: str  # guangzhou, shanghai or elsewhere
    day: int
    care: str
    lines: tuple[tuple[int, bool], ...]  # (fen, is it excluded)
    authorised: bool = True

    @property
    def visit(self) -> tuple[object, ...]:
        """A4: what one 次 is; every admission is its own."""
        alike = (self.member, self.plan, self.place, self.day, self.care)
        return alike if self.care in ("outpatient", "emergency") else (*alike, self.number)


@dataclass
class Held:
    """What a visit holds."""

    bills: list[Bill] = field(default_factory=list)
    ordinal: int | None = None
    priced_as: int = 1
    pays: int = 0
    deductible: int = 0


class Oracle:
    """Books of all members."""

    def __init__(self) -> None:
        self.visits: dict[tuple[object, ...], Held] = {}
        self.bills: dict[str, Bill] = {}

    def decide(self, bill: Bill) -> int:
        """Return the change of what the plan pays."""
        held = self.visits.setdefault(bill.visit, Held())
        before = held.pays
        held.priced_as = held.ordinal or self.lowest_free(bill)
        held.bills.append(bill)
        self.bills[bill.number] = bill
        self._price(held, self._room(bill, held))
        return held.pays - before

    def reverse(self, number: str) -> int:
        """Decide the visit again without the bill: never for more than it had (nothing is won by a reversal)."""
        bill = self.bills.pop(number)
        held = self.visits[bill.visit]
        before = held.pays
        held.bills.remove(bill)
        if held.bills:
            self._price(held, self._room(bill, held), most=before)
        else:
            self.visits[bill.visit] = Held()
        return self.visits[bill.visit].pays - before

    def lowest_free(self, bill: Bill) -> int:
        taken = {held.ordinal for held in self.others(bill, None)}
        return next(ordinal for ordinal in range(1, 10_000) if ordinal not in taken)

    def others(self, bill: Bill, own: Held | None) -> list[Held]:
        """Return the other visits of this member under the same benefit of the same policy."""
        inpatient = bill.care == "inpatient"
        return [
            held
            for held in self.visits.values()
            if held is not own and held.bills
            if (held.bills[0].member, held.bills[0].plan) == (bill.member, bill.plan)
            if (held.bills[0].care == "inpatient") == inpatient
        ]

    def _room(self, bill: Bill, own: Held) -> tuple[int | None, int]:
        others = self.others(bill, own)
        deductible_left = DEDUCTIBLE[bill.plan] - sum(held.deductible for held in others)
        if bill.care == "inpatient":
            return None, deductible_left
        return OUTPATIENT_LIMIT - sum(held.pays for held in others), deductible_left

    def _price(self, held: Held, room: tuple[int | None, int], most: int | None = None) -> None:
        facts = held.bills[-1]
        eligible = sum(amount for bill in held.bills for amount, excluded in bill.lines if not excluded)
        limit, deductible_left = room
        if facts.care == "inpatient":
            held.deductible = min(eligible, deductible_left)
            penalty = Fraction(0) if facts.authorised else Fraction(40, 100) * eligible
            pays = max(Fraction(0), eligible - held.deductible - half_up(penalty))
        else:
            pays = eligible - min(eligible, half_up(family_share(facts, held.priced_as, eligible)))
        caps = [amount for amount in (limit, most) if amount is not None]
        held.pays = int(min([pays, *caps]))
        is_counted = facts.care != "inpatient" and held.pays > 0
        held.ordinal = held.priced_as if is_counted else None


def family_share(bill: Bill, ordinal: int, eligible: int) -> Fraction:
    """Return the manual's tables: R1 for growth, R2 for premier."""
    emergency = bill.care == "emergency"
    if bill.plan == "growth":
        if ordinal >= 6:
            return Fraction(eligible, 2)
        return Fraction(
            YUAN * {"guangzhou": (300, 800), "shanghai": (0, 400), "elsewhere": (0, 0)}[bill.place][emergency]
        )
    if bill.place == "guangzhou":
        return Fraction(YUAN * (800 if emergency else 300))
    if bill.place == "shanghai":
        return Fraction(YUAN * (400 if emergency else 200 if ordinal > 10 else 0))
    return Fraction(YUAN * (200 if ordinal > 10 else 0))


def half_up(amount: Fraction) -> int:
    return floor(amount + Fraction(1, 2))
