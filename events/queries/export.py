"""What is known of a person's meetings, for their own export."""

from __future__ import annotations

from typing import Any

from events.models import MeetingParty, MeetingProposal, MeetingRequest


def meetings_of(user: Any) -> dict[str, Any]:
    """Meetings, proposals and requests of the person, in their own words; others' only as names of their profiles."""
    parties = MeetingParty.objects.filter(user=user).select_related("meeting", "profile").order_by("pk")
    proposals = MeetingProposal.objects.filter(proposed_by=user).select_related("other").prefetch_related("times")
    requests = MeetingRequest.objects.filter(asker__user=user).select_related("asked__profile", "round__event")
    return {
        "meetings": [
            {
                "for": party.profile.name,
                "starts_at": party.meeting.starts_at.isoformat(),
                "ends_at": party.meeting.ends_at.isoformat(),
                "place": party.meeting.place,
                "topic": party.meeting.topic,
                "state": party.meeting.state,
                "outcome": party.outcome,
            }
            for party in parties
        ],
        "proposals": [
            {
                "to": proposal.other.name,
                "at": proposal.proposed_at.isoformat(),
                "times": [time.starts_at.isoformat() for time in proposal.times.all()],
                "topic": proposal.topic,
                "state": proposal.state,
            }
            for proposal in proposals
        ],
        "requests": [
            {
                "to": request.asked.profile.name,
                "event": request.round.event.title,
                "at": request.made_at.isoformat(),
                "message": request.message,
                "state": request.state,
            }
            for request in requests
        ],
    }
