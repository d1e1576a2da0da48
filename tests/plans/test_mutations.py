"""The cases hold every number and every word of a rule in place: change one, and a case says so."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from benefits.errors import PlanUnreadable
from benefits.exchange.cases import Case, read_cases, run_case
from benefits.terms import read_plan

PLANS = Path(__file__).resolve().parents[2] / "plans"


class Change(NamedTuple):
    """One thing written differently at one place of a plan file."""

    line: int
    start: int
    end: int
    instead: str


_RULES: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(r"\b(?:amount|outpatient|emergency|days): (\d+)"), lambda found: str(int(found) + 1)),
    (re.compile(r"\b(?:coinsurance|missing): (\d+)%"), lambda found: str(int(found) + 1 if int(found) < 100 else 99)),
    (re.compile(r"covered: (true|false)"), lambda found: "false" if found == "true" else "true"),
    (re.compile(r"(emergency-notified: exempt)"), lambda _found: "# "),
)


def changes(text: str) -> Iterator[Change]:
    """Find each number and each yes or no of the rules; clauses are quotations and stay as they are."""
    for number, line in enumerate(text.splitlines()):
        rule = line.split("clause:")[0]
        for pattern, other in _RULES:
            for match in pattern.finditer(rule):
                yield Change(number, match.start(1), match.end(1), other(match[1]))


def moved_thresholds(text: str) -> Iterator[str]:
    """Move each border between two ranges of visits by one."""
    pairs = re.finditer(r"1-(\d+): (.*)\n( +)(\d+)-:", text)
    for match in pairs:
        last = int(match[1]) + 1
        yield f"{text[: match.start()]}1-{last}: {match[2]}\n{match[3]}{last + 1}-:{text[match.end() :]}"


def with_change(text: str, change: Change) -> str:
    lines = text.splitlines()
    line = lines[change.line]
    lines[change.line] = line[: change.start] + change.instead + line[change.end :]
    return "\n".join(lines) + "\n"


def without_entries(text: str) -> Iterator[str]:
    """Leave out each excluded nature that no other rule leans on."""
    for match in re.finditer(
        r"^    (pre-existing|vaccine|tcm|dental|vision|mental|allergy-test|growth-hormone|well-child): .*\n",
        text,
        re.MULTILINE,
    ):
        yield text[: match.start()] + text[match.end() :]


def mutants() -> Iterator[object]:
    for folder in sorted(path.parent for path in PLANS.glob("*/plan.yaml")):
        text = (folder / "plan.yaml").read_text(encoding="utf-8")
        cases = read_cases((folder / "cases.yaml").read_text(encoding="utf-8"), file="cases.yaml")
        for change in changes(text):
            label = f"{folder.name}:{change.line + 1}:{change.start + 1}-{change.instead}"
            yield pytest.param(with_change(text, change), cases, id=label)
        for number, mutant in enumerate((*moved_thresholds(text), *without_entries(text)), start=1):
            yield pytest.param(mutant, cases, id=f"{folder.name}-moved-{number}")


MUTANTS = list(mutants())


@pytest.mark.parametrize(("mutant", "cases"), MUTANTS)
def test_a_changed_rule_breaks_a_case(mutant: str, cases: tuple[Case, ...]) -> None:
    try:
        plan = read_plan(mutant, file="mutant.yaml")
    except PlanUnreadable:
        return  # the language itself would not have it

    assert any(run_case(plan, case, file="cases.yaml") for case in cases)


def test_there_are_many_changes_to_try() -> None:
    assert len(MUTANTS) > 80
