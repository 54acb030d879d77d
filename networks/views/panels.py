"""What networks show on other pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.models import Profile
from core.panels import Panel
from events.rules import events as event_rules
from networks.models import Coordinator, Network
from networks.queries import networks as queries
from themes.models import Theme

SHOWN = 5


def profile(request: HttpRequest, subject: Profile) -> Panel | None:
    """The networks in which the organisation is, or which it hosts: those that the reader sees."""
    found = queries.of_profile(subject, request.user)
    return Panel("networks/panel_profile.html", {"networks": found, "profile": subject}) if found else None


def theme(request: HttpRequest, subject: Theme) -> Panel | None:
    rows = queries.rows(queries.of_theme(subject, request.user)[:SHOWN], request.user)
    return Panel("networks/panel_theme.html", {"rows": rows}) if rows else None


def desk(request: HttpRequest, subject: Any) -> Panel | None:
    """Those that the person coordinates, and the way to a new one."""
    if not event_rules.may_create_event(request.user):
        return None
    led = Coordinator.objects.filter(user=request.user.pk).values("network")
    found = queries.listed(request.user).filter(pk__in=led).exclude(state=Network.State.ENDED)[: SHOWN * 2]
    return Panel("networks/panel_desk.html", {"rows": queries.rows(found, request.user)})
