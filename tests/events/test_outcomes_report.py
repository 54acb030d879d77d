"""What came of an event's meetings, in figures, and the report that is published of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from events.models import EventReport, Meeting
from events.queries import outcomes as queries
from events.services import meetings
from events.services import outcomes as services
from events.services.archiving import NotOverYet
from events.services.events import NotTheHost

from .making import (
    EVENT_DAY,
    NOW,
    TOMORROW,
    Fair,
    agree_pair,
    ask,
    connect,
    make_fair,
    publish_fair,
    text_of,
    url,
)
from .test_outcomes import as_user, say

AFTER = TOMORROW + timedelta(hours=1)
MORNING = TOMORROW + timedelta(days=1)


# --- Figures and the report ------------------------------------------------------------------------------------------


OVER = EVENT_DAY + timedelta(hours=8)


@pytest.fixture
def held() -> Fair:
    """Twelve people, six meetings: four held, one missed, one cancelled; a request declined."""
    fair = make_fair(people=13, tables=6)
    for n in range(6):
        agree_pair(fair, 2 * n, 2 * n + 1)
    ask(fair, 0, 12)
    publish_fair(fair)
    rows = sorted(Meeting.objects.all(), key=lambda one: min(p.registration_id or 0 for p in one.parties.all()))
    meetings.cancel_meeting(meeting=rows[5], by=rows[5].parties.all()[0].user, now=NOW)
    for number, meeting in enumerate(rows[:5]):
        for party in meeting.parties.all():
            say(meeting, party.user, "did_not" if number == 4 else "happened", now=OVER)
            if number < 4:
                services.say_more(meeting=meeting, by=party.user, now=OVER, useful=3, next_step="again")
    one, other = (party for party in rows[0].parties.all())
    connect(one.profile, other.profile)
    meetings.agree_meeting(
        parties=[(one.profile, one.user), (other.profile, other.user)],
        starts_at=OVER + timedelta(days=9),
        ends_at=OVER + timedelta(days=9, hours=1),
        now=OVER,
    )
    return fair


@pytest.mark.django_db
def test_the_figures_stand_beside_what_is_usual(held: Fair, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(5):
        known = queries.figures(held.event)
    assert (known.people, known.organisations) == (13, 13)
    assert (known.accepted.part, known.accepted.whole, known.accepted.low, known.accepted.high) == (6, 7, 40, 60)
    assert (known.kept.part, known.kept.whole, known.kept.percent) == (4, 5, 80)
    assert (known.again.part, known.again.whole, known.again.percent) == (1, 4, 25)
    assert {key: count for key, count in known.verdicts.items() if count} == {"held": 4, "missed": 1, "cancelled": 1}
    assert known.useful == {"1": 0, "2": 0, "3": 8}
    assert known.next_step["again"] == 8


@pytest.mark.django_db
def test_what_everybody_may_read_has_no_small_number(held: Fair) -> None:
    told = queries.for_everybody(queries.figures(held.event))
    assert told.kept.percent is None
    assert told.again.percent is None
    assert told.accepted.percent is None
    assert told.useful["3"] == 8
    assert told.verdicts["held"] is told.verdicts["missed"] is None
    assert queries.read(queries.written(told)) == told


@pytest.mark.django_db
def test_a_report_is_published_by_the_host_and_taken_back(held: Fair, clock: Any) -> None:
    clock.move_to(OVER)
    page, host, other = url("event_report", held.event), as_user(held.host), as_user(held.people[0].user)
    assert host.get(page).status_code == 200
    assert other.get(page).status_code == Client().get(page).status_code == 404
    assert other.post(url("report_publish", held.event)).status_code == 403
    with pytest.raises(NotTheHost):
        services.publish_report(event=held.event, by=held.people[0].user, now=OVER)
    with pytest.raises(NotOverYet):
        services.publish_report(event=held.event, by=held.host, now=EVENT_DAY)
    host.post(url("report_publish", held.event))
    everybody = text_of(Client().get(page))
    names = [one.profile.name for one in held.people] + [one.user.name for one in held.people]
    assert not [name for name in names if name in everybody]
    assert page in Client().get(held.event.get_absolute_url()).content.decode()
    assert other.post(url("report_withdraw", held.event)).status_code == 403
    with pytest.raises(NotTheHost):
        services.withdraw_report(event=held.event, by=held.people[0].user, now=OVER)
    host.post(url("report_withdraw", held.event))
    assert Client().get(page).status_code == 404


@pytest.mark.django_db
def test_a_published_report_does_not_follow_by_itself(held: Fair) -> None:
    services.publish_report(event=held.event, by=held.host, now=OVER)
    before = EventReport.objects.get().figures
    meeting = Meeting.objects.agreed().filter(slot__round__event=held.event)[0]
    services.say_more(meeting=meeting, by=meeting.parties.all()[0].user, now=OVER, useful=1)
    assert EventReport.objects.get().figures == before
    services.publish_report(event=held.event, by=held.host, now=OVER + timedelta(days=1))
    assert EventReport.objects.get().published_at == OVER + timedelta(days=1)


@pytest.mark.django_db
def test_there_is_no_report_of_nothing(fair: Fair) -> None:
    with pytest.raises(services.NothingToTell):
        services.publish_report(event=fair.event, by=fair.host, now=OVER)


@pytest.mark.django_db
def test_the_figures_are_the_hosts(held: Fair, clock: Any) -> None:
    clock.move_to(OVER)
    page = url("event_outcomes", held.event)
    assert as_user(held.people[0].user).get(page).status_code == 403
    assert Client().get(page).status_code == 302
    host = as_user(held.host)
    whole, part = host.get(page), host.get(page, headers={"HX-Request": "true", "HX-Target": "figures"})
    assert part.content.decode().strip() in whole.content.decode()
    assert "<svg" in part.content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("bare_masthead")
@pytest.mark.parametrize("count", [1, 3])
def test_the_figures_cost_the_same_however_many_meet(count: int, django_assert_num_queries: Any) -> None:
    fair = make_fair(people=6)
    for n in range(count):
        agree_pair(fair, 2 * n, 2 * n + 1)
    publish_fair(fair)
    for meeting in Meeting.objects.all():
        say(meeting, meeting.parties.all()[0].user, now=OVER)
    with django_assert_num_queries(5):
        assert queries.figures(fair.event).verdicts["held"] == count
