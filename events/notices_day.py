"""What is told on an event's day: lateness, another time that is asked for, announcements."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from events.models import Announcement, Registration, SwapRequest
from events.wording import clock
from notifications.kinds import Category, Delivery, Kind, Notice


def running_late(context: dict[str, Any]) -> Notice:
    late = Registration.objects.filter(pk=context["late"]).select_related("event", "profile", "user").first()
    if late is None:
        raise LookupError(context["late"])
    return Notice(
        title=_("%(other)s is late and comes at %(time)s")
        % {"other": late.profile.name, "time": clock(datetime.fromisoformat(context["comes_at"]))},
        text=_("Your meeting stands. If it becomes too short, either of you can ask for another time."),
        url=reverse("my_day", kwargs={"slug": late.event.slug}),
    )


def _swap(context: dict[str, Any]) -> SwapRequest:
    found = (
        SwapRequest.objects.filter(pk=context["swap"])
        .select_related("meeting__slot__round__event", "slot", "asker__profile")
        .first()
    )
    if found is None or found.meeting.slot is None:
        raise LookupError(context["swap"])
    return found


def swap_asked(context: dict[str, Any]) -> Notice:
    swap = _swap(context)
    told = {
        "other": swap.asker.profile.name,
        "time": clock(swap.slot.starts_at),
        "was": clock(swap.meeting.starts_at),
    }
    return Notice(
        title=_("%(other)s asks to meet at %(time)s instead of %(was)s") % told,
        text=_("The meeting stays where it is until you agree."),
        url=reverse("meeting_swap", kwargs={"pk": swap.meeting_id}),
    )


def swap_declined(context: dict[str, Any]) -> Notice:
    swap = _swap(context)
    other = swap.meeting.parties.exclude(registration=swap.asker_id).select_related("profile").first()
    assert swap.meeting.slot is not None
    return Notice(
        title=_("%(other)s keeps the time: %(was)s")
        % {"other": other.profile.name if other else "", "was": clock(swap.meeting.starts_at)},
        url=reverse("my_day", kwargs={"slug": swap.meeting.slot.round.event.slug}),
    )


def announced(context: dict[str, Any]) -> Notice:
    found = Announcement.objects.filter(pk=context["announcement"]).select_related("event", "session").first()
    if found is None:
        raise LookupError(context["announcement"])
    about = found.event.title
    if found.session is not None:
        about = found.session.title
    elif found.table is not None:
        about = _("Table %(table)s") % {"table": found.table}
    return Notice(title=f"{about}: {found.text}", url=reverse("my_day", kwargs={"slug": found.event.slug}))


KINDS = (
    Kind("events.running_late", Category.MEETINGS, render=running_late, delivery=Delivery.NEVER),
    Kind("events.swap_asked", Category.MEETINGS, render=swap_asked, delivery=Delivery.NOW),
    Kind("events.swap_declined", Category.MEETINGS, render=swap_declined, delivery=Delivery.NEVER),
    Kind("events.announced", Category.EVENTS, render=announced, delivery=Delivery.NEVER),
    Kind("events.announced_by_mail", Category.EVENTS, render=announced, delivery=Delivery.NOW),
)
