"""Who may do what with meetings outside events, and what a person may see of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts import rules as accounts_rules
from accounts.models import Profile
from events.models import DeskVisit, Meeting, MeetingProposal

MOST_TIMES = 5
EARLIEST = timedelta(minutes=30)
"""A time nearer than this cannot be proposed: the other side has to have a chance to see it."""
LATEST = timedelta(days=366)
LENGTHS = (15, 30, 45, 60, 90, 120)


def may_propose_for(user: Any, profile: Profile) -> bool:
    """Any representative of a published profile."""
    return profile.status == Profile.Status.PUBLISHED and accounts_rules.may_act_for(user, profile)


def may_see_proposal(user: Any, proposal: MeetingProposal) -> bool:
    return accounts_rules.may_act_for(user, proposal.proposer) or accounts_rules.may_act_for(user, proposal.other)


def may_answer_proposal(user: Any, proposal: MeetingProposal) -> bool:
    """The side that was asked; whoever proposed the times cannot accept them, too."""
    return accounts_rules.may_act_for(user, proposal.other)


def may_withdraw_proposal(user: Any, proposal: MeetingProposal) -> bool:
    return accounts_rules.may_act_for(user, proposal.proposer)


def own_party(user: Any, meeting: Meeting) -> Any:
    """The side on which the person stands: comes to the meeting, or represents a profile that has it; else None.

    Uses the meeting's parties as they have been fetched.
    """
    if not user.is_authenticated:
        return None
    parties = list(meeting.parties.all())
    comes = next((party for party in parties if party.user_id == user.pk), None)
    if comes is not None:
        return comes
    mine = set(
        Profile.objects.represented_by(user)
        .filter(pk__in=[party.profile_id for party in parties])
        .values_list("pk", flat=True)
    )
    return next((party for party in parties if party.profile_id in mine), None)


def may_see_meeting(user: Any, meeting: Meeting) -> bool:
    """The two sides, and nobody else."""
    return own_party(user, meeting) is not None


def may_cancel_meeting(user: Any, meeting: Meeting) -> bool:
    return own_party(user, meeting) is not None


def may_move_meeting(user: Any, meeting: Meeting) -> bool:
    """Either side may propose another time for a meeting outside events; a round's meetings are moved by its host."""
    return meeting.slot_id is None and own_party(user, meeting) is not None and not is_desk_visit(meeting)


def is_desk_visit(meeting: Meeting) -> bool:
    """A booked visit to an advisory desk: another time is booked at the desk, and the place is the visitor's own."""
    return meeting.slot_id is None and DeskVisit.objects.filter(meeting=meeting).exists()


def may_come_after_all(user: Any, meeting: Meeting, now: datetime) -> bool:
    """The side that cancelled, before the meeting's time."""
    party = own_party(user, meeting)
    if party is None or not meeting.is_cancelled:
        return False
    return meeting.starts_at > now and meeting.cancelled_by_id == party.profile_id and not is_desk_visit(meeting)
