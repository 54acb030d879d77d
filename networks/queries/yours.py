"""One's own networks at hand: what to do next in each, and when it meets next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from networks.models import Application, Membership, Network, NetworkMeeting, PostReport, Task
from networks.queries import networks as queries
from networks.queries.meetings import answers_of
from networks.queries.networks import GONE, Row
from networks.rules.meetings import seen_by
from networks.rules.renewals import is_due

MOST = 12
"""So many at hand; those beyond stand in the list of all."""
State = Membership.State


@dataclass(frozen=True)
class Own:
    """`step`: what to do next and its page, empty when nothing waits. `meeting`: the next one that the reader sees, and
    how the reader has answered it (confirmed, waiting or empty)."""

    row: Row
    step: str
    url: str
    meeting: NetworkMeeting | None
    answer: str


@dataclass(frozen=True)
class _Waits:
    """How many of each network, by its key: what waits for those who run it, and what the reader is late with."""

    applications: dict[int, int]
    appeals: dict[int, int]
    reports: dict[int, int]
    late: dict[int, int]
    promised: dict[int, int]


def of_user(user: Any, now: datetime) -> list[Own]:
    """Those that the reader runs or belongs to, or is asked to, and that have not ended; as many reads for one as for
    twelve."""
    if not user.is_authenticated:
        return []
    mine = Membership.objects.of_user(user).exclude(state__in=GONE)
    run = set(Network.objects.run_by(user).values_list("pk", flat=True))
    asked = Q(pk__in=run) | Q(pk__in=mine.order_by().values("network"))
    found = queries.listed(user).filter(asked).exclude(state=Network.State.ENDED).order_by("-state", "name_fi", "pk")
    rows = queries.rows(found[:MOST], user)
    if not rows:
        return []
    keys = [row.network.pk for row in rows]
    meetings, waits = _next_meetings(keys, user, now), _waits(keys, mine, now)
    return [_own(row, row.network.pk in run, meetings.get(row.network.pk), waits, now) for row in rows]


def _next_meetings(keys: Iterable[int], user: Any, now: datetime) -> dict[int, NetworkMeeting]:
    coming = NetworkMeeting.objects.standing().filter(seen_by(user), network__in=keys, event__starts_at__gt=now)
    found: dict[int, NetworkMeeting] = {}
    for one in (
        coming.select_related("event", "network").annotate(**answers_of(user)).order_by("event__starts_at", "pk")
    ):
        found.setdefault(one.network_id, one)
    return found


def _waits(keys: Iterable[int], mine: Any, now: datetime) -> _Waits:
    def counted(rows: Any, of: str) -> dict[int, int]:
        return dict(rows.filter(**{f"{of}__in": keys}).order_by().values_list(of).annotate(n=Count("pk")))

    late = Task.objects.filter(done_at=None, due__lt=timezone.localdate(now))
    waiting = Application.objects.filter(state=Application.State.WAITING)
    appealed = Application.objects.filter(appeal__isnull=False, appeal__answered_at__isnull=True)
    return _Waits(
        applications=counted(waiting, "membership__network"),
        appeals=counted(appealed, "membership__network"),
        reports=counted(PostReport.objects.filter(settled_at=None), "post__network"),
        late=counted(late, "meeting__network"),
        promised=counted(
            late.filter(who__in=mine.values("pk"), meeting__approved_at__isnull=False), "meeting__network"
        ),
    )


def _own(row: Row, runs: bool, meeting: NetworkMeeting | None, waits: _Waits, now: datetime) -> Own:
    comes = bool(meeting and getattr(meeting, "comes", False))
    stands = bool(meeting and getattr(meeting, "waits", False))
    answer = "confirmed" if comes else "waiting" if stands else ""
    step = _of_member(row, waits, timezone.localdate(now))
    if not step[0] and runs:
        step = _of_coordinator(row.network, meeting, waits)
    if not step[0] and meeting is not None and not answer and _may_register(row, meeting, now):
        day = date_format(timezone.localtime(meeting.event.starts_at), "SHORT_DATE_FORMAT")
        step = _("Register for the meeting of %(day)s") % {"day": day}, meeting.event.get_absolute_url()
    return Own(row, step[0], step[1], meeting, answer)


def _may_register(row: Row, meeting: NetworkMeeting, now: datetime) -> bool:
    return row.mine is not None and row.mine.state == State.MEMBER and meeting.event.takes_registrations(now)


def _of_member(row: Row, waits: _Waits, today: date) -> tuple[str, str]:
    one, network = row.mine, row.network
    if one is None or not network.is_running:
        return "", ""
    url = reverse("network_own", kwargs={"slug": network.slug, "pk": one.pk})
    if one.state == State.INVITED:
        return _("Answer the invitation"), url
    if one.renewal_asked_at is not None and is_due(one, today):
        return _("Renew the membership"), url
    n = waits.promised.get(network.pk, 0)
    if n:
        return ngettext("Do what you promised", "Do the %(n)d things you promised", n) % {"n": n}, f"{url}#promised"
    return "", ""


def _of_coordinator(network: Network, meeting: NetworkMeeting | None, waits: _Waits) -> tuple[str, str]:
    at = {"slug": network.slug}
    if network.is_draft:
        return _("Start the network"), network.get_absolute_url()
    n = waits.applications.get(network.pk, 0)
    if n:
        told = ngettext("Decide on an application", "Decide on %(n)d applications", n) % {"n": n}
        return told, reverse("network_members", kwargs=at)
    if waits.appeals.get(network.pk):
        return _("Answer an appeal"), reverse("network_members", kwargs=at)
    n = waits.reports.get(network.pk, 0)
    if n:
        told = ngettext("Look at a report", "Look at %(n)d reports", n) % {"n": n}
        return told, reverse("network_board_reports", kwargs=at)
    n = waits.late.get(network.pk, 0)
    if n:
        told = ngettext("Ask about a task that is late", "Ask about %(n)d tasks that are late", n) % {"n": n}
        return told, reverse("network_tasks", kwargs=at)
    if meeting is None:
        return _("Plan the next meetings"), reverse("network_series_new", kwargs=at)
    return "", ""
