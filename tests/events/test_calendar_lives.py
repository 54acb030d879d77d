"""Every life of a meeting, through real mails, into a CalDAV server: one entry, at its time, in its state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from accounts.models import Representative, User
from events import calendars
from events.calendars import ZONE, CalendarMeeting, Person
from events.models import Meeting, MeetingRequest, Registration
from events.queries import feeds as queries
from events.services import feeds, meetings, placing, proposals, standing_in
from notifications import services as notifications

from .caldav import Programme, running
from .making import (
    NOW,
    TOMORROW,
    Fair,
    Pair,
    agree,
    agree_pair,
    kinds_to,
    make_event_with_programme,
    make_pair,
    make_user,
    propose,
    publish_fair,
    register,
)

START = datetime(2026, 12, 3, 10, 20, tzinfo=ZONE)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programme]:
    with running(Path(tmp_path_factory.mktemp("radicale"))) as programme:
        yield programme


@pytest.fixture
def programme(server: Programme) -> Programme:
    server.empty()
    return server


@pytest.fixture
def pair() -> Pair:
    made = make_pair()
    colleague = make_user("Kaisa Kollega")
    Representative.objects.create(profile=made.rauhala, user=colleague, role="editor", since=NOW)
    return made


def colleague_of(pair: Pair) -> User:
    return Representative.objects.get(profile=pair.rauhala, role="editor").user


def mails_to(user: Any) -> list[EmailMessage]:
    """What has left to a person since the last time this was asked, in its order."""
    while notifications.deliver_due(now=NOW):
        pass
    mine = [one for one in mail.outbox if one.to == [user.email]]
    mail.outbox = [one for one in mail.outbox if one.to != [user.email]]
    return mine


def methods(programme: Programme, user: Any) -> list[str]:
    return [method for one in mails_to(user) if (method := programme.read(one))]


def only(programme: Programme) -> Any:
    [entry] = programme.entries()
    return entry


@pytest.mark.django_db
def test_one_entry_through_the_whole_life_of_a_meeting(programme: Programme, pair: Pair) -> None:
    """Made, moved twice, its person changed for a colleague on the other side, cancelled, and held after all."""
    meeting = agree(pair, place="https://kokous.example/rauhala")
    assert methods(programme, pair.bo) == ["REQUEST"]
    entry = only(programme)
    assert (entry.decoded("DTSTART"), entry["STATUS"]) == (TOMORROW, "CONFIRMED")
    assert str(entry["CONFERENCE"]) == "https://kokous.example/rauhala"
    for day in (1, 2):
        later = TOMORROW + timedelta(days=day)
        made = propose(pair, later, moves=meeting, place=f"Sali {day}")
        proposals.accept_proposal(proposal=made, time=made.times.get(), by=pair.bo, now=NOW)
        assert "REQUEST" in methods(programme, pair.bo)
        assert only(programme).decoded("DTSTART") == later
        assert str(only(programme)["LOCATION"]) == f"Sali {day}"
    kaisa = colleague_of(pair)
    standing_in.hand_over(meeting=meeting, to=kaisa, by=pair.aino, now=NOW)
    assert methods(programme, pair.bo) == ["REQUEST"]
    assert "Kaisa Kollega" in only(programme)["DESCRIPTION"]
    meetings.cancel_meeting(meeting=meeting, by=kaisa, now=NOW, reason="Flunssa")
    assert methods(programme, pair.bo) == ["CANCEL"]
    assert (only(programme)["STATUS"], only(programme)["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    standing_in.come_after_all(meeting=meeting, by=kaisa, now=NOW)
    assert methods(programme, pair.bo) == ["REQUEST"]
    entry = only(programme)
    assert (entry["STATUS"], entry["SEQUENCE"]) == ("CONFIRMED", 5)
    assert entry.decoded("DTSTART") == TOMORROW + timedelta(days=2)
    assert str(entry["UID"]) == Meeting.objects.get().uid


@pytest.mark.django_db
def test_a_person_who_hands_over_loses_the_entry_and_gets_it_back(programme: Programme, pair: Pair) -> None:
    meeting = agree(pair)
    kaisa = colleague_of(pair)
    methods(programme, pair.aino)
    standing_in.hand_over(meeting=meeting, to=kaisa, by=pair.aino, now=NOW)
    assert methods(programme, pair.aino) == ["CANCEL"]
    assert only(programme)["STATUS"] == "CANCELLED"
    standing_in.hand_over(meeting=meeting, to=pair.aino, by=kaisa, now=NOW)
    assert methods(programme, pair.aino) == ["REQUEST"]
    assert only(programme)["STATUS"] == "CONFIRMED"
    assert [str(one["ATTENDEE"]) for one in programme.entries()] == [f"mailto:{pair.aino.email}"]


@pytest.mark.django_db
def test_a_cancellation_that_is_overtaken_does_not_leave(programme: Programme, pair: Pair) -> None:
    """Handed over and back before the mail left: the calendar must not lose what the person has again."""
    meeting = agree(pair)
    kaisa = colleague_of(pair)
    standing_in.hand_over(meeting=meeting, to=kaisa, by=pair.aino, now=NOW)
    standing_in.hand_over(meeting=meeting, to=pair.aino, by=kaisa, now=NOW)
    assert set(methods(programme, pair.aino)) == {"REQUEST"}
    assert only(programme)["STATUS"] == "CONFIRMED"


@pytest.mark.django_db
def test_a_late_mail_tells_what_is_true_when_it_leaves(programme: Programme, pair: Pair) -> None:
    meeting = agree(pair)
    mails_to(pair.bo)
    first = propose(pair, TOMORROW + timedelta(days=1), moves=meeting)
    proposals.accept_proposal(proposal=first, time=first.times.get(), by=pair.bo, now=NOW)
    late = [one for one in mails_to(pair.bo) if one.subject.startswith("Siirtyi")]
    assert len(late) == 1
    meetings.cancel_meeting(meeting=meeting, by=pair.aino, now=NOW)
    assert methods(programme, pair.bo) == ["CANCEL"]
    for one in late:
        programme.read(one)
    assert only(programme)["STATUS"] == "CANCELLED"


@pytest.mark.django_db
def test_a_mail_is_built_as_calendars_read_it(pair: Pair) -> None:
    """Among the alternatives with the method in the type, and once more as a file of another type."""
    agree(pair)
    [sent] = [one for one in mails_to(pair.bo) if len(one.attachments) == 1]
    message: Any = sent.message()
    assert message.get_content_type() == "multipart/mixed"
    body, file = message.get_payload()
    kinds = [part.get_content_type() for part in body.get_payload()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    invitation = body.get_payload()[2]
    assert (invitation.get_param("method"), invitation.get_content_charset()) == ("REQUEST", "utf-8")
    assert (file.get_content_type(), file.get_filename()) == ("application/ics", "invite.ics")
    assert file.get_payload(decode=True) == invitation.get_payload(decode=True)


@pytest.mark.django_db
def test_a_meeting_of_a_round_moves_is_handed_over_and_comes_back(programme: Programme, fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    agree_pair(fair, 2, 3)
    meeting = next(one for one in publish_fair(fair) if one.parties.filter(registration=fair.people[0]).exists())
    me, them = fair.people[0], fair.people[1]
    colleague = make_user("Kaisa Kollega")
    Representative.objects.create(profile=me.profile, user=colleague, role="editor", since=NOW)
    with pytest.raises(standing_in.NoSuchColleague):
        standing_in.hand_over(meeting=meeting, to=colleague, by=me.user, now=NOW)
    seat = Registration.objects.create(event=fair.event, profile=me.profile, user=colleague, registered_at=NOW)
    free = fair.round.slots.exclude(meetings__state="agreed").order_by("-starts_at")[0]
    placing.move_to_table(meeting=meeting, slot=free, table=2, by=fair.host, now=NOW)
    standing_in.hand_over(meeting=meeting, to=colleague, by=me.user, now=NOW)
    mine = meeting.parties.get(profile=me.profile)
    assert (mine.user, mine.registration, mine.busy_in) == (colleague, seat, free)
    meetings.cancel_meeting(meeting=meeting, by=colleague, now=NOW)
    assert MeetingRequest.objects.get(meeting=meeting).state == "withdrawn"
    standing_in.come_after_all(meeting=meeting, by=colleague, now=NOW)
    assert MeetingRequest.objects.get(meeting=meeting).state == "accepted"
    assert meeting.parties.filter(busy_in=free).count() == 2
    read = methods(programme, them.user)
    assert read[-1] == "REQUEST"
    entry = only(programme)
    assert (entry.decoded("DTSTART"), entry["STATUS"], entry["SEQUENCE"]) == (free.starts_at, "CONFIRMED", 4)
    assert str(entry["LOCATION"]) == "Juhlasali, pöytä 2"


@pytest.mark.django_db
def test_what_may_not_be_handed_over_or_revived(pair: Pair) -> None:
    meeting = agree(pair)
    kaisa = colleague_of(pair)
    with pytest.raises(meetings.NotYourMeeting):
        standing_in.hand_over(meeting=meeting, to=kaisa, by=make_user("Outi"), now=NOW)
    with pytest.raises(standing_in.NoSuchColleague):
        standing_in.hand_over(meeting=meeting, to=make_user("Outi"), by=pair.aino, now=NOW)
    with pytest.raises(standing_in.NoSuchColleague):
        standing_in.hand_over(meeting=meeting, to=pair.bo, by=pair.aino, now=NOW)
    with pytest.raises(meetings.MeetingIsOver):
        standing_in.hand_over(meeting=meeting, to=kaisa, by=pair.aino, now=TOMORROW)
    with pytest.raises(standing_in.NotCancelledByYou):
        standing_in.come_after_all(meeting=meeting, by=pair.aino, now=NOW)
    meetings.cancel_meeting(meeting=meeting, by=pair.aino, now=NOW)
    with pytest.raises(meetings.MeetingIsCancelled):
        standing_in.hand_over(meeting=meeting, to=kaisa, by=pair.aino, now=NOW)
    with pytest.raises(standing_in.NotCancelledByYou):
        standing_in.come_after_all(meeting=meeting, by=pair.bo, now=NOW)
    with pytest.raises(meetings.NotYourMeeting):
        standing_in.come_after_all(meeting=meeting, by=make_user("Outi"), now=NOW)
    with pytest.raises(meetings.MeetingIsOver):
        standing_in.come_after_all(meeting=meeting, by=pair.aino, now=TOMORROW)
    agree(pair)
    with pytest.raises(standing_in.CannotStandAgain):
        standing_in.come_after_all(meeting=meeting, by=pair.aino, now=NOW)


@pytest.mark.django_db
def test_a_colleague_who_meets_then_cannot_stand_in(pair: Pair) -> None:
    kaisa = colleague_of(pair)
    meeting = agree(pair)
    other = agree(pair, TOMORROW + timedelta(hours=5))
    standing_in.hand_over(meeting=other, to=kaisa, by=pair.aino, now=NOW)
    made = propose(pair, TOMORROW + timedelta(minutes=15), moves=other)
    Meeting.objects.filter(pk=other.pk).update(starts_at=TOMORROW, ends_at=TOMORROW + timedelta(minutes=30))
    with pytest.raises(standing_in.ColleagueIsBusy):
        standing_in.hand_over(meeting=meeting, to=kaisa, by=pair.aino, now=NOW)
    assert made.is_open
    assert kinds_to(kaisa).count("events.meeting_agreed") == 1


@pytest.mark.django_db
def test_a_feed_is_the_same_entries_in_a_calendar_server(programme: Programme, pair: Pair) -> None:
    meeting = agree(pair)
    register(make_event_with_programme(pair.bo), "Muu")
    own = feeds.make_feed(user=pair.aino, scope="own", now=NOW)
    programme.subscribe(queries.content_of(own, NOW))
    assert [str(one["UID"]) for one in programme.entries()] == [meeting.uid]
    meetings.cancel_meeting(meeting=meeting, by=pair.bo, now=NOW)
    programme.subscribe(queries.content_of(own, NOW))
    assert [one["STATUS"] for one in programme.entries()] == ["CANCELLED"]


WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=80)


def told(value: str) -> str:
    """What is left of a text that has passed a calendar: no control characters, one kind of line end."""
    return calendars.printable(value)


@settings(deadline=None, max_examples=30)
@given(title=WORDS, place=WORDS, description=WORDS)
def test_any_title_and_place_survive_the_server(server: Programme, title: str, place: str, description: str) -> None:
    server.empty()
    person = Person("Aino", "aino@example.fi")
    meeting = CalendarMeeting(
        uid="sama@solmu.example",
        sequence=0,
        start=START,
        end=START + timedelta(minutes=20),
        title=title,
        changed_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
        organizer=person,
        attendees=(person,),
    )
    server.keep(calendars.mail_part(meeting).content)
    renamed = replace(meeting, sequence=1, title=title + "!", place=place, description=description)
    server.keep(calendars.mail_part(renamed).content)
    [entry] = server.entries()
    assert str(entry["SUMMARY"]) == told(title + "!")
    assert str(entry.get("LOCATION", "")) == told(place)
    assert str(entry.get("DESCRIPTION", "")) == told(description)
    [parsed] = Calendar.from_ical(calendars.mail_part(renamed).content).walk("VEVENT")
    assert str(parsed["SUMMARY"]) == told(title + "!")
