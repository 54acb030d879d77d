"""The network's year as a wheel, and its calendar to subscribe to."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import DomainError
from events.hooks import Circle
from events.models import CalendarFeed
from events.queries import feeds
from events.services import feeds as feed_services
from networks.queries import wheel as queries
from networks.rules.meetings import CIRCLE
from networks.rules.networks import may_coordinate
from networks.views.meetings import inner_network

FIRST, LAST = 2000, 2100


@login_required
@require_safe
def network_wheel(request: HttpRequest, slug: str) -> HttpResponse:
    """Of the year that runs, or of `?year=2027`; to whom the network's meetings are shown."""
    network, now = inner_network(request, slug), timezone.now()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else timezone.localdate(now).year
    if not FIRST <= year <= LAST:
        raise Http404
    row = feeds.row_of(request.user, Circle(CIRCLE, network.pk))
    context = {
        "network": network,
        "year": queries.year_of(network, request.user, year, now),
        "before": year - 1 if year > FIRST else None,
        "after": year + 1 if year < LAST else None,
        "row": row,
        "address": request.build_absolute_uri(row.path) if row else "",
        "may_run": may_coordinate(request.user, network),
    }
    return render(request, "networks/meetings/wheel.html", context)


@login_required
@require_POST
def network_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The person's own secret address of the network's calendar; given anew and removed where all addresses are."""
    network = inner_network(request, slug)
    try:
        feed_services.make_feed(
            user=request.user,
            scope=CalendarFeed.Scope.CIRCLE,
            circle=Circle(CIRCLE, network.pk),
            now=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The address is ready. Copy it to your calendar programme."))
    return redirect(f"{reverse('network_wheel', kwargs={'slug': slug})}#calendar")
