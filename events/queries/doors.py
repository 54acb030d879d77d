"""What a door needs to know: those who have a seat and those who are in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from events.models import Event, HelperLink, Registration

State = Registration.State


def people(event: Event) -> list[dict[str, Any]]:
    """For the phones at the door: no addresses and no answers. Those who stand otherwise are told apart by `seat`."""
    rows = event.registrations.standing().select_related("profile", "user", "ticket")
    return sorted(
        (
            {
                "id": one.pk,
                "code": one.code,
                "name": one.user.name or one.profile.name,
                "org": one.profile.name,
                "ticket": one.ticket.name if one.ticket else "",
                "seat": one.has_seat,
                "in": one.checked_in_at.isoformat() if one.checked_in_at else None,
            }
            for one in rows
        ),
        key=lambda row: (str(row["name"]).casefold(), row["id"]),
    )


def open_links(event: Event, now: datetime) -> list[HelperLink]:
    return list(event.helper_links.filter(revoked_at=None, expires_at__gt=now))


def arrived(event: Event) -> tuple[int, int]:
    """How many are in, of how many with a seat."""
    seated = event.registrations.filter(Q(state=State.CONFIRMED))
    return seated.exclude(checked_in_at=None).count(), seated.count()
