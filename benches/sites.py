"""The family's list of hospitals with 500 sites and with 5,000: statements, time, and how much goes over the wire.

All sites lie in one city, which is the hardest case: the city is what a search narrows first. Asked for
through Django's whole stack but for the socket, on PostgreSQL. Times are of our own processor, without
PostgreSQL's: on a machine that does other work they still tell one size from the other.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benches import product
from benches.table import Row
from tests.postgres import cluster

FEW, MANY = 500, 5_000
ROUNDS = 60
_MOST_KB = 60
_ASKED: dict[str, tuple[dict[str, str], bool]] = {
    "as it opens": ({}, False),
    "filtered, open now": ({"q": "xh", "department": "儿科全科", "care": "emergency", "open": "1"}, False),
    "by distance": ({"latitude": "31.2", "longitude": "121.44"}, True),
}
"""What is asked for, and whether it is posted."""
_HOURS = ("Mo-Su 09:00-18:00", "Mo-Fr 08:30-19:30; Sa-Su 09:00-17:00", "Mo-Sa 09:00-12:00,13:30-18:00; Su off")


def run() -> list[Row]:
    """Measure the list at both sizes, each in a process and a database of its own."""
    measured = {count: _measured(count) for count in (FEW, MANY)}
    return [row for what in _ASKED for row in _rows(what, measured[FEW][what], measured[MANY][what])]


def _measured(count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, cluster() as url:
        environment = product.production(database_url=url, folder=Path(folder))
        product.migrate(environment)
        answer: dict[str, Any] = product.run_module("benches.sites", str(count), environment=environment)
    return answer


def _rows(what: str, few: dict[str, Any], many: dict[str, Any]) -> list[Row]:
    if few["queries"] != many["queries"]:
        raise AssertionError(f"{what}: {few['queries']} statements with {FEW} sites, {many['queries']} with {MANY}")
    cuts = [[cut * 1000 for cut in statistics.quantiles(one["seconds"], n=100)] for one in (few, many)]
    p50, p95 = (" and ".join(f"{one[at]:.0f}" for one in cuts) for at in (49, 94))
    return [
        Row("sites", f"list {what}: statements with {FEW} and with {MANY} sites", str(many["queries"]), "equal"),
        Row("sites", f"list {what}: p50 with {FEW} and with {MANY} sites", f"{p50} ms", ""),
        Row("sites", f"list {what}: p95 with {FEW} and with {MANY} sites", f"{p95} ms", ""),
        Row("sites", f"list {what}: page, compressed", f"{many['kb']:.1f} KB", f"under {_MOST_KB} KB"),
    ]


# -- in the process of its own, where Django is set up --

# ruff: noqa: PLC0415  Django's models can be imported there only


def measure(count: int) -> dict[str, Any]:
    """Ask for the list in each way: statements, seconds, and kilobytes as compressed."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from haixing.members.models import SignIn
    from tests import cast

    card = _world(count)
    phone = Client(SERVER_NAME="127.0.0.1")
    session = phone.session
    session["sign_in"] = SignIn.objects.create(guardian=card.guardian, started_at=cast.NOW).pk
    session.save()
    address = reverse("card:sites", args=[card.ref])
    answer = {}
    for what, (asked, is_posted) in _ASKED.items():
        ask = phone.post if is_posted else phone.get
        assert ask(address, asked).status_code == 200, what
        with CaptureQueriesContext(connection) as captured:
            page = ask(address, asked)
        queries = len(captured)
        assert b"site-row" in page.content, what
        seconds = []
        for _ in range(ROUNDS):
            started = time.process_time()
            ask(address, asked)
            seconds.append(time.process_time() - started)
        kb = len(gzip.compress(page.content)) / 1024
        answer[what] = {"queries": queries, "seconds": seconds, "kb": kb}
    return answer


def _world(count: int) -> Any:
    """One card in force today, and sites with contracts."""
    import datetime

    from haixing.lib import clock, pinyin
    from haixing.network.models import Contract, Site
    from tests import cast

    first = clock.today() - datetime.timedelta(days=100)
    last = first + datetime.timedelta(days=364)
    card = cast.card_of(cast.policy(effective=first, expires=last, first_effective=first))
    chance, districts = random.Random(7), ("徐汇区", "长宁区", "静安区", "浦东新区")
    spelt = {name: f"{pinyin.syllables(name)} {pinyin.initials(name)}" for name in districts}
    kept = Site.objects.bulk_create(
        Site(
            code=f"site-{number}",
            name=f"示例诊所{number}",
            site_class="private",
            city="上海",
            district=(district := chance.choice(districts)),
            address=f"上海市{district}示例路{number}号（示例地址）",
            phone="400-000-0001",
            departments=[{"label": "儿科全科", "code": "07"}, {"label": "儿童保健", "code": "09"}],
            hours_raw="周一至周日 9:00-18:00",
            hours={"outpatient": chance.choice(_HOURS), "emergency": "24/7"},
            hours_status="read",
            latitude=31.0 + chance.random() / 2,
            longitude=121.2 + chance.random() / 2,
            search_text=f"示例诊所{number} 上海 {district} {spelt[district]}",
            is_invented=True,
        )
        for number in range(count)
    )
    care = ["outpatient", "emergency"]
    Contract.objects.bulk_create(
        Contract(site=site, plan=plan, starts=first, care=care) for site in kept for plan in cast.ALL_PLANS
    )
    return card


if __name__ == "__main__":
    import django

    os.environ.setdefault("LOG_LEVEL", "WARNING")
    django.setup()
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))))
