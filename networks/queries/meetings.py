"""A network's meetings for its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from events.models import Event, Registration
from networks.models import Decision, Network, NetworkMeeting, Task
from networks.rules.meetings import seen_by


@dataclass(frozen=True)
class Step:
    """A meeting on the thread: `state` is done, now (the next one) or empty."""

    meeting: NetworkMeeting
    state: str


@dataclass(frozen=True)
class Series:
    steps: list[Step]
    held: int
    coming: int


def series_of(network: Network, user: Any, now: datetime, *, group: Any = None) -> Series:
    """The meetings that the person may see, in order, with how many come. One read."""
    rows = NetworkMeeting.objects.filter(_shown_to(user), network=network).select_related("event", "group", "network")
    if group is not None:
        rows = rows.filter(group=group)
    confirmed = Registration.objects.confirmed().filter(event=OuterRef("event")).order_by().values("event")
    counted = rows.exclude(event__state=Event.State.CANCELLED).annotate(
        comers=Coalesce(Subquery(confirmed.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
    )
    steps, has_next = [], False
    for meeting in counted.order_by("event__starts_at", "pk"):
        if meeting.is_over(now):
            state = "done"
        else:
            state, has_next = "" if has_next else "now", True
        steps.append(Step(meeting, state))
    held = sum(1 for step in steps if step.state == "done")
    return Series(steps, held, len(steps) - held)


def _shown_to(user: Any) -> Q:
    """Their own, and those that are for everybody."""
    return seen_by(user) | Q(event__audience=Event.Audience.ALL, event__state__in=["published", "closed", "archived"])


def open_tasks(meeting: NetworkMeeting) -> QuerySet[Task]:
    """Of earlier meetings of the same network, or of the same group: what is looked at again."""
    earlier = NetworkMeeting.objects.filter(
        network=meeting.network_id, group=meeting.group_id, event__starts_at__lt=meeting.event.starts_at
    )
    return Task.objects.filter(meeting__in=earlier, done_at=None).select_related("who__profile", "meeting__event")


def tasks_of(meeting: NetworkMeeting) -> Sequence[Task]:
    return list(meeting.tasks.select_related("who__profile"))


@dataclass(frozen=True)
class Minutes:
    """The minutes as they were last saved, by whom and when."""

    meeting: NetworkMeeting
    decisions: list[Decision]
    tasks: list[Task]
    by: Any

    @property
    def is_empty(self) -> bool:
        return not self.meeting.minutes and not self.decisions


def minutes_of(meeting: NetworkMeeting) -> Minutes:
    """Three reads at most."""
    return Minutes(meeting, list(meeting.decisions.all()), list(tasks_of(meeting)), meeting.minutes_by)
