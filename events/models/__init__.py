"""What is kept of events: themselves, their programme, who comes to them, rounds of 1:1 meetings, meetings."""

from events.models.availability import BusyTime, Presence, SessionChoice
from events.models.calendars import CalendarFeed
from events.models.day import Announcement, Lateness, SwapRequest
from events.models.desks import AdviceDesk, DeskVisit
from events.models.doors import CheckIn, HelperLink
from events.models.event import Event, EventTheme
from events.models.limits import MeetingLimit
from events.models.meetings import Meeting, MeetingParty, MeetingProposal, ProposedTime
from events.models.outcomes import EventReport, FollowUp
from events.models.own_tables import OwnTable
from events.models.programme import Room, Session, SessionSpeaker, Speaker
from events.models.questions import Answer, Question
from events.models.registrations import ColleagueInvitation, Registration
from events.models.rounds import Absence, Apart, MeetingRequest, OfferedSlot, Round, RoundBreak, Slot, SolverRun
from events.models.series import EventSeries, EventTemplate
from events.models.tickets import RegistrationRules, TicketCategory
from events.models.wishes import Wish

__all__ = [
    "Absence",
    "AdviceDesk",
    "Announcement",
    "Answer",
    "Apart",
    "BusyTime",
    "CalendarFeed",
    "CheckIn",
    "ColleagueInvitation",
    "DeskVisit",
    "Event",
    "EventReport",
    "EventSeries",
    "EventTemplate",
    "EventTheme",
    "FollowUp",
    "HelperLink",
    "Lateness",
    "Meeting",
    "MeetingLimit",
    "MeetingParty",
    "MeetingProposal",
    "MeetingRequest",
    "OfferedSlot",
    "OwnTable",
    "Presence",
    "ProposedTime",
    "Question",
    "Registration",
    "RegistrationRules",
    "Room",
    "Round",
    "RoundBreak",
    "Session",
    "SessionChoice",
    "SessionSpeaker",
    "Slot",
    "SolverRun",
    "Speaker",
    "SwapRequest",
    "TicketCategory",
    "Wish",
]
