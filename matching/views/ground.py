"""Where matching has ground to stand on, and what would give it more: the coordinator's page."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from matching import ground

coordinator_only = permission_required("accounts.coordinate", raise_exception=True)


@coordinator_only
@require_GET
def ground_page(request: HttpRequest) -> HttpResponse:
    context = {
        "lie": ground.survey(),
        "enough": ground.ENOUGH,
        "seekers": ground.SEEKERS,
        "givers": ground.GIVERS,
    }
    return render(request, "matching/ground.html", context)
