"""Mail does not reach an address: what that means for letters and members. Called through `notifications.hooks`."""

from __future__ import annotations

from datetime import datetime

from networks.models import Letter, Membership, Seat
from networks.services.common import coordinators_of
from notifications.rules import Why
from notifications.services import notify


def mail_returned(address: str, why: Why, now: datetime) -> None:
    """The letters there whose invitation still waits, left or not, have come back; and of a person who takes part for a
    member the coordinators learn that mail does not reach them, but not that they called a letter unwanted. Each is
    told once."""
    waits = Letter.objects.filter(
        sent_to__iexact=address, returned_at=None, membership__state=Membership.State.INVITED
    ).select_related("membership__network")
    for letter in waits:
        if Letter.objects.filter(pk=letter.pk, returned_at=None).update(returned_at=now, leased_until=None):
            about = {"membership": letter.membership_id}
            people = coordinators_of(letter.membership.network)
            notify("networks.letter_returned", people, about, key=str(letter.pk), now=now)
    if why != Why.CAME_BACK:
        return
    seats = Seat.objects.filter(user__email__iexact=address, membership__state__in=Membership.STANDING)
    for seat in seats.select_related("membership__network"):
        people = [one for one in coordinators_of(seat.membership.network) if one.pk != seat.user_id]
        about = {"membership": seat.membership_id, "person": seat.user_id}
        notify("networks.mail_returned", people, about, key=f"{seat.pk}-{now:%Y%m%d}", now=now)
