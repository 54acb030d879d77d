"""A network's meetings for its pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When, Window
from django.db.models.functions import Coalesce
from django.utils import timezone

from events.models import Event, Registration
from networks.models import Decision, GroupMember, Membership, Network, NetworkMeeting, Task
from networks.rules.meetings import FEW_SOON, is_few, on_duty, seen_by
from networks.rules.networks import chaired_by, may_coordinate


@dataclass(frozen=True)
class Step:
    """A meeting on the thread: `state` is done, now (the next one) or empty. `answer` of the reader: confirmed,
    waiting, or empty while one can still register (`is_open`)."""

    meeting: NetworkMeeting
    state: str
    answer: str
    is_open: bool


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
        comers=Coalesce(Subquery(confirmed.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
        **answers_of(user),
    )
    steps, has_next = [], False
    for meeting in counted.order_by("event__starts_at", "pk"):
        if meeting.is_over(now):
            state = "done"
        else:
            state, has_next = "" if has_next else "now", True
        answer = _answer_of(meeting)
        steps.append(Step(meeting, state, answer, meeting.event.takes_registrations(now)))
    held = sum(1 for step in steps if step.state == "done")
    return Series(steps, held, len(steps) - held)


def _answer_of(meeting: Any) -> str:
    return "confirmed" if meeting.comes else "waiting" if meeting.waits else ""


def answers_of(user: Any) -> dict[str, Exists]:
    """Whether the reader comes (`comes`) or waits for a seat (`waits`), for meetings to be annotated with."""
    own = Registration.objects.filter(event=OuterRef("event"), user=user if user.is_authenticated else None)
    return {"comes": Exists(own.filter(state="confirmed")), "waits": Exists(own.filter(state="waiting"))}


def _shown_to(user: Any) -> Q:
    """Their own, and those that are for everybody."""
    return seen_by(user) | Q(event__audience=Event.Audience.ALL, event__state__in=["published", "closed", "archived"])


def open_tasks(meeting: NetworkMeeting) -> QuerySet[Task]:
    """Of earlier meetings of the same network, or of the same group: what is looked at again."""
    earlier = NetworkMeeting.objects.filter(
        network=meeting.network_id, group=meeting.group_id, event__starts_at__lt=meeting.event.starts_at
    )
    return Task.objects.filter(meeting__in=earlier, done_at=None).select_related("who__profile", "meeting__event")


def tasks_of_network(network: Network, user: Any) -> QuerySet[Task]:
    """Every open task that the person may see, the earliest day first: of minutes that have been approved, and of
    those that the person writes."""
    seen = NetworkMeeting.objects.filter(seen_by(user), network=network)
    found = Task.objects.filter(meeting__in=seen, done_at=None)
    if not may_coordinate(user, network):
        found = found.filter(
            Q(meeting__approved_at__isnull=False) | Q(meeting__group__in=chaired_by(user).values("pk"))
        )
    known = found.select_related("who__profile", "meeting__event", "meeting__group", "meeting__network")
    return known.order_by(F("due").asc(nulls_last=True), "pk")


def late_tasks(network: Network, now: datetime) -> QuerySet[Task]:
    return Task.objects.filter(meeting__network=network, done_at=None, due__lt=timezone.localdate(now))


def promised_by(membership: Membership) -> QuerySet[Task]:
    """What the member has promised and not done, as approved minutes say."""
    found = membership.tasks.filter(done_at=None, meeting__approved_at__isnull=False)
    return found.select_related("meeting__event", "meeting__group").order_by(F("due").asc(nulls_last=True), "pk")


MISSED_SHOWN = 40


@dataclass(frozen=True)
class Missed:
    """`more`: how many there are beyond those that are named."""

    members: Sequence[Membership]
    more: int


def missed(meeting: NetworkMeeting) -> Missed:
    """The members whose meeting it is of whom nobody has said yes or no, by name; one read."""
    answered = meeting.event.registrations.values("profile")
    found = on_duty(meeting).exclude(profile__in=answered).select_related("profile")
    named = found.annotate(every=Window(Count("pk"))).order_by("profile__name_fi", "profile__name_sv", "pk")
    shown = list(named[:MISSED_SHOWN])
    return Missed(shown, shown[0].every - len(shown) if shown else 0)


def _number(rows: QuerySet[Any], of: str) -> Any:
    return Coalesce(Subquery(rows.order_by().values(of).annotate(n=Count("pk")).values("n")), 0)


def few_come(network: Network, now: datetime) -> NetworkMeeting | None:
    """The next meeting that is near and for which few have registered, with `comers` and `members`; one read."""
    soon = NetworkMeeting.objects.filter(
        network=network,
        event__state=Event.State.PUBLISHED,
        event__starts_at__gt=now,
        event__starts_at__lte=now + FEW_SOON,
    )
    here = Membership.objects.filter(network=OuterRef("network"), state=Membership.State.MEMBER)
    grouped = GroupMember.objects.filter(group=OuterRef("group"), membership__state=Membership.State.MEMBER)
    coming = Registration.objects.filter(event=OuterRef("event"), state="confirmed")
    counted = soon.select_related("event", "network", "group").annotate(
        comers=_number(coming, "event"),
        members=Case(When(group=None, then=_number(here, "network")), default=_number(grouped, "group")),
    )
    rows: Iterable[Any] = counted.order_by("event__starts_at", "pk")
    return next((one for one in rows if is_few(one.comers, one.members, one.table_size)), None)


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
