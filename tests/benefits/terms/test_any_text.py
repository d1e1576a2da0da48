"""Whatever a file holds, reading it gives a plan or its problems: nothing else, and soon."""

import contextlib
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benefits.errors import PlanUnreadable
from benefits.exchange.cases import read_cases, run_cases
from benefits.terms import Plan, read_plan
from benefits.terms.explain import explain

FOLDER = Path(__file__).resolve().parents[3] / "plans" / "premier-2021"
LITTLE = (Path(__file__).parent / "little.yaml").read_text(encoding="utf-8")
PREMIER = (FOLDER / "plan.yaml").read_text(encoding="utf-8")
CASES = (FOLDER / "cases.yaml").read_text(encoding="utf-8")
SIGNS = [
    *"{}[]:,-#&*!|>'\"%@`?~ \n\t。，：１５％",
    "\x00",
    "\x85",
    "\u2028",
    "\ufeff",
    "terms",
    "unset",
    "<<",
    "---",
    "...",
]


def read(text: str) -> Plan | None:
    """Read a text. Fails on anything but a Plan or a PlanUnreadable that names places inside the text."""
    try:
        return read_plan(text, file="p")
    except PlanUnreadable as error:
        problems = error.problems
    assert problems
    assert all(problem.line >= 1 and problem.column >= 1 and problem.text for problem in problems)
    assert problems == tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    return None


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_any_text(text: str) -> None:
    assert read(text) is None


@given(st.lists(st.sampled_from([*SIGNS, "plan", "benefits", "a", "1-5", "\n  "]), max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_signs(signs: list[str]) -> None:
    assert read("".join(signs)) is None


@given(st.integers(0, len(LITTLE)), st.integers(0, 12), st.sampled_from([*SIGNS, ""]), st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_a_plan_with_a_slip_of_the_hand(at: int, cut: int, sign: str, times: int) -> None:
    plan = read(LITTLE[:at] + sign * times + LITTLE[at + cut :])

    if plan is not None:
        assert explain(plan, "zh")
        assert explain(plan, "en")


@given(st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_plan_with_its_lines_shuffled_or_lost(chance: random.Random) -> None:
    lines = PREMIER.splitlines(keepends=True)
    for _ in range(chance.randint(1, 4)):
        lines.insert(chance.randrange(len(lines)), lines.pop(chance.randrange(len(lines))))
    kept = [line for line in lines if chance.random() > 0.03]

    read("".join(kept))


@given(st.integers(0, 3000), st.integers(0, 12), st.sampled_from([*SIGNS, ""]))
@settings(max_examples=30, deadline=None)
def test_cases_with_a_slip_of_the_hand(at: int, cut: int, sign: str) -> None:
    text = CASES[:5000]
    text = text[: text.rindex("  - name")]
    plan = read_plan(PREMIER, file="p")
    with contextlib.suppress(PlanUnreadable):  # anything else would fail here
        run_cases(plan, text[:at] + sign + text[at + cut :], file="c")


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "p:1:1: the file is empty: start with plan: <code>"),
        ("# nothing but a remark", "p:1:1: the file is empty: start with plan: <code>"),
        ("- a", "p:1:1: expected keys with values, found a list: write key: value"),
        ("[" * 100_000, "p:1:13: more than 12 levels inside each other: no rule needs them"),
        ("plan: " + "{a: " * 100_000, "p:1:48: more than 12 levels inside each other: no rule needs them"),
        (
            "x" * 2_000_000,
            "p:1:1: the file has 2000000 characters, and no plan needs more than 1000000: is it the right file?",
        ),
        ("plan: \x07", "p:1:7: the character U+0007 cannot stand in a text file: remove it"),
        (
            'plan: "\\U00110000"',
            "p:1:1: this is not YAML: chr() arg not in range(0x110000); look for a backslash in quotes",
        ),
    ],
    ids=["empty", "remark", "list", "deep list", "deep mapping", "huge", "bell", "no character"],
)
def test_strange_files(text: str, problem: str) -> None:
    with pytest.raises(PlanUnreadable) as caught:
        read_plan(text, file="p")

    assert str(caught.value) == problem


def test_a_billion_laughs_are_a_list_of_problems() -> None:
    with pytest.raises(PlanUnreadable) as caught:
        read_plan(LAUGHS, file="p")

    assert (
        str(caught.value.problems[0]) == "p:1:1: unknown key 'a': write one of plan, name, period, benefits, excludes"
    )
    assert "p:1:4: the anchor &a is not part of the language: remove it" in map(str, caught.value.problems)
    assert len(caught.value.problems) < 150


def test_a_message_stays_short_whatever_it_quotes() -> None:
    with pytest.raises(PlanUnreadable) as caught:
        read_plan(LITTLE.replace("period: 1 year", f"period: {'x' * 50_000}"), file="p")

    assert str(caught.value) == f"p:3:9: unknown period '{'x' * 57}…': write one of 1 year"


def test_cases_of_another_plan_are_refused() -> None:
    with pytest.raises(PlanUnreadable) as caught:
        read_cases(CASES, file="c", plan=read_plan(LITTLE, file="p"))

    assert (
        str(caught.value)
        == "c:3:7: these are cases of 'premier-2021', and the plan beside them is 'little': write plan: little"
    )
