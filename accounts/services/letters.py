"""Letters to people who may have no account: invitations and claim links. The rows say what is still to be sent."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts import tokens
from accounts.models import ClaimLink, Invitation
from core import mail
from core.queries import installation
from notifications import post

logger = logging.getLogger(__name__)
LEASE = timedelta(minutes=2)


def send_due(*, now: datetime) -> int:
    """Send what has not left yet; each row is leased first, and its Message-ID is its own, so a second copy is
    dropped.
    """
    invitations = Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now, mailed_at=None)
    links = ClaimLink.objects.filter(used_at=None, expires_at__gt=now, mailed_at=None).exclude(sent_to="")
    invitations = post.to_working(invitations.select_related("profile", "invited_by"), "email")
    links = post.to_working(links.select_related("profile"), "sent_to")
    sent = sum(_send(row, _invitation_mail, now) for row in lease(invitations, now))
    return sent + sum(_send(row, _claim_mail, now) for row in lease(links, now))


def lease(rows: QuerySet[Any], now: datetime) -> list[Any]:
    """Those of the rows that are this worker's for a while: an upper app's letters go by the same queue."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return [
        row
        for row in rows.filter(free)[:100]
        if rows.model.objects.filter(free, pk=row.pk, mailed_at=None).update(leased_until=now + LEASE)
    ]


def _send(row: Any, make: Any, now: datetime) -> int:
    try:
        has_left = post.send(make(row), now=now)
    except Exception as error:  # noqa: BLE001  # the mail server's failures are of any kind; tried again later
        logger.error("Letter of %s %s did not leave: %s", type(row).__name__, row.pk, mail.told(error))
        return 0
    return has_left and int(
        type(row).objects.filter(pk=row.pk, mailed_at=None).update(mailed_at=now, leased_until=None)
    )


def _invitation_mail(row: Invitation) -> EmailMultiAlternatives:
    language = row.invited_by.language if row.invited_by else "fi"
    link = ("invitation", tokens.make(tokens.INVITATION, row.pk))
    return _mail("invitation", row.email, language, row.pk, link, {"invitation": row, "profile": row.profile})


def _claim_mail(row: ClaimLink) -> EmailMultiAlternatives:
    link = ("claim_link", tokens.make(tokens.CLAIM, row.pk))
    return _mail("claim", row.sent_to, row.language, row.pk, link, {"link_row": row, "profile": row.profile})


def _mail(
    name: str, to: str, language: str, pk: int, link: tuple[str, str], context: dict[str, Any]
) -> EmailMultiAlternatives:
    with translation.override(language):
        url = settings.SITE_URL + reverse(link[0], kwargs={"token": link[1]})
        text = render_to_string(f"accounts/letters/{name}.txt", {**context, "url": url, "installation": installation()})
        subject, _blank, body = text.partition("\n")
        return EmailMultiAlternatives(
            subject=subject.strip(),
            body=body.strip() + "\n",
            to=[to],
            headers={"Message-ID": f"<{name}-{pk}@{settings.SITE_HOST}>"},
        )
