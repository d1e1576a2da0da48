"""What both database-less commands need: plans from a folder, and the reader's language."""

from __future__ import annotations

import os
from pathlib import Path

from benefits.errors import BenefitsError, PlanUnreadable, Problem
from benefits.terms import Plan, read_plan
from benefits.terms.vocabulary import Spoken


class Unusable(BenefitsError):
    """The command cannot start: a file or folder is missing or broken. Exit status 2."""


def default_plans() -> Path:
    """Return the plans folder beside the place one stands in, or that of this checkout."""
    here = Path("plans")
    return here if here.is_dir() else Path(__file__).resolve().parents[3] / "plans"


def plan_files(path: Path) -> list[Path]:
    """Return the plan files that a path means: a file, a plan's folder, or a folder of such. Raises Unusable."""
    try:
        if path.is_file():
            return [path]
        if not path.is_dir():
            raise Unusable(
                f"{path}: there is no such file or folder; give a plan.yaml, its folder, or a folder of plans"
            )
        own = path / "plan.yaml"
        found = [own] if own.is_file() else sorted(path.glob("*/plan.yaml"))
    except OSError as error:
        raise Unusable(
            f"{path}: cannot be looked into ({error.strerror}); check the path and its permissions"
        ) from error
    if not found:
        raise Unusable(f"{path}: no plan.yaml in it or one folder below; give the folder that holds the plans")
    return found


def read_text(path: Path) -> str:
    """Read a UTF-8 text. Raises PlanUnreadable or Unusable."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise PlanUnreadable(
            (Problem(str(path), line, column, "this is not UTF-8 text: save the file as UTF-8"),)
        ) from error
    except OSError as error:
        raise Unusable(f"{path}: cannot be read ({error.strerror}); check the path and its permissions") from error


def read_plans(path: Path) -> dict[str, Plan]:
    """Read all plans of a folder by code. Raises PlanUnreadable with the problems of all of them, or Unusable."""
    plans: dict[str, Plan] = {}
    problems: list[Problem] = []
    for file in plan_files(path):
        try:
            plan = read_plan(read_text(file), file=str(file))
        except PlanUnreadable as error:
            problems += error.problems
            continue
        except RecursionError:
            problems.append(Problem(str(file), 1, 1, "this nests deeper than any plan does: check the brackets"))
            continue
        if plan.code in plans:
            problems.append(
                Problem(
                    str(file),
                    1,
                    1,
                    f"the code {plan.code!r} belongs to another plan of this folder too: codes are unique",
                )
            )
        plans[plan.code] = plan
    if problems:
        raise PlanUnreadable(tuple(problems))
    return plans


def in_my_language(text: Spoken) -> str:
    """Choose the language of the terminal: Chinese where the locale is Chinese, English elsewhere."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return text.zh if spoken.startswith("zh") else text.en
