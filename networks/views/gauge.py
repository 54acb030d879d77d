"""The theme gauge: of a network's themes, or of any, before there is a network."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.sqlite import finnish_key
from events.rules import events as event_rules
from networks.queries import gauge
from networks.views.coordinating import coordinated
from themes.models import Theme

AT_ONCE = 5


@login_required
@require_safe
def theme_gauge(request: HttpRequest, slug: str = "") -> HttpResponse:
    """`theme` in the address (several) tries others than the network has; nothing is changed by it."""
    network = coordinated(request, slug) if slug else None
    if network is None and not event_rules.may_create_event(request.user):
        raise PermissionDenied
    every = list(Theme.objects.active().select_related("parent"))
    wanted = set(request.GET.getlist("theme")[:AT_ONCE])
    themes = [theme for theme in every if theme.slug in wanted]
    held = {theme.pk for theme in network.themes.all()} if network is not None else set()
    own = [theme for theme in every if theme.pk in held]
    is_trial = bool(themes) and {theme.pk for theme in themes} != held
    chosen = themes or own
    context = {
        "network": network,
        "gauge": gauge.gauge_of(chosen, request.user) if chosen else None,
        "own": own,
        "is_trial": is_trial,
        "every": sorted(every, key=lambda theme: finnish_key(theme.label)),
        "chosen": {theme.slug for theme in chosen},
        "shown": gauge.SHOWN,
    }
    return render(request, "networks/gauge.html", context)
