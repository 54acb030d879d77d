"""What stands in the hour that comes twice stays where it is when its form is saved as it is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.forms.desks import DeskForm, initial_of
from events.forms.rounds import RoundForm
from events.models import AdviceDesk, Event, Session

from . import test_events_views as event_pages
from . import test_programme_views as programme_pages
from .making import make_event, make_profile, make_user
from .test_odd_times import night, round_by_form

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOUR = timedelta(hours=1)
SUMMER, WINTER = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
"""Half past three, twice."""
TWICE = pytest.mark.parametrize("there", [SUMMER, WINTER])


def shown(name: str, moment: datetime) -> dict[str, str]:
    local = timezone.localtime(moment)
    return {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M}"}


@TWICE
def test_an_event(client: Client, there: datetime) -> None:
    host = make_user("Hilkka")
    town = make_profile("Kaupunki", by=host, kind="municipality", confirmed_at=there)
    event = make_event(host, starts_at=there, ends_at=there + 5 * HOUR, organiser=town)
    client.force_login(host)
    address = reverse("event_edit", kwargs={"slug": event.slug})
    times = {**shown("starts_at", there), **shown("ends_at", there + 5 * HOUR)}
    sent = event_pages.filled(stamp=str(event.version), place="Torni", organiser=str(town.pk), **times)
    moved = client.post(address, {**sent, "starts_at_1": "03:40"})
    assert list(moved.context["form"].errors) == ["starts_at"], "a new time there is still refused"
    assert client.post(address, sent).status_code == 302
    kept = Event.objects.get(pk=event.pk)
    assert (kept.starts_at, kept.ends_at, kept.place) == (there, there + 5 * HOUR, "Torni")


@TWICE
def test_a_session(client: Client, there: datetime) -> None:
    host = make_user("Hilkka")
    event = make_event(host, starts_at=SUMMER - 5 * HOUR, ends_at=SUMMER + 9 * HOUR)
    one = Session.objects.create(event=event, title_fi="Puhe", starts_at=there, ends_at=WINTER + 2 * HOUR)
    client.force_login(host)
    sent = programme_pages.filled(day="2026-10-25", starts_at="03:30", ends_at="05:30", stamp=str(one.version))
    answer = client.post(reverse("session_edit", kwargs={"slug": event.slug, "pk": one.pk}), sent)
    assert answer.status_code == 302
    kept = Session.objects.get(pk=one.pk)
    assert (kept.starts_at, kept.ends_at, kept.title_fi) == (there, WINTER + 2 * HOUR, "Avauspuhe")


@TWICE
def test_a_round(there: datetime) -> None:
    host = make_user("Hilkka")
    event = night(host, SUMMER - 5 * HOUR, 12)
    round = round_by_form(event, host)
    round.starts_at, round.ends_at = there, WINTER + 3 * HOUR
    data = {
        "style": "solved",
        "slot_minutes": "30",
        "pause_minutes": "0",
        "tables": "2",
        "answer_hours": "72",
        **shown("starts_at", there),
        **shown("ends_at", WINTER + 3 * HOUR),
        "place": "Sali",
    }
    form = RoundForm(data, event=event, round=round)
    assert form.is_valid(), form.errors
    assert (form.plan().starts_at, form.plan().ends_at) == (there, WINTER + 3 * HOUR)


@TWICE
def test_the_break_of_a_desk(there: datetime) -> None:
    host = make_user("Hilkka")
    event = night(host, SUMMER - 5 * HOUR, 12)
    desk = AdviceDesk.objects.create(
        event=event, profile=make_profile("Kaupunki", by=host), name="Tontit", minutes=20,
        opens_at=SUMMER - HOUR, closes_at=WINTER + 3 * HOUR,
        pause_from=there, pause_until=there + timedelta(minutes=15),
    )  # fmt: skip
    data = {
        "name": "Tontit",
        **shown("opens_at", desk.opens_at),
        **shown("closes_at", desk.closes_at),
        "pause_from": "03:30",
        "pause_until": "03:45",
        "minutes": "20",
        "takes_queue": "on",
        "advisors": [str(host.pk)],
    }
    form = DeskForm(data, people=[host], initial=initial_of(desk))
    assert form.is_valid(), form.errors
    assert form.plan().pause == (there, there + timedelta(minutes=15))
