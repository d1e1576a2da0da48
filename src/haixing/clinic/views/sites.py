"""选择院区: for who works at several sites."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from haixing.accounts import queries as accounts
from haixing.network import queries as network


@never_cache
@require_http_methods(["GET", "POST"])
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    """Show the person's sites, or take their choice. A site that is not theirs changes nothing."""
    site_ids = accounts.site_ids_of(request.user)
    chosen = request.POST.get("site")
    for site_id in site_ids:
        if str(site_id) == chosen:
            request.session["site"] = site_id
    if request.method == "POST" or len(site_ids) < 2:
        return redirect("clinic:start")
    context = {"sites": network.sites().filter(pk__in=site_ids), "chosen": request.session.get("site")}
    return render(request, "clinic/sites.html", context)
