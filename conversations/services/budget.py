"""The budget of contacts: one for interests, meeting requests and strangers' first messages together."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Profile
from conversations import hooks, rules
from conversations.models import Contact
from conversations.queries import budget as queries
from core.errors import DomainError


class NobodyRepresents(DomainError):
    message = _("Nobody represents the profile, so it cannot contact others.")


class ContactsSpent(DomainError):
    """`next_at` is when the next one is free."""

    def __init__(self, *, allowed: int, next_at: datetime) -> None:
        self.allowed, self.next_at = allowed, next_at
        super().__init__(
            ngettext(
                "You have contacted %(n)d new party in a week, as many as you can. The next one is free on %(when)s.",
                "You have contacted %(n)d new parties in a week, as many as you can. The next one is free on %(when)s.",
                allowed,
            )
            % {"n": allowed, "when": date_format(timezone.localtime(next_at), "SHORT_DATETIME_FORMAT")}
        )


def lock(*, profile: Profile) -> Profile:
    """The profile as it is now, its budget held until the transaction ends. Taken before other rows are locked."""
    return Profile.objects.select_for_update().get(pk=profile.pk)


@transaction.atomic
def spend(*, profile: Profile, other: Profile, kind: Contact.Kind, now: datetime) -> Contact | None:
    """Pay for approaching a party, or refuse. An answer, and a partner already connected, cost nothing (None).

    The profile's row is locked, so two at once cannot spend the same. Raises `ContactsSpent` or `NobodyRepresents`.
    """
    profile = lock(profile=profile)
    if hooks.are_connected(profile, other) or queries.has_approached(other, profile):
        return None
    budget = queries.budget_of(profile, now=now)
    if not budget.allowed:
        raise NobodyRepresents
    if other.pk not in budget.since and budget.next_at is not None:
        raise ContactsSpent(allowed=budget.allowed, next_at=budget.next_at)
    return Contact.objects.create(profile=profile, other=other, kind=kind, at=now)


@transaction.atomic
def give_back(*, profile: Profile, other: Profile, kind: Contact.Kind, now: datetime) -> None:
    """What was taken back soon after costs nothing, a few times in a window."""
    lock(profile=profile)
    contacts = Contact.objects.filter(profile=profile)
    regretted = contacts.filter(at__gt=now - rules.WINDOW, given_back_at__isnull=False).count()
    if regretted < rules.MOST_REGRETS:
        contacts.filter(
            other=other, kind=kind, at__gte=now - rules.REGRET_WITHIN, answered_at=None, given_back_at=None
        ).update(given_back_at=now)


def mark_answered(*, profile: Profile, other: Profile, now: datetime) -> None:
    """The other side said yes: those who are welcome may contact more."""
    Contact.objects.filter(profile=profile, other=other, answered_at=None, given_back_at=None).update(answered_at=now)
