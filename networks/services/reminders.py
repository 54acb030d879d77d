"""What is told before its day comes: a meeting for which one has not registered, a promise, a term that ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.errors import DomainError
from events.models import Event
from networks.models import Group, Network, NetworkMeeting, Task
from networks.rules.meetings import REMINDED_BEFORE, TOLD_LATELY, is_reminded_now, on_duty, task_is_near
from networks.rules.networks import people_of
from networks.rules.renewals import ASKED_BEFORE, term_is_due
from networks.services import common
from networks.services.meetings import lock_meeting
from notifications.services import notify

AT_ONCE = 200


class RemindedAlready(DomainError):
    message = _("The members have been reminded already. Call those who are missed.")


class TakesNobody(DomainError):
    message = _("Nobody can register for the meeting now.")


def unregistered(meeting: NetworkMeeting) -> QuerySet[User]:
    """Those who take part for the members whose meeting it is and of whom nobody has said yes or no."""
    answered = meeting.event.registrations.values("user")
    silent = on_duty(meeting).exclude(profile__in=meeting.event.registrations.values("profile"))
    return people_of(silent).exclude(pk__in=answered).order_by("pk")


@transaction.atomic
def remind_of_meeting(*, meeting: NetworkMeeting, by: Any, now: datetime) -> int:
    """Those who have not registered, by a press of who runs the meeting: once, and then nothing reminds of it by
    itself. Returns how many are told. Raises `NotTheCoordinator`, `RemindedAlready` or `TakesNobody`.
    """
    meeting = lock_meeting(meeting, by)
    if meeting.is_reminded:
        raise RemindedAlready
    if not meeting.event.takes_registrations(now):
        raise TakesNobody
    audit.record("network.meeting_reminded", meeting.network, by=by, now=now, meeting=meeting.pk)
    return _remind(meeting, now, but=by.pk)


def sweep_reminders(*, now: datetime) -> tuple[int, int, int]:
    """Meetings, tasks and terms that are told of now. Done again it tells of none twice."""
    running = {"network__state": Network.State.RUNNING}
    meetings = NetworkMeeting.objects.exclude(reminded_of=F("event__starts_at")).filter(
        **running,
        event__state=Event.State.PUBLISHED,
        event__starts_at__gt=now,
        event__starts_at__lte=now + REMINDED_BEFORE,
    )
    today = timezone.localdate(now)
    tasks = Task.objects.filter(
        meeting__network__state=Network.State.RUNNING,
        meeting__approved_at__lte=now - TOLD_LATELY,
        reminded_at=None,
        done_at=None,
        who__isnull=False,
        due__gte=today,
        due__lte=today + REMINDED_BEFORE,
    )
    terms = Group.objects.filter(**running, ended_at=None, term_asked_at=None)
    terms = terms.filter(term_ends__gte=today, term_ends__lte=today + ASKED_BEFORE)
    return (
        sum(_remind_meeting(pk, now) for pk in _first(meetings)),
        sum(_remind_task(pk, now) for pk in _first(tasks)),
        sum(_ask_of_term(pk, now) for pk in _first(terms)),
    )


def _first(rows: QuerySet[Any]) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _remind_meeting(pk: int, now: datetime) -> int:
    known = NetworkMeeting.objects.select_for_update(of=("self",)).select_related("network", "event")
    meeting = known.get(pk=pk)
    if not is_reminded_now(meeting, now):
        return 0
    if meeting.event.takes_registrations(now):
        _remind(meeting, now)
        return 1
    return 0


def _remind(meeting: NetworkMeeting, now: datetime, but: int | None = None) -> int:
    meeting.reminded_of = meeting.event.starts_at
    meeting.save(update_fields=["reminded_of"])
    starts = meeting.event.starts_at.isoformat()
    about = {"meeting": meeting.pk, "starts": starts}
    people = [one for one in unregistered(meeting) if one.pk != but]
    notify("networks.meeting_near", people, about, key=f"{meeting.pk}-{starts}", now=now)
    return len(people)


@transaction.atomic
def _remind_task(pk: int, now: datetime) -> int:
    known = Task.objects.select_for_update(of=("self",)).select_related("meeting", "who__profile")
    task = known.get(pk=pk)
    if task.who is None or not task_is_near(task, now):
        return 0
    task.reminded_at = now
    task.save(update_fields=["reminded_at"])
    about = {"task": task.pk, "due": str(task.due)}
    people = common.people_of(task.who) if task.who.is_standing else []
    notify("networks.task_near", people, about, key=f"{task.pk}-{task.due}", now=now)
    return 1


@transaction.atomic
def _ask_of_term(pk: int, now: datetime) -> int:
    known = Group.objects.select_for_update(of=("self",)).select_related("network", "chair__profile")
    group = known.get(pk=pk)
    if group.term_asked_at is not None or not term_is_due(group, timezone.localdate(now)):
        return 0
    group.term_asked_at = now
    group.save(update_fields=["term_asked_at"])
    people = common.coordinators_of(group.network)
    if group.chair is not None:
        people += common.people_of(group.chair)
    about = {"group": group.pk, "ends": str(group.term_ends)}
    notify("networks.term", people, about, key=f"{group.pk}-{group.term_ends}", now=now)
    return 1
