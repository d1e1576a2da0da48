"""A book of bills as an insurer would send it, made up line by line from a seed."""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_NETWORK = {"class": "private", "network": True}
_HOSPITALS: tuple[dict[str, Any], ...] = (
    {"code": "UG", "group": "和睦家", "city": "广州", **_NETWORK, "inpatient": True, "level": None, "excludes": []},
    {"code": "US", "group": "和睦家", "city": "上海", **_NETWORK, "inpatient": True},
    {"code": "WR", "group": "唯儿诺儿科", "city": "上海", **_NETWORK},
    {"code": "PB", "group": "浦滨儿童医院", "city": "上海", **_NETWORK, "excludes": ["chief-physician-fee"]},
    {"code": "PUB3", "group": None, "city": "上海", "class": "public", "level": 3},
)
_POLICY = {"effective": "2021-06-19", "expires": "2022-06-18", "first_effective": "2021-06-19"}
_FIRST_DAY = datetime.date(2021, 6, 19)
_BILLS_A_MEMBER = 40
_REVERSED = 0.01


def write_book(path: Path, *, bills: int, seed: int = 7) -> None:
    """Write a file of bills; one in a hundred is followed by a reversal of an earlier one."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in _lines(bills, random.Random(seed)))


def _lines(bills: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    members = max(bills // _BILLS_A_MEMBER, 1)
    undone: set[int] = set()
    for number in range(bills):
        yield _bill(number, members, chance)
        earlier = chance.randrange(number + 1)
        if chance.random() < _REVERSED and earlier not in undone:
            undone.add(earlier)
            yield {"reverse": f"b{earlier}"}


def _bill(number: int, members: int, chance: random.Random) -> dict[str, Any]:
    hospital = chance.choice(_HOSPITALS)
    return {
        "bill": f"b{number}",
        "plan": chance.choice(("growth-2021-national", "premier-2021")),
        "member": f"m{chance.randrange(members)}",
        "policy": _POLICY,
        "hospital": hospital,
        "date": str(_FIRST_DAY + datetime.timedelta(days=chance.randrange(365))),
        "care": chance.choices(("outpatient", "emergency", "inpatient"), (80, 15, 5))[0],
        "channel": "claim" if hospital["class"] == "public" else "direct",
        "preauthorised": chance.random() < 0.5,
        "emergency_notified": False,
        "surgery": None,
        "lines": [_line(chance) for _ in range(chance.randrange(1, 5))],
    }


def _line(chance: random.Random) -> dict[str, Any]:
    return {
        "category": chance.choice(("02", "03", "04", "09")),
        "amount": f"{chance.randrange(100, 90_000) / 100:.2f}",
        "nature": "vaccine" if chance.random() < 0.05 else None,
        "doctor": chance.choice((None, "chief")),
    }
