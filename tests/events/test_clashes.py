"""A session that moves, or a calendar that fills, under an agreed meeting: the host sees it, and it is repaired."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from events.models import BusyTime, Meeting, Round, Session, SessionChoice
from events.services import programme, repairs
from events.services.repairs import Change, Kind

from .making import EVENT_DAY, NOW, Fair, agree_pair, make_fair, publish_fair, url
from .repairing import accept, ask_repair

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def fair() -> Fair:
    made = make_fair()
    for a, b in ((0, 1), (2, 3)):
        agree_pair(made, a, b)
    publish_fair(made)
    return made


def first(fair: Fair) -> Meeting:
    return Meeting.objects.agreed().filter(parties__registration=fair.people[0]).get()


def busy(fair: Fair, meeting: Meeting) -> None:
    BusyTime.objects.create(registration=fair.people[0], starts_at=meeting.starts_at, ends_at=meeting.ends_at)


def test_a_session_that_moves_over_a_meeting_is_seen_and_repaired(fair: Fair) -> None:
    meeting = first(fair)
    session = Session.objects.create(
        event=fair.event,
        title_fi="Puhe",
        starts_at=EVENT_DAY + timedelta(hours=4),
        ends_at=EVENT_DAY + timedelta(hours=4, minutes=20),
    )
    SessionChoice.objects.create(registration=fair.people[0], session=session)
    assert repairs.clashes(fair.round, now=NOW) == []
    plan = programme.SessionPlan(titles={"fi": "Puhe"}, starts_at=meeting.starts_at, ends_at=meeting.ends_at)
    programme.edit_session(session=session, plan=plan, by=fair.host, now=NOW)
    assert repairs.clashes(fair.round, now=NOW) == [meeting.pk]
    before = meeting.starts_at
    accept(fair, ask_repair(fair, kind=Kind.CLASH))
    meeting.refresh_from_db()
    assert meeting.starts_at != before
    assert repairs.clashes(fair.round, now=NOW) == []


def test_a_calendar_that_fills_is_seen_and_who_has_nothing_else_stays(fair: Fair) -> None:
    mine = first(fair)
    other = Meeting.objects.agreed().exclude(pk=mine.pk).get()
    busy(fair, mine)
    place = (other.slot_id, other.table)
    accept(fair, ask_repair(fair, kind=Kind.CLASH))
    other.refresh_from_db()
    assert (other.slot_id, other.table) == place


def test_without_a_clash_there_is_nothing_to_repair(fair: Fair) -> None:
    with pytest.raises(repairs.NothingToRepair):
        repairs.start_repair(round=fair.round, change=Change(Kind.CLASH), by=fair.host, now=NOW)


def test_what_has_begun_or_is_cancelled_is_no_clash(fair: Fair) -> None:
    mine = first(fair)
    busy(fair, mine)
    assert repairs.clashes(fair.round, now=mine.starts_at) == []
    Meeting.objects.filter(pk=mine.pk).update(state=Meeting.State.CANCELLED)
    assert repairs.clashes(fair.round, now=NOW) == []


def test_the_host_reads_it_on_the_round_and_leads_to_the_repair(fair: Fair) -> None:
    client = Client()
    client.force_login(fair.host)
    assert "jotakin muuta" not in client.get(url("round", fair.event)).content.decode()
    busy(fair, first(fair))
    page = client.get(url("round", fair.event)).content.decode()
    assert "jotakin muuta" in page
    address = url("round_repair_kind", fair.event, kind="clash")
    assert address in page
    assert client.get(address).status_code == 200
    assert client.post(address, {}).status_code == 302
    assert Round.objects.get().state == Round.State.SOLVING


@pytest.mark.parametrize("count", [1, 3])
def test_looking_costs_the_same_however_many_meet(count: int, django_assert_num_queries: Any) -> None:
    fair = make_fair(people=2 * count)
    for n in range(count):
        agree_pair(fair, 2 * n, 2 * n + 1)
    publish_fair(fair)
    with django_assert_num_queries(9):
        repairs.clashes(fair.round, now=NOW)
