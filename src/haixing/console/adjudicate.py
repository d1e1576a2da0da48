"""``haixing adjudicate``: bills in, decisions out. No database, no server, the same engine."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import yaml
from tqdm import tqdm

from benefits.adjudication import Site
from benefits.errors import PlanUnreadable
from benefits.exchange.answers import write_answer, write_invalid
from benefits.exchange.bills import BillUnreadable, read_request, read_site
from benefits.exchange.book import Book
from benefits.terms.vocabulary import Spoken
from haixing.console.shelf import shelves
from haixing.console.texts import Unusable, default_plans, in_my_language, read_plans, read_text

ALL_DECIDED, SOME_BAD, UNUSABLE = 0, 1, 2
_OUTPUT_BUFFER = 1 << 20


def main(arguments: list[str]) -> int:
    """Decide a file of bills. Returns 0 when all lines were decided, 1 when some were bad, 2 when nothing could start."""
    options = _parser().parse_args(arguments)
    try:
        plans = read_plans(options.plans or default_plans())
        sites = _read_network(options.network) if options.network else {}
        with _open_input(options.bills) as source, _open_output(options.output) as target, shelves() as (visits, bills):
            book = Book(plans=plans, sites=sites, visits=visits, bills=bills)
            return _decide_all(_with_progress(source), target, book=book, sites=sites, name=options.bills)
    except PlanUnreadable as error:
        print(error, file=sys.stderr)
    except Unusable as error:
        print(f"haixing adjudicate: {error}", file=sys.stderr)
    except BrokenPipeError:  # the reader of our output has had enough, as `head` does
        sys.stderr.close()
    return UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="haixing adjudicate", description="Decide bills, one JSON object a line, in the order of the file."
    )
    parser.add_argument("bills", metavar="BILLS.jsonl", help="the bills; - for standard input")
    parser.add_argument("--plans", type=Path, help="a folder of plans (default: plans/)")
    parser.add_argument("--network", type=Path, help="a YAML or JSON file of hospitals that bills may name by code")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT.jsonl", help="where to write (default: standard output)")
    return parser


def _decide_all(lines: Iterable[bytes], target: BinaryIO, *, book: Book, sites: Mapping[str, Site], name: str) -> int:
    status = ALL_DECIDED
    write, dumps = target.write, orjson.dumps
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        raw: Any = None
        try:
            raw = _parse(line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line)
            request = read_request(raw, sites=sites)
            answer = write_answer(request.bill, book.decide(request, line))
        except BillUnreadable as error:
            status = SOME_BAD
            print(f"{name}:{number}: {'; '.join(map(in_my_language, error.problems))}", file=sys.stderr)
            answer = write_invalid(_number_of(raw), error.problems)
        write(dumps(answer, option=orjson.OPT_APPEND_NEWLINE))
    target.flush()
    return status


def _parse(line: bytes) -> object:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        where = f"{error.colno}"
        raise BillUnreadable(
            (
                Spoken(
                    f"第 {where} 个字符起不是 JSON：请每行写一个完整的 JSON 对象（UTF-8）",
                    f"this is not JSON from character {where} on: write one whole JSON object a line, in UTF-8",
                ),
            )
        ) from error


def _number_of(raw: object) -> str | None:
    """Return the bill's number if the line has one, so that the sender can match the answer."""
    number = raw.get("bill", raw.get("reverse")) if isinstance(raw, dict) else None
    return number if isinstance(number, str) else None


# -- files --


@contextlib.contextmanager
def _open_input(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        source = Path(name).open("rb")
    except OSError as error:
        raise Unusable(f"{name}: cannot be read ({error.strerror}); give the path of a file of bills, or -") from error
    with source:
        yield source


@contextlib.contextmanager
def _open_output(path: Path | None) -> Iterator[BinaryIO]:
    if path is None:
        yield sys.stdout.buffer
        return
    try:
        target = path.open("wb", buffering=_OUTPUT_BUFFER)
    except OSError as error:
        raise Unusable(f"{path}: cannot be written ({error.strerror}); choose another place with -o") from error
    with target:
        yield target


def _with_progress(source: BinaryIO) -> Iterable[bytes]:
    if not sys.stderr.isatty():
        return source
    return tqdm(source, unit=" bills", unit_scale=True, mininterval=0.5)


# -- hospitals by code --


def _read_network(path: Path) -> dict[str, Site]:
    """Read hospitals as JSON, JSON Lines or YAML: a list, a mapping by code, or either under ``sites``. Raises Unusable."""
    text = read_text(path)
    try:
        raw = _parse_network(text)
    except yaml.YAMLError as error:
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
        site = read_site(entry, found) if isinstance(entry, dict) else None
        problems += [f"hospital {number}: {in_my_language(problem)}" for problem in found]
        if site is not None:
            sites[site.code] = site
    if problems:
        raise Unusable(f"{path}: " + "; ".join(problems[:10]))
    return sites


def _parse_network(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        pass
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except json.JSONDecodeError:
        return yaml.safe_load(text)
