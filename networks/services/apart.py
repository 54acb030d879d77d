"""Keeping two members apart at the tables, by the coordinator's word. What is in force from the next seating on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from networks.models import KeptApart, Membership, Network
from networks.rules.meetings import may_see_pair
from networks.services.common import NotTheCoordinator, ReasonMissing, lock_for_coordinator

MOST = 100
"""Of one network: a longer list is a network that should be two."""


class SameMember(DomainError):
    message = _("Choose two different members.")


class NotStanding(DomainError):
    message = _("Choose members of the network.")


class OwnMember(DomainError):
    message = _("You represent one of the two. Let another coordinator decide on it.")


class ApartAlready(DomainError):
    message = _("These two are kept apart already.")


class TooManyPairs(DomainError):
    message = _("So many pairs are kept apart already that tables can hardly be made. Remove one first.")


class PairIsGone(DomainError):
    message = _("The pair has been removed already.")


@transaction.atomic
def keep_apart(
    *, network: Network, one: Membership, other: Membership, reason: str, by: Any, now: datetime
) -> KeptApart:
    """Raises `NotTheCoordinator`, `ReasonMissing`, `SameMember`, `NotStanding`, `OwnMember`, `TooManyPairs` or
    `ApartAlready`."""
    network = lock_for_coordinator(network, by)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if one.pk == other.pk:
        raise SameMember(field="other")
    low, high = sorted([one.pk, other.pk])
    known = Membership.objects.standing().filter(network=network, pk__in=[low, high])
    if known.count() != 2:
        raise NotStanding(field="one")
    pair = KeptApart(network=network, one_id=low, other_id=high, reason=reason.strip(), made_at=now, made_by=by)
    if not may_see_pair(by, pair):
        raise OwnMember(field="one")
    if KeptApart.objects.filter(network=network).count() >= MOST:
        raise TooManyPairs
    try:
        with transaction.atomic():
            pair.save()
    except IntegrityError as error:
        raise ApartAlready(field="other") from error
    audit.record("network.kept_apart", network, by=by, now=now, pair=[low, high])
    return pair


@transaction.atomic
def let_meet(*, pair: KeptApart, by: Any, now: datetime) -> None:
    """From the next seating on they may share a table again. Raises `NotTheCoordinator` or `PairIsGone`."""
    network = lock_for_coordinator(pair.network, by)
    if not may_see_pair(by, pair):
        raise NotTheCoordinator
    if not KeptApart.objects.filter(network=network, pk=pair.pk).delete()[0]:
        raise PairIsGone
    audit.record("network.let_meet", network, by=by, now=now, pair=[pair.one_id, pair.other_id])
