"""What the language says to somebody who made a mistake. The table is ``problems.txt``: its head explains it."""

from pathlib import Path
from typing import NamedTuple

import pytest

from benefits.errors import PlanUnreadable
from benefits.terms import read_plan

HERE = Path(__file__).parent
LITTLE = (HERE / "little.yaml").read_text(encoding="utf-8")


class Row(NamedTuple):
    section: str
    was: str
    becomes: str
    problems: list[str]


def rows() -> list[Row]:
    found: list[Row] = []
    section = ""
    table = (HERE / "problems.txt").read_text(encoding="utf-8").partition("\n== ")[2]
    for line in f"== {table}".splitlines():
        if line.startswith("== "):
            section = line.removeprefix("== ")
        elif line:
            was, becomes, problem = (cell.strip(" ").strip("·") for cell in line.split("|"))
            if was:
                found.append(Row(section, unfolded(was), unfolded(becomes), []))
            found[-1].problems.append(problem)
    return found


def unfolded(cell: str) -> str:
    return cell.replace("⏎", "\n").replace("→", "\t")


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.section}: {row.problems[0]}")
def test_the_problem_says_what_to_write_instead(row: Row) -> None:
    assert row.was in LITTLE

    with pytest.raises(PlanUnreadable) as caught:
        read_plan(LITTLE.replace(row.was, row.becomes, 1), file="p")

    assert [f"{problem.line}:{problem.column}: {problem.text}" for problem in caught.value.problems] == row.problems


def test_the_little_plan_has_no_problem() -> None:
    assert read_plan(LITTLE, file="p").code == "little"
