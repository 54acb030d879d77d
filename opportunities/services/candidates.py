"""What came from feeds: taken by a coordinator into the market, passed, or gone by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, User
from core import audit
from core.errors import DomainError
from notifications.models import Notification
from notifications.rules import digest_day
from notifications.services import mark_read, notify
from opportunities.models import Candidate, Opportunity
from opportunities.rules import feeds as rules
from opportunities.services import opportunities
from opportunities.services.opportunities import Plan
from opportunities.services.sources import OnlyCoordinatorsTell

State = Candidate.State
KIND = "opportunities.candidates"
AT_ONCE = 500
WORDLESS: dict[str, Any] = {"title": "", "text": "", "link": ""}


class NotWaiting(DomainError):
    message = _("Somebody has taken this or passed it already, or its feed was removed.")


@transaction.atomic
def take(
    *, candidate: Candidate, profile: Profile, plan: Plan, by: Any, now: datetime, publish: bool, key: str | None = None
) -> Opportunity:
    """Make an opportunity of it, in the profile's name and with its source. A form that is sent twice makes one, and of
    two coordinators at once one wins. Raises `OnlyCoordinatorsTell`, `NotWaiting`, and what `create` raises."""
    if not rules.may_tell_of_others(by):
        raise OnlyCoordinatorsTell
    held = Candidate.objects.select_for_update().filter(pk=candidate.pk).first()
    if held is None:
        raise NotWaiting
    made = held.opportunity
    if made is not None and key and (made.creation_key, made.created_by_id) == (key, by.pk):
        return made
    if held.state != State.WAITS:
        raise NotWaiting
    made = opportunities.create(profile=profile, plan=plan, by=by, now=now, publish=publish, key=key)
    audit.record("candidate.taken", held, by=by, now=now, opportunity=made.pk)
    _decided(held, State.TAKEN, by, now, opportunity=made)
    return made


@transaction.atomic
def pass_by(*, candidate: Candidate, by: Any, now: datetime) -> None:
    """It never comes again. Not there any more, or decided already, it stays as it is. Raises
    `OnlyCoordinatorsTell`."""
    if not rules.may_tell_of_others(by):
        raise OnlyCoordinatorsTell
    held = Candidate.objects.select_for_update().filter(pk=candidate.pk, state=State.WAITS).first()
    if held is not None:
        audit.record("candidate.passed", held, by=by, now=now, feed=held.feed_id)
        _decided(held, State.PASSED, by, now)


def _decided(held: Candidate, state: State, by: Any, now: datetime, **more: Any) -> None:
    values = {**WORDLESS, "state": state, "decided_at": now, "decided_by": by, **more}
    Candidate.objects.filter(pk=held.pk).update(**values)


def tell_waiting(*, now: datetime) -> int:
    """Coordinators hear that something has come since they were told last: one notice for all of it, at most one a
    day, and none while the last one is unread; but when all of which that told has been looked at, a new one takes its
    place. A notice knows the newest entry of which it tells: an entry's moment is that of the reading, which may have
    begun before the notice. Returns how many are told."""
    span = Candidate.objects.waiting(now).aggregate(first=Min("pk"), last=Max("pk"))
    if span["first"] is None:
        return 0
    rows = Notification.objects.filter(kind=KIND)
    told = rows.filter(Q(read_at=None, context__newest__gte=span["first"]) | Q(context__newest__gte=span["last"]))
    people = User.objects.filter(is_coordinator=True, is_active=True).exclude(pk__in=told.values("user"))
    made = notify(KIND, people.order_by("pk"), {"newest": span["last"]}, key=digest_day(now), now=now)
    anew = rows.filter(user__in=[row.user_id for row in made], read_at=None)
    anew.exclude(pk__in=[row.pk for row in made]).update(read_at=now)
    return len(made)


def seen(*, by: Any, now: datetime) -> None:
    """The person has the list before them, so the notice of it is read."""
    for row in Notification.objects.filter(user=by, kind=KIND, read_at=None):
        mark_read(notification=row, now=now)


def settle(*, now: datetime) -> int:
    """Those whose day has passed or that nobody looked at go; no page shows them from that moment, swept or not. What
    was decided is forgotten long after its feed stopped telling of it. Returns how many went."""
    over = Candidate.objects.filter(state=State.WAITS).exclude(pk__in=Candidate.objects.waiting(now).values("pk"))
    keys = list(over.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    waiting = Candidate.objects.filter(pk__in=keys, state=State.WAITS)
    gone = waiting.update(state=State.GONE, decided_at=now, **WORDLESS)
    known = Candidate.objects.exclude(state=State.WAITS).filter(seen_at__lt=now - rules.REMEMBERED)
    Candidate.objects.filter(pk__in=list(known.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])).delete()
    return gone
