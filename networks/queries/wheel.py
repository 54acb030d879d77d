"""The network's year: its meetings, its groups', its public day, memberships to be renewed and terms that end, as the
reader may see them. For the wheel, its table, and the calendar that one subscribes to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.utils import parseaddr
from enum import StrEnum
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.queries import installation
from core.text import reader_language
from events.calendars import CalendarMeeting, Person
from events.models import Event, Registration
from events.queries import events as event_queries
from events.wording import event_times
from networks.models import Group, GroupMember, Membership, Network, NetworkMeeting
from networks.rules.meetings import seen_by
from networks.rules.networks import may_coordinate, may_see_inside

NAMED = 3
"""Members whose period ends on the same day are named up to so many, the rest counted."""
KEPT = timedelta(days=31)
"""How long a calendar keeps what has been."""


class Kind(StrEnum):
    MEETING = "meeting"
    GROUP = "group"
    PUBLIC = "public"
    RENEWAL = "renewal"
    TERM = "term"


@dataclass(frozen=True)
class Mark:
    """One thing of the year. `key` is its own among the network's; `series`: the number of the series it is of."""

    key: str
    day: date
    kind: Kind
    title: str
    detail: str = ""
    url: str = ""
    group: str = ""
    series: int | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Year:
    """`marks` in order. `today`: where the hand stands, in the year that runs."""

    year: int
    marks: list[Mark]
    today: date | None

    @property
    def months(self) -> list[tuple[date, list[Mark]]]:
        """Those months that have something."""
        return [
            (date(self.year, month, 1), list(found)) for month, found in groupby(self.marks, lambda one: one.day.month)
        ]

    @property
    def kinds(self) -> list[Kind]:
        there = {mark.kind for mark in self.marks}
        return [kind for kind in Kind if kind in there]


def year_of(network: Network, user: Any, year: int, now: datetime) -> Year:
    """Five reads, however much there is."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    found = [*_meetings(network, user, first, last), *_dates(network, user, first, last)]
    today = timezone.localdate(now)
    found.sort(key=lambda mark: (mark.day, mark.key))
    return Year(year, found, today if today.year == year else None)


def _meetings(network: Network, user: Any, first: date, last: date) -> list[Mark]:
    """By the clock on the wall: a meeting late on New Year's Eve is of the old year."""
    rows = _seen_meetings(network, user).exclude(event__state=Event.State.CANCELLED)
    rows = rows.filter(event__starts_at__gte=_midnight(first), event__starts_at__lt=_midnight(last + timedelta(days=1)))
    marks = []
    for one in rows:
        kind = Kind.GROUP if one.group else Kind.MEETING
        if one.event.kind == Event.Kind.PUBLIC_DAY:
            kind = Kind.PUBLIC
        place = event_queries.where(one.event)
        marks.append(
            Mark(
                key=f"meeting-{one.pk:09}",
                day=timezone.localdate(one.event.starts_at),
                kind=kind,
                title=one.theme or (_("Public day") if kind == Kind.PUBLIC else _("Meeting")),
                detail=", ".join(part for part in (event_times(one.event), place) if part),
                url=one.get_absolute_url(),
                group=one.group.name if one.group else "",
                series=one.event.series_id,
            )
        )
    return marks


def _seen_meetings(network: Network, user: Any) -> Any:
    """A draft is the coordinator's business until it is published."""
    rows = NetworkMeeting.objects.filter(seen_by(user), network=network).exclude(event__state=Event.State.DRAFT)
    return rows.select_related("event", "group", "network").order_by("event__starts_at", "pk")


def _dates(network: Network, user: Any, first: date, last: date) -> list[Mark]:
    """When memberships ask to be renewed: one's own, for those who run the network everybody's. When a group's term
    ends: to the group, and to those who run the network."""
    runs = may_coordinate(user, network)
    members = Membership.objects.standing().filter(network=network, period_ends__range=(first, last))
    groups = Group.objects.filter(network=network, ended_at=None, term_ends__range=(first, last))
    if not runs:
        members = members.filter(pk__in=Membership.objects.of_user(user).values("pk"))
        own = Membership.objects.standing().of_user(user)
        groups = groups.filter(pk__in=GroupMember.objects.filter(membership__in=own).values("group"))
    found = members.select_related("profile").order_by("period_ends", "profile__name_fi", "pk")
    marks = [_renewal(network, day, list(ones), runs=runs) for day, ones in groupby(found, lambda one: one.period_ends)]
    marks += [
        Mark(
            key=f"term-{group.pk:09}",
            day=group.term_ends,
            kind=Kind.TERM,
            title=_("The term of the group ends"),
            url=reverse("network_group", kwargs={"slug": network.slug, "pk": group.pk}),
            group=group.name,
            changed_at=group.made_at,
        )
        for group in groups
        if group.term_ends
    ]
    return marks


def _renewal(network: Network, day: date, ones: list[Membership], *, runs: bool) -> Mark:
    names = ", ".join(one.profile.name for one in ones[:NAMED])
    more = len(ones) - NAMED
    if more > 0:
        names = ngettext("%(names)s and %(n)d more", "%(names)s and %(n)d more", more) % {"names": names, "n": more}
    page = "network_member" if runs else "network_own"
    one_url = reverse(page, kwargs={"slug": network.slug, "pk": ones[0].pk})
    return Mark(
        key=f"renewals-{day:%Y%m%d}",
        day=day,
        kind=Kind.RENEWAL,
        title=ngettext("A membership's period ends", "%(n)d memberships' periods end", len(ones)) % {"n": len(ones)},
        detail=names,
        url=one_url if len(ones) == 1 else reverse("network_members", kwargs={"slug": network.slug}),
        changed_at=max(one.state_since for one in ones),
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


# --- The calendar that one subscribes to -----------------------------------------------------------------------------


class NetworkCalendar:
    """See `events.hooks.CircleCalendar`. Whoever is no longer inside has no calendar: the address is empty at once."""

    def choices(self, user: Any) -> list[tuple[int, str]]:
        if not user.is_authenticated:
            return []
        known = Q(pk__in=Network.objects.run_by(user).values("pk")) | Q(
            pk__in=Network.objects.of_member(user).values("pk")
        )
        found = Network.objects.filter(known).exclude(state=Network.State.DRAFT).order_by("name_fi", "pk")
        return [(one.pk, one.name) for one in found]

    def name(self, user: Any, pk: int) -> str | None:
        network = self._seen(user, pk)
        return network.name if network else None

    def entries(self, user: Any, pk: int, now: datetime) -> list[CalendarMeeting] | None:
        network = self._seen(user, pk)
        if network is None:
            return None
        since = now - KEPT
        meetings = _seen_meetings(network, user).filter(event__ends_at__gte=since)
        events = [one.event for one in meetings]
        seats = Registration.objects.confirmed().filter(user=user, event__in=events)
        mine = set(seats.values_list("event", flat=True))
        first = timezone.localdate(since)
        dates = _dates(network, user, first, first + timedelta(days=2 * 366))
        told = [event_queries.calendar_event(one, person=user if one.pk in mine else None) for one in events]
        return [*told, *_days(network, dates)]

    @staticmethod
    def _seen(user: Any, pk: int) -> Network | None:
        network = Network.objects.visible_to(user).filter(pk=pk).select_related("organiser").first()
        return network if network is not None and may_see_inside(user, network) else None


def _days(network: Network, marks: Iterable[Mark]) -> list[CalendarMeeting]:
    """Whole days. One that changes its day is another entry: a calendar drops what a feed no longer tells."""
    organizer = Person(installation().name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    return [
        CalendarMeeting(
            uid=f"network-{network.pk}-{mark.key}@{settings.SITE_HOST}",
            sequence=0,
            start=_midnight(mark.day),
            end=_midnight(mark.day + timedelta(days=1)),
            title=f"{network.name}: {mark.title}",
            changed_at=mark.changed_at or _midnight(mark.day),
            organizer=organizer,
            description="\n".join(part for part in (mark.group, mark.detail) if part),
            url=settings.SITE_URL + mark.url,
            is_all_day=True,
            language=reader_language(),
        )
        for mark in marks
    ]
