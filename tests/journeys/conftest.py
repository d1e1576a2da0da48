"""Journeys run on the real thing: the demo as `make run` starts it, and browsers as families and desks use them."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.db import connection

from tests.drills.server import own_database

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "artefacts" / "journeys"
_START_SECONDS = 180
_QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo, and the people who look at it."""

    url: str
    browser: Any
    pictures: Path

    def phone(self, *, width: int = 375, language: str = "zh-CN") -> Any:
        """Return a page of a family's phone."""
        return self._page(width, 812, language, scale=2)

    def desk(self, *, language: str = "zh-CN") -> Any:
        """Return a page of a clinic's computer."""
        return self._page(1280, 900, language, scale=1)

    def picture(self, page: Any, name: str) -> None:
        """Keep what the page shows, as an artefact of the test."""
        page.screenshot(path=self.pictures / f"{name}.png", full_page=True)

    def _page(self, width: int, height: int, language: str, *, scale: int) -> Any:
        size = {"width": width, "height": height}
        page = self.browser.new_context(viewport=size, device_scale_factor=scale, locale=language).new_page()
        page.on("pageerror", lambda error: pytest.fail(f"a script broke: {error}"))
        page.on("request", lambda asked: _stays_home(asked.url, self.url))
        return page


def _stays_home(asked: str, home: str) -> None:
    """A page asks nobody but its own server for anything."""
    if not asked.startswith((home, "data:", "blob:")):
        pytest.fail(f"the page asked {asked}")


@pytest.fixture
def demo(tmp_path: Path, transactional_db: None) -> Iterator[Demo]:
    """Start the demo on a database of its own, of the kind that the tests run on."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no Chromium here: install it (Debian: apt-get install chromium) to run the journeys")
    from playwright.sync_api import sync_playwright

    pictures = ARTEFACTS / connection.vendor
    pictures.mkdir(parents=True, exist_ok=True)
    with own_database(tmp_path) as url, _running(url, tmp_path) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_QUIET)
        yield Demo(address, browser, pictures)
        browser.close()


@contextlib.contextmanager
def _running(database_url: str, folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    kept = {key: value for key, value in os.environ.items() if key not in ("TASKS_BACKEND", "DJANGO_SETTINGS_MODULE")}
    environment = {**kept, "HAIXING_DEMO": "1", "HAIXING_VAR": str(folder), "DATABASE_URL": database_url}
    command = [sys.executable, str(ROOT / "manage.py"), "demo", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/health/", process)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(URLError, OSError), urlopen(url, timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.2)
    raise RuntimeError("the demo did not start")
