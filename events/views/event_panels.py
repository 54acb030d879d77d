"""What events show on other pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Profile
from core.panels import Panel
from events.models import Event
from events.queries import events as queries
from events.rules import events as rules
from themes.models import Theme

SHOWN = 3


def front(request: HttpRequest, subject: Any) -> Panel | None:
    """The nearest events of all."""
    now = timezone.now()
    found = queries.coming(queries.listed(request.user).filter(state__in=STANDING), now)[:SHOWN]
    rows = queries.rows(found, request.user, now)
    return Panel("events/events/panel_front.html", {"rows": rows}) if rows else None


def theme(request: HttpRequest, subject: Theme) -> Panel | None:
    now = timezone.now()
    found = queries.filtered(queries.listed(request.user).filter(state__in=STANDING), theme=subject.slug)
    rows = queries.rows(queries.coming(found, now)[:SHOWN], request.user, now)
    return Panel("events/events/panel_theme.html", {"rows": rows, "theme": subject}) if rows else None


def profile(request: HttpRequest, subject: Profile) -> Panel | None:
    """What this organisation arranges; where it takes part is not told to others."""
    now = timezone.now()
    found = queries.listed(request.user).filter(state__in=STANDING, organiser=subject)
    rows = queries.rows(queries.coming(found, now)[:SHOWN], request.user, now)
    return Panel("events/events/panel_profile.html", {"rows": rows}) if rows else None


def desk(request: HttpRequest, subject: Any) -> Panel | None:
    """The coordinator's own events, drafts first, and the way to a new one."""
    if not rules.may_create_event(request.user):
        return None
    now = timezone.now()
    found = queries.listed(request.user).exclude(state=Event.State.CANCELLED)
    own = found.filter(Q(created_by=request.user) | Q(organiser__representatives__user=request.user)).distinct()
    rows = queries.rows(queries.coming(own, now)[: SHOWN * 2], request.user, now)
    return Panel("events/events/panel_desk.html", {"rows": rows})


STANDING = (Event.State.PUBLISHED, Event.State.CLOSED)
