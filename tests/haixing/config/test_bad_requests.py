"""Requests that no page of ours makes: refused before they cost anything."""

import pathlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/cards/a%00b/", "/a%00b/", "/desk/visits/a%00b/"])
def test_a_nul_in_an_address_is_a_bad_request(address: str) -> None:
    answer = Client().get(address)

    assert answer.status_code == 400
    assert "这个请求我们读不懂" in answer.content.decode()
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_a_nul_in_a_cookie_is_a_bad_request(settings: Any) -> None:
    # A quoted cookie may hold any character, written in octal.
    cookie = f'{settings.SESSION_COOKIE_NAME}="abcdefgh\\000ijklmnop"'

    assert Client().get("/cards/", headers={"Cookie": cookie}).status_code == 400


def test_a_file_is_not_kept_even_for_a_moment(tmp_path: pathlib.Path, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10
    file = SimpleUploadedFile("big.bin", b"x" * 1000)

    request = Client().post("/sign-in/", {"phone": "13800000001", "send_code": "1", "file": file}).wsgi_request

    assert (dict(request.FILES), list(tmp_path.iterdir())) == ({}, [])


@pytest.mark.parametrize("address", ["/sign-in/", "/bind/"])
@pytest.mark.parametrize("method", ["put", "delete", "patch", "options", "trace"])
def test_a_form_is_read_or_sent_and_nothing_else(address: str, method: str) -> None:
    assert getattr(Client(), method)(address).status_code == 405
