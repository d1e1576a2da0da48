"""Promise T22: the server is killed at random moments under load, and nothing that it acknowledged is lost."""

from __future__ import annotations

import datetime
import http.client
import json
import random
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.drills.server import Desk, Server, bill, own_database

pytestmark = pytest.mark.django_db(transaction=True)

CARDS = 6
CLIENTS = 6


class Load:
    """Clients that send bills until told to stop, each bill again under its key until it is acknowledged."""

    def __init__(self, server: Server, world: dict[str, Any]) -> None:
        self._server, self._world = server, world
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._client, args=(number,)) for number in range(CLIENTS)]
        self.acknowledged: dict[str, tuple[str, str, bytes, dict[str, Any]]] = {}
        """key → card, day's bill and decision, once the whole 2xx body arrived."""
        self.broken_lines = 0
        self.strange: list[str] = []

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _client(self, number: int) -> None:
        chance = random.Random(number)
        desk = Desk(self._server.port, self._world["cookies"])
        today = datetime.date.fromisoformat(self._world["today"])
        sent = 0
        while not self._stopping.is_set():
            sent += 1
            key, card = f"drill-client-{number}-bill-{sent}", chance.choice(self._world["cards"])
            day = (today - datetime.timedelta(days=chance.randrange(60))).isoformat()
            body = bill(f"{chance.randrange(1, 90_000) / 100:.2f}", day=day)
            self._send_until_answered(desk, card, key, body)
        desk.close()

    def _send_until_answered(self, desk: Desk, card: str, key: str, body: bytes) -> None:
        while True:
            try:
                status, answer = desk.send(card, key, body)
            except (OSError, http.client.HTTPException):
                self.broken_lines += 1
                if self._stopping.is_set():
                    return
                time.sleep(0.05)
                continue
            if status == 503:
                continue
            if status != 201:
                self.strange.append(f"{status} {answer[:200]!r}")
                return
            self.acknowledged[key] = (card, key, body, json.loads(answer)["decision"])
            return


def power_cuts(folder: Path, *, kills: int, seed: int) -> dict[str, int]:
    """Kill the server ``kills`` times under load, then ask again for everything that it ever acknowledged."""
    chance = random.Random(seed)
    with own_database(folder) as url:
        server = Server(url, folder)
        try:
            world = server.prepare(CARDS)
            server.start()
            load = Load(server, world)
            load.start()
            for _ in range(kills):
                time.sleep(chance.uniform(0.3, 1.5))
                server.kill()
                server.start()
            time.sleep(0.5)
            load.stop()
            assert load.strange == []
            lost = _lost(Desk(server.port, world["cookies"]), load)
            proof = server.haixing("prove")
        finally:
            server.stop()
    assert proof.stdout.startswith("Proven: ")
    return {"acknowledged": len(load.acknowledged), "broken lines": load.broken_lines, "kills": kills, "lost": lost}


def _lost(desk: Desk, load: Load) -> int:
    """Count the acknowledged bills whose key does not give the same answer any more."""
    lost = 0
    for card, key, body, decision in load.acknowledged.values():
        status, answer = desk.send(card, key, body)
        lost += status != 201 or json.loads(answer)["decision"] != decision
    desk.close()
    return lost


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(tmp_path: Path) -> None:
    counted = power_cuts(tmp_path, kills=2, seed=1)

    assert (counted["lost"], counted["kills"]) == (0, 2)
    assert counted["acknowledged"] > 0


@pytest.mark.drill
def test_twenty_kills_under_load_lose_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counted = power_cuts(tmp_path, kills=20, seed=2026)

    with capsys.disabled():
        print(f"\n{counted}")
    assert counted["lost"] == 0
