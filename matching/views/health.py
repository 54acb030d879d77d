"""How matching stands, and whom it leaves alone: the coordinator's pages."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import Profile
from matching import health, lonely

coordinator_only = permission_required("accounts.coordinate", raise_exception=True)
ON_PAGE = 25


@coordinator_only
@require_GET
def lonely_page(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    page = Paginator(lonely.found(user=request.user), ON_PAGE).get_page(request.GET.get("page"))
    counted = health.days(limit=1)
    context = {
        "page": page,
        "rows": lonely.dress(list(page.object_list), user=request.user, now=now),
        "counted": counted[0] if counted else None,
        "may_write": Profile.objects.spoken_for_by(request.user).exists(),
    }
    return render(request, "matching/lonely.html", context)


@coordinator_only
@require_GET
def health_page(request: HttpRequest) -> HttpResponse:
    days = health.days()
    newest = days[0] if days else None
    context = {
        "days": days,
        "newest": newest,
        "waiting": health.waiting(),
        "most": health.most_shown(newest.figures, user=request.user) if newest else [],
        "now": timezone.now(),
    }
    return render(request, "matching/health.html", context)
