"""What those who run a network can do in time: about a meeting to which few come, promises that are late, a term that
ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.models import Group, Network
from networks.queries import meetings
from networks.queries.next_steps import Next
from networks.rules.renewals import ASKED_BEFORE

TO_COUNT = 50


def steps(network: Network, now: datetime) -> Iterator[Next]:
    """The most pressing first; what is not asked for is not read."""
    yield from _few(network, now)
    yield from _late(network, now)
    yield from _terms(network, now)


def _few(network: Network, now: datetime) -> Iterator[Next]:
    found = meetings.few_come(network, now)
    if found is None:
        return
    told = {
        "day": date_format(timezone.localtime(found.event.starts_at), "SHORT_DATE_FORMAT"),
        "n": found.comers,  # type: ignore[attr-defined]  # annotated
        "members": found.members,  # type: ignore[attr-defined]  # annotated
    }
    yield Next(
        _("Ask who comes on %(day)s") % told,
        _("Of %(members)d members %(n)d have registered. You see who has not answered, and can remind them.") % told,
        found.get_absolute_url() + "#missed",
        _("Look who is missing"),
    )


def _late(network: Network, now: datetime) -> Iterator[Next]:
    n = meetings.late_tasks(network, now).order_by()[:TO_COUNT].count()
    if n:
        yield Next(
            ngettext("Ask about a task that is late", "Ask about %(n)d tasks that are late", n) % {"n": n},
            _("The day by which it was promised has passed."),
            reverse("network_tasks", kwargs={"slug": network.slug}),
            _("Look at the open tasks"),
        )


def _terms(network: Network, now: datetime) -> Iterator[Next]:
    today = timezone.localdate(now)
    due = Group.objects.filter(network=network, ended_at=None, term_ends__lte=today + ASKED_BEFORE)
    first = due.select_related("network").order_by("term_ends", "pk").first()
    if first is not None and first.term_ends is not None:
        told = {"group": first.name, "day": date_format(first.term_ends, "SHORT_DATE_FORMAT")}
        yield Next(
            _("Renew the term of %(group)s") % told,
            _("It has ended on %(day)s.") % told
            if first.term_ends < today
            else _("It ends on %(day)s. Go on with the same people, or choose anew.") % told,
            first.get_absolute_url(),
            _("Look at the group"),
        )
