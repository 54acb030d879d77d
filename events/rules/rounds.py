"""Who may do what in a round of 1:1 meetings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from accounts import rules as accounts_rules
from events.models import MeetingRequest, Registration, Round
from events.rules.events import may_manage_event

SLOT_MINUTES = (10, 15, 20, 25, 30, 45, 60)
MOST_SLOTS = 60
MOST_TABLES = 300
MOST_PENDING = 25
"""Requests of one participant that may wait for an answer: enough for a day, too few to ask everybody."""
SOLVE_SECONDS = 10
LEASE = timedelta(seconds=20)
MOST_ATTEMPTS = 2

WEIGHT_ACCEPTED = 2
WEIGHT_MUTUAL = 4
WEIGHT_FIRST = 3
"""What the solver weighs: a meeting that both asked for is worth two that one asked for; and a person's first meeting
is worth more than another's fifth."""


def may_host_round(user: Any, round: Round) -> bool:
    return may_manage_event(user, round.event)


def comes_as(user: Any, registration: Registration) -> bool:
    """The person who comes, or a representative of the profile that they come for."""
    if not user.is_authenticated:
        return False
    return registration.user_id == user.pk or accounts_rules.may_act_for(user, registration.profile)


def may_answer_request(user: Any, request: MeetingRequest) -> bool:
    return comes_as(user, request.asked)


def may_withdraw_request(user: Any, request: MeetingRequest) -> bool:
    """The asker while it waits; either side once it is accepted and has no time yet."""
    if request.is_pending:
        return comes_as(user, request.asker)
    return comes_as(user, request.asker) or comes_as(user, request.asked)
