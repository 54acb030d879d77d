"""Groups inside a network: made, who is in them, who chairs, for how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import audit
from core.errors import DomainError
from events.services.departures import leave_circles
from networks.models import Group, GroupMember, Membership, Network
from networks.rules import networks as rules
from networks.rules.renewals import TERM_MONTHS, term_is_due
from networks.services.common import (
    HasEnded,
    NotTheCoordinator,
    NotYourMember,
    lock_for_coordinator,
    lock_membership,
    lock_network,
    people_of,
)
from networks.services.periods import months_on
from networks.services.talks import people_changed
from notifications.services import notify


class GroupNameTaken(DomainError):
    message = _("The network has a group of that name.")


class MandateMissing(DomainError):
    message = _("Write the mandate of the steering group: what it decides on.")


class TermPassed(DomainError):
    message = _("Choose a day that is still ahead.")


class NotMembers(DomainError):
    message = _("Choose members of the network.")


class ChairOutside(DomainError):
    message = _("The chair is one of the group's members.")


class TermHolds(DomainError):
    message = _("The term does not have to be renewed now.")


class GroupHasEnded(DomainError):
    message = _("The group has ended.")


@dataclass(frozen=True)
class GroupPlan:
    name: str
    kind: str = Group.Kind.THEMATIC
    mandate: str = ""
    term_ends: date | None = None


@transaction.atomic
def make_group(*, network: Network, plan: GroupPlan, by: Any, now: datetime) -> Group:
    """Raises `NotTheCoordinator`, `HasEnded`, `MandateMissing`, `TermPassed` or `GroupNameTaken`."""
    network = lock_for_coordinator(network, by)
    if network.is_ended:
        raise HasEnded
    made = _write(Group(network=network, made_at=now), plan, now)
    audit.record("group.made", made, by=by, now=now, network=network.pk)
    return made


@transaction.atomic
def edit_group(*, group: Group, plan: GroupPlan, by: Any, now: datetime) -> Group:
    """Raises `NotTheCoordinator`, `GroupHasEnded`, `MandateMissing`, `TermPassed` or `GroupNameTaken`."""
    group = _lock(group, by)
    _write(group, plan, now)
    audit.record("group.changed", group, by=by, now=now, network=group.network_id)
    return group


@transaction.atomic
def set_members(
    *, group: Group, members: Sequence[Membership], chair: Membership | None, by: Any, now: datetime
) -> None:
    """Who is in the group and who chairs it, at once, so that a chair is always one of them. The new ones are told.

    Raises `NotTheCoordinator`, `GroupHasEnded`, `NotMembers` or `ChairOutside`.
    """
    group = _lock(group, by)
    wanted = {one.pk for one in members}
    known = Membership.objects.standing().filter(network=group.network_id, pk__in=wanted).select_related("profile")
    found = {one.pk: one for one in known}
    if set(found) != wanted:
        raise NotMembers(field="members")
    if chair is not None and chair.pk not in wanted:
        raise ChairOutside(field="chair")
    there = {one.membership_id: one.membership for one in group.members.select_related("membership__profile")}
    group.members.exclude(membership__in=wanted).delete()
    for pk in sorted(there.keys() - wanted):
        leave_circles(profile=there[pk].profile, by=by, now=now)
    new = sorted(wanted - there.keys())
    GroupMember.objects.bulk_create(GroupMember(group=group, membership_id=pk, since=now) for pk in new)
    group.chair = chair
    group.save(update_fields=["chair"])
    people_changed([group.pk])
    audit.record("group.members_set", group, by=by, now=now, network=group.network_id, n=len(wanted))
    for pk in new:
        notify(
            "networks.in_group",
            people_of(found[pk]),
            {"group": group.pk},
            key=f"{group.pk}-{pk}-{now:%Y%m%d%H%M%S}",
            now=now,
        )


@transaction.atomic
def leave_group(*, member: GroupMember, by: Any, now: datetime) -> None:
    """A member leaves by itself. Done twice it is done. Raises `NotYourMember`."""
    membership = lock_membership(member.membership)
    if not rules.may_act_for_member(by, membership):
        raise NotYourMember
    Group.objects.filter(pk=member.group_id, chair=membership).update(chair=None)
    GroupMember.objects.filter(pk=member.pk).delete()
    people_changed([member.group_id])
    leave_circles(profile=membership.profile, by=by, now=now)
    audit.record("group.left", member.group, by=by, now=now, membership=membership.pk)


@transaction.atomic
def end_group(*, group: Group, by: Any, now: datetime) -> None:
    """It stays to be read, and its name is free. Raises `NotTheCoordinator` or `GroupHasEnded`."""
    group = _lock(group, by)
    group.ended_at = now
    group.save(update_fields=["ended_at"])
    audit.record("group.ended", group, by=by, now=now, network=group.network_id)


@transaction.atomic
def renew_term(*, group: Group, by: Any, now: datetime) -> Group:
    """The same mandate and members for a year more from the end of the term, or from today where it ended long ago.
    Pressed twice it is renewed once. Raises `NotTheCoordinator`, `GroupHasEnded` or `TermHolds`."""
    group = _lock(group, by)
    today = timezone.localdate(now)
    if group.term_ends is None or not term_is_due(group, today):
        raise TermHolds
    renewed = months_on(group.term_ends, TERM_MONTHS)
    group.term_ends = renewed if renewed > today else months_on(today, TERM_MONTHS)
    group.term_asked_at = None
    group.save(update_fields=["term_ends", "term_asked_at"])
    audit.record("group.term_renewed", group, by=by, now=now, network=group.network_id)
    return group


def _lock(group: Group, by: Any) -> Group:
    network = lock_network(group.network)
    if not rules.may_coordinate(by, network):
        raise NotTheCoordinator
    held = Group.objects.select_for_update(of=("self",)).get(pk=group.pk)
    held.network = network
    if held.ended_at is not None:
        raise GroupHasEnded
    return held


def _write(group: Group, plan: GroupPlan, now: datetime) -> Group:
    if plan.kind == Group.Kind.STEERING and not plan.mandate.strip():
        raise MandateMissing(field="mandate")
    if plan.term_ends and plan.term_ends != group.term_ends and plan.term_ends <= timezone.localdate(now):
        raise TermPassed(field="term_ends")
    if plan.term_ends != group.term_ends:
        group.term_asked_at = None
    group.name, group.kind = plan.name.strip()[:120], plan.kind
    group.mandate, group.term_ends = plan.mandate.strip()[:600], plan.term_ends
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError as error:
        raise GroupNameTaken(field="name") from error
    return group
