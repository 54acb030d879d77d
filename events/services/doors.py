"""The door of an event: presses of those who check people in, and links for helpers without an account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from core import audit
from core.errors import DomainError
from events.arrivals import Press, arrived_at, corrected
from events.models import CheckIn, Event, HelperLink, Registration
from events.rules.events import may_manage_event
from events.services import boards
from events.services.events import NotTheHost
from events.services.seats import lock_event

KIND = "events.helper"
MOST_LINKS = 20
AFTER = timedelta(days=1)
"""A door stays open this long after its event: what was pressed without a network may come late."""


class LinkBroken(DomainError):
    message = _("The link is not whole. Copy it once more.")


class LinkExpired(DomainError):
    message = _("The link has expired. Ask the organiser for a new one.")


class LinkRevoked(DomainError):
    message = _("The organiser has closed this link. Ask for a new one.")


class ExpiryOdd(DomainError):
    message = _("The link must end after now, and within a day after the event.")


class Nameless(DomainError):
    message = _("Tell whom or which door the link is for.")


class TooManyLinks(DomainError):
    message = _("There are twenty open links already. Close one first.")


@dataclass(frozen=True)
class Pressed:
    """What a phone sends of a press: its own name for it, whom, which act, and its clock's moment."""

    key: UUID
    registration: int
    is_in: bool
    at: datetime


@dataclass(frozen=True)
class Outcome:
    """What became of a press. `result`: in, already (somebody was first), undone, no_seat, unknown. `since` is when the
    person came in, as everybody's phones now know.
    """

    key: UUID
    result: str
    since: datetime | None = None


@transaction.atomic
def press(
    *,
    event: Event,
    presses: Sequence[Pressed],
    sent_at: datetime,
    now: datetime,
    by: Any = None,
    helper: HelperLink | None = None,
) -> list[Outcome]:
    """Take presses, each once however often it is sent. In the event's lock, so that two phones get one truth.

    Either a host (`by`) or a helper whose link holds. Raises `NotTheHost`, or what is wrong with the link.
    """
    event = lock_event(event)
    if helper is not None:
        check_link(helper, now=now)
        if helper.event_id != event.pk:
            raise NotTheHost
    elif not may_manage_event(by, event):
        raise NotTheHost
    numbers = {one.registration for one in presses}
    known = {one.pk: one for one in event.registrations.filter(pk__in=numbers)}
    outcomes = []
    for one in presses:
        registration = known.get(one.registration)
        if registration is None:
            outcomes.append(Outcome(one.key, "unknown"))
            continue
        is_new = not CheckIn.objects.filter(key=one.key).exists()
        if is_new and one.is_in and not registration.has_seat:
            outcomes.append(Outcome(one.key, "no_seat"))
            continue
        if is_new:
            CheckIn.objects.create(
                registration=registration,
                act=CheckIn.Act.IN if one.is_in else CheckIn.Act.UNDO,
                key=one.key,
                at=corrected(one.at, sent_at=sent_at, now=now),
                received_at=now,
                by=by if helper is None else None,
                helper=helper,
            )
        outcomes.append(_outcome(registration, one))
    boards.changed(event.pk)
    return outcomes


def _outcome(registration: Registration, one: Pressed) -> Outcome:
    """Derive the registration's state from all its presses, keep it, and say what the press came to."""
    rows = [Press(row.at, str(row.key), row.act == CheckIn.Act.IN) for row in registration.check_ins.all()]
    since = arrived_at(rows)
    if since != registration.checked_in_at:
        registration.checked_in_at = since
        registration.save(update_fields=["checked_in_at"])
    if not one.is_in:
        return Outcome(one.key, "undone" if since is None else "in", since)
    mine = next((row.at for row in rows if row.key == str(one.key)), None)
    return Outcome(one.key, "in" if since is None or since == mine else "already", since)


@transaction.atomic
def make_link(*, event: Event, name: str, expires_at: datetime, by: Any, now: datetime) -> HelperLink:
    """Raises `NotTheHost`, `Nameless`, `ExpiryOdd` or `TooManyLinks`."""
    event = lock_event(event)
    if not may_manage_event(by, event):
        raise NotTheHost
    if not name.strip():
        raise Nameless(field="name")
    if not now < expires_at <= event.ends_at + AFTER:
        raise ExpiryOdd(field="expires_at")
    if event.helper_links.filter(revoked_at=None, expires_at__gt=now).count() >= MOST_LINKS:
        raise TooManyLinks
    made = HelperLink.objects.create(
        event=event, name=name.strip()[:80], expires_at=expires_at, made_by=by, made_at=now
    )
    audit.record("helper_link.made", made, by=by, now=now, event=event.pk)
    return made


@transaction.atomic
def revoke_link(*, link: HelperLink, by: Any, now: datetime) -> None:
    """From now on it opens nothing. Raises `NotTheHost`."""
    if not may_manage_event(by, link.event):
        raise NotTheHost
    if HelperLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now):
        audit.record("helper_link.revoked", link, by=by, now=now, event=link.event_id)


def token_of(link: HelperLink) -> str:
    return tokens.make(KIND, link.pk)


def read_link(token: str, *, now: datetime) -> HelperLink:
    """The helper's link behind a token, or the named reason why it does not hold."""
    pk = tokens.read(KIND, token)
    link = HelperLink.objects.select_related("event").filter(pk=pk).first() if pk else None
    if link is None:
        raise LinkBroken
    check_link(link, now=now)
    return link


def check_link(link: HelperLink, *, now: datetime) -> None:
    """Raises `LinkRevoked` or `LinkExpired`. Read anew, for a link may be closed while a phone sends."""
    link = HelperLink.objects.get(pk=link.pk)
    if link.revoked_at is not None:
        raise LinkRevoked
    if link.expires_at <= now:
        raise LinkExpired
