"""``haixing adjudicate``: bills in, decisions out. No database, no server, the same engine."""

from __future__ import annotations

import argparse
import contextlib
import gc
import itertools
import json
import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import yaml

from benefits.adjudication import Site
from benefits.errors import PlanUnreadable
from benefits.exchange.answers import write_answer, write_invalid
from benefits.exchange.bills import BillUnreadable, read_request, read_site
from benefits.exchange.book import Book, Memories
from benefits.exchange.quick import read_good_bill
from benefits.terms.vocabulary import Spoken
from haixing.console.shelf import shelf
from haixing.console.texts import Unusable, default_plans, in_my_language, read_plans, read_text

ALL_DECIDED, SOME_BAD, UNUSABLE, INTERRUPTED = 0, 1, 2, 130
_OUTPUT_BUFFER = 1 << 20
_ACCOUNTS_AT_HAND = 32_768
_ANSWERS_A_WRITE = 64


def main(arguments: list[str]) -> int:
    """Decide a file of bills. Returns 0: all lines were decided, 1: some were bad, 2: it could not be done."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except PlanUnreadable as error:
        _complain(str(error))
    except Unusable as error:
        _complain(f"haixing adjudicate: {error}")
    except BrokenPipeError:  # the reader of our output has had enough, as `head` does
        _let_output_go()
    except OSError as error:
        _complain(f"haixing adjudicate: {options.output or 'output'}: {error.strerror}; nothing after this was written")
        _let_output_go()
    except sqlite3.Error as error:
        _complain(f"haixing adjudicate: the working files cannot be kept ({error}); make room, or set TMPDIR")
    except KeyboardInterrupt:
        _let_output_go()
        return INTERRUPTED
    return UNUSABLE


def _run(options: argparse.Namespace) -> int:
    plans = read_plans(options.plans or default_plans())
    sites = _read_network(options.network) if options.network else {}
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(_open_input(options.bills))
        target = stack.enter_context(_open_output(options.output, source))
        memories = Memories(
            accounts=stack.enter_context(shelf(_ACCOUNTS_AT_HAND)),
            visits=stack.enter_context(shelf()),
            bills=stack.enter_context(shelf()),
        )
        book = Book(plans=plans, sites=sites, memories=memories, parse=orjson.loads)
        stack.enter_context(_without_searching_for_cycles())
        return _decide_all(_with_progress(_without_mark(source)), target, book=book, sites=sites, name=options.bills)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="haixing adjudicate", description="Decide bills, one JSON object a line, in the order of the file."
    )
    parser.add_argument("bills", metavar="BILLS.jsonl", help="the bills; - for standard input")
    parser.add_argument("--plans", type=Path, help="a folder of plans (default: plans/)")
    parser.add_argument("--network", type=Path, help="a YAML or JSON file of hospitals that bills may name by code")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="OUT.jsonl", help="where to write (default: standard output)"
    )
    return parser


def _decide_all(lines: Iterable[bytes], target: BinaryIO, *, book: Book, sites: Mapping[str, Site], name: str) -> int:
    status = ALL_DECIDED
    answers: list[bytes] = []
    for number, line in enumerate(lines, start=1):
        if line.isspace():
            continue
        try:
            request = read_good_bill(line, sites=sites) or read_request(orjson.loads(line), sites=sites)
            answer = write_answer(request.bill, book.decide(request, line))
        except (orjson.JSONDecodeError, BillUnreadable) as error:
            status = SOME_BAD
            problems = error.problems if isinstance(error, BillUnreadable) else _not_json(error)
            _complain(f"{name}:{number}: {'; '.join(map(in_my_language, problems))}")
            answer = write_invalid(_number_in(line), problems)
        answers.append(orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE))
        if len(answers) == _ANSWERS_A_WRITE:
            target.write(b"".join(answers))
            answers.clear()
    target.write(b"".join(answers))
    target.flush()
    return status


def _not_json(error: orjson.JSONDecodeError) -> tuple[Spoken, ...]:
    return (
        Spoken(
            f"第 {error.colno} 个字符起不是 JSON：请每行写一个完整的 JSON 对象（UTF-8）",
            f"this is not JSON from character {error.colno} on: write one whole JSON object a line, in UTF-8",
        ),
    )


def _number_in(line: bytes) -> str | None:
    """Return the bill's number if the line has one, so that the sender can match the answer."""
    try:
        raw = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    number = raw.get("bill", raw.get("reverse")) if isinstance(raw, dict) else None
    return number if isinstance(number, str) else None


@contextlib.contextmanager
def _without_searching_for_cycles() -> Iterator[None]:
    """Deciding makes no cycles, and looking for them among what is remembered costs a tenth of the time."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _complain(text: str) -> None:
    if sys.stderr is not None:  # it may have been closed by the caller
        print(text, file=sys.stderr)  # noqa: T201  # a command speaks


def _let_output_go() -> None:
    """Send what is still in the buffer nowhere, so that Python does not fail on it when it ends."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


# -- files --


@contextlib.contextmanager
def _open_input(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        if sys.stdin is None:
            raise Unusable("-: standard input is closed; give the path of a file of bills")
        yield sys.stdin.buffer
        return
    try:
        source = Path(name).open("rb")  # noqa: SIM115  # closed below: only opening it is tried here
    except OSError as error:
        raise Unusable(f"{name}: cannot be read ({error.strerror}); give the path of a file of bills, or -") from error
    with source:
        yield source


@contextlib.contextmanager
def _open_output(path: Path | None, source: BinaryIO) -> Iterator[BinaryIO]:
    if path is None:
        if sys.stdout is None:
            raise Unusable("standard output is closed; say where to write with -o")
        yield sys.stdout.buffer
        return
    try:
        if path.exists() and path.is_file() and os.path.samestat(path.stat(), os.fstat(source.fileno())):
            raise Unusable(f"{path}: is the file of bills itself; choose another place with -o")
        target = path.open("wb", buffering=_OUTPUT_BUFFER)
    except OSError as error:
        raise Unusable(f"{path}: cannot be written ({error.strerror}); choose another place with -o") from error
    with target:
        yield target


def _without_mark(source: BinaryIO) -> Iterator[bytes]:
    """Take off the mark that some editors put at the start of a UTF-8 file."""
    first = source.readline().removeprefix(b"\xef\xbb\xbf")
    return itertools.chain((first,) if first else (), source)


def _with_progress(lines: Iterable[bytes]) -> Iterable[bytes]:
    if sys.stderr is None or not sys.stderr.isatty():
        return lines
    from tqdm import tqdm  # noqa: PLC0415  an optional heavy part: most runs have no terminal to draw on

    return tqdm(lines, unit=" bills", unit_scale=True, mininterval=0.5)


# -- hospitals by code --


def _read_network(path: Path) -> dict[str, Site]:
    """Read JSON, JSON Lines or YAML: a list, a mapping by code, or either under ``sites``. Raises Unusable."""
    text = read_text(path)
    try:
        raw = _parse_network(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Unusable(f"{path}: neither JSON nor YAML ({error}); give a list of hospitals") from error
    entries = raw.get("sites", raw) if isinstance(raw, dict) else raw
    if isinstance(entries, dict):
        entries = [{"code": code, **entry} if isinstance(entry, dict) else entry for code, entry in entries.items()]
    if not isinstance(entries, list):
        raise Unusable(f"{path}: no list of hospitals in it; write a list, or a mapping by code")
    sites: dict[str, Site] = {}
    problems: list[str] = []
    for number, entry in enumerate(entries, start=1):
        found: list[Spoken] = []
        site = _network_site(entry, sites, found)
        problems += [f"hospital {number}: {in_my_language(problem)}" for problem in found]
        sites[site.code] = site
    if problems:
        raise Unusable(f"{path}: " + "; ".join(problems[:10]))
    return sites


def _network_site(entry: object, sites: Mapping[str, Site], problems: list[Spoken]) -> Site:
    if not isinstance(entry, dict):
        problems.append(Spoken("不是对象：请写 {…}", "is not an object: write {…}"))
        return Site("", None, None, "private")
    site = read_site(_told_by_contracts(entry), problems)
    if site.code in sites:
        problems.append(
            Spoken(f"编码 {site.code} 出现了两次：只留一个", f"code {site.code} stands there twice: keep one")
        )
    return site


def _told_by_contracts(entry: dict[str, Any]) -> dict[str, Any]:
    """Let the product's own network file (``sample/network.yaml``) tell what a bill's hospital object would.

    There a site is in the network by its contracts. Which plan and which days they are for
    is the desk's question, not this command's: the book says where it was billed.
    """
    contracts = entry.get("contracts")
    if "network" in entry or not isinstance(contracts, list):
        return entry
    held = [contract for contract in contracts if isinstance(contract, dict)]
    excludes = [code for contract in held for code in contract.get("excludes") or ()]
    inpatient = any(contract.get("inpatient") is True for contract in held)
    return {"network": bool(held), "inpatient": inpatient, "excludes": list(dict.fromkeys(excludes)), **entry}


def _parse_network(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        pass
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()] or None
    except json.JSONDecodeError:
        return yaml.safe_load(text)
