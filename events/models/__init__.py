"""What is kept of events: the events themselves, rounds of 1:1 meetings, meetings."""

from events.models.event import Event, EventTheme, Registration
from events.models.meetings import CalendarFeed, Meeting, MeetingParty, MeetingProposal, ProposedTime
from events.models.rounds import Absence, MeetingRequest, Round, RoundBreak, Slot, SolverRun

__all__ = [
    "Absence",
    "CalendarFeed",
    "Event",
    "EventTheme",
    "Meeting",
    "MeetingParty",
    "MeetingProposal",
    "MeetingRequest",
    "ProposedTime",
    "Registration",
    "Round",
    "RoundBreak",
    "Slot",
    "SolverRun",
]
