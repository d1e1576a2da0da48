"""Error pages that the URL table names as handlers, or that a door answers with."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from haixing.lib.errors import TooManyTries

RETRY_SECONDS = 5
"""How long a browser should leave a busy database alone."""


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an unforeseen error. A database that is locked or gone is a 503: trying again may help, nothing was written.

    Use as ``handler500``. Django calls it while the error is being handled.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return render(request, "500.html", status=500)


def unavailable(request: HttpRequest) -> HttpResponse:
    """Answer that the database is busy or gone, with the seconds to wait."""
    response = render(request, "503.html", status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def too_many_tries(request: HttpRequest, refused: TooManyTries) -> HttpResponse:
    """Answer a limit on trying that no form could show, with the seconds to wait."""
    response = render(request, "429.html", {"retry_after": refused.retry_after}, status=refused.status)
    response["Retry-After"] = str(refused.retry_after)
    return response
