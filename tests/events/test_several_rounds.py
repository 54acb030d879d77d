"""Several rounds of one event, one after the other: a morning of one kind of meetings, an afternoon of another."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from events.models import Absence, Meeting, MeetingRequest, Presence, Round
from events.queries import day as day_queries
from events.queries import printing_day
from events.queries import rounds as queries
from events.services import availability, events, marks, moving, placing, repairs, requests, rounds, shifting
from notifications.models import Notification
from notifications.queries import read_notice

from .making import (
    EVENT_DAY,
    NOW,
    Fair,
    agree_pair,
    ask,
    edit_plan,
    make_fair,
    plan,
    publish_fair,
    register,
    text_of,
    url,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

EVENT_COST, DAY_COST, PEOPLE_COST = 16, 12, 15
AFTERNOON = EVENT_DAY + timedelta(hours=3)


@pytest.fixture
def fair() -> Fair:
    return make_fair()


@pytest.fixture
def later(fair: Fair) -> Round:
    return add(fair)


def add(fair: Fair, hours: int = 3, **changes: Any) -> Round:
    starts = EVENT_DAY + timedelta(hours=hours)
    times = {"starts_at": starts, "ends_at": starts + timedelta(hours=1), "place": "Kabinetti", **changes}
    return rounds.create_round(event=fair.event, plan=plan(**times), by=fair.host, now=NOW)


def second(fair: Fair, later: Round) -> Fair:
    """The same people, seen in the later round."""
    return Fair(fair.host, fair.event, later, fair.people)


def as_user(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- Times -----------------------------------------------------------------------------------------------------------


def test_rounds_of_an_event_follow_each_other_in_time_and_keep_their_numbers(fair: Fair, later: Round) -> None:
    assert (fair.round.number, later.number) == (1, 2)
    early = rounds.change_round(
        round=fair.round,
        plan=plan(starts_at=AFTERNOON + timedelta(hours=1), ends_at=AFTERNOON + timedelta(hours=2)),
        by=fair.host,
        now=NOW,
    )
    assert queries.rounds_of(fair.event) == [later, early]
    assert queries.round_of(fair.event) == early
    assert queries.round_of(fair.event, 2) == later


@pytest.mark.parametrize("minutes", [-30, 0, 30, 100])
def test_rounds_of_an_event_do_not_overlap(fair: Fair, minutes: int) -> None:
    starts = EVENT_DAY + timedelta(minutes=max(minutes, 0))
    times = plan(starts_at=starts, ends_at=EVENT_DAY + timedelta(minutes=minutes + 90))
    with pytest.raises(rounds.RoundsOverlap) as caught:
        rounds.create_round(event=fair.event, plan=times, by=fair.host, now=NOW)
    assert caught.value.field == "starts_at"
    assert fair.event.rounds.count() == 1


def test_one_round_may_begin_when_another_ends(fair: Fair) -> None:
    made = rounds.create_round(
        event=fair.event,
        plan=plan(starts_at=fair.round.ends_at, ends_at=fair.round.ends_at + timedelta(hours=1)),
        by=fair.host,
        now=NOW,
    )
    assert made.number == 2


def test_a_round_is_not_changed_into_the_time_of_another_but_stays_in_its_own(fair: Fair, later: Round) -> None:
    with pytest.raises(rounds.RoundsOverlap):
        rounds.change_round(round=later, plan=plan(), by=fair.host, now=NOW)
    same = plan(starts_at=later.starts_at, ends_at=later.ends_at, tables=5)
    assert rounds.change_round(round=later, plan=same, by=fair.host, now=NOW).tables == 5


def test_a_time_is_not_moved_into_another_round(fair: Fair, later: Round) -> None:
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    change = repairs.Change(kind=repairs.Kind.SLOT_MOVED, slot=fair.round.slots.last(), starts_at=later.starts_at)
    with pytest.raises(rounds.RoundsOverlap):
        repairs.start_repair(round=fair.round, change=change, by=fair.host, now=NOW)


def test_who_does_not_host_the_event_adds_no_round(fair: Fair) -> None:
    starts = EVENT_DAY + timedelta(hours=4)
    times = plan(starts_at=starts, ends_at=starts + timedelta(hours=1))
    with pytest.raises(rounds.NotTheHost):
        rounds.create_round(event=fair.event, plan=times, by=fair.people[0].user, now=NOW)
    assert as_user(fair.people[0].user).get(url("round_add", fair.event)).status_code == 403


# --- Requests --------------------------------------------------------------------------------------------------------


def test_the_same_two_have_a_standing_request_in_one_round_at_a_time(fair: Fair, later: Round) -> None:
    made = ask(fair, 0, 1)
    for asker, asked in ((0, 1), (1, 0)):
        with pytest.raises(requests.AskedInAnotherRound):
            ask(second(fair, later), asker, asked)
    requests.withdraw_request(request=made, by=fair.people[0].user, now=NOW)
    assert ask(second(fair, later), 1, 0).round == later


def test_when_the_first_round_is_over_the_two_may_meet_again(fair: Fair, later: Round) -> None:
    agree_pair(fair, 0, 1)
    one, other = fair.people[:2]
    over = fair.round.ends_at + timedelta(minutes=1)
    made = requests.make_request(round=later, asker=one, asked=other, by=one.user, now=over)
    assert made.is_pending


def test_a_no_is_for_the_whole_event(fair: Fair, later: Round) -> None:
    made = ask(fair, 0, 1)
    requests.decline_request(request=made, by=fair.people[1].user, now=NOW)
    with pytest.raises(requests.WasDeclined):
        ask(second(fair, later), 0, 1)
    for me, about in ((0, 1), (1, 0)):
        person = fair.people[me]
        agreed = marks.say_wish(round=later, me=person, about=fair.people[about], word="star", by=person.user, now=NOW)
        assert agreed is None


def test_marks_are_of_the_event_and_agree_in_the_round_in_which_they_meet(fair: Fair, later: Round) -> None:
    one, other = fair.people[:2]
    marks.say_wish(round=fair.round, me=one, about=other, word="star", by=one.user, now=NOW)
    made = marks.say_wish(round=later, me=other, about=one, word="would", by=other.user, now=NOW)
    assert made is not None
    assert made.round == later
    assert marks.agree_mutual(fair.round, now=NOW) == []


def test_the_host_does_not_bring_two_together_who_meet_in_another_round(fair: Fair, later: Round) -> None:
    agree_pair(fair, 0, 1)
    with pytest.raises(requests.AskedInAnotherRound):
        moving.arrange(later, fair.people[0], fair.people[1], now=NOW)


def test_the_form_asks_for_the_round_where_there_are_several(fair: Fair, later: Round) -> None:
    client = as_user(fair.people[0].user)
    asked = fair.people[1]
    page = client.get(url("round_ask", fair.event, pk=asked.pk, number=2))
    assert 'name="round"' in page.content.decode()
    assert page.context["form"]["round"].initial == str(later.pk)
    client.post(
        url("round_ask", fair.event, pk=asked.pk), {"message": "Tavataan?", "language": "fi", "round": later.pk}
    )
    assert MeetingRequest.objects.get().round == later
    said = text_of(client.get(url("round_people", fair.event)))
    assert "Pyydetyt tapaamiset, 12.00–13.00:" in said


def test_the_form_of_an_only_round_asks_for_none(fair: Fair) -> None:
    client = as_user(fair.people[0].user)
    page = client.get(url("round_ask", fair.event, pk=fair.people[1].pk))
    assert 'name="round"' not in page.content.decode()
    client.post(page.request["PATH_INFO"], {"message": "", "language": "fi"})
    assert MeetingRequest.objects.get().round == fair.round


def test_a_round_of_another_event_cannot_be_chosen(fair: Fair, later: Round) -> None:
    other = make_fair()
    client = as_user(fair.people[0].user)
    page = client.post(
        url("round_ask", fair.event, pk=fair.people[1].pk),
        {"message": "", "language": "fi", "round": other.round.pk},
    )
    assert page.context["form"].errors["round"]
    assert not MeetingRequest.objects.exists()


# --- The day ---------------------------------------------------------------------------------------------------------


def both_published(fair: Fair, later: Round) -> None:
    agree_pair(fair, 0, 1)
    agree_pair(second(fair, later), 0, 2)
    publish_fair(fair)
    publish_fair(second(fair, later))


def test_the_day_the_programmes_and_the_calendar_show_every_round_in_time(fair: Fair, later: Round) -> None:
    both_published(fair, later)
    me = fair.people[0]
    day = day_queries.day_of(me, fair.event, now=NOW)
    assert [entry.own.name for entry in day.entries if entry.own] == ["Osallistuja1 Oy", "Osallistuja2 Oy"]
    assert len(day.slots.split(",")) == 6 + 3
    [programme, *_others] = printing_day.programmes(fair.event, printing_day.published(fair.event), [me], now=NOW)
    assert [line.what for line in programme.lines] == ["Osallistuja1 Oy", "Osallistuja2 Oy"]
    said = text_of(as_user(me.user).get(url("my_day", fair.event)))
    assert "Juhlasali" in said
    assert "Kabinetti" in said


def test_the_day_says_of_which_round_the_programme_is_still_to_come(fair: Fair, later: Round) -> None:
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    said = text_of(as_user(fair.people[0].user).get(url("my_day", fair.event)))
    assert "12.00–13.00: ohjelma tulee myöhemmin." in said


def test_each_round_has_its_own_pages(fair: Fair, later: Round) -> None:
    both_published(fair, later)
    client = as_user(fair.host)
    for name in ("round", "board", "round_wishes", "round_settings", "round_repair"):
        pages = [client.get(url(name, fair.event)), client.get(url(name, fair.event, number=2))]
        assert [page.status_code for page in pages] == [200, 200]
        assert [page.context["round"] for page in pages] == [fair.round, later]
    meeting = Meeting.objects.get(slot__round=later)
    assert client.get(url("round_meeting", fair.event, pk=meeting.pk)).status_code == 404
    assert client.get(url("round_meeting", fair.event, pk=meeting.pk, number=2)).status_code == 200
    assert client.get(url("round", fair.event, number=3)).status_code == 404
    for signs in (url("event_signs", fair.event), url("event_signs", fair.event, number=2)):
        assert client.get(signs)["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("name", ["round_settings", "round_wishes", "board", "round_repair"])
def test_pages_of_a_later_round_are_the_hosts_alone(fair: Fair, later: Round, name: str) -> None:
    both_published(fair, later)
    assert as_user(fair.people[0].user).get(url(name, fair.event, number=2)).status_code == 403


def test_a_meeting_in_one_round_moves_only_within_it(fair: Fair, later: Round) -> None:
    both_published(fair, later)
    meeting = Meeting.objects.get(slot__round=fair.round)
    with pytest.raises(placing.UnknownTable):
        moving.move_by_hand(meeting=meeting, slot=later.slots.all()[0], table=1, instead_of=None, by=fair.host, now=NOW)


def test_the_host_adds_a_round_and_finds_all_in_order_of_time(fair: Fair) -> None:
    client = as_user(fair.host)
    assert "Kierroksen voi" not in text_of(client.get(url("event", fair.event)))
    form = client.get(url("round_add", fair.event))
    assert form.context["form"].initial["starts_at"] == fair.round.ends_at
    answer = client.post(
        url("round_add", fair.event),
        {
            "style": "free",
            "starts_at_0": "2026-03-12",
            "starts_at_1": "12.00",
            "ends_at_0": "2026-03-12",
            "ends_at_1": "13.00",
            "slot_minutes": "20",
            "pause_minutes": "0",
            "tables": "4",
            "answer_hours": "72",
        },
    )
    assert answer.status_code == 302
    assert answer["Location"] == url("round", fair.event, number=2)
    said = text_of(client.get(url("event", fair.event)))
    assert said.index("Pyydetyt tapaamiset, 9.00–11.00") < said.index("Vapaa varaus, 12.00–13.00")


def test_an_overlap_is_told_at_the_field(fair: Fair) -> None:
    answer = as_user(fair.host).post(
        url("round_add", fair.event),
        {
            "style": "solved",
            "starts_at_0": "2026-03-12",
            "starts_at_1": "10.00",
            "ends_at_0": "2026-03-12",
            "ends_at_1": "12.00",
            "slot_minutes": "20",
            "pause_minutes": "0",
            "tables": "4",
            "answer_hours": "72",
        },
    )
    assert answer.context["form"].errors["starts_at"] == [str(rounds.RoundsOverlap.message)]


def test_an_event_stays_around_all_its_rounds(fair: Fair, later: Round) -> None:
    with pytest.raises(shifting.RoundOutside):
        events.edit_event(
            event=fair.event,
            plan=edit_plan(fair.event, ends_at=later.starts_at),
            organiser=None,
            by=fair.host,
            now=NOW,
        )


# --- When one can meet -----------------------------------------------------------------------------------------------


def test_coming_and_going_is_of_the_event_and_single_times_of_a_round(fair: Fair, later: Round) -> None:
    me = fair.people[0]
    times = availability.Times(slots=[later.slots.all()[0]], arrives_at=later.starts_at)
    availability.save_times(round=later, registration=me, times=times, by=me.user, now=NOW)
    page = as_user(me.user).get(url("round_availability", fair.event))
    assert page.context["form"].initial["arrives_at"] == later.starts_at.isoformat()
    assert later.starts_at.isoformat() in [key for key, _label in page.context["form"].fields["arrives_at"].choices]
    assert page.context["can_none"]
    assert Absence.objects.get().slot.round == later
    assert Presence.objects.get().arrives_at == later.starts_at


def test_one_does_not_leave_before_a_meeting_of_another_round(fair: Fair, later: Round) -> None:
    both_published(fair, later)
    me = fair.people[0]
    times = availability.Times(slots=[], leaves_at=fair.round.ends_at)
    with pytest.raises(rounds.MeetsThen):
        availability.save_times(round=fair.round, registration=me, times=times, by=me.user, now=NOW)


# --- What it costs ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("bare_masthead")
@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_however_many_rounds(fair: Fair, count: int, django_assert_num_queries: Any) -> None:
    for hours in range(3, 2 + count):
        add(fair, hours)
    client = as_user(register(fair.event, "Mittaaja").user)
    for name, cost in (("event", EVENT_COST), ("my_day", DAY_COST), ("round_people", PEOPLE_COST)):
        client.get(url(name, fair.event))
        with django_assert_num_queries(cost):
            client.get(url(name, fair.event))


class TestTakingARoundAway:
    def test_those_who_asked_are_told_and_the_event_stays(self, fair: Fair, later: Round) -> None:
        there = second(fair, later)
        ask(there, 0, 1)
        rounds.remove_round(round=later, by=fair.host, now=NOW)
        assert list(fair.event.rounds.all()) == [fair.round]
        told = Notification.objects.filter(kind="events.round_removed").values_list("user", flat=True)
        assert set(told) == {fair.people[0].user_id, fair.people[1].user_id}
        notice = Notification.objects.filter(kind="events.round_removed")[0]
        words = read_notice(notice)
        assert words is not None
        assert fair.event.title in words.title

    def test_one_with_meetings_stays_and_so_does_one_that_is_being_solved(self, fair: Fair) -> None:
        agree_pair(fair, 0, 1)
        publish_fair(fair)
        with pytest.raises(rounds.RoundHasMeetings):
            rounds.remove_round(round=fair.round, by=fair.host, now=NOW)
        other = add(fair)
        Round.objects.filter(pk=other.pk).update(state=Round.State.SOLVING)
        with pytest.raises(rounds.RoundIsBusy):
            rounds.remove_round(round=other, by=fair.host, now=NOW)

    def test_only_the_host_does_it(self, fair: Fair, later: Round) -> None:
        with pytest.raises(rounds.NotTheHost):
            rounds.remove_round(round=later, by=fair.people[0].user, now=NOW)
        assert as_user(fair.people[0].user).post(url("round_remove", fair.event, number=2)).status_code in (403, 404)
        assert Round.objects.filter(pk=later.pk).exists()

    def test_the_page_offers_it_while_it_can_be_done(self, fair: Fair, later: Round) -> None:
        host = as_user(fair.host)
        assert (
            url("round_remove", fair.event, number=2)
            in host.get(url("round_settings", fair.event, number=2)).content.decode()
        )
        answer = host.post(url("round_remove", fair.event, number=2))
        assert answer.headers["Location"] == fair.event.get_absolute_url()
        assert not Round.objects.filter(pk=later.pk).exists()
