"""Whether a meeting was held, from what its sides say; who says what, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from events.models import FollowUp, Meeting, MeetingParty
from events.rules.meetings import own_party

ASKED_AFTER = (30, 90)
"""Days after which it is asked whether something came of it."""
ANSWERED_WITHIN = timedelta(days=120)
"""A link in a mail answers for so long."""

Outcome = MeetingParty.Outcome
HELD = (Outcome.HAPPENED, Outcome.STAND_IN)
FRUITS = (FollowUp.Came.OFFER, FollowUp.Came.DEAL, FollowUp.Came.PROJECT, FollowUp.Came.THESIS)
"""What came of it and can be seen; talks are hope still."""


class Verdict(StrEnum):
    HELD = "held"
    MISSED = "missed"
    """Somebody did not come, and nobody says that it was held."""
    CALLED_OFF = "called_off"
    """In time: nobody waited in vain."""
    DISPUTED = "disputed"
    """The sides say opposite things, so it counts neither as kept nor as missed."""
    UNKNOWN = "unknown"


def verdict(said: Iterable[str]) -> Verdict:
    """Of a meeting that was not cancelled, from its sides' words; a side that is silent is the empty text."""
    words = {word for word in said if word}
    if not words:
        return Verdict.UNKNOWN
    is_held = any(word in HELD for word in words)
    if is_held:
        return Verdict.DISPUTED if Outcome.DID_NOT in words else Verdict.HELD
    return Verdict.MISSED if Outcome.DID_NOT in words else Verdict.CALLED_OFF


def may_say_outcome(user: Any, meeting: Meeting, now: datetime) -> bool:
    """A side of a meeting that was not cancelled, once its time has come."""
    return not meeting.is_cancelled and meeting.starts_at <= now and own_party(user, meeting) is not None


def may_answer_follow_up(user: Any, follow_up: FollowUp, now: datetime) -> bool:
    """Either person of the side that was asked."""
    meeting = follow_up.party.meeting
    party = own_party(user, meeting)
    return may_say_outcome(user, meeting, now) and party is not None and party.pk == follow_up.party_id
