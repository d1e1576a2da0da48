"""Nothing personal reaches a log."""

import io
import json
import logging

import pytest
import structlog

from haixing.config.logging import logging_config
from haixing.lib.logs import LEFT_OUT, leave_personal_data_out


def scrubbed(**fields: object) -> dict[str, object]:
    return dict(leave_personal_data_out(None, "info", fields))


def test_fields_that_are_personal_by_name_are_left_out() -> None:
    assert scrubbed(event="bound", name="林小满", detail={"phone": "x", "visit": "V1"}) == {
        "event": "bound",
        "name": LEFT_OUT,
        "detail": {"phone": LEFT_OUT, "visit": "V1"},
    }


@pytest.mark.parametrize(
    "number", ["13800000001", "+8613800000001", "138 0000 0001", "138-0000-0001", "31010519491231002X"]
)
def test_phones_and_document_numbers_are_masked_wherever_they_stand(number: str) -> None:
    assert scrubbed(event=f"sent to {number}，ok", items=[number]) == {
        "event": "sent to [number]，ok",
        "items": ["[number]"],
    }


@pytest.mark.parametrize("harmless", ["/cards/0A1B2C3D4E5F/", "20211122103000123456", "0.25"])
def test_references_and_times_stay_readable(harmless: str) -> None:
    assert scrubbed(event=harmless) == {"event": harmless}


def test_a_traceback_keeps_frames_and_loses_what_the_error_quotes() -> None:
    written = io.StringIO()
    config = logging_config(level="INFO", plain=False)
    handler = logging.StreamHandler(written)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=config["formatters"]["line"]["foreign_pre_chain"],
            processors=config["formatters"]["line"]["processors"],
        )
    )
    log = logging.Logger("test")  # noqa: LOG001  a logger of its own, so that nothing else hears it
    log.addHandler(handler)

    try:
        try:
            raise KeyError("林小满")
        except KeyError as inner:
            raise ValueError("name 林小满 phone 13800000001") from inner
    except ValueError:
        log.exception("could not bind")

    line = json.loads(written.getvalue())
    assert line["event"] == "could not bind"
    assert line["exception"].splitlines()[-1] == "builtins.ValueError"
    assert "builtins.KeyError" in line["exception"]
    assert "林小满" not in written.getvalue()
    assert "1380000" not in written.getvalue()
