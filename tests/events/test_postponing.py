"""An event that moves takes its rounds, desks and agreed meetings along, and calendars with them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events import notices
from events.models import DeskVisit, Event, Meeting, Presence, Round
from events.queries.meetings import feed_meetings
from events.services import desk_visits, desks, series, shifting
from events.services import events as services
from events.services.desks import DeskPlan
from events.services.repairs import DraftWaits
from events.services.rounds import RoundIsBusy
from notifications.models import Notification

from .making import (
    EVENT_DAY,
    NOW,
    Fair,
    agree_pair,
    make_event,
    make_fair,
    make_profile,
    make_user,
    publish_fair,
)

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def to(event: Event, by: timedelta, longer: timedelta = timedelta(0), **changes: Any) -> services.EventPlan:
    values: dict[str, Any] = {
        "titles": {"fi": event.title_fi},
        "starts_at": event.starts_at + by,
        "ends_at": event.ends_at + by + longer,
        "place": event.place,
        **changes,
    }
    return services.EventPlan(**values)


def move(fair: Fair, by: timedelta, **changes: Any) -> None:
    plan = to(fair.event, by, **changes)
    services.edit_event(event=fair.event, plan=plan, organiser=None, by=fair.host, now=NOW)
    fair.event.refresh_from_db()
    fair.round.refresh_from_db()


@pytest.fixture
def fair() -> Fair:
    made = make_fair(place="")
    for a, b in ((0, 1), (0, 2), (1, 2)):
        agree_pair(made, a, b)
    publish_fair(made)
    return made


@pytest.mark.parametrize("by", [7 * DAY, -DAY, 20 * MINUTE, -20 * MINUTE])
def test_a_published_round_and_its_meetings_move_along(fair: Fair, by: timedelta) -> None:
    """By one slot's length, too, though each then takes the time of its neighbour."""
    slots = list(fair.round.slots.values_list("pk", "starts_at", "ends_at"))
    before = {m.pk: (m.starts_at, m.ends_at, m.sequence, m.uid) for m in Meeting.objects.all()}
    Notification.objects.all().delete()
    move(fair, by)
    assert (fair.round.starts_at, fair.round.state) == (EVENT_DAY + by, "published")
    assert list(fair.round.slots.values_list("pk", "starts_at", "ends_at")) == [
        (pk, start + by, end + by) for pk, start, end in slots
    ]
    for meeting in Meeting.objects.select_related("slot"):
        start, end, sequence, uid = before[meeting.pk]
        assert (meeting.starts_at, meeting.ends_at, meeting.moved_from) == (start + by, end + by, start)
        assert (meeting.sequence, meeting.uid) == (sequence + 1, uid)
        assert meeting.slot is not None
        assert meeting.slot.starts_at == meeting.starts_at
    assert Notification.objects.filter(kind="events.meeting_moved").count() == 6
    row = Notification.objects.filter(kind="events.meeting_moved").first()
    assert row is not None
    [part] = notices.calendar_part(row.context)
    assert "METHOD:REQUEST" in str(part.content)


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_few_meetings_and_for_many(count: int, django_assert_num_queries: Any) -> None:
    fair = make_fair(place="")
    for a, b in ((0, 1), (0, 2), (1, 2))[:count]:
        agree_pair(fair, a, b)
    publish_fair(fair)
    for person in fair.people[:count]:
        Presence.objects.create(registration=person, leaves_at=EVENT_DAY + HOUR)
    plan = to(fair.event, 7 * DAY, place="Areena")
    event = Event.objects.get(pk=fair.event.pk)
    with transaction.atomic(), django_assert_num_queries(20):
        assert shifting.move_rounds(event=event, plan=plan, now=NOW) == count


def test_visits_at_a_desk_cost_the_same(django_assert_num_queries: Any) -> None:
    host, advisor = make_user("Host"), make_user("Tuija")
    event = make_event(host, kind=Event.Kind.PUBLIC_DAY, organiser=make_profile("Kunta", by=host, kind="municipality"))
    desk_plan = DeskPlan(name="Neuvonta", opens_at=EVENT_DAY, closes_at=EVENT_DAY + 80 * MINUTE, advisors=[advisor])
    desk = desks.create_desk(event=event, plan=desk_plan, by=host, now=NOW)
    for n in range(4):
        guest = make_user()
        make_profile(f"Yritys {n}", by=guest)
        desk_visits.book_visit(desk=desk, by=guest, starts_at=EVENT_DAY + n * 20 * MINUTE, now=NOW)
        if n not in (0, 2):
            continue
        with transaction.atomic():
            moved_by = 20 * MINUTE
            at = Event.objects.get(pk=event.pk)
            with django_assert_num_queries(16):
                assert shifting.move_rounds(event=at, plan=to(at, moved_by), now=NOW) == n + 1
            times = list(DeskVisit.objects.order_by("number").values_list("starts_at", "meeting__starts_at"))
            assert times == [(EVENT_DAY + (k + 1) * moved_by,) * 2 for k in range(n + 1)], (
                "each at its neighbour's time"
            )
            transaction.set_rollback(True)


def test_by_the_clock_to_another_season(fair: Fair) -> None:
    """From winter time to summer time: nine stays nine, and slots stay as long."""
    move(fair, 28 * DAY - HOUR)
    first = fair.round.slots.first()
    assert first is not None
    assert timezone.localtime(first.starts_at).isoformat() == "2026-04-09T09:00:00+03:00"
    assert first.ends_at - first.starts_at == 20 * MINUTE
    meeting = Meeting.objects.earliest("starts_at")
    assert meeting.slot is not None
    assert meeting.starts_at == meeting.slot.starts_at


def test_who_comes_and_goes_does_so_by_the_clock_too(fair: Fair) -> None:
    Presence.objects.create(registration=fair.people[3], leaves_at=EVENT_DAY + HOUR)
    move(fair, 28 * DAY - HOUR)
    here = Presence.objects.get()
    assert here.arrives_at is None
    assert here.leaves_at is not None
    assert timezone.localtime(here.leaves_at).isoformat() == "2026-04-09T10:00:00+03:00"


def test_breaks_comings_and_what_waits_for_an_answer_follow(fair: Fair) -> None:
    fair.round.breaks.create(starts_at=EVENT_DAY + HOUR, ends_at=EVENT_DAY + HOUR + 10 * MINUTE)
    Presence.objects.create(registration=fair.people[3], leaves_at=EVENT_DAY + HOUR)
    pending = fair.round.requests.create(
        asker=fair.people[3], asked=fair.people[0], made_at=NOW, expires_at=fair.round.ends_at, message="?"
    )
    move(fair, -2 * DAY)
    assert fair.round.breaks.get().starts_at == EVENT_DAY - 2 * DAY + HOUR
    assert Presence.objects.get().leaves_at == EVENT_DAY - 2 * DAY + HOUR
    pending.refresh_from_db()
    assert pending.expires_at == fair.round.ends_at


def test_a_meeting_without_a_place_of_the_rounds_own_is_where_the_event_is(fair: Fair) -> None:
    Notification.objects.all().delete()
    move(fair, timedelta(0), place="Areena")
    assert set(Meeting.objects.values_list("place", "moved_from")) == {("Areena", None)}
    row = Notification.objects.filter(kind="events.meeting_moved", user=fair.people[0].user).first()
    assert row is not None
    assert "Areena" in notices.moved(row.context).text
    assert {own.place.split(",")[0] for own in feed_meetings(fair.people[0].user, now=NOW)} == {"Areena"}


def test_a_hall_of_the_rounds_own_stays() -> None:
    fair = make_fair(place="Juhlasali")
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    move(fair, timedelta(0), place="Areena")
    assert (Meeting.objects.get().place, Meeting.objects.get().sequence) == ("Juhlasali", 0)


def test_a_desk_and_its_booked_visits_move_along() -> None:
    host, advisor, guest = make_user("Host"), make_user("Tuija"), make_user("Aino")
    event = make_event(host, kind=Event.Kind.PUBLIC_DAY, organiser=make_profile("Kunta", by=host, kind="municipality"))
    make_profile("Aino Oy", by=guest)
    desk_plan = DeskPlan(name="Neuvonta", opens_at=EVENT_DAY, closes_at=EVENT_DAY + 80 * MINUTE, advisors=[advisor])
    desk = desks.create_desk(event=event, plan=desk_plan, by=host, now=NOW)
    desk_visits.book_visit(desk=desk, by=guest, starts_at=EVENT_DAY + 20 * MINUTE, now=NOW)
    services.edit_event(event=event, plan=to(event, DAY), organiser=event.organiser, by=host, now=NOW)
    desk.refresh_from_db()
    visit = DeskVisit.objects.select_related("meeting").get()
    assert visit.meeting is not None
    assert desk.opens_at == EVENT_DAY + DAY
    assert visit.starts_at == visit.meeting.starts_at == EVENT_DAY + DAY + 20 * MINUTE
    assert Notification.objects.filter(user=guest, kind="events.meeting_moved").count() == 1


def test_while_a_schedule_is_being_made_the_event_stays(fair: Fair) -> None:
    before = Meeting.objects.earliest("starts_at").starts_at
    Round.objects.update(state=Round.State.SOLVING)
    with pytest.raises(RoundIsBusy) as refusal:
        move(fair, DAY)
    assert refusal.value.field == "starts_at"
    assert Meeting.objects.earliest("starts_at").starts_at == before


def test_while_a_repair_waits_the_event_stays(fair: Fair) -> None:
    """It is of the old times: accepted later, it would bring them back."""
    Round.objects.update(state=Round.State.DRAFTED)
    with pytest.raises(DraftWaits):
        move(fair, DAY)


def test_ones_own_day_says_the_day_that_it_was(fair: Fair, client: Client) -> None:
    move(fair, DAY)
    client.force_login(fair.people[0].user)
    page = client.get(reverse("my_day", kwargs={"slug": fair.event.slug})).content.decode()
    assert "12.3." in page
    assert "None" not in page


def test_an_address_that_is_not_used_tells_nobody(fair: Fair) -> None:
    """On site there is none; nothing moved, so nobody hears of a move."""
    Notification.objects.all().delete()
    move(fair, timedelta(0), online_url="https://uusi.example/")
    assert not Notification.objects.filter(kind="events.meeting_moved").exists()
    assert set(Meeting.objects.values_list("sequence", flat=True)) == {0}


def test_a_desk_without_a_place_of_its_own_follows_the_event_to_another_hall() -> None:
    host, advisor, guest = make_user("Host"), make_user("Tuija"), make_user("Aino")
    event = make_event(host, kind=Event.Kind.PUBLIC_DAY, organiser=make_profile("Kunta", by=host, kind="municipality"))
    make_profile("Aino Oy", by=guest)
    desk_plan = DeskPlan(name="Neuvonta", opens_at=EVENT_DAY, closes_at=EVENT_DAY + 80 * MINUTE, advisors=[advisor])
    desk = desks.create_desk(event=event, plan=desk_plan, by=host, now=NOW)
    desk_visits.book_visit(desk=desk, by=guest, starts_at=EVENT_DAY + 20 * MINUTE, now=NOW)
    plan = to(event, timedelta(0), place="Areena", kind=Event.Kind.PUBLIC_DAY)
    services.edit_event(event=event, plan=plan, organiser=event.organiser, by=host, now=NOW)
    assert Meeting.objects.get().place == "Neuvonta, Areena"
    row = Notification.objects.get(user=guest, kind="events.meeting_moved")
    assert notices.moved(row.context).title.startswith("Muuttunut")


def test_made_longer_the_round_stays_and_made_shorter_than_it_is_refused(fair: Fair) -> None:
    move(fair, timedelta(0), longer=HOUR)
    assert fair.round.starts_at == EVENT_DAY
    with pytest.raises(shifting.RoundOutside) as refusal:
        move(fair, timedelta(0), longer=-6 * HOUR)
    assert refusal.value.field == "ends_at"
    assert set(Meeting.objects.values_list("sequence", flat=True)) == {0}


def test_a_whole_series_takes_the_rounds_along(fair: Fair) -> None:
    before = Meeting.objects.earliest("starts_at").starts_at
    type(fair.host).objects.filter(pk=fair.host.pk).update(is_coordinator=True)
    fair.host.refresh_from_db()
    series.make_series(
        event=fair.event, kind="weekly", dates=[timezone.localdate(EVENT_DAY + 7 * DAY)], by=fair.host, now=NOW
    )
    fair.event.refresh_from_db()
    plan = to(fair.event, HOUR)
    series.edit_following(event=fair.event, plan=plan, organiser=None, by=fair.host, now=NOW, version=None)
    fair.round.refresh_from_db()
    assert fair.round.starts_at == EVENT_DAY + HOUR
    assert Meeting.objects.earliest("starts_at").starts_at == before + HOUR


@pytest.mark.usefixtures("clock")
def test_the_form_says_how_many_meetings_would_move(fair: Fair, client: Client) -> None:
    client.force_login(fair.host)
    page = client.get(reverse("event_edit", kwargs={"slug": fair.event.slug})).content.decode()
    assert "sovitut 3 tapaamista" in page
