"""The moving clock: what ends, ends at midnight where the installation is, also when clocks are changed; and from that
moment it is nowhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from accounts.queries.directory import vocabulary
from matching.models import Freshness
from notifications.models import Notification
from notifications.services import deliver_due
from opportunities.models import Opportunity, SavedSearch
from opportunities.notices import new_points
from opportunities.queries import documents, market, matches
from opportunities.queries import opportunities as queries
from opportunities.rules import opportunities as rules
from opportunities.services import answering, ending, searches
from opportunities.services import opportunities as services
from opportunities.services.common import NotOpen

from .making import NEED, NOW, TODAY, close, company, draft, kinds_to, make_theme, publish, work

pytestmark = pytest.mark.django_db
HELSINKI = ZoneInfo("Europe/Helsinki")
CHANGES = [
    # (last day, the moment at which it is over in UTC): clocks go back on 25.10.2026, forward on 28.3.2027
    (date(2026, 10, 23), datetime(2026, 10, 23, 21, 0, tzinfo=UTC)),
    (date(2026, 10, 24), datetime(2026, 10, 24, 21, 0, tzinfo=UTC)),
    (date(2026, 10, 25), datetime(2026, 10, 25, 22, 0, tzinfo=UTC)),
    (date(2026, 10, 26), datetime(2026, 10, 26, 22, 0, tzinfo=UTC)),
    (date(2027, 3, 27), datetime(2027, 3, 27, 22, 0, tzinfo=UTC)),
    (date(2027, 3, 28), datetime(2027, 3, 28, 21, 0, tzinfo=UTC)),
    (date(2027, 3, 29), datetime(2027, 3, 29, 21, 0, tzinfo=UTC)),
]


def where_it_is(made: Opportunity, need: Opportunity, reader: Any, now: datetime) -> set[str]:
    """Every place in which an open one is found; the reader has a need that it meets."""
    themes = vocabulary()
    client, visitor = Client(), Client()
    client.force_login(reader)
    found = set()
    with time_machine.travel(now, tick=False):
        for who, browser in (("member", client), ("visitor", visitor)):
            for name, address in {
                "market": reverse("market"),
                "search": reverse("market") + "?q=höyläämö",
                "theme": reverse("theme", kwargs={"slug": "sivuvirrat"}),
                "profile": made.profile.get_absolute_url(),
                "front": reverse("home"),
                "page": made.get_absolute_url(),
            }.items():
                if made.title in browser.get(address).content.decode():
                    found.add(f"{who}: {name}")
    asked = market.read(QueryDict("q=höyläämö"), themes, measured=False)
    if market.search(asked, reader, 1, themes, now=now).total:
        found.add("search's number")
    if documents.documents_of([made.profile_id], now):
        found.add("matcher")
    if matches.fitting([need.profile], user=reader, now=now):
        found.add("new for you")
    if matches.opposites(need, user=reader, now=now):
        found.add("beside the need")
    if queries.own_of(made.profile, now).open:
        found.add("counted as open")
    return found


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize(("last_day", "over"), CHANGES)
def test_from_the_minute_it_ends_it_is_nowhere(last_day: date, over: datetime) -> None:
    began = over - timedelta(days=20)
    mill, owner = company("Saha")
    stable, rider = company("Talli")
    theme = make_theme()
    need = publish(stable, rider, now=began, themes=(theme,), last_day=last_day + timedelta(days=30), **NEED)
    made = publish(mill, owner, now=began, themes=(theme,), last_day=last_day)
    work(began)
    assert made.closes_at == over
    everywhere = where_it_is(made, need, rider, over - timedelta(seconds=1))
    assert len(everywhere) == 17
    assert where_it_is(made, need, rider, over) == set()
    assert where_it_is(made, need, rider, over + timedelta(minutes=1)) == set()
    with pytest.raises(NotOpen):
        answering.answer(opportunity=made, profile=stable, text="Hei", by=rider, now=over)


def test_six_months_are_of_the_calendar() -> None:
    assert rules.latest_day(date(2026, 8, 31)) == date(2027, 2, 28)
    assert rules.latest_day(date(2026, 3, 2)) == date(2026, 9, 2)
    assert rules.latest_day(date(2027, 8, 31)) == date(2028, 2, 29)


@pytest.mark.parametrize("last_day", [date(2026, 10, 25), date(2026, 10, 31), date(2027, 3, 28), date(2027, 4, 3)])
def test_reminders_come_seven_days_and_one_day_before(last_day: date) -> None:
    """Each once, on its day, however often the sweep runs over the change of clocks."""
    mill, owner = company("Saha")
    began = datetime(last_day.year, last_day.month, last_day.day, 12, tzinfo=HELSINKI) - timedelta(days=20)
    publish(mill, owner, now=began.astimezone(UTC), last_day=last_day)
    told, moment = [], began.astimezone(UTC)
    while moment < datetime(last_day.year, last_day.month, last_day.day, 23, 59, tzinfo=HELSINKI):
        if ending.remind(now=moment):
            told.append((last_day - moment.astimezone(HELSINKI).date()).days)
        moment += timedelta(minutes=30)
    assert told == [7, 1]
    assert kinds_to(owner) == ["opportunities.ending"] * 2


def test_what_is_published_shortly_before_its_end_is_not_reminded_of_at_once() -> None:
    mill, owner = company("Saha")
    publish(mill, owner, last_day=TODAY + timedelta(days=5))
    publish(mill, owner, last_day=TODAY)
    assert ending.remind(now=NOW) == 0
    assert ending.remind(now=NOW + timedelta(days=4)) == 1


def test_a_missed_sweep_sends_the_nearest_reminder_alone() -> None:
    mill, owner = company("Saha")
    made = publish(mill, owner)
    at = NOW + timedelta(days=29)
    assert (ending.remind(now=at), ending.remind(now=at)) == (1, 0)
    made.refresh_from_db()
    assert made.reminded == 1


def test_renewal_in_one_press_begins_the_reminders_anew() -> None:
    mill, owner = company("Saha")
    made = publish(mill, owner, last_day=TODAY + timedelta(days=7))
    ending.remind(now=NOW + timedelta(days=6))
    late = NOW + timedelta(days=20)
    assert made.has_ended(late)
    renewed = services.renew(opportunity=made, by=owner, now=late)
    assert renewed.last_day == TODAY + timedelta(days=80)
    assert renewed.is_open(late)
    assert (renewed.reminded, renewed.published_at) == (None, NOW)
    assert services.renew(opportunity=made, by=owner, now=NOW).last_day == TODAY + timedelta(days=80)


def test_when_it_has_ended_it_is_asked_once_what_came_of_it() -> None:
    mill, owner = company("Saha")
    made = publish(mill, owner)
    assert ending.settle_ended(now=made.closes_at - timedelta(seconds=1)) == 0
    Freshness.objects.update(stale_since=None)
    assert ending.settle_ended(now=made.closes_at) == 1
    assert Freshness.objects.get(pk=mill.pk).stale_since == made.closes_at
    assert ending.settle_ended(now=made.closes_at + timedelta(minutes=1)) == 0
    assert kinds_to(owner) == ["opportunities.ended"]
    closed = close(made, owner, outcome="not_needed")
    assert closed.outcome == "not_needed"
    assert ending.settle_ended(now=made.closes_at + timedelta(days=9)) == 0


def test_a_renewed_one_is_asked_about_anew() -> None:
    mill, owner = company("Saha")
    made = publish(mill, owner)
    ending.settle_ended(now=made.closes_at)
    renewed = services.renew(opportunity=made, by=owner, now=made.closes_at + timedelta(days=1))
    assert ending.settle_ended(now=renewed.closes_at) == 1
    assert kinds_to(owner) == ["opportunities.ended"] * 2


def test_a_reminder_of_one_that_was_renewed_or_closed_is_not_mailed(mailoutbox: list[Any]) -> None:
    mill, owner = company("Saha")
    for _n in range(2):
        publish(mill, owner)
    renewed, closed = Opportunity.objects.order_by("pk")
    at = NOW + timedelta(days=23)
    assert ending.remind(now=at) == 2
    services.renew(opportunity=renewed, by=owner, now=at)
    close(closed, owner)
    with time_machine.travel(at + timedelta(days=1), tick=False):
        deliver_due(now=at + timedelta(days=1))
    assert mailoutbox == []


@pytest.mark.usefixtures("index")
def test_what_has_ended_before_the_morning_is_in_no_digest(mailoutbox: list[Any]) -> None:
    mill, owner = company("Saha")
    stable, rider = company("Talli")
    theme = make_theme()
    evening = datetime(2026, 3, 2, 19, 0, tzinfo=UTC)
    publish(stable, rider, now=evening, themes=(theme,), **NEED)
    work(evening)
    SavedSearch.objects.create(user=rider, name="Lastu", query="q=kutterinlastu", saved_at=evening)
    made = publish(mill, owner, now=evening, themes=(theme,), last_day=TODAY)
    work(evening)
    searches.tell_waiting(now=evening)
    rows = Notification.objects.filter(user=rider, mail_due_at__isnull=False)
    assert {row.kind for row in rows} == {"opportunities.new", "opportunities.search_daily"}
    about = rows.get(kind="opportunities.new").context
    with time_machine.travel(evening, tick=False):
        assert [point.title for point in new_points(about, rider)] == [made.title]
    morning = datetime(2026, 3, 3, 5, 30, tzinfo=UTC)
    with time_machine.travel(morning, tick=False):
        deliver_due(now=morning)
    assert [mail for mail in mailoutbox if made.title in mail.body] == []


def test_a_draft_has_no_end_that_is_told_of() -> None:
    mill, owner = company("Saha")
    made = draft(mill, owner, last_day=TODAY)
    assert ending.remind(now=NOW) == ending.settle_ended(now=made.closes_at) == 0
