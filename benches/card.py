"""The card's pages with 3 visits and with 300: how many queries, and how much longer.

Families with a short history and a long one, on one database; their pages are asked
for in turns, through Django's whole stack but for the socket.
"""

from __future__ import annotations

import datetime
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benches import product
from benches.table import Row
from tests.postgres import cluster

FEW, MANY = 3, 300
PAGE_FULL = 20
"""Visits on one page of the list: three lines are drawn faster than twenty, whatever the history."""
ROUNDS = 60
PAGES = ("card", "code", "benefits", "visits", "visit")


def run() -> list[Row]:
    """Measure each page for both families, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder, cluster() as url:
        environment = product.production(database_url=url, folder=Path(folder))
        product.migrate(environment)
        measured = product.run_module("benches.card", environment=environment)
    return [*(row for page in PAGES for row in _rows(page, measured[page])), _full_page_row(measured["visits"])]


def _rows(page: str, measured: dict[str, Any]) -> list[Row]:
    (few_queries, few), (many_queries, many) = measured["few"], measured["many"]
    if few_queries != many_queries:
        raise AssertionError(f"{page}: {few_queries} queries with {FEW} visits, {many_queries} with {MANY}")
    p50, p95 = _quantile(many, 50) / _quantile(few, 50), _quantile(many, 95) / _quantile(few, 95)
    return [
        Row("card", f"{page}: queries with {FEW} and with {MANY} visits", f"{few_queries} and {many_queries}", "equal"),
        Row("card", f"{page}: time with {MANY} over {FEW}, p50 and p95", f"{p50:.2f} and {p95:.2f} ×", "within 1.3 ×"),
    ]


def _full_page_row(measured: dict[str, Any]) -> Row:
    (_, full), (_, many) = measured["full"], measured["many"]
    p50, p95 = _quantile(many, 50) / _quantile(full, 50), _quantile(many, 95) / _quantile(full, 95)
    what = f"visits: time with {MANY} over {PAGE_FULL}, which fill the page too, p50 and p95"
    return Row("card", what, f"{p50:.2f} and {p95:.2f} ×", "within 1.3 ×")


def _quantile(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100)[percent - 1]


# -- in the process of its own, where Django is set up --

# ruff: noqa: PLC0415  Django's models can be imported there only


def measure() -> dict[str, Any]:
    """Ask for every page of both families in turns: queries of one, and seconds of each."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    families = {"few": _family(1, FEW), "full": _family(3, PAGE_FULL), "many": _family(2, MANY)}
    answer: dict[str, Any] = {}
    for page in PAGES:
        addresses, phones = {}, {}
        for name, (card, visit, sign_in) in families.items():
            addresses[name] = reverse(f"card:{page}", args=[card, visit] if page == "visit" else [card])
            phones[name] = phone = Client(SERVER_NAME="127.0.0.1")
            session = phone.session
            session["sign_in"] = sign_in
            session.save()
            assert phone.get(addresses[name]).status_code == 200, addresses[name]
        queries = {}
        for name, phone in phones.items():
            with CaptureQueriesContext(connection) as captured:
                phone.get(addresses[name])
            queries[name] = len(captured)
        seconds: dict[str, list[float]] = {name: [] for name in phones}
        for _ in range(ROUNDS):
            for name, phone in phones.items():
                started = time.perf_counter()
                phone.get(addresses[name])
                seconds[name].append(time.perf_counter() - started)
        answer[page] = {name: (queries[name], seconds[name]) for name in phones}
    return answer


def _family(number: int, visits: int) -> tuple[str, str, int]:
    """Make a card with a history; return its reference, that of a visit, and a sign-in on a phone."""
    from haixing.claims import commands as claims
    from haixing.claims.facts import read_entry
    from haixing.lib import clock
    from haixing.members.models import SignIn
    from tests import cast

    now, first = clock.now(), clock.today() - datetime.timedelta(days=340)
    policy = cast.policy(
        member_number=f"CARD{number:05}",
        phone=f"+86137{number:08}",
        effective=first,
        expires=first + datetime.timedelta(days=364),
        first_effective=first,
    )
    card, staff, site = cast.card_of(policy), cast.sunflower_desk(), cast.sunflower()
    shown = cast.presented(card, site=site, staff=staff, at=now)
    line = {"category": "02", "name": "儿科诊察", "quantity": "1", "unit_price": "800.00", "amount": "800.00"}
    for day in range(visits):
        raw = {"care": "outpatient", "day": str(first + datetime.timedelta(days=day)), "lines": [line]}
        key = f"card-bench-{number}-{day}"
        bill = claims.submit_bill(presentation=shown, staff=staff, key=key, entry=read_entry(raw), now=now)
    return card.ref, bill.visit.ref, SignIn.objects.create(guardian=card.guardian, started_at=now).pk


if __name__ == "__main__":
    import django

    os.environ.setdefault("LOG_LEVEL", "WARNING")
    django.setup()
    sys.stdout.write(json.dumps(measure()))
