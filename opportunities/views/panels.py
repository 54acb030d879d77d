"""Offers and needs on other pages."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Profile
from conversations.models import Side
from core.panels import Panel
from opportunities.queries import feeds as feed_queries
from opportunities.queries import opportunities as queries
from opportunities.rules import feeds as feed_rules
from themes.models import Theme


def profile(request: HttpRequest, subject: Profile) -> Panel | None:
    """Its open ones."""
    rows = queries.of_profile(subject, request.user, timezone.now())
    return Panel("opportunities/panel_profile.html", {"rows": rows, "profile": subject}) if rows else None


def theme(request: HttpRequest, subject: Theme) -> Panel | None:
    rows, count = queries.of_theme(subject, request.user, timezone.now())
    context = {"rows": rows, "count": count, "more": count > len(rows), "theme": subject}
    return Panel("opportunities/panel_theme.html", context) if rows else None


def front(request: HttpRequest, subject: Any) -> Panel | None:
    rows = queries.newest(request.user, timezone.now())
    return Panel("opportunities/panel_front.html", {"rows": rows}) if rows else None


def conversation(request: HttpRequest, side: Side) -> Panel | None:
    """What the two talk about."""
    now = timezone.now()
    heads = [(row.opportunity, row.opportunity.is_open(now)) for row in queries.heads_of(side)]
    return Panel("opportunities/panel_conversation.html", {"heads": heads, "side": side}) if heads else None


def desk(request: HttpRequest, subject: Any) -> Panel | None:
    """What others offer: how much waits to be looked at, and which feeds are down."""
    if not feed_rules.may_tell_of_others(request.user):
        return None
    waiting, failing, feeds = feed_queries.numbers(timezone.now())
    return Panel("opportunities/panel_desk.html", {"waiting": waiting, "failing": failing, "feeds": feeds})
