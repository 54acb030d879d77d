"""What comes after publishing: more meetings, moves, cancellations, calendars."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from icalendar import Calendar

from events import notices
from events.models import Meeting, MeetingParty, MeetingRequest
from events.services import meetings as meeting_services
from events.services import placing, requests, rounds
from notifications.models import Notification
from notifications.services import deliver_due

from .making import EVENT_DAY, NOW, Fair, agree, agree_pair, ask, kinds_to, make_fair, make_pair, publish_fair

pytestmark = pytest.mark.django_db


def test_a_request_accepted_after_publishing_takes_a_slot_at_once(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    [first] = publish_fair(fair)
    made = agree_pair(fair, 0, 2)
    meeting = made.meeting
    assert meeting.state == "agreed"
    assert meeting.slot != first.slot
    # Best is beside the meeting that one of them has: no gap.
    slots = list(fair.round.slots.all())
    assert first.slot is not None
    assert meeting.slot is not None
    assert abs(slots.index(meeting.slot) - slots.index(first.slot)) == 1
    assert kinds_to(fair.people[2].user)[-1] == "events.meeting_agreed"


def test_without_a_common_slot_the_request_still_waits() -> None:
    fair = make_fair(people=3, ends_at=EVENT_DAY + timedelta(minutes=20))
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    made = ask(fair, 2, 0)
    with pytest.raises(placing.NoCommonSlot):
        requests.accept_request(request=made, by=fair.people[0].user, now=NOW)
    made.refresh_from_db()
    assert made.is_pending


def test_a_cap_holds_after_publishing_too() -> None:
    fair = make_fair(people=3, most_meetings=1)
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    made = ask(fair, 2, 0)
    with pytest.raises(placing.NoCommonSlot):
        requests.accept_request(request=made, by=fair.people[0].user, now=NOW)


def test_solving_again_moves_nobody(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    [first] = publish_fair(fair)
    made = ask(fair, 2, 3)
    MeetingRequest.objects.filter(pk=made.pk).update(state="accepted")
    [again, new] = publish_fair(fair)
    assert {again.pk, new.pk} > {first.pk}
    kept = Meeting.objects.get(pk=first.pk)
    assert (kept.slot, kept.table, kept.sequence) == (first.slot, first.table, 0)
    assert kinds_to(fair.people[0].user).count("events.schedule_published") == 1
    assert kinds_to(fair.people[2].user)[-1] == "events.meeting_agreed"


def test_the_host_moves_a_meeting_and_both_hear(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    [meeting] = publish_fair(fair)
    target = fair.round.slots.last()
    assert target is not None
    moved = placing.move_to_table(meeting=meeting, slot=target, table=3, by=fair.host, now=NOW)
    assert (moved.slot, moved.table, moved.sequence, moved.starts_at) == (target, 3, 1, target.starts_at)
    assert kinds_to(fair.people[0].user)[-1] == "events.meeting_moved"
    row = Notification.objects.filter(user=fair.people[0].user, kind="events.meeting_moved").get()
    assert "pöytä" in notices.moved(row.context).text or "table" in notices.moved(row.context).text
    assert placing.move_to_table(meeting=moved, slot=target, table=3, by=fair.host, now=NOW).sequence == 1


def test_a_move_that_does_not_do_is_named(fair: Fair) -> None:
    for a, b in ((0, 1), (2, 3)):
        agree_pair(fair, a, b)
    one, other = publish_fair(fair)
    agree_pair(fair, 0, 2)
    mine = Meeting.objects.exclude(pk__in=[one.pk, other.pk]).get()
    slots = list(fair.round.slots.all())
    assert mine.slot is not None
    assert one.slot is not None
    free = next(slot for slot in slots if slot not in (one.slot, other.slot, mine.slot))

    def move(meeting: Meeting, slot: Any, table: int, by: Any = fair.host, now: Any = NOW) -> None:
        placing.move_to_table(meeting=meeting, slot=slot, table=table, by=by, now=now)

    with pytest.raises(rounds.NotTheHost):
        move(one, free, 1, by=fair.people[0].user)
    with pytest.raises(placing.SomeoneMeets):
        move(one, mine.slot, 3 if mine.table != 3 else 2)
    with pytest.raises(placing.UnknownTable):
        move(one, free, 9)
    rounds.set_absences(round=fair.round, registration=fair.people[1], slots=[free], by=fair.people[1].user, now=NOW)
    with pytest.raises(placing.SomeoneIsAway):
        move(one, free, 1)
    if one.slot == other.slot:
        with pytest.raises(placing.TableTaken):
            move(one, other.slot, other.table or 0)
    with pytest.raises(meeting_services.MeetingIsOver):
        move(one, free, 1, now=EVENT_DAY + timedelta(hours=1))
    placing.cancel_for_host(meeting=one, by=fair.host, now=NOW)
    with pytest.raises(meeting_services.MeetingIsCancelled):
        move(one, free, 1)


def test_the_database_refuses_two_at_a_table_and_a_person_in_two_places(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    [meeting] = publish_fair(fair)
    second = agree_pair(fair, 0, 2)
    third = agree_pair(fair, 2, 3)
    assert meeting.slot is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(request=third).update(slot=meeting.slot, table=meeting.table)
    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingParty.objects.filter(meeting__request=second).update(busy_in=meeting.slot)


def test_cancelling_frees_the_slot_and_the_pair(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    [meeting] = publish_fair(fair)
    meeting_services.cancel_meeting(meeting=meeting, by=fair.people[1].user, now=NOW, reason="Sairas")
    assert not MeetingParty.objects.exclude(busy_in=None).exists()
    assert agree_pair(fair, 0, 1).meeting.state == "agreed"


def test_only_the_host_cancels_for_the_host(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    [meeting] = publish_fair(fair)
    with pytest.raises(rounds.NotTheHost):
        placing.cancel_for_host(meeting=meeting, by=fair.people[0].user, now=NOW)
    cancelled = placing.cancel_for_host(meeting=meeting, by=fair.host, now=NOW, reason="Sali vaihtui")
    assert cancelled.is_cancelled
    row = Notification.objects.filter(user=fair.people[0].user, kind="events.meeting_cancelled").get()
    assert notices.cancelled(row.context).text == "Sali vaihtui"
    with pytest.raises(rounds.NotTheHost):
        placing.cancel_for_host(meeting=agree(make_pair()), by=fair.host, now=NOW)


def test_who_gives_up_the_seat_leaves_the_round(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    publish_fair(fair)
    ask(fair, 0, 2)
    ask(fair, 3, 0)
    assert placing.leave_rounds(registration=fair.people[0], now=NOW) == 1
    assert not fair.round.requests.filter(state__in=MeetingRequest.STANDING).exists()
    assert kinds_to(fair.people[1].user)[-1] == "events.meeting_cancelled"


def test_an_event_called_off_takes_its_meetings_along(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    agree_pair(fair, 2, 3)
    publish_fair(fair)
    assert placing.close_rounds(event=fair.event, now=NOW, reason="Tapahtuma on peruttu.") == 2
    assert not Meeting.objects.agreed().exists()
    assert all(kinds_to(one.user)[-1] == "events.meeting_cancelled" for one in fair.people)


def test_the_mail_carries_a_part_that_calendars_read(fair: Fair) -> None:
    agree_pair(fair, 0, 1)
    [meeting] = publish_fair(fair)
    placing.cancel_for_host(meeting=meeting, by=fair.host, now=NOW)
    deliver_due(now=NOW + timedelta(minutes=1))
    parts = {
        (message.to[0], part.get_content_type(), part.get_param("method")): part
        for message in mail.outbox
        for part in message.message().walk()
        if part.get_content_type() == "text/calendar"
    }
    me = fair.people[0].user.email
    assert (me, "text/calendar", "PUBLISH") in parts or (me, "text/calendar", "CANCEL") in parts
    part = parts[me, "text/calendar", "CANCEL"]
    assert part.get_content_charset() == "utf-8"
    text = part.get_payload(decode=True)
    assert isinstance(text, bytes)
    [event] = Calendar.from_ical(text).walk("VEVENT")
    assert str(event["UID"]) == meeting.uid
