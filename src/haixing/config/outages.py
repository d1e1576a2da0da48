"""The database is away, or a lock is stuck: say so plainly, ask to try again, write nothing.

Every write is one transaction, so what failed here left nothing behind, and a desk's
retry with the same key is safe (docs/ledger.md).
"""

import json
import sys

from django.db import InterfaceError, InternalError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.defaults import server_error

RETRY_AFTER_SECONDS = 5
_SQLITE_OUTAGES = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_FULL", "SQLITE_READONLY")
# PostgreSQL files these under internal errors: the primary has become a standby, or it ended a transaction
# that stood still for too long (our own limit, see settings).
_POSTGRESQL_OUTAGES = ("25006", "25P03", "25P04")


def is_outage(error: BaseException | None) -> bool:
    """Whether ``error`` says that the database cannot serve now, rather than that we asked nonsense."""
    if isinstance(error, InterfaceError):
        return True
    if isinstance(error, InternalError):
        return getattr(error.__cause__, "sqlstate", None) in _POSTGRESQL_OUTAGES
    if not isinstance(error, OperationalError):
        return False
    if connection.vendor != "sqlite":
        return True
    # SQLite calls a missing table an operational error too: that one is ours, and must stay loud.
    return str(getattr(error.__cause__, "sqlite_errorname", "")).startswith(_SQLITE_OUTAGES)


def please_retry(request: HttpRequest) -> HttpResponse:
    """Answer 503 as the client reads: a page, or JSON. Neither touches the database."""
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        sentence = _("系统正忙，刚才的操作没有写入任何内容，请稍候再试")
        body = json.dumps({"code": "try-again", "sentence": sentence}, ensure_ascii=False)
        response = HttpResponse(body, status=503, content_type="application/json")
    else:
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def handle_500(request: HttpRequest) -> HttpResponse:
    """The last resort. A session that could not be saved fails outside every view, so outages come here as well."""
    if is_outage(sys.exc_info()[1]):
        return please_retry(request)
    return server_error(request)
