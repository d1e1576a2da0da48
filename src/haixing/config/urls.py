"""Every address of the site, by door. A door's own addresses are in its ``urls.py``."""

from allauth.account import views as account
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from haixing.config.health import health

handler500 = "haixing.config.outages.handle_500"


def nobody_signs_up(_request: HttpRequest) -> HttpResponse:
    """Staff are hired, and ask their site's lead for a new password; allauth only needs the names to exist."""
    raise Http404


# Of allauth's addresses only those that a desk uses: what is not routed cannot be attacked.
_desk_accounts: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("signup/", nobody_signs_up, name="account_signup"),
    path("password/reset/", nobody_signs_up, name="account_reset_password"),
    path("password/set/", nobody_signs_up, name="account_set_password"),
    path("email/", nobody_signs_up, name="account_email"),
    path("2fa/", include("allauth.mfa.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", health, name="health"),
    path("language/", set_language, name="set_language"),
    path("desk/accounts/", include(_desk_accounts)),
    path("desk/", include("haixing.clinic.urls")),
    path("", include("haixing.card.urls")),
]
