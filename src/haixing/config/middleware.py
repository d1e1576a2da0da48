"""What every request passes through that is ours."""

import secrets
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from haixing.config import outages

log = structlog.get_logger("haixing.requests")
_Next = Callable[[HttpRequest], HttpResponse]


class RequestLog:
    """One line per request: what, how it went, how long it took. Paths hold references, never names or numbers."""

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=secrets.token_hex(8))
        response = self.get_response(request)
        log.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
        )
        return response


class PageHeaders:
    """Pages are about one family, so no cache keeps them; and a page may use only what settings allow of a device.

    A view may choose another ``Cache-Control`` for what is the same for everyone (a manifest, a script),
    as long as the browser sent no session: for someone signed in, nothing is kept.
    """

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        in_session = settings.SESSION_COOKIE_NAME in {*request.COOKIES, *response.cookies}
        if in_session or "Cache-Control" not in response:
            response["Cache-Control"] = "no-store, private"
        return response


class NoNulls:
    """Refuse a NUL in an address or a cookie with 400: no page of ours sends one, and PostgreSQL cannot ask for one.

    Forms refuse it by themselves.
    """

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any("\0" in text for text in (request.path_info, *request.COOKIES.values())):
            raise BadRequest("a NUL in the address or in a cookie")
        return self.get_response(request)


class DatabaseAway:
    """Innermost, so that it sees what a view raised: an outage becomes a 503 that asks to try again."""

    def __init__(self, get_response: _Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not outages.is_outage(exception):
            return None
        structlog.get_logger("haixing.outages").error("database away", exc_info=exception)
        return outages.please_retry(request)
