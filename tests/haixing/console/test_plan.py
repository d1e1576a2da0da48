"""``haixing plan``: exit 0, 1 or 2, every problem as file:line:column on standard error, never a traceback."""

import shutil
from pathlib import Path

import pytest

from haixing.console import main

PLANS = Path(__file__).resolve().parents[3] / "plans"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plan of the manual that a test may spoil."""
    return Path(shutil.copytree(PLANS / "premier-2021", tmp_path / "premier-2021"))


def spoil(file: Path, was: str, becomes: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert was in text
    file.write_text(text.replace(was, becomes, 1), encoding="utf-8")


def test_good_plans_pass_all_three_commands(capsys: pytest.CaptureFixture[str]) -> None:
    codes = [main(["plan", *command, str(PLANS)]) for command in (["check"], ["test"], ["explain", "--check"])]

    assert codes == [0, 0, 0]
    assert capsys.readouterr().err == ""


def test_check_reports_all_problems_of_several_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder / "plan.yaml", "period: 1 year", "perod: 1 year")
    other = Path(shutil.copytree(PLANS / "growth-2021", folder.parent / "growth-2021"))
    spoil(other / "plan.yaml", "amount: 100000", "amount: 100000.005")

    assert main(["plan", "check", str(folder), str(other / "plan.yaml")]) == 1

    assert capsys.readouterr().err.splitlines() == [
        f"{folder}/plan.yaml:2:1: the key 'period' is missing: write period: … here",
        f"{folder}/plan.yaml:4:1: unknown key 'perod': did you mean period?",
        (
            f"{other}/plan.yaml:30:21: '100000.005' is not an amount in yuan: "
            "write digits with at most two decimals, such as 300 or 12.50"
        ),
    ]


def test_check_reads_the_cases_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder / "cases.yaml", "care: outpatient", "care: outpatent")

    assert main(["plan", "check", str(folder)]) == 1
    assert "unknown kind of care 'outpatent': did you mean outpatient?" in capsys.readouterr().err


def test_two_plans_do_not_share_a_code(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = Path(shutil.copytree(folder, folder.parent / "copy"))

    assert main(["plan", "check", str(copy), str(folder)]) == 1
    assert capsys.readouterr().err == (
        f"{folder}/plan.yaml:1:1: the code 'premier-2021' belongs to {copy}/plan.yaml too: "
        "a code names one plan, so choose another\n"
    )


def test_test_names_the_case_that_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder / "plan.yaml", "missing: 40%", "missing: 30%")

    assert main(["plan", "test", str(folder / "cases.yaml")]) == 1

    output = capsys.readouterr()
    assert (
        "没有预授权的住院，多承担保障内费用的 40%: bill 1: expected plan 18000.00, family 12000.00, got" in output.err
    )
    assert output.out == f"{folder}/cases.yaml: 34 of 35 cases pass\n"


def test_a_plan_without_cases_is_not_tested(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cases.yaml").unlink()

    assert main(["plan", "test", str(folder)]) == 1
    assert capsys.readouterr().err.startswith(f"{folder}/plan.yaml:1:1: there are no worked cases beside this plan")


def test_explain_prints_the_language_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "explain", str(folder), "--lang", "en"]) == 0
    assert capsys.readouterr().out == (folder / "explained.en.md").read_text(encoding="utf-8")


def test_explain_check_finds_a_page_that_is_not_current_and_write_mends_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(folder / "plan.yaml", "amount: 100000", "amount: 200000")
    (folder / "explained.en.md").unlink()

    mend = f"run haixing plan explain --write {folder}"
    assert main(["plan", "explain", str(folder), "--check"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{folder}/explained.zh.md:10:1: the explained plan is not current: {mend}",
        f"{folder}/explained.en.md:1:1: the explained plan is missing or unreadable: {mend}",
    ]
    assert main(["plan", "explain", str(folder), "--write"]) == 0
    assert main(["plan", "explain", str(folder), "--check"]) == 0


@pytest.mark.parametrize("command", ["check", "explain", "test"])
def test_a_path_that_is_not_there_cannot_be_used(command: str, tmp_path: Path) -> None:
    assert main(["plan", command, str(tmp_path / "nowhere"), str(PLANS)]) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"plan: \x80",
        b"\xef\xbb\xbfplan: a",
        b"[" * 5000,
        b"\x00" * 100,
        "plan：甲".encode(),
        b"a: &a [*a]",
    ],
)
@pytest.mark.parametrize("command", ["check", "explain", "test"])
def test_any_file_gets_a_sentence_with_its_place(
    command: str, content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plan.yaml"
    file.write_bytes(content)

    assert main(["plan", command, str(file)]) == 1
    assert all(line.startswith(f"{file}:") for line in capsys.readouterr().err.splitlines())


@pytest.mark.parametrize("arguments", [[], ["chek"], ["check", "--lang", "zh"], ["explain", "--lang", "fr"]])
def test_wrong_arguments_exit_2_with_the_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["plan", *arguments])

    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith("usage: haixing plan")
