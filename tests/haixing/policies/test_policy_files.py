"""A policies file: good rows load, every bad row is named with its line, nothing is silent (promise T16)."""

import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from haixing.lib.clock import SHANGHAI
from haixing.lib.rows import Change, Loaded
from haixing.policies import commands, facts
from haixing.policies.models import Policy
from tests import cast

GOOD = {
    "member_number": "HX260000000001",
    "insurer": "starfish",
    "plan": "growth-2021-national",
    "printed_plan_name": "成长优享全国版（2021）成长计划",
    "child_name": "林小满",
    "gender": "女",
    "born": "2021-05-21",
    "phone": "138 0000 0001",
    "paid_at": "2026-05-06 10:00",
    "effective": "2026-05-10",
    "expires": "2027-05-09",
    "first_effective": "",
    "ended_on": "",
}


def row(**changes: str) -> dict[str, str]:
    return GOOD | changes


def file_of(folder: Path, *rows: dict[str, str], encoding: str = "utf-8") -> Path:
    path = folder / "policies.csv"
    lines = [",".join(GOOD), *(",".join(each.values()) for each in rows)]
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def load(path: Path) -> Loaded:
    cast.insurer()
    cast.plan_version()
    return commands.load_policies(path=path, now=cast.NOW)


BAD_CELLS = [
    ("member_number", "", "缺少“member_number”：请补上。"),
    (
        "member_number",
        "2.01909E+14",
        "member_number: 会员号被 Excel 改写成了科学计数法：请把这一列设为“文本”后重新导出。",
    ),
    ("member_number", "HX 26", "member_number: 会员号里有空格或看不见的字符：请去掉。"),
    ("member_number", "9" * 41, "member_number: 会员号超过 40 个字符：请检查是不是填错了列。"),
    ("insurer", "", "缺少“insurer”：请补上。"),
    ("insurer", "nobody", "没有代码为“nobody”的保险公司：请先导入保险公司。"),
    ("plan", "growth-1999", "计划“growth-1999”还没有发布：请先发布计划，或检查计划代码。"),
    ("child_name", "小满😀", "child_name: 姓名里有不属于姓名的字符（U+1F600）：请按证件填写，不要表情、数字和符号。"),
    ("child_name", "小满2", "child_name: 姓名里有不属于姓名的字符（U+0032）：请按证件填写，不要表情、数字和符号。"),
    ("child_name", "·", "child_name: 姓名里没有文字：请按证件填写。"),
    ("child_name", "小\ue000", "child_name: 姓名里有不属于姓名的字符（U+E000）：请按证件填写，不要表情、数字和符号。"),
    ("child_name", "满" * 61, "child_name: 姓名超过 60 个字：请按证件填写。"),
    ("gender", "X", "gender: 性别只能写 男 或 女（也可以写 M 或 F）。"),
    ("born", "44337", "“born”不是日期：请写成 2026-11-22 这样（年-月-日，Excel 的序号和斜线都不收）。"),
    ("born", "2021/5/21", "“born”不是日期：请写成 2026-11-22 这样（年-月-日，Excel 的序号和斜线都不收）。"),
    ("born", "2021-02-29", "“born”不是日期：请写成 2026-11-22 这样（年-月-日，Excel 的序号和斜线都不收）。"),
    ("born", "2026-05-11", "born 晚于 effective：孩子要先出生，保单才能生效，请检查出生日期。"),
    (
        "phone",
        "021-80000000",
        "phone: 这个手机号读不出来：大陆手机号是 1 开头的 11 位数字，境外手机号请加上“+”和国家区号。",
    ),
    ("paid_at", "2026-05-06", "“paid_at”不是时间：请写成 2026-11-22 10:30 这样（上海时间），精确到分钟。"),
    ("paid_at", "2026-11-22 10:01", "paid_at 在此刻之后：还没有付款的保单请等付款后再导入。"),
    ("expires", "2026-05-09", "expires 早于 effective：止期不能早于起期，请检查两列是否写反。"),
    (
        "first_effective",
        "2026-05-11",
        "first_effective 晚于 effective：连续投保的起点不能晚于本期起期，请检查；首次投保可以留空。",
    ),
    ("ended_on", "2027-05-10", "ended_on 不在保险期间内：提前终止请写最后一个保障日，没有终止请留空。"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("column", "cell", "sentence"), BAD_CELLS)
def test_a_bad_cell_is_answered_with_what_to_write(tmp_path: Path, column: str, cell: str, sentence: str) -> None:
    loaded = load(file_of(tmp_path, row(**{column: cell})))

    assert [str(problem) for problem in loaded.problems] == [f"policies.csv:2: {sentence}"]
    assert Policy.objects.count() == 0


@pytest.mark.django_db
def test_good_rows_load_beside_bad_ones(tmp_path: Path) -> None:
    rows = [row(), row(member_number="HX2", gender="?"), row(member_number="HX3")]

    loaded = load(file_of(tmp_path, *rows))

    assert str(loaded) == "新增 2，更新 0，未变 0，有误未收 1"
    assert [problem.line for problem in loaded.problems if not isinstance(problem, str)] == [3]
    assert sorted(Policy.objects.values_list("member_number", flat=True)) == ["HX260000000001", "HX3"]


@pytest.mark.django_db
def test_everything_wrong_with_a_row_is_said_at_once(tmp_path: Path) -> None:
    loaded = load(file_of(tmp_path, row(gender="?", born="yesterday", phone="1")))

    assert [str(problem) for problem in loaded.problems] == [
        "policies.csv:2: gender: 性别只能写 男 或 女（也可以写 M 或 F）。",
        "policies.csv:2: “born”不是日期：请写成 2026-11-22 这样（年-月-日，Excel 的序号和斜线都不收）。",
        "policies.csv:2: phone: 这个手机号读不出来：大陆手机号是 1 开头的 11 位数字，境外手机号请加上“+”和国家区号。",
    ]


@pytest.mark.django_db
def test_no_sentence_repeats_the_childs_name_or_phone(tmp_path: Path) -> None:
    loaded = load(file_of(tmp_path, row(child_name="林小满😀", phone="1380000000", gender="女孩")))

    said = " ".join(str(problem) for problem in loaded.problems)
    assert len(loaded.problems) == 3
    assert "林小满" not in said
    assert "1380000000" not in said


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = file_of(tmp_path, row(), row(member_number="HX2", child_name="周安安"))
    load(path)

    assert load(path).changes == {Change.SAME: 2}


@pytest.mark.django_db
def test_a_member_number_that_comes_twice_is_taken_once_and_named(tmp_path: Path) -> None:
    loaded = load(file_of(tmp_path, row(), row(child_name="周安安")))

    assert [str(problem) for problem in loaded.problems] == [
        "policies.csv:3: “member_number”和第 2 行重复，这一行没有收：一个文件里只能出现一次。"
    ]
    assert Policy.objects.get().child.name == "林小满"


@pytest.mark.django_db
def test_an_odd_period_is_kept_with_a_remark(tmp_path: Path) -> None:
    loaded = load(file_of(tmp_path, row(effective="2020-02-01", expires="2021-03-17", born="2019-01-01")))

    assert loaded.problems == []
    assert [str(remark) for remark in loaded.remarks] == [
        "policies.csv:2: 保险期间是 411 天，不是整一年：已按保险公司给的日期收下，没有改动。"
    ]


@pytest.mark.parametrize(
    ("effective", "expires", "is_a_year"),
    [
        ("2026-05-10", "2027-05-09", True),
        ("2023-03-01", "2024-02-29", True),
        ("2024-02-29", "2025-02-28", True),
        ("2024-02-29", "2025-02-27", False),
        ("2026-05-10", "2027-05-10", False),
    ],
)
def test_a_year_ends_the_day_before_its_first_day_comes_again(effective: str, expires: str, *, is_a_year: bool) -> None:
    record = facts.read_policy(row(effective=effective, expires=expires, born="2020-01-01"), now=cast.NOW)

    assert (facts.remarks_on(record) == []) is is_a_year


@pytest.mark.django_db
def test_a_rare_character_and_a_dot_are_kept_as_written(tmp_path: Path) -> None:
    rows = [row(child_name="𠮷雨辰"), row(member_number="HX2", child_name="阿依古丽·买买提")]

    load(file_of(tmp_path, *rows))

    names = {policy.child.name for policy in Policy.objects.all()}
    assert names == {"𠮷雨辰", "阿依古丽·买买提"}


@pytest.mark.django_db
def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    loaded = load(file_of(tmp_path, row(), encoding="utf-8-sig"))

    assert loaded.changes == {Change.NEW: 1}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "policies.csv:1: 文件是空的：第一行应当是列名。"),
        (
            "会员号".encode("gbk"),
            "policies.csv:1: 文件不是 UTF-8 编码（第 1 个字节读不出来）：请在 Excel 里另存为“CSV UTF-8”。",
        ),
        (
            ",".join(name for name in GOOD if name != "phone").encode(),
            "policies.csv:1: 缺少这些列：phone。整个文件没有导入。",
        ),
        (
            ",".join([*GOOD, "gender"]).encode(),
            "policies.csv:1: 有一列写了两次：每一列只能出现一次。整个文件没有导入。",
        ),
        (
            (",".join(GOOD) + "\nHX1,starfish").encode(),
            "policies.csv:2: 这一行有 2 列，应当有 13 列：请检查多余或缺少的逗号。",
        ),
        (
            (",".join(GOOD) + '\n"HX1,starfish').encode(),
            "policies.csv:2: 这一行的引号没有成对，后面的行都没有读：请补上引号后重新导入。",
        ),
    ],
)
def test_a_file_that_is_no_policies_file_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "policies.csv"
    path.write_bytes(content)

    assert [str(problem) for problem in load(path).problems] == [sentence]


@pytest.mark.django_db
def test_an_unknown_column_is_not_dropped_in_silence(tmp_path: Path) -> None:
    path = tmp_path / "policies.csv"
    path.write_text(",".join([*GOOD, "fone"]), encoding="utf-8")

    loaded = load(path)

    assert [str(problem) for problem in loaded.problems] == [
        f"policies.csv:1: 不认识这些列：fone；可以写的有 {'、'.join(GOOD)}。整个文件没有导入。"
    ]


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    loaded = load(tmp_path / "policies.csv")

    assert [str(problem) for problem in loaded.problems] == [
        "policies.csv:1: 打不开这个文件：请确认它在，而且有权读取。"
    ]


def test_dates_may_be_relative_to_the_moment_of_loading() -> None:
    values = row(paid_at="now-5h", effective="today", expires="today+364d", first_effective="today-366d")

    record = facts.read_policy(values, now=cast.NOW)

    assert record.dates_are_relative
    assert record.paid_at == cast.NOW - datetime.timedelta(hours=5)
    assert (record.effective, record.expires) == (datetime.date(2026, 11, 22), datetime.date(2027, 11, 21))
    assert record.first_effective == datetime.date(2025, 11, 21)


def test_today_is_a_shanghai_day_wherever_the_server_stands() -> None:
    late = datetime.datetime(2026, 11, 22, 16, 30, tzinfo=datetime.UTC)

    record = facts.read_policy(row(effective="today", expires="today"), now=late)

    assert record.effective == datetime.date(2026, 11, 23)


def test_a_payment_without_an_offset_is_shanghai_time() -> None:
    record = facts.read_policy(row(paid_at="2026-05-06 10:00"), now=cast.NOW)
    abroad = facts.read_policy(row(paid_at="2026-05-06T10:00+09:00"), now=cast.NOW)

    assert record.paid_at == datetime.datetime(2026, 5, 6, 10, 0, tzinfo=SHANGHAI)
    assert record.paid_at - abroad.paid_at == datetime.timedelta(hours=1)


def test_a_policy_given_up_before_it_began_ends_the_day_before() -> None:
    record = facts.read_policy(row(ended_on="2026-05-09"), now=cast.NOW)

    assert record.ended_on == datetime.date(2026, 5, 9)


@pytest.mark.django_db
def test_the_command_says_what_it_kept_and_exits_1_when_a_row_was_bad(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cast.insurer()
    cast.plan_version()
    path = file_of(tmp_path, row(), row(member_number="HX2", gender="?"))

    with pytest.raises(CommandError, match="有 1 处有误") as exit_:
        call_command("load_policies", path)

    assert exit_.value.returncode == 1
    shown = capsys.readouterr()
    assert shown.out == "新增 1，更新 0，未变 0，有误未收 1\n"
    assert shown.err == "policies.csv:3: gender: 性别只能写 男 或 女（也可以写 M 或 F）。\n"
