"""A letter's road: written under the month's limit, mailed or told, opened, come back, reminded of once."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import tokens
from accounts.models import Profile
from accounts.services import claims
from accounts.services.letters import lease
from core import audit, mail
from core.errors import DomainError
from core.queries import installation
from core.tasks import wake
from networks import letter_words
from networks.letter_words import Words
from networks.models import Letter, Membership
from networks.queries import letters as queries
from networks.rules import letters as letter_rules
from networks.rules import networks as rules
from networks.services.common import (
    CannotBecome,
    NotRunning,
    NotTheCoordinator,
    deciders_of,
    lock_membership,
    move,
)
from notifications import post
from notifications.queries import returned
from notifications.services import notify

logger = logging.getLogger(__name__)
TOKEN = "networks.letter"
SEND = "networks.tasks.send_letters"


class HadEnoughLetters(DomainError):
    def __init__(self, profile: Profile) -> None:
        most = letter_rules.MOST_IN_A_MONTH
        super().__init__(
            ngettext(
                "%(name)s has been sent %(n)d letter in a month, as many as one organisation gets. Wait a while.",
                "%(name)s has been sent %(n)d letters in a month, as many as one organisation gets. Wait a while.",
                most,
            )
            % {"name": profile.name, "n": most}
        )


class NoAddress(DomainError):
    def __init__(self, profile: Profile) -> None:
        super().__init__(
            _("Nobody represents %(name)s here, and its page has no e-mail address.") % {"name": profile.name}
        )


class AddressReturned(DomainError):
    def __init__(self, profile: Profile, address: str) -> None:
        said = _("Mail to %(address)s comes back. Look for another address for %(name)s, or call.")
        super().__init__(said % {"address": address, "name": profile.name})


class WrongPlace(DomainError):
    def __init__(self, wrong: list[str], language: str, field: str) -> None:
        told = {"wrong": ", ".join(wrong), "known": ", ".join(letter_words.place_names(language))}
        super().__init__(_("The letter has %(wrong)s, which cannot be filled in. Use %(known)s.") % told, field=field)


class AlreadyReminded(DomainError):
    message = _("The organisation has been reminded once already.")


class NotSilent(DomainError):
    message = _("Wait a week for the organisation's answer before you remind it.")


class LetterIsOver(DomainError):
    message = _("The invitation waits for an answer no more.")


# --- Writing, in the caller's transaction ----------------------------------------------------------------------------


def write(
    membership: Membership, words: Words | None, *, language: str, by: Any, now: datetime, address: str = "",
    kind: str = Letter.Kind.INVITATION,
) -> Letter:  # fmt: skip
    """The letter of an invitation that has just begun, or its reminder. The profile's row is held, so that two networks
    at once stay within the month's limit. Raises `HadEnoughLetters`, `NoAddress`, `AddressReturned`, `WrongPlace` or
    `AlreadyReminded`.
    """
    profile = Profile.objects.select_for_update().get(pk=membership.profile_id)
    if queries.lately([profile.pk], now)[profile.pk] >= letter_rules.MOST_IN_A_MONTH:
        raise HadEnoughLetters(profile)
    to = "" if profile.is_claimed else (address or profile.contact_email)
    if not to and not profile.is_claimed:
        raise NoAddress(profile)
    if to and returned(to) is not None:
        raise AddressReturned(profile, to)
    begun = letter_words.standard if kind == Letter.Kind.INVITATION else letter_words.reminder
    words = words or begun(language)
    check(words, language)
    filled = letter_words.fill(
        words,
        language=language,
        organisation=profile.name,
        network=membership.network,
        sender=by.name or by.email,
    )
    link = claims.make_claim_link(profile=profile, language=language, by=by, now=now) if to else None
    try:
        with transaction.atomic():
            made = Letter.objects.create(
                membership=membership,
                kind=kind,
                asked_at=membership.state_since,
                language=language,
                subject=filled.subject,
                text=filled.text,
                sent_to=to,
                claim_link=link,
                by=by,
                made_at=now,
                mailed_at=None if to else now,
            )
    except IntegrityError as error:  # two presses at the same moment
        raise (AlreadyReminded if kind == Letter.Kind.REMINDER else CannotBecome) from error
    audit.record("letter.written", made, by=by, now=now, network=membership.network_id, kind=str(kind))
    if to:
        wake(SEND)
    return made


def check(words: Words, language: str) -> None:
    """Raises `WrongPlace`, at the field of the language's form."""
    for name in ("subject", "text"):
        wrong = letter_words.wrong_places(getattr(words, name), language)
        if wrong:
            raise WrongPlace(wrong, language, f"{name}_{language}")


# --- What happens to it ----------------------------------------------------------------------------------------------


@transaction.atomic
def remind(*, membership: Membership, by: Any, now: datetime, words: Mapping[str, Words] | None = None) -> Letter:
    """Ask once more, and never again; `words` by language, the usual ones where there are none. Raises
    `NotTheCoordinator`, `NotRunning`, `LetterIsOver`, `NotSilent`, `AlreadyReminded`, `WrongPlace` or
    `HadEnoughLetters`."""
    membership = lock_membership(membership)
    if not rules.may_coordinate(by, membership.network):
        raise NotTheCoordinator
    if not membership.network.is_running:
        raise NotRunning
    first = queries.current(membership)
    if first is None or membership.state != Membership.State.INVITED:
        raise LetterIsOver
    first.membership = membership
    if Letter.objects.filter(
        membership=membership, asked_at=membership.state_since, kind=Letter.Kind.REMINDER
    ).exists():
        raise AlreadyReminded
    if not letter_rules.is_silent(first, now):
        raise NotSilent
    said = (words or {}).get(first.language)
    made = write(
        membership, said, language=first.language, by=by, now=now, address=first.sent_to, kind=Letter.Kind.REMINDER
    )
    if not made.sent_to:
        about = {"membership": membership.pk}
        notify("networks.reminded", deciders_of(membership.profile), about, key=str(made.pk), now=now)
    return made


@transaction.atomic
def decline_by_letter(*, letter: Letter, now: datetime, why: str = "") -> None:
    """Whoever has the letter says no for an organisation that nobody represents. Raises `LetterIsOver`."""
    membership = lock_membership(letter.membership)
    letter.membership = membership
    if not letter.is_of_now or membership.profile.is_claimed:
        raise LetterIsOver
    move(membership, Membership.State.DECLINED, by=None, now=now, why=why, cause="invitation")


def mark_opened(*, membership: Membership, now: datetime) -> None:
    """The page that the letter leads to has been opened, by whoever got it."""
    of_now = Letter.objects.filter(membership=membership, asked_at=membership.state_since, opened_at=None)
    of_now.update(opened_at=now)


@transaction.atomic
def mark_returned(*, letter: Letter, by: Any, now: datetime) -> None:
    """The coordinator has got the letter back. Only this letter is marked: one press stops no other network's letters.
    Raises `NotTheCoordinator` or `CannotBecome`."""
    membership = lock_membership(letter.membership)
    if not rules.may_coordinate(by, membership.network):
        raise NotTheCoordinator
    if not Letter.objects.filter(pk=letter.pk, returned_at=None).exclude(sent_to="").update(returned_at=now):
        raise CannotBecome
    audit.record("letter.returned", letter, by=by, now=now, network=membership.network_id)


def read_token(token: str) -> Letter | None:
    pk = tokens.read(TOKEN, token)
    known = Letter.objects.select_related("membership__network__organiser", "membership__profile", "claim_link")
    return known.filter(pk=pk).first() if pk else None


# --- The post --------------------------------------------------------------------------------------------------------


def send_due(*, now: datetime) -> int:
    """Mail the letters that have not left; each is leased first. One whose address the mail server refuses for good has
    come back: it is not tried again, and the coordinators are told (`services.returned`)."""
    known = Letter.objects.to_mail().select_related("membership__network", "membership__profile", "claim_link", "by")
    return sum(_send(letter, now) for letter in lease(known, now))


def _send(letter: Letter, now: datetime) -> int:
    try:
        has_left = post.send(_mail(letter), now=now)
    except Exception as error:  # noqa: BLE001  # the mail server's failures are of any kind; tried again later
        logger.error("Letter %s did not leave: %s", letter.pk, mail.told(error))
        return 0
    if not has_left:
        return 0
    return int(Letter.objects.filter(pk=letter.pk, mailed_at=None).update(mailed_at=now, leased_until=None))


def _mail(letter: Letter) -> EmailMultiAlternatives:
    network = letter.membership.network
    with translation.override(letter.language):
        url = settings.SITE_URL + reverse("network_letter", kwargs={"token": tokens.make(TOKEN, letter.pk)})
        context = {
            "letter": letter,
            "network": network,
            "profile": letter.membership.profile,
            "url": url,
            "installation": installation(),
        }
        body = render_to_string("networks/letters/mail.txt", context)
    return EmailMultiAlternatives(
        subject=letter.subject,
        body=body.strip() + "\n",
        to=[letter.sent_to],
        reply_to=[letter.by.email] if letter.by else None,
        headers={"Message-ID": f"<networks-letter-{letter.pk}@{settings.SITE_HOST}>"},
    )
