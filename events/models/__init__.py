"""What is kept of events: the events themselves, rounds of 1:1 meetings, meetings."""

from events.models.meetings import CalendarFeed, Meeting, MeetingParty, MeetingProposal, ProposedTime

__all__ = ["CalendarFeed", "Meeting", "MeetingParty", "MeetingProposal", "ProposedTime"]
