"""Pages of advisory desks: who sees what, stale presses, how much is read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import Traveller

from events.models import DeskVisit
from events.queries import desks as queries
from events.services import desk_visits as visits
from events.services import desks

from .making import EVENT_DAY, NOW, make_user
from .test_desks import MINUTE, Hall, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_the_wall_has_numbers_and_no_names(client: Client, clock: Traveller, hall: Hall) -> None:
    clock.move_to(EVENT_DAY)
    visit = hall.join(hall.guest("Salainen"))
    visits.call_in(visit=visit, by=hall.tuija, now=EVENT_DAY)
    hall.join(hall.guest("Toinen"))
    page = client.get(reverse("desks_screen", kwargs={"slug": hall.event.slug})).content.decode()
    assert 'wall-number"><span class="vh">' in page
    assert "Salainen" not in page
    assert "Tuija" not in page


def test_a_visitor_books_queues_and_leaves(client: Client, clock: Traveller, hall: Hall) -> None:
    aino = hall.guest()
    client.force_login(aino)
    address = reverse("desk_visitor", kwargs={"pk": hall.desk.pk})
    start = (EVENT_DAY + 20 * MINUTE).isoformat()
    answer = client.post(address, {"act": "book", "starts_at": start, "about": "Toiminimi"})
    assert answer.status_code == 302
    visit = DeskVisit.objects.get()
    assert (visit.about, visit.user) == ("Toiminimi", aino)
    assert client.post(reverse("desk_leave", kwargs={"pk": visit.pk})).status_code == 302
    assert client.post(address, {"act": "join", "about": ""}).status_code == 302
    assert client.post(address, {"act": "join", "about": ""}).status_code == 422
    assert [one.state for one in DeskVisit.objects.order_by("pk")] == ["left", "waiting"]


def test_a_time_that_went_is_said_at_its_field_and_what_was_written_stays(
    client: Client, clock: Traveller, hall: Hall
) -> None:
    client.force_login(hall.guest())
    hall.book(hall.guest("Bo"), 20)
    start = (EVENT_DAY + 20 * MINUTE).isoformat()
    answer = client.post(
        reverse("desk_visitor", kwargs={"pk": hall.desk.pk}), {"act": "book", "starts_at": start, "about": "Toiminimi"}
    )
    assert answer.status_code == 422
    assert "Toiminimi" in answer.content.decode()


def test_nobody_else_leaves_for_a_visitor_or_opens_the_advisors_page(
    client: Client, clock: Traveller, hall: Hall
) -> None:
    visit = hall.join()
    advisor = reverse("desk_advisor", kwargs={"pk": hall.desk.pk})
    for user, status in ((hall.guest("Bo"), 403), (hall.host, 403), (hall.tuija, 200)):
        client.force_login(user)
        assert client.get(advisor).status_code == status
        assert client.post(advisor, {"act": "call", "visit": "x"}).status_code == (404 if status == 200 else 403)
        assert client.post(reverse("desk_leave", kwargs={"pk": visit.pk})).status_code == 404
    for name in ("desk_edit", "desk_link"):
        client.force_login(hall.tuija)
        assert client.post(reverse(name, kwargs={"pk": hall.desk.pk})).status_code == 403
    assert client.get(reverse("desk_new", kwargs={"slug": hall.event.slug})).status_code == 403
    assert hall.state(visit) == "waiting"


def test_a_stale_press_calls_nobody_twice(client: Client, clock: Traveller, hall: Hall) -> None:
    clock.move_to(EVENT_DAY)
    first = hall.join()
    visits.leave(visit=first, by=first.user, now=EVENT_DAY)
    client.force_login(hall.tuija)
    page = client.post(
        reverse("desk_advisor", kwargs={"pk": hall.desk.pk}), {"act": "call", "visit": first.pk}, follow=True
    )
    assert page.status_code == 200
    assert hall.state(first) == "left"


def test_a_note_is_seen_by_advisors_alone(client: Client, clock: Traveller, hall: Hall) -> None:
    clock.move_to(EVENT_DAY)
    visit = hall.join()
    visits.call_in(visit=visit, by=hall.tuija, now=EVENT_DAY)
    client.force_login(hall.tuija)
    address = reverse("desk_advisor", kwargs={"pk": hall.desk.pk})
    client.post(address, {"act": "note", "visit": visit.pk, "note": "Lupasin esitteen"})
    assert "Lupasin esitteen" in client.get(address).content.decode()
    client.force_login(visit.user)
    assert "Lupasin" not in client.get(reverse("desk_visitor", kwargs={"pk": hall.desk.pk})).content.decode()


def test_a_colleague_with_the_link_advises_and_a_renewed_link_opens_nothing(
    client: Client, clock: Traveller, hall: Hall
) -> None:
    token = queries.token_of(hall.desk)
    ulla = make_user("Ulla")
    client.force_login(ulla)
    address = reverse("desk_join", kwargs={"token": token})
    assert client.get(address).status_code == 200
    assert not hall.desk.advisors.filter(pk=ulla.pk).exists()
    assert client.post(address).status_code == 302
    assert hall.desk.advisors.filter(pk=ulla.pk).exists()
    desks.renew_link(desk=hall.desk, by=hall.host, now=NOW)
    assert client.get(address).status_code == 410
    assert client.get(reverse("desk_join", kwargs={"token": "ei-ole"})).status_code == 410


def test_the_host_makes_and_edits_a_desk(client: Client, clock: Traveller, hall: Hall) -> None:
    client.force_login(hall.host)
    form = {
        "name": "Tontit",
        "opens_at_0": "2026-03-12",
        "opens_at_1": "09:00",
        "closes_at_0": "2026-03-12",
        "closes_at_1": "15:00",
        "pause_from": "11:30",
        "pause_until": "12:00",
        "minutes": "20",
        "takes_queue": "on",
        "advisors": [str(hall.host.pk)],
    }
    address = reverse("desk_new", kwargs={"slug": hall.event.slug})
    assert client.post(address, {**form, "pause_until": "11:00"}).status_code == 422
    assert client.post(address, form).status_code == 302
    desk = hall.event.desks.get(name="Tontit")
    assert desk.pause_from is not None
    assert not desk.takes_bookings
    edit = reverse("desk_edit", kwargs={"pk": desk.pk})
    assert client.post(edit, {**form, "name": "Tontit 2", "stamp": "1"}).status_code == 302
    stale = client.post(edit, {**form, "name": "Tontit 3", "stamp": "1"})
    assert stale.status_code == 422
    assert "Tontit 3" in stale.content.decode()


@pytest.mark.usefixtures("bare_masthead")
def test_the_list_reads_as_much_of_three_desks_as_of_one(
    client: Client,
    clock: Traveller,
    hall: Hall,
    django_assert_num_queries: Any,
) -> None:
    address = reverse("desks", kwargs={"slug": hall.event.slug})
    client.get(address)
    with django_assert_num_queries(3):
        client.get(address)
    for name in ("Toinen", "Kolmas"):
        desk = desks.create_desk(event=hall.event, plan=plan(make_user("Ulla"), name=name), by=hall.host, now=NOW)
        visits.join_line(desk=desk, by=hall.guest(), now=NOW + timedelta(minutes=1))
    with django_assert_num_queries(3):
        client.get(address)
