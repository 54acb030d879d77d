"""The host's word on two who have not asked each other: they must meet, or are kept apart; and who may not say it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from events.models import Apart, Meeting, MeetingRequest, Round
from events.services import marks, moving, placing, speed, wishes
from events.services.repairs import NotAParticipant
from events.services.requests import CannotBeAsked, NobodyIsAsked, SameProfile
from events.services.rounds import NotTheHost, RoundIsBusy
from notifications.models import Notification

from .making import NOW, Fair, agree_pair, ask, make_fair, publish_fair, register, solve_fair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def pair_up(fair: Fair, one: int, other: int) -> MeetingRequest:
    return wishes.pair_up(round=fair.round, one=fair.people[one], other=fair.people[other], by=fair.host, now=NOW)


def keep_apart(fair: Fair, one: int, other: int) -> None:
    wishes.keep_apart(round=fair.round, one=fair.people[one], other=fair.people[other], by=fair.host, now=NOW)


def held(fair: Fair) -> set[frozenset[int]]:
    solution = solve_fair(fair).solution
    assert solution is not None
    rows = MeetingRequest.objects.in_bulk([int(one["id"]) for one in solution["meetings"]])
    numbers = {person.pk: n for n, person in enumerate(fair.people)}
    return {frozenset((numbers[row.asker_id], numbers[row.asked_id])) for row in rows.values()}


def test_two_who_have_not_asked_must_meet_before_all_who_have() -> None:
    fair = make_fair(tables=1, most_meetings=1)
    for a, b in ((0, 1), (0, 2)):
        agree_pair(fair, a, b)
    pair_up(fair, 0, 3)
    assert frozenset((0, 3)) in held(fair)


def test_of_a_published_round_they_get_a_time_at_once_and_are_told(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    made = pair_up(fair, 2, 3)
    assert Meeting.objects.get(request=made).slot is not None
    told = Notification.objects.filter(kind="events.meeting_agreed", user=fair.people[2].user)
    assert told.count() == 1


def test_what_they_asked_themselves_is_the_one_that_must_be_held(fair: Fair) -> None:
    asked = ask(fair, 0, 1)
    made = pair_up(fair, 1, 0)
    asked.refresh_from_db()
    assert (made.pk, asked.state, asked.host_says) == (asked.pk, "accepted", "must")


def test_two_kept_apart_get_no_time_though_they_ask_and_agree_later(fair: Fair) -> None:
    keep_apart(fair, 0, 1)
    later = agree_pair(fair, 1, 0)
    agree_pair(fair, 0, 2)
    assert later.host_says == "apart"
    assert held(fair) == {frozenset((0, 2))}


def test_marks_on_both_sides_do_not_bring_them_together() -> None:
    fair = make_fair(style=Round.Style.FREE)
    keep_apart(fair, 0, 1)
    for me, about in ((0, 1), (1, 0)):
        person = fair.people[me]
        marks.say_wish(round=fair.round, me=person, about=fair.people[about], word="star", by=person.user, now=NOW)
    assert not MeetingRequest.objects.exists()


def test_nor_a_speed_round_nor_the_board(fair: Fair) -> None:
    keep_apart(fair, 0, 1)
    first, second = sorted((fair.people[0].pk, fair.people[1].pk))
    assert (first, second) in speed.kept_apart(fair.round, fair.people)
    with pytest.raises(placing.KeptApart):
        moving.arrange(fair.round, fair.people[1], fair.people[0], now=NOW)


def test_nobody_is_paired_in_a_round_where_nobody_is_asked() -> None:
    fair = make_fair(style=Round.Style.SPEED)
    with pytest.raises(NobodyIsAsked):
        pair_up(fair, 0, 1)


def test_where_times_are_given_at_once_one_is_refused_as_anybody_who_cannot_be_asked(fair: Fair) -> None:
    """No contact is spent, and nobody waits for an answer that cannot be given."""
    agree_pair(fair, 0, 2)
    publish_fair(fair)
    keep_apart(fair, 0, 1)
    with pytest.raises(CannotBeAsked):
        ask(fair, 1, 0)


def test_the_hosts_later_word_on_their_request_is_the_one_that_counts(fair: Fair) -> None:
    keep_apart(fair, 0, 1)
    asked = agree_pair(fair, 0, 1)
    wishes.say_of_request(request=asked, word="", by=fair.host, now=NOW)
    assert not Apart.objects.exists()
    assert held(fair) == {frozenset((0, 1))}


def test_they_are_not_told_and_see_nothing_of_it(fair: Fair) -> None:
    keep_apart(fair, 0, 1)
    assert not Notification.objects.filter(user=fair.people[0].user).exists()
    assert not fair.people[0].requests_made.exists()


def test_what_was_kept_apart_may_meet_again(fair: Fair) -> None:
    keep_apart(fair, 0, 1)
    keep_apart(fair, 1, 0)
    asked = ask(fair, 0, 1)
    wishes.let_meet(apart=Apart.objects.get(), by=fair.host, now=NOW)
    asked.refresh_from_db()
    assert (asked.host_says, Apart.objects.count()) == ("", 0)


def test_two_who_meet_already_are_not_kept_apart_in_silence(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    with pytest.raises(wishes.TheyMeet):
        keep_apart(fair, 1, 0)


def test_nobody_is_paired_with_themself_or_one_who_does_not_come(fair: Fair) -> None:
    stranger = register(make_fair(people=0).event, "Muu")
    for other, error in ((fair.people[0], SameProfile), (stranger, NotAParticipant)):
        for say in (wishes.pair_up, wishes.keep_apart):
            with pytest.raises(error):
                say(round=fair.round, one=fair.people[0], other=other, by=fair.host, now=NOW)


def test_only_the_host_and_not_while_a_schedule_is_made(fair: Fair) -> None:
    one, other = fair.people[0], fair.people[1]
    keep_apart(fair, 2, 3)
    calls: list[Callable[[Any], object]] = [
        lambda by: wishes.pair_up(round=fair.round, one=one, other=other, by=by, now=NOW),
        lambda by: wishes.keep_apart(round=fair.round, one=one, other=other, by=by, now=NOW),
        lambda by: wishes.let_meet(apart=Apart.objects.get(), by=by, now=NOW),
    ]
    for call in calls:
        with pytest.raises(NotTheHost):
            call(one.user)
        Round.objects.update(state=Round.State.SOLVING)
        with pytest.raises(RoundIsBusy):
            call(fair.host)
        Round.objects.update(state=Round.State.OPEN)


def test_the_database_keeps_a_pair_once(fair: Fair) -> None:
    keep_apart(fair, 0, 1)
    with pytest.raises(IntegrityError):
        Apart.objects.create(round=fair.round, one=fair.people[1], other=fair.people[0], said_at=NOW)


def address(fair: Fair, name: str, **more: int) -> str:
    return reverse(name, kwargs={"slug": fair.event.slug, **more})


def test_the_page_pairs_keeps_apart_and_names_what_is_wrong(fair: Fair) -> None:
    host, other = Client(), Client()
    host.force_login(fair.host)
    other.force_login(fair.people[0].user)
    data = {"one": fair.people[0].pk, "other": fair.people[1].pk, "word": "apart"}
    assert other.post(address(fair, "round_pair"), data).status_code == 403
    assert host.post(address(fair, "round_pair"), data).status_code == 302
    page = host.get(address(fair, "round_wishes")).content.decode()
    assert "Osallistuja0 Oy – Osallistuja1 Oy" in page
    again = host.post(address(fair, "round_pair"), {**data, "word": "must"})
    assert again.status_code == 422
    assert str(placing.KeptApart.message) in again.content.decode()
    empty = host.post(address(fair, "round_pair"), {})
    assert set(empty.context["form"].errors) == {"one", "other", "word"}
    apart = Apart.objects.get()
    assert other.post(address(fair, "round_let_meet", pk=apart.pk)).status_code == 403
    assert host.post(address(fair, "round_let_meet", pk=apart.pk)).status_code == 302
    assert not Apart.objects.exists()
