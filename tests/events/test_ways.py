"""Rounds in different halls: whoever meets in the one needs time to walk to the other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from events.models import Event, Meeting, Round
from events.queries.elsewhere import are_apart
from events.queries.moving import Why, ground_of
from events.queries.slots import look_at_slots
from events.services import copying, meetings, moving, placing, repairs, standing_in, templates, ways
from events.services.problems import build_problem
from events.services.rounds import NotTheHost

from .making import EVENT_DAY, NOW, Fair, agree_pair, edit_plan, make_fair, publish_fair, url
from .test_several_rounds import add, second
from .test_standing_in import colleague_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def fair() -> Fair:
    """A round of the morning in one hall, in which 0 has met 1 at its last time."""
    fair = make_fair(style=Round.Style.FREE)
    agree_pair(fair, 0, 1)
    last = fair.round.slots.last()
    assert last is not None
    placing.move_to_table(meeting=Meeting.objects.get(), slot=last, table=1, by=fair.host, now=NOW)
    return fair


def afternoon(fair: Fair, **changes: Any) -> Fair:
    """It begins when the first round ends: three times of twenty minutes, in another hall."""
    return second(fair, add(fair, 2, **{"style": Round.Style.FREE, **changes}))


def walk(fair: Fair, minutes: int) -> None:
    ways.set_walk(event=fair.event, minutes=minutes, by=fair.host, now=NOW)
    fair.round.event.walk_minutes = minutes


def free(fair: Fair, *people: int) -> list[int]:
    """Minutes from the round's beginning of the times that suit these."""
    looks = look_at_slots(fair.round, [fair.people[n] for n in people], now=NOW)
    return [int((one.slot.starts_at - fair.round.starts_at) / MINUTE) for one in looks if one.is_free]


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("Juhlasali", "Kabinetti", True),
        ("Juhlasali", "juhlasali ", False),
        ("Juhlasali", "", False),
        ("Juhlasali", "https://meet.example.fi/a", False),
    ],
)
def test_which_places_lie_apart(one: str, other: str, apart: bool) -> None:
    assert are_apart(one, other) is apart


@pytest.mark.parametrize(
    ("minutes", "place", "left"),
    [(0, "Kabinetti", [0, 20, 40]), (10, "Kabinetti", [20, 40]), (20, "Kabinetti", [20, 40]), (21, "Kabinetti", [40]),
     (10, "Juhlasali", [0, 20, 40])],
)  # fmt: skip
def test_no_time_is_given_that_cannot_be_reached(fair: Fair, minutes: int, place: str, left: list[int]) -> None:
    walk(fair, minutes)
    later = afternoon(fair, place=place)
    assert free(later, 0, 2) == left
    assert free(later, 2, 3) == [0, 20, 40]
    made = agree_pair(later, 0, 2)
    assert Meeting.objects.get(request=made).starts_at == later.round.starts_at + left[0] * MINUTE


def test_the_way_back_counts_as_well(fair: Fair) -> None:
    walk(fair, 10)
    later = afternoon(fair)
    agree_pair(later, 2, 3)
    assert free(fair, 2, 0) == [0, 20, 40, 60, 80]
    assert 100 not in free(fair, 3)


def test_the_solver_is_told_of_it(fair: Fair) -> None:
    walk(fair, 10)
    later = afternoon(fair, style=Round.Style.SOLVED)
    agree_pair(later, 0, 2)
    agree_pair(later, 0, 3)
    first = str(later.round.slots.all()[0].pk)
    problem = build_problem(later.round, now=NOW)
    away = {one.id: one.unavailable for one in problem.participants}
    assert away[str(fair.people[0].pk)] == {first}
    assert away[str(fair.people[2].pk)] == frozenset()
    assert first not in {str(one.slot_id) for one in publish_fair(later)}


def test_a_meeting_outside_any_round_counts_too(fair: Fair) -> None:
    walk(fair, 10)
    later = afternoon(fair)
    me, starts = fair.people[2], later.round.starts_at + 40 * MINUTE
    meetings.agree_meeting(
        parties=[(me.profile, me.user)], starts_at=starts, ends_at=starts + 20 * MINUTE, place="Kahvila", now=NOW
    )
    assert free(later, 2, 3) == [0]


def test_the_host_cannot_put_anybody_where_they_cannot_walk(fair: Fair) -> None:
    walk(fair, 10)
    later = afternoon(fair)
    made = agree_pair(later, 0, 2)
    meeting = Meeting.objects.get(request=made)
    first = later.round.slots.all()[0]
    with pytest.raises(placing.TooNear):
        placing.move_to_table(meeting=meeting, slot=first, table=1, by=fair.host, now=NOW)
    with pytest.raises(placing.TooNear):
        moving.meet_at_once(
            round=later.round, one=fair.people[1], other=fair.people[3], slot=first, table=1, by=fair.host, now=NOW
        )
    ground = ground_of(later.round, now=NOW)
    hindrances = ground.trial(ground.at[meeting.slot_id, meeting.table], first, 1).hindrances  # type: ignore[index]
    assert [one.why for one in hindrances] == [Why.ELSEWHERE]


def test_a_colleague_who_is_on_the_way_does_not_stand_in(fair: Fair) -> None:
    later = afternoon(fair)
    colleague = colleague_of(fair, 2)
    fair.people.append(colleague)
    agree_pair(later, 2, 3)
    meeting = Meeting.objects.get(slot=later.round.slots.all()[0])
    agree_pair(fair, 4, 3)
    theirs = Meeting.objects.get(parties__registration=colleague)
    placing.move_to_table(meeting=theirs, slot=list(fair.round.slots.all())[-1], table=2, by=fair.host, now=NOW)
    walk(fair, 10)
    with pytest.raises(placing.TooNear):
        standing_in.hand_over(meeting=meeting, to=colleague.user, by=fair.people[2].user, now=NOW)


def test_what_is_agreed_stays_and_is_shown_as_a_clash(fair: Fair) -> None:
    later = afternoon(fair)
    made = agree_pair(later, 0, 2)
    assert repairs.clashes(later.round, now=NOW) == []
    walk(fair, 10)
    later.round.event.refresh_from_db()
    assert repairs.clashes(later.round, now=NOW) == [made.meeting.pk]
    client = Client()
    client.force_login(fair.host)
    page = client.get(url("round", fair.event, number=2))
    assert page.context["clashes"] == 1


def test_only_the_host_says_it_and_within_reason(fair: Fair) -> None:
    for minutes in (-1, 121):
        with pytest.raises(ways.WayTooLong):
            walk(fair, minutes)
    with pytest.raises(NotTheHost):
        ways.set_walk(event=fair.event, minutes=5, by=fair.people[0].user, now=NOW)


def test_it_is_said_beside_the_settings_once_there_are_two_rounds(fair: Fair) -> None:
    client = Client()
    client.force_login(fair.host)
    settings, address = url("round_settings", fair.event), url("round_walk", fair.event)
    assert address not in client.get(settings).content.decode()
    afternoon(fair)
    assert address in client.get(settings).content.decode()
    refused = client.post(address, {"walk_minutes": "200"})
    assert (refused.status_code, list(refused.context["walk"].errors)) == (422, ["walk_minutes"])
    assert client.post(address, {"walk_minutes": "15"}).status_code == 302
    assert Event.objects.get(pk=fair.event.pk).walk_minutes == 15
    assert client.get(settings).context["walk"]["walk_minutes"].value() == 15
    stranger = Client()
    stranger.force_login(fair.people[0].user)
    assert stranger.post(address, {"walk_minutes": "5"}).status_code == 403


def test_copies_and_templates_carry_it(fair: Fair, anu: Any) -> None:
    walk(fair, 15)
    fair.event.refresh_from_db()
    copy = copying.copy_event(event=fair.event, by=anu, now=NOW, starts_at=EVENT_DAY + timedelta(days=7))
    assert copy.walk_minutes == 15
    outline = copying.outline_of(fair.event)
    begun = templates.create_from_outline(outline=outline, plan=edit_plan(fair.event), organiser=None, by=anu, now=NOW)
    assert Event.objects.get(pk=begun.pk).walk_minutes == 15
