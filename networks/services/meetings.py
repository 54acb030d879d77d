"""The series: a network meets many times. Planned at once, changed and moved one by one or all that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from core import audit, places
from core.errors import DomainError
from core.text import LANGUAGES
from events.hooks import Circle
from events.models import Event, EventSeries
from events.services import events
from events.services.series import followers
from events.services.shifting import by_the_clock
from events.wording import day as day_in_words
from networks.models import AgendaItem, Group, GuideStep, Membership, Network, NetworkMeeting
from networks.rules.meetings import CIRCLE, is_closed, may_plan_meetings, may_run_meeting, on_duty
from networks.rules.networks import people_of
from notifications.services import notify


@dataclass(frozen=True)
class Part:
    """A part of an agenda: how many minutes, and a name of its own where the kind's does not say it."""

    kind: str
    minutes: int
    title: str = ""


Kind = AgendaItem.Kind
AGENDAS: dict[str, tuple[tuple[str, int, Any], ...]] = {
    "usual": (
        (Kind.OPENING, 10, ""),
        (Kind.TASKS, 10, ""),
        (Kind.TABLES, 40, ""),
        (Kind.WORK, 50, ""),
        (Kind.DECISIONS, 10, ""),
    ),
    "visit": (
        (Kind.OPENING, 10, ""),
        (Kind.OTHER, 50, pgettext_lazy("agenda", "A walk round the host's premises")),
        (Kind.TABLES, 40, ""),
        (Kind.DECISIONS, 20, pgettext_lazy("agenda", "What we do together next")),
    ),
    "steering": (
        (Kind.OPENING, 5, ""),
        (Kind.TASKS, 20, ""),
        (Kind.OTHER, 25, pgettext_lazy("agenda", "How the network is doing")),
        (Kind.WORK, 40, ""),
        (Kind.DECISIONS, 30, ""),
    ),
}
"""What a meeting can begin with: parts in minutes, made to fit its length; a name of its own is written in the
network's language."""
AGENDA_NAMES = {
    "usual": pgettext_lazy("agenda", "Usual meeting"),
    "visit": pgettext_lazy("agenda", "Visit to a member"),
    "steering": pgettext_lazy("agenda", "Steering group"),
}
MOST_PARTS = 12


class NotTheCoordinator(DomainError):
    message = gettext_lazy("Only those who run the network can do this.")


class NetworkNotRunning(DomainError):
    message = gettext_lazy("The network is not running. Start it first.")


class NotOfThisNetwork(DomainError):
    message = gettext_lazy("Choose a member or a group of this network.")


class PartNeedsName(DomainError):
    message = gettext_lazy("Write what each part is.")


class TooManyParts(DomainError):
    message = gettext_lazy("An agenda has at most twelve parts.")


class PlaceMissing(DomainError):
    message = gettext_lazy("Write the place, or let the members host in turn.")


@dataclass(frozen=True)
class SeriesPlan:
    """`days`: when it meets, holidays left out already. `themes` and `aims`: one for each day, as far as they reach.
    `agenda`: a key of `AGENDAS`."""

    days: Sequence[date]
    at: time
    minutes: int
    table_size: int = 4
    themes: Sequence[str] = ()
    aims: Sequence[str] = ()
    agenda: str = "usual"
    place: str = ""
    municipality: str = ""
    in_turn: bool = False


@transaction.atomic
def plan_series(
    *, network: Network, plan: SeriesPlan, by: Any, now: datetime, group: Group | None = None, key: str | None = None
) -> list[NetworkMeeting]:
    """Meetings at the same hour of the clock on each day, published as events, with an agenda to begin from. In turn,
    those members host first who have hosted least. Each whose meetings they are is told once of the whole series.

    The same `key` (a form's own) plans one series. Raises `NotTheCoordinator`, `NetworkNotRunning`, `NotOfThisNetwork`,
    `PlaceMissing`, or what events say of a day.
    """
    network = Network.objects.select_for_update(of=("self",)).select_related("organiser").get(pk=network.pk)
    if group is not None and group.network_id != network.pk:
        raise NotOfThisNetwork(field="group")
    if not may_plan_meetings(by, network, group):
        raise NotTheCoordinator
    if not network.is_running:
        raise NetworkNotRunning
    hosts = hosts_in_turn(network, group) if plan.in_turn else []
    if not hosts and not plan.place:
        raise PlaceMissing(field="place")
    series = EventSeries.objects.create(kind=EventSeries.Kind.REPEATED, created_at=now)
    made = []
    for number, day in enumerate(plan.days):
        host = hosts[number % len(hosts)] if hosts else None
        theme = plan.themes[number] if number < len(plan.themes) else ""
        aim = plan.aims[number] if number < len(plan.aims) else ""
        starts_at = timezone.make_aware(datetime.combine(day, plan.at)).astimezone(UTC)
        event = events.create_event(
            plan=events.EventPlan(
                titles=_titles(network, group, theme),
                summaries={network.language: aim},
                language=network.language,
                kind=Event.Kind.WORKSHOP,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=plan.minutes),
                languages=tuple(network.languages),
                themes=tuple(network.themes.all()),
                **_where(host, plan.place, plan.municipality),
            ),
            organiser=network.organiser,
            operating_model=network.operating_model,
            by=by,
            now=now,
            key=f"{key[:34]}-{number}" if key else None,
            audience=Event.Audience.CIRCLE if is_closed(network, group) else Event.Audience.ALL,
            circle=Circle(CIRCLE, network.pk),
        )
        meeting, is_new = NetworkMeeting.objects.get_or_create(
            event=event,
            defaults={
                "network": network,
                "group": group,
                "theme": theme,
                "aim": aim,
                "host": host,
                "table_size": plan.table_size,
                "language": network.language,
            },
        )
        if is_new:
            event.series = series
            event.save(update_fields=["series", "changed_at"])
            meeting.event = events.publish_event(event=event, by=by, now=now)
            _begin_agenda(meeting, plan)
        made.append(meeting)
    if series.events.exists():
        _tell_of_series(made[0], series, by, now)
    else:
        series.delete()
    GuideStep.objects.get_or_create(network=network, key="series", defaults={"done_at": now, "by": by})
    audit.record("network.series_planned", network, by=by, now=now, count=len(made))
    return made


@transaction.atomic
def edit_meeting(
    *,
    meeting: NetworkMeeting,
    theme: str,
    aim: str,
    table_size: int,
    by: Any,
    now: datetime,
    host: Membership | None = None,
    place: str = "",
) -> NetworkMeeting:
    """What the meeting is about, and where it is. Those who come hear of another place.

    Raises `NotTheCoordinator`, `NotOfThisNetwork`, `PlaceMissing`, or what events say.
    """
    meeting = lock_meeting(meeting, by)
    if host is not None and host.network_id != meeting.network_id:
        raise NotOfThisNetwork(field="host")
    where = _where(host, place, meeting.event.municipality)
    if not where["place"]:
        raise PlaceMissing(field="place")
    titles = _titles(meeting.network, meeting.group, theme)
    own = plan_of(meeting.event)
    changed = replace(own, titles=titles, summaries={meeting.network.language: aim}, **where)
    if changed != own:
        meeting.event = events.edit_event(
            event=meeting.event, plan=changed, organiser=meeting.event.organiser, by=by, now=now
        )
    meeting.theme, meeting.aim, meeting.host, meeting.table_size = theme, aim, host, table_size
    meeting.save(update_fields=["theme", "aim", "host", "table_size"])
    audit.record("network.meeting_changed", meeting.network, by=by, now=now, meeting=meeting.pk)
    return meeting


@transaction.atomic
def move_meeting(
    *, meeting: NetworkMeeting, starts_at: datetime, by: Any, now: datetime, with_following: bool = False
) -> int:
    """To another time, its length kept; `with_following`, those after it in its series move as much by the clock on the
    wall. Returns how many moved. Those who come are told, and their calendars follow.

    Moves all or none. Raises `NotTheCoordinator`, or what events say, with the day.
    """
    meeting = lock_meeting(meeting, by)
    before = meeting.event.starts_at
    moving = [meeting.event, *(followers(meeting.event) if with_following else [])]
    for event in moving:
        plan = plan_of(event)
        start = by_the_clock(event.starts_at, before, starts_at)
        closes = plan.registration_closes_at
        moved = replace(
            plan,
            starts_at=start,
            ends_at=start + (event.ends_at - event.starts_at),
            registration_closes_at=None if closes is None else by_the_clock(closes, event.starts_at, start),
        )
        try:
            events.edit_event(event=event, plan=moved, organiser=event.organiser, by=by, now=now)
        except DomainError as problem:
            if event.pk == meeting.event_id:
                raise
            told = {"day": day_in_words(event.starts_at), "problem": str(problem)}
            raise DomainError(_("%(day)s: %(problem)s") % told, field="starts_at") from problem
    return len(moving)


@transaction.atomic
def set_agenda(*, meeting: NetworkMeeting, parts: Sequence[Part], by: Any, now: datetime) -> None:
    """The parts in their order; one of no minutes is left out. Raises `NotTheCoordinator`, `PartNeedsName` or
    `TooManyParts`."""
    meeting = lock_meeting(meeting, by)
    kept = [part for part in parts if part.minutes > 0]
    if any(part.kind == Kind.OTHER and not part.title.strip() for part in kept):
        raise PartNeedsName
    if len(kept) > MOST_PARTS:
        raise TooManyParts
    meeting.agenda.all().delete()
    _write_agenda(meeting, kept)


def hosts_in_turn(network: Network, group: Group | None = None) -> list[Membership]:
    """Members on duty, those who have hosted least first, then by name."""
    members = network.memberships.filter(state=Membership.State.MEMBER).select_related("profile")
    if group is not None:
        members = members.filter(groups__group=group)
    counted = members.annotate(times=Count("hosted", distinct=True))
    return list(counted.order_by("times", "profile__name_fi", "pk"))


def lock_meeting(meeting: NetworkMeeting, by: Any) -> NetworkMeeting:
    """The meeting as it stands, held until the transaction ends, for those who run the network alone."""
    found = (
        NetworkMeeting.objects.select_for_update(of=("self",))
        .select_related("network__organiser", "event__organiser", "group", "host__profile")
        .get(pk=meeting.pk)
    )
    if not may_run_meeting(by, found):
        raise NotTheCoordinator
    return found


def plan_of(event: Event) -> events.EventPlan:
    """The event as it is, to be changed in part."""
    return events.EventPlan(
        titles={code: getattr(event, f"title_{code}") for code in LANGUAGES},
        summaries={code: getattr(event, f"summary_{code}") for code in LANGUAGES},
        language=event.language,
        description=event.description,
        kind=event.kind,
        mode=event.mode,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        place=event.place,
        municipality=event.municipality,
        online_url=event.online_url,
        capacity=event.capacity,
        registration_closes_at=event.registration_closes_at,
        accessibility=event.accessibility,
        is_all_day=event.is_all_day,
        languages=tuple(event.languages),
        themes=tuple(event.themes.all()),
    )


def _begin_agenda(meeting: NetworkMeeting, plan: SeriesPlan) -> None:
    parts = AGENDAS.get(plan.agenda, AGENDAS["usual"])
    usual = sum(minutes for _kind, minutes, _title in parts)
    with translation.override(meeting.language):
        _write_agenda(
            meeting,
            [
                Part(kind, max(5, round(minutes * plan.minutes / usual / 5) * 5), str(title))
                for kind, minutes, title in parts
            ],
        )


def _write_agenda(meeting: NetworkMeeting, parts: Sequence[Part]) -> None:
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, kind=part.kind, minutes=part.minutes, title=part.title.strip()[:120], place=place)
        for place, part in enumerate(parts)
    )


def _tell_of_series(first: NetworkMeeting, series: EventSeries, by: Any, now: datetime) -> None:
    """Those whose meetings they are, but whoever planned them and those on leave; each once, however many meetings."""
    people = people_of(on_duty(first)).exclude(pk=by.pk).order_by("pk")
    about = {"series": series.pk, "network": first.network_id, "group": first.group_id}
    notify("networks.planned", people, about, key=f"series:{series.pk}", now=now)


def _titles(network: Network, group: Group | None, theme: str) -> dict[str, str]:
    names = {code: getattr(network, f"name_{code}") for code in LANGUAGES}
    parts = [part for part in (group.name if group else "", theme) if part]
    return {code: ": ".join([name, *parts])[:160] for code, name in names.items() if name}


def _where(host: Membership | None, place: str, municipality: str) -> dict[str, Any]:
    """At a host's, where nothing else is written."""
    if host is None or place:
        return {"place": place, "municipality": municipality}
    return {"place": place_of(host), "municipality": host.profile.municipality}


def place_of(host: Membership) -> str:
    code = host.profile.municipality
    return ", ".join(part for part in (host.profile.name, places.name(code) if code else "") if part)
