"""Pages of meetings: each view once, who must not, and what a form says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from accounts.models import User
from events.models import Meeting, MeetingParty, MeetingProposal
from events.services import proposals
from events.views import panels
from matching.models import Connection

from .making import NOW, TOMORROW, Pair, agree, connect, make_pair, make_profile, make_user, propose

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def pair() -> Pair:
    return make_pair()


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def times(*moments: Any) -> dict[str, str]:
    """The form's fields for these moments, in Helsinki's time (UTC + 2 in March)."""
    data = {"minutes": "30", "place": "Kauppakatu 1", "topic": "Lastua", "language": "fi"}
    for number, moment in enumerate(moments, start=1):
        local = moment + timedelta(hours=2)
        data |= {f"time_{number}_0": f"{local:%Y-%m-%d}", f"time_{number}_1": f"{local:%H:%M}"}
    return data


def test_three_steps_from_a_connection_to_both_calendars(pair: Pair) -> None:
    aino, bo = as_user(pair.aino), as_user(pair.bo)
    page = reverse("propose_meeting", kwargs={"slug": pair.nord.slug})
    assert aino.get(page).status_code == 200
    sent = aino.post(page, times(TOMORROW, TOMORROW + timedelta(hours=2)))
    made = MeetingProposal.objects.get()
    assert sent.url == reverse("proposal", kwargs={"pk": made.pk})  # type: ignore[attr-defined]
    answer = reverse("proposal", kwargs={"pk": made.pk})
    assert "Lastua" in bo.get(answer).content.decode()
    response = bo.post(answer, {"time": made.times.all()[1].pk}, follow=True)
    meeting = Meeting.objects.get()
    assert response.redirect_chain[0][0] == reverse("meeting", kwargs={"pk": meeting.pk})
    for client in (aino, bo):
        file = client.get(reverse("meeting_file", kwargs={"pk": meeting.pk}))
        assert file["Content-Type"] == "text/calendar; charset=utf-8"
        [event] = Calendar.from_ical(file.content).walk("VEVENT")
        assert event.decoded("DTSTART") == TOMORROW + timedelta(hours=2)


def test_the_form_comes_with_times_in_office_hours_where_one_is_free(pair: Pair) -> None:
    agree(pair, NOW + timedelta(days=2, hours=-2))  # Wednesday at nine in Helsinki
    form = as_user(pair.aino).get(reverse("propose_meeting", kwargs={"slug": pair.nord.slug})).context["form"]
    suggested = [form.fields[name].initial for name in form.time_names[:3]]
    assert [f"{moment:%a %H}" for moment in suggested] == ["Thu 09", "Fri 13", "Mon 10"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"time_1_0": "", "time_1_1": ""}, "time_1"),
        ({"time_1_0": "tiistai"}, "time_1"),
        ({"time_1_0": "2026-03-01"}, "time_1"),
        ({"time_2_0": "2026-03-29", "time_2_1": "03:30"}, "time_2"),  # the clocks skip this half hour
        ({"topic": "x" * 401}, "topic"),
        ({"minutes": "7"}, "minutes"),
    ],
)
def test_an_error_stands_at_its_field_and_nothing_is_lost(pair: Pair, change: dict[str, str], field: str) -> None:
    page = reverse("propose_meeting", kwargs={"slug": pair.nord.slug})
    response = as_user(pair.aino).post(page, {**times(TOMORROW), **change})
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert "Kauppakatu 1" in response.content.decode()
    assert not MeetingProposal.objects.exists()


def test_hostile_text_is_shown_as_text(pair: Pair) -> None:
    made = propose(pair, topic="<script>alert(1)</script>", place="javascript:alert(1)")
    page = as_user(pair.bo).get(reverse("proposal", kwargs={"pk": made.pk})).content.decode()
    assert "<script>alert(1)" not in page
    assert 'href="javascript:' not in page


def test_nothing_chosen_is_said_at_the_times(pair: Pair) -> None:
    made = propose(pair)
    response = as_user(pair.bo).post(reverse("proposal", kwargs={"pk": made.pk}), {})
    assert "time" in response.context["form"].errors


def test_a_stale_page_is_told_what_has_happened(pair: Pair) -> None:
    made = propose(pair)
    time = made.times.first()
    assert time is not None
    as_user(pair.aino).post(reverse("withdraw_proposal", kwargs={"pk": made.pk}))
    response = as_user(pair.bo).post(reverse("proposal", kwargs={"pk": made.pk}), {"time": time.pk})
    assert response.context["form"].non_field_errors()
    assert not Meeting.objects.exists()


def test_other_times_declining_and_withdrawing(pair: Pair) -> None:
    bo = as_user(pair.bo)
    first = propose(pair)
    page = reverse("counter_proposal", kwargs={"pk": first.pk})
    assert bo.get(page).status_code == 200
    bo.post(page, times(TOMORROW + timedelta(days=1)))
    second = MeetingProposal.objects.get(counters=first)
    assert second.proposer == pair.nord
    assert bo.get(page).status_code == 302
    decline = reverse("decline_proposal", kwargs={"pk": second.pk})
    assert as_user(pair.aino).get(decline).status_code == 200
    as_user(pair.aino).post(decline, {"reason": "Ei nyt"})
    second.refresh_from_db()
    assert (second.state, second.reason) == ("declined", "Ei nyt")
    assert "Ei nyt" in bo.get(reverse("proposal", kwargs={"pk": second.pk})).content.decode()


def test_moving_by_proposing(pair: Pair) -> None:
    meeting = agree(pair)
    page = reverse("propose_move", kwargs={"pk": meeting.pk})
    assert as_user(pair.bo).get(page).status_code == 200
    as_user(pair.bo).post(page, times(TOMORROW + timedelta(days=1)))
    made = MeetingProposal.objects.get(moves=meeting)
    assert (
        reverse("proposal", kwargs={"pk": made.pk})
        in as_user(pair.aino).get(reverse("meeting", kwargs={"pk": meeting.pk})).content.decode()
    )


def test_cancelling_asks_once(pair: Pair) -> None:
    meeting = agree(pair)
    page = reverse("cancel_meeting", kwargs={"pk": meeting.pk})
    assert as_user(pair.aino).get(page).status_code == 200
    assert Meeting.objects.agreed().get() == meeting
    as_user(pair.aino).post(page, {"reason": "Sairas"})
    assert not Meeting.objects.agreed().exists()
    assert as_user(pair.aino).post(page, {}).context["form"].non_field_errors()


def test_one_press_says_what_came_of_it(pair: Pair, clock: Any) -> None:
    meeting = agree(pair)
    page = reverse("meeting_outcome", kwargs={"pk": meeting.pk})
    as_user(pair.aino).post(page, {"outcome": "happened"})
    assert not MeetingParty.objects.exclude(outcome="").exists()
    clock.move_to(TOMORROW + timedelta(hours=1))
    assert "Lastua" not in as_user(pair.aino).get(reverse("my_meetings")).context["days"]
    as_user(pair.aino).post(page, {"outcome": "nonsense"})
    assert not MeetingParty.objects.exclude(outcome="").exists()
    as_user(pair.aino).post(page, {"outcome": "stand_in", "from": "list"})
    assert MeetingParty.objects.get(profile=pair.rauhala).outcome == "stand_in"


@pytest.mark.parametrize("name", ["meeting", "meeting_file", "cancel_meeting", "propose_move", "meeting_outcome"])
def test_a_meeting_is_seen_and_touched_by_its_two_sides_only(pair: Pair, name: str) -> None:
    meeting = agree(pair)
    page = reverse(name, kwargs={"pk": meeting.pk})
    outsider = as_user(make_user("Outi", is_coordinator=True))
    response = outsider.post(page) if name == "meeting_outcome" else outsider.get(page)
    assert response.status_code == 404
    assert Client().get(page).status_code == 302


@pytest.mark.parametrize("name", ["proposal", "counter_proposal", "decline_proposal", "withdraw_proposal"])
def test_a_proposal_is_between_the_two(pair: Pair, name: str) -> None:
    made = propose(pair)
    page = reverse(name, kwargs={"pk": made.pk})
    outsider = as_user(make_user("Outi"))
    assert (outsider.post(page) if name == "withdraw_proposal" else outsider.get(page)).status_code == 404
    # The side that proposed does not answer for the other, nor the other withdraw for it.
    if name in {"counter_proposal", "decline_proposal"}:
        assert as_user(pair.aino).get(page).status_code == 404
    if name == "withdraw_proposal":
        assert as_user(pair.bo).post(page).status_code == 404


def test_proposing_to_a_stranger_leads_to_their_page(pair: Pair) -> None:
    outi = make_user("Outi")
    make_profile("Outin Oy", by=outi)
    page = reverse("propose_meeting", kwargs={"slug": pair.nord.slug})
    assert as_user(outi).get(page).status_code == 302
    assert as_user(outi).post(page, times(TOMORROW)).status_code == 302
    assert not MeetingProposal.objects.exists()


def many(pair: Pair, count: int) -> None:
    for n in range(count):
        user = make_user(f"Toinen {n}")
        other = make_profile(f"Toinen {n} Oy", by=user)
        connect(pair.rauhala, other)
        made = propose(pair, TOMORROW + timedelta(hours=n), other=other)
        proposals.accept_proposal(proposal=made, time=made.times.get(), by=user, now=NOW)
        propose(pair, TOMORROW + timedelta(days=3, hours=n), proposer=other, other=pair.rauhala, by=user)


@pytest.mark.usefixtures("bare_masthead")
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(pair: Pair, count: int, django_assert_num_queries: Any) -> None:
    many(pair, count)
    client = as_user(pair.aino)
    client.get(reverse("my_meetings"))
    with django_assert_num_queries(12):
        client.get(reverse("my_meetings"))


def test_an_empty_list_says_what_to_do(pair: Pair) -> None:
    response = as_user(pair.aino).get(reverse("my_meetings"))
    assert reverse("connections") in response.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_connections_offer_a_meeting_in_one_query(
    pair: Pair, count: int, django_assert_num_queries: Any, rf: Any
) -> None:
    for n in range(count - 1):
        connect(pair.rauhala, make_profile(f"Muu {n}"))
    connections = list(Connection.objects.of(pair.rauhala).select_related("a", "b"))
    with django_assert_num_queries(1):
        actions = panels.propose_actions(rf.get("/"), pair.rauhala, connections)
    assert len(actions) == count
    assert all("propose" in action.url for action in actions.values())
    made = propose(pair)
    [first, *_rest] = [c for c in connections if c.other_of(pair.rauhala) == pair.nord]
    actions = panels.propose_actions(rf.get("/"), pair.rauhala, connections)
    assert actions[first.pk].url == reverse("proposal", kwargs={"pk": made.pk})
