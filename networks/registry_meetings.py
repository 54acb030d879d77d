"""What a network's meetings give to the rest of the house. Called once, when apps are ready."""

from __future__ import annotations

from core import panels
from events import hooks as event_hooks
from notifications import kinds


def register() -> None:
    from networks import notices_meetings
    from networks.queries.wheel import NetworkCalendar
    from networks.rules.meetings import CIRCLE, events_managed_by, events_seen_by, may_organise_meeting
    from networks.views import meeting_panels

    for kind in notices_meetings.KINDS:
        kinds.register(kind)
    event_hooks.on_circle(CIRCLE, events_seen_by)
    event_hooks.on_managing(CIRCLE, events_managed_by, may_organise_meeting)
    event_hooks.on_calendar(CIRCLE, NetworkCalendar())
    panels.register("network", "networks.series", meeting_panels.series, order=20)
    panels.register("network_group", "networks.group_series", meeting_panels.group_series, order=20)
    panels.register("network", "networks.matrix", meeting_panels.who_has_met, order=30)
    panels.register("event", "networks.event", meeting_panels.event_of_meeting, order=10)
