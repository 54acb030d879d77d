"""How many meetings one person has: the host's word, and their own; heeded by the solver and where times are agreed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import DomainError
from events.models import Meeting, MeetingLimit, MeetingRequest, Round
from events.queries import rounds as queries
from events.queries.export import meetings_of
from events.queries.limits import Limit, least_of, limits_of
from events.services import availability, limits, placing, requests, solving
from events.services.problems import Changed, build_problem
from events.services.rounds import NotTheHost

from .making import NOW, Fair, agree_pair, ask, make_event, make_fair, publish_fair, register, solve_fair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def limit(fair: Fair, person: int, most: int | None = None, least: int | None = None) -> MeetingLimit:
    who = fair.people[person]
    return limits.set_limit(round=fair.round, registration=who, most=most, least=least, by=fair.host, now=NOW)


def say(fair: Fair, person: int, most: int | None) -> None:
    me = fair.people[person]
    times = availability.Times(slots=[], most=most)
    availability.save_times(round=fair.round, registration=me, times=times, by=me.user, now=NOW)


def limit_of(fair: Fair, person: int) -> Limit:
    me = fair.people[person].pk
    return limits_of(fair.round, [me])[me]


def meetings_by_person(fair: Fair) -> list[int]:
    return [one.meeting_parties.filter(busy_in__round=fair.round).count() for one in fair.people]


def as_user(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(name: str, fair: Fair, **more: Any) -> str:
    return reverse(name, kwargs={"slug": fair.event.slug, **more})


# --- Whose word holds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of_all", "host", "own", "found"),
    [
        (3, (None, None), None, Limit(3, 0)),
        (3, (5, None), None, Limit(5, 0)),
        (3, (None, 2), None, Limit(3, 2)),
        (3, (5, 4), 2, Limit(2, 2)),
        (None, (None, None), 2, Limit(2, 0)),
        (3, (None, None), 5, Limit(3, 0)),
    ],
)
def test_the_host_overrides_the_round_and_ones_own_word_can_only_lower(
    of_all: int | None, host: tuple[int | None, int | None], own: int | None, found: Limit
) -> None:
    fair = make_fair(most_meetings=of_all)
    if any(host):
        limit(fair, 0, *host)
    say(fair, 0, own)
    assert limit_of(fair, 0) == found
    assert limit_of(fair, 1) == Limit(of_all, 0)


def test_taking_the_hosts_word_back_keeps_ones_own(fair: Fair) -> None:
    row = limit(fair, 0, 4, 2)
    say(fair, 0, 3)
    limits.lift_limit(limit=row, by=fair.host, now=NOW)
    assert limit_of(fair, 0) == Limit(3, 0)
    say(fair, 0, None)
    assert not MeetingLimit.objects.exists()


@pytest.mark.parametrize(
    ("most", "least", "error", "field"),
    [
        (None, None, limits.NoLimit, "most"),
        (2, 3, limits.LeastAboveMost, "least"),
        (None, 6, limits.LeastAboveMost, "least"),
        (9, 7, limits.MoreThanTimes, "least"),
    ],
)
def test_a_limit_that_does_not_do_is_named_with_its_field(
    most: int | None, least: int | None, error: type[DomainError], field: str
) -> None:
    fair = make_fair(most_meetings=5)
    with pytest.raises(error) as caught:
        limit(fair, 0, most, least)
    assert caught.value.field == field


def test_only_the_host_sets_it_and_only_for_those_who_come(fair: Fair) -> None:
    stranger = fair.people[1].user
    with pytest.raises(NotTheHost):
        limits.set_limit(round=fair.round, registration=fair.people[0], most=1, least=None, by=stranger, now=NOW)
    row = limit(fair, 0, 1)
    with pytest.raises(NotTheHost):
        limits.lift_limit(limit=row, by=stranger, now=NOW)
    fair.people.append(register(make_event(fair.host), "Muualla"))
    with pytest.raises(limits.NotInTheRound):
        limit(fair, 4, 1)
    speedy = make_fair(style=Round.Style.SPEED)
    with pytest.raises(limits.EveryoneMoves):
        limit(speedy, 0, 1)


def test_what_is_said_while_a_draft_waits_holds_when_it_is_published() -> None:
    fair = make_fair()
    for other in (1, 2, 3):
        agree_pair(fair, 0, other)
    solve_fair(fair)
    limit(fair, 0, most=2)
    solving.publish_schedule(round=fair.round, by=fair.host, now=NOW)
    assert meetings_by_person(fair)[0] == 2
    assert Meeting.objects.agreed().count() == 2


def test_who_has_nothing_at_all_is_named_as_having_too_few() -> None:
    fair = make_fair()
    agree_pair(fair, 0, 1)
    limit(fair, 3, least=2)
    publish_fair(fair)
    with CaptureQueriesContext(connection) as few:
        days = queries.by_person(queries.schedule_of(fair.round), least_of(fair.round))
    assert [(one.registration.pk, one.lacks) for one in days if one.lacks] == [(fair.people[3].pk, 2)]
    limit(fair, 2, least=1)
    with CaptureQueriesContext(connection) as more:
        days = queries.by_person(queries.schedule_of(fair.round), least_of(fair.round))
        assert all(one.registration.profile.name for one in days)
    assert len(few) == len(more)


# --- Who heeds it ----------------------------------------------------------------------------------------------------


def test_the_solver_gives_no_more_and_first_to_those_who_should_have_some() -> None:
    fair = make_fair(people=6, tables=1)  # six times, one table
    for other in (1, 2, 3, 4, 5):
        agree_pair(fair, 0, other)
    for a, b in ((1, 2), (1, 3), (1, 4)):
        agree_pair(fair, a, b)
    limit(fair, 0, 2)
    say(fair, 2, 1)
    limit(fair, 1, least=4)
    publish_fair(fair)
    held = meetings_by_person(fair)
    assert (held[0], held[2], held[1]) == (2, 1, 4)


def test_where_times_are_agreed_it_holds_for_either_side() -> None:
    fair = make_fair(style=Round.Style.FREE)
    agree_pair(fair, 0, 1)
    say(fair, 0, 1)
    asked = ask(fair, 2, 0)
    with pytest.raises(placing.DayIsFull):
        requests.accept_request(request=asked, by=fair.people[0].user, now=NOW)
    limit(fair, 3, 1)
    agree_pair(fair, 3, 1)
    with pytest.raises(placing.DayIsFull):
        agree_pair(fair, 2, 3)
    say(fair, 0, None)
    requests.accept_request(request=asked, by=fair.people[0].user, now=NOW)
    assert Meeting.objects.filter(request=asked).exists()


def test_what_is_agreed_stays_when_a_limit_comes_later(fair: Fair) -> None:
    for other in (1, 2, 3):
        agree_pair(fair, 0, other)
    publish_fair(fair)
    say(fair, 0, 1)
    me = str(fair.people[0].pk)
    for changed in (None, Changed()):
        problem = build_problem(fair.round, now=NOW, changed=changed)
        assert next(one.most for one in problem.participants if one.id == me) == 3


def test_a_number_that_is_not_given_again_stays(fair: Fair) -> None:
    limit(fair, 0, most=3)
    limit(fair, 0, least=1)
    assert limit_of(fair, 0) == Limit(3, 1)
    with pytest.raises(limits.LeastAboveMost):
        limit(fair, 0, least=4)


def test_times_to_move_to_are_shown_of_one_who_has_as_many_as_they_may(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    (meeting,) = publish_fair(fair)
    limit(fair, 0, most=1)
    shown = as_user(fair.host).get(page("round_meeting", fair, pk=meeting.pk))
    assert len(shown.context["free"]) == 5


# --- Pages -----------------------------------------------------------------------------------------------------------


def test_the_host_says_it_beside_the_requests(fair: Fair) -> None:
    client = as_user(fair.host)
    who = fair.people[0]
    wishes = page("round_wishes", fair)
    sent = {"limit-person": str(who.pk), "limit-most": "2", "limit-least": "3"}
    refused = client.post(page("round_limit", fair), sent)
    assert refused.status_code == 422
    assert list(refused.context["limit_form"].errors) == ["least"]
    assert client.post(page("round_limit", fair), {**sent, "limit-least": "1"}).status_code == 302
    assert limit_of(fair, 0) == Limit(2, 1)
    shown = client.get(wishes).content.decode()
    row = MeetingLimit.objects.get()
    lift = page("round_lift_limit", fair, pk=row.pk)
    assert lift in shown
    for name in ("round_limit", "round_lift_limit"):
        more = {"pk": row.pk} if name == "round_lift_limit" else {}
        assert as_user(who.user).post(page(name, fair, **more), sent).status_code == 403
    client.post(lift)
    assert not MeetingLimit.objects.exists()


def test_the_schedule_tells_who_has_fewer_than_was_wanted(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    limit(fair, 0, least=2)
    publish_fair(fair)
    days = as_user(fair.host).get(page("round", fair)).context["days"]
    assert {day.registration.pk: day.lacks for day in days} == {fair.people[0].pk: 1, fair.people[1].pk: 0}


def test_one_says_ones_own_among_ones_times(fair: Fair) -> None:
    me = fair.people[0]
    client = as_user(me.user)
    slots = [slot.pk for slot in fair.round.slots.all()]
    address = page("round_availability", fair)
    assert client.post(address, {"slots": slots, "most": "0"}).context["form"].errors["most"]
    client.post(address, {"slots": slots, "most": "2"})
    assert limit_of(fair, 0) == Limit(2, 0)
    assert client.get(address).context["form"]["most"].value() == 2
    assert meetings_of(me.user)["most_meetings"] == [{"event": fair.event.title, "most": 2}]
    speedy = make_fair(style=Round.Style.SPEED)
    other = as_user(speedy.people[0].user).get(page("round_availability", speedy))
    assert "most" not in other.context["form"].fields


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_many(count: int, django_assert_num_queries: Any) -> None:
    fair = make_fair()
    for person in range(count):
        limit(fair, person, 2)
    client = as_user(fair.host)
    client.get(page("round_wishes", fair))
    with django_assert_num_queries(19):
        client.get(page("round_wishes", fair))
    assert not MeetingRequest.objects.exists()
