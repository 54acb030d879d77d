"""What meetings and rounds give to the rest of the house. Called once, when apps are ready."""

from __future__ import annotations

from accounts import hooks
from core import nav, panels
from events import notices, notices_day, notices_desks, notices_outcomes
from events.queries import export, meetings, worth
from events.services import departures
from matching import connection_actions, outcomes
from notifications import kinds


def register() -> None:
    from events.views import desks
    from events.views import panels as own

    for kind in (*notices.KINDS, *notices_day.KINDS, *notices_desks.KINDS, *notices_outcomes.KINDS):
        kinds.register(kind)
    nav.register_tool("events.meetings", "events/meetings/tool.html", own.tool, order=20)
    panels.register("front", "events.meetings", own.front, order=10)
    panels.register("event", "events.round", own.event_round, order=20)
    panels.register("event", "events.desks", desks.panel, order=22)
    connection_actions.register("events.propose", own.propose_actions, order=10)
    outcomes.on_met("events.meetings", meetings.met_pairs)
    outcomes.on_worth("events.meetings", worth.worth_of, worth.fruits_between)
    hooks.on_export("meetings", export.meetings_of)
    hooks.on_user_leaving("events", departures.leave_everything)
