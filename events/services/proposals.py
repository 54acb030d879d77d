"""Two connected parties agree on a time in three steps: propose times, accept one, both calendars hold it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core.errors import DomainError
from events.models import Meeting, MeetingProposal, ProposedTime
from events.rules import meetings as rules
from events.services import meetings as meeting_services
from matching.rules import are_connected
from notifications.services import notify

State = MeetingProposal.State


class NotForYou(DomainError):
    message = _("Only a representative of the side that was asked can answer.")


class NotYourProfile(DomainError):
    message = _("Only a representative can propose a meeting for the profile.")


class NotConnected(DomainError):
    message = _("Meetings can be proposed to those with whom you are connected.")


class NoTimes(DomainError):
    message = _("Propose at least one time.")


class TooManyTimes(DomainError):
    message = _("Propose at most five times.")


class TimeTwice(DomainError):
    message = _("The same time is proposed twice. Change one of them.")


class TimeTooSoon(DomainError):
    message = _("Choose a time that is at least half an hour ahead.")


class TimeTooFar(DomainError):
    message = _("Choose a time within a year from now.")


class TimePassed(DomainError):
    message = _("That time has passed already. Choose another, or propose other times.")


class ProposalIsOpen(DomainError):
    message = _("There is already a proposal between you that waits for an answer. Answer or withdraw it first.")


class MovedByHost(DomainError):
    message = _("The event's host gives this meeting its time.")


class ProposalAccepted(DomainError):
    message = _("A time has already been accepted. You find the meeting among your meetings.")


class ProposalWithdrawn(DomainError):
    message = _("The proposal has been withdrawn, so nothing was agreed.")


class ProposalDeclined(DomainError):
    message = _("The proposal has already been declined.")


class ProposalCountered(DomainError):
    message = _("Other times have already been proposed in place of these. Look at the newest proposal.")


_ANSWERED: dict[str, type[DomainError]] = {
    State.ACCEPTED: ProposalAccepted,
    State.WITHDRAWN: ProposalWithdrawn,
    State.DECLINED: ProposalDeclined,
    State.COUNTERED: ProposalCountered,
}


@transaction.atomic
def propose_meeting(
    *,
    proposer: Profile,
    other: Profile,
    times: Sequence[datetime],
    minutes: int,
    by: Any,
    now: datetime,
    topic: str = "",
    language: str = "fi",
    place: str = "",
    moves: Meeting | None = None,
) -> MeetingProposal:
    """Offer one to five times to a connected party. With `moves`, they are new times for a meeting already agreed.

    Raises `NotYourProfile`, `NotConnected`, `ProposalIsOpen`, or what is wrong with the times (field `times`).
    """
    if not rules.may_propose_for(by, proposer):
        raise NotYourProfile
    if not are_connected(proposer, other):
        raise NotConnected
    _check_times(times, now)
    if moves is not None:
        _check_move(moves, proposer, other, now)
    return _open(
        proposer=proposer,
        other=other,
        times=times,
        minutes=minutes,
        by=by,
        now=now,
        topic=topic,
        language=language,
        place=place,
        moves=moves,
    )


@transaction.atomic
def counter_proposal(
    *,
    proposal: MeetingProposal,
    times: Sequence[datetime],
    minutes: int,
    by: Any,
    now: datetime,
    place: str = "",
    topic: str = "",
    language: str = "fi",
) -> MeetingProposal:
    """None of the times fit: answer with others, in one step. Raises as `propose_meeting` and `accept_proposal` do."""
    proposal = _answer(proposal, State.COUNTERED, by=by, now=now)
    if not are_connected(proposal.proposer, proposal.other):
        raise NotConnected
    _check_times(times, now)
    return _open(
        proposer=proposal.other,
        other=proposal.proposer,
        times=times,
        minutes=minutes,
        by=by,
        now=now,
        topic=topic or proposal.topic,
        language=language if topic else proposal.language,
        place=place or proposal.place,
        moves=proposal.moves,
        counters=proposal,
    )


@transaction.atomic
def accept_proposal(*, proposal: MeetingProposal, time: ProposedTime, by: Any, now: datetime) -> Meeting:
    """Agree on one of the times: the meeting comes to be, or moves, and both calendars hear of it.

    Of several who answer at once one wins; the others get the answer that stands: `ProposalAccepted`,
    `ProposalWithdrawn`, `ProposalDeclined` or `ProposalCountered`. Also raises `NotForYou`, `NotConnected`,
    `TimePassed` and `TimeClash`; then nothing has changed.
    """
    proposal = _answer(proposal, State.ACCEPTED, by=by, now=now)
    if not are_connected(proposal.proposer, proposal.other):
        raise NotConnected
    time = proposal.times.get(pk=time.pk)
    if time.starts_at <= now:
        raise TimePassed(field="time")
    if proposal.moves_id is not None:
        meeting = Meeting.objects.select_for_update().get(pk=proposal.moves_id)
        meeting_services.move_meeting(
            meeting=meeting,
            starts_at=time.starts_at,
            ends_at=time.ends_at,
            place=proposal.place or meeting.place,
            now=now,
        )
    else:
        meeting = meeting_services.agree_meeting(
            parties=[(proposal.proposer, proposal.proposed_by), (proposal.other, by)],
            starts_at=time.starts_at,
            ends_at=time.ends_at,
            place=proposal.place,
            topic=proposal.topic,
            language=proposal.language,
            now=now,
        )
    MeetingProposal.objects.filter(pk=proposal.pk).update(meeting=meeting)
    return meeting


@transaction.atomic
def decline_proposal(*, proposal: MeetingProposal, by: Any, now: datetime, reason: str = "") -> None:
    """Say no, with a reason if one likes. Raises as `accept_proposal` does when it has been answered."""
    proposal = _answer(proposal, State.DECLINED, by=by, now=now, reason=reason)
    if proposal.proposed_by is not None:
        notify(
            "events.proposal_declined", proposal.proposed_by, {"proposal": proposal.pk}, key=str(proposal.pk), now=now
        )


@transaction.atomic
def withdraw_proposal(*, proposal: MeetingProposal, by: Any, now: datetime) -> None:
    """Take one's own open proposal back. Raises `NotYourProfile`, or the answer that it already has."""
    locked = MeetingProposal.objects.select_for_update(of=("self",)).select_related("proposer").get(pk=proposal.pk)
    if not rules.may_withdraw_proposal(by, locked):
        raise NotYourProfile
    _close(locked, State.WITHDRAWN, by=by, now=now)
    people = _representatives(locked.other)
    notify("events.proposal_withdrawn", people, {"proposal": locked.pk}, key=str(locked.pk), now=now)


def _answer(
    proposal: MeetingProposal, state: MeetingProposal.State, *, by: Any, now: datetime, reason: str = ""
) -> MeetingProposal:
    """Answer an open proposal, once, under lock."""
    locked = (
        MeetingProposal.objects.select_for_update(of=("self",))
        .select_related("proposer", "other", "proposed_by")
        .get(pk=proposal.pk)
    )
    if not rules.may_answer_proposal(by, locked):
        raise NotForYou
    _close(locked, state, by=by, now=now, reason=reason)
    return locked


def _close(locked: MeetingProposal, state: MeetingProposal.State, *, by: Any, now: datetime, reason: str = "") -> None:
    # The condition stands in the update itself: where there are no row locks, it is what lets only one through.
    changed = MeetingProposal.objects.filter(pk=locked.pk, state=State.OPEN).update(
        state=state, answered_at=now, answered_by=by, reason=reason
    )
    if not changed:
        locked.refresh_from_db(fields=["state"])
        raise _ANSWERED[locked.state]
    locked.state = state


def _check_times(times: Sequence[datetime], now: datetime) -> None:
    if not times:
        raise NoTimes(field="times")
    if len(times) > rules.MOST_TIMES:
        raise TooManyTimes(field="times")
    if len(set(times)) < len(times):
        raise TimeTwice(field="times")
    if min(times) < now + rules.EARLIEST:
        raise TimeTooSoon(field="times")
    if max(times) > now + rules.LATEST:
        raise TimeTooFar(field="times")


def _check_move(meeting: Meeting, proposer: Profile, other: Profile, now: datetime) -> None:
    if {party.profile_id for party in meeting.parties.all()} != {proposer.pk, other.pk}:
        raise meeting_services.NotYourMeeting
    if meeting.slot_id is not None:
        raise MovedByHost
    if meeting.is_cancelled:
        raise meeting_services.MeetingIsCancelled
    if meeting.starts_at <= now:
        raise meeting_services.MeetingIsOver


def _open(
    *,
    proposer: Profile,
    other: Profile,
    times: Sequence[datetime],
    minutes: int,
    by: Any,
    now: datetime,
    topic: str,
    language: str,
    place: str,
    moves: Meeting | None,
    counters: MeetingProposal | None = None,
) -> MeetingProposal:
    try:
        with transaction.atomic():
            proposal = MeetingProposal.objects.create(
                proposer=proposer,
                other=other,
                proposed_by=by,
                topic=topic,
                language=language,
                place=place,
                moves=moves,
                counters=counters,
                proposed_at=now,
            )
    except IntegrityError as error:  # events_proposal_open_once: the other side, or a second press, was quicker
        raise ProposalIsOpen from error
    length = timedelta(minutes=minutes)
    ProposedTime.objects.bulk_create(
        ProposedTime(proposal=proposal, starts_at=start, ends_at=start + length) for start in sorted(times)
    )
    notify("events.proposal", _representatives(other), {"proposal": proposal.pk}, key=str(proposal.pk), now=now)
    return proposal


def _representatives(profile: Profile) -> list[Any]:
    return [row.user for row in profile.representatives.select_related("user")]
