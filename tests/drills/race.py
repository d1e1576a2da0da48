"""A storm at the desks: many clients, few policies, repeated keys, lost replies. Real threads, the real command.

1. Make the deliveries: each bill is sent one to three times, in an order of its own for each client.
2. Every client sends its share. A reply may be "lost": the client forgets it and sends again, at once.
3. Count what must be zero (promises T7, T8, T9; invariants I1, I2, I4, I5, I6).
"""

from __future__ import annotations

import datetime
import random
import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, connections

from haixing.claims import commands, queries
from haixing.claims.models import Bill, Visit
from haixing.ledger.models import Account
from haixing.members.models import Presentation
from tests import cast
from tests.haixing.claims import desk


@dataclass(frozen=True, slots=True)
class Delivery:
    """One sending of one bill."""

    presentation: Presentation
    key: str
    amount: str
    day: datetime.date
    reply_is_lost: bool


@dataclass
class Report:
    """What came of it. Everything but the first two must be zero."""

    submissions: int = 0
    deliveries: int = 0
    errors: list[str] = field(default_factory=list)
    missing: int = 0
    duplicates: int = 0
    unequal_replies: int = 0
    over_the_limit: int = 0
    repeated_ordinals: int = 0
    gaps: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return self.faults == 0

    @property
    def faults(self) -> int:
        counts = (
            self.missing,
            self.duplicates,
            self.unequal_replies,
            self.over_the_limit,
            self.repeated_ordinals,
            self.gaps,
        )
        return sum(counts) + len(self.errors) + len(self.differences)

    def __str__(self) -> str:
        return (
            f"{self.submissions} bills in {self.deliveries} deliveries: "
            f"{self.missing} missing, {self.duplicates} duplicate, "
            f"{self.unequal_replies} unequal replies, {self.over_the_limit} over a limit, "
            f"{self.repeated_ordinals} repeated ordinals, {self.gaps} gaps, {len(self.errors)} errors, "
            f"{len(self.differences)} differences proven"
        )


def storm(*, policies: int, submissions: int, clients: int, seed: int) -> Report:
    """Run a storm and report. The tables are empty before, and hold what happened after."""
    chance = random.Random(seed)
    cards = [_card(number) for number in range(policies)]
    deliveries = _deliveries(cards, submissions, chance)
    report = Report(submissions=submissions)
    replies: dict[str, list[Any]] = defaultdict(list)
    _send_all(deliveries, clients, replies, report)
    report.deliveries = sum(map(len, replies.values())) + len(report.errors)
    _count(report, replies, {delivery.key for delivery in deliveries})
    return report


def _card(number: int) -> Presentation:
    policy = cast.policy(member_number=f"STORM{number:05}", phone=f"+86138{number:08}")
    return cast.presented(cast.card_of(policy), site=cast.sunflower(), staff=cast.sunflower_desk())


def _deliveries(cards: Sequence[Presentation], submissions: int, chance: random.Random) -> list[Delivery]:
    made = []
    for number in range(submissions):
        card = cards[number % len(cards)]
        # Some fifty bills of up to 6000 yuan a policy: most policies reach their limit of 100000.
        day = cast.TODAY - datetime.timedelta(days=chance.randrange(40))
        amount = f"{chance.randrange(1, 600_000) / 100:.2f}"
        times = chance.choice((1, 2, 2, 3))
        made += [Delivery(card, f"storm-{number}", amount, day, chance.random() < 0.1) for _ in range(times)]
    chance.shuffle(made)
    return made


def _send_all(deliveries: list[Delivery], clients: int, replies: dict[str, list[Any]], report: Report) -> None:
    noted = threading.Lock()

    def client(mine: list[Delivery]) -> None:
        try:
            for delivery in mine:
                for _attempt in range(2 if delivery.reply_is_lost else 1):
                    answer = _send(delivery, report, noted)
                    with noted:
                        replies[delivery.key].append(answer)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=client, args=(deliveries[number::clients],)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _send(delivery: Delivery, report: Report, noted: threading.Lock) -> Any:
    entry = desk.entry(delivery.amount, day=delivery.day)
    shown = delivery.presentation
    try:
        bill = commands.submit_bill(presentation=shown, staff=shown.staff, key=delivery.key, entry=entry, now=cast.NOW)
    except Exception as error:  # noqa: BLE001  whatever went wrong is what we came to count
        with noted:
            report.errors.append(repr(error))
        return None
    return bill.decision


def _count(report: Report, replies: dict[str, list[Any]], keys: set[str]) -> None:
    kept = list(Bill.objects.values_list("key", flat=True))
    report.duplicates = len(kept) - len(set(kept))
    report.missing = len(keys - set(kept))
    report.unequal_replies = sum(1 for answers in replies.values() if any(answer != answers[0] for answer in answers))
    for account in Account.objects.filter(benefit="outpatient"):
        visits = list(Visit.objects.filter(account=account))
        paid = sum(visit.plan_fen for visit in visits)
        report.over_the_limit += max(paid, account.limit_used_fen) > (account.limit_fen or 0)
        ordinals = sorted(visit.ordinal for visit in visits if visit.ordinal)
        report.repeated_ordinals += len(ordinals) - len(set(ordinals))
        report.gaps += ordinals != list(range(1, len(ordinals) + 1))
    report.differences = queries.prove().differences


def uses_row_locks() -> bool:
    """Tell whether this database locks rows; SQLite takes turns by the file."""
    return connection.features.has_select_for_update
