"""A kind letter to members that have gone silent, and the answer that takes one press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core import audit
from core.errors import DomainError
from networks import letter_words
from networks.letter_words import Words
from networks.models import Asking, Membership, Network
from networks.queries import letters as letter_queries
from networks.queries import quiet
from networks.rules import letters as letter_rules
from networks.rules import networks as rules
from networks.rules import year as year_rules
from networks.services import letters
from networks.services.common import (
    NotRunning,
    NotTheCoordinator,
    lock_membership,
    lock_own_membership,
    people_of,
)
from networks.services.invitations import Sent
from notifications.services import notify


class NobodyToAsk(DomainError):
    message = _("Choose at least one member.")


class TooManyAsked(DomainError):
    def __init__(self) -> None:
        super().__init__(_("Choose at most %(n)d members at a time.") % {"n": year_rules.MOST_ASKED_AT_ONCE})


class NotSilentNow(DomainError):
    message = _("The member has been active meanwhile, or is no longer a member.")


class AskedLately(DomainError):
    def __init__(self, at: datetime) -> None:
        told = {"day": date_format(at, "SHORT_DATE_FORMAT"), "months": year_rules.ASKED_EVERY_MONTHS}
        super().__init__(_("The member was asked on %(day)s. A member is asked once in %(months)d months.") % told)


class NobodyToRead(DomainError):
    message = _("Nobody represents them here any more. Call them instead.")


class NothingAsked(DomainError):
    message = _("Nothing is asked of the membership just now.")


def ask_silent(
    *, network: Network, members: Sequence[Membership], words: Mapping[str, Words], by: Any, now: datetime
) -> Sent:
    """Write to each, in its own language; `words` by language. Each is whole on its own: one that is refused leaves the
    others' letters as they are. Raises `NotTheCoordinator`, `NotRunning`, `NobodyToAsk`, `TooManyAsked` or
    `letters.WrongPlace`, and then nobody is written to.
    """
    if not rules.may_coordinate(by, network):
        raise NotTheCoordinator
    if not network.is_running:
        raise NotRunning
    if not members:
        raise NobodyToAsk
    if len(members) > year_rules.MOST_ASKED_AT_ONCE:
        raise TooManyAsked
    for language, one in words.items():
        letters.check(one, language)
    languages = letter_queries.languages_of([one.profile for one in members])
    sent = Sent()
    for member in members:
        language = languages[member.profile_id]
        try:
            ask(membership=member, words=words.get(language), language=language, by=by, now=now)
        except DomainError as error:
            sent.left_out.append((member.profile, str(error)))
        else:
            sent.to.append(member.profile)
    return sent


@transaction.atomic
def ask(*, membership: Membership, words: Words | None, language: str, by: Any, now: datetime) -> Asking:
    """One letter to one silent member, told to those who take part for it. Two at once: the second one is told that it
    was asked. Raises `NotTheCoordinator`, `NotRunning`, `NotSilentNow`, `AskedLately`, `NobodyToRead`,
    `HadEnoughLetters` or `WrongPlace`."""
    membership = lock_membership(membership)
    network = membership.network
    if not rules.may_coordinate(by, network):
        raise NotTheCoordinator
    if not network.is_running:
        raise NotRunning
    last = quiet.last_asking(membership)
    if last is not None and not year_rules.may_ask_again(last.made_at, now):
        raise AskedLately(last.made_at)
    if not quiet.silent(network, now).filter(pk=membership.pk).exists():
        raise NotSilentNow
    people = people_of(membership)
    if not people:
        raise NobodyToRead
    profile = Profile.objects.select_for_update().get(pk=membership.profile_id)
    if letter_queries.lately([profile.pk], now)[profile.pk] >= letter_rules.MOST_IN_A_MONTH:
        raise letters.HadEnoughLetters(profile)
    words = words or letter_words.silent(language)
    letters.check(words, language)
    filled = letter_words.fill(
        words, language=language, organisation=profile.name, network=network, sender=by.name or by.email
    )
    made = Asking.objects.create(
        membership=membership, language=language, subject=filled.subject, text=filled.text, by=by, made_at=now
    )
    audit.record("member.asked", membership, by=by, now=now, network=network.pk)
    notify("networks.asked", people, {"asking": made.pk}, key=str(made.pk), now=now)
    return made


@transaction.atomic
def stay(*, membership: Membership, by: Any, now: datetime) -> Asking:
    """The member answers that it stays. Pressed twice it keeps the first answer. Raises `NotYourMember` or
    `NothingAsked`."""
    membership = lock_own_membership(membership, by)
    last = quiet.last_asking(membership)
    if last is None or membership.state != Membership.State.MEMBER:
        raise NothingAsked
    if last.stays_at is None:
        last.stays_at = now
        last.save(update_fields=["stays_at"])
        audit.record("member.stays", membership, by=by, now=now, network=membership.network_id)
    return last


@transaction.atomic
def set_named(*, membership: Membership, named: bool, by: Any, now: datetime) -> Membership:
    """Whether the member wants to be thanked by name in yearly reports. Raises `NotYourMember`."""
    membership = lock_own_membership(membership, by)
    if membership.is_named != named:
        membership.is_named = named
        membership.save(update_fields=["is_named"])
        audit.record("member.named" if named else "member.unnamed", membership, by=by, now=now)
    return membership
