"""The demo's letter box: the SMS that would have been sent. Exists only where DEMO is set."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haixing.notices import queries as notices

SHOWN = 30


@require_safe
def messages(request: HttpRequest) -> HttpResponse:
    """The latest messages, newest first."""
    return render(request, "card/demo_messages.html", {"messages_sent": notices.outbox(limit=SHOWN)})
