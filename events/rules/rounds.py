"""Who may do what in a round of 1:1 meetings."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts import rules as accounts_rules
from events.models import MeetingRequest, Registration, Round
from events.rules.events import may_manage_event

SLOT_MINUTES = (10, 15, 20, 25, 30, 45, 60)
MOST_SLOTS = 60
MOST_TABLES = 300
MOST_PENDING = 25
"""Requests of one participant that may wait for an answer: enough for a day, too few to ask everybody."""
MOST_TIMES_ASKED = 3
"""How often one asks the same party in a round, withdrawn and expired ones counted: nobody is asked in a loop."""
MOST_OFFERED = 3
MOST_STARS = 10
WISHES_KEPT = timedelta(days=30)
ANSWER_HOURS = (24, 48, 72, 120, 168)
REMIND_BEFORE = timedelta(hours=24)
"""Whoever has not answered hears once more, this long before the request expires; of a shorter time, its half."""
SOLVE_SECONDS = 10
REPAIR_SECONDS = 2
RICH_REPAIR_SECONDS = 8
"""A repair in which nobody moves who need not takes a moment; one that may move some looks further."""
LEASE = timedelta(seconds=20)
MOST_ATTEMPTS = 2

WEIGHT_ACCEPTED = 2
WEIGHT_MUTUAL = 4
WEIGHT_OF_WISH = {"star": 2, "would": 1, "rather_not": -1}
WEIGHT_UNIT = 10
"""What the solver weighs, each so many times: a meeting that both asked for is worth two that one asked for; what each
side has marked in private is added, and no meeting weighs less than one unit. The matcher's score, less than a unit,
decides between equals."""
WEIGHT_FIRST = 3 * WEIGHT_UNIT * (WEIGHT_MUTUAL + 2 * WEIGHT_OF_WISH["star"] + 1)
"""A person's first meeting is worth more than any three others: it takes no more from them than the other party's time,
a table, and a place in how many meetings that party may have."""

SPEED_BASE, SPEED_SCORE, SPEED_MARK, SPEED_FRUIT = 3, 8, 2, 2
"""What a pair of a speed round is worth: strangers 3; with the matcher's highest score 8 more; each side's private mark
counts double; and 2 more or less for what came of meetings before."""
SPEED_PAIRS = 400
"""New pairs that a repair looks at: those who are free are few."""


def may_host_round(user: Any, round: Round) -> bool:
    return may_manage_event(user, round.event)


def comes_as(user: Any, registration: Registration) -> bool:
    """The person who comes, or a representative of the profile that they come for."""
    if not user.is_authenticated:
        return False
    return registration.user_id == user.pk or accounts_rules.may_act_for(user, registration.profile)


def may_see_request(user: Any, request: MeetingRequest) -> bool:
    return comes_as(user, request.asked) or comes_as(user, request.asker)


def may_answer_request(user: Any, request: MeetingRequest) -> bool:
    """The side whose turn it is: after other times have been offered, the one who asked."""
    return comes_as(user, request.on_turn)


def may_decline_request(user: Any, request: MeetingRequest) -> bool:
    """The side that was asked, whosever turn it is."""
    return comes_as(user, request.asked)


def may_hand_over(user: Any, request: MeetingRequest) -> bool:
    return comes_as(user, request.asked)


def expires_at(round: Round, *, now: datetime) -> datetime:
    """A request is answered within the round's hours, and in any case before the round is over."""
    return min(now + timedelta(hours=round.answer_hours), round.ends_at)


def remind_from(request: MeetingRequest) -> datetime | None:
    """When the one who has not answered hears once more."""
    if request.expires_at is None:
        return None
    whole = request.expires_at - request.made_at
    return request.expires_at - min(REMIND_BEFORE, whole / 2)


def may_withdraw_request(user: Any, request: MeetingRequest) -> bool:
    """The asker while it waits; either side once it is accepted and has no time yet."""
    if request.is_pending:
        return comes_as(user, request.asker)
    return comes_as(user, request.asker) or comes_as(user, request.asked)
