"""Addresses for calendar programmes: made, given anew, taken away, and noted when they are fetched."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from events.hooks import Circle, calendar_of
from events.models import CalendarFeed, Event
from events.rules.events import may_see_event
from themes.models import Theme

MOST = 30
"""Standing addresses of one person."""
NOTED_EVERY = timedelta(minutes=10)
"""A programme that fetches more often than this costs no more writes."""


class TooManyFeeds(DomainError):
    message = _("You have many addresses already. Remove one that you no longer use.")


class NotThere(DomainError):
    message = _("Choose what the calendar shows.")


class FeedIsGone(DomainError):
    message = _("The address has been removed already.")


@transaction.atomic
def make_feed(
    *,
    user: Any,
    scope: str,
    now: datetime,
    event: Event | None = None,
    theme: Theme | None = None,
    circle: Circle | None = None,
) -> CalendarFeed:
    """The person's address of this; one that stands already is that one.

    Raises `NotThere` for an event or a circle that the person may not see, `TooManyFeeds`.
    """
    if event is not None and not may_see_event(user, event):
        raise NotThere(field="event")
    if (scope == CalendarFeed.Scope.EVENT) != (event is not None):
        raise NotThere(field="event")
    if (scope == CalendarFeed.Scope.THEME) != (theme is not None):
        raise NotThere(field="theme")
    if (scope == CalendarFeed.Scope.CIRCLE) != (circle is not None):
        raise NotThere
    calendar = calendar_of(circle) if circle else None
    if circle is not None and (calendar is None or calendar.name(user, circle.pk) is None):
        raise NotThere
    _hold(user)
    standing = CalendarFeed.objects.standing().filter(user=user)
    of_what = {"scope": scope, "event": event, "theme": theme, **_of_circle(circle)}
    found = standing.filter(**of_what).first()
    if found is not None:
        return found
    if standing.count() >= MOST:
        raise TooManyFeeds
    made = _next(user, **of_what, now=now)
    audit.record("feed.made", made, by=user, now=now, scope=scope)
    return made


@transaction.atomic
def renew_feed(*, feed: CalendarFeed, by: Any, now: datetime) -> CalendarFeed:
    """The same under a new secret address; the old one stops working at once. Raises `FeedIsGone`."""
    revoke_feed(feed=feed, by=by, now=now)
    return _next(by, scope=feed.scope, event=feed.event, theme=feed.theme, **_of_circle(feed.circle), now=now)


@transaction.atomic
def revoke_feed(*, feed: CalendarFeed, by: Any, now: datetime) -> None:
    """Whoever still fetches it gets nothing from now on. Raises `FeedIsGone`, also for one of somebody else."""
    _hold(by)
    if not CalendarFeed.objects.standing().filter(pk=feed.pk, user=by).update(revoked_at=now):
        raise FeedIsGone
    audit.record("feed.revoked", feed, by=by, now=now, scope=feed.scope)


def note_fetch(*, feed: CalendarFeed, programme: str, now: datetime) -> None:
    """When it was last fetched and by what: so one sees whether an address is in use, and by whom not any more."""
    name = named(programme)
    due = Q(fetched_at=None) | Q(fetched_at__lt=now - NOTED_EVERY) | ~Q(fetched_with=name)
    CalendarFeed.objects.filter(due, pk=feed.pk).update(fetched_at=now, fetched_with=name)


def named(programme: str) -> str:
    """A programme's name from what it says of itself, without versions and without the machine that it runs on."""
    for sign, name in (
        ("google", "Google Calendar"),
        ("outlook", "Outlook"),
        ("microsoft", "Outlook"),
        ("exchange", "Outlook"),
        ("thunderbird", "Thunderbird"),
        ("dataaccess", "Apple Calendar"),
        ("calendaragent", "Apple Calendar"),
        ("ios/", "Apple Calendar"),
        ("macos/", "Apple Calendar"),
        ("davx5", "DAVx5"),
        ("icsx5", "ICSx5"),
        ("nextcloud", "Nextcloud"),
    ):
        if sign in programme.casefold():
            return name
    first = re.match(r"[A-Za-z][A-Za-z .-]{0,39}", programme)
    return first.group().strip() if first else ""


def _of_circle(circle: Circle | None) -> dict[str, Any]:
    return {"circle_key": circle.key, "circle_pk": circle.pk} if circle else {"circle_key": "", "circle_pk": None}


def _hold(user: Any) -> None:
    """The person's row until the transaction ends, so that two presses at once give one number each."""
    get_user_model().objects.select_for_update().filter(pk=user.pk).values_list("pk").get()


def _next(user: Any, **fields: Any) -> CalendarFeed:
    last = CalendarFeed.objects.filter(user=user).aggregate(n=Max("edition"))["n"] or 0
    made_at = fields.pop("now")
    made: CalendarFeed = CalendarFeed.objects.create(user=user, edition=last + 1, made_at=made_at, **fields)
    return made
