"""One's own day: now and next, why, late, another time, and whose programme a phone keeps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import ProfileText
from core import live
from events.models import Lateness, Meeting, SwapRequest
from events.queries import day as queries
from events.services import day as services
from events.services.meetings import MeetingIsOver
from events.services.rounds import NotComing

from .making import EVENT_DAY, NOW, Fair, agree_pair, kinds_to, make_fair, make_user, publish_fair, text_of
from .test_rounds_views import as_user, page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

EARLY = EVENT_DAY - timedelta(hours=1)


@pytest.fixture
def fair() -> Fair:
    fair = make_fair()
    for other in (1, 2):
        agree_pair(fair, 0, other)
    publish_fair(fair)
    return fair


def first_of(fair: Fair) -> Meeting:
    return Meeting.objects.agreed().order_by("starts_at")[0]


def free_slot(meeting: Meeting) -> Any:
    return services.swap_times(meeting, now=EARLY)[0][0]


def other_of(fair: Fair, meeting: Meeting) -> Any:
    party = meeting.parties.exclude(registration=fair.people[0]).select_related("registration__user").get()
    return party.registration


# --- The page --------------------------------------------------------------------------------------------------------


def test_it_tells_now_and_next_and_what_the_other_offers(fair: Fair, clock: Any) -> None:
    client = as_user(fair.people[0].user)
    first, second = Meeting.objects.order_by("starts_at")
    other = other_of(fair, first)
    ProfileText.objects.create(profile=other.profile, kind="offers", text="Tarjoamme kutterinlastua.", language="fi")
    clock.move_to(first.starts_at + timedelta(minutes=5))
    day = client.get(page("my_day", fair))
    assert day.context["day"].ahead.is_now
    assert day.context["day"].ahead.own.meeting == first
    assert "Tarjoamme kutterinlastua." in text_of(day)
    assert reverse("cancel_meeting", kwargs={"pk": second.pk}) in day.content.decode()
    assert reverse("cancel_meeting", kwargs={"pk": first.pk}) not in day.content.decode()
    clock.move_to(first.ends_at)
    assert client.get(page("my_day", fair)).context["day"].ahead.own.meeting == second
    clock.move_to(EVENT_DAY + timedelta(days=1))
    assert client.get(page("my_day", fair)).context["day"].ahead is None
    assert client.get(page("round", fair)).url == page("my_day", fair)  # type: ignore[attr-defined]


def test_why_is_what_the_matcher_told_this_side(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def heard(profile: Any, others: Any) -> dict[int, Any]:
        asked.append((profile, others))
        return {}

    monkeypatch.setattr(queries, "sentences_between", heard)
    as_user(fair.people[0].user).get(page("my_day", fair))
    (profile, others) = asked[0]
    assert profile == fair.people[0].profile
    assert {one.pk for one in others} == {fair.people[1].profile_id, fair.people[2].profile_id}


@pytest.mark.usefixtures("bare_masthead")
@pytest.mark.parametrize("count", [1, 3])
def test_the_day_costs_the_same_however_full(count: int, django_assert_num_queries: Any) -> None:
    fair = make_fair(people=1 + count)
    for n in range(count):
        agree_pair(fair, 0, n + 1)
    publish_fair(fair)
    client = as_user(fair.people[0].user)
    client.get(page("my_day", fair))
    with django_assert_num_queries(17):
        client.get(page("my_day", fair))


def test_an_answer_says_whose_it_is_and_is_kept_by_nobody_on_the_way(fair: Fair) -> None:
    answers = [as_user(fair.people[n].user).get(page("my_day", fair)) for n in (0, 1)]
    owners = [answer["X-Day-Owner"] for answer in answers]
    assert owners == [queries.owner_of(fair.people[n].user) for n in (0, 1)]
    assert owners[0] != owners[1]
    assert all("no-store" in answer["Cache-Control"] for answer in answers)
    refused = as_user(make_user("Outi")).get(page("my_day", fair))
    assert refused.status_code == 403
    assert "X-Day-Owner" not in refused
    assert "X-Day-Owner" not in Client().get(page("my_day", fair))


def test_the_worker_stands_where_it_may_keep_the_page() -> None:
    answer = Client().get(reverse("day_worker"))
    assert answer["Service-Worker-Allowed"] == reverse("events")
    assert answer["Content-Type"].startswith("text/javascript")


# --- Late ------------------------------------------------------------------------------------------------------------


def test_who_waits_is_told_once_that_one_is_late_and_sees_that_they_are_there(
    fair: Fair, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = first_of(fair)
    waits = other_of(fair, meeting)
    me = fair.people[0]
    now = meeting.starts_at - timedelta(minutes=2)
    said = services.say_late(registration=me, minutes=10, by=me.user, now=now)
    assert said.comes_at == now + timedelta(minutes=10)
    assert kinds_to(waits.user).count("events.running_late") == 1
    later = next(fair.people[n] for n in (1, 2) if fair.people[n] != waits)
    assert "events.running_late" not in kinds_to(later.user)
    services.say_late(registration=me, minutes=10, by=me.user, now=now)
    assert kinds_to(waits.user).count("events.running_late") == 1
    heard: list[str] = []
    monkeypatch.setattr(live, "send_group", lambda group, _message: heard.append(group))
    services.say_here(registration=me, by=me.user, now=now)
    assert not Lateness.objects.exists()
    assert heard == [live.day_group(waits.user_id), live.board_group(fair.round.pk)]


def test_what_was_said_without_a_network_counts_from_then(fair: Fair) -> None:
    me = fair.people[0]
    ago = timedelta(minutes=8)
    said = services.say_late(registration=me, minutes=5, by=me.user, now=EARLY, ago=ago)
    assert said.comes_at == EARLY - timedelta(minutes=3)
    assert not any("events.running_late" in kinds_to(one.user) for one in fair.people)
    said = services.say_late(registration=me, minutes=5, by=me.user, now=EARLY, ago=timedelta(days=3))
    assert said.said_at == EARLY - timedelta(hours=2)


@pytest.mark.parametrize(
    ("minutes", "now", "error"),
    [(7, EARLY, services.OddMinutes), (10, NOW, services.NotTheDay), (10, EARLY, NotComing)],
)
def test_what_cannot_be_said_of_being_late(fair: Fair, minutes: int, now: Any, error: Any) -> None:
    by = fair.people[1].user if error is NotComing else fair.people[0].user
    with pytest.raises(error):
        services.say_late(registration=fair.people[0], minutes=minutes, by=by, now=now)


def test_late_and_there_by_a_press_each(fair: Fair, clock: Any) -> None:
    clock.move_to(EARLY)
    client = as_user(fair.people[0].user)
    assert "8.15" in text_of(client.post(page("my_day_late", fair), {"minutes": "15"}, follow=True))
    assert Lateness.objects.get().registration == fair.people[0]
    client.post(page("my_day_late", fair), {"act": "here"})
    assert not Lateness.objects.exists()
    client.post(page("my_day_late", fair), {"minutes": "soon"})
    assert not Lateness.objects.exists()
    assert as_user(make_user("Outi")).post(page("my_day_late", fair), {"minutes": "15"}).status_code == 403
    assert Client().post(page("my_day_late", fair), {"minutes": "15"}).status_code == 302


# --- Another time ----------------------------------------------------------------------------------------------------


def test_another_time_is_asked_for_and_agreed(fair: Fair) -> None:
    meeting = first_of(fair)
    other, me = other_of(fair, meeting), fair.people[0]
    slot, table = free_slot(meeting), meeting.table
    made = services.ask_swap(meeting=meeting, slot=slot, by=me.user, now=EARLY)
    meeting.refresh_from_db()
    assert meeting.slot_id != slot.pk
    assert kinds_to(other.user).count("events.swap_asked") == 1
    with pytest.raises(services.SwapWaits):
        services.ask_swap(meeting=meeting, slot=slot, by=other.user, now=EARLY)
    with pytest.raises(services.NotYourMeeting):
        services.accept_swap(swap=made, by=me.user, now=EARLY)
    services.accept_swap(swap=made, by=other.user, now=EARLY)
    meeting.refresh_from_db()
    assert (meeting.slot_id, meeting.table, meeting.sequence) == (slot.pk, table, 1)
    assert set(meeting.parties.values_list("busy_in", flat=True)) == {slot.pk}
    assert "events.meeting_moved" in kinds_to(me.user)
    with pytest.raises(services.SwapAnswered):
        services.decline_swap(swap=made, by=other.user, now=EARLY)


def test_a_time_that_is_gone_leaves_the_meeting_where_it_is(fair: Fair) -> None:
    meeting, second = Meeting.objects.agreed().order_by("starts_at")
    me = fair.people[0]
    made = services.ask_swap(meeting=meeting, slot=free_slot(meeting), by=me.user, now=EARLY)
    second.parties.update(busy_in=made.slot)
    with pytest.raises(services.TimeIsGone):
        services.accept_swap(swap=made, by=other_of(fair, meeting).user, now=EARLY)
    made.refresh_from_db()
    assert made.state == SwapRequest.State.WAITING
    with pytest.raises(services.TimeIsGone):
        services.ask_swap(meeting=second, slot=meeting.slot, by=me.user, now=EARLY)  # type: ignore[arg-type]  # it has one
    with pytest.raises(MeetingIsOver):
        services.ask_swap(meeting=meeting, slot=made.slot, by=me.user, now=meeting.starts_at)


def test_the_question_is_declined_or_withdrawn(fair: Fair) -> None:
    meeting = first_of(fair)
    other, me = other_of(fair, meeting), fair.people[0]
    slot = free_slot(meeting)
    made = services.ask_swap(meeting=meeting, slot=slot, by=me.user, now=EARLY)
    with pytest.raises(services.NotYourMeeting):
        services.withdraw_swap(swap=made, by=other.user, now=EARLY)
    services.decline_swap(swap=made, by=other.user, now=EARLY)
    assert "events.swap_declined" in kinds_to(me.user)
    again = services.ask_swap(meeting=meeting, slot=slot, by=other.user, now=EARLY)
    services.withdraw_swap(swap=again, by=other.user, now=EARLY)
    assert [one.state for one in SwapRequest.objects.all()] == ["declined", "withdrawn"]


def test_a_cap_does_not_stand_in_the_way_of_moving() -> None:
    fair = make_fair(most_meetings=1)
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    assert services.swap_times(first_of(fair), now=EARLY)


def test_the_pages_of_another_time(fair: Fair, clock: Any) -> None:
    clock.move_to(EARLY)
    meeting = first_of(fair)
    other, me = other_of(fair, meeting), fair.people[0]
    address = reverse("meeting_swap", kwargs={"pk": meeting.pk})
    mine, theirs = as_user(me.user), as_user(other.user)
    assert mine.post(address, {}).status_code == 422
    assert mine.post(address, {"slot": free_slot(meeting).pk}).status_code == 302
    made = SwapRequest.objects.get()
    answer = reverse("swap_answer", kwargs={"pk": made.pk})
    assert 'value="withdraw"' in mine.get(address).content.decode()
    assert 'value="accept"' in theirs.get(address).content.decode()
    assert address in theirs.get(page("my_day", fair)).content.decode()
    stranger = next(one for one in fair.people if one not in (me, other))
    for client, status in ((as_user(stranger.user), 404), (as_user(fair.host), 404), (Client(), 302)):
        assert client.get(address).status_code == status
        assert client.post(answer, {"answer": "accept"}).status_code == status
    assert theirs.post(answer, {"answer": "perhaps"}).status_code == 404
    theirs.post(answer, {"answer": "accept"})
    meeting.refresh_from_db()
    assert meeting.slot_id == made.slot_id
