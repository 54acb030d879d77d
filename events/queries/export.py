"""What is known of a person's meetings, for their own export."""

from __future__ import annotations

from typing import Any

from events.models import (
    Announcement,
    BusyTime,
    DeskVisit,
    Lateness,
    MeetingLimit,
    MeetingParty,
    MeetingProposal,
    MeetingRequest,
    Presence,
    SwapRequest,
    Wish,
)


def meetings_of(user: Any) -> dict[str, Any]:
    """Meetings, proposals and requests of the person, in their own words; others' only as names of their profiles."""
    parties = MeetingParty.objects.filter(user=user).select_related("meeting", "profile").order_by("pk")
    parties = parties.prefetch_related("follow_ups")
    proposals = MeetingProposal.objects.filter(proposed_by=user).select_related("other").prefetch_related("times")
    requests = MeetingRequest.objects.filter(asker__user=user).select_related("asked__profile", "round__event")
    wishes = Wish.objects.filter(by__user=user).select_related("about__profile", "about__event")
    presences = Presence.objects.filter(registration__user=user).select_related("registration__event")
    busy = BusyTime.objects.filter(registration__user=user)
    return {
        "calendars_followed": [
            {"event": one.registration.event.title, "address": one.calendar_url}
            for one in presences
            if one.calendar_url
        ],
        "most_meetings": [
            {"event": one.round.event.title, "most": one.own_most}
            for one in MeetingLimit.objects.filter(registration__user=user).select_related("round__event")
            if one.own_most
        ],
        "busy_times": [{"from": one.starts_at.isoformat(), "until": one.ends_at.isoformat()} for one in busy],
        "wishes": [
            {"about": one.about.profile.name, "event": one.about.event.title, "word": one.word} for one in wishes
        ],
        "meetings": [
            {
                "for": party.profile.name,
                "starts_at": party.meeting.starts_at.isoformat(),
                "ends_at": party.meeting.ends_at.isoformat(),
                "place": party.meeting.place,
                "topic": party.meeting.topic,
                "state": party.meeting.state,
                "outcome": party.outcome,
                "useful": party.useful,
                "next_step": party.next_step,
                "note": party.note,
                "came_of_it": {str(one.after_days): one.came for one in party.follow_ups.all()},
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
        "calendar_addresses": [
            {
                "of": feed.scope,
                "event": feed.event.title if feed.event else "",
                "theme": feed.theme.label if feed.theme else "",
                "made_at": feed.made_at.isoformat(),
                "fetched_at": feed.fetched_at.isoformat() if feed.fetched_at else "",
                "fetched_with": feed.fetched_with,
                "revoked_at": feed.revoked_at.isoformat() if feed.revoked_at else "",
            }
            for feed in user.calendar_feeds.select_related("event", "theme")
        ],
        **_of_the_day(user),
    }


def _of_the_day(user: Any) -> dict[str, Any]:
    """What the person has said on events' days."""
    late = Lateness.objects.filter(registration__user=user).select_related("registration__event")
    swaps = SwapRequest.objects.filter(asker__user=user).select_related("slot", "asker__event")
    said = Announcement.objects.filter(said_by=user).select_related("event")
    visits = DeskVisit.objects.filter(user=user).select_related("desk__event")
    return {
        "desk_visits": [
            {
                "event": one.desk.event.title,
                "desk": one.desk.name,
                "at": one.joined_at.isoformat(),
                "about": one.about,
                "state": one.state,
                "note_of_the_desk": one.note,
            }
            for one in visits
        ],
        "said_late": [
            {
                "event": one.registration.event.title,
                "at": one.said_at.isoformat(),
                "comes_at": one.comes_at.isoformat(),
            }
            for one in late
        ],
        "other_times_asked": [
            {
                "event": one.asker.event.title,
                "at": one.asked_at.isoformat(),
                "time": one.slot.starts_at.isoformat(),
                "state": one.state,
            }
            for one in swaps
        ],
        "announcements": [{"event": one.event.title, "at": one.said_at.isoformat(), "text": one.text} for one in said],
    }
