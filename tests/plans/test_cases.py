"""Every worked case of every plan: what the manual promises is what the engine answers, to the fen."""

import functools
from pathlib import Path

import pytest

from benefits.exchange.cases import Case, read_cases, run_case
from benefits.terms import Plan, read_plan
from benefits.terms.explain import explain

PLANS = Path(__file__).resolve().parents[2] / "plans"
FOLDERS = sorted(path.parent for path in PLANS.glob("*/plan.yaml"))


@functools.cache
def plan_in(folder: Path) -> Plan:
    return read_plan((folder / "plan.yaml").read_text(encoding="utf-8"), file=f"{folder.name}/plan.yaml")


@functools.cache
def cases_in(folder: Path) -> tuple[Case, ...]:
    text = (folder / "cases.yaml").read_text(encoding="utf-8")
    return read_cases(text, file=f"{folder.name}/cases.yaml", plan=plan_in(folder))


def references() -> set[str]:
    """Name what the cases stand on: vectors, readings, rules of the manual."""
    return {part.strip() for folder in FOLDERS for case in cases_in(folder) for part in case.rule.split(",")}


ALL_CASES = [
    pytest.param(plan_in(folder), case, id=f"{folder.name}-{case.line}-{case.name}")
    for folder in FOLDERS
    for case in cases_in(folder)
]


@pytest.mark.parametrize(("plan", "case"), ALL_CASES)
def test_the_engine_answers_as_the_case_promises(plan: Plan, case: Case) -> None:
    failures = run_case(plan, case, file=f"{plan.code}/cases.yaml")

    assert [str(failure) for failure in failures] == []


def test_the_four_plans_of_the_manual_have_at_least_sixty_cases() -> None:
    counts = {folder.name: len(cases_in(folder)) for folder in FOLDERS}

    assert set(counts) == {"growth-2021", "growth-2021-national", "growth-beijing", "premier-2021"}
    assert sum(counts.values()) >= 60


@pytest.mark.parametrize("reference", [f"T{number}" for number in range(1, 10)])
def test_every_vector_of_the_manual_is_a_case(reference: str) -> None:
    assert reference in references()


SHOWN = [*range(1, 18), 19, 20]  # A18 is about the hours of a hotline


@pytest.mark.parametrize("reference", [f"A{number}" for number in SHOWN])
def test_every_reading_that_the_engine_can_show_is_a_case(reference: str) -> None:
    assert reference in references()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_explained_page_is_current(folder: Path, language: str) -> None:
    page = (folder / f"explained.{language}.md").read_text(encoding="utf-8")

    assert page == explain(plan_in(folder), "zh" if language == "zh" else "en")
