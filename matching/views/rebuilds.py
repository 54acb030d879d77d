"""Everybody's suggestions made anew: how far it is, and the buttons that begin, stop and carry on."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from matching import queries, services
from matching.models import Rebuild

coordinator_only = permission_required("accounts.coordinate", raise_exception=True)


@coordinator_only
@require_http_methods(["GET", "POST"])
def rebuild(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        now = timezone.now()
        try:
            if "stop" in request.POST:
                services.stop_rebuild(now=now)
            elif "carry_on" in request.POST:
                services.carry_on_rebuild(now=now)
            else:
                services.start_rebuild(now=now, by=request.user)
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("rebuild")
    newest = Rebuild.objects.select_related("by").first()
    context = {
        "rebuild": newest,
        "done": queries.rebuilt(newest) if newest else 0,
        "readers": queries.readers().count(),
    }
    return render(request, "matching/rebuild.html", context)
