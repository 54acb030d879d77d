"""What is told of a network's meetings: planned, near, written down, and what was promised there. That a meeting has
moved is told by events.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.models import Event
from events.wording import day, event_when
from networks.models import Membership, NetworkMeeting, Task
from networks.rules.meetings import may_see_meeting, seen_by
from notifications.kinds import Category, Choice, Context, Kind, Notice, Point

SHOWN = 300
"""Characters of minutes in a letter, where nothing was decided."""


def _meeting(context: Context) -> NetworkMeeting:
    known = NetworkMeeting.objects.select_related("event", "network", "group")
    found = known.filter(pk=context["meeting"]).exclude(event__state=Event.State.CANCELLED).first()
    if found is None:
        raise LookupError(context["meeting"])
    return found


def _sees_meeting(context: Context, reader: Any) -> bool:
    found = NetworkMeeting.objects.select_related("network", "group").filter(pk=context["meeting"]).first()
    return found is not None and may_see_meeting(reader, found)


def _whose(meeting: NetworkMeeting) -> str:
    """The network, or its group."""
    return f"{meeting.network.name}, {meeting.group.name}" if meeting.group is not None else meeting.network.name


def _point(meeting: NetworkMeeting) -> Point:
    """A meeting for which one can register."""
    event = meeting.event
    where = [event_when(event), event.place]
    url = event.get_absolute_url()
    return Point(
        title=meeting.theme or _("Meeting of the network"),
        text="\n".join(part for part in (", ".join(one for one in where if one), meeting.aim) if part),
        url=meeting.get_absolute_url(),
        choices=(Choice(_("Register"), url),),
    )


# --- Planned, and near -----------------------------------------------------------------------------------------------


def _planned(context: Context) -> list[NetworkMeeting]:
    """Those of the series that stand."""
    known = NetworkMeeting.objects.standing().filter(network=context["network"], event__series=context["series"])
    return list(known.select_related("event", "network", "group").order_by("event__starts_at", "pk"))


def planned(context: Context) -> Notice:
    found = _planned(context)
    if not found:
        raise LookupError(context["series"])
    first, n = found[0], len(found)
    return Notice(
        title=ngettext("A meeting is planned: %(whose)s", "%(n)d meetings are planned: %(whose)s", n)
        % {"n": n, "whose": _whose(first)},
        text=_("It is on %(when)s. Register when you know that you come.") % {"when": event_when(first.event)}
        if n == 1
        else _("The first one is on %(when)s. Register for those to which you come.")
        % {"when": event_when(first.event)},
        url=first.get_absolute_url() if n == 1 else _meetings_of(first),
    )


def _meetings_of(meeting: NetworkMeeting) -> str:
    return reverse("network_meetings", kwargs={"slug": meeting.network.slug})


def planned_points(context: Context, _reader: Any) -> list[Point]:
    """Those that are still ahead when the letter leaves."""
    now = timezone.now()
    return [_point(one) for one in _planned(context) if not one.has_begun(now)]


def sees_planned(context: Context, reader: Any) -> bool:
    known = NetworkMeeting.objects.filter(network=context["network"], event__series=context["series"])
    return known.filter(seen_by(reader)).exists()


def near(context: Context) -> Notice:
    """As long as the meeting is at the time of which it told."""
    meeting = _meeting(context)
    if meeting.event.starts_at.isoformat() != context["starts"]:
        raise LookupError(context["meeting"])
    return Notice(
        title=_("Do you come? %(whose)s, %(day)s") % {"whose": _whose(meeting), "day": day(meeting.event.starts_at)},
        text=_("You have not registered yet. Tables are made of those who have."),
        url=meeting.get_absolute_url(),
    )


def near_points(context: Context, reader: Any) -> list[Point]:
    """None when the reader has answered meanwhile, or nobody can register any more."""
    try:
        meeting = _meeting(context)
    except LookupError:
        return []
    answered = meeting.event.registrations.filter(user=reader).exists()
    return [] if answered or not meeting.event.takes_registrations(timezone.now()) else [_point(meeting)]


# --- Written down ----------------------------------------------------------------------------------------------------


def minutes(context: Context) -> Notice:
    meeting = _meeting(context)
    tasks = meeting.tasks.filter(done_at=None).count()
    text = _("The meeting of %(day)s.") % {"day": day(meeting.event.starts_at)}
    if tasks:
        text += " " + ngettext("%(n)d open task.", "%(n)d open tasks.", tasks) % {"n": tasks}
    title = _("Minutes are ready: %(meeting)s") % {"meeting": meeting.event.title}
    return Notice(title=title, text=text, url=meeting.get_absolute_url())


def minutes_points(context: Context, _reader: Any) -> list[Point]:
    """What was decided; else how the minutes begin."""
    try:
        meeting = _meeting(context)
    except LookupError:
        return []
    url = meeting.get_absolute_url()
    decided = [Point(title=one.text, url=url) for one in meeting.decisions.all()]
    if decided:
        return decided
    text = meeting.minutes if len(meeting.minutes) <= SHOWN else meeting.minutes[:SHOWN].rsplit(" ", 1)[0] + " …"
    return [Point(title=_("What was said"), text=text, url=url)]


# --- Promised --------------------------------------------------------------------------------------------------------


def _own(membership: Membership) -> str:
    return reverse("network_own", kwargs={"slug": membership.network.slug, "pk": membership.pk}) + "#promised"


def _promised(context: Context) -> list[Task]:
    known = Task.objects.select_related("who__network", "who__profile", "meeting__event")
    return list(known.filter(meeting=context["meeting"], who=context["membership"], done_at=None).order_by("due", "pk"))


def promised(context: Context) -> Notice:
    found = _promised(context)
    if not found or found[0].who is None:
        raise LookupError(context["meeting"])
    who, n = found[0].who, len(found)
    return Notice(
        title=ngettext(
            "%(profile)s has promised something: %(network)s", "%(profile)s has promised %(n)d things: %(network)s", n
        )
        % {"profile": who.profile.name, "n": n, "network": who.network.name},
        text=_("The meeting of %(day)s.") % {"day": day(found[0].meeting.event.starts_at)},
        url=_own(who),
    )


def promised_points(context: Context, _reader: Any) -> list[Point]:
    return [
        Point(one.text, _("by %(day)s") % {"day": day(one.due)} if one.due else "", _own(one.who))
        for one in _promised(context)
        if one.who is not None
    ]


def is_their_own(context: Context, reader: Any) -> bool:
    return Membership.objects.standing().of_user(reader).filter(pk=context["membership"]).exists()


def task_near(context: Context) -> Notice:
    """Until it is done."""
    known = Task.objects.select_related("who__network", "who__profile", "meeting__event").filter(done_at=None)
    task = known.filter(pk=context["task"], due=date.fromisoformat(context["due"])).first()
    if task is None or task.who is None or task.due is None:
        raise LookupError(context["task"])
    told = {
        "profile": task.who.profile.name,
        "network": task.who.network.name,
        "day": day(task.meeting.event.starts_at),
    }
    return Notice(
        title=_("By %(day)s: %(task)s") % {"day": day(task.due), "task": task.text},
        text=_("%(profile)s promised it in the network %(network)s. The meeting of %(day)s.") % told,
        url=_own(task.who),
    )


def is_their_task(context: Context, reader: Any) -> bool:
    own = Membership.objects.standing().of_user(reader)
    return Task.objects.filter(pk=context["task"], who__in=own).exists()


KINDS = (
    Kind("networks.planned", Category.NETWORKS, render=planned, points=planned_points, may_read=sees_planned),
    Kind("networks.meeting_near", Category.NETWORKS, render=near, points=near_points, may_read=_sees_meeting),
    Kind("networks.minutes", Category.NETWORKS, render=minutes, points=minutes_points, may_read=_sees_meeting),
    Kind("networks.promised", Category.NETWORKS, render=promised, points=promised_points, may_read=is_their_own),
    Kind("networks.task_near", Category.NETWORKS, render=task_near, may_read=is_their_task),
)
