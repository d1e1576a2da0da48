"""The quick reader takes nothing that the careful one refuses, and reads the same facts."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from benefits.adjudication import Site
from benefits.exchange.bills import BillUnreadable, read_request
from benefits.exchange.quick import read_good_bill

SITES = {"UG": Site("UG", "和睦家", "广州", "private", network=True)}
GOOD: dict[str, Any] = {
    "bill": "b1",
    "plan": "growth-2021",
    "member": "m1",
    "policy": {"effective": "2021-06-19", "expires": "2022-06-18", "first_effective": "2021-06-19"},
    "hospital": {
        "code": "UG",
        "group": "和睦家",
        "city": "广州",
        "class": "private",
        "network": True,
        "inpatient": False,
        "level": None,
        "excludes": ["chief-physician-fee"],
    },
    "date": "2021-07-01",
    "care": "emergency",
    "channel": "direct",
    "preauthorised": False,
    "emergency_notified": None,
    "surgery": None,
    "lines": [{"category": "02", "amount": "300.00", "nature": None, "doctor": "chief"}],
}
ODD_TEXTS = "|  |UG|0|1|1.5|1.505|-1|１|1e3|300.00|+1|02|2021-07-01|2021-7-1|2021-02-30|2023-01-01|20210701|0001-01-01"
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 4),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(ODD_TEXTS.split("|")),
    st.text(max_size=3),
    st.lists(st.sampled_from(["chief-physician-fee", "other", 1]), max_size=2),
    st.just({}),
)
PLACES = [
    *((key,) for key in GOOD),
    *(("policy", key) for key in GOOD["policy"]),
    *(("hospital", key) for key in GOOD["hospital"]),
    *(("lines", 0, key) for key in GOOD["lines"][0]),
    ("extra",),
    ("hospital", "extra"),
    ("lines", 0, "extra"),
    ("reverse",),
]


def changed(place: tuple[Any, ...], value: object, *, gone: bool) -> dict[str, Any]:
    bill: dict[str, Any] = json.loads(json.dumps(GOOD))
    inside: Any = bill
    for step in place[:-1]:
        inside = inside[step]
    if gone:
        inside.pop(place[-1], None)
    else:
        inside[place[-1]] = value
    return bill


def test_a_good_bill_is_read_in_one_look() -> None:
    line = json.dumps(GOOD).encode()

    assert read_good_bill(line, sites=SITES) == read_request(GOOD, sites=SITES)


def test_what_is_no_bill_is_left_to_the_careful_reader() -> None:
    lines = (b"", b"{", b"[]", b"null", b'{"reverse": "b1"}', b"\xff", b"[" * 100_000)

    assert [read_good_bill(line, sites=SITES) for line in lines] == [None] * len(lines)


@given(place=st.sampled_from(PLACES), value=ODD, gone=st.booleans())
def test_the_two_readers_never_disagree(place: tuple[Any, ...], value: object, *, gone: bool) -> None:
    bill = changed(place, value, gone=gone)

    quick = read_good_bill(json.dumps(bill).encode(), sites=SITES)

    if quick is not None:
        try:
            careful: object = read_request(bill, sites=SITES)
        except BillUnreadable as error:
            careful = error
        assert quick == careful
