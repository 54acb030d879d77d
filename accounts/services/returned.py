"""Mail does not reach an address: whoever asked for a letter there learns it. Called through `notifications.hooks`."""

from __future__ import annotations

from datetime import datetime

from accounts.models import ClaimLink, Invitation
from notifications.rules import Why
from notifications.services import notify


def mail_returned(address: str, why: Why, now: datetime) -> None:
    """Of each invitation and claim link that still holds, left or not, once. The row waits: should the address be found
    to work while it holds, its letter leaves."""
    invitations = Invitation.objects.filter(email=address, accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    for row in invitations.exclude(invited_by=None).select_related("invited_by"):
        notify("accounts.invitation_returned", row.invited_by, {"invitation": row.pk}, key=str(row.pk), now=now)
    links = ClaimLink.objects.filter(sent_to=address, used_at=None, expires_at__gt=now)
    for link in links.exclude(made_by=None).select_related("made_by"):
        notify("accounts.claim_link_returned", link.made_by, {"link": link.pk}, key=str(link.pk), now=now)
