"""Who sees a network's meetings and who runs them. Everything not said here is refused."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts import rules as accounts_rules
from networks.models import GroupMember, KeptApart, Membership, Network, NetworkMeeting, Task
from networks.rules.networks import is_in_group, may_coordinate, may_see_inside

CIRCLE = "networks.meetings"
"""What networks' meetings are called in `events.hooks`."""


def may_see_meeting(user: Any, meeting: NetworkMeeting) -> bool:
    """Its members and those who run the network; a group's, those of the group."""
    if may_coordinate(user, meeting.network):
        return True
    if meeting.group is not None:
        return is_in_group(user, meeting.group)
    return may_see_inside(user, meeting.network)


def may_see_pair(user: Any, pair: KeptApart) -> bool:
    """Those who run the network; but whoever represents one of the two is never told."""
    if not may_coordinate(user, pair.network):
        return False
    return not Membership.objects.of_user(user).filter(pk__in=[pair.one_id, pair.other_id]).exists()


def may_run_meeting(user: Any, meeting: NetworkMeeting) -> bool:
    return may_coordinate(user, meeting.network)


def seen_by(user: Any) -> Q:
    """The same as `may_see_meeting`, as a condition on meetings."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    standing = Membership.objects.standing().of_user(user)
    in_network = Q(group=None) & Exists(standing.filter(network=OuterRef("network")))
    in_group = Exists(GroupMember.objects.filter(group=OuterRef("group"), membership__in=standing))
    if user.has_perm("accounts.coordinate"):
        return Q()
    return Q(network__in=Network.objects.run_by(user)) | in_network | Q(in_group)


def events_seen_by(user: Any) -> Q:
    """What `events.hooks.on_circle` asks: the events of these meetings."""
    return Q(pk__in=NetworkMeeting.objects.filter(seen_by(user)).values("event"))


def events_managed_by(user: Any) -> Q:
    """What `events.hooks.on_managing` asks: those who run a network manage its meetings as the organiser does, whether
    they represent it or not; and nothing else of the organiser."""
    return Q(pk__in=NetworkMeeting.objects.filter(network__in=Network.objects.run_by(user)).values("event"))


def may_organise_meeting(user: Any, pk: int, organiser: Any) -> bool:
    """As well: a meeting of the network in the name of the party that hosts it."""
    network = Network.objects.filter(pk=pk, organiser=organiser).select_related("organiser").first()
    return network is not None and may_coordinate(user, network)


def is_closed(network: Network, group: Any) -> bool:
    """Whether the network's meetings are for its members alone: those of a group, and of a network that is not for
    everybody to see or to join."""
    is_for_all = network.visibility == Network.Visibility.PUBLIC and network.admission != Network.Admission.CRITERIA
    return group is not None or not is_for_all


def may_finish(user: Any, task: Task) -> bool:
    """Whoever represents the member that promised it, and those who run the network."""
    if may_coordinate(user, task.meeting.network):
        return True
    return task.who is not None and accounts_rules.may_act_for(user, task.who.profile)
