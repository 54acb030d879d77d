"""What course rounds show on other pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.models import Profile
from core.panels import Panel
from studies.queries import courses as queries
from studies.rules import courses as rules
from studies.views.starting import model_along

SHOWN = 6


def hub(request: HttpRequest, subject: Any) -> Panel:
    """On the place of student work: one's own, and those that are open."""
    own = list(queries.own_rounds(request.user)[:SHOWN])
    others = queries.listed(request.user).exclude(state="ended").exclude(pk__in=[one.pk for one in own])
    teaches = request.user.is_authenticated and rules.schools_of(request.user).exists()
    context = {"own": own, "rounds": list(others[:SHOWN]), "teaches": teaches, "model": model_along(request)}
    return Panel("studies/courses/panel_hub.html", context)


def profile(request: HttpRequest, subject: Profile) -> Panel | None:
    """Of a school its rounds, of a company those in which it is. A student's page never tells of them."""
    if subject.is_person:
        return None
    found = list(queries.of_profile(subject, request.user)[:SHOWN])
    return Panel("studies/courses/panel_profile.html", {"rounds": found}) if found else None
