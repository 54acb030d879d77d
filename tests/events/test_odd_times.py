"""Slots of different lengths in one event, and a round over midnight and over the change of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from events import wording
from events.forms.rounds import RoundForm
from events.models import Absence, Event, Meeting, Round
from events.queries.day import day_of
from events.services import meetings, placing, rounds
from events.services.repairs import Kind

from .making import EVENT_DAY, NOW, Fair, agree_pair, make_event, make_fair, make_user, plan, publish_fair, register
from .repairing import accept, ask_repair, standing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


# --- Slots of different lengths --------------------------------------------------------------------------------------


@pytest.fixture
def fair() -> Fair:
    """Meetings of 15 minutes for the first hour."""
    return make_fair(slot_minutes=15, ends_at=EVENT_DAY + HOUR)


@pytest.fixture
def later(fair: Fair) -> Fair:
    """The same people, in meetings of 30 minutes for the second hour."""
    times = {"starts_at": EVENT_DAY + HOUR, "ends_at": EVENT_DAY + 2 * HOUR, "slot_minutes": 30}
    made = rounds.create_round(event=fair.event, plan=plan(**times), by=fair.host, now=NOW)
    return Fair(fair.host, fair.event, made, fair.people)


def lengths(round: Round) -> set[timedelta]:
    return {m.ends_at - m.starts_at for m in Meeting.objects.agreed().filter(slot__round=round)}


def test_each_round_keeps_its_length_and_the_day_has_both(fair: Fair, later: Fair) -> None:
    agree_pair(fair, 0, 1)
    agree_pair(fair, 2, 3)
    agree_pair(later, 0, 2)
    for part in (fair, later):
        publish_fair(part)
    assert (lengths(fair.round), lengths(later.round)) == ({15 * MINUTE}, {30 * MINUTE})
    day = day_of(fair.people[0], fair.event, now=NOW)
    own = [entry.own.meeting for entry in day.entries if entry.own is not None]
    assert [one.ends_at - one.starts_at for one in own] == [15 * MINUTE, 30 * MINUTE]


def busy_from(fair: Fair, starts: datetime, minutes: int) -> Meeting:
    """The first participant meets somebody outside the event then."""
    other = register(make_event(fair.host), "Muu")
    parties = [(one.profile, one.user) for one in (fair.people[0], other)]
    return meetings.agree_meeting(parties=parties, starts_at=starts, ends_at=starts + minutes * MINUTE, now=NOW)


@pytest.mark.parametrize(("from_minute", "minutes", "first_free"), [(5, 20, 30), (0, 15, 15), (15, 45, 0), (14, 2, 30)])
def test_short_slots_give_way_to_a_meeting_that_lies_across_them(
    fair: Fair, from_minute: int, minutes: int, first_free: int
) -> None:
    busy_from(fair, EVENT_DAY + from_minute * MINUTE, minutes)
    free = {slot.starts_at for slot, _table in placing.free_slots(fair.round, fair.people[:2], now=NOW)}
    assert min(free) == EVENT_DAY + first_free * MINUTE
    agree_pair(fair, 0, 1)
    [made] = publish_fair(fair)
    assert made.starts_at in free


def test_a_long_slot_gives_way_to_a_short_meeting_in_its_middle(later: Fair) -> None:
    busy_from(later, EVENT_DAY + HOUR + 10 * MINUTE, 5)
    agree_pair(later, 0, 1)
    [made] = publish_fair(later)
    assert made.starts_at == EVENT_DAY + HOUR + 30 * MINUTE


def test_a_repair_of_the_one_round_leaves_the_other(fair: Fair, later: Fair) -> None:
    agree_pair(fair, 0, 1)
    agree_pair(fair, 0, 2)
    agree_pair(later, 0, 3)
    for part in (fair, later):
        publish_fair(part)
    before = standing(later)
    lost = Meeting.objects.agreed().filter(slot__round=fair.round).earliest("starts_at").slot
    run = ask_repair(fair, kind=Kind.SLOT_CLOSED, slot=lost)
    accept(fair, run)
    assert standing(later) == before
    assert lengths(fair.round) == {15 * MINUTE}
    assert len(standing(fair)) == 2


# --- Over midnight and over the change of clocks ---------------------------------------------------------------------


def night(host: Any, starts: datetime, hours: int) -> Event:
    return make_event(host, starts_at=starts, ends_at=starts + hours * HOUR)


def round_by_form(event: Event, host: Any, **changes: str) -> Round:
    """As the host fills it in, by the clock on the wall."""
    begins, ends = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    data = {
        "style": "solved",
        "slot_minutes": "30",
        "pause_minutes": "0",
        "tables": "2",
        "answer_hours": "72",
        "starts_at_0": f"{begins:%Y-%m-%d}",
        "starts_at_1": f"{begins:%H:%M}",
        "ends_at_0": f"{ends:%Y-%m-%d}",
        "ends_at_1": f"{ends:%H:%M}",
        "place": "Sali",
        **changes,
    }
    form = RoundForm(data, event=event)
    assert form.is_valid(), form.errors
    return rounds.create_round(event=event, plan=form.plan(), by=host, now=NOW)


@pytest.mark.parametrize(
    ("starts", "hours", "slots", "breaks"),
    [
        # 22–02 in winter, the break over midnight
        (datetime(2026, 3, 12, 20, 0, tzinfo=UTC), 4, 6, ("23:45", "00:15")),
        # 0–5 by the clock on the night an hour is skipped
        (datetime(2026, 3, 28, 22, 0, tzinfo=UTC), 4, 7, ("02:00", "02:30")),
        # 0–5 by the clock on the night one comes twice
        (datetime(2026, 10, 24, 21, 0, tzinfo=UTC), 6, 11, ("01:00", "01:30")),
    ],
)
def test_a_night_from_the_form_to_ones_own_day(
    starts: datetime, hours: int, slots: int, breaks: tuple[str, str]
) -> None:
    host = make_user("Hilkka")
    event = night(host, starts, hours)
    people = [register(event, f"Osallistuja{n}") for n in range(4)]
    round = round_by_form(event, host, break_1_0=breaks[0], break_1_1=breaks[1])
    assert round.slots.count() == slots
    assert {slot.ends_at - slot.starts_at for slot in round.slots.all()} == {30 * MINUTE}
    times = list(round.slots.values_list("starts_at", flat=True))
    assert times[0] == starts
    assert all(later - earlier >= 30 * MINUTE for earlier, later in pairwise(times))
    fair = Fair(host, event, round, people)
    client = Client()
    client.force_login(people[0].user)
    page = client.get(reverse("round_availability", kwargs={"slug": event.slug})).content.decode()
    assert page.count('name="slots"') == slots
    for other in (1, 2, 3):
        agree_pair(fair, 0, other)
    assert len(publish_fair(fair)) == 3
    day = day_of(people[0], event, now=NOW)
    own = [entry.own.meeting.starts_at for entry in day.entries if entry.own is not None]
    assert own == sorted(own)
    assert len(own) == 3
    assert client.get(reverse("my_day", kwargs={"slug": event.slug})).status_code == 200


@pytest.mark.parametrize("break_", [("03:15", "03:30"), ("02:50", "03:10"), ("03:50", "04:10")])
def test_a_break_in_the_hour_that_comes_twice_is_refused_at_its_row(break_: tuple[str, str]) -> None:
    host = make_user("Hilkka")
    event = night(host, datetime(2026, 10, 24, 21, 0, tzinfo=UTC), 6)
    with pytest.raises(AssertionError, match="break_2"):
        round_by_form(event, host, break_2_0=break_[0], break_2_1=break_[1])


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 10, 24, 23, 59, tzinfo=UTC), "2:59"),
        (datetime(2026, 10, 25, 0, 0, tzinfo=UTC), "3:00 (summer time)"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "3:30 (summer time)"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "3:30 (winter time)"),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), "4:00"),
        (datetime(2026, 10, 26, 1, 30, tzinfo=UTC), "3:30"),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "2:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "4:00"),
    ],
)
def test_the_hour_that_comes_twice_says_which_it_is(moment: datetime, said: str) -> None:
    with translation.override("en"):
        assert wording.clock(moment) == said
        assert wording.span(moment, moment).count(said) == 2
    with translation.override("fi"):
        assert wording.clock(moment) == said.replace(":", ".").replace("summer time", "kesäaikaa").replace(
            "winter time", "talviaikaa"
        )


@pytest.mark.parametrize(
    ("starts", "is_twice"),
    [
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), True),  # 2–5 by the clock, four hours
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), False),  # a night later
    ],
)
def test_pages_of_a_night_tell_the_two_hours_apart(starts: datetime, is_twice: bool) -> None:
    host = make_user("Hilkka")
    event = night(host, starts, 4)
    people = [register(event, f"Osallistuja{n}") for n in range(2)]
    round = round_by_form(event, host)
    at_three = starts + HOUR
    for person in people:
        others = round.slots.exclude(starts_at=at_three)
        Absence.objects.bulk_create(Absence(slot=slot, registration=person) for slot in others)
    fair = Fair(host, event, round, people)
    agree_pair(fair, 0, 1)
    assert len(publish_fair(fair)) == 1
    client = Client()

    def text(name: str) -> str:
        return str(client.get(reverse(name, kwargs={"slug": event.slug})).content.decode())

    client.force_login(people[0].user)
    day = text("my_day")
    assert ("kesäaikaa" in day) is is_twice
    lists = text("round_availability")
    client.force_login(host)
    for page in (lists, text("board")):
        assert page.count("3.30 (kesäaikaa)") >= is_twice
        assert page.count("3.30 (talviaikaa)") >= is_twice
        assert ("aikaa)" in page) is is_twice
