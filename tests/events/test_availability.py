"""When a participant can meet: coming and going, sessions, calendars; and nobody else learns of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import outgoing
from events.models import BusyTime, Presence, Registration, Session
from events.queries.availability import away_slots
from events.services import availability as services
from events.services import placing, problems, rounds

from .making import EVENT_DAY, NOW, Fair, agree_pair, make_fair, make_user, publish_fair, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ADDRESS = "https://kalenteri.example/oma.ics"


def calendar(*minutes: tuple[int, int]) -> bytes:
    rows = "".join(
        f"BEGIN:VEVENT\nUID:{a}\nSUMMARY:Hammaslääkäri\nDTSTART:{EVENT_DAY + timedelta(minutes=a):%Y%m%dT%H%M%SZ}\n"
        f"DTEND:{EVENT_DAY + timedelta(minutes=b):%Y%m%dT%H%M%SZ}\nEND:VEVENT\n"
        for a, b in minutes
    )
    return f"BEGIN:VCALENDAR\n{rows}END:VCALENDAR\n".encode()


def save(fair: Fair, person: int = 0, **times: Any) -> Presence:
    me = fair.people[person]
    seen = times.pop("seen", None)
    return services.save_times(
        round=fair.round,
        registration=me,
        times=services.Times(**{"slots": [], **times}),
        by=me.user,
        now=NOW,
        seen=seen,
    )


def free(fair: Fair) -> list[int]:
    """The minutes of the slots in which the first two can meet."""
    found = placing.free_slots(fair.round, fair.people[:2], now=NOW)
    return sorted(int((slot.starts_at - EVENT_DAY).total_seconds() // 60) for slot, _table in found)


def session(fair: Fair, start: int, minutes: int) -> Session:
    begins = EVENT_DAY + timedelta(minutes=start)
    return Session.objects.create(
        event=fair.event, title_fi="Puhe", starts_at=begins, ends_at=begins + timedelta(minutes=minutes)
    )


def test_coming_later_and_leaving_earlier(fair: Fair) -> None:
    save(fair, arrives_at=EVENT_DAY + timedelta(minutes=20), leaves_at=EVENT_DAY + timedelta(minutes=100))
    assert free(fair) == [20, 40, 60, 80]
    with pytest.raises(services.GoesBeforeComing):
        save(fair, arrives_at=EVENT_DAY + timedelta(minutes=60), leaves_at=EVENT_DAY + timedelta(minutes=40))


@pytest.mark.parametrize(("way", "left"), [(0, [0, 60, 80, 100]), (10, [80, 100])])
def test_a_session_takes_its_time_and_the_way_from_it(way: int, left: list[int]) -> None:
    fair = make_fair(travel_minutes=way)
    save(fair, sessions=[session(fair, 20, 40)])
    assert free(fair) == left
    other = make_fair(people=0)
    save(fair, sessions=[session(other, 0, 400)])
    assert free(fair) == [0, 20, 40, 60, 80, 100], "another event's session is none of it"


def test_the_solver_and_the_hosts_move_heed_all_of_it(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    save(fair, sessions=[session(fair, 0, 40)], leaves_at=EVENT_DAY + timedelta(minutes=100))
    services.import_file(
        round=fair.round, registration=fair.people[0], content=calendar((45, 50)), by=fair.people[0].user, now=NOW
    )
    problem = problems.build_problem(fair.round, now=NOW)
    slots = list(fair.round.slots.all())
    away = next(one.unavailable for one in problem.participants if one.id == str(fair.people[0].pk))
    assert away == {str(slots[n].pk) for n in (0, 1, 2, 5)}
    (meeting,) = publish_fair(fair)
    with pytest.raises(placing.SomeoneIsAway):
        placing.move_to_table(meeting=meeting, slot=slots[0], table=1, by=fair.host, now=NOW)


def test_a_participant_who_is_never_there_holds_nobody_up(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    agree_pair(fair, 2, 3)
    save(fair, slots=list(fair.round.slots.all()))
    assert len(publish_fair(fair)) == 1
    client = Client()
    client.force_login(fair.people[0].user)
    assert client.get(url("round_availability", fair.event)).context["can_none"]


def test_a_meeting_that_stands_is_cancelled_first(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    (meeting,) = publish_fair(fair)
    for times in ({"arrives_at": meeting.ends_at}, {"sessions": [session(fair, 0, 120)]}):
        with pytest.raises(rounds.MeetsThen):
            save(fair, **times)
    assert not Presence.objects.filter(arrives_at__isnull=False).exists(), "nothing of it was kept"


def test_a_page_of_an_hour_ago_overwrites_nothing(fair: Fair) -> None:
    client = Client()
    client.force_login(fair.people[0].user)
    address = url("round_availability", fair.event)
    slots = [slot.pk for slot in fair.round.slots.all()]
    save(fair, arrives_at=EVENT_DAY + timedelta(minutes=20))
    stale = client.post(address, {"stamp": "0", "slots": slots[:2]})
    assert stale.status_code == 200
    assert stale.context["form"].errors
    assert [row["can"] for row in stale.context["rows"]] == [True, True, False, False, False, False], "nothing is lost"
    assert Presence.objects.get().arrives_at is not None
    again = client.post(address, {"stamp": "1", "slots": slots[:2]})
    assert again.status_code == 302


def test_only_times_of_the_rounds_hours_are_kept_of_a_calendar(fair: Fair) -> None:
    client = Client()
    client.force_login(fair.people[0].user)
    file = SimpleUploadedFile("oma.ics", calendar((20, 60), (-600, -500), (4000, 5000)))
    client.post(url("round_calendar", fair.event), {"file": file})
    assert free(fair) == [0, 60, 80, 100]
    kept = BusyTime.objects.get()
    assert {field.name for field in BusyTime._meta.fields} == {"id", "registration", "starts_at", "ends_at"}
    assert (kept.starts_at, kept.ends_at) == (EVENT_DAY + timedelta(minutes=20), EVENT_DAY + timedelta(minutes=60))
    page = client.get(url("round_availability", fair.event)).content.decode()
    assert "Hammaslääkäri" not in page
    client.post(url("round_calendar_forget", fair.event))
    assert not BusyTime.objects.exists()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "file"),
        ({"file": SimpleUploadedFile("a.ics", b"<html>")}, "file"),
        ({"file": SimpleUploadedFile("a.ics", b"BEGIN:VCALENDAR\n" + b"x" * 2_000_000)}, "file"),
        ({"url": "http://kalenteri.example/a.ics"}, "url"),
        ({"url": "https://localhost:8000/"}, "url"),
    ],
)
def test_what_is_no_calendar_is_said_at_its_field(fair: Fair, sent: dict[str, Any], field: str) -> None:
    client = Client()
    client.force_login(fair.people[0].user)
    answer = client.post(url("round_calendar", fair.event), sent)
    assert answer.status_code == 422
    assert field in answer.context["calendar"].errors


def test_nobody_brings_a_calendar_for_another(fair: Fair) -> None:
    me = fair.people[0]
    for user in (fair.people[1].user, fair.host, make_user()):
        with pytest.raises(rounds.NotComing):
            services.import_file(round=fair.round, registration=me, content=calendar(), by=user, now=NOW)
        with pytest.raises(rounds.NotComing):
            services.follow_calendar(round=fair.round, registration=me, url=ADDRESS, by=user, now=NOW)
        with pytest.raises(rounds.NotComing):
            services.forget_calendar(registration=me, by=user)


# --- A calendar that is followed -------------------------------------------------------------------------------------


def follow(fair: Fair) -> Registration:
    me = fair.people[0]
    services.follow_calendar(
        round=fair.round, registration=me, url="webcal://kalenteri.example/oma.ics", by=me.user, now=NOW
    )
    return me


def answer(monkeypatch: pytest.MonkeyPatch, content: bytes | str) -> list[str]:
    asked: list[str] = []

    def fetch(address: str, *, largest: int) -> bytes:
        asked.append(address)
        if isinstance(content, str):
            raise outgoing.Unreachable(content)
        return content

    monkeypatch.setattr(outgoing, "fetch", fetch)
    return asked


def test_a_calendar_is_read_soon_and_again_until_the_event_is_over(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    follow(fair)
    asked = answer(monkeypatch, calendar((0, 20)))
    assert services.read_calendars(now=NOW) == 1
    assert free(fair) == [20, 40, 60, 80, 100]
    answer(monkeypatch, calendar((100, 120)))
    assert services.read_calendars(now=NOW + timedelta(hours=2)) == 0
    assert services.read_calendars(now=NOW + timedelta(hours=3)) == 1
    assert free(fair) == [0, 20, 40, 60, 80]
    assert asked == [ADDRESS]
    services.read_calendars(now=fair.event.ends_at + timedelta(minutes=1))
    assert Presence.objects.get().calendar_url == ""
    assert not BusyTime.objects.exists()


@pytest.mark.parametrize(
    "trouble", ["silent", "private", "large", "refused", b"<html>", b"BEGIN:VCALENDAR\n" + b"X\n" * 450_000]
)
def test_one_that_is_slow_huge_or_hostile_leaves_what_was_known(
    fair: Fair, monkeypatch: pytest.MonkeyPatch, trouble: bytes | str
) -> None:
    me = follow(fair)
    answer(monkeypatch, calendar((0, 20)))
    services.read_calendars(now=NOW)
    answer(monkeypatch, trouble)
    assert services.read_calendars(now=NOW + timedelta(hours=3)) == 0
    assert free(fair) == [20, 40, 60, 80, 100]
    presence = Presence.objects.get()
    assert (presence.reading, presence.due_at) == ("failed", NOW + timedelta(hours=4))
    client = Client()
    client.force_login(me.user)
    page = client.get(url("round_availability", fair.event))
    assert "note error" in page.content.decode()
    assert "kalenteri.example" not in page.content.decode(), "the address is a secret"


def test_an_answer_that_comes_after_the_address_was_taken_away_is_dropped(
    fair: Fair, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = follow(fair)

    def fetch(address: str, *, largest: int) -> bytes:
        services.forget_calendar(registration=me, by=me.user)
        return calendar((0, 20))

    monkeypatch.setattr(outgoing, "fetch", fetch)
    assert services.read_calendars(now=NOW) == 0
    assert not BusyTime.objects.exists()


def test_a_calendar_is_read_by_one_at_a_time(fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    follow(fair)
    turns: list[int] = []

    def fetch(address: str, *, largest: int) -> bytes:
        turns.append(services.read_calendars(now=NOW))
        return calendar()

    monkeypatch.setattr(outgoing, "fetch", fetch)
    assert services.read_calendars(now=NOW) == 1
    assert turns == [0]


@pytest.mark.parametrize("people", [1, 3])
def test_reading_who_is_away_costs_the_same(people: int, django_assert_num_queries: Any) -> None:
    fair = make_fair(people=people)
    for n in range(people):
        save(fair, n, sessions=[session(fair, 0, 20)], arrives_at=EVENT_DAY + timedelta(minutes=20))
    slots = list(fair.round.slots.all())
    with django_assert_num_queries(4):
        away = away_slots(fair.round, [one.pk for one in fair.people], slots)
    assert all(list(own) == [slots[0].pk] for own in away.values())
