"""Nothing personal reaches a log, even when the code that logs forgets.

Three nets, none of which replaces care where a log line is written:
1. fields that are personal by their name are left out;
2. what looks like a phone or a document number is masked wherever it stands;
3. a traceback keeps its frames and the kinds of its errors, and loses their messages, which often quote a row.
"""

import re
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

LEFT_OUT = "[left out]"
_PERSONAL_FIELDS = frozenset(
    "address born called code decision facts lines name password phone qr reason request text to token".split()
)
_LOOKS_PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}"  # a mainland mobile phone
    r"|[1-9][0-9]{5}(?:19|20)[0-9]{9}[0-9Xx]"  # a resident identity number
    r")(?![0-9A-Za-z])"
)

_Event = MutableMapping[str, Any]


def leave_personal_data_out(_logger: Any, _method: str, event: _Event) -> _Event:
    """Structlog processor: scrub every field of an event (nets 1 and 2)."""
    return {key: _scrubbed(key, value) for key, value in event.items()}


def traceback_without_messages(_logger: Any, _method: str, event: _Event) -> _Event:
    """Structlog processor: replace ``exc_info`` by frames and kinds of error (net 3)."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info if isinstance(info, BaseException) else info[1] if isinstance(info, tuple) else None
    if error is not None:
        event["exception"] = "\n".join(_frames_of(error))
    return event


def _frames_of(error: BaseException) -> list[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    earlier = [*_frames_of(cause), "then:"] if cause is not None else []
    return [*earlier, *_frames(error.__traceback__), f"{type(error).__module__}.{type(error).__qualname__}"]


def _frames(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def _scrubbed(key: str, value: Any) -> Any:
    if key in _PERSONAL_FIELDS:
        return LEFT_OUT
    if isinstance(value, str):
        return _LOOKS_PERSONAL.sub("[number]", value)
    if isinstance(value, dict):
        return {inner: _scrubbed(str(inner), item) for inner, item in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed("", item) for item in value]
    return value
