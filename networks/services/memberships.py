"""A member's road: invited or joining, taking part, on leave, leaving, removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import rules as accounts_rules
from accounts.models import Profile, Representative
from core import audit
from core.errors import DomainError
from networks.letter_words import Words
from networks.models import Application, Membership, Network, Seat
from networks.queries import letters as letter_queries
from networks.rules import networks as rules
from networks.services import letters
from networks.services.common import (
    CannotBecome,
    NotRunning,
    NotTheCoordinator,
    NotYourMember,
    ReasonMissing,
    begin,
    coordinators_of,
    deciders_of,
    lock_for_coordinator,
    lock_membership,
    lock_network,
    lock_own_membership,
    moment_key,
    move,
    people_of,
)
from networks.services.periods import start_period
from networks.services.talks import people_changed
from notifications.services import notify

State = Membership.State


class NotOpen(DomainError):
    message = _("The network is joined by an application.")


class NotShown(DomainError):
    message = _("Publish the organisation's profile first, and let others see it. Then you can join.")


class CannotBeInvited(DomainError):
    message = _("The profile cannot be invited.")


class GivesNoAddress(DomainError):
    """The letter claims the profile: to whom it goes is no network's own choice."""

    message = _("Only the installation's coordinator gives an address to an organisation that has none.")


class NotInvited(DomainError):
    message = _("There is no invitation that waits for an answer.")


class NotAMember(DomainError):
    message = _("The organisation is not a member of the network.")


class NotItsPeople(DomainError):
    message = _("Choose those who represent the organisation.")


@dataclass(frozen=True)
class InvoiceDetails:
    """Where a member wants invoices. Kept for the coordinator; no money moves here."""

    name: str = ""
    address: str = ""
    email: str = ""
    number: str = ""
    operator: str = ""
    reference: str = ""


# --- Coming in -------------------------------------------------------------------------------------------------------


@transaction.atomic
def join(*, network: Network, profile: Profile, by: Any, now: datetime) -> Membership:
    """Become a member of an open network at once. Raises `NotRunning`, `NotOpen`, `NotYourMember`, `NotShown` or
    `CannotBecome`."""
    network = lock_network(network)
    check_can_come(network, profile, by)
    if network.admission != Network.Admission.OPEN:
        raise NotOpen
    made = begin(network, profile, State.MEMBER, by=by, now=now)
    welcome(made, by=by, now=now)
    _tell_coordinators("networks.joined", made, but=by, now=now)
    return made


@transaction.atomic
def invite(
    *, network: Network, profile: Profile, by: Any, now: datetime, why: str = "", words: Words | None = None,
    language: str = "", address: str = "",
) -> Membership:  # fmt: skip
    """Ask a profile to become a member, by a letter: the standard one if there are no `words`, in the organisation's
    own language. Its owners and editors are told; to an unclaimed profile it is mailed, to its own address or to one
    that the installation's coordinator gives. Raises `NotTheCoordinator`, `NotRunning`, `CannotBeInvited`,
    `CannotBecome`, `GivesNoAddress`, or what `letters.write` raises.
    """
    network = lock_for_coordinator(network, by)
    if not network.is_running:
        raise NotRunning
    if profile.status != Profile.Status.PUBLISHED or not Profile.objects.visible_to(by).filter(pk=profile.pk).exists():
        raise CannotBeInvited(field="profile")
    if address and not accounts_rules.is_coordinator(by):
        raise GivesNoAddress
    made = begin(network, profile, State.INVITED, by=by, now=now, why=why)
    language = language or letter_queries.languages_of([profile])[profile.pk]
    letters.write(made, words, language=language, by=by, now=now, address=address)
    notify("networks.invited", deciders_of(profile), {"membership": made.pk}, key=moment_key(made), now=now)
    return made


@transaction.atomic
def accept_invitation(*, membership: Membership, by: Any, now: datetime) -> Membership:
    """An invitation is the coordinator's word already: whoever accepts is a member, also where others apply. Accepted
    twice, the second press finds it done. Raises `NotYourMember`, `NotRunning`, `NotShown` or `NotInvited`.
    """
    membership = lock_own_membership(membership, by)
    if membership.state == State.MEMBER:
        return membership
    if membership.state != State.INVITED:
        raise NotInvited
    check_can_come(membership.network, membership.profile, by)
    move(membership, State.MEMBER, by=by, now=now)
    welcome(membership, by=by, now=now)
    _tell_coordinators("networks.joined", membership, now=now)
    return membership


@transaction.atomic
def decline_invitation(*, membership: Membership, by: Any, now: datetime, why: str = "") -> Membership:
    """Raises `NotYourMember` or `NotInvited`."""
    membership = lock_own_membership(membership, by)
    if membership.state != State.INVITED:
        raise NotInvited
    return move(membership, State.DECLINED, by=by, now=now, why=why, cause="invitation")


@transaction.atomic
def withdraw_invitation(*, membership: Membership, by: Any, now: datetime, why: str = "") -> Membership:
    """Raises `NotTheCoordinator` or `NotInvited`."""
    membership = lock_membership(membership)
    if not rules.may_coordinate(by, membership.network):
        raise NotTheCoordinator
    if membership.state != State.INVITED:
        raise NotInvited
    return move(membership, State.REMOVED, by=by, now=now, why=why, cause="withdrawn")


# --- Being in it -----------------------------------------------------------------------------------------------------


@transaction.atomic
def go_on_leave(*, membership: Membership, by: Any, now: datetime, why: str = "") -> Membership:
    """Stay a member without being asked to anything. Raises `NotYourMember` or `CannotBecome`."""
    return move(lock_own_membership(membership, by), State.ON_LEAVE, by=by, now=now, why=why)


@transaction.atomic
def come_back(*, membership: Membership, by: Any, now: datetime) -> Membership:
    """From leave. Raises `NotYourMember`, `NotRunning` or `CannotBecome`."""
    membership = lock_own_membership(membership, by)
    if membership.state != State.ON_LEAVE:
        raise CannotBecome
    if not membership.network.is_running:
        raise NotRunning
    return move(membership, State.MEMBER, by=by, now=now)


@transaction.atomic
def leave(*, membership: Membership, by: Any, now: datetime, why: str = "") -> Membership:
    """Leave the network and its groups, or take an application back. Raises `NotYourMember` or `CannotBecome`."""
    membership = lock_own_membership(membership, by)
    was_applied = membership.state == State.APPLIED
    move(membership, State.LEFT, by=by, now=now, why=why, cause="application" if was_applied else "")
    if was_applied:
        waiting = Application.objects.filter(membership=membership, state=Application.State.WAITING)
        waiting.update(state=Application.State.WITHDRAWN)
    else:
        _tell_coordinators("networks.left", membership, now=now)
    return membership


@transaction.atomic
def remove(*, membership: Membership, by: Any, now: datetime, why: str) -> Membership:
    """A coordinator removes a member, with a reason, which it is told. Raises `NotTheCoordinator`, `ReasonMissing` or
    `CannotBecome`."""
    membership = lock_membership(membership)
    if not rules.may_coordinate(by, membership.network):
        raise NotTheCoordinator
    if not why.strip():
        raise ReasonMissing(field="why")
    if not membership.is_standing:
        raise CannotBecome
    people = people_of(membership)
    move(membership, State.REMOVED, by=by, now=now, why=why)
    notify("networks.removed", people, {"membership": membership.pk}, key=moment_key(membership), now=now)
    return membership


@transaction.atomic
def set_seats(*, membership: Membership, people: Sequence[Any], by: Any, now: datetime) -> None:
    """Who takes part for the member, of its representatives. Raises `NotYourMember`, `NotAMember` or `NotItsPeople`."""
    membership = lock_own_membership(membership, by)
    if not membership.is_standing:
        raise NotAMember
    wanted = {person.pk for person in people}
    known = Representative.objects.filter(profile=membership.profile, user__in=wanted)
    if set(known.values_list("user", flat=True)) != wanted:
        raise NotItsPeople(field="people")
    membership.seats.exclude(user__in=wanted).delete()
    there = set(membership.seats.values_list("user", flat=True))
    Seat.objects.bulk_create(Seat(membership=membership, user_id=pk, since=now) for pk in sorted(wanted - there))
    people_changed(membership.groups.values_list("group", flat=True))
    audit.record("membership.seats_set", membership, by=by, now=now, network=membership.network_id, n=len(wanted))


@transaction.atomic
def set_invoice_details(*, membership: Membership, details: InvoiceDetails, by: Any, now: datetime) -> None:
    """Raises `NotYourMember` or `NotAMember`."""
    membership = lock_own_membership(membership, by)
    if not membership.is_standing:
        raise NotAMember
    for name in ("name", "address", "email", "number", "operator", "reference"):
        setattr(membership, f"invoice_{name}", getattr(details, name))
    membership.save()
    audit.record("membership.invoice_changed", membership, by=by, now=now, network=membership.network_id)


# --- Pieces, in the caller's transaction -----------------------------------------------------------------------------


def check_can_come(network: Network, profile: Profile, by: Any) -> None:
    """The network runs, the person decides for the profile, and others can see whom they meet."""
    if not network.is_running:
        raise NotRunning
    if not accounts_rules.may_edit(by, profile):
        raise NotYourMember(field="profile")
    if profile.status != Profile.Status.PUBLISHED or profile.visibility == Profile.Visibility.HIDDEN:
        raise NotShown(field="profile")


def welcome(membership: Membership, *, by: Any, now: datetime) -> None:
    """A new member's first period; whoever acted for it takes part, until it says otherwise."""
    start_period(membership, now)
    if accounts_rules.represents(by, membership.profile):
        Seat.objects.get_or_create(membership=membership, user_id=by.pk, defaults={"since": now})


def _tell_coordinators(kind: str, membership: Membership, *, now: datetime, but: Any = None) -> None:
    people = [one for one in coordinators_of(membership.network) if but is None or one.pk != but.pk]
    notify(kind, people, {"membership": membership.pk}, key=moment_key(membership), now=now)
