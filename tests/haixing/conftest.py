"""What tests of the product share. Tests of the pure core (tests/benefits) never load this file."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from haixing.lib.append_only import lifted


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_can_be_emptied() -> Any:
    """Transactional tests empty every table afterwards, which on SQLite is a DELETE that our triggers refuse."""
    real = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        if connection.vendor == "postgresql":  # it truncates, and row triggers do not mind
            real(self)
            return
        with lifted(connection):
            real(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


@pytest.fixture(autouse=True)
def _every_test_starts_in_chinese() -> None:
    """A page asked in English leaves its thread speaking English: the next test must not inherit it."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser, where one is installed."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no Chromium is installed")
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*quiet, "--disable-component-update"])
        yield browser
        browser.close()
