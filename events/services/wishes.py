"""The host's word: on a request, that it must be held or the two are kept apart; and on two who have not asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from events.models import Apart, Meeting, MeetingRequest, Registration, Round
from events.rules import rounds as rules
from events.services.moving import arrange
from events.services.placing import place_request
from events.services.repairs import NotAParticipant
from events.services.requests import NobodyIsAsked, SameProfile, word_on
from events.services.rounds import NotTheHost, RoundIsBusy, lock_round


class UnknownWord(DomainError):
    message = _("Choose one of the three.")


class TheyMeet(DomainError):
    message = _("The two have a time already. Cancel the meeting first.")


@transaction.atomic
def say_of_request(*, request: MeetingRequest, word: str, by: Any, now: datetime) -> MeetingRequest:
    """Heeded when the schedule is made next. Raises `NotTheHost`, `UnknownWord`, `RoundIsBusy` or `TheyMeet`."""
    if word not in MeetingRequest.Word.values:
        raise UnknownWord
    _host_lock(request.round, by)
    if word == MeetingRequest.Word.APART and Meeting.objects.agreed().filter(request=request).exists():
        raise TheyMeet
    MeetingRequest.objects.filter(pk=request.pk).update(host_says=word)
    request.host_says = word
    if word != MeetingRequest.Word.APART:
        Apart.objects.of_pair(request.asker_id, request.asked_id).filter(round=request.round_id).delete()
    audit.record("request.host_says", request, by=by, now=now, word=word)
    return request


@transaction.atomic
def pair_up(*, round: Round, one: Registration, other: Registration, by: Any, now: datetime) -> MeetingRequest:
    """Two who need not have asked must meet. Before the schedule is made they count as agreed, and it is held whatever
    else falls out; once it is published they get the best time that is free for both, and are told.

    Raises `NotTheHost`, `RoundIsBusy`, `NobodyIsAsked` of a speed round, what `arrange` says of the two, or what there
    is instead of a time (`placing.place_request`).
    """
    round = _host_lock(round, by)
    if round.is_speed:
        raise NobodyIsAsked
    request = arrange(round, one, other, now=now)
    MeetingRequest.objects.filter(pk=request.pk).update(host_says=MeetingRequest.Word.MUST)
    request.host_says = MeetingRequest.Word.MUST
    if round.published_at is not None:
        place_request(request, round=round, now=now)
    audit.record("request.paired", request, by=by, now=now)
    return request


@transaction.atomic
def keep_apart(*, round: Round, one: Registration, other: Registration, by: Any, now: datetime) -> None:
    """The two get no time together in the round, whether they have asked, ask later, or never do. They are not told.

    Raises `NotTheHost`, `RoundIsBusy`, `NotAParticipant`, `SameProfile`, or `TheyMeet`.
    """
    round = _host_lock(round, by)
    if round.event_id != one.event_id or round.event_id != other.event_id:
        raise NotAParticipant
    if one.profile_id == other.profile_id:
        raise SameProfile
    between = round.requests.of_pair(one.pk, other.pk)
    if Meeting.objects.agreed().filter(request__in=between).exists():
        raise TheyMeet
    between.update(host_says=MeetingRequest.Word.APART)
    if not word_on(round, one, other):
        Apart.objects.create(round=round, one=one, other=other, said_at=now)
    audit.record("round.kept_apart", round, by=by, now=now)


@transaction.atomic
def let_meet(*, apart: Apart, by: Any, now: datetime) -> None:
    """They may meet again. Raises `NotTheHost` or `RoundIsBusy`."""
    round = _host_lock(apart.round, by)
    between = round.requests.of_pair(apart.one_id, apart.other_id)
    between.filter(host_says=MeetingRequest.Word.APART).update(host_says=MeetingRequest.Word.NOTHING)
    apart.delete()
    audit.record("round.let_meet", round, by=by, now=now)


def _host_lock(round: Round, by: Any) -> Round:
    round = lock_round(round)
    if not rules.may_host_round(by, round):
        raise NotTheHost
    if round.state == round.State.SOLVING:
        raise RoundIsBusy
    return round
