"""The post: the one door by which letters leave, and the addresses to which none go.

Mail to a marked address came back, or its reader called a letter unwanted. No letter leaves for it, whoever wrote it:
notices, invitations, claim links, letters of networks, account letters. Whoever asks for one is told (`refuse_marked`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core import mail
from core.errors import DomainError
from notifications import hooks, queries
from notifications.models import Notification, ReturnedAddress
from notifications.rules import Why


class AddressMarked(DomainError):
    def __init__(self, address: str, field: str | None = None) -> None:
        said = _(
            "No letter goes to %(address)s: mail to it has come back, or its reader has called it unwanted. Use "
            "another address, or call."
        )
        super().__init__(said % {"address": address}, field=field)


def send(message: EmailMessage, *, now: datetime, is_asked_by_hand: bool = False) -> bool:
    """Let a letter to one address leave. False: it does not, as the address is marked, or is from this moment on since
    the mail server says that there is none. What else the server fails with is raised: the letter may be tried again.

    `is_asked_by_hand`: its reader waits for it this minute, as for a code to sign in with, and may have no other way
    in to say that the address works. So it is tried although the address is marked; sign-in's own limits keep such
    letters few, and when one arrives the mark goes.
    """
    (address,) = message.recipients()
    if not is_asked_by_hand and queries.returned(address) is not None:
        return False
    try:
        message.send()
    except Exception as error:
        if not mail.is_refused(error):
            raise
        address_returned(email=address, why=Why.CAME_BACK, now=now)
        return False
    return True


def refuse_marked(email: str, *, field: str | None = None) -> None:
    """Raises `AddressMarked` where a letter to it would not leave."""
    if queries.returned(email) is not None:
        raise AddressMarked(email, field)


def to_working(rows: QuerySet[Any], field: str) -> QuerySet[Any]:
    """Those of the rows whose address, which stands in `field` in lower case, is not marked. The others wait: should
    the mark go while they still hold, they leave."""
    return rows.exclude(queries.is_marked(field))


@transaction.atomic
def address_returned(*, email: str, why: Why, now: datetime) -> None:
    """Mail does not reach the address: it gets no more, what waited for it stays in the inbox alone, and whose it is
    reads there why. Upper apps are told (`hooks`). Told twice it is the same."""
    email = email.strip().lower()
    ReturnedAddress.objects.get_or_create(email=email, defaults={"why": why, "at": now})
    Notification.objects.filter(user__email__iexact=email, mailed_at=None).update(mail_due_at=None, leased_until=None)
    hooks.tell_returned(email, why, now)


def address_works(*, email: str) -> None:
    """Its person says so: from now on letters go there again."""
    ReturnedAddress.objects.filter(email=email.strip().lower()).delete()


def letter_arrived(*, email: str, at: datetime) -> None:
    """After another had come back: the provider says so, or its person has used the code that was in it.
    Who calls letters unwanted gets some all the same, and means it still."""
    known = ReturnedAddress.objects.filter(email=email.strip().lower(), why=Why.CAME_BACK)
    known.filter(at__lt=at).delete()
