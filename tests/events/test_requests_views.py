"""The page of a request: its answers, and who must not see it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Representative, User
from events.models import Meeting, MeetingRequest, Registration, Round
from events.services import requests

from .making import EVENT_DAY, NOW, Fair, ask, make_fair, make_user, text_of, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PAGES = ("meeting_request", "answer_request", "offer_times", "hand_over_request", "withdraw_request")


@pytest.fixture
def free_fair() -> Fair:
    return make_fair(style=Round.Style.FREE)


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(name: str, request: MeetingRequest) -> str:
    return reverse(name, kwargs={"pk": request.pk})


@pytest.mark.parametrize("name", PAGES)
def test_others_do_not_find_a_request(free_fair: Fair, name: str) -> None:
    made = ask(free_fair, 0, 1)
    for user in (free_fair.people[2].user, free_fair.host):
        client = as_user(user)
        response = client.get(at(name, made)) if name == "meeting_request" else client.post(at(name, made))
        assert response.status_code == 404
    assert Client().post(at(name, made)).status_code in (302, 405)


def test_the_three_best_times_are_shown_and_the_first_is_taken(free_fair: Fair) -> None:
    made = ask(free_fair, 0, 1)
    client = as_user(free_fair.people[1].user)
    page = client.get(at("meeting_request", made))
    assert len(page.context["choices"]) == 3
    assert len(page.context["more"]) == 3
    slot = page.context["choices"][1].slot
    done = client.post(at("answer_request", made), {"answer": "accept", "slot": slot.pk}, follow=True)
    assert Meeting.objects.get().slot == slot
    assert "Tapaat" in text_of(done)


def test_a_page_of_an_hour_ago_says_that_the_time_is_gone_and_keeps_what_was_written(free_fair: Fair) -> None:
    made = ask(free_fair, 0, 1)
    slot = free_fair.round.slots.all()[0]
    requests.accept_request(request=ask(free_fair, 2, 0), by=free_fair.people[0].user, now=NOW, slot=slot)
    client = as_user(free_fair.people[1].user)
    sent = {"answer": "accept", "slot": slot.pk, "reason": "Kirjoitettu teksti"}
    page = client.post(at("answer_request", made), sent)
    assert page.status_code == 422
    assert len(page.context["alternatives"]) == 3
    assert "Kirjoitettu teksti" in page.content.decode()
    assert MeetingRequest.objects.get(pk=made.pk).is_pending


def test_an_answer_to_a_request_that_was_withdrawn_meanwhile_says_so(free_fair: Fair) -> None:
    made = ask(free_fair, 0, 1)
    requests.withdraw_request(request=made, by=free_fair.people[0].user, now=NOW)
    client = as_user(free_fair.people[1].user)
    page = client.post(at("answer_request", made), {"answer": "accept"}, follow=True)
    assert "peruttu" in text_of(page)
    assert not Meeting.objects.exists()


def test_a_slot_of_another_round_is_refused(free_fair: Fair) -> None:
    made = ask(free_fair, 0, 1)
    strange = make_fair(people=0).round.slots.all()[0]
    page = as_user(free_fair.people[1].user).post(at("answer_request", made), {"answer": "accept", "slot": strange.pk})
    assert page.status_code == 422
    assert not Meeting.objects.exists()


def test_other_times_are_offered_on_the_page_and_chosen_on_it(free_fair: Fair) -> None:
    made = ask(free_fair, 0, 1)
    slots = list(free_fair.round.slots.all())
    asked, asker = as_user(free_fair.people[1].user), as_user(free_fair.people[0].user)
    empty = asked.post(at("offer_times", made), {})
    assert empty.status_code == 422
    assert "id_slots_error" in empty.content.decode()
    asked.post(at("offer_times", made), {"slots": [slots[4].pk, slots[5].pk]})
    assert [one.pk for one in asker.get(reverse("my_meetings")).context["requests"]] == [made.pk]
    page = asker.get(at("meeting_request", made))
    assert [look.slot for look in page.context["choices"]] == slots[4:]
    asker.post(at("answer_request", made), {"answer": "accept", "slot": slots[5].pk})
    assert Meeting.objects.get().slot == slots[5]


def test_when_nothing_is_free_one_may_agree_and_wait() -> None:
    fair = make_fair(style=Round.Style.FREE, tables=1, ends_at=EVENT_DAY + timedelta(minutes=20))
    requests.accept_request(request=ask(fair, 2, 3), by=fair.people[3].user, now=NOW)
    made = ask(fair, 0, 1)
    client = as_user(fair.people[1].user)
    page = client.get(at("meeting_request", made))
    assert not page.context["can_choose"]
    assert page.context["near"]
    client.post(at("answer_request", made), {"answer": "wait"})
    assert MeetingRequest.objects.get(pk=made.pk).waits_since == NOW


def test_a_colleague_is_given_the_request(free_fair: Fair) -> None:
    user = make_user("Kaisa Kollega")
    profile = free_fair.people[1].profile
    Representative.objects.create(profile=profile, user=user, role="member", since=NOW)
    made = ask(free_fair, 0, 1)
    client = as_user(free_fair.people[1].user)
    assert client.get(at("meeting_request", made)).context["to_bring"] == [user]
    assert client.post(at("hand_over_request", made), {"to": "seat:0"}).status_code == 422
    stranger = free_fair.people[3].user
    assert client.post(at("hand_over_request", made), {"to": f"bring:{stranger.pk}"}).status_code == 404
    client.post(at("hand_over_request", made), {"to": f"bring:{user.pk}"})
    assert MeetingRequest.objects.get().asked == Registration.objects.get(user=user)


def test_declining_tells_the_reason_to_the_asker(free_fair: Fair) -> None:
    made = ask(free_fair, 0, 1)
    as_user(free_fair.people[1].user).post(
        at("answer_request", made), {"answer": "decline", "reason": "Emme tee enää huonekaluja."}
    )
    page = as_user(free_fair.people[0].user).get(at("meeting_request", made))
    assert "Emme tee enää huonekaluja." in text_of(page)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("state", MeetingRequest.State.values)
def test_each_state_can_be_read_in_each_language(free_fair: Fair, state: str, language: str) -> None:
    made = ask(free_fair, 0, 1)
    MeetingRequest.objects.filter(pk=made.pk).update(state=state)
    for person in (0, 1):
        client = as_user(free_fair.people[person].user)
        address = at("meeting_request", made).replace("/fi/", f"/{language}/")
        assert client.get(address).status_code == 200


def test_a_round_that_is_not_open_shows_how_many_more_are_needed() -> None:
    fair = make_fair(people=2, opens_at_count=5)
    for user in (fair.host, fair.people[0].user):
        page = as_user(user).get(url("event", fair.event))
        assert "Ilmoittautuneita 2 / 5" in text_of(page)
    page = as_user(fair.people[0].user).get(url("round_people", fair.event))
    assert '<progress id="gauge" value="2" max="5">' in page.content.decode()
    ask = url("round_ask", fair.event, pk=fair.people[1].pk)
    assert f'"{ask}"' not in page.content.decode(), "there is nothing to press yet"
    host = as_user(fair.host)
    assert '<progress id="gauge"' in host.get(url("round", fair.event)).content.decode()
    assert as_user(fair.people[0].user).post(url("round_open", fair.event)).status_code == 403
    host.post(url("round_open", fair.event))
    assert Round.objects.get().takes_requests
