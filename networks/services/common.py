"""What every service of networks stands on: refusals, locks, and the one way in which a membership changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile, User
from core import audit
from core.errors import DomainError, StaleSave
from events.services.departures import leave_circles
from networks.models import GroupMember, Membership, MembershipChange, Network
from networks.rules import membership_states
from networks.rules import networks as rules
from networks.services.talks import people_changed

State = Membership.State


class NotTheCoordinator(DomainError):
    message = _("Only those who coordinate the network can do this.")


class NotYourMember(DomainError):
    message = _("Only an owner or an editor of the organisation can do this.")


class NotRunning(DomainError):
    message = _("The network is not running.")


class HasEnded(DomainError):
    message = _("The network has ended.")


class Stale(StaleSave):
    message = _(
        "Somebody changed the network while you were writing. Look at what it is now, and save again if you want."
    )


class CannotBecome(DomainError):
    """Somebody was quicker, or the page was old."""

    message = _("The membership has changed since the page was opened. Look at how it stands now.")


class ReasonMissing(DomainError):
    message = _("Tell why, so that it can be understood afterwards.")


def lock_network(network: Network) -> Network:
    return Network.objects.select_for_update(of=("self",)).select_related("organiser").get(pk=network.pk)


def lock_for_coordinator(network: Network, by: Any) -> Network:
    """The network as it stands, held until the transaction ends. Raises `NotTheCoordinator`."""
    network = lock_network(network)
    if not rules.may_coordinate(by, network):
        raise NotTheCoordinator
    return network


def lock_membership(membership: Membership) -> Membership:
    """Two who decide of the same membership stand in line here: the second one sees what the first did."""
    held = Membership.objects.select_for_update(of=("self",)).select_related("network", "profile")
    return held.get(pk=membership.pk)


def lock_own_membership(membership: Membership, by: Any) -> Membership:
    """For one who decides for the member. Raises `NotYourMember`."""
    membership = lock_membership(membership)
    if not rules.may_act_for_member(by, membership):
        raise NotYourMember
    return membership


def found_membership(network: Network, profile: Profile) -> Membership | None:
    """The profile's membership, locked, or None."""
    found = Membership.objects.filter(network=network, profile=profile).first()
    return lock_membership(found) if found is not None else None


def begin(
    network: Network, profile: Profile, state: Membership.State, *, by: Any, now: datetime, why: str = "",
    cause: str = "",
) -> Membership:  # fmt: skip
    """Bring the profile into the state, from none or from where its membership stands. Raises `CannotBecome`."""
    membership = found_membership(network, profile)
    if membership is not None:
        return move(membership, state, by=by, now=now, why=why, cause=cause)
    if not membership_states.may_become(None, state):
        raise CannotBecome
    try:
        with transaction.atomic():
            made = Membership.objects.create(network=network, profile=profile, state=state, state_since=now)
    except IntegrityError as error:  # the same organisation at the same moment, from two people
        raise CannotBecome from error
    if state == State.MEMBER:
        made.member_since = now
        made.save(update_fields=["member_since"])
    _write(made, "", by=by, now=now, why=why, cause=cause)
    return made


def move(
    membership: Membership, state: Membership.State, *, by: Any, now: datetime, why: str = "", cause: str = ""
) -> Membership:
    """The one way in which a locked membership changes: a row tells who, when and why. Raises `CannotBecome`."""
    if not membership_states.may_become(membership, state):
        raise CannotBecome
    before, membership.state, membership.state_since = membership.state, state, now
    if state == State.MEMBER and before != State.ON_LEAVE:
        membership.member_since = now
    if state not in Membership.STANDING:
        membership.period_ends = membership.renewal_asked_at = None
    membership.save()
    if state not in Membership.STANDING:
        leave_groups(membership)
        leave_circles(profile=membership.profile, by=by, now=now)
    _write(membership, before, by=by, now=now, why=why, cause=cause)
    return membership


def leave_groups(membership: Membership) -> None:
    there = GroupMember.objects.filter(membership=membership)
    groups = list(there.values_list("group", flat=True))
    there.delete()
    membership.chaired.update(chair=None)
    people_changed(groups)


def _write(membership: Membership, before: str, *, by: Any, now: datetime, why: str, cause: str) -> None:
    MembershipChange.objects.create(
        membership=membership,
        from_state=before,
        to_state=membership.state,
        at=now,
        by=by if getattr(by, "pk", None) else None,
        why=why.strip()[:400],
        cause=cause,
    )
    audit.record(
        "membership.changed", membership, by=by, now=now, network=membership.network_id, to=str(membership.state)
    )


def people_of(membership: Membership) -> list[User]:
    """Who is told of a member's matters: those who take part, else the owners and editors of the organisation."""
    seated = list(User.objects.filter(pk__in=membership.seats.held().values("user")).order_by("pk"))
    return seated or deciders_of(membership.profile)


def deciders_of(profile: Profile) -> list[User]:
    """The owners and editors: who can join, leave, accept and answer for it."""
    return list(User.objects.deciding_for([profile]))


def coordinators_of(network: Network) -> list[User]:
    return list(User.objects.filter(coordinated_networks__network=network).order_by("pk"))


def moment_key(membership: Membership) -> str:
    """A notice's key: a new one for each change of state."""
    return f"{membership.pk}-{membership.state}-{membership.state_since:%Y%m%d%H%M%S%f}"
