"""Pages of a round: the host's, the participant's, and who must not."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Profile, Representative, User
from events.models import Event, Meeting, Registration, Round, SolverRun
from events.services import solving

from .making import (
    NOW,
    Fair,
    agree_pair,
    ask,
    make_event,
    make_fair,
    make_user,
    publish_fair,
    register,
    solve_fair,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

HOST_PAGES = ["round_settings", "round_wishes", "round_run"]
HOST_ACTIONS = ["round_solve", "round_stop", "round_publish", "round_discard"]


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(name: str, fair: Fair, **more: Any) -> str:
    return reverse(name, kwargs={"slug": fair.event.slug, **more})


def settings_form(**changes: str) -> dict[str, str]:
    return {
        "style": "solved",
        "answer_hours": "72",
        "starts_at_0": "2026-03-12",
        "starts_at_1": "09:00",
        "ends_at_0": "2026-03-12",
        "ends_at_1": "12:00",
        "slot_minutes": "20",
        "pause_minutes": "0",
        "tables": "5",
        "break_1_0": "10:00",
        "break_1_1": "10:20",
        "most_meetings": "",
        "place": "Juhlasali",
        **changes,
    }


# --- The host --------------------------------------------------------------------------------------------------------


def test_a_host_makes_a_round_and_changes_it() -> None:
    host = make_user("Hilkka")
    event = make_event(host)
    client = as_user(host)
    settings = reverse("round_settings", kwargs={"slug": event.slug})
    add = reverse("round_add", kwargs={"slug": event.slug})
    assert client.get(reverse("round", kwargs={"slug": event.slug})).url == add  # type: ignore[attr-defined]
    assert client.get(settings).status_code == 200
    client.post(settings, settings_form())
    round = Round.objects.get()
    assert (round.slots.count(), round.tables, round.breaks.count()) == (8, 5, 1)
    assert client.get(settings).context["form"]["break_1"].value() == (time(10), time(10, 20))
    client.post(settings, settings_form(tables="7", break_1_0="", break_1_1=""))
    round.refresh_from_db()
    assert (round.tables, round.breaks.count(), round.slots.count()) == (7, 0, 9)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tables": "0"}, "tables"),
        ({"tables": "many"}, "tables"),
        ({"ends_at_1": "08:00"}, "ends_at"),
        ({"starts_at_1": "07:00"}, "starts_at"),
        ({"break_1_1": ""}, "break_1"),
        ({"break_1_0": "kymmeneltä"}, "break_1"),
        ({"break_1_1": "9:50"}, "break_1"),
        ({"break_1_0": "8:00"}, "break_1"),
        ({"break_1_1": "12:30"}, "break_1"),
        ({"break_4_0": "10:10", "break_4_1": "10:40"}, "break_4"),
        ({"starts_at_0": "eilen"}, "starts_at"),
    ],
)
def test_a_setting_that_does_not_do_is_said_at_its_field(change: dict[str, str], field: str) -> None:
    host = make_user("Hilkka")
    event = make_event(host)
    response = as_user(host).post(reverse("round_settings", kwargs={"slug": event.slug}), settings_form(**change))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Round.objects.exists()


def test_a_round_has_as_many_breaks_as_rows_are_filled_and_gives_more_rows() -> None:
    host = make_user("Hilkka")
    event = make_event(host)
    client = as_user(host)
    settings = reverse("round_settings", kwargs={"slug": event.slug})
    more = {f"break_{n}_{end}": f"{9 + n // 6}:{n % 6}{5 * end}" for n in range(2, 8) for end in (0, 1)}
    more |= {"break_1_0": "", "break_1_1": "", "slot_minutes": "10"}
    refused = client.post(settings, settings_form(**{**more, "break_7_1": "9:20"}))
    assert list(refused.context["form"].errors) == ["break_7"]
    assert '<details class="more" open>' in refused.content.decode()
    client.post(settings, settings_form(**more))
    round = Round.objects.get()
    assert [timezone.localtime(one.ends_at).strftime("%H:%M") for one in round.breaks.all()] == [
        "09:25", "09:35", "09:45", "09:55", "10:05", "10:15",
    ]  # fmt: skip
    form = client.get(settings).context["form"]
    assert form["break_1"].value() == (time(9, 20), time(9, 25))
    assert len(form.break_names) == 9
    assert form.has_more_breaks


def test_from_wishes_to_a_published_schedule(fair: Fair) -> None:
    for a, b in ((0, 1), (0, 2), (2, 3)):
        agree_pair(fair, a, b)
    client = as_user(fair.host)
    assert client.get(page("round", fair)).status_code == 200
    assert client.post(page("round_solve", fair)).url == page("round_run", fair)  # type: ignore[attr-defined]
    waiting = client.get(page("round_run", fair))
    assert 'hx-trigger="every 1s"' in waiting.content.decode()
    assert client.get(page("round", fair)).url == page("round_run", fair)  # type: ignore[attr-defined]
    solving.run_solver(run_id=SolverRun.objects.get().pk, clock=lambda: NOW)
    ready = client.get(page("round_run", fair))
    assert "hx-trigger" not in ready.content.decode().split('id="run"')[1]
    draft = client.get(page("round", fair)).content.decode()
    assert page("round_publish", fair) in draft
    assert "Osallistuja3 Oy" in draft
    assert not Meeting.objects.exists()
    client.post(page("round_publish", fair))
    assert Meeting.objects.count() == 3
    published = client.get(page("round", fair)).content.decode()
    assert page("round_publish", fair) not in published
    assert page("round_meeting", fair, pk=Meeting.objects.first().pk) in published  # type: ignore[union-attr]


def test_the_fragment_is_the_same_as_in_the_whole_page(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    solving.start_run(round=fair.round, by=fair.host, now=NOW)
    client = as_user(fair.host)
    whole = client.get(page("round_run", fair)).content.decode()
    fragment = client.get(page("round_run", fair), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    without_token = [line for line in fragment.strip().splitlines() if "csrfmiddlewaretoken" not in line]
    assert all(line in whole for line in without_token)


def test_stopping_discarding_and_a_press_too_many(fair: Fair) -> None:
    client = as_user(fair.host)
    assert client.post(page("round_solve", fair)).url == page("round", fair)  # type: ignore[attr-defined]
    assert client.get(page("round_run", fair)).url == page("round", fair)  # type: ignore[attr-defined]
    agree_pair(fair, 0, 1)
    client.post(page("round_solve", fair))
    client.post(page("round_solve", fair))
    assert SolverRun.objects.count() == 1
    client.post(page("round_stop", fair))
    assert SolverRun.objects.get().stop_asked_at is not None
    solving.run_solver(run_id=SolverRun.objects.get().pk, clock=lambda: NOW)
    client.post(page("round_discard", fair))
    fair.round.refresh_from_db()
    assert fair.round.state == "open"
    assert client.post(page("round_publish", fair), follow=True).status_code == 200
    assert not Meeting.objects.exists()


def test_why_there_is_no_schedule_is_said_in_words(fair: Fair) -> None:
    made = agree_pair(fair, 0, 1)
    run = solving.start_run(round=fair.round, by=fair.host, now=NOW)
    obstacle = {"code": "no-common-slot", "meetings": [str(made.pk)], "participant": "", "slot": ""}
    SolverRun.objects.filter(pk=run.pk).update(state="failed", failure={"code": "impossible", "obstacles": [obstacle]})
    Round.objects.update(state="open")
    for name in ("round", "round_run"):
        content = as_user(fair.host).get(page(name, fair)).content.decode()
        assert "Osallistuja0 Oy – Osallistuja1 Oy" in content
    SolverRun.objects.update(failure={"code": "crashed"})
    assert as_user(fair.host).get(page("round_run", fair)).context["failure"]


def test_the_host_moves_and_cancels(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    [meeting] = publish_fair(fair)
    client = as_user(fair.host)
    move = page("round_meeting", fair, pk=meeting.pk)
    assert client.get(move).status_code == 200
    last = fair.round.slots.last()
    assert last is not None
    client.post(move, {"slot": last.pk, "table": 3})
    meeting.refresh_from_db()
    assert (meeting.slot, meeting.table, meeting.sequence) == (last, 3, 1)
    assert "slot" in client.post(move, {"slot": 0, "table": 3}).context["form"].errors
    cancel = page("round_cancel", fair, pk=meeting.pk)
    assert client.get(cancel).status_code == 200
    client.post(cancel, {"reason": "Sali vaihtui"})
    meeting.refresh_from_db()
    assert meeting.is_cancelled
    assert client.get(move).status_code == 404


@pytest.mark.parametrize("name", [*HOST_PAGES, *HOST_ACTIONS])
def test_only_a_host_hosts(fair: Fair, name: str) -> None:
    agree_pair(fair, 0, 1)
    solve_fair(fair)
    for person in (fair.people[0].user, make_user("Outi")):
        client = as_user(person)
        response = client.post(page(name, fair)) if name in HOST_ACTIONS else client.get(page(name, fair))
        assert response.status_code == 403
    assert not Meeting.objects.exists()
    assert Client().get(page(name, fair)).status_code == 302


def test_moving_and_cancelling_are_the_hosts_and_of_this_round(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    [meeting] = publish_fair(fair)
    other = make_fair()
    for name in ("round_meeting", "round_cancel"):
        assert as_user(fair.people[0].user).get(page(name, fair, pk=meeting.pk)).status_code == 403
        assert as_user(other.host).get(page(name, other, pk=meeting.pk)).status_code == 404


def test_representatives_of_the_organiser_host_too(fair: Fair) -> None:
    colleague = make_user("Kollega")
    Representative.objects.create(profile=fair.people[0].profile, user=colleague, role="member", since=NOW)
    assert as_user(colleague).get(page("round_wishes", fair)).status_code == 403
    Event.objects.filter(pk=fair.event.pk).update(organiser=fair.people[0].profile)
    assert as_user(colleague).get(page("round_wishes", fair)).status_code == 200


def test_what_people_write_to_each_other_is_not_the_hosts(fair: Fair) -> None:
    ask(fair, 0, 1, message="Salainen lause")
    content = as_user(fair.host).get(page("round_wishes", fair)).content.decode()
    assert "Osallistuja0 Oy" in content
    assert "Salainen lause" not in content


# --- The participant -------------------------------------------------------------------------------------------------


def test_asking_and_answering(fair: Fair) -> None:
    asker, asked = as_user(fair.people[0].user), as_user(fair.people[1].user)
    assert asker.get(page("round_people", fair)).status_code == 200
    form = page("round_ask", fair, pk=fair.people[1].pk)
    assert asker.get(form).status_code == 200
    asker.post(form, {"message": "Lastua tarjolla", "language": "fi"})
    made = fair.round.requests.get()
    for where in (page("round_people", fair), reverse("my_meetings"), page("my_day", fair)):
        assert "Lastua tarjolla" in asked.get(where).content.decode()
    answer = reverse("answer_request", kwargs={"pk": made.pk})
    back = asked.post(answer, {"answer": "accept", "next": reverse("my_meetings")})
    assert back.url == reverse("my_meetings")  # type: ignore[attr-defined]
    made.refresh_from_db()
    assert made.state == "accepted"
    asker.post(reverse("withdraw_request", kwargs={"pk": made.pk}))
    made.refresh_from_db()
    assert made.state == "withdrawn"


def test_the_way_back_is_never_to_another_site(fair: Fair) -> None:
    made = ask(fair, 0, 1)
    response = as_user(fair.people[1].user).post(
        reverse("answer_request", kwargs={"pk": made.pk}), {"answer": "decline", "next": "https://evil.example/"}
    )
    assert response.url == page("round_people", fair)  # type: ignore[attr-defined]


def test_an_error_of_asking_stands_above_the_form(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("events.rules.rounds.MOST_PENDING", 0)
    form = page("round_ask", fair, pk=fair.people[1].pk)
    response = as_user(fair.people[0].user).post(form, {"message": "Hei", "language": "fi"})
    assert response.context["form"].non_field_errors()
    long = as_user(fair.people[0].user).post(form, {"message": "x" * 500, "language": "fi"})
    assert "message" in long.context["form"].errors


def test_availability_is_what_is_ticked(fair: Fair) -> None:
    client = as_user(fair.people[0].user)
    slots = list(fair.round.slots.all())
    assert client.get(page("round_availability", fair)).status_code == 200
    client.post(page("round_availability", fair), {"slots": [slot.pk for slot in slots[1:]]})
    rows = client.get(page("round_availability", fair)).context["rows"]
    assert [row["can"] for row in rows] == [False, True, True, True, True, True]
    stale = client.post(page("round_availability", fair), {"slots": ["999999"]})
    assert "slots" in stale.context["form"].errors


@pytest.mark.parametrize("name", ["round", "round_people", "round_availability", "my_day"])
def test_without_a_seat_there_is_no_round(fair: Fair, name: str) -> None:
    waiting = register(fair.event, "Jonottaja", state=Registration.State.WAITING)
    for person in (make_user("Outi"), waiting.user):
        assert as_user(person).get(page(name, fair)).status_code == 403
    assert Client().get(page(name, fair)).status_code == 302
    Event.objects.filter(pk=fair.event.pk).update(state=Event.State.DRAFT)
    assert as_user(waiting.user).get(page(name, fair)).status_code == 404


def test_nobody_answers_or_withdraws_for_others(fair: Fair) -> None:
    made = ask(fair, 0, 1)
    answer = reverse("answer_request", kwargs={"pk": made.pk})
    withdraw = reverse("withdraw_request", kwargs={"pk": made.pk})
    outsider = as_user(fair.people[2].user)
    assert outsider.post(answer, {"answer": "accept"}).status_code == 404
    assert outsider.post(withdraw).status_code == 404
    assert as_user(fair.people[0].user).post(answer, {"answer": "accept"}).status_code == 404
    made.refresh_from_db()
    assert made.is_pending


def test_who_does_not_come_cannot_be_asked_from_the_page(fair: Fair) -> None:
    waiting = register(fair.event, "Jonottaja", state=Registration.State.WAITING)
    client = as_user(fair.people[0].user)
    assert client.get(page("round_ask", fair, pk=waiting.pk)).status_code == 404
    assert client.get(page("round_ask", fair, pk=fair.people[0].pk)).status_code == 404


# --- Costs -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("bare_masthead")
@pytest.mark.parametrize("count", [1, 3])
def test_the_ledger_costs_the_same_however_full(count: int, django_assert_num_queries: Any) -> None:
    fair = make_fair(people=6)
    for n in range(count):
        agree_pair(fair, 2 * n, 2 * n + 1)
    publish_fair(fair)
    client = as_user(fair.host)
    client.get(page("round", fair))
    with django_assert_num_queries(24):
        client.get(page("round", fair))


@pytest.mark.usefixtures("bare_masthead")
@pytest.mark.parametrize("count", [1, 3])
def test_the_participants_cost_the_same_however_many(count: int, django_assert_num_queries: Any) -> None:
    fair = make_fair(people=1 + count)
    for n in range(count):
        ask(fair, n + 1, 0)
    client = as_user(fair.people[0].user)
    client.get(page("round_people", fair))
    with django_assert_num_queries(15):
        client.get(page("round_people", fair))


def test_the_schedule_as_a_file_is_the_hosts(fair: Fair) -> None:
    for a, b in ((0, 1), (0, 2)):
        agree_pair(fair, a, b)
    publish_fair(fair)
    Profile.objects.filter(pk=fair.people[1].profile_id).update(name_fi="=1+1 Oy")
    table = as_user(fair.host).get(page("round_file", fair)).content.decode()
    assert table.count("\r\n") == 3
    assert "'=1+1 Oy" in table
    assert ";Juhlasali;" in table
    assert "Tavataan?" not in table, "what they wrote to each other"
    assert as_user(fair.host).get(page("round_book", fair)).status_code == 200
    for name in ("round_file", "round_book"):
        assert as_user(fair.people[0].user).get(page(name, fair)).status_code == 403
        assert Client().get(page(name, fair)).status_code == 302
