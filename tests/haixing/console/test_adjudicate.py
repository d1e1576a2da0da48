"""``haixing adjudicate`` as a process: its outcomes, exit statuses and files, and every kind of bad input."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[3]
HAIXING = [
    sys.executable,
    "-c",
    "import sys; from haixing.console import main; sys.exit(main(sys.argv[1:]))",
    "adjudicate",
]
BILL: dict[str, Any] = {
    "bill": "b1",
    "plan": "growth-2021-national",
    "member": "m1",
    "policy": {"effective": "2021-06-19", "expires": "2022-06-18"},
    "hospital": {"code": "UG", "group": "和睦家", "city": "广州", "class": "private", "network": True},
    "date": "2021-07-01",
    "care": "emergency",
    "channel": "direct",
    "lines": [{"category": "02", "amount": "1500.00"}],
}
LINE = BILL["lines"][0]


class Ran(NamedTuple):
    status: int
    answers: list[dict[str, Any]]
    complaints: str

    @property
    def outcomes(self) -> list[str]:
        return [answer["outcome"] for answer in self.answers]


def run(*arguments: str, given: bytes = b"", cwd: Path = ROOT) -> Ran:
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [*HAIXING, *arguments], input=given, capture_output=True, cwd=cwd, env=environment, timeout=60, check=False
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return Ran(done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode())


def run_lines(*lines: bytes | dict[str, Any]) -> Ran:
    texts = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    return run("-", given=b"\n".join(texts))


# -- good input --


def test_a_decision_has_every_field_of_the_contract() -> None:
    ran = run_lines(BILL)

    assert (ran.status, ran.complaints) == (0, "")
    assert ran.answers == [
        {
            "bill": "b1",
            "outcome": "paid",
            "benefit": "outpatient",
            "visit": 1,
            "counted": True,
            "billed": "1500.00",
            "eligible": "1500.00",
            "plan_pays": "700.00",
            "member_pays": "800.00",
            "reasons": [
                {
                    "code": "share",
                    "amount": "800.00",
                    "clause": "如前往“广州和睦家就诊”,前5次就诊,门诊就诊每次自付300元,急诊每次自付800元",
                    "text": {
                        "zh": "第 1 次就诊，急诊每次自付 800 元，本次自付 800 元。",
                        "en": "Visit 1: the family pays 800 yuan for each emergency visit, here 800 yuan.",
                    },
                }
            ],
            "remaining": {"limit": "99300.00", "deductible": None},
        }
    ]


def test_every_outcome_in_the_order_of_the_file() -> None:
    ran = run_lines(
        BILL,
        BILL | {"bill": "b2", "channel": "claim"},
        BILL | {"bill": "b3", "plan": "growth-beijing"},
        {"reverse": "b1"},
        b"x",
    )

    assert (ran.status, ran.outcomes) == (1, ["paid", "not-covered", "review", "reversed", "invalid"])
    review, undone = ran.answers[2:4]
    assert [review[key] for key in ("eligible", "plan_pays", "member_pays")] == [None, None, None]
    assert (undone["plan_pays"], undone["member_pays"], undone["billed"]) == ("-700.00", "-800.00", "-1500.00")


def test_reasons_sum_to_what_the_family_pays() -> None:
    mixed = BILL | {"lines": [LINE, LINE | {"nature": "vaccine", "amount": "67.10"}]}
    (answer,) = run_lines(mixed).answers

    assert [reason["amount"] for reason in answer["reasons"]] == ["67.10", "800.00"]
    assert answer["member_pays"] == "867.10"


def test_blank_lines_a_byte_order_mark_and_windows_line_ends_are_no_problem() -> None:
    ran = run("-", given=b"\xef\xbb\xbf" + json.dumps(BILL).encode() + b"\r\n\r\n  \n" + b'{"reverse": "b1"}')

    assert (ran.status, ran.outcomes) == (0, ["paid", "reversed"])


def test_an_empty_file_has_no_decisions() -> None:
    assert run("-") == (0, [], "")


def test_a_file_is_read_and_another_written(tmp_path: Path) -> None:
    bills, out = tmp_path / "bills.jsonl", tmp_path / "out.jsonl"
    bills.write_text(json.dumps(BILL), encoding="utf-8")

    assert run(str(bills), "-o", str(out)) == (0, [], "")
    assert json.loads(out.read_text(encoding="utf-8"))["bill"] == "b1"


def test_plans_come_from_another_folder(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    text = (ROOT / "plans/growth-2021-national/plan.yaml").read_text(encoding="utf-8")
    (tmp_path / "own/plan.yaml").write_text(text.replace("plan: growth-2021-national", "plan: own"), encoding="utf-8")

    ran = run("-", "--plans", str(tmp_path), given=json.dumps(BILL | {"plan": "own"}).encode())

    assert ran.outcomes == ["paid"]


SITE = BILL["hospital"]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([SITE]),
        json.dumps({"sites": [SITE]}),
        json.dumps({"UG": SITE}),
        json.dumps(SITE | {"name": "beyond the contract"}) + "\n" + json.dumps(SITE | {"code": "other"}),
        "sites:\n- {code: UG, group: 和睦家, city: 广州, class: private, network: true}\n",
        "UG: {group: 和睦家, city: 广州, class: private, network: true}\n",
    ],
    ids=["json-list", "json-sites", "json-mapping", "json-lines", "yaml-sites", "yaml-mapping"],
)
def test_hospitals_by_code(tmp_path: Path, text: str) -> None:
    network = tmp_path / "network"
    network.write_text(text, encoding="utf-8")

    ran = run("-", "--network", str(network), given=json.dumps(BILL | {"hospital": "UG"}).encode())

    assert (ran.status, ran.answers[0]["plan_pays"]) == (0, "700.00")


def test_the_products_own_network_file_tells_sites_by_their_contracts() -> None:
    network = Path(__file__).parents[3] / "sample" / "network.yaml"
    bill = BILL | {"hospital": "hemujia-guangzhou"}

    ran = run("-", "--network", str(network), given=json.dumps(bill).encode())

    assert (ran.status, ran.answers[0]["plan_pays"]) == (0, "700.00")


# -- bad lines --

DEEP = b"[" * 900 + b"]" * 900
BAD_LINES: dict[str, bytes | dict[str, Any]] = {
    "not JSON": b"{bill: b1}",
    "half a line": b'{"bill": "b1", "pl',
    "not UTF-8": json.dumps(BILL).encode().replace(b"m1", b"\xb9\xe3"),
    "UTF-16": json.dumps(BILL).encode("utf-16"),
    "NaN": json.dumps(BILL | {"lines": [{"category": "02", "amount": float("nan")}]}).encode(),
    "nested too deep": b"[" * 100_000 + b"]" * 100_000,
    "deep inside": json.dumps(BILL | {"member": "@"}).encode().replace(b'"@"', DEEP),
    "deep in the hospital": json.dumps(BILL | {"hospital": {"code": "@"}}).encode().replace(b'"@"', DEEP),
    "lone surrogate": json.dumps(BILL).encode().replace(b'"m1"', b'"\\ud800"'),
    "a list": b"[]",
    "a number": b"7",
    "nothing": b"null",
    "empty object": {},
    "no lines": BILL | {"lines": []},
    "lines as object": BILL | {"lines": {"0": LINE}},
    "line as text": BILL | {"lines": ["02"]},
    "unknown key": BILL | {"preauthorized": True},
    "unknown key in a line": BILL | {"lines": [LINE | {"natur": "vaccine"}]},
    "unknown key in the policy": BILL | {"policy": BILL["policy"] | {"expire": "2022-06-18"}},
    "unknown key in the hospital": BILL | {"hospital": SITE | {"klass": "private"}},
    "unknown key in a reversal": {"reverse": "b1", "bill": "b2"},
    "reversal of nothing": {"reverse": None},
    "reversal of a stranger": {"reverse": "b9"},
    "unknown plan": BILL | {"plan": "x" * 100_000},
    "unknown code of a hospital": BILL | {"hospital": "UG"},
    "unknown carve-out": BILL | {"hospital": SITE | {"excludes": ["all"]}},
    "carve-out as list": BILL | {"hospital": SITE | {"excludes": [["x"]]}},
    "carve-outs as object": BILL | {"hospital": SITE | {"excludes": {}}},
    "carve-outs as number": BILL | {"hospital": SITE | {"excludes": 0}},
    "level true": BILL | {"hospital": SITE | {"level": True}},
    "level 4": BILL | {"hospital": SITE | {"level": 4}},
    "network 1": BILL | {"hospital": SITE | {"network": 1}},
    "flag as text": BILL | {"preauthorised": "yes"},
    "flag as 0": BILL | {"preauthorised": 0},
    "care as list": BILL | {"care": []},
    "number of a bill": BILL | {"bill": 1},
    "blank member": BILL | {"member": " "},
    "a day that does not exist": BILL | {"date": "2021-02-30"},
    "a date with a time": BILL | {"date": "2021-07-01T00:00"},
    "full-width date": BILL | {"date": "２０２１-07-01"},
    "policy ends before it begins": BILL | {"policy": {"effective": "2022-06-18", "expires": "2021-06-19"}},
    "first day after the policy began": BILL | {"policy": BILL["policy"] | {"first_effective": "2021-06-20"}},
    **{
        f"amount {amount!r:.20}": BILL | {"lines": [LINE | {"amount": amount}]}
        for amount in (
            100,
            1.5,
            10**30,
            None,
            True,
            [],
            {},
            "",
            "1.234",
            "-1.00",
            "１００",
            "1e3",
            "9" * 5_000,
            "1,000",
            " 1",
        )
    },
}


@pytest.fixture(scope="module")
def all_bad(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One process for all of them: between the bad lines stand good ones, which must still be decided."""
    lines = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in BAD_LINES.values()]
    good = [json.dumps(BILL | {"bill": f"good{number}"}).encode() for number in range(len(lines))]
    mixed = b"\n".join(line for pair in zip(lines, good, strict=True) for line in pair)
    return run("-", given=mixed.replace(json.dumps(BILL).encode("utf-16"), BAD_LINES["UTF-16"].replace(b"\n", b"")))  # type: ignore[union-attr]


def test_bad_lines_are_told_and_the_others_still_decided(all_bad: Ran) -> None:
    assert all_bad.status == 1
    assert all_bad.outcomes == ["invalid", "paid"] * len(BAD_LINES)


@pytest.mark.parametrize("number", range(len(BAD_LINES)), ids=list(BAD_LINES))
def test_each_bad_line_has_a_short_sentence_with_its_place(all_bad: Ran, number: int) -> None:
    complaint = all_bad.complaints.splitlines()[number]
    answer = all_bad.answers[2 * number]

    assert complaint.startswith(f"-:{2 * number + 1}: ")
    assert len(complaint) < 1_500
    assert [reason["code"] for reason in answer["reasons"]] == ["invalid"] * len(answer["reasons"])
    assert answer["plan_pays"] is None


def test_a_number_is_used_once_and_an_invalid_bill_may_come_again() -> None:
    ran = run_lines(BILL | {"care": "?"}, BILL, BILL, {"reverse": "b1"}, {"reverse": "b1"}, BILL)

    assert ran.outcomes == ["invalid", "paid", "invalid", "reversed", "invalid", "invalid"]
    assert [answer["bill"] for answer in ran.answers] == ["b1"] * 6


def test_ten_thousand_bad_lines_do_not_flood_the_terminal() -> None:
    ran = run_lines(BILL | {"lines": [{}] * 10_000})

    assert len(ran.complaints) < 10_000
    assert "and 19980 more problems" in ran.complaints


def test_ten_thousand_good_lines_are_a_bill() -> None:
    assert run_lines(BILL | {"lines": [LINE] * 10_000}).answers[0]["billed"] == "15000000.00"


def test_chinese_terminals_are_answered_in_chinese() -> None:
    done = subprocess.run(
        [*HAIXING, "-"],
        input=b"7",
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "zh_CN.UTF-8"},
        timeout=60,
        check=False,
    )

    assert done.stderr.decode() == "-:1: 这一行不是 JSON 对象：请写 {…}\n"


# -- unusable arguments and files --


def _missing_plans(folder: Path) -> list[str]:
    return ["-", "--plans", str(folder / "none")]


def _empty_plans(folder: Path) -> list[str]:
    return ["-", "--plans", str(folder)]


def _broken_plan(folder: Path) -> list[str]:
    (folder / "plan.yaml").write_text("plan: [", encoding="utf-8")
    return ["-", "--plans", str(folder)]


def _plan_in_another_encoding(folder: Path) -> list[str]:
    (folder / "plan.yaml").write_bytes("plan: 广州".encode("gb18030"))
    return ["-", "--plans", str(folder)]


def _plan_nested_too_deep(folder: Path) -> list[str]:
    (folder / "plan.yaml").write_text("[" * 20_000, encoding="utf-8")
    return ["-", "--plans", str(folder)]


def _name_too_long(_folder: Path) -> list[str]:
    return ["-", "--plans", "x" * 5_000]


def _missing_bills(folder: Path) -> list[str]:
    return [str(folder / "none.jsonl")]


def _folder_of_bills(folder: Path) -> list[str]:
    return [str(folder)]


def _output_in_no_folder(folder: Path) -> list[str]:
    return ["-", "-o", str(folder / "none" / "out.jsonl")]


def _output_over_the_bills(folder: Path) -> list[str]:
    bills = folder / "bills.jsonl"
    bills.write_text(json.dumps(BILL), encoding="utf-8")
    return [str(bills), "-o", str(bills)]


def _network(text: str) -> Callable[[Path], list[str]]:
    def arguments(folder: Path) -> list[str]:
        (folder / "network").write_text(text, encoding="utf-8")
        return ["-", "--network", str(folder / "network")]

    return arguments


@pytest.mark.parametrize(
    "arguments",
    [
        lambda _: [],
        lambda _: ["-", "--nonsense"],
        _missing_plans,
        _empty_plans,
        _broken_plan,
        _plan_in_another_encoding,
        _plan_nested_too_deep,
        _name_too_long,
        _missing_bills,
        _folder_of_bills,
        _output_in_no_folder,
        _output_over_the_bills,
        lambda folder: ["-", "--network", str(folder / "none")],
        _network(""),
        _network("7"),
        _network("[7]"),
        _network("a: [b"),
        _network("a: 2021-13-45"),
        _network("[" * 20_000),
        _network("9" * 5_000),
        _network(json.dumps(SITE)),
        _network(json.dumps([SITE, SITE])),
        _network(json.dumps([SITE | {"level": 9}])),
        _network("1001: {class: private}"),
    ],
)
def test_what_cannot_start_says_why_and_ends_with_2(tmp_path: Path, arguments: Callable[[Path], list[str]]) -> None:
    ran = run(*arguments(tmp_path), given=json.dumps(BILL).encode())

    assert (ran.status, ran.answers) == (2, [])
    assert ran.complaints


def test_bills_that_were_to_be_overwritten_are_still_there(tmp_path: Path) -> None:
    arguments = _output_over_the_bills(tmp_path)
    run(*arguments)

    assert json.loads(Path(arguments[0]).read_text(encoding="utf-8")) == BILL


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("to", ["-o", ">"])
def test_a_full_disk_is_told(to: str) -> None:
    shell = f'"$@" - {to} /dev/full'
    done = subprocess.run(
        ["/bin/sh", "-c", shell, "sh", *HAIXING],
        input=json.dumps(BILL).encode(),
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )

    assert (done.returncode, b"No space left" in done.stderr, b"Traceback" in done.stderr) == (2, True, False)


def test_a_reader_that_has_had_enough_is_no_error_message(tmp_path: Path) -> None:
    bills = tmp_path / "bills.jsonl"
    bills.write_text(
        "".join(json.dumps(BILL | {"bill": f"b{number}"}) + "\n" for number in range(3_000)), encoding="utf-8"
    )

    done = subprocess.run(
        ["/bin/sh", "-c", '"$@" | head -n 1', "sh", *HAIXING, str(bills)],
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )

    assert (len(done.stdout.splitlines()), done.stderr) == (1, b"")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_closed_doors_are_survived(closed: str) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", f'"$@" - {closed}', "sh", *HAIXING],
        input=b"7\n",
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )

    assert (done.returncode, b"Traceback" in done.stderr) == (1 if closed == "2>&-" else 2, False)
