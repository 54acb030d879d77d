"""What a network's meetings show on other pages."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from core.panels import Panel
from events.models import Event
from networks.models import Group, Network, NetworkMeeting
from networks.queries import meetings as queries
from networks.queries import rotation as rotation_queries
from networks.rules.meetings import may_see_meeting
from networks.rules.networks import may_coordinate, may_lead_group, may_see_inside

MATRIX_SHOWN = 10


def series(request: HttpRequest, network: Network) -> Panel | None:
    """The thread of meetings: to members all of them, to others those that are for everybody."""
    found = queries.series_of(network, request.user, timezone.now())
    may_run = may_coordinate(request.user, network)
    if not found.steps and not may_run:
        return None
    is_inside = may_see_inside(request.user, network)
    context = {"network": network, "series": found, "may_run": may_run, "is_inside": is_inside}
    return Panel("networks/meetings/panel_series.html", context)


def group_series(request: HttpRequest, group: Group) -> Panel | None:
    """The group's own meetings, for those who may see them."""
    found = queries.series_of(group.network, request.user, timezone.now(), group=group)
    may_run = group.ended_at is None and may_lead_group(request.user, group)
    if not found.steps and not may_run:
        return None
    context = {"network": group.network, "group": group, "series": found, "may_run": may_run, "is_inside": True}
    return Panel("networks/meetings/panel_series.html", context)


def who_has_met(request: HttpRequest, network: Network) -> Panel | None:
    """For members, from the first meeting on."""
    if not may_see_inside(request.user, network):
        return None
    found = rotation_queries.matrix(network, now=timezone.now(), most=MATRIX_SHOWN)
    if not found.met:
        return None
    return Panel("networks/meetings/panel_matrix.html", {"network": network, "matrix": found})


def event_of_meeting(request: HttpRequest, event: Event) -> Panel | None:
    """On the event's page: the way to the meeting's aim, tables and minutes."""
    meeting = NetworkMeeting.objects.select_related("network", "group", "event").filter(event=event).first()
    if meeting is None or not may_see_meeting(request.user, meeting):
        return None
    return Panel("networks/meetings/panel_event.html", {"meeting": meeting})
