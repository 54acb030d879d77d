"""Private marks: who must not see them, what they do to the schedule, and two who wish for each other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Block, User
from events import notices_requests
from events.models import Meeting, MeetingRequest, Registration, Round, Wish
from events.queries import browsing, export
from events.services import booking, marks, meetings, placing, problems, requests, rounds, solving

from .making import (
    EVENT_DAY,
    NOW,
    Fair,
    agree_pair,
    ask,
    kinds_to,
    make_fair,
    make_user,
    register,
    suggest,
    text_of,
    url,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def wish(fair: Fair, by: int, about: int, word: str = "star") -> MeetingRequest | None:
    me = fair.people[by]
    return marks.say_wish(round=fair.round, me=me, about=fair.people[about], word=word, by=me.user, now=NOW)


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def closed_fair() -> Fair:
    """A round that does not take requests yet."""
    return make_fair(people=4, opens_at_count=10)


def test_a_mark_is_made_changed_and_taken_away(closed_fair: Fair) -> None:
    for word in ("star", "rather_not"):
        assert wish(closed_fair, 0, 1, word) is None
        assert Wish.objects.get().word == word
    wish(closed_fair, 0, 1, "")
    assert not Wish.objects.exists()
    assert not MeetingRequest.objects.exists()


def test_nobody_marks_for_another_nor_one_who_cannot_be_met(closed_fair: Fair) -> None:
    me, other = closed_fair.people[:2]
    base: dict[str, Any] = {"round": closed_fair.round, "me": me, "about": other, "word": "star", "now": NOW}
    for user in (other.user, closed_fair.host):
        with pytest.raises(rounds.NotComing):
            marks.say_wish(**base, by=user)
    with pytest.raises(marks.UnknownWish):
        marks.say_wish(**{**base, "word": "love"}, by=me.user)
    Block.objects.create(blocker=other.profile, blocked=me.profile, at=NOW)
    with pytest.raises(requests.CannotBeAsked):
        marks.say_wish(**base, by=me.user)


def test_stars_are_few(closed_fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("events.rules.rounds.MOST_STARS", 2)
    wish(closed_fair, 0, 1)
    wish(closed_fair, 0, 2)
    wish(closed_fair, 0, 2)
    with pytest.raises(marks.TooManyStars):
        wish(closed_fair, 0, 3)
    wish(closed_fair, 0, 3, "would")
    assert Wish.objects.count() == 3


def test_no_page_of_anybody_else_tells_of_a_mark(fair: Fair) -> None:
    """The other side's and the host's pages are the same, letter by letter, before and after."""
    pages = [
        (fair.people[1].user, url("round_people", fair.event)),
        (fair.people[1].user, url("event", fair.event)),
        (fair.host, url("round", fair.event)),
        (fair.host, url("round_wishes", fair.event)),
    ]
    before = [text_of(as_user(user).get(page)) for user, page in pages]
    wish(fair, 0, 1, "rather_not")
    wish(fair, 0, 2, "star")
    assert [text_of(as_user(user).get(page)) for user, page in pages] == before
    assert kinds_to(fair.people[1].user) == kinds_to(fair.people[2].user) == []
    assert export.meetings_of(fair.people[1].user)["wishes"] == []
    assert len(export.meetings_of(fair.people[0].user)["wishes"]) == 2


@pytest.mark.parametrize(
    ("one", "other", "agrees"),
    [("star", "star", True), ("star", "would", True), ("would", "would", False), ("star", "rather_not", False)],
)
def test_two_who_wish_for_each_other_have_agreed_one_of_them_with_a_star(
    fair: Fair, one: str, other: str, agrees: bool
) -> None:
    assert wish(fair, 0, 1, one) is None
    made = wish(fair, 1, 0, other)
    assert (made is not None) is agrees
    if made is not None:
        assert (made.state, made.is_mutual, made.is_wished) == ("accepted", True, True)
        assert kinds_to(fair.people[0].user) == kinds_to(fair.people[1].user) == ["events.wish_mutual"]
    wish(fair, 1, 0, other)
    assert MeetingRequest.objects.count() == agrees


def test_before_the_round_opens_nobody_has_agreed_and_then_the_gladder_come_first() -> None:
    fair = make_fair(
        people=6, style=Round.Style.FREE, opens_at_count=10, tables=1, ends_at=EVENT_DAY + timedelta(minutes=40)
    )
    for by, about, word in (
        (0, 1, "star"), (1, 0, "would"), (2, 3, "star"), (3, 2, "star"), (4, 5, "star"), (5, 4, "star"),
    ):  # fmt: skip
        wish(fair, by, about, word)
    assert not MeetingRequest.objects.exists()
    booking.open_booking(round=fair.round, by=fair.host, now=NOW)
    held = {meeting.request.asker_id for meeting in Meeting.objects.select_related("request") if meeting.request}
    assert held == {fair.people[2].pk, fair.people[4].pk}
    assert MeetingRequest.objects.get(waits_since=NOW).asker == fair.people[0]


def test_what_has_been_said_between_them_stands(fair: Fair) -> None:
    """A decline is an answer; so is an agreement that was undone. What was never answered is not."""
    requests.decline_request(request=ask(fair, 0, 1), by=fair.people[1].user, now=NOW)
    wish(fair, 0, 1)
    assert wish(fair, 1, 0) is None
    requests.withdraw_request(request=ask(fair, 0, 2), by=fair.people[0].user, now=NOW)
    wish(fair, 0, 2)
    made = wish(fair, 2, 0)
    assert made is not None
    requests.withdraw_request(request=made, by=fair.people[2].user, now=NOW)
    assert marks.agree_mutual(fair.round, now=NOW) == []


def test_a_meeting_that_was_cancelled_is_not_made_again_of_the_same_marks() -> None:
    fair = make_fair(style=Round.Style.FREE)
    wish(fair, 0, 1)
    wish(fair, 1, 0)
    meetings.cancel_meeting(meeting=Meeting.objects.get(), by=fair.people[0].user, now=NOW)
    assert marks.agree_mutual(fair.round, now=NOW) == []


def test_marks_weigh_when_the_schedule_is_made(fair: Fair) -> None:
    agreed = [agree_pair(fair, 0, other) for other in (1, 2, 3)]
    wish(fair, 0, 1, "star")
    wish(fair, 2, 0, "would")
    wish(fair, 0, 3, "rather_not")
    problem = problems.build_problem(fair.round, now=NOW)
    weights = {meeting.id: meeting.weight for meeting in problem.meetings}
    assert [weights[str(one.pk)] for one in agreed] == [40, 30, 10]


def test_wishes_alone_are_enough_for_a_schedule(closed_fair: Fair) -> None:
    wish(closed_fair, 0, 1)
    wish(closed_fair, 1, 0)
    run = solving.start_run(round=closed_fair.round, by=closed_fair.host, now=NOW)
    assert len(run.problem["meetings"]) == 1


def test_marks_go_with_the_one_who_leaves_and_some_weeks_after_the_round(closed_fair: Fair) -> None:
    wish(closed_fair, 0, 1)
    wish(closed_fair, 1, 0)
    wish(closed_fair, 2, 3)
    placing.leave_rounds(registration=closed_fair.people[0], now=NOW)
    assert Wish.objects.count() == 1
    assert marks.forget_wishes(now=closed_fair.round.ends_at + timedelta(days=30)) == 0
    assert marks.forget_wishes(now=closed_fair.round.ends_at + timedelta(days=31)) == 1


# --- Browsing --------------------------------------------------------------------------------------------------------


def test_the_matchers_best_comes_first_and_whom_one_would_rather_not_meet_last(fair: Fair) -> None:
    me = fair.people[0]
    suggest(fair, 0, 2, 900)
    suggest(fair, 0, 3, 400)
    found = browsing.candidates(fair.round, me, user=me.user, now=NOW)
    assert [one.registration for one in found] == [fair.people[2], fair.people[3], fair.people[1]]
    wish(fair, 0, 2, "rather_not")
    wish(fair, 0, 1, "star")
    found = browsing.candidates(fair.round, me, user=me.user, now=NOW)
    assert [one.registration for one in found] == [fair.people[3], fair.people[1], fair.people[2]]
    marked = browsing.candidates(fair.round, me, user=me.user, now=NOW, order=browsing.MARKED)
    assert [one.wish for one in marked] == ["star", "rather_not"]
    by_name = browsing.candidates(fair.round, me, user=me.user, now=NOW, order=browsing.BY_NAME)
    assert [one.registration for one in by_name] == fair.people[1:]


def test_who_does_not_want_to_be_seen_is_neither_seen_nor_asked_but_may_ask(fair: Fair) -> None:
    shy, me = fair.people[1], fair.people[0]
    with pytest.raises(rounds.NotComing):
        marks.show_me(registration=shy, shown=False, by=me.user)
    as_user(shy.user).post(url("round_show_me", fair.event), {"shown": "no"})
    shy.refresh_from_db()
    assert not shy.is_browsable
    assert shy not in [one.registration for one in browsing.candidates(fair.round, me, user=me.user, now=NOW)]
    assert as_user(me.user).get(url("round_ask", fair.event, pk=shy.pk)).status_code == 404
    with pytest.raises(requests.CannotBeAsked):
        ask(fair, 0, 1)
    made = ask(fair, 1, 0)
    assert shy in [one.registration for one in browsing.candidates(fair.round, me, user=me.user, now=NOW)]
    requests.accept_request(request=made, by=me.user, now=NOW)
    as_user(shy.user).post(url("round_show_me", fair.event), {"shown": "yes"})
    assert Registration.objects.get(pk=shy.pk).is_browsable


def test_a_mark_is_one_press_with_and_without_javascript(fair: Fair) -> None:
    client = as_user(fair.people[0].user)
    address = url("round_mark", fair.event, pk=fair.people[1].pk)
    plain = client.post(address, {"word": "star", "next": "/fi/events/?page=2"})
    assert plain["Location"] == f"/fi/events/?page=2#who-{fair.people[1].pk}"
    fragment = client.post(address, {"word": "would"}, headers={"HX-Request": "true"})
    assert f'id="mark-{fair.people[1].pk}-would" name="word" value="" aria-pressed="true"' in fragment.content.decode()
    client.post(address, {"word": ""}, headers={"HX-Request": "true"})
    assert not Wish.objects.exists()
    assert client.post(url("round_mark", fair.event, pk=fair.people[0].pk), {"word": "star"}).status_code == 404
    outsider = make_user("Outi")
    assert as_user(outsider).post(address, {"word": "star"}).status_code == 403
    away = client.post(address, {"word": "star", "next": "https://muualla.example/"})
    assert away["Location"].startswith("/fi/events/")


@pytest.mark.usefixtures("bare_masthead")
@pytest.mark.parametrize("people", [2, 4])
def test_the_list_costs_the_same_for_one_and_for_three(people: int, django_assert_num_queries: Any) -> None:
    fair = make_fair(people=people)
    for other in range(1, people):
        suggest(fair, 0, other, 100)
        wish(fair, 0, other, "would")
    client = as_user(fair.people[0].user)
    client.get(url("round_people", fair.event))
    with django_assert_num_queries(20):
        client.get(url("round_people", fair.event))


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_each_notice_of_requests_can_be_read_in_each_language(language: str) -> None:
    fair = make_fair(style=Round.Style.FREE)
    fair.people.append(register(fair.event, "Kolmas"))
    made = ask(fair, 0, 1)
    context = {
        "event": fair.event.pk, "request": made.pk, "round": fair.round.pk, "to": "asked",
        "registration": fair.people[0].pk,
    }  # fmt: skip
    with translation.override(language):
        for kind in notices_requests.KINDS:
            notice = kind.render(context)
            assert notice.title
            assert notice.url.startswith(f"/{language}/events/")
            assert "%(" not in notice.title + notice.text
