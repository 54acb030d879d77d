"""Who gathers the network. While it runs somebody does: the last one hands over, or the organiser's owners step in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.errors import DomainError
from networks.models import Coordinator, Network
from networks.rules import networks as rules
from networks.services.common import NotTheCoordinator, lock_for_coordinator, lock_network
from networks.services.talks import people_changed
from notifications.services import notify


class AlreadyCoordinates(DomainError):
    message = _("The person coordinates the network already.")


class NotKnown(DomainError):
    message = _("No one with that address has an account, or belongs to the network or its organiser.")


class LastCoordinator(DomainError):
    message = _("You are the only coordinator. Add another one first, and then leave.")


class NotACoordinator(DomainError):
    message = _("The person does not coordinate the network.")


@transaction.atomic
def add_coordinator(*, network: Network, email: str, by: Any, now: datetime) -> Coordinator:
    """By address, of those who represent the organiser or a member, so that nobody finds out who has an account here.

    Raises `NotTheCoordinator`, `NotKnown` or `AlreadyCoordinates`.
    """
    network = lock_for_coordinator(network, by)
    person = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None or not (rules.belongs_to_organiser(person, network) or rules.is_member(person, network)):
        raise NotKnown(field="email")
    made, is_new = Coordinator.objects.get_or_create(network=network, user=person, defaults={"since": now})
    if not is_new:
        raise AlreadyCoordinates(field="email")
    audit.record("network.coordinator_added", network, by=by, now=now, user=person.pk)
    _tell(network, [person] if person.pk != by.pk else [], now)
    return made


@transaction.atomic
def remove_coordinator(*, coordinator: Coordinator, by: Any, now: datetime) -> None:
    """Leave, or take another's task away. The last one stays until another is added.

    Raises `NotTheCoordinator`, `NotACoordinator` when it is done already, or `LastCoordinator`.
    """
    network = lock_network(coordinator.network)
    if coordinator.user_id != by.pk and not rules.may_coordinate(by, network):
        raise NotTheCoordinator
    there = Coordinator.objects.filter(network=network)
    if not there.filter(pk=coordinator.pk).exists():
        raise NotACoordinator
    if not there.exclude(pk=coordinator.pk).exists() and not network.is_ended:
        raise LastCoordinator
    there.filter(pk=coordinator.pk).delete()
    people_changed(network.groups.values_list("pk", flat=True))
    audit.record("network.coordinator_left", network, by=by, now=now, user=coordinator.user_id)


def hand_on(*, network: Network, leaving: Any, now: datetime) -> None:
    """In the caller's transaction: the account of a coordinator ends. Where nobody is left, the organiser's owners take
    over; where it has none, the installation's coordinators. They are told.
    """
    network = lock_network(network)
    Coordinator.objects.filter(network=network, user=leaving).delete()
    people_changed(network.groups.values_list("pk", flat=True))
    audit.record("network.coordinator_left", network, by=None, now=now, user=leaving.pk)
    if network.is_ended or Coordinator.objects.filter(network=network, user__is_active=True).exists():
        return
    heirs = [one for one in _owners_of_organiser(network) if one.pk != leaving.pk]
    if not heirs:
        heirs = list(User.objects.filter(is_coordinator=True, is_active=True).exclude(pk=leaving.pk).order_by("pk"))
    for one in heirs:
        Coordinator.objects.get_or_create(network=network, user=one, defaults={"since": now})
        audit.record("network.coordinator_added", network, by=None, now=now, user=one.pk)
    _tell(network, heirs, now)


def _owners_of_organiser(network: Network) -> list[User]:
    if network.organiser is None:
        return []
    owners = User.objects.filter(representations__profile=network.organiser, representations__role="owner")
    return list(owners.filter(is_active=True).order_by("pk"))


def _tell(network: Network, people: list[User], now: datetime) -> None:
    notify("networks.coordinates", people, {"network": network.pk}, key=f"{network.pk}-{now:%Y%m%d%H%M%S}", now=now)
