"""The place of student work: a short page that the parts of it fill."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import panels


@require_safe
def studies(request: HttpRequest) -> HttpResponse:
    return render(request, "studies/studies.html", {"panels": panels.render("studies", request)})
