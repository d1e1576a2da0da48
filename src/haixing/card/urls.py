"""The family's pages. References are random; no address holds a name, a phone or a member number."""

from django.conf import settings
from django.urls import URLPattern, path

from haixing.card.views import (
    benefits,
    bind,
    cards,
    code,
    guide,
    holders,
    messages,
    network,
    notices,
    sign_in,
    sites,
    vaccines,
    visits,
)

app_name = "card"
urlpatterns: list[URLPattern] = [
    path("", guide.guide, name="guide"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("bind/", bind.bind, name="bind"),
    path("notices/read/", notices.read, name="notices_read"),
    path("cards/", cards.cards, name="cards"),
    path("cards/<str:ref>/", cards.card, name="card"),
    path("cards/<str:ref>/code/", code.code, name="code"),
    path("cards/<str:ref>/code/used/", code.used, name="code_used"),
    path("cards/<str:ref>/benefits/", benefits.benefits, name="benefits"),
    path("cards/<str:ref>/visits/", visits.visits, name="visits"),
    path("cards/<str:ref>/visits/<str:visit_ref>/", visits.visit, name="visit"),
    path("cards/<str:ref>/vaccines/", vaccines.tables, name="vaccines"),
    path("cards/<str:ref>/vaccines/about/<str:code>/", vaccines.about, name="vaccine"),
    path("cards/<str:ref>/vaccines/calendar/", vaccines.calendar, name="vaccine_calendar"),
    path("cards/<str:ref>/vaccines/calendar.ics", vaccines.download, name="vaccine_file"),
    path("cards/<str:ref>/vaccines/record/", vaccines.record, name="vaccine_record"),
    path("cards/<str:ref>/vaccines/doses/<str:dose_ref>/remove/", vaccines.remove, name="dose_remove"),
    path("cards/<str:ref>/sites/", sites.sites, name="sites"),
    path("cards/<str:ref>/sites/<str:site_ref>/", sites.site, name="site"),
    path("cards/<str:ref>/network/", network.network, name="network"),
    path("cards/<str:ref>/network.xlsx", network.sheet, name="network_sheet"),
    path("cards/<str:ref>/holders/", holders.holders, name="holders"),
    path("cards/<str:ref>/holders/<str:holder_ref>/remove/", holders.remove, name="holder_remove"),
]
if settings.DEMO:
    urlpatterns.append(path("demo/messages/", messages.messages, name="demo_messages"))
