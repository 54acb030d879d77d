"""Wishes to meet: asked, answered, limited."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Block
from core.errors import DomainError
from events.models import Meeting, MeetingRequest, Registration
from events.services import placing, requests, rounds

from .making import NOW, Fair, ask, kinds_to, make_event, make_user, register

pytestmark = pytest.mark.django_db


def test_a_request_reaches_the_one_who_is_asked_and_holds_nothing(fair: Fair) -> None:
    made = ask(fair, 0, 1)
    assert made.is_pending
    assert kinds_to(fair.people[1].user) == ["events.request"]
    assert not Meeting.objects.exists()
    assert len(placing.free_slots(fair.round, [fair.people[0], fair.people[1]], now=NOW)) == 6


def test_two_who_ask_each_other_have_agreed(fair: Fair) -> None:
    ask(fair, 0, 1)
    made = ask(fair, 1, 0)
    assert (made.state, made.is_mutual) == ("accepted", True)
    assert MeetingRequest.objects.count() == 1
    with pytest.raises(requests.AlreadyAgreed):
        ask(fair, 1, 0)


def test_the_same_pair_is_asked_once(fair: Fair) -> None:
    made = ask(fair, 0, 1)
    with pytest.raises(requests.AlreadyAsked):
        ask(fair, 0, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingRequest.objects.create(round=fair.round, asker=made.asked, asked=made.asker, made_at=NOW)


def test_who_cannot_ask_or_be_asked_is_named(fair: Fair) -> None:
    me, other = fair.people[0], fair.people[1]
    stranger = make_user("Outi")
    base: dict[str, Any] = {"round": fair.round, "asker": me, "asked": other, "now": NOW}
    with pytest.raises(rounds.NotComing):
        requests.make_request(**base, by=stranger)
    waiting = register(fair.event, "Jonottaja", state=Registration.State.WAITING)
    with pytest.raises(requests.CannotBeAsked):
        requests.make_request(**{**base, "asked": waiting}, by=me.user)
    with pytest.raises(rounds.NotComing):
        requests.make_request(**{**base, "asker": waiting}, by=waiting.user)
    elsewhere = register(make_event(fair.host), "Muualla")
    with pytest.raises(requests.CannotBeAsked):
        requests.make_request(**{**base, "asked": elsewhere}, by=me.user)
    colleague = Registration.objects.create(event=fair.event, profile=me.profile, user=stranger, registered_at=NOW)
    with pytest.raises(requests.SameProfile):
        requests.make_request(**{**base, "asked": colleague}, by=me.user)
    Block.objects.create(blocker=other.profile, blocked=me.profile, at=NOW)
    with pytest.raises(requests.CannotBeAsked):
        requests.make_request(**base, by=me.user)


def test_a_decline_stands_for_the_event_but_the_other_may_still_ask(fair: Fair) -> None:
    made = ask(fair, 0, 1)
    requests.decline_request(request=made, by=fair.people[1].user, now=NOW, reason="Emme ehdi.")
    assert kinds_to(fair.people[0].user) == ["events.request_declined"]
    with pytest.raises(requests.WasDeclined):
        ask(fair, 0, 1)
    assert ask(fair, 1, 0).is_pending


def test_there_is_a_limit_to_requests_that_wait(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("events.rules.rounds.MOST_PENDING", 2)
    ask(fair, 0, 1)
    ask(fair, 0, 2)
    with pytest.raises(requests.TooManyRequests):
        ask(fair, 0, 3)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("accepted", requests.RequestAccepted),
        ("declined", requests.RequestDeclined),
        ("withdrawn", requests.RequestWithdrawn),
    ],
)
def test_an_answered_request_says_how_it_was_answered(fair: Fair, state: str, error: type[DomainError]) -> None:
    made = ask(fair, 0, 1)
    MeetingRequest.objects.filter(pk=made.pk).update(state=state)
    with pytest.raises(error):
        requests.accept_request(request=made, by=fair.people[1].user, now=NOW)
    with pytest.raises(error):
        requests.decline_request(request=made, by=fair.people[1].user, now=NOW)


def test_only_the_asked_answers_and_only_the_asker_withdraws(fair: Fair) -> None:
    made = ask(fair, 0, 1)
    for person in (fair.people[0].user, fair.people[2].user, fair.host):
        with pytest.raises(requests.NotForYou):
            requests.accept_request(request=made, by=person, now=NOW)
        with pytest.raises(requests.NotForYou):
            requests.decline_request(request=made, by=person, now=NOW)
    with pytest.raises(requests.NotForYou):
        requests.withdraw_request(request=made, by=fair.people[1].user, now=NOW)
    assert requests.withdraw_request(request=made, by=fair.people[0].user, now=NOW).state == "withdrawn"
