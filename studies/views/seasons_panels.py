"""What seasons show on other pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Profile
from core.panels import Panel
from studies.queries import seasons as queries
from studies.rules import seasons as rules
from studies.views.starting import model_along

SHOWN = 6


def hub(request: HttpRequest, subject: Any) -> Panel:
    """On the place of student work: one's own, and those that run. A model from the catalogue goes along."""
    now, user = timezone.now(), request.user
    own = list(queries.own_seasons(user)[:SHOWN])
    others = queries.running(user, now).exclude(pk__in=[one.pk for one in own])
    context = {
        "own": [(one, one.phase(now)) for one in own],
        "seasons": [(one, one.phase(now)) for one in others[:SHOWN]],
        "hosts": user.is_authenticated and rules.hosts_of(user).exists(),
        "model": model_along(request),
    }
    return Panel("studies/seasons/panel_hub.html", context)


def profile(request: HttpRequest, subject: Profile) -> Panel | None:
    """Of a host its seasons, of an organisation those in which it has a place. A person's page never tells of them."""
    if subject.is_person:
        return None
    now = timezone.now()
    found = [(one, one.phase(now)) for one in queries.of_profile(subject, request.user, now)[:SHOWN]]
    return Panel("studies/seasons/panel_profile.html", {"seasons": found}) if found else None
