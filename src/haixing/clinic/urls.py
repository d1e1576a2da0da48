"""The desk's addresses. Signing in is under ``/desk/accounts/`` (allauth; see ``config/urls.py``)."""

from django.urls import path

from haixing.clinic.views import cards, sites, start, visits

app_name = "clinic"
urlpatterns = [
    path("", start.start, name="start"),
    path("sites/", sites.choose, name="sites"),
    path("read/", start.read, name="read"),
    path("scan/", start.scan, name="scan"),
    path("token/", start.token, name="token"),
    path("cards/<slug:ref>/", cards.show, name="card"),
    path("cards/<slug:ref>/preview/", cards.preview, name="preview"),
    path("cards/<slug:ref>/bills/", cards.send, name="send"),
    path("visits/<slug:ref>/", visits.show, name="visit"),
    path("visits/<slug:ref>/bills/<slug:bill_ref>/reverse/", visits.reverse_bill, name="reverse"),
]
