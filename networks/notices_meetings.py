"""What is told of a network's meetings. Their time and place are told by events."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.wording import day
from networks.models import NetworkMeeting
from notifications.kinds import Category, Kind, Notice


def minutes(context: dict[str, Any]) -> Notice:
    meeting = NetworkMeeting.objects.select_related("event", "network").filter(pk=context["meeting"]).first()
    if meeting is None:
        raise LookupError(context["meeting"])
    tasks = meeting.tasks.filter(done_at=None).count()
    text = _("The meeting of %(day)s.") % {"day": day(meeting.event.starts_at)}
    if tasks:
        text += " " + ngettext("%(n)d open task.", "%(n)d open tasks.", tasks) % {"n": tasks}
    title = _("Minutes are ready: %(meeting)s") % {"meeting": meeting.event.title}
    return Notice(title=title, text=text, url=meeting.get_absolute_url())


KINDS = (Kind("networks.minutes", Category.NETWORKS, render=minutes),)
