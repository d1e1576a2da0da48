"""A desk for tests: bills in a line or two."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from haixing.accounts.models import User
from haixing.claims import commands, facts
from haixing.claims.facts import Entry
from haixing.claims.models import Bill, Reversal
from haixing.members.models import Presentation
from haixing.network.models import Site
from tests import cast

_keys = itertools.count(1)


def entry(*amounts: str, care: str = "outpatient", day: datetime.date = cast.TODAY, **changes: Any) -> Entry:
    """Return a bill with one consultation line for each amount."""
    lines = [
        {
            "category": "09",
            "name": f"布洛芬混悬液 {number}",
            "quantity": "1",
            "unit_price": amount,
            "amount": amount,
            "doctor": None,
            "nature": None,
        }
        for number, amount in enumerate(amounts, start=1)
    ]
    raw = {"care": care, "day": day.isoformat(), "lines": lines, "surgery": None}
    return facts.read_entry({**raw, **changes})


def presentation(site: Site | None = None, staff: User | None = None) -> Presentation:
    """Return Xiaoman's card as shown at Sunflower, or elsewhere."""
    return cast.presented(cast.lin_card(), site=site or cast.sunflower(), staff=staff or cast.sunflower_desk())


def submit(
    *amounts: str,
    shown: Presentation | None = None,
    key: str | None = None,
    now: datetime.datetime = cast.NOW,
    **changes: Any,
) -> Bill:
    """Submit a bill of Xiaoman's at Sunflower, or elsewhere."""
    shown = shown or presentation()
    made = entry(*amounts, **changes)
    key = key or f"key-{next(_keys)}"
    return commands.submit_bill(presentation=shown, staff=shown.staff, key=key, entry=made, now=now)


def reverse(bill: Bill, *, reason: str = "重复录入", site: Site | None = None) -> Reversal:
    """Undo a bill at Sunflower, or elsewhere."""
    site_id = site.pk if site else bill.site_id
    return commands.reverse_bill(
        site_id=site_id, bill_ref=bill.ref, staff=cast.sunflower_desk(), reason=reason, now=cast.NOW
    )
