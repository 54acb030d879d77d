"""What came of the demo's event that has been held: a round, what both sides said of it, and its report."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import combinations, cycle

from django.db import transaction

from config.demo.moments import moment
from events.models import Event, FollowUp, Meeting, MeetingParty, MeetingRequest, Registration, Round
from events.services import meetings, outcomes, requests, rounds
from events.services.placing import NoCommonSlot
from notifications.models import Notification

Outcome, Useful, Next = MeetingParty.Outcome, MeetingParty.Useful, MeetingParty.NextStep

ASKED_BEFORE = timedelta(days=6)
ANSWERED_BEFORE = timedelta(days=4)
ASKED_ON = -7
"""The day on which it was asked what had come of it: a month has passed by then."""
ACCEPTED = (1, 1, 0, 1, 0)
"""Of each five requests three are accepted, one is declined, and one runs out; of those accepted some find no time."""
MISSED = 5
AGAIN = 6
USEFUL = (Useful.VERY, Useful.SOMEWHAT, Useful.VERY, Useful.SOMEWHAT, Useful.NOT)
STEPS = (Next.AGAIN, Next.SEND, Next.OFFER, Next.SEND, Next.NOTHING)
CAME = (
    *(FollowUp.Came.TALKS, FollowUp.Came.OFFER, FollowUp.Came.NOTHING, FollowUp.Came.TALKS),
    *(FollowUp.Came.PROJECT, FollowUp.Came.NOTHING, ""),
)


def hold(event: Event, *, now: datetime) -> int:
    """The round as it was, then; returns how many meetings there were. What was told of it by mail has been read."""
    host = event.created_by
    round = rounds.create_round(
        event=event,
        plan=rounds.RoundPlan(
            starts_at=event.starts_at,
            ends_at=min(event.ends_at, event.starts_at + timedelta(minutes=120)),
            tables=5,
            slot_minutes=20,
            style=Round.Style.FREE,
        ),
        by=host,
        now=event.starts_at - 2 * ASKED_BEFORE,
    )
    comers = list(event.registrations.confirmed().select_related("profile", "user").order_by("pk"))
    held = _agree(round, comers)
    for number, meeting in enumerate(held):
        _tell(meeting, number)
    for number, meeting in enumerate(held[:AGAIN]):
        _meet_again(meeting, days=12 + number)
    outcomes.ask(now=moment(now, day=ASKED_ON, at=time(9)))
    questions = FollowUp.objects.filter(party__meeting__in=held).select_related("party__meeting", "party__user")
    for question, came in zip(questions.order_by("pk"), cycle(CAME), strict=False):
        if came:
            at = moment(now, day=ASKED_ON + 1, at=time(10))
            outcomes.answer_follow_up(follow_up=question, by=question.party.user, came=came, now=at)
    outcomes.publish_report(event=event, by=host, now=moment(now, day=ASKED_ON + 3, at=time(12)))
    told = Notification.objects.filter(
        created_at__lt=now - timedelta(days=1), kind__startswith="events.", mailed_at=None
    )
    told.update(mailed_at=now - timedelta(days=1), mail_due_at=None, read_at=now - timedelta(days=1))
    return len(held)


def _agree(round: Round, comers: list[Registration]) -> list[Meeting]:
    """Every second pair is asked for by one side, in turns, a quarter of an hour apart."""
    asked_at, answered_at = round.starts_at - ASKED_BEFORE, round.starts_at - ANSWERED_BEFORE
    pairs = [pair for number, pair in enumerate(combinations(comers, 2)) if number % 2 == 0]
    for number, (pair, accepts) in enumerate(zip(pairs, cycle(ACCEPTED), strict=False)):
        asker, asked = pair if number % 3 else pair[::-1]
        made = requests.make_request(
            round=round, asker=asker, asked=asked, by=asker.user, now=asked_at + number * timedelta(minutes=15)
        )
        if accepts:
            try:
                requests.accept_request(request=made, by=asked.user, now=answered_at)
            except NoCommonSlot:
                continue
        elif number % 2:
            requests.decline_request(request=made, by=asked.user, now=answered_at)
    MeetingRequest.objects.filter(round=round, state=MeetingRequest.State.PENDING).update(
        state=MeetingRequest.State.EXPIRED, answered_at=round.starts_at
    )
    return list(Meeting.objects.agreed().filter(slot__round=round).order_by("pk"))


def _tell(meeting: Meeting, number: int) -> None:
    at = meeting.ends_at + timedelta(hours=3)
    is_missed = number % MISSED == MISSED - 1
    for side, party in enumerate(meeting.parties.select_related("user")):
        said = Outcome.DID_NOT if is_missed else Outcome.STAND_IN if number == 1 else Outcome.HAPPENED
        outcomes.say_outcome(meeting=meeting, by=party.user, outcome=said, now=at)
        if not is_missed:
            turn = (number + 2 * side) % len(USEFUL)
            outcomes.say_more(meeting=meeting, by=party.user, useful=USEFUL[turn], next_step=STEPS[turn], now=at)


@transaction.atomic
def _meet_again(meeting: Meeting, *, days: int) -> None:
    """Two who met agreed on another meeting afterwards, and have held it."""
    sides = [(party.profile, party.user) for party in meeting.parties.select_related("profile", "user")]
    start = meeting.starts_at + timedelta(days=days)
    again = meetings.agree_meeting(
        parties=sides, starts_at=start, ends_at=start + timedelta(minutes=45), now=meeting.ends_at
    )
    for _profile, user in sides:
        outcomes.say_outcome(meeting=again, by=user, outcome=Outcome.HAPPENED, now=again.ends_at)
