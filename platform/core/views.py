"""Front page, appearance, and what every installation must have."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from core import credits, panels

YEAR = 365 * 24 * 3600


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "core/home.html", {"panels": panels.render("front", request)})


@require_GET
def about_data(request: HttpRequest) -> HttpResponse:
    return render(request, "core/about_data.html", {"credits": credits.all_credits()})


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Remember light or dark in a cookie; nothing else of the person is kept."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = reverse("home")
    response = HttpResponseRedirect(back)
    theme = request.POST.get("theme")
    if theme in ("light", "dark"):
        response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=request.is_secure(), httponly=True)
    else:
        response.delete_cookie("theme")
    return response
