"""Colleagues who are asked along by e-mail: an address, a letter, and a registration when the letter is accepted."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from accounts.models import Profile
from accounts.services.representatives import owned_addresses
from core import audit, mail
from core.errors import DomainError
from core.queries import installation
from core.tasks import wake
from events.models import ColleagueInvitation, Event, Registration, TicketCategory
from events.rules.questions import Answers
from events.services import registrations
from events.services.answers import check_answers, keep_answers
from notifications import post
from notifications.rules import Why
from notifications.services import notify

logger = logging.getLogger(__name__)

KIND = "events.colleague"
SEND = "events.tasks.send_invitations"
LEASE = timedelta(minutes=2)


class AlreadyAsked(DomainError):
    message = _("This address has been asked along already.")


class NoLetters(DomainError):
    message = _(
        "The event is for a closed circle, so no letter of it is sent. Register colleagues who have an account instead."
    )


class LinkBroken(DomainError):
    message = _("The link is not whole. Copy it from the letter once more.")


class LinkUsed(DomainError):
    message = _("The invitation has been used already.")


class LinkWithdrawn(DomainError):
    message = _("The invitation has been taken back. Ask the one who sent it.")


class WrongAddress(DomainError):
    message = _("The invitation was sent to another address. Sign in with that address, or ask for a new invitation.")


class NotYourInvitation(DomainError):
    message = _("Only the one who sent an invitation takes it back.")


@transaction.atomic
def ask_colleague(*, registration: Registration, email: str, by: Any, now: datetime) -> ColleagueInvitation:
    """Ask an address along. The letter leaves after the commit, and a sweep sends it if it was lost. No seat is kept.

    Raises `NotYours`, `NotRegistered`, `RegistrationClosed`, `TooManyColleagues`, `AlreadyAsked`, `AlreadyRegistered`,
    `AddressMarked` where mail does not arrive, or `NoLetters` for an event of a circle, of which an address outside
    must not be told.
    """
    event = registrations.lock_event(registration.event)
    registration = event.registrations.select_related("profile").get(pk=registration.pk)
    registrations.refuse_others(registration, by)
    if not event.takes_registrations(now):
        raise registrations.RegistrationClosed
    if not event.is_for_all:
        raise NoLetters(field="email")
    email = email.strip().lower()
    if Registration.objects.standing().filter(event=event, user__email__iexact=email, profile=registration.profile):
        raise AlreadyAsked(field="email")
    if registrations.colleagues_left(registration) < 1:
        raise registrations.TooManyColleagues(field="email")
    post.refuse_marked(email, field="email")
    try:
        with transaction.atomic():
            made = ColleagueInvitation.objects.create(
                event=event, profile=registration.profile, email=email, invited_by=by, invited_at=now
            )
    except IntegrityError as error:
        raise AlreadyAsked(field="email") from error
    audit.record("registration.colleague_asked", registration, by=by, now=now, event=event.pk)
    wake(SEND)
    return made


@transaction.atomic
def take_back(*, invitation: ColleagueInvitation, by: Any, now: datetime) -> None:
    """Raises `NotYourInvitation`. One that has been used stays used."""
    if invitation.invited_by_id != by.pk:
        raise NotYourInvitation
    ColleagueInvitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)


def read_invitation(token: str) -> ColleagueInvitation:
    """The invitation behind a link, or the named reason why it does not hold."""
    pk = tokens.read(KIND, token)
    known = ColleagueInvitation.objects.select_related("event", "profile", "invited_by")
    invitation = known.filter(pk=pk).first() if pk else None
    if invitation is None:
        raise LinkBroken
    if invitation.accepted_at:
        raise LinkUsed
    if invitation.withdrawn_at or invitation.profile.status != Profile.Status.PUBLISHED:
        raise LinkWithdrawn
    return invitation


@transaction.atomic
def accept(
    *, token: str, by: Any, now: datetime, ticket: TicketCategory | None = None, answers: Answers | None = None
) -> Registration:
    """The invitation becomes a registration of whoever owns its address, for the profile that asked.

    Raises what `read_invitation` does, `WrongAddress`, `RegistrationClosed`, `NotForYou`, `AlreadyRegistered`, or what
    is wrong with the ticket or an answer.
    """
    invitation = read_invitation(token)
    if invitation.email not in owned_addresses(by):
        raise WrongAddress
    event: Event = registrations.lock_event(invitation.event)
    if not event.takes_registrations(now):
        raise registrations.RegistrationClosed
    registrations.refuse_outsider(event, by)
    registrations.refuse_twice(event, by)
    ticket = registrations.check_ticket(event, ticket, invitation.profile, now)
    kept = check_answers(event, ticket=ticket, answers=answers or {})
    still = ColleagueInvitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    if not still.update(accepted_at=now):
        raise LinkUsed
    made = registrations.enter(event=event, profile=invitation.profile, person=by, ticket=ticket, by=by, now=now)
    Registration.objects.filter(pk=made.pk).update(brought_by=invitation.invited_by_id)
    keep_answers(made, kept)
    return made


def mail_returned(address: str, why: Why, now: datetime) -> None:
    """Mail does not reach the address (`notifications.hooks`): who asked it along learns so once."""
    waits = ColleagueInvitation.objects.filter(email=address, accepted_at=None, withdrawn_at=None)
    for row in waits.filter(event__starts_at__gt=now).select_related("invited_by"):
        about = {"invitation": row.pk, "event": row.event_id, "user": row.invited_by_id}
        notify("events.colleague_unreached", row.invited_by, about, key=str(row.pk), now=now)


def send_due(*, now: datetime) -> int:
    """Send the letters that have not left. Each row is leased first, and its Message-ID is its own, so a second copy is
    dropped.
    """
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    due = ColleagueInvitation.objects.filter(free, accepted_at=None, withdrawn_at=None, mailed_at=None)
    due = post.to_working(due, "email")
    count = 0
    for row in due.filter(event__starts_at__gt=now).select_related("event", "profile", "invited_by")[:100]:
        mine = ColleagueInvitation.objects.filter(free, pk=row.pk, mailed_at=None)
        if not mine.update(leased_until=now + LEASE):
            continue
        try:
            has_left = post.send(_letter(row), now=now)
        except Exception as error:  # noqa: BLE001  # the mail server's failures are of any kind; tried again later
            logger.error("Letter of invitation %s did not leave: %s", row.pk, mail.told(error))
            continue
        if not has_left:
            continue
        ColleagueInvitation.objects.filter(pk=row.pk).update(mailed_at=now, leased_until=None)
        count += 1
    return count


def _letter(row: ColleagueInvitation) -> EmailMessage:
    with translation.override(row.invited_by.language):
        url = settings.SITE_URL + reverse("colleague_invitation", kwargs={"token": tokens.make(KIND, row.pk)})
        context = {"row": row, "event": row.event, "url": url, "installation": installation()}
        text = render_to_string("events/letters/colleague.txt", context)
        subject, _blank, body = text.partition("\n")
        return EmailMessage(
            subject=subject.strip(),
            body=body.strip() + "\n",
            to=[row.email],
            headers={"Message-ID": f"<colleague-{row.pk}@{settings.SITE_HOST}>"},
        )
