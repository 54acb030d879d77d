"""The host's word on a request: it must be held, or the two are kept apart."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from events.models import Meeting, MeetingRequest
from events.rules import rounds as rules
from events.services.rounds import NotTheHost, RoundIsBusy, lock_round


class UnknownWord(DomainError):
    message = _("Choose one of the three.")


class TheyMeet(DomainError):
    message = _("They have a time already. Cancel the meeting first.")


@transaction.atomic
def say_of_request(*, request: MeetingRequest, word: str, by: Any, now: datetime) -> MeetingRequest:
    """Heeded when the schedule is made next. Raises `NotTheHost`, `UnknownWord`, `RoundIsBusy` or `TheyMeet`."""
    round = lock_round(request.round)
    if not rules.may_host_round(by, round):
        raise NotTheHost
    if word not in MeetingRequest.Word.values:
        raise UnknownWord
    if round.state == round.State.SOLVING:
        raise RoundIsBusy
    if word == MeetingRequest.Word.APART and Meeting.objects.agreed().filter(request=request).exists():
        raise TheyMeet
    MeetingRequest.objects.filter(pk=request.pk).update(host_says=word)
    request.host_says = word
    audit.record("request.host_says", request, by=by, now=now, word=word)
    return request
