# ruff: noqa: T201  # a command speaks on the terminal
"""``haixing plan check | explain | test``: a plan read, told and tried. No database, no server.

Exit status: 0 all is well; 1 a plan, its cases or its explained pages are not; 2 unusable arguments or paths.
Every problem goes to standard error as ``file:line:column: what is wrong, why, and what to write instead``.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from benefits.errors import PlanUnreadable, Problem
from benefits.exchange.cases import read_cases, run_case
from benefits.terms import Plan, read_plan
from benefits.terms.explain import Language, explain
from haixing.console.texts import Unusable, default_plans, plan_files, read_text

WELL, NOT_WELL, UNUSABLE = 0, 1, 2
_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_LARGEST = 4_000_000  # bytes: reading a wrong file by mistake should not fill the memory


def main(arguments: list[str]) -> int:
    """Run one of the three commands on every plan that the paths mean."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError):  # a stream that a test put there may not know how
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    options = _parser().parse_args(arguments)
    try:
        return _run_all(options)
    except BrokenPipeError:  # the reader of our output has had enough, as `head` does
        sys.stderr.close()
        return UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="haixing plan", description="Read, tell and try plan files.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="check|explain|test")
    check = commands.add_parser("check", help="report every problem of plans and of their cases' text")
    tell = commands.add_parser("explain", help="say each plan in a parent's words")
    test = commands.add_parser("test", help="run the worked cases beside each plan")
    for command in (check, tell, test):
        text = "a plan.yaml, its folder, or a folder of plans (default: plans/)"
        command.add_argument("paths", metavar="PATH", nargs="*", type=Path, help=text)
    tell.add_argument("--lang", choices=_LANGUAGES, help="one language only (on the terminal: zh unless given)")
    way = tell.add_mutually_exclusive_group()
    way.add_argument("--write", action="store_true", help="write explained.zh.md and explained.en.md beside each plan")
    way.add_argument("--check", action="store_true", help="exit 1 when these files are not what --write would write")
    return parser


def _run_all(options: argparse.Namespace) -> int:
    run = {"check": _check, "explain": _explain, "test": _test}[options.command]
    status = WELL
    codes: dict[str, Path] = {}
    for path in options.paths or [default_plans()]:
        try:
            for file in _files(path):
                status = max(status, _run_one(run, file, codes, options))
        except Unusable as error:
            print(f"haixing plan: {error}", file=sys.stderr)
            status = UNUSABLE
    return status


def _files(path: Path) -> list[Path]:
    try:
        if path.name == "cases.yaml":  # whoever points at the cases means the plan beside them
            return plan_files(path.with_name("plan.yaml"))
        return plan_files(path)
    except OSError as error:
        raise Unusable(f"{path}: cannot be read ({error.strerror}); check the path and its permissions") from error


def _run_one(
    run: Callable[[Plan, Path, argparse.Namespace], int],
    file: Path,
    codes: dict[str, Path],
    options: argparse.Namespace,
) -> int:
    try:
        plan = read_plan(_text_of(file), file=str(file))
        _check_code(plan, file, codes)
        return run(plan, file, options)
    except PlanUnreadable as error:
        print(error, file=sys.stderr)
        return NOT_WELL


def _check_code(plan: Plan, file: Path, codes: dict[str, Path]) -> None:
    other = codes.setdefault(plan.code, file)
    if other.resolve() != file.resolve():
        raise _problem(file, f"the code {plan.code!r} belongs to {other} too: a code names one plan, so choose another")


def _text_of(file: Path) -> str:
    size = file.stat().st_size if file.exists() else 0
    if size > _LARGEST:
        raise _problem(file, f"the file has {size} bytes, and no plan needs {_LARGEST}: is it the right file?")
    return read_text(file)


def _problem(file: Path, text: str) -> PlanUnreadable:
    return PlanUnreadable((Problem(str(file), 1, 1, text),))


# -- check --


def _check(plan: Plan, file: Path, _options: argparse.Namespace) -> int:
    cases = file.with_name("cases.yaml")
    count = ""
    if cases.exists():
        count = f", {len(read_cases(_text_of(cases), file=str(cases), plan=plan))} cases"
    print(f"{file}: {plan.code}: no problems; benefits: {', '.join(benefit.code for benefit in plan.benefits)}{count}")
    return WELL


# -- explain --


def _explain(plan: Plan, file: Path, options: argparse.Namespace) -> int:
    if not options.write and not options.check:
        print(explain(plan, options.lang or "zh"), end="")
        return WELL
    pages = list(_pages(plan, file, options.lang))
    if options.check:
        return max(_compare(page, text) for page, text in pages)
    for page, text in pages:
        _write(page, text)
    return WELL


def _pages(plan: Plan, file: Path, language: Language | None) -> Iterator[tuple[Path, str]]:
    for code in (language,) if language else _LANGUAGES:
        yield file.with_name(f"explained.{code}.md"), explain(plan, code)


def _compare(page: Path, text: str) -> int:
    try:
        current = page.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        current = None
    if current == text:
        return WELL
    line, what = (1, "missing or unreadable") if current is None else (_first_difference(current, text), "not current")
    print(
        f"{page}:{line}:1: the explained plan is {what}: run haixing plan explain --write {page.parent}",
        file=sys.stderr,
    )
    return NOT_WELL


def _first_difference(current: str, text: str) -> int:
    pairs = zip(current.splitlines(), text.splitlines(), strict=False)
    same = next((number for number, (ours, theirs) in enumerate(pairs) if ours != theirs), None)
    return (min(current.count("\n"), text.count("\n")) if same is None else same) + 1


def _write(page: Path, text: str) -> None:
    try:
        page.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise Unusable(f"{page}: cannot be written ({error.strerror}); check the folder's permissions") from error
    print(page)


# -- test --


def _test(plan: Plan, file: Path, _options: argparse.Namespace) -> int:
    cases_file = file.with_name("cases.yaml")
    if not cases_file.exists():
        raise _problem(
            file, "there are no worked cases beside this plan: write cases.yaml, so that somebody can trust it"
        )
    cases = read_cases(_text_of(cases_file), file=str(cases_file), plan=plan)
    failures = [failure for case in cases for failure in run_case(plan, case, file=str(cases_file))]
    for failure in failures:
        print(failure, file=sys.stderr)
    failed = len({failure.case for failure in failures})
    print(f"{cases_file}: {len(cases) - failed} of {len(cases)} cases pass")
    return NOT_WELL if failures else WELL
