"""The page for a limit on trying that no form could show. Outages and unknown addresses are answered by config."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from haixing.lib.errors import TooManyTries


def too_many_tries(request: HttpRequest, refused: TooManyTries) -> HttpResponse:
    """Answer 429, with the seconds to wait."""
    response = render(request, "429.html", {"retry_after": refused.retry_after}, status=refused.status)
    response["Retry-After"] = str(refused.retry_after)
    return response
