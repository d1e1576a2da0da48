"""A bill submitted at a clinic's desk, over HTTP on PostgreSQL, against pgbench doing the same row work.

Both have 8 clients, the same server with fsync on, and take turns within one run. The
client, the server and PostgreSQL share the machine's cores, as they do in pgbench's turn.
A desk's answer other than 201 fails the bench: a refusal is quick, and would flatter.
"""

from __future__ import annotations

import base64
import datetime
import json
import random
import re
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from benches import product
from benches.table import Row
from tests.postgres import cluster, programs

CLIENTS = 8
CARDS = 400
ROUNDS = 5
SECONDS_A_TURN = 4
_WARM_UP_SECONDS = 2
_DAYS = 100
_CARES = ("outpatient", "emergency")
_LONG_HISTORY = 60
_COUNTED_CARD = 0
_CHECKS = (r"SELECT 1$", r'SELECT "django_session"', r'SELECT "accounts_user"', r'SELECT "network_site"')
_CARD = (r'SELECT "members_presentation"',)
_BILL = (
    r'SELECT "ledger_account".* FOR UPDATE$',
    r'SELECT "claims_bill"',
    r'SELECT "network_contract"',
    r'(?:INSERT INTO|UPDATE) "claims_visit"',
    r'INSERT INTO "claims_bill"',
    r'INSERT INTO "ledger_entry"',
    r'UPDATE "ledger_account"',
    r'INSERT INTO "audit_event"',
)
"""What marks a statement, and tells what it is for."""


class _Turn(NamedTuple):
    rate: float
    """Per second."""
    milliseconds: list[float]


def run() -> list[Row]:
    """Measure submissions a second beside pgbench's transactions, and count the statements of one."""
    with tempfile.TemporaryDirectory() as folder, cluster() as url:
        environment = product.production(database_url=url, folder=Path(folder))
        product.migrate(environment)
        world = product.run_module("tests.drills.world", str(CARDS), environment=environment)
        with product.serving(environment, log=Path(folder) / "server.log") as port:
            desks = [_Desk(port, world, number) for number in range(CLIENTS)]
            _turn(desks, _WARM_UP_SECONDS)
            few, many = _statements_with(desks[0], url, bills=1), _statements_with(desks[0], url, bills=_LONG_HISTORY)
            peer = Path(folder) / "peer.sql"
            peer.write_text(_make_peer(url), encoding="utf-8")
            rounds = [(_pgbench(url, peer), _turn(desks, SECONDS_A_TURN)) for _ in range(ROUNDS)]
    return [*_rate_rows(rounds), *_statement_rows(few, many)]


def _rate_rows(rounds: list[tuple[float, _Turn]]) -> list[Row]:
    shares = [turn.rate / peer * 100 for peer, turn in rounds]
    p50 = [statistics.median(turn.milliseconds) for _, turn in rounds]
    p99 = [statistics.quantiles(turn.milliseconds, n=100)[98] for _, turn in rounds]
    return [
        Row("desk", f"pgbench, the same rows, {CLIENTS} clients, prepared", _spread([r for r, _ in rounds], "/s"), ""),
        Row("desk", f"bills submitted over HTTP, {CLIENTS} clients", _spread([t.rate for _, t in rounds], "/s"), ""),
        Row("desk", "share of pgbench", _spread(shares, "%", 1), "at least 5 %, aim 10 %"),
        Row("desk", "p50", _spread(p50, "ms", 1), ""),
        Row("desk", "p99", _spread(p99, "ms", 1), ""),
    ]


def _statement_rows(few: list[str], many: list[str]) -> list[Row]:
    if _marks(few) != _marks(many):
        raise AssertionError(f"the statements changed with the history: {_marks(few)}, then {_marks(many)}")
    told = (
        ("of the sign-in checks: the line, the session, the person, the sites", "", _CHECKS),
        ("that find the card as it was shown here", "", _CARD),
        (f"of the bill itself, with 1 and with {_LONG_HISTORY} bills before it", "at most 8, aim 6", _BILL),
    )
    return [
        Row("desk", f"statements {what}", str(sum(mark in marks for mark in _marks(many))), goal)
        for what, goal, marks in told
    ]


def _spread(values: list[float], unit: str, digits: int = 0) -> str:
    ordered = sorted(values)
    shown = (f"{value:,.{digits}f}" for value in (ordered[0], statistics.median(ordered), ordered[-1]))
    return f"{' / '.join(shown)} {unit}"


# -- the desk --


class _Desk:
    """A clinic's browser without a screen: one kept-alive connection, as little work of its own as can be."""

    def __init__(self, port: int, world: dict[str, Any], number: int) -> None:
        token = "k" * 32
        session = next(iter(world["cookies"].values()))
        self._headers = (
            f"Host: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nAccept: application/json\r\n"
            f"Cookie: {product.SESSION_COOKIE}={session}; {product.CSRF_COOKIE}={token}\r\nX-CSRFToken: {token}\r\n"
        )
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._chance = random.Random(number)
        self._cards, self._today = world["cards"], datetime.date.fromisoformat(world["today"])
        self._number, self._sent = number, 0

    def submit(self, card: int | None = None) -> float:
        """Submit a bill, and return how many milliseconds it took. Raises AssertionError unless it is recorded."""
        request = self._next_request(card)
        started = time.perf_counter()
        self._socket.sendall(request)
        head, _, body = self._socket.recv(65536).partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: (\d+)", head)[1])  # type: ignore[index]  # granian always says
        while len(body) < length:
            body += self._socket.recv(65536)
        took = (time.perf_counter() - started) * 1000
        if not head.startswith(b"HTTP/1.1 201"):
            raise AssertionError(f"{head.splitlines()[0].decode()}: {body[:300].decode()}")
        return took

    def _next_request(self, card: int | None = None) -> bytes:
        self._sent += 1
        ref = self._chance.choice(self._cards) if card is None else self._cards[card]
        day = self._today - datetime.timedelta(days=self._chance.randrange(_DAYS))
        amount = f"{self._chance.randrange(10_000, 90_000) / 100:.2f}"
        line = {"category": "02", "name": "儿科诊察", "quantity": "1", "unit_price": amount, "amount": amount}
        body = json.dumps(
            {
                "care": self._chance.choice(_CARES),
                "day": day.isoformat(),
                "surgery": None,
                "preauthorised": False,
                "emergency_notified": False,
                "lines": [{**line, "doctor": "attending", "nature": None}],
            }
        ).encode()
        head = (
            f"POST /desk/cards/{ref}/bills/ HTTP/1.1\r\n{self._headers}"
            f"Idempotency-Key: bench-desk-{self._number}-bill-{self._sent}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def _turn(desks: list[_Desk], seconds: float) -> _Turn:
    """Let every desk submit one bill after the other for some seconds."""
    until = time.perf_counter() + seconds
    took: list[list[float]] = [[] for _ in desks]
    failures: list[BaseException] = []

    def work(desk: _Desk, mine: list[float]) -> None:
        try:
            while time.perf_counter() < until and not failures:
                mine.append(desk.submit())
        except BaseException as error:  # noqa: BLE001  a thread's error must end the bench, whatever it is
            failures.append(error)

    threads = [threading.Thread(target=work, args=pair) for pair in zip(desks, took, strict=True)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    every = [one for mine in took for one in mine]
    return _Turn(len(every) / (time.perf_counter() - started), every)


# -- what a submission asks the database --


def _statements_with(desk: _Desk, url: str, *, bills: int) -> list[str]:
    """Return the statements of a submission for a card that has at least ``bills`` before it (see ``_marks``)."""
    for _ in range(bills):
        desk.submit(_COUNTED_CARD)
    log = product.Statements(url)
    with log.logged() as statements:
        desk.submit(_COUNTED_CARD)
    log.close()
    return statements


def _marks(statements: list[str]) -> list[str]:
    """Name each statement by the mark it bears; a visit is inserted or updated, which is one name. BEGIN, COMMIT: none.

    Raises ValueError when a statement is none that we know: then this bench must be told what it is for.
    """
    counted = [text for text in statements if text not in ("BEGIN", "COMMIT")]
    known = (*_CHECKS, *_CARD, *_BILL)
    found = [next((mark for mark in known if re.match(mark, text)), text) for text in counted]
    if unknown := set(found) - set(known):
        raise ValueError(f"what are these for? {unknown}")
    return found


# -- the peer --

_PEER_TABLES = """
CREATE TABLE peer_account (
    id bigint PRIMARY KEY, policy_id bigint UNIQUE, benefit text, limit_fen bigint,
    used_fen bigint CHECK (used_fen >= 0), counted jsonb, entries int
);
CREATE TABLE peer_claim (
    id bigserial PRIMARY KEY, account_id bigint REFERENCES peer_account, key text UNIQUE, sha256 text, at timestamptz,
    outcome text, billed_fen bigint, plan_fen bigint, member_fen bigint, lines text, facts text, decision text
);
CREATE TABLE peer_entry (
    id bigserial PRIMARY KEY, account_id bigint REFERENCES peer_account, number int, source text UNIQUE,
    limit_fen bigint, deductible_fen bigint, takes int, frees int, at timestamptz, UNIQUE (account_id, number)
);
INSERT INTO peer_account
SELECT n, n, 'outpatient', 10000000, 0, '[[1, 5], [7, 7]]', 0 FROM generate_series(1, ACCOUNTS) n;
"""
_PEER = """
\\set account random(1, ACCOUNTS)
BEGIN;
SELECT limit_fen, used_fen, counted, entries FROM peer_account WHERE id = :account FOR UPDATE \\gset
INSERT INTO peer_claim (account_id, key, sha256, at, outcome, billed_fen, plan_fen, member_fen, lines, facts, decision)
VALUES (:account, gen_random_uuid()::text, repeat('a', 64), now(), 'paid', 80000, 50000, 30000, '%s', '%s', '%s');
INSERT INTO peer_entry (account_id, number, source, limit_fen, deductible_fen, takes, frees, at)
VALUES (:account, :entries + 1, 'bill:' || gen_random_uuid()::text, 50000, 0, 1, NULL, now());
UPDATE peer_account SET used_fen = used_fen + 1, counted = '[[1, 6]]', entries = :entries + 1 WHERE id = :account;
COMMIT;
"""


def _make_peer(url: str) -> str:
    """Make the peer's tables, and return its script. Its texts are as long, and as incompressible, as ours came out."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_PEER_TABLES.replace("ACCOUNTS", str(CARDS)))
        columns = ("lines", "facts", "decision")
        lengths = ", ".join(f"avg(octet_length({column}))::int" for column in columns)
        row = connection.execute(f"SELECT {lengths} FROM claims_bill").fetchone()  # noqa: S608  columns of ours
    assert row is not None
    texts = (base64.b64encode(random.Random(0).randbytes(length))[:length].decode() for length in row)
    return _PEER.replace("ACCOUNTS", str(CARDS)) % tuple(texts)


def _pgbench(url: str, script: Path) -> float:
    """Return pgbench's transactions a second."""
    shape = ["--no-vacuum", "--protocol=prepared", f"--client={CLIENTS}", "--jobs=2", f"--time={SECONDS_A_TURN}"]
    command = [str(programs() / "pgbench"), *shape, f"--file={script}", url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    if rate is None or done.returncode:
        raise AssertionError(done.stderr)
    return float(rate[1])
