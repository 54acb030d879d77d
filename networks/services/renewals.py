"""A membership for a period asks to be renewed: once, quietly, in time; unanswered, it ends after a fair time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from networks.models import Membership, Network
from networks.rules.renewals import ASKED_BEFORE, WAITED_AFTER, is_due, lapses_on
from networks.services.common import (
    NotRunning,
    coordinators_of,
    deciders_of,
    lock_membership,
    lock_own_membership,
    moment_key,
    move,
)
from networks.services.periods import months_on
from notifications.services import notify

AT_ONCE = 200

State = Membership.State


class NothingToRenew(DomainError):
    message = _("The membership does not have to be renewed now.")


@transaction.atomic
def renew(*, membership: Membership, by: Any, now: datetime) -> Membership:
    """For another period from the end of this one, also where it has just ended. Pressed twice it is renewed once.

    Raises `NotYourMember`, `NotRunning` or `NothingToRenew`.
    """
    membership = lock_own_membership(membership, by)
    months = membership.network.membership_months
    if not membership.network.is_running:
        raise NotRunning
    if not is_due(membership, timezone.localdate(now)) or membership.period_ends is None or not months:
        raise NothingToRenew
    membership.period_ends = months_on(membership.period_ends, months)
    membership.renewal_asked_at = None
    membership.save(update_fields=["period_ends", "renewal_asked_at"])
    audit.record("membership.renewed", membership, by=by, now=now, network=membership.network_id)
    return membership


def sweep_renewals(*, now: datetime) -> tuple[int, int]:
    """Ask those whose period ends soon, and end those that nobody renewed: (asked, ended). Done again it asks nobody
    twice; one that was never asked is asked first, however late, and ends after its wait.
    """
    today = timezone.localdate(now)
    standing = Membership.objects.standing().filter(
        network__state=Network.State.RUNNING, network__membership_months__isnull=False
    )
    due = standing.filter(renewal_asked_at=None, period_ends__lte=today + ASKED_BEFORE).order_by("period_ends", "pk")
    asked = sum(_ask(pk, now) for pk in due.values_list("pk", flat=True)[:AT_ONCE])
    late = standing.filter(renewal_asked_at__isnull=False, period_ends__lt=today - WAITED_AFTER)
    ended = sum(_end(pk, now) for pk in late.order_by("period_ends", "pk").values_list("pk", flat=True)[:AT_ONCE])
    return asked, ended


@transaction.atomic
def _ask(pk: int, now: datetime) -> int:
    membership = lock_membership(Membership(pk=pk))
    if membership.renewal_asked_at is not None or not is_due(membership, timezone.localdate(now)):
        return 0
    membership.renewal_asked_at = now
    membership.save(update_fields=["renewal_asked_at"])
    about = {"membership": membership.pk, "ends": str(membership.period_ends)}
    key = f"{membership.pk}-{membership.period_ends}"
    notify("networks.renewal", deciders_of(membership.profile), about, key=key, now=now)
    return 1


@transaction.atomic
def _end(pk: int, now: datetime) -> int:
    membership = lock_membership(Membership(pk=pk))
    last = lapses_on(membership)
    if not membership.is_standing or last is None or timezone.localdate(now) <= last:
        return 0
    move(membership, State.LEFT, by=None, now=now, cause="lapsed")
    about = {"membership": membership.pk}
    people = [*deciders_of(membership.profile), *coordinators_of(membership.network)]
    notify("networks.lapsed", people, about, key=moment_key(membership), now=now)
    return 1
